"""How long and how many: each limit of Block Kit with the most that Slack takes, and one more that it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sandbox.block_kit import check_blocks, check_view
from sandbox.block_kit.place import Place
from tests.sandbox.views import actions, button, field, home, modal, option, plain, section, select

Json = dict[str, Any]
CONFIRM = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart"}
EVERYWHERE = ["im", "mpim", "private", "public", "im"]


def problems_of(block: Json) -> str:
    place = Place("/blocks")
    check_blocks(place, [block], "modal" if block["type"] == "input" else "message")
    return "\n".join(map(str, place.problems))


def words(length: int) -> Json:
    return plain("x" * length)


def typed(kind: str, **more: Any) -> Json:
    return field("Value", {"type": kind, "action_id": "value", **more})


def options(number: int) -> list[Json]:
    return [option(str(at)) for at in range(number)]


def grouped(*groups: Json) -> Json:
    return actions({"type": "static_select", "option_groups": list(groups)})


def menu(kind: str, **more: Any) -> Json:
    return actions({"type": kind, "action_id": "menu", **more})


def confirming(**more: Any) -> Json:
    return actions(button("Go", confirm={**CONFIRM, **more}))


def rich(*frames: Json) -> Json:
    return {"type": "rich_text", "elements": list(frames)}


def line(*inline: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(inline)}


LENGTHS: Mapping[str, tuple[int, Callable[[int], Json]]] = {
    "a section": (3000, lambda n: section("x" * n)),
    "a field of a section": (2000, lambda n: {"type": "section", "fields": [words(n)]}),
    "a header": (150, lambda n: {"type": "header", "text": words(n)}),
    "a text of a context": (3000, lambda n: {"type": "context", "elements": [words(n)]}),
    "a label": (2000, lambda n: field("x" * n, block_id="name")),
    "a hint": (2000, lambda n: {**field("Name"), "hint": words(n)}),
    "the title of an image": (2000, lambda n: {**IMAGE, "title": words(n)}),
    "the words for an image": (2000, lambda n: {**IMAGE, "alt_text": "x" * n}),
    "markdown": (12_000, lambda n: {"type": "markdown", "text": "x" * n}),
    "a block_id": (255, lambda n: section("x", block_id="x" * n)),
    "an action_id": (255, lambda n: actions(button("Go", "x" * n))),
    "a button": (75, lambda n: actions(button("x" * n))),
    "the value of a button": (2000, lambda n: actions(button("Go", value="x" * n))),
    "the address of a button": (3000, lambda n: actions(button("Go", url="https://e.com/" + "x" * (n - 14)))),
    "what is read aloud for a button": (75, lambda n: actions(button("Go", accessibility_label="x" * n))),
    "a placeholder": (150, lambda n: actions(select("One", placeholder=words(n)))),
    "an option": (75, lambda n: actions(select("x" * n))),
    "the value of an option": (150, lambda n: menu("static_select", options=[option("One", "x" * n)])),
    "what describes an option": (75, lambda n: menu("overflow", options=[{**option("One"), "description": words(n)}])),
    "the label of a group": (75, lambda n: grouped({"label": words(n), "options": options(1)})),
    "the title of a question": (100, lambda n: confirming(title=words(n))),
    "the text of a question": (300, lambda n: confirming(text=words(n))),
    "the yes of a question": (30, lambda n: confirming(confirm=words(n))),
    "the no of a question": (30, lambda n: confirming(deny=words(n))),
    "what stands in a line at first": (3000, lambda n: typed("plain_text_input", initial_value="x" * n)),
    "what stands in a line of five": (5, lambda n: typed("plain_text_input", max_length=5, initial_value="x" * n)),
    "what stands in a line for mail at first": (3000, lambda n: typed("email_text_input", initial_value="x" * n)),
    "the kind of a file": (255, lambda n: typed("file_input", filetypes=["x" * n])),
    "a first person": (255, lambda n: menu("users_select", initial_user="x" * n)),
    "one of the first persons": (255, lambda n: menu("multi_users_select", initial_users=["x" * n])),
    "a rich word": (10_000, lambda n: rich(line({"type": "text", "text": "x" * n}))),
}  # fmt: skip


@pytest.mark.parametrize("name", LENGTHS)
def test_a_text_has_a_greatest_length(name: str) -> None:
    most, build = LENGTHS[name]
    assert problems_of(build(most)) == ""
    assert f"must be less than {most + 1} characters" in problems_of(build(most + 1))


COUNTS: Mapping[str, tuple[int, Callable[[int], Json]]] = {
    "fields of a section": (10, lambda n: {"type": "section", "fields": [plain("x")] * n}),
    "elements of a context": (10, lambda n: {"type": "context", "elements": [plain("x")] * n}),
    "elements of an actions block": (25, lambda n: actions(*(button("Go", f"b{at}") for at in range(n)))),
    "options": (100, lambda n: menu("static_select", options=options(n))),
    "groups": (100, lambda n: grouped(*({"label": plain("All"), "options": options(1)} for _ in range(n)))),
    "options of a group": (100, lambda n: grouped({"label": plain("All"), "options": options(n)})),
    "checkboxes": (10, lambda n: menu("checkboxes", options=options(n))),
    "radio buttons": (10, lambda n: menu("radio_buttons", options=options(n))),
    "options of an overflow menu": (5, lambda n: menu("overflow", options=options(n))),
    "kinds of files": (100, lambda n: typed("file_input", filetypes=["pdf"] * n)),
    "first persons": (1000, lambda n: menu("multi_users_select", initial_users=["U1"] * n)),
    "kinds of conversations": (4, lambda n: menu("conversations_select", filter={"include": EVERYWHERE[:n]})),
    "parts of a rich text": (1000, lambda n: rich(*[line()] * n)),
    "words of a rich text": (10_000, lambda n: rich(line(*[{"type": "text", "text": "x"}] * n))),
}


@pytest.mark.parametrize("name", COUNTS)
def test_there_may_be_so_many_and_no_more(name: str) -> None:
    most, build = COUNTS[name]
    assert problems_of(build(most)) == ""
    assert f"no more than {most} items allowed" in problems_of(build(most + 1))


NUMBERS: Mapping[str, tuple[int, int, Callable[[Any], Json]]] = {
    "the least length of a line": (0, 3000, lambda n: typed("plain_text_input", min_length=n)),
    "the greatest length of a line": (1, 3000, lambda n: typed("plain_text_input", max_length=n)),
    "the number of files": (1, 10, lambda n: typed("file_input", max_files=n)),
    "the number of choices": (1, 10**6, lambda n: menu("multi_users_select", max_selected_items=n)),
    "a first moment": (10**9, 10**10 - 1, lambda n: menu("datetimepicker", initial_date_time=n)),
    "a date in a rich text": (0, 10**11, lambda n: rich(line({"type": "date", "timestamp": n, "format": "{date}"}))),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_lies_within_its_bounds(name: str) -> None:
    least, most, build = NUMBERS[name]
    assert problems_of(build(least)) == problems_of(build(most)) == ""
    for wrong in (least - 1, most + 1):
        assert f"must be from {least} to {most}" in problems_of(build(wrong))
    for wrong_kind in (str(most), True, 1.5):
        assert "must be an integer" in problems_of(build(wrong_kind))


FLAGS: Mapping[str, Callable[[Any], Json]] = {
    "an optional input": lambda flag: {**field("Name"), "optional": flag},
    "an input that tells of itself": lambda flag: {**field("Name"), "dispatch_action": flag},
    "a line of several": lambda flag: typed("plain_text_input", multiline=flag),
    "a number with decimals": lambda flag: typed("number_input", is_decimal_allowed=flag),
    "the focus": lambda flag: menu("datepicker", focus_on_load=flag),
    "a menu that may be answered": lambda flag: menu("channels_select", response_url_enabled=flag),
    "a filter": lambda flag: menu("conversations_select", filter={"exclude_bot_users": flag}),
    "emoji": lambda flag: {"type": "section", "text": {**plain("x"), "emoji": flag}},
    "a style": lambda flag: rich(line({"type": "text", "text": "x", "style": {"bold": flag}})),
}


@pytest.mark.parametrize("name", FLAGS)
def test_a_flag_is_yes_or_no(name: str) -> None:
    assert problems_of(FLAGS[name](True)) == problems_of(FLAGS[name](False)) == ""
    assert "must be a boolean" in problems_of(FLAGS[name]("true"))


WRONG: Mapping[str, tuple[Json, str]] = {
    "a label in mrkdwn": ({**field("Name"), "label": {"type": "mrkdwn", "text": "x"}}, "must be one of plain_text"),
    "a context image without words": (
        {"type": "context", "elements": [{"type": "image", "image_url": "https://example.com/a.png"}]},
        "missing required field: alt_text",
    ),
    "an image by a script": ({**IMAGE, "image_url": "javascript:alert(1)"}, "invalid url"),
    "an address with a space": ({**IMAGE, "image_url": "https://example.com/a b.png"}, "invalid url"),
    "an address that cannot be read": ({**IMAGE, "image_url": "https://[::1/a.png"}, "invalid url"),
    "a number input with a word": (
        typed("number_input", is_decimal_allowed=True, initial_value="x"),
        "must be a number in a string",
    ),
    "a number input with no end": (
        typed("number_input", is_decimal_allowed=True, max_value="inf"),
        "must be a number in a string",
    ),
    "a trigger of its own": (
        typed("number_input", is_decimal_allowed=True, dispatch_action_config={"trigger_actions_on": ["sometimes"]}),
        "on_enter_pressed or on_character_entered",
    ),
    "a date in another form": (menu("datepicker", initial_date="2025-W09-5"), "must be a date"),
    "a date with more behind it": (menu("datepicker", initial_date="2025-02-281"), "must be a date"),
    "a time with seconds": (menu("timepicker", initial_time="09:30:00"), "must be a time"),
    "a time that is no text": (menu("timepicker", initial_time=930), "must be a time"),
    "a list of lists": (
        rich({"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_quote", "elements": []}]}),
        "unsupported type: rich_text_quote",
    ),
    "a question in another colour": (confirming(style="green"), "must be primary or danger"),
    "an option that leads to a script": (
        menu("overflow", options=[{**option("One"), "url": "javascript:alert(1)"}]),
        "invalid url",
    ),
    "a value that is empty": (
        menu("static_select", options=[{**option("One"), "value": ""}]),
        "more than 0 characters",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_slack_refuses_also(name: str) -> None:
    block, complaint = WRONG[name]
    assert complaint in problems_of(block)


VIEWS: Mapping[str, tuple[int, Callable[[int], Json]]] = {
    "a title": (24, lambda n: modal(section("x"), title=words(n))),
    "a submit": (24, lambda n: modal(section("x"), submit=words(n))),
    "a close": (24, lambda n: modal(section("x"), close=words(n))),
    "a callback_id": (255, lambda n: modal(section("x"), callback_id="x" * n)),
    "private metadata": (3000, lambda n: modal(section("x"), private_metadata="x" * n)),
    "an id of the app's own": (255, lambda n: home(section("x"), external_id="x" * n)),
}


@pytest.mark.parametrize("name", VIEWS)
def test_the_frame_of_a_view_has_limits(name: str) -> None:
    most, build = VIEWS[name]
    assert check_view(build(most)) == []
    assert f"must be less than {most + 1} characters" in "\n".join(map(str, check_view(build(most + 1))))


@pytest.mark.parametrize("name", ["clear_on_close", "notify_on_close"])
def test_a_flag_of_a_modal_is_yes_or_no(name: str) -> None:
    assert check_view(modal(section("x"), **{name: True})) == []
    assert "must be a boolean" in str(check_view(modal(section("x"), **{name: "true"}))[0])
