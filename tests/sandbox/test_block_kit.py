"""What Slack refuses about blocks and views, each rule with its good neighbour."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sandbox.block_kit import check_blocks, check_view, is_too_large, with_ids
from sandbox.block_kit.place import Place
from tests.sandbox.views import actions, button, field, home, modal, option, plain, section, select

Json = dict[str, Any]
CONFIRM = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart"}


def _problems(blocks: Any, surface: str = "message") -> str:
    place = Place("/blocks")
    check_blocks(place, blocks, surface)
    return "\n".join(map(str, place.problems))


def _input(kind: str, **more: Any) -> Json:
    return field("Value", {"type": kind, "action_id": "value", **more})


def _rich(inline: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [inline]}]}


GOOD_BLOCKS: dict[str, Json] = {
    "a section": section("x" * 3000),
    "fields": {"type": "section", "fields": [plain("x" * 2000)] * 10},
    "a header": {"type": "header", "text": plain("x" * 150)},
    "a context": {"type": "context", "elements": [plain("a")] * 9 + [IMAGE]},
    "buttons": actions(*(button("x" * 75, f"b{n}", value="v" * 2000, style="primary") for n in range(25))),
    "a link button": actions(button("Open", url="https://example.com/" + "x" * 2980)),
    "a confirm": actions(button("Go", confirm=CONFIRM | {"style": "danger"})),
    "a select": actions(select(*(f"option {n}" for n in range(100)))),
    "a grouped select": actions(
        {"type": "static_select", "option_groups": [{"label": plain("All"), "options": [option("One")]}]}
    ),
    "an overflow menu": section("x", accessory={"type": "overflow", "options": [option(str(n)) for n in range(5)]}),
    "an initial option": actions(select("One", "Two", initial_option=option("Two"))),
    "checkboxes": actions({"type": "checkboxes", "options": [option(str(n)) for n in range(10)]}),
    "a date": actions({"type": "datepicker", "initial_date": "2025-02-28", "placeholder": plain("Pick")}),
    "an image": {**IMAGE, "title": plain("A chart")},
    "a divider": {"type": "divider"},
    "markdown": {"type": "markdown", "text": "# x"},
    "rich text": {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
    "rich words": _rich({"type": "text", "text": "x", "style": {"bold": True}}),
    "a rich link": _rich({"type": "link", "url": "https://example.com"}),
    "a list": {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_section", "elements": []}]}
        ],
    },
    "a menu of conversations": actions({"type": "conversations_select", "filter": {"include": ["public"]}}),
    "an input": field("Name"),
}


@pytest.mark.parametrize("name", GOOD_BLOCKS)
def test_slack_takes(name: str) -> None:
    assert _problems([GOOD_BLOCKS[name]]) == ""


BAD_BLOCKS: dict[str, tuple[Any, str]] = {
    "an unknown block": ({"type": "marquee"}, "unsupported type"),
    "a block that is no object": ("section", "unsupported type"),
    "an unknown property": (section("x", colour="red"), "invalid additional property: colour"),
    "a section that is too long": (section("x" * 3001), "less than 3001"),
    "an empty text": (section(""), "more than 0 characters"),
    "a section of nothing": ({"type": "section"}, "must have text or fields"),
    "eleven fields": ({"type": "section", "fields": [plain("a")] * 11}, "no more than 10 items"),
    "a field that is too long": ({"type": "section", "fields": [plain("x" * 2001)]}, "less than 2001"),
    "a header that is too long": ({"type": "header", "text": plain("x" * 151)}, "less than 151"),
    "a header in mrkdwn": ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "must be one of plain_text"),
    "eleven context elements": ({"type": "context", "elements": [plain("a")] * 11}, "no more than 10 items"),
    "a button in a context": ({"type": "context", "elements": [button("Go")]}, "invalid additional property"),
    "26 buttons": (actions(*(button("Go", f"b{n}") for n in range(26))), "no more than 25 items"),
    "no buttons": (actions(), "no fewer than 1 items"),
    "a button text that is too long": (actions(button("x" * 76)), "less than 76"),
    "a button value that is too long": (actions(button("Go", value="x" * 2001)), "less than 2001"),
    "a button url that is too long": (actions(button("Go", url="https://e.com/" + "x" * 3000)), "less than 3001"),
    "a javascript url": (actions(button("Go", url="javascript:alert(1)")), "invalid url"),
    "a url without a host": (actions(button("Go", url="https://")), "invalid url"),
    "a colourful button": (actions(button("Go", style="green")), "primary or danger"),
    "a confirm without a title": (
        actions(button("Go", confirm={k: v for k, v in CONFIRM.items() if k != "title"})),
        "missing required field: title",
    ),
    "a confirm that is too long": (actions(button("Go", confirm={**CONFIRM, "text": plain("x" * 301)})), "301"),
    "a select without options": (actions({"type": "static_select", "options": []}), "no fewer than 1"),
    "101 options": (actions(select(*map(str, range(101)))), "no more than 100 items"),
    "options and groups": (actions(select("One", option_groups=[])), "either options or option_groups"),
    "an option that is too long": (actions(select("x" * 76)), "less than 76"),
    "an option value that is too long": (
        actions({"type": "static_select", "options": [option("One", "x" * 151)]}),
        "less than 151",
    ),
    "an option without a value": (
        actions({"type": "static_select", "options": [{"text": plain("One")}]}),
        "missing required field: value",
    ),
    "an initial option from elsewhere": (actions(select("One", initial_option=option("Two"))), "one of the options"),
    "initial options from elsewhere": (
        actions({"type": "checkboxes", "options": [option("A")], "initial_options": [option("B")]}),
        "among the options",
    ),
    "eleven checkboxes": (actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]}), "10 items"),
    "eleven radio buttons": (
        actions({"type": "radio_buttons", "options": [option(str(n)) for n in range(11)]}),
        "no more than 10 items",
    ),
    "six overflow options": (
        section("x", accessory={"type": "overflow", "options": [option(str(n)) for n in range(6)]}),
        "no more than 5 items",
    ),
    "a date that is none": (actions({"type": "datepicker", "initial_date": "2025-02-30"}), "must be a date"),
    "a time that is none": (actions({"type": "timepicker", "initial_time": "25:00"}), "must be a time"),
    "an image without alt text": ({k: v for k, v in IMAGE.items() if k != "alt_text"}, "alt_text"),
    "an image from nowhere": ({"type": "image", "alt_text": "x"}, "either image_url or slack_file"),
    "a typed input in actions": (actions({"type": "plain_text_input"}), "unsupported type"),
    "a button in an input": (field("Name", button("Go")), "unsupported type"),
    "a file input in a message": (_input("file_input"), "unsupported type: file_input"),
    "a block_id that is too long": (section("x", block_id="x" * 256), "less than 256"),
    "an action_id that is too long": (actions(button("Go", "x" * 256)), "less than 256"),
    "an action_id twice": (actions(button("Yes"), button("No")), "action_id 'go' already exists"),
    "a placeholder that is too long": (actions(select("One", placeholder=plain("x" * 151))), "less than 151"),
    "a filter of its own": (
        actions({"type": "conversations_select", "filter": {"include": ["everything"]}}),
        "must be im, mpim, private or public",
    ),
    "a first person that is no id": (actions({"type": "users_select", "initial_user": 5}), "must be a string"),
    "an unknown rich text": ({"type": "rich_text", "elements": [{"type": "poem"}]}, "unsupported type: poem"),
    "an unknown inline element": (_rich({"type": "marquee"}), "unsupported type: marquee"),
    "a rich link to a script": (_rich({"type": "link", "url": "javascript:alert(1)"}), "invalid url"),
    "an empty rich text": (_rich({"type": "text", "text": ""}), "more than 0"),
    "an unknown style": (_rich({"type": "text", "text": "x", "style": {"blink": True}}), "blink"),
    "a filter that is none": (actions({"type": "conversations_select", "filter": ["im"]}), "must be an object"),
    "a flag that is none": (actions({"type": "channels_select", "response_url_enabled": "yes"}), "must be a boolean"),
    "an emoji flag on mrkdwn": (
        {"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}},
        "allowed on plain_text only",
    ),
    "a count that is none": (
        actions({"type": "multi_users_select", "max_selected_items": "3"}),
        "must be an integer",
    ),
    "a frame without elements": (
        {"type": "rich_text", "elements": [{"type": "rich_text_section"}]},
        "missing required field: elements",
    ),
    "a frame whose elements are no list": (
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": "x"}]},
        "must be an array",
    ),
    "a list without a style": (
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": []}]},
        "must be bullet or ordered",
    ),
    "an inline element without its text": (_rich({"type": "text"}), "missing required field: text"),
    "rich text of nothing": ({"type": "rich_text", "elements": []}, "no fewer than 1 items"),
}


@pytest.mark.parametrize("name", BAD_BLOCKS)
def test_slack_refuses(name: str) -> None:
    block, complaint = BAD_BLOCKS[name]
    assert complaint in _problems([block])


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_a_surface_has_room_for_so_many_blocks(surface: str, most: int) -> None:
    assert _problems([{"type": "divider"}] * most, surface) == ""
    assert f"no more than {most} items" in _problems([{"type": "divider"}] * (most + 1), surface)


def test_a_block_id_stands_once() -> None:
    assert _problems([section("a", block_id="one"), section("b", block_id="two")]) == ""
    assert "block_id 'one' already exists" in _problems([section("a", block_id="one"), section("b", block_id="one")])


def test_a_markdown_block_belongs_in_messages_only() -> None:
    assert "unsupported type" in _problems([GOOD_BLOCKS["markdown"]], "modal")


def test_blocks_are_a_list() -> None:
    assert "must be an array" in _problems({"type": "section"})


@pytest.mark.parametrize("kind", ["email_text_input", "url_text_input", "file_input"])
def test_some_inputs_belong_in_modals_only(kind: str) -> None:
    assert check_view(modal(_input(kind))) == []
    assert "unsupported type" in str(check_view(home(_input(kind)))[0])


def test_a_good_modal_and_a_good_home_are_taken() -> None:
    shown = [field("Name"), section("x"), actions(button("Go"))]
    assert check_view(modal(*shown, callback_id="c" * 255, private_metadata="x" * 3000, close=plain("Cancel"))) == []
    assert check_view(home(section("x"), callback_id="c")) == []


BAD_MODALS: dict[str, tuple[Json, str]] = {
    "a long title": ({"title": plain("x" * 25)}, "/view/title/text"),
    "an empty title": ({"title": plain("")}, "/view/title/text"),
    "a long submit": ({"submit": plain("x" * 25)}, "/view/submit/text"),
    "a long close": ({"close": plain("x" * 25)}, "/view/close/text"),
    "long metadata": ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
    "a long callback_id": ({"callback_id": "x" * 256}, "/view/callback_id"),
    "no blocks": ({"blocks": []}, "/view/blocks"),
    "an unknown property": ({"colour": "red"}, "colour"),
    "no submit beside inputs": ({"submit": None}, "submit"),
    "another type": ({"type": "dialog"}, "must be modal or home"),
}


@pytest.mark.parametrize("name", BAD_MODALS)
def test_slack_refuses_a_modal_with(name: str) -> None:
    change, complaint = BAD_MODALS[name]
    assert complaint in "\n".join(map(str, check_view({**modal(field("Name")), **change})))


def test_a_modal_with_inputs_needs_a_submit() -> None:
    view = modal(field("Name"))
    del view["submit"]
    assert "must define `submit`" in str(check_view(view)[0])


def test_a_modal_without_inputs_needs_no_submit() -> None:
    assert check_view({"type": "modal", "title": plain("A list"), "blocks": [section("x")]}) == []


def test_a_home_has_no_title() -> None:
    assert "title" in str(check_view(home(title=plain("x")))[0])


INPUTS: list[tuple[Json, Json]] = [
    ({"type": "plain_text_input", "max_length": 3000}, {"type": "plain_text_input", "max_length": 3001}),
    (
        {"type": "plain_text_input", "initial_value": "x" * 3000},
        {"type": "plain_text_input", "initial_value": "x" * 3001},
    ),
    ({"type": "number_input", "is_decimal_allowed": True}, {"type": "number_input"}),
    (
        {"type": "number_input", "is_decimal_allowed": True, "min_value": "0"},
        {"type": "number_input", "is_decimal_allowed": True, "min_value": 0},
    ),
    ({"type": "file_input", "max_files": 10}, {"type": "file_input", "max_files": 11}),
    (
        {"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}},
        {"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_blur"]}},
    ),
]


@pytest.mark.parametrize(("good", "bad"), INPUTS)
def test_inputs_have_limits_of_their_own(good: Json, bad: Json) -> None:
    assert check_view(modal(field("Value", good))) == []
    assert check_view(modal(field("Value", bad))) != []


def test_one_element_gets_the_focus() -> None:
    focused = {"type": "plain_text_input", "action_id": "value", "focus_on_load": True}
    assert check_view(modal(field("One", focused), field("Two"))) == []
    assert "focus_on_load" in str(check_view(modal(field("One", focused), field("Two", focused)))[0])


def test_a_view_of_more_than_250_kb_is_too_large() -> None:
    fat = [section("x" * 2900) for _ in range(90)]
    assert is_too_large(modal(*fat))
    assert not is_too_large(modal(*fat[:80]))
    assert not is_too_large("x" * (250_000 - len('""')))
    assert is_too_large("x" * (250_001 - len('""')))


def test_missing_ids_are_filled_in_and_given_ones_kept() -> None:
    given = [section("x", block_id="mine"), {"type": "actions", "elements": [{"type": "button", "text": plain("Go")}]}]
    before = copy.deepcopy(given)
    filled = with_ids(given)
    assert given == before
    assert filled[0]["block_id"] == "mine"
    assert filled[1]["block_id"]
    assert filled[1]["elements"][0]["action_id"]
