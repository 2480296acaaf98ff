"""`stagecoach process diff`: what changed between two definitions, and which open deals newly fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.definitions import load_process, load_processes
from bot.domain.process_changes import How, changes
from tests.definition_files import MINE, written
from tests.test_process_cli import Settings, run

MERGED = """\
  - key: both
    name: Both done
    outcome: The buyer saw it.
    replaces: [list, evaluated]
  - {key: won"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return written(tmp_path / "old.yaml", MINE)


def told(old: Path, *changed: tuple[str, str]) -> list[str]:
    """The lines about MINE with these places changed, without those of the file's name and versions."""
    text = MINE
    for before, after in changed:
        assert text.count(before) == 1, "the test has to change one place"
        text = text.replace(before, after)
    new = written(old.parent / "new.yaml", text)
    result = run("diff", old, new)
    assert result.exit_code == 0
    return [" ".join(line.split()) for line in result.stdout.replace("\n      ", " ").splitlines()[1:]]


PRICES = "loss_reasons:"
DEAR = "{key: price, name: Price, words: [too dear], value: It saves more., risk: Waiting costs more.}"


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("name: My process", "name: Ours", "- name: My process → Ours"),
        ("currency: EUR", "currency: EUR\ncadence: {silence: [2d, 3m]}", "- clock, silence: 3 business days, 5"),
        ("currency: EUR", "currency: EUR\ncadence: {winback_after: never}", "- clock, winback after: 180 days → none"),
        ("currency: EUR", "currency: EUR\ncadence: {referral: never}", "- clock, referral: 30 days after the win, 90"),
        ("text: Price}", "text: Money}", "- reason for a loss: Price → Money"),
        ("text: Price}", "text: Price, winback: 6m}", "- “Price”, winback: as the cadence says → 6 months"),
        ("text: Price}", "text: Price, winback: never}", "- “Price”, winback: as the cadence says → never"),
        ("text: Price}", "text: Price}\n  - {key: time, text: Time}", "- New reason for a loss: “Time”."),
        ("key: price, text: Price", "key: time, text: Time", "- No longer a reason for a loss: “Price”."),
        (PRICES, f"objections: [{DEAR}]\n{PRICES}", "- New planned answer: “Price”."),
        (PRICES, f"concessions: {{rep: 7.5}}\n{PRICES}", "- discount without asking: any → 7.5 %"),
        (
            PRICES,
            f"overrides: {{per_month: 0}}\n{PRICES}",
            "- criteria of a rep that managers may let pass in a month: 2 → 0",
        ),
        (
            "may_not_apply: true",
            "answer: yes_no",
            "- “The buyer replied to the recap.”: answer: by evidence → by evidence, yes, no or not known yet",
        ),
        ("may_not_apply: true", "support: champion", "- “The buyer replied to the recap.”: support: none → champion"),
        ("approval: manager", "needs_answered_objections: true", "- needs answered objections: no → yes"),
        ("stale_after: 5bd", "stale_after: 6m", "- stale after: 5 business days → 6 months"),
        ("    approval: manager\n", "", "- approval: manager → none"),
        ("otherwise: {park: 30d}", "otherwise: {park: 60d}", "- plan B: parked for 30 days → parked for 60 days"),
        ("    otherwise: {park: 30d}\n", "", "- plan B: parked for 30 days → none"),
        ("    otherwise: {stage: list}\n", "", "- plan B: “Targets chosen” → none"),
        ("least: claimed", "least: verified", "- “The buyer replied to the recap.”: least: claimed → verified"),
        ("max_age: 60d", "max_age: 90d", "- “The buyer replied to the recap.”: no older than: 60 days → 90 days"),
        ("may_not_apply: true", "may_not_apply: false", "- “The buyer replied to the recap.”: may not apply: yes → no"),
        ("accepts: [email, message]", "accepts: [email]", "- “The buyer replied to the recap.”: accepts: email from"),
        ("key: recap\n", "key: reply\n", "- Now asks for “The buyer replied to the recap.”"),
        ("key: recap\n", "key: reply\n", "- No longer asks for “The buyer replied to the recap.”"),
        ("The buyer talked to us.", "The buyer wrote to us.", "- “The buyer wrote to us.”: text: The buyer talked"),
        ("know: Their list.", "know: Their names.", "- know: new: Their names."),
        ("know: Their list.", "know: Their names.", "- know: gone: Their list."),
    ],
)
def test_each_change_is_a_sentence(old: Path, before: str, after: str, line: str) -> None:
    assert any(said.startswith(line) for said in told(old, (before, after))), told(old, (before, after))


def test_what_only_looks_different_is_no_change(old: Path) -> None:
    new = written(old.parent / "new.yaml", "# A comment\n" + MINE.replace("lookback: 90d", "lookback:   90d"))
    assert run("diff", old, new).stdout == f"My process (mine)  {load_process(old).version}: nothing changed\n"


def test_a_stage_is_new_gone_or_takes_the_place_of_others(old: Path) -> None:
    lines = told(
        old,
        ("  - {key: won", "  - {key: more, name: More, outcome: The buyer wants more.}\n  - {key: won"),
        ("    next: [won]\n", ""),
    )
    assert lines == [
        "Product evaluated (evaluated)",
        "- goes on to: “Signed” → “More”",
        "More (more): new",
        "- Comes after “Product evaluated”.",
    ]
    stage = MINE[MINE.index("  - key: list") : MINE.index("  - key: evaluated")]
    gone = told(old, (stage, ""), ("    otherwise: {stage: list}\n", ""))
    assert gone[-2] == "Targets chosen (list): gone"
    assert "put into another one by hand" in gone[-1]
    merged = told(old, (MINE[MINE.index("  - key: list") : MINE.index("  - {key: won")] + "  - {key: won", MERGED))
    assert merged[:2] == [
        "Both done (both)",
        "- Takes the place of “Targets chosen” (list) and “Product evaluated” (evaluated); their deals come here.",
    ]
    assert "- No longer asks for “The buyer replied to the recap.”" in merged


SPLIT = """\
  - key: seen
    name: Product seen
    outcome: The buyer saw it.
    stale_after: 5bd
    include: talk
    replaces: {stage: evaluated, lands: here}
  - key: tried
    name: Product tried
    outcome: The buyer tried it.
    stale_after: 5bd
    approval: manager
    replaces: evaluated
    criteria: [{key: recap, text: The buyer replied to the recap., coach: Ask., example: Mail., least: claimed}]
  - {key: won"""


def test_the_parts_of_a_split_stage_say_where_its_deals_come_and_what_each_asks_for(old: Path) -> None:
    lines = told(old, (MINE[MINE.index("  - key: evaluated") : MINE.index("  - {key: won")] + "  - {key: won", SPLIT))
    seen, tried = lines.index("Product seen (seen)"), lines.index("Product tried (tried)")
    whole = "Is a part of “Product evaluated” (evaluated), which was split; its deals come"
    assert lines[seen + 1] == f"- {whole} here. Its evidence counts here."
    assert lines[tried + 1] == f"- {whole} to “Product seen”. Its evidence counts here."
    assert not [line for line in lines if "longer asks" in line or "Now asks" in line], "each part asks for its half"
    assert "- approval: manager → none" in lines[seen:tried]
    assert not [line for line in lines if line.endswith((": new", ": gone"))]


def test_a_renamed_stage_is_not_reported_at_those_that_lead_to_it(old: Path) -> None:
    lines = told(old, ("name: Targets chosen", "name: Targets listed"))
    assert lines == ["Targets listed (list)", "- name: Targets chosen → Targets listed"]


def test_folders_are_compared_by_key_and_keys_of_the_settings_are_known(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    written(before / "mine.yaml", MINE)
    written(before / "old.yaml", MINE.replace("key: mine", "key: old"))
    written(after / "mine.yaml", MINE.replace("name: My process", "name: Ours"))
    written(after / "new.yaml", MINE.replace("key: mine", "key: new"))
    lines = run("diff", before, after).stdout.splitlines()
    assert lines[0].startswith("Ours (mine)  ")
    assert lines[1:] == [
        "  - name: My process → Ours",
        "My process (new): new",
        "My process (old): gone; its open deals have no process",
    ]
    assert "nothing changed" in run("diff", "old", before / "old.yaml", settings=Settings(before)).stdout
    unknown = run("diff", "olt", before / "old.yaml", settings=Settings(before))
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert 'did you mean "old"?' in unknown.stderr


def test_what_cannot_be_compared_is_said(old: Path) -> None:
    bad = written(old.parent / "bad.yaml", MINE.replace("least: claimed", "least: sure"))
    result = run("diff", old, bad)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is not a strength" in result.stderr
    only_set = written(old.parent / "criteria" / "talk.yaml", "name: T\n" + "criteria:\n" + MINE.splitlines()[7][2:])
    assert run("diff", old, only_set).exit_code == 2
    assert run("diff", old).exit_code == 2


def test_the_deals_of_the_old_definition_are_judged_by_the_new_one(old: Path) -> None:
    new = written(old.parent / "other.yaml", MINE.replace("key: mine", "key: other"))
    settings = Settings(old.parent, deals=["T1 D-42 “Rollout”: “Signed” now asks for “A new thing.”"])
    result = run("diff", old, new, "--against-database", settings=settings)
    assert (result.exit_code, settings.asked) == (1, ["mine"])
    assert result.stdout.splitlines()[-1] == settings.deals[0]
    settings.deals = []
    held = run("diff", old, new, "--against-database", settings=settings)
    assert (held.exit_code, held.stdout.splitlines()[-1]) == (0, "ok  every open deal stands as before")
    assert run("diff", old, new, "--against-database").exit_code == 2


@pytest.mark.parametrize("key", load_processes())
def test_a_shipped_process_does_not_differ_from_itself_and_does_from_every_other(key: str) -> None:
    shipped = load_processes()
    assert not changes(shipped[key], shipped[key])
    for other in shipped.values():
        if other.key != key:
            found = changes(shipped[key], other)
            assert {stage.how for stage in found.stages} >= {How.NEW}


def test_a_planned_answer_that_changed_or_went_is_a_sentence(old: Path) -> None:
    text = MINE.replace(PRICES, f"objections: [{DEAR}]\n{PRICES}")
    before = written(old.parent / "before.yaml", text)
    after = written(old.parent / "after.yaml", text.replace("It saves more.", "It lasts."))
    assert "objection “Price”, value: It saves more. → It lasts." in " ".join(run("diff", before, after).stdout.split())
    assert "No longer a planned answer: “Price”." in " ".join(run("diff", before, old).stdout.split())
