"""Block Kit as HTML: every element that the app may use, tied to its label, with what was filled in, and escaped."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from sandbox.block_kit import with_ids
from sandbox.page.fields import Press, Spot, choice_of, press_named, spot_named
from sandbox.page.mrkdwn import Reader
from sandbox.page.render import Surface, draw, initials
from tests.sandbox.page_app import MENU, asked, button, card, every_input, mrkdwn, option, plain

Json = dict[str, Any]
READER = Reader(people={"U1": "Rita"}, channels={"C1": "deals"})


class Elements(HTMLParser):
    """The start tags of a document with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [a for name, a in self.tags if name == tag and all(a.get(key) == v for key, v in wanted.items())]


def drawn(blocks: list[Json], **more: Any) -> str:
    more = {"people": [("U1", "Rita")], "channels": [("C1", "#deals")], **more}
    return str(draw(with_ids(blocks), Surface("modal", "V1", READER, **more)))


def test_every_input_is_tied_to_its_label_or_group() -> None:
    page = Elements(drawn(every_input()))
    ids = {attributes.get("id") for _, attributes in page.tags}
    labels = page.of("label")
    assert len([label for label in labels if label.get("for")]) == 12
    assert all(label["for"] in ids for label in labels if label.get("for"))
    groups = [attributes for _, attributes in page.tags if attributes.get("role") == "group"]
    assert len(groups) == 3
    assert all(group["aria-labelledby"] in ids for group in groups)


def test_each_kind_of_input_is_the_browsers_own() -> None:
    page = Elements(drawn(every_input()))
    kinds = {attributes.get("type") for attributes in page.of("input")}
    assert kinds >= {"text", "email", "url", "date", "time", "radio", "checkbox", "file"}
    assert len(page.of("select")) == 4
    assert len(page.of("textarea")) == 1


def test_what_the_app_prefilled_is_shown_and_what_was_typed_goes_before_it() -> None:
    block = asked("Deal name", "name", {"type": "plain_text_input", "initial_value": "Acme"})
    assert 'value="Acme"' in drawn([block])
    typed = {"name": {"value": {"type": "plain_text_input", "value": "Birch"}}}
    assert 'value="Birch"' in drawn([block], values=typed)
    emptied = {"name": {"value": {"type": "plain_text_input", "value": None}}}
    assert 'value="Acme"' not in drawn([block], values=emptied)


def test_a_field_error_stands_by_its_input_and_is_announced_with_it() -> None:
    html = drawn([asked("Deal name", "name", {"type": "plain_text_input"})], errors={"name": "Too <short>."})
    page = Elements(html)
    [field] = page.of("input")
    assert field["aria-invalid"] == "true"
    assert str(field["aria-describedby"]).split()[0] in {a.get("id") for a in page.of("p")}
    assert "Too &lt;short&gt;." in html


def test_a_button_with_a_question_first_asks_it() -> None:
    page = Elements(drawn(card()))
    [send_back] = [b for b in page.of("button", type="button") if "confirm" in str(b.get("popovertarget"))][:1]
    [box] = page.of("div", id=str(send_back["popovertarget"]))
    assert box["role"] == "alertdialog"
    assert page.of("button", name="press", value="at:decide:send_back")[0]["class"] == "btn danger"


def test_a_plain_button_is_pressed_at_once_and_a_link_button_leads_away() -> None:
    page = Elements(drawn(card()))
    assert page.of("button", name="press", value="at:decide:approve")
    link = {"type": "actions", "elements": [button("Open", "open", url="https://a.example")]}
    [anchor] = Elements(drawn([link])).of("a")
    assert anchor["href"] == "https://a.example"
    assert anchor["rel"] == "noopener noreferrer"


def test_a_link_button_never_leads_to_a_script() -> None:
    link = {"type": "actions", "elements": [button("Open", "open", url="javascript:alert(1)")]}
    assert "javascript:" not in drawn([link])


def test_menus_offer_their_options_by_group_with_the_chosen_one_selected() -> None:
    groups = [
        {"label": plain("Won"), "options": [option("Yes", "y")]},
        {"label": plain("Not"), "options": [option("No", "n")]},
    ]
    element = {"type": "static_select", "option_groups": groups, "initial_option": option("No", "n")}
    page = Elements(drawn([asked("Outcome", "outcome", element)]))
    assert [group["label"] for group in page.of("optgroup")] == ["Won", "Not"]
    assert [o["value"] for o in page.of("option") if "selected" in o] == ["n"]


def test_a_choice_outside_an_input_block_is_sent_at_once_and_inside_only_if_the_app_asks() -> None:
    outside = {"type": "actions", "block_id": "a", "elements": [{**MENU, "action_id": "m"}]}
    assert 'data-press="at:a:m"' in drawn([outside])
    assert "data-press=" not in drawn([asked("Kind", "k", {**MENU})])
    assert "data-press=" in drawn([asked("Kind", "k", {**MENU}, dispatch_action=True)])


def test_an_image_is_not_fetched_from_elsewhere_but_its_words_are_there() -> None:
    html = drawn([{"type": "image", "image_url": "https://tracker.example/x.png", "alt_text": "A horse"}])
    assert "tracker.example" not in html
    assert 'aria-label="A horse"' in html


def test_rich_text_is_drawn_with_its_styles_and_lists() -> None:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": "<b>", "style": {"bold": True}}]}
    listed = {"type": "rich_text_list", "style": "ordered", "elements": [section]}
    html = drawn([{"type": "rich_text", "elements": [section, listed]}])
    assert html.count("<strong>&lt;b&gt;</strong>") == 2
    assert "<ol" in html


def test_a_block_that_is_not_known_is_named_and_breaks_nothing() -> None:
    assert "“video” is not drawn here" in drawn([{"type": "video"}])


HOSTILE = "\"><script>alert(1)</script><b x='"


def test_hostile_words_stay_words_wherever_the_app_puts_them() -> None:
    hostile_option = {"text": plain(HOSTILE), "value": HOSTILE, "description": plain(HOSTILE)}
    text_input = {
        "type": "plain_text_input",
        "placeholder": plain(HOSTILE),
        "initial_value": HOSTILE,
        "action_id": HOSTILE,
    }
    blocks: list[Json] = [
        {"type": "header", "text": plain(HOSTILE)},
        {"type": "section", "text": mrkdwn(HOSTILE), "fields": [plain(HOSTILE), mrkdwn(HOSTILE)]},
        {"type": "context", "elements": [{"type": "image", "image_url": HOSTILE, "alt_text": HOSTILE}]},
        asked(HOSTILE, HOSTILE, {**text_input, "action_id": HOSTILE}, hint=plain(HOSTILE)),
        asked(
            "Area", "area", {"type": "plain_text_input", "multiline": True, "initial_value": "</textarea>" + HOSTILE}
        ),
        asked("Menu", "menu", {"type": "static_select", "options": [hostile_option], "placeholder": plain(HOSTILE)}),
        asked("Ticks", "ticks", {"type": "checkboxes", "options": [hostile_option]}),
        asked("File", "file", {"type": "file_input", "filetypes": [HOSTILE]}),
        {"type": "actions", "elements": [button(HOSTILE, HOSTILE + "b", style=HOSTILE, accessibility_label=HOSTILE)]},
        {"type": HOSTILE},
    ]
    html = drawn(blocks, errors={HOSTILE: HOSTILE})
    page = Elements(html)
    assert page.of("script") == []
    assert all("x" not in attributes for attributes in page.of("b"))
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_a_spot_and_a_press_survive_the_way_through_a_form() -> None:
    spot = Spot('a "block": %22', "an [action]\r\n")
    assert spot_named(spot.name) == spot
    assert not set(spot.name) & set('"\r\n')
    for chosen in (None, "", 'b:"c"'):
        assert press_named(Press(spot, chosen).value) == Press(spot, chosen)


@pytest.mark.parametrize("value", ["", "do", "at", "at:a", "a:b", "at:a:b:c:d", "null"])
def test_any_other_name_is_no_press(value: str) -> None:
    assert press_named(value) is None


@pytest.mark.parametrize(
    ("element", "given", "choice"),
    [
        ({"type": "plain_text_input"}, ["a\r\nb"], "a\nb"),
        ({"type": "plain_text_input"}, [""], None),
        ({"type": "checkboxes"}, ["", "x", "y"], ["x", "y"]),
        ({"type": "checkboxes"}, [""], []),
        ({"type": "multi_users_select"}, ["", "U1"], ["U1"]),
        ({"type": "static_select"}, ["x"], "x"),
        ({"type": "users_select"}, [""], None),
        ({"type": "datepicker"}, ["2025-03-04"], "2025-03-04"),
        ({"type": "datetimepicker"}, ["1970-01-01T00:01"], 60),
        ({"type": "datetimepicker"}, ["soon"], None),
        ({"type": "button"}, [], None),
    ],
)
def test_what_comes_back_from_the_form_is_what_the_person_chose(
    element: Json, given: list[str], choice: object
) -> None:
    assert choice_of(element, given) == choice


def test_initials_are_short_and_never_empty() -> None:
    assert [initials(name) for name in ("Rita Solano", "Stagecoach", "Jean-Luc de la Tour", "", "--")] == [
        "RS",
        "S",
        "JT",
        "?",
        "?",
    ]
