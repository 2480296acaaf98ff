"""What all methods of the Web API share, and those about people and channels."""

from __future__ import annotations

import dataclasses

import pytest

from sandbox.limits import RateLimits
from sandbox.server import APP_TOKEN, BOT_TOKEN, Sandbox
from sandbox.team import BOT_USER, BUYER, DEALS, GENERAL, OLIVIA, RITA, SHARED, TOM
from tests.sandbox.fake_bot import FakeBot


def test_the_app_learns_who_it_is(bot: FakeBot) -> None:
    told = bot.call("auth.test")
    assert (told["ok"], told["user_id"], told["url"]) == (True, BOT_USER, "https://northbeam.slack.com/")


@pytest.mark.parametrize(
    ("token", "error"), [(None, "not_authed"), ("xoxb-wrong", "invalid_auth"), (APP_TOKEN, "not_allowed_token_type")]
)
def test_a_call_needs_the_right_token(bot: FakeBot, token: str | None, error: str) -> None:
    assert bot.call("auth.test", token=token)["error"] == error


def test_the_token_may_be_an_argument(bot: FakeBot) -> None:
    status, told, _ = bot.send(
        "POST", "/api/auth.test", f"token={BOT_TOKEN}".encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (status, told["ok"]) == (200, True)


def test_connections_open_wants_the_app_token(bot: FakeBot) -> None:
    assert bot.call("apps.connections.open", token=APP_TOKEN)["ok"]
    assert bot.call("apps.connections.open")["error"] == "not_allowed_token_type"


def test_an_unknown_method_is_refused(bot: FakeBot) -> None:
    assert bot.call("chat.shout")["error"] == "unknown_method"


def test_a_missing_argument_is_named(bot: FakeBot) -> None:
    told = bot.call("users.info")
    assert told["error"] == "invalid_arguments"
    assert told["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]


def test_an_unknown_argument_is_refused(bot: FakeBot) -> None:
    assert bot.call("users.info", user=RITA)["ok"]
    told = bot.call("users.info", user=RITA, usr=RITA)
    assert "usr" in told["response_metadata"]["messages"][0]


@pytest.mark.parametrize("channel", [["C1"], {"id": "C1"}, 5])
def test_an_argument_of_another_type_is_refused(bot: FakeBot, channel: object) -> None:
    assert bot.call("chat.postMessage", channel=channel, text="x")["error"] == "invalid_arguments"


def test_what_should_be_a_number_is_one(bot: FakeBot) -> None:
    assert bot.call("conversations.list", limit="ten")["error"] == "invalid_arguments"
    assert bot.form("conversations.list", limit="10")["ok"]


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ("blocks", "invalid_blocks_format"),
        ("attachments", "invalid_attachments"),
        ("metadata", "invalid_metadata_format"),
    ],
)
def test_json_in_a_form_has_to_be_json(bot: FakeBot, argument: str, code: str) -> None:
    assert bot.form("chat.postMessage", channel=DEALS, text="x", **{argument: "[{"})["error"] == code


def test_forms_and_json_say_the_same(bot: FakeBot) -> None:
    assert bot.form("users.info", user=RITA)["user"] == bot.call("users.info", user=RITA)["user"]


def test_a_scope_that_was_not_granted_is_missed(bot: FakeBot, sandbox: Sandbox) -> None:
    assert bot.call("users.info", user=RITA)["ok"]
    sandbox.workspace.app.scopes = frozenset({"chat:write"})
    told = bot.call("users.info", user=RITA)
    assert (told["error"], told["needed"], told["provided"]) == ("missing_scope", "users:read", "chat:write")


def test_answers_name_the_granted_scopes(bot: FakeBot) -> None:
    _, _, headers = bot.post("/api/auth.test", {}, {"Authorization": f"Bearer {BOT_TOKEN}"})
    assert "chat:write" in headers["x-oauth-scopes"].split(",")


def test_rate_limits_are_off_until_switched_on(bot: FakeBot, sandbox: Sandbox) -> None:
    assert all(bot.call("users.list")["ok"] for _ in range(25))
    sandbox.slack.limits.enabled = True
    answers = [bot.post("/api/users.list", {}, {"Authorization": f"Bearer {BOT_TOKEN}"}) for _ in range(21)]
    assert [status for status, _, _ in answers] == [200] * 20 + [429]
    assert int(answers[-1][2]["Retry-After"]) > 0
    assert answers[-1][1]["error"] == "ratelimited"


@pytest.mark.parametrize(("tier", "most"), [("t1", 1), ("t2", 20), ("t3", 50), ("t4", 100)])
def test_a_tier_has_so_many_calls_a_minute(tier: str, most: int) -> None:
    now = 1000.0
    limits = RateLimits(lambda: now)
    limits.enabled = True
    assert [limits.retry_after("a.method", tier) for _ in range(most)] == [None] * most
    assert limits.retry_after("a.method", tier) == 60
    assert limits.retry_after("another.method", tier) is None
    now += 59.5
    assert limits.retry_after("a.method", tier) == 1
    now += 0.5
    assert limits.retry_after("a.method", tier) is None


def test_a_channel_takes_one_message_a_second_when_limits_are_on(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.slack.limits.enabled = True
    assert bot.call("chat.postMessage", channel=DEALS, text="one")["ok"]
    assert bot.call("chat.postMessage", channel=DEALS, text="two")["error"] == "ratelimited"
    assert bot.call("chat.postMessage", channel=SHARED, text="elsewhere")["ok"]


def test_people_have_a_time_zone(bot: FakeBot) -> None:
    user = bot.call("users.info", user=TOM)["user"]
    assert user["tz"] == "America/New_York"
    assert user["tz_offset"] in (-18000, -14400)
    assert "locale" not in user
    assert "email" not in user["profile"]
    assert bot.call("users.info", user=TOM, include_locale=True)["user"]["locale"] == "en-GB"


def test_people_of_another_company_have_none(bot: FakeBot, sandbox: Sandbox) -> None:
    user = bot.call("users.info", user=OLIVIA, include_locale=True)["user"]
    assert user["team_id"] == BUYER.id
    assert user["is_stranger"] is False
    assert not {"tz", "tz_offset", "locale"} & set(user)
    sandbox.living.leave(BOT_USER, SHARED)
    assert bot.call("users.info", user=OLIVIA)["user"]["is_stranger"] is True


def test_an_unknown_person_is_not_found(bot: FakeBot) -> None:
    assert bot.call("users.info", user="U0NOBODY")["error"] == "user_not_found"


def test_lists_come_in_pages(bot: FakeBot) -> None:
    first = bot.call("users.list", limit=4)
    second = bot.call("users.list", limit=4, cursor=first["response_metadata"]["next_cursor"])
    names = [user["name"] for user in first["members"] + second["members"]]
    assert len(names) == len(set(names)) == 6
    assert "olivia" not in names
    assert second["response_metadata"]["next_cursor"] == ""
    assert bot.call("users.list", cursor="???")["error"] == "invalid_cursor"


def test_a_direct_message_is_opened_once(bot: FakeBot, dm: str) -> None:
    told = bot.call("conversations.open", users=RITA)
    assert (told["channel"]["id"], told["already_open"]) == (dm, True)
    assert bot.call("conversations.open", channel=dm, return_im=True)["channel"]["user"] == RITA
    assert bot.call("conversations.open", channel="D0NOWHERE")["error"] == "channel_not_found"


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("", "users_list_not_supplied"),
        ("U0NOBODY", "user_not_found"),
        (f"{RITA},{TOM}", "too_many_users"),
        (BOT_USER, "invalid_user_combination"),
    ],
)
def test_a_direct_message_needs_one_known_person(bot: FakeBot, users: str, error: str) -> None:
    assert bot.call("conversations.open", users=users)["error"] == error


def test_a_person_who_left_gets_no_direct_message(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.living.change_user(TOM, deleted=True)
    assert bot.call("conversations.open", users=TOM)["error"] == "user_disabled"


def test_a_private_channel_is_invisible_from_outside(bot: FakeBot, sandbox: Sandbox) -> None:
    channel = sandbox.living.create_channel(RITA, "secret", private=True)
    assert bot.call("conversations.info", channel=channel.id)["error"] == "channel_not_found"
    sandbox.living.invite(RITA, channel.id, BOT_USER)
    assert bot.call("conversations.info", channel=channel.id)["channel"]["is_private"] is True


def test_reading_a_channel_needs_the_scope_of_its_kind(bot: FakeBot, sandbox: Sandbox) -> None:
    app = sandbox.workspace.app
    sandbox.workspace.app = dataclasses.replace(app, scopes=app.scopes - {"channels:read"})
    for method in ("conversations.info", "conversations.members"):
        told = bot.call(method, channel=DEALS)
        assert (told["error"], told["needed"]) == ("missing_scope", "channels:read")


def test_channels_are_listed_with_membership(bot: FakeBot) -> None:
    channels = {c["name"]: c for c in bot.call("conversations.list")["channels"]}
    assert channels["deals"]["is_member"] is True
    assert channels["general"]["is_member"] is False
    assert channels["shared-alder-finch"]["is_ext_shared"] is True
    assert [c["id"] for c in bot.call("users.conversations")["channels"]] == [DEALS, SHARED]
    assert bot.call("conversations.list", types="channel")["error"] == "invalid_types"
    assert bot.call("conversations.list", limit=0)["ok"]
    assert bot.call("conversations.list", limit=5000)["error"] == "invalid_limit"


def test_the_app_sees_who_is_in_a_channel(bot: FakeBot) -> None:
    assert OLIVIA in bot.call("conversations.members", channel=SHARED)["members"]


def test_joining_needs_its_scope(bot: FakeBot, sandbox: Sandbox, dm: str) -> None:
    assert bot.call("conversations.join", channel=GENERAL)["error"] == "missing_scope"
    app = sandbox.workspace.app
    sandbox.workspace.app = dataclasses.replace(app, scopes=app.scopes | {"channels:join"})
    assert bot.call("conversations.join", channel=GENERAL)["ok"]
    assert bot.call("conversations.join", channel=GENERAL)["warning"] == "already_in_channel"
    assert bot.call("conversations.join", channel=dm)["error"] == "method_not_supported_for_channel_type"
    sandbox.living.archive(SHARED)
    assert bot.call("conversations.join", channel=SHARED)["error"] == "is_archived"


def test_api_test_returns_what_was_sent(bot: FakeBot) -> None:
    assert bot.call("api.test", token=None, foo="bar")["args"] == {"foo": "bar"}
    assert bot.call("api.test", error="oops")["error"] == "oops"


def test_the_team_is_known(bot: FakeBot) -> None:
    assert bot.call("team.info")["team"]["name"] == "Northbeam"
    assert bot.call("team.info", team="T0ANOTHER1")["error"] == "team_not_found"
