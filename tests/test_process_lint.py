"""The rules of `process check`: for each, what it objects to and what it lets pass; and what a file may accept."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.definitions import check_file
from bot.definitions.lint.judging import Finding, findings
from bot.definitions.lint.rulebook import ACCEPTABLE, RULES, Standard
from tests.definition_files import problems as mistakes
from tests.definition_files import written

SOUND = """\
key: sound
name: Sound
currency: EUR
stages:
  - key: list
    name: Targets chosen
    kind: preparation
    outcome: We know whom to call.
    stale_after: 14d
    criteria:
      - {key: list, text: We wrote the list., coach: Write it., example: The list as a sheet., accepts: [document]}
  - key: first
    name: Problem recognised
    outcome: The buyer described the problem.
    stale_after: 14d
    otherwise: {park: 90d}
    criteria:
      - key: fact
        text: The buyer described the problem in a mail.
        coach: Ask for it.
        example: Mail of 3 May.
  - key: second
    name: Product evaluated
    outcome: The buyer saw it.
    stale_after: 7d
    otherwise: {stage: first}
    criteria:
      - {key: saw, text: The buyer attended the demo., coach: Invite them., example: Calendar entry.}
  - key: third
    name: Terms agreed
    outcome: The buyer agreed.
    stale_after: 7d
    otherwise: {stage: second}
    criteria:
      - {key: signed, text: The buyer signed., coach: Ask them., example: The contract.}
  - {key: won, name: Won, kind: won, outcome: The buyer signed.}
loss_reasons:
  - {key: price, text: Price, winback: 6m}
"""

FACT = "The buyer described the problem in a mail."
EVENTS = (
    "Legal returned the redlined contract.",
    "Finance has approved the budget of this year.",
    "The buyer replied to the recap.",
    "Before the call ended the buyer booked a meeting about how to proceed.",
    "A person who may sign for the buyer signed the agreement.",
    "The people who decide on the buyer's side said that they support buying.",
    "The homeowner accepted the offer in writing.",
    "Purchasing confirms the order.",
    "The contract was signed by the buyer's managing director.",
    "The CFO gave the date by which it has to work.",
    "The buyer named the people who will decide.",
    "After the proposal was sent, the buyer replied with comments.",
    "They replied to the recap.",
    "The prospect shared the end of their contract.",
    "The buyer identified two sites for the pilot.",
)

CRITERIA: dict[str, tuple[str, ...]] = {
    "seller_acts": (
        "We gave the demo.",
        "Demo given",
        "The deck was sent to the customer.",
        "Send the recap to the buyer.",
        "The rep showed the product to the CFO.",
        "Proposal sent",
        "The buyer received the proposal.",
        "The customer was sent the contract.",
        "The buyer's team was briefed.",
        "Decision maker identified",
        "Customer was sent the deck and a price list",
    ),
    "no_buyer": ("Budget confirmed.", "A date was named.", "Legal questions are answered."),
    "opinion": (
        "The buyer is interested.",
        "The customer seems very keen.",
        "The buyer will sign next week.",
        "The champion understands the value.",
        "The CFO liked the demo.",
        "The client is likely to buy.",
        "The buyer wants to go on.",
    ),
    "no_event": ("The buyer's budget.", "Budget and authority of the customer.", "The buyer has a deadline."),
    "vague_words": (
        "The buyer gave good feedback.",
        "The buyer answered several questions.",
        "The relevant people on the buyer's side agreed.",
        "The buyer confirmed the strong business case.",
    ),
    "hedged": (
        "If possible the buyer replied to the recap.",
        "The buyer should have confirmed the date.",
        "Ideally the CFO attended the demo.",
    ),
}
GOOD_CRITERIA = [(rule, text) for rule in CRITERIA for text in EVENTS]
BAD_CRITERIA = [(rule, text) for rule, texts in CRITERIA.items() for text in texts]

STAGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "seller_stage": (
        ("Demo", "Product demo", "Discovery call", "Proposal sent", "Negotiation", "Closing", "Prospecting", "Pitched"),
        ("Demo evaluated", "Proposal accepted", "Objections answered", "Price agreed", "Contract signed", "Budget"),
    ),
    "stage_not_outcome": (
        ("Budget", "Verbal yes", "Stage 2"),
        ("Budget confirmed", "Solution chosen", "Buyer met", "Demo"),
    ),
}
BAD_STAGES = [(rule, name) for rule, (bad, _) in STAGES.items() for name in bad]
GOOD_STAGES = [(rule, name) for rule, (_, good) in STAGES.items() for name in good]

# What stands in the sound file, what it is changed to, and the rule that objects.
CHANGES: tuple[tuple[str, str, str], ...] = (
    ("outcome_without_buyer", "outcome: The buyer described the problem.", "outcome: The problem is clear to us."),
    ("example_of_seller", "example: Mail of 3 May.", "example: I mailed them on 3 May."),
    ("example_without_proof", "example: Mail of 3 May.", "example: They told me so."),
    ("words_are_enough", "example: Mail of 3 May.", "example: Mail of 3 May.\n        least: claimed"),
    ("spoken_only", "example: Mail of 3 May.", "example: Mail of 3 May.\n        accepts: [call, quote]"),
    ("seller_party", "example: Mail of 3 May.", "example: Mail of 3 May.\n        party: seller"),
    ("all_may_be_skipped", "example: Mail of 3 May.", "example: Mail of 3 May.\n        may_not_apply: true"),
    (
        "all_may_be_skipped",
        "example: Mail of 3 May.",
        "example: Mail of 3 May.\n        when: {amount_at_least: 10}",
    ),
    ("preparation_without_document", "accepts: [document]", "accepts: [call, message]"),
    ("dead_end", "    otherwise: {park: 90d}\n", ""),
    ("no_way_to_win", "    otherwise: {stage: second}\n", "    otherwise: {stage: second}\n    next: [second]\n"),
    ("no_stale_after", "    stale_after: 14d\n    otherwise", "    otherwise"),
    ("plan_b_circle", "otherwise: {park: 90d}", "otherwise: {stage: third}"),
    ("no_winback", ", winback: 6m", ""),
    ("no_winback", ", winback: 6m}\n", "}\ncadence: {winback_after: never}\n"),
    ("needless_accept", "currency: EUR", "currency: EUR\naccept: [{rule: no_event, because: This is how we say it.}]"),
)
CRITERION = "      - {key: saw, text: The buyer attended the demo., coach: Invite them., example: Calendar entry.}\n"
STAGE = SOUND[SOUND.index("  - key: second") : SOUND.index("  - key: third")]
LIST = SOUND[SOUND.index("    criteria:") : SOUND.index("  - key: first")]


def judged(path: Path, text: str) -> list[Finding]:
    checked = check_file(written(path / "sound.yaml", text))
    assert checked.problems == ()
    return findings(checked)


def rules(path: Path, text: str) -> list[str]:
    return [finding.rule.name for finding in judged(path, text)]


def changed(old: str, new: str) -> str:
    assert SOUND.count(old) == 1, "the test has to change one place"
    return SOUND.replace(old, new)


def quoted(text: str) -> str:
    return '"' + text + '"'


def test_there_is_nothing_to_say_about_a_sound_process(tmp_path: Path) -> None:
    assert judged(tmp_path, SOUND) == []


@pytest.mark.parametrize(("rule", "text"), BAD_CRITERIA)
def test_a_criterion_that_breaks_a_rule_is_told_so_with_a_rewrite(tmp_path: Path, rule: str, text: str) -> None:
    found = {finding.rule.name: finding for finding in judged(tmp_path, changed(FACT, quoted(text)))}
    assert rule in found
    assert found[rule].line == 19
    assert found[rule].rewrite


@pytest.mark.parametrize(("rule", "text"), GOOD_CRITERIA)
def test_a_criterion_that_keeps_a_rule_is_not_bothered(tmp_path: Path, rule: str, text: str) -> None:
    assert rule not in rules(tmp_path, changed(FACT, quoted(text)))


@pytest.mark.parametrize(("rule", "name"), BAD_STAGES)
def test_a_stage_with_such_a_name_is_told_another(tmp_path: Path, rule: str, name: str) -> None:
    found = [finding for finding in judged(tmp_path, changed("Problem recognised", name)) if finding.rule.name == rule]
    assert [finding.line for finding in found] == [13]
    assert "“" in found[0].rewrite


@pytest.mark.parametrize(("rule", "name"), GOOD_STAGES)
def test_a_stage_with_such_a_name_keeps_it(tmp_path: Path, rule: str, name: str) -> None:
    assert rule not in rules(tmp_path, changed("Problem recognised", name))


@pytest.mark.parametrize(("rule", "old", "new"), CHANGES)
def test_the_change_of_one_line_brings_its_rule(tmp_path: Path, rule: str, old: str, new: str) -> None:
    assert rule in rules(tmp_path, changed(old, new))


def test_a_stage_that_asks_for_nothing_is_an_error_where_there_is_a_buyer_and_advice_before(tmp_path: Path) -> None:
    assert rules(
        tmp_path,
        SOUND.replace(CRITERION, "").replace(
            STAGE.partition("    criteria:")[0] + "    criteria:\n", STAGE.partition("    criteria:")[0]
        ),
    ) == ["open_without_criteria"]
    assert rules(tmp_path, changed(LIST, "")) == ["nothing_asked"]


def test_a_stage_that_no_way_leads_to_is_found(tmp_path: Path) -> None:
    skipped = changed("    otherwise: {park: 90d}\n", "    otherwise: {park: 90d}\n    next: [third]\n")
    assert rules(tmp_path, skipped) == []
    (found,) = judged(tmp_path, skipped.replace("otherwise: {stage: second}", "otherwise: {stage: first}"))
    assert (found.rule.name, found.place) == ("unreachable", 'stage "second": key: ')


def test_three_to_seven_open_stages_are_advised_and_preparation_is_not_counted(tmp_path: Path) -> None:
    def with_stages(count: int) -> str:
        more = "".join(
            STAGE.replace("key: second", f"key: more{n}").replace("evaluated", f"evaluated again {n}")
            for n in range(count - 3)
        )
        return changed("  - key: third", more + "  - key: third")

    assert rules(tmp_path, with_stages(7)) == []
    assert rules(tmp_path, with_stages(8)) == ["many_stages"]
    assert rules(tmp_path, SOUND.replace(STAGE, "").replace("{stage: second}", "{stage: first}")) == ["few_stages"]


def test_five_criteria_a_stage_are_enough_and_those_of_sets_count(tmp_path: Path) -> None:
    def with_criteria(count: int) -> str:
        more = "".join(CRITERION.replace("key: saw", f"key: saw{n}") for n in range(count - 1))
        return changed(CRITERION, CRITERION + more)

    assert rules(tmp_path, with_criteria(5)) == []
    assert rules(tmp_path, with_criteria(6)) == ["many_criteria"]
    included = with_criteria(2).replace(
        "    otherwise: {stage: first}\n", "    otherwise: {stage: first}\n    include: bant\n"
    )
    assert rules(tmp_path, included) == ["many_criteria"]


def test_a_third_party_may_act_and_take_its_time(tmp_path: Path) -> None:
    text = changed("name: Problem recognised", "name: Underwriting").replace(
        FACT, "The bank answered the enquiry.\n        party: third_party"
    )
    waiting = text.replace("    stale_after: 14d\n    otherwise", "    waiting_on: third_party\n    otherwise")
    assert rules(tmp_path, waiting) == ["stage_not_outcome"]


def test_preparation_is_exempt_from_the_buyer_and_nothing_else_is(tmp_path: Path) -> None:
    text = "text: We wrote the list."
    assert rules(tmp_path, changed(text, "text: Maybe we should write a list.")) == ["hedged"]
    assert "seller_acts" in rules(tmp_path, changed(FACT, "We wrote the list."))


def test_texts_in_another_language_are_judged_by_structure_alone(tmp_path: Path) -> None:
    text = SOUND
    for old, new in (
        ("outcome: The buyer described the problem.", "outcome: Der Käufer hat sein Problem beschrieben."),
        ("outcome: The buyer saw it.", "outcome: Der Käufer hat es gesehen."),
        ("outcome: The buyer agreed.", "outcome: Der Käufer hat zugestimmt."),
        (FACT, "Der Käufer hat sein Problem beschrieben."),
        ("    otherwise: {park: 90d}\n", ""),
    ):
        assert old in text
        text = text.replace(old, new)
    assert rules(tmp_path, text) == ["dead_end"]


ACCEPT = "{rule: words_are_enough, because: We only count calls here.}"
WEAK = changed("example: Mail of 3 May.", "example: Mail of 3 May.\n        least: claimed")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("currency: EUR\n", "currency: EUR\naccept: [ACCEPT]\n"),
        ("    name: Problem recognised\n", "    name: Problem recognised\n    accept: [ACCEPT]\n"),
        ("        least: claimed\n", "        least: claimed\n        accept: [ACCEPT]\n"),
    ],
)
def test_advice_is_accepted_for_the_process_a_stage_or_a_criterion(tmp_path: Path, old: str, new: str) -> None:
    (found,) = judged(tmp_path, WEAK.replace(old, new.replace("ACCEPT", ACCEPT)))
    assert (found.rule.name, found.word, found.because) == ("words_are_enough", "accepted", "We only count calls here.")


def test_what_another_stage_accepts_does_not_count_here(tmp_path: Path) -> None:
    elsewhere = WEAK.replace("    name: Terms agreed\n", f"    name: Terms agreed\n    accept: [{ACCEPT}]\n")
    assert [(found.rule.name, found.because) for found in judged(tmp_path, elsewhere)] == [
        ("words_are_enough", None),
        ("needless_accept", None),
    ]


def test_accepting_changes_nothing_that_deals_are_judged_by(tmp_path: Path) -> None:
    plain = check_file(written(tmp_path / "a.yaml", WEAK))
    accepted = check_file(
        written(tmp_path / "b.yaml", WEAK.replace("least: claimed", f"least: claimed\n        accept: [{ACCEPT}]"))
    )
    assert plain.process == accepted.process  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("{rule: seller_stage, because: We like it this way.}", "is an error, which cannot be accepted"),
        ("{rule: few_stage, because: We like it this way.}", 'did you mean "few_stages"?'),
        ("{rule: few_stages, because: n/a}", "says too little"),
        ("{rule: few_stages}", "is missing: why this is right here"),
        ("{rule: few_stages, reason: We like it.}", "is not a key here"),
        ("few_stages", "must have keys of its own"),
    ],
)
def test_what_cannot_be_accepted_is_said_with_its_line(tmp_path: Path, entry: str, sentence: str) -> None:
    path = written(tmp_path / "sound.yaml", changed("currency: EUR\n", f"currency: EUR\naccept: [{entry}]\n"))
    lines = mistakes(path)
    assert any(sentence in line for line in lines), lines
    assert all(line.startswith("sound.yaml:4: ") for line in lines)


def test_a_set_is_judged_in_its_own_file_and_said_once(tmp_path: Path) -> None:
    own = "name: Mine\ncriteria:\n  - {key: a, text: We gave the demo., coach: Do it., example: A mail.}\n"
    written(tmp_path / "criteria" / "mine.yaml", own)
    path = written(tmp_path / "sound.yaml", changed("{park: 90d}\n", "{park: 90d}\n    include: mine\n"))
    (found,) = findings(check_file(path))
    assert (found.file.rpartition("/")[2], found.line, found.rule.name) == ("mine.yaml", 3, "seller_acts")
    assert findings(check_file(tmp_path / "criteria" / "mine.yaml")) == [found]


def test_each_rule_has_an_example_here_and_all_standards_are_spoken_for() -> None:
    here = {*CRITERIA, *STAGES, *(rule for rule, _, _ in CHANGES)}
    here |= {"open_without_criteria", "nothing_asked", "few_stages", "many_stages", "many_criteria", "unreachable"}
    assert here == set(RULES)
    assert {rule.standard for rule in RULES.values()} == set(Standard)
    assert set(ACCEPTABLE) < set(RULES)
