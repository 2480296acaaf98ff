"""Mistakes in process files: each gets one line with file, line, stage and key, and all are told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.definitions import load_process
from tests.definition_files import MINE, changed, problems, written


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return written(tmp_path / "mine.yaml", MINE)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("least: claimed", "least: sure",
         'mine.yaml:36: stage "evaluated", criterion "recap": least: "sure" is not a strength; '
         "use claimed or inspectable or verified"),
        ("        coach: Ask a question that takes\n          one line to answer.", "        coahc: Ask.",
         'mine.yaml:31: stage "evaluated", criterion "recap": coahc: is not a key here; did you mean "coach"?'),
        ("max_age: 60d", "stale_after: 60d",
         'mine.yaml:38: stage "evaluated", criterion "recap": stale_after: is not a key here; it belongs to a stage'),
        ("name: My process", "name: 2026", 'mine.yaml:2: name: must be a text; put "2026" in quotes'),
        ("name: My process", "name: [a, b]", "mine.yaml:2: name: must be one text, not a list"),
        ("name: My process", f"name: {'x' * 61}", "mine.yaml:2: name: has 61 characters; at most 60 fit"),
        ("name: My process", 'name: " "', "mine.yaml:2: name: is empty"),
        ("name: My process", 'name: "a\\0b"', "mine.yaml:2: name: holds the invisible character U+0000; remove it"),
        ("name: My process", "name: *mine", "mine.yaml:2: a text that begins with * or & has to stand in quotes"),
        ("name: My process", "name: &x My process",
         "mine.yaml:2: name: & and * are not used here; share criteria with criterion_sets and include"),
        ("name: My process", "name: !!python/name:os.system x",
         "mine.yaml:2: name: the tag tag:yaml.org,2002:python/name:os.system is not used here; remove it"),
        ("name: My process", "name: My process\nname: Again",
         "mine.yaml:3: name: stands here twice; the first is on line 2"),
        ("key: mine", "key: Mine!",
         'mine.yaml:1: key: "Mine!" is not a key; use up to 40 small letters, digits and _, beginning with a letter'),
        ("currency: EUR", "currency: eur", 'mine.yaml:3: currency: "eur" is not a currency code; write EUR'),
        ("currency: EUR", "currency: euros",
         'mine.yaml:3: currency: "euros" is not a currency code; use one such as EUR, USD or SEK'),
        ('channel: "#deals"', "channel: #deals",
         "mine.yaml:4: channel: is empty; give it a value (in quotes if it begins with #) or remove it"),
        ('channel: "#deals"', "channel: deals",
         'mine.yaml:4: channel: "deals" is not a channel; write '
         "its id (C0123ABCDEF) or its name in quotes ('#sales')"),
        ("lookback: 90d", "lookback: 0d", 'mine.yaml:5: lookback: "0d" is out of range; write 1 to 3650 days'),
        ("stale_after: 5bd", "stale_after: 5",
         'mine.yaml:18: stage "evaluated": stale_after: "5" is not a duration; '
         "write 10d for calendar days, 5bd for business days or 6m for months"),
        ("approval: manager", "approval: boss",
         'mine.yaml:19: stage "evaluated": approval: "boss" is not an approval; use none or manager'),
        ("kind: preparation", "kind: post_sales",
         'mine.yaml:12: stage "list": kind: "post_sales" is not a kind of stage; '
         'use preparation or open or won or post_sale; did you mean "post_sale"?'),
        ("party: third_party", "party: customer",
         'mine.yaml:34: stage "evaluated", criterion "recap": party: "customer" is not a party; '
         "use buyer or seller or third_party"),
        ("accepts: [email, message]", "accepts: [email, not_applicable]",
         'mine.yaml:35: stage "evaluated", criterion "recap": accepts, item 2: "not_applicable" is not a kind of '
         "evidence; use email or meeting or call or document or message or quote"),
        ("accepts: [email, message]", "accepts: []",
         'mine.yaml:35: stage "evaluated", criterion "recap": accepts: is empty; '
         "write at least one, or remove the key"),
        ("amount_at_least: 10_000", "amount_at_least: lots",
         'mine.yaml:37: stage "evaluated", criterion "recap": when.amount_at_least: "lots" is not an amount; '
         "write whole units of the currency, such as 10000"),
        ("amount_at_least: 10_000", "amount_at_least: -1",
         'mine.yaml:37: stage "evaluated", criterion "recap": when.amount_at_least: '
         "An amount cannot be negative. Write it without the minus sign."),
        ("amount_below: 20000.50", "amount_below: 9",
         'mine.yaml:37: stage "evaluated", criterion "recap": when: can never be true; '
         "make amount_below larger than amount_at_least"),
        ("{amount_at_least: 10_000, amount_below: 20000.50}", "{}",
         'mine.yaml:37: stage "evaluated", criterion "recap": when: is empty; '
         "write amount_at_least, amount_below or both"),
        ("may_not_apply: true", "may_not_apply: maybe",
         'mine.yaml:39: stage "evaluated", criterion "recap": may_not_apply: "maybe" is not an answer; '
         "use true or false"),
        ("otherwise: {stage: list}", "otherwise: {stage: list, park: 3d}",
         'mine.yaml:25: stage "evaluated": otherwise: must name one way; write either stage or park'),
        ("  - {key: price, text: Price}", "  - Price",
         "mine.yaml:43: loss reason 1: must have keys of its own, such as “key: …”"),
        ("  - {key: price, text: Price}", f"  - {{key: price, text: {'x' * 76}}}",
         'mine.yaml:43: loss reason "price": text: has 76 characters; at most 75 fit'),
        ("    do: [Show it., Listen.]", "    do: [Show it., Say: hello]",
         'mine.yaml:21: stage "evaluated": do, item 2: must be a text; if it contains “: ”, put it in quotes'),
        ("    - {key: talked, text: The buyer talked to us., coach: Call., example: A note.}", "    - {key: talked}",
         'mine.yaml:8: criterion set "talk", criterion "talked": text: is missing: what the buyer did, as a fact'),
    ],
)  # fmt: skip
def test_a_wrong_value_gets_a_line_with_its_place_and_what_to_write(mine: Path, old: str, new: str, line: str) -> None:
    assert line in changed(mine, old, new)


@pytest.mark.parametrize(
    ("new", "line"),
    [
        ("{stage: demo, lands: there}",
         'replaces, item 1.lands: "there" is not where deals land; write “lands: here”, or leave it out'),
        ("{stage: demo, land: here}", 'replaces, item 1.land: is not a key here; did you mean "lands"?'),
        ("{lands: here}", 'stage "evaluated": replaces, item 1.stage: is missing: the key of the stage that is gone'),
        ("{stage: Demo, lands: here}", 'stage "evaluated": replaces, item 1.stage: "Demo" is not a key'),
        ("[Demo]", 'stage "evaluated": replaces, item 1: "Demo" is not a key'),
        ("Demo", 'stage "evaluated": replaces, item 1: "Demo" is not a key'),
    ],
)  # fmt: skip
def test_what_replaces_a_stage_is_written_in_one_of_two_ways(mine: Path, new: str, line: str) -> None:
    assert any(line in found for found in changed(mine, "replaces: demo", f"replaces: {new}"))


def test_deals_of_a_stage_that_was_split_land_in_one_part(mine: Path) -> None:
    both = MINE.replace("replaces: demo", "replaces: {stage: demo, lands: here}")
    both = both.replace("name: Signed,", "name: Signed, replaces: [{stage: demo, lands: here}],")
    assert problems(written(mine, both)) == [
        'mine.yaml:40: stage "won": replaces, item 1.stage: deals of "demo" land in stage "evaluated" already; '
        "keep one “lands: here”"
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("  - {key: live,", "  - {key: won,",
         'mine.yaml:41: stage "won": key: "won" is used by another stage; choose another key'),
        ("name: Signed", "name: product Evaluated",
         'mine.yaml:40: stage "won": name: "product Evaluated" is the name of another stage; choose another'),
        ("replaces: demo", "replaces: live",
         'mine.yaml:26: stage "evaluated": replaces: "live" is a stage of this process; '
         "only keys that are gone can be replaced"),
        ("name: Signed,", "name: Signed, replaces: [old, demo],",
         'mine.yaml:40: stage "won": replaces, item 2: "demo" is replaced by "evaluated" and "won"; '
         "say which of them its deals come to: write {stage: demo, lands: here} in that one"),
        ("replaces: demo", "replaces: [demo, demo]",
         'mine.yaml:26: stage "evaluated": replaces, item 2: "demo" stands here twice; remove one'),
        ("replaces: demo", "replaces: {stage: live, lands: here}",
         'mine.yaml:26: stage "evaluated": replaces.stage: "live" is a stage of this process; '
         "only keys that are gone can be replaced"),
        ("key: recap", "key: talked",
         'mine.yaml:29: stage "evaluated", criterion "talked": key: "talked" is a criterion '
         'in the included set "talk" already; choose another key'),
        ("include: talk", "include: tolk",
         'mine.yaml:27: stage "evaluated": include: there is no criterion set "tolk"; did you mean "talk"?'),
        ("include: talk", "include: [talk, talk]",
         'mine.yaml:27: stage "evaluated": include, item 2: its criterion "talked" comes from "talk" already'),
        ("next: [won]", "next: [won, wom]",
         'mine.yaml:24: stage "evaluated": next, item 2: there is no stage "wom"; did you mean "won"?'),
        ("next: [won]", "next: demo",
         'mine.yaml:24: stage "evaluated": next: there is no stage "demo"; write "evaluated", which replaces it'),
        ("next: [won]", "next: evaluated",
         'mine.yaml:24: stage "evaluated": next: "evaluated" is this stage itself; name another'),
        ("next: [won]", "next: live",
         'mine.yaml:24: stage "evaluated": next: "live" would pass by the win; '
         "a deal is won by moving on into the won stage"),
        ("otherwise: {stage: list}", "otherwise: {stage: won}",
         'mine.yaml:25: stage "evaluated": otherwise.stage: "won" would pass by the win; '
         "a deal is won by moving on into the won stage"),
        ("name: Live,", "name: Live, next: evaluated,",
         'mine.yaml:41: stage "live": next: "evaluated" comes before the win; a won deal stays won'),
        ("name: Signed, kind: won", "name: Signed",
         "mine.yaml:9: stages: no stage is won; give the one that is entered by winning “kind: won”"),
        ("kind: post_sale", "kind: won",
         'mine.yaml:41: stage "live": kind: only one stage is won, and "won" is; make this one post_sale'),
        ("kind: post_sale", "kind: open",
         'mine.yaml:41: stage "live": kind: a stage of kind open cannot follow one of kind won; '
         "the order is preparation, open, won, post_sale"),
        ("    outcome: The buyer saw it.", "    outcome: The buyer saw it.\n    kind: preparation",
         'mine.yaml:41: stage "won": kind: comes before any open stage; a deal cannot be won before it was open'),
        ("  - {key: price, text: Price}", "  - {key: price, text: Price}\n  - {key: price, text: Cost}",
         'mine.yaml:44: loss reason "price": key: "price" is used twice; choose another key'),
    ],
)  # fmt: skip
def test_places_that_do_not_fit_together_are_named(mine: Path, old: str, new: str, line: str) -> None:
    assert changed(mine, old, new) == [line]


def test_all_mistakes_of_a_file_are_told_at_once_in_its_order(mine: Path) -> None:
    text = MINE.replace("currency: EUR", "currency: euro").replace("next: [won]", "next: [one]")
    text = text.replace("least: claimed", "least: sure").replace("text: Price}", "txt: Price}")
    lines = problems(written(mine, text))
    assert [line.split(": ")[0] for line in lines] == ["mine.yaml:3", *(f"mine.yaml:{n}" for n in (24, 36, 43, 43))]


def test_twelve_criteria_fit_a_stage_and_thirteen_do_not(mine: Path) -> None:
    more = "".join(f"      - {{key: c{n}, text: t, coach: c, example: e}}\n" for n in range(11))
    place = "  - {key: won,"
    assert (
        len(
            load_process(written(mine, MINE.replace(place, more[:-1].rsplit("\n", 1)[0] + "\n" + place)))
            .stages[1]
            .criteria
        )
        == 12
    )
    assert changed(mine, place, more + place) == [
        'mine.yaml:28: stage "evaluated": criteria: 13 criteria (with included sets) '
        "are too many; keep the 12 that matter"
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "mine.yaml:1: is empty"),
        (b"# nothing yet\n", "mine.yaml:1: is empty"),
        (b"- a\n- b\n", "mine.yaml:1: must begin with keys, such as “key: my_process”"),
        (b"key: mine\nstages:\n\t- a\n", "mine.yaml:3: a tab; indent with spaces instead"),
        (b"key: mine\nname: a: b\n", "mine.yaml:2: a second “: ” in one line; put a text that contains “: ” in quotes"),
        (b"key: mine\nname: 'My\n", "mine.yaml:2: a quote that is opened here is never closed"),
        (b"key: mine\nname: @me\n", "mine.yaml:2: a text that begins with '@' has to stand in quotes"),
        (b"key: mine\nname\ncurrency: EUR\n", "mine.yaml:2: expected “key: value”; is a colon or a quote missing?"),
        (b"key: mine\n---\nkey: two\n", "mine.yaml:2: a second document begins here (---); write one process a file"),
        (b"key: mine\nname: \xe4\n", "mine.yaml:2: holds a character that is not UTF-8; save the file as UTF-8"),
        (MINE.encode("utf-16"), "mine.yaml:1: is saved as UTF-16; save it as UTF-8"),
        (b"key: mine\nname: a\x07b\n", "mine.yaml:2: holds the invisible character U+0007"),
        (
            b'key: "\\UFFFFFFFF"\n',
            "mine.yaml:1: holds an escape in a quoted text (\\x, \\u or \\U) that is no character",
        ),
        (b"[" * 200_000, "mine.yaml:1: lists and keys are nested too deeply"),
        (b"#" * 300_000, "mine.yaml:1: is larger than 256 kB; split it, or remove what is not needed"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_clear_line(mine: Path, content: bytes, line: str) -> None:
    assert problems(written(mine, content)) == [line]


def test_a_file_full_of_references_is_refused_and_not_unfolded(mine: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"a{n}: &a{n} [*a, *a]\n" for n in range(50))
    assert "mine.yaml:1: a: & and * are not used here; share criteria with criterion_sets and include" in problems(
        written(mine, bomb)
    )


def test_a_missing_file_and_a_folder_in_its_place_are_told_apart(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.yaml") == ["none.yaml:1: there is no such file"]
    (tmp_path / "folder.yaml").mkdir()
    assert problems(tmp_path / "folder.yaml") == ["folder.yaml:1: is not a file"]


PLAYBOOK = """\
objections:
  - {key: price, name: Price, words: [too dear], ask: Why?, value: It saves more., risk: Waiting costs more.}
concessions: {rep: 7.5, ask: manager}
loss_reasons:
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("value: It saves more., ", "",
         'mine.yaml:43: objection "price": value: is missing: the answer by the value of the solution'),
        ("words: [too dear]", 'words: [""]', 'mine.yaml:43: objection "price": words, item 1: is empty'),
        ("words: [too dear]", f"words: {'x' * 61}",
         'mine.yaml:43: objection "price": words, item 1: has 61 characters; at most 60 fit'),
        ("ask: Why?", "aks: Why?", 'mine.yaml:43: objection "price": aks: is not a key here; did you mean "ask"?'),
        ("rep: 7.5", "rep: 120",
         'mine.yaml:44: concessions.rep: "120" is not a percentage; write a number from 0 to 99, such as 10'),
        ("rep: 7.5", "rep: 7.555", 'mine.yaml:44: concessions.rep: "7.555" is too exact; two decimals are enough'),
        ("rep: 7.5", "rep: true",
         'mine.yaml:44: concessions.rep: "True" is not a percentage; write a number from 0 to 99, such as 10'),
        ("ask: manager", "ask: boss", 'mine.yaml:44: concessions.ask: "boss" is nobody to ask; use manager'),
        ("concessions:", "  - {key: price, name: P, words: TOO   dear!, value: A, risk: B}\nconcessions:",
         'mine.yaml:44: objection "price": key: "price" is used twice; choose another key'),
        ("concessions:", "  - {key: dear, name: P, words: [new, TOO  dear!], value: A, risk: B}\nconcessions:",
         'mine.yaml:44: objection "dear": words, item 2: "TOO dear!" means an objection above already; '
         "take it out of one of them"),
        ("kind: won,", "kind: won, needs_answered_objections: true,",
         'mine.yaml:40: stage "won": needs_answered_objections: says nothing after the win; '
         "put it into the stage that leads to it"),
        ("party: third_party", "support: [boss]",
         'mine.yaml:34: stage "evaluated", criterion "recap": support, item 1: "boss" is not a part in the committee; '
         "use economic_buyer or champion or user or technical or finance or legal or procurement or executive or "
         "other"),
    ],
)  # fmt: skip
def test_mistakes_in_planned_answers_and_limits_are_named(mine: Path, old: str, new: str, line: str) -> None:
    text = MINE.replace("loss_reasons:\n", PLAYBOOK)
    assert text.count(old) == 1
    assert line in problems(written(mine, text.replace(old, new)))


def test_what_is_planned_is_read_and_its_defaults_keep_the_version(mine: Path) -> None:
    plain = load_process(mine)
    process = load_process(written(mine, MINE.replace("loss_reasons:\n", PLAYBOOK)))
    assert process.version != plain.version
    assert [one.words for one in process.objections] == [("too dear",)]
    assert process.concessions is not None
    assert process.concessions.rep == 750
    same = MINE.replace("    approval: manager", "    approval: manager\n    needs_answered_objections: false")
    assert load_process(written(mine, same)).version == plain.version
