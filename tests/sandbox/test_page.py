"""The page without a browser and without its script: what it shows, what its forms do, and whom it refuses."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.contents import Message, Shortcut, View
from sandbox.page.fields import Spot
from sandbox.server import Sandbox
from sandbox.team import DEALS, GENERAL, MARTA, OLIVIA, RITA, SHARED, TOM
from sandbox.web import make_app
from tests.sandbox.page_app import PageApp, asked, card, modal

ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Sandbox, PageApp]]:
    app = PageApp()
    with Sandbox(bot=app) as sandbox:
        app.api_url = sandbox.api_url
        yield sandbox, app


@pytest.fixture
def app(served: tuple[Sandbox, PageApp]) -> PageApp:
    served[1].seen.clear()
    return served[1]


@pytest.fixture
def sandbox(served: tuple[Sandbox, PageApp], app: PageApp) -> Sandbox:
    served[0].reset()
    return served[0]


@pytest.fixture
def client(sandbox: Sandbox) -> FlaskClient:
    return make_app(sandbox).test_client()


def seen(client: FlaskClient, path: str) -> str:
    response = client.get(path, follow_redirects=True)
    assert response.status_code == 200, response.text
    return response.text


def done(client: FlaskClient, path: str, **form: Any) -> str:
    """Post a form of the page and see where it leads."""
    response = client.post(path, data=form, headers=ORIGIN)
    assert response.status_code == 303, response.text
    return seen(client, response.headers["Location"])


def say(client: FlaskClient, user: str, channel: str, text: str, **more: str) -> str:
    back = f"/as/{user}/channel/{channel}"
    return done(client, f"/as/{user}/say", channel=channel, text=text, back=back, **more)


def words(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def top(sandbox: Sandbox, user: str) -> View:
    view = sandbox.workspace.top_modal(user)
    assert view is not None
    return view


def field(block: str, action: str = "value") -> str:
    return Spot(block, action).name


# ---- What is shown


def test_the_entrance_leads_to_the_first_person(client: FlaskClient) -> None:
    html = seen(client, "/")
    assert "Rita Solano" in html
    assert "Message #general" in html


def test_what_one_writes_is_read_by_another_who_sees_a_badge_before(client: FlaskClient) -> None:
    say(client, RITA, DEALS, "Acme *signed* <b>today</b>")
    sidebar = seen(client, f"/as/{TOM}/channel/{GENERAL}")
    assert "1 unread" in words(sidebar).replace("1  unread", "1 unread")
    assert "<title>(1) general" in sidebar
    read = seen(client, f"/as/{TOM}/channel/{DEALS}")
    assert "Acme <strong>signed</strong> &lt;b&gt;today&lt;/b&gt;" in read
    assert "<title>deals" in read


def test_a_long_conversation_begins_with_its_newest_messages(client: FlaskClient, sandbox: Sandbox) -> None:
    for number in range(203):
        sandbox.living.write(RITA, DEALS, f"message {number}.")
    html = seen(client, f"/as/{RITA}/channel/{DEALS}")
    assert "message 2." not in html
    assert "message 3." in html
    assert "Show 3 earlier messages" in html
    assert "message 0." in seen(client, f"/as/{RITA}/channel/{DEALS}?earlier=1")


def test_an_ephemeral_answer_is_seen_by_its_reader_only(client: FlaskClient) -> None:
    html = say(client, RITA, DEALS, "/deal what")
    assert "Only visible to you" in html
    assert "You said <code>what</code>" in html
    assert "You said" not in seen(client, f"/as/{TOM}/channel/{DEALS}")


def test_a_thread_opens_beside_its_channel_and_is_answered_there(client: FlaskClient, sandbox: Sandbox) -> None:
    root = sandbox.living.write(RITA, DEALS, "Who was at the demo?")
    html = say(client, TOM, DEALS, "Two people", thread_ts=root.ts)
    assert "1 reply" in html
    assert "Two people" not in html
    thread = seen(client, f"/as/{TOM}/channel/{DEALS}?thread={root.ts}")
    assert 'aria-label="Thread"' in thread
    assert "Two people" in thread


def test_a_command_in_a_thread_is_refused_as_slack_does(client: FlaskClient, sandbox: Sandbox, app: PageApp) -> None:
    root = sandbox.living.write(RITA, DEALS, "Here")
    say(client, RITA, DEALS, "/deal form", thread_ts=root.ts)
    assert sandbox.workspace.top_modal(RITA) is None
    assert app.seen == []
    [told] = sandbox.workspace.channels[DEALS].replies_to(root.ts, RITA)
    assert "not supported in threads" in told.text
    assert "1 reply" not in words(seen(client, f"/as/{RITA}/channel/{DEALS}"))


def test_a_file_is_offered_to_those_who_may_open_it_and_to_nobody_else(client: FlaskClient, sandbox: Sandbox) -> None:
    file = sandbox.living.upload(RITA, "offer.html", b"<script>alert(1)</script>", "text/html")
    assert client.get(f"/as/{TOM}/files/{file.id}").status_code == 404
    sandbox.living.write(RITA, DEALS, "The offer", file_ids=[file.id])
    assert "offer.html" in seen(client, f"/as/{TOM}/channel/{DEALS}")
    answer = client.get(f"/as/{TOM}/files/{file.id}")
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(f"/as/{OLIVIA}/files/{file.id}").status_code == 404


def test_a_picture_is_shown_where_it_was_posted_with_what_it_shows_in_words(
    client: FlaskClient, sandbox: Sandbox
) -> None:
    shown = sandbox.living.upload(RITA, "map.png", b"\x89PNG", "image/png")
    drawing = sandbox.living.upload(RITA, "map.svg", b"<svg/>", "image/svg+xml")
    shown.alt = "Three <stages>"
    sandbox.living.write(RITA, DEALS, "The map", file_ids=[shown.id, drawing.id])
    page = seen(client, f"/as/{TOM}/channel/{DEALS}")
    assert f'<img src="/as/{TOM}/files/{shown.id}" alt="Three &lt;stages&gt;"' in page
    assert page.count("<img") == 1, "a drawing could hold scripts, so it is only offered"


def test_a_file_keeps_its_name_whatever_it_is_written_in(client: FlaskClient, sandbox: Sandbox) -> None:
    file = sandbox.living.upload(RITA, 'Übergabe "final" ✓.txt', b"x")
    answer = client.get(f"/as/{RITA}/files/{file.id}")
    assert "filename*=UTF-8''%C3%9Cbergabe" in answer.headers["Content-Disposition"]


def test_a_private_file_in_a_message_says_why_it_cannot_be_opened(client: FlaskClient, sandbox: Sandbox) -> None:
    file = sandbox.living.upload(RITA, "offer.txt", b"x")
    ts = sandbox.workspace.timestamps.next()
    sandbox.workspace.post(Message(ts, DEALS, RITA, "see", file_ids=[file.id]))
    assert "You cannot open it" in seen(client, f"/as/{TOM}/channel/{DEALS}")


def test_the_home_is_drawn_by_the_app_when_somebody_opens_it(client: FlaskClient, app: PageApp) -> None:
    assert "Your deals" in seen(client, f"/as/{RITA}/home")
    assert [event["event"]["type"] for event in app.seen] == ["app_home_opened"]


def test_drawing_the_home_again_after_a_change_or_an_action_is_not_opening_it(
    client: FlaskClient, sandbox: Sandbox, app: PageApp
) -> None:
    seen(client, f"/as/{RITA}/home")
    client.get(f"/as/{RITA}/home", headers={"X-Refresh": "1"})
    done(client, f"/as/{RITA}/home", press=field("decide", "approve"), back=f"/as/{RITA}/home")
    sandbox.deliveries.wait_until_quiet()
    assert [event["type"] for event in app.seen] == ["event", "block_actions"]
    seen(client, f"/as/{RITA}/home")
    sandbox.deliveries.wait_until_quiet()
    assert [event["type"] for event in app.seen] == ["event", "block_actions", "event"]


def test_an_outsider_sees_shared_channels_only_and_no_commands(client: FlaskClient) -> None:
    html = seen(client, f"/as/{OLIVIA}/channel/{SHARED}")
    assert "general" not in re.sub(r"(?s)<div class=\"menu personas.*?</header>", "", html)
    assert "to talk to the app" not in html
    assert "no Home" in seen(client, f"/as/{OLIVIA}/home")
    assert client.get(f"/as/{OLIVIA}/channel/{DEALS}").status_code == 404


@pytest.mark.parametrize("path", ["/as/U404/", "/as/U404/home", f"/as/{RITA}/channel/C404", f"/as/{RITA}/files/F404"])
def test_a_lost_visitor_is_told_and_led_back(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert f'href="/as/{RITA}/"' in answer.text


def test_a_switch_of_persona_stays_in_the_channel_where_that_person_is_too(client: FlaskClient) -> None:
    html = seen(client, f"/as/{RITA}/channel/{SHARED}")
    assert f'href="/as/{OLIVIA}/channel/{SHARED}"' in html
    assert f'href="/as/{TOM}"' in html


def test_a_link_of_the_workspaces_slack_host_opens_here(client: FlaskClient, sandbox: Sandbox) -> None:
    root = sandbox.living.write(RITA, DEALS, "Proof")
    link = sandbox.workspace.permalink(DEALS, root)
    html = say(client, TOM, DEALS, f"see {link}")
    assert f'href="/as/{TOM}/channel/{DEALS}#m-{root.ts.replace(".", "-")}"' in html


# ---- What the forms do


def test_a_modal_is_filled_in_and_submitted(client: FlaskClient, sandbox: Sandbox, app: PageApp) -> None:
    html = say(client, RITA, DEALS, "/deal form")
    assert "data-submits" in html
    form = {
        field("name"): "Acme",
        field("notes"): "line one\r\nline two",
        field("mail"): "jo@acme.example",
        field("day"): "2025-03-05",
        field("sure"): "yes",
        field("proves"): ["", "meeting"],
        field("who"): TOM,
        field("file"): (io.BytesIO(b"signed"), "order.pdf"),
        "do": "submit",
        "back": f"/as/{RITA}/channel/{DEALS}",
    }
    html = done(client, f"/as/{RITA}/modal/{top(sandbox, RITA).id}", **form)
    assert "data-submits" not in html
    values = app.submitted()
    assert values["name"]["value"] == "Acme"
    assert values["notes"]["value"] == "line one\nline two"
    assert values["day"]["selected_date"] == "2025-03-05"
    assert values["sure"]["selected_option"]["value"] == "yes"
    assert [option["value"] for option in values["proves"]["selected_options"]] == ["meeting"]
    assert values["who"]["selected_user"] == TOM
    assert [file["name"] for file in values["file"]["files"]] == ["order.pdf"]


def test_a_missing_answer_keeps_the_modal_with_what_was_typed(client: FlaskClient, sandbox: Sandbox) -> None:
    say(client, RITA, DEALS, "/deal form")
    path = f"/as/{RITA}/modal/{top(sandbox, RITA).id}"
    html = done(client, path, **{field("notes"): "Typed already", field("mail"): "no mail", "do": "submit"})
    assert "Please complete this required field." in html
    assert "Please enter a valid email address." in html
    assert "Typed already" in html


def test_the_apps_own_field_errors_are_shown(client: FlaskClient, sandbox: Sandbox) -> None:
    say(client, RITA, DEALS, "/deal form")
    html = done(client, f"/as/{RITA}/modal/{top(sandbox, RITA).id}", **{field("name"): "tbd", "do": "submit"})
    assert "Give the deal its real name." in html
    assert 'value="tbd"' in html


def test_a_file_of_a_kind_that_is_not_taken_is_refused_by_name(client: FlaskClient, sandbox: Sandbox) -> None:
    say(client, RITA, DEALS, "/deal form")
    form = {field("file"): (io.BytesIO(b"x"), "run.exe"), field("name"): "Acme", "do": "keep"}
    html = done(client, f"/as/{RITA}/modal/{top(sandbox, RITA).id}", **form)
    assert "“run.exe” cannot be attached here: choose txt or pdf." in html
    assert 'value="Acme"' in html


def test_an_attached_file_can_be_left_out_again(client: FlaskClient, sandbox: Sandbox) -> None:
    say(client, RITA, DEALS, "/deal form")
    view = top(sandbox, RITA)
    path = f"/as/{RITA}/modal/{view.id}"
    html = done(client, path, **{field("file"): (io.BytesIO(b"x"), "order.pdf"), "do": "keep"})
    assert "order.pdf" in html
    assert len(view.values["file"]["value"]["files"]) == 1
    done(client, path, **{field("file"): "", "do": "keep"})
    assert view.values["file"]["value"]["files"] == []


def test_a_choice_that_the_app_listens_to_redraws_the_form_and_keeps_the_rest(
    client: FlaskClient, sandbox: Sandbox, app: PageApp
) -> None:
    say(client, RITA, DEALS, "/deal form")
    view = top(sandbox, RITA)
    form = {field("name"): "Acme", field("kind"): "email", "press": field("kind")}
    html = done(client, f"/as/{RITA}/modal/{view.id}", **form)
    assert "You chose <strong>email</strong>" in html
    assert 'value="Acme"' in html
    assert app.actions() == [("value", "email")]


def test_modals_stack_and_close_one_by_one_or_all_at_once(client: FlaskClient, sandbox: Sandbox) -> None:
    say(client, RITA, DEALS, "/deal move")
    first = top(sandbox, RITA)
    press = field("criterion-1", "add_evidence")
    html = done(client, f"/as/{RITA}/modal/{first.id}", press=press)
    second = top(sandbox, RITA)
    assert second is not first
    assert re.search(rf'id="modal-{first.id}"[^>]* hidden', html)
    assert "data-top" in html.partition(f'id="modal-{second.id}"')[2].partition(">")[0]
    done(client, f"/as/{RITA}/modal/{second.id}", do="close")
    assert top(sandbox, RITA) is first
    done(client, f"/as/{RITA}/modal/{first.id}", press=press)
    done(client, f"/as/{RITA}/modal/{top(sandbox, RITA).id}", do="close_all")
    assert sandbox.workspace.top_modal(RITA) is None


def test_pressing_in_a_window_that_is_gone_says_so(client: FlaskClient, sandbox: Sandbox) -> None:
    say(client, RITA, DEALS, "/deal move")
    gone = top(sandbox, RITA).id
    done(client, f"/as/{RITA}/modal/{gone}", do="close")
    assert "closed or replaced meanwhile" in done(client, f"/as/{RITA}/modal/{gone}", do="submit")


def test_a_button_and_a_menu_in_a_message_reach_the_app(client: FlaskClient, app: PageApp) -> None:
    app.call("chat.postMessage", channel=DEALS, text="card", blocks=card())
    html = seen(client, f"/as/{MARTA}/channel/{DEALS}")
    found = re.search(r'action="(/as/[^"]+/press/[^"]+)"', html)
    assert found
    done(client, found[1], **{field("decide", "pick"): "meeting", "press": field("decide", "pick")})
    html = done(client, found[1], press=field("decide", "approve"), back=f"/as/{MARTA}/channel/{DEALS}")
    assert app.actions() == [("pick", "meeting"), ("approve", "7")]
    assert "Approved by" in html


def test_an_option_of_an_overflow_menu_reaches_the_app(client: FlaskClient, app: PageApp) -> None:
    app.call("chat.postMessage", channel=DEALS, text="card", blocks=card())
    html = unescape(seen(client, f"/as/{MARTA}/channel/{DEALS}"))
    path = re.search(r'action="(/as/[^"]+/press/[^"]+)"', html)
    press = re.search(r'value="(at:[^":]+:more:meeting)"', html)
    assert path
    assert press
    done(client, path[1], press=press[1])
    assert app.actions() == [("more", "meeting")]


def test_an_app_that_does_not_answer_is_told_to_the_person(client: FlaskClient, sandbox: Sandbox) -> None:
    assert "failed" in say(client, RITA, DEALS, "/deal late")
    sandbox.deliveries.transport, kept = None, sandbox.deliveries.transport
    try:
        html = done(client, f"/as/{RITA}/shortcut", callback_id="log_a_deal")
    finally:
        sandbox.deliveries.transport = kept
    assert 'role="alert"' in html


def test_a_notice_goes_with_the_next_action(client: FlaskClient) -> None:
    html = say(client, RITA, GENERAL, "/invite @nobody")
    assert "Nobody here is called “@nobody”." in html
    assert "/invite @nobody</textarea>" in html
    assert 'role="alert"' not in done(client, f"/as/{RITA}/notice")


def test_the_app_is_invited_into_a_channel(client: FlaskClient, sandbox: Sandbox) -> None:
    bot = sandbox.workspace.app.bot_user_id
    assert bot not in sandbox.workspace.channels[GENERAL].members
    say(client, RITA, GENERAL, "/invite @Stagecoach")
    assert bot in sandbox.workspace.channels[GENERAL].members


def test_a_global_shortcut_opens_its_modal(client: FlaskClient, sandbox: Sandbox) -> None:
    assert "Log a deal" in seen(client, f"/as/{RITA}/channel/{GENERAL}")
    done(client, f"/as/{RITA}/shortcut", callback_id="log_a_deal")
    assert top(sandbox, RITA).content["title"]["text"] == "Log a deal"


def test_a_message_shortcut_is_offered_where_the_app_has_one(
    client: FlaskClient, sandbox: Sandbox, app: PageApp
) -> None:
    said = sandbox.living.write(RITA, DEALS, "They signed")
    shown = seen(client, f"/as/{RITA}/channel/{DEALS}")
    assert "More actions" not in shown
    sandbox.workspace.app.shortcuts += (Shortcut("use_as_evidence", "Use as evidence", "message"),)
    assert "Use as evidence" in seen(client, f"/as/{RITA}/channel/{DEALS}")
    done(client, f"/as/{RITA}/shortcut", callback_id="use_as_evidence", channel=DEALS, ts=said.ts)
    assert app.seen[-1]["type"] == "message_action"


@pytest.mark.parametrize(
    ("step", "arrives"),
    [
        ({"to": "hour"}, "2025-03-28T09:30:00+00:00"),
        ({"to": "week"}, "2025-04-04T07:30:00+00:00"),  # the same time of day in Madrid, after summer time began
        ({"to": "morning"}, "2025-03-29T08:00:00+00:00"),
        ({"to": "monday"}, "2025-03-31T07:00:00+00:00"),
        ({"to": "date", "date": "2025-06-02"}, "2025-06-02T07:00:00+00:00"),
    ],
)
def test_the_clock_goes_where_its_button_says_in_the_persons_zone(
    client: FlaskClient, sandbox: Sandbox, step: dict[str, str], arrives: str
) -> None:
    sandbox.clock.move_to(datetime(2025, 3, 28, 8, 30, tzinfo=UTC))
    html = done(client, f"/as/{RITA}/clock", **step)
    assert abs(sandbox.clock.now() - datetime.fromisoformat(arrives)).total_seconds() < 30
    assert "moved" in html
    done(client, f"/as/{RITA}/clock", to="now")
    assert not sandbox.clock.shift


NOWHERE = [{}, {"to": "never"}, {"to": "date", "date": ""}, {"to": "date", "date": "0001-01-01"}]


@pytest.mark.parametrize("step", NOWHERE)
def test_the_clock_does_not_go_where_there_is_nothing(
    client: FlaskClient, sandbox: Sandbox, step: dict[str, str]
) -> None:
    assert 'role="alert"' in done(client, f"/as/{RITA}/clock", **step)
    assert not sandbox.clock.shift


def test_changes_answer_at_once_when_there_is_something_new(client: FlaskClient, sandbox: Sandbox) -> None:
    now = sandbox.workspace.revision
    assert client.get(f"/as/{RITA}/changes?since={now - 1}").json == {"revision": now}


def test_a_page_from_before_a_restart_is_told_at_once(client: FlaskClient, sandbox: Sandbox) -> None:
    now = sandbox.workspace.revision
    assert client.get(f"/as/{RITA}/changes?since={now + 1000}").json == {"revision": now}


def test_a_window_that_nobody_looks_at_leaves_messages_unread(client: FlaskClient, sandbox: Sandbox) -> None:
    sandbox.living.write(MARTA, DEALS, "New")
    path = f"/as/{RITA}/channel/{DEALS}"
    assert "<title>(1) deals" in client.get(path, headers={"X-Refresh": "unseen"}).text
    assert "<title>deals" in client.get(path, headers={"X-Refresh": "seen"}).text


def test_an_input_that_the_app_took_away_meanwhile_is_left_out(
    client: FlaskClient, sandbox: Sandbox, app: PageApp
) -> None:
    say(client, RITA, DEALS, "/deal form")
    view = top(sandbox, RITA)
    only = [asked("Deal name", "name", {"type": "plain_text_input"})]
    app.call("views.update", view_id=view.id, view=modal("Log a deal", "every_input", only))
    form = {field("name"): "Acme", field("notes"): "late", "do": "submit"}
    done(client, f"/as/{RITA}/modal/{view.id}", **form)
    assert app.submitted().keys() == {"name"}


# ---- Whom it refuses


def post(client: FlaskClient, **headers: str) -> TestResponse:
    data = {"channel": DEALS, "text": "hello"}
    return client.post(f"/as/{RITA}/say", data=data, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "https://localhost"},
        {"Referer": "https://evil.example/http://localhost/"},
        {"Origin": "http://localhost", "Sec_Fetch_Site": "cross-site"},
    ],
)
def test_a_post_from_anywhere_else_does_nothing(client: FlaskClient, sandbox: Sandbox, headers: dict[str, str]) -> None:
    assert post(client, **headers).status_code == 403
    assert sandbox.workspace.channels[DEALS].messages == []


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost"}, {"Referer": "http://localhost/as/x"}])
def test_a_post_from_the_page_itself_is_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    assert post(client, **headers).status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.168.1.4"])
def test_a_name_that_is_not_loopback_is_not_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_loopback_by_any_of_its_names_is_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 302


def test_no_site_can_frame_the_page_or_bring_a_script_into_it(client: FlaskClient) -> None:
    answer = client.get(f"/as/{RITA}/channel/{DEALS}")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<script(?! src)|<style|\sstyle=|\son\w+=", answer.text)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", f"/as/{TOM}/home", "/\\evil.example", ""])
def test_the_way_back_never_leaves_the_person(client: FlaskClient, back: str) -> None:
    answer = client.post(f"/as/{RITA}/notice", data={"back": back}, headers=ORIGIN)
    assert answer.headers["Location"] == f"/as/{RITA}/"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("press/C404/1.0", {"press": "at:a:b"}),
        (f"press/{DEALS}/1.0", {"press": "at:a:b"}),
        ("modal/V404", {"do": "submit"}),
        ("home", {"press": "junk"}),
        ("shortcut", {"callback_id": "nothing"}),
        ("shortcut", {"callback_id": "nothing", "channel": "C404", "ts": "1"}),
        ("say", {"channel": "C404", "text": "hello"}),
        ("say", {"channel": "C404", "text": "/deal"}),
        ("say", {"channel": DEALS, "text": "hello", "thread_ts": "1.0"}),
    ],
)
def test_a_form_that_fits_nothing_is_answered_with_a_sentence(
    client: FlaskClient, path: str, form: dict[str, str]
) -> None:
    assert 'role="alert"' in done(client, f"/as/{RITA}/{path}", **form)
