"""The coach at the form of evidence: what it asks about, what it lets pass, and that it never stands in the way."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.definitions import load_processes
from bot.definitions.inspecting import load_rules
from bot.domain.errors import ProcessProblem
from bot.domain.evidence import EvidenceKind
from bot.domain.inspection import Piece, inspect
from bot.services import overview
from bot.slack.ids import Field, Form
from bot.slack.views.proof import kinds_of
from bot.store.database import Database
from bot.wiring import build
from sandbox import story_before, story_texts
from sandbox.server import Sandbox
from sandbox.team import RITA
from tests import harness
from tests.advice_examples import CHECKED, EXAMPLES, Example
from tests.driver import Person
from tests.forging import Forger, Who, day, text
from tests.harness import Office, settings_for
from tests.selling import log_deal
from tests.walk import MANAGER

BEFORE, AS_IT_IS = "*Before you add it:*", "Add as it is"
WHAT, WHO, LINK = "What did the buyer write?", "Who at the buyer?", "Link"
GOOD = {WHAT: "We lose two days at every month end.", LINK: "https://mail.example.com/m/1", WHO: "Jane Doe, CFO"}
GUESS = "They will probably sign next week."
CRITERION = "The buyer described the problem and what it costs them."


@pytest.fixture
def form(office: Office) -> Person:
    """Rita before the form for the first criterion of a new deal."""
    log_deal(office, "Acme 12k")
    office.rita.types("/deal move Acme")
    office.rita.presses("Add evidence", near=office.criteria("problem_recognised")[0].text)
    return office.rita


def stored(office: Office) -> list[str]:
    return [piece.what for piece in overview.sheet(office.desk, MANAGER, 1).evidence]


def test_what_is_good_is_added_without_a_word(office: Office, form: Person) -> None:
    form.fills(GOOD)
    form.submits()
    form.waits_to_see("1 of 3 criteria met")
    assert stored(office) == [GOOD[WHAT]]


def test_a_guess_is_asked_about_with_nothing_lost_and_is_added_when_it_is_improved(
    office: Office, form: Person
) -> None:
    form.fills(GOOD | {WHAT: GUESS})
    form.submits()
    assert BEFORE in form.modal
    assert "*Factual:*" in form.modal
    assert {name: form.modal.fields[name].value for name in GOOD} == GOOD | {WHAT: GUESS}
    assert form.modal.submit == AS_IT_IS
    assert stored(office) == []
    form.fills({WHAT: "Jane wrote that they sign on 4 December."})
    form.submits()
    form.waits_to_see("1 of 3 criteria met")
    assert stored(office) == ["Jane wrote that they sign on 4 December."]


def test_a_guess_can_be_added_as_it_is(office: Office, form: Person) -> None:
    form.fills(GOOD | {WHAT: GUESS})
    form.submits()
    assert BEFORE in form.modal
    form.submits()
    form.waits_to_see("Exit criteria")
    assert stored(office) == [GUESS]


def test_nobody_is_asked_a_third_time(office: Office, form: Person) -> None:
    for what in (GUESS, "Seems keen, should be fine.", "Budget should be fine."):
        assert stored(office) == []
        form.fills(GOOD | {WHAT: what})
        form.submits()
    form.waits_to_see("Exit criteria")
    assert stored(office) == ["Budget should be fine."]


def test_what_was_advised_on_once_is_taken_even_after_something_else_was_tried(office: Office, form: Person) -> None:
    form.fills(GOOD | {WHAT: GUESS})
    form.submits()
    form.fills({"Kind of proof": "Meeting"})
    form.waits_to_see("When was the meeting?")
    form.fills({"Kind of proof": "Email from the buyer"})
    form.waits_to_see(WHAT)
    form.submits()
    form.waits_to_see("Exit criteria")
    assert stored(office) == [GUESS]


def test_words_alone_do_not_count_here_and_the_coach_says_so(office: Office, form: Person) -> None:
    form.fills({WHAT: GOOD[WHAT], WHO: GOOD[WHO]})
    form.submits()
    assert "*Inspectable:*" in form.modal
    assert "*Factual:*" not in form.modal
    assert "It does not count for this criterion yet." in form.modal
    form.submits()
    form.waits_to_see("*Claimed.* Words alone: there is nothing to open.")
    assert "0 of 3 criteria met" in form.modal


def test_a_home_page_is_no_proof_to_the_coach_nor_to_the_gate(office: Office, form: Person) -> None:
    form.fills(GOOD | {LINK: "https://www.example.com/"})
    form.submits()
    assert "The link leads to a home page" in form.modal
    form.submits()
    form.waits_to_see("add a link to the thing itself, or a file")
    assert "*Claimed.* The link leads to a home page or a log-in, not to the thing itself." in form.modal


def test_wrong_fields_come_before_any_advice(office: Office, form: Person) -> None:
    form.fills(GOOD | {WHAT: GUESS, LINK: "https://"})
    form.submits()
    assert list(form.field_errors) == [LINK]
    assert BEFORE not in form.modal


def test_advice_and_the_question_about_a_repeat_do_not_get_in_each_others_way(office: Office, form: Person) -> None:
    form.fills(GOOD)
    form.submits()
    form.waits_to_see("1 of 3 criteria met")
    form.presses("Add evidence", near=office.criteria("problem_recognised")[1].text)
    form.fills({WHAT: GUESS, LINK: GOOD[LINK], "Who at the buyer?": "Jane Doe, CFO"})
    form.submits()
    assert BEFORE in form.modal
    form.submits()
    form.waits_to_see("Does it prove both?")
    form.fills({"Already used in this deal": ["Yes, it proves both"]})
    form.submits()
    form.waits_to_see("the rep says that it proves both")
    assert stored(office) == [GOOD[WHAT], GUESS]


@pytest.mark.parametrize(
    ("what", "asks"),
    [
        ("Wir verlieren jeden Monat zwei Tage mit der Abrechnung.", False),
        ("Sie werden wohl bald unterschreiben.", True),
        ("Angebot an den Kunden verschickt.", True),
    ],
)
def test_german_is_read_too(form: Person, what: str, asks: bool) -> None:
    form.fills(GOOD | {WHAT: what})
    form.submits()
    assert (BEFORE in form.modal) is asks


def test_a_kind_that_is_the_sellers_own_work_is_asked_only_for_something_to_open(team: Office) -> None:
    log_deal(team, "Acme 12k")
    team.rita.types("/deal move Acme")
    team.rita.presses("Add evidence", near="profile")
    team.rita.fills({"What does the document show?": "Our profile of them.", LINK: "https://mail.example.com/m/1"})
    team.rita.submits()
    team.rita.waits_to_see("1 of 2 criteria met")


def test_where_the_process_takes_the_reps_word_a_call_needs_nothing_to_open(team: Office) -> None:
    log_deal(team, "Acme 12k")
    team.rita.types("/deal move Acme")
    team.rita.presses("Add evidence", near="The buyer said")
    said = "What did the buyer say or agree to?"
    team.rita.fills({said: "Jane said that they have to move by May.", WHO: "Jane Doe, CFO"})
    team.rita.submits()
    team.rita.waits_to_see("1 of 2 criteria met")


def test_the_rules_of_the_team_speak_in_the_form(team: Office) -> None:
    log_deal(team, "Acme 12k")
    team.rita.types("/deal move Acme")
    team.rita.presses("Add evidence", near="The buyer said")
    said = "What did the buyer say or agree to?"
    team.rita.fills({said: "Jane was wobbly about the price.", WHO: "Jane Doe, CFO"})
    team.rita.submits()
    assert "*Factual:* That is a word of ours and no event. Say what she did." in team.rita.modal


def test_a_mistake_in_the_rules_of_the_team_stops_the_start(
    sandbox: Sandbox, sqlite_database: Database, tmp_path: Path
) -> None:
    _write(tmp_path)
    rules = tmp_path / "inspection" / "ours.yaml"
    rules.write_text(rules.read_text() + "  - {rule: late, standard: factual, verdict: maybe, sentence: Hm.}\n")
    with pytest.raises(ProcessProblem, match=r"ours\.yaml:6: rule “late”: “maybe” is none of pass, weak, fail"):
        build(settings_for(sandbox, stagecoach_process_dir=tmp_path, stagecoach_process="own"), sqlite_database)


def test_a_form_that_slack_delivers_twice_is_advised_alike_and_stored_once(office: Office) -> None:
    log_deal(office, "Acme 12k")
    forger, values = Forger(office), {Field.WHAT: text(GUESS), Field.LINK: text("https://mail.example.com/m/1")}
    values[Field.HAPPENED_ON] = day(office.clock().date())
    stage = office.process.first
    meta = {"deal": 1, "from": stage.key, "criterion": stage.criteria[0].key, "kind": "email"}
    first = forger.submission(Who(RITA), Form.EVIDENCE, meta, values)
    answers = [forger.post(first)[1] for _ in range(2)]
    assert [answer["response_action"] for answer in answers] == ["update", "update"]
    assert answers[0]["view"] == answers[1]["view"]
    advised = json.loads(answers[0]["view"]["private_metadata"])
    as_it_is = forger.submission(Who(RITA), Form.EVIDENCE, advised, values)
    for _ in range(2):
        assert forger.post(as_it_is)[0] == 200
    assert stored(office) == [GUESS]


PROCESS = """\
key: own
name: Own
currency: EUR
stages:
  - key: ready
    name: Ready
    outcome: We know whom to call.
    criteria:
      - {key: profile, text: The profile is written., coach: Do it., example: A., accepts: [document], party: seller}
      - {key: said, text: The buyer said why now., coach: Ask., example: A call., accepts: [call], least: claimed}
  - {key: open, name: Open, outcome: The buyer wants it.}
  - {key: won, name: Won, kind: won, outcome: The buyer signed.}
loss_reasons:
  - {key: price, text: Price}
"""
RULES = """\
lists:
  opinion: {words: wobbly, speaks: [she was wobbly], silent: [she came]}
rules:
  - {rule: ours, standard: factual, verdict: weak, when: [opinion], sentence: That is a word of ours and no event.,
     suggestion: Say what she did.}
"""


def _write(folder: Path) -> None:
    (folder / "own.yaml").write_text(PROCESS)
    (folder / "inspection").mkdir()
    (folder / "inspection" / "ours.yaml").write_text(RULES)


@pytest.fixture
def team(sandbox: Sandbox, database: Database, tmp_path: Path) -> Iterator[Office]:
    """A team with a process and rules of its own."""
    _write(tmp_path)
    with harness.office(sandbox, database, stagecoach_process_dir=tmp_path, stagecoach_process="own") as opened:
        yield opened


# the labelled forms


TODAY, ON = date(2026, 12, 1), date(2026, 11, 20)


def asks(one: Example) -> bool:
    piece = Piece(CRITERION, one.what, one.link, one.contact, ON, kind=one.kind)
    return bool(inspect(piece, load_rules(), TODAY).weak_spots)


@pytest.mark.parametrize(("forms", "false_alarms"), [(EXAMPLES, 1), (CHECKED, 1)], ids=["tuned on", "checked on"])
def test_the_coach_asks_where_a_person_would_and_seldom_elsewhere(
    forms: tuple[Example, ...], false_alarms: int
) -> None:
    assert [one.what for one in forms if one.asks and not asks(one)] == []
    assert len([one.what for one in forms if asks(one) and not one.asks]) <= false_alarms


def test_a_text_is_judged_by_what_the_form_asked_for() -> None:
    told = Example(EvidenceKind.EMAIL, "We hope to sign next week.", "https://mail.example.com/m/1", "Jane Doe", False)
    assert not asks(told)
    assert asks(dataclasses.replace(told, kind=EvidenceKind.MEETING))


def test_the_story_of_the_local_workspace_shows_good_evidence() -> None:
    process = load_processes()["buyer_centric"]
    proofs = list(_proofs(tuple(vars(story_texts).values()) + tuple(vars(story_before).values())))
    assert len(proofs) > 30
    for proof in proofs:
        criterion = next(c for stage in process.stages for c in stage.criteria if c.text.startswith(proof.criterion))
        link = "" if proof.file else proof.link or "https://northbeam.example/archives/C1/p2"
        piece = Piece(criterion.text, proof.what, link, proof.who, ON, bool(proof.file), kinds_of(criterion)[0])
        assert inspect(piece, load_rules(), TODAY).weak_spots == [], proof.what


def _proofs(said: object) -> Iterator[story_texts.Proof]:
    if isinstance(said, story_texts.Proof):
        yield said
    elif isinstance(said, tuple):
        for one in said:
            yield from _proofs(one)
