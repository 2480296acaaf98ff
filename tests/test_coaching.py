"""The coach: what is missing in a stage, what to ask, and a mail that a person would send."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.definitions import load_methodologies, load_processes
from bot.domain.coaching import MOST_ASKS, Methodology, Phase, addressee, ask_of, greeting, mail_for, phase_of
from bot.domain.deal import Deal, Status
from bot.domain.errors import ProcessProblem
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.gate import Finding, Judgement, State
from bot.domain.people import Contact
from bot.domain.process import Criterion, Party, Process, Stage, StageKind
from bot.services import closings
from bot.services.coaching import Coached
from bot.services.deals import DealFacts
from bot.slack.views.coach import coach_view
from sandbox.team import GUS
from tests.clockwork import a_deal, rep
from tests.harness import Office
from tests.selling import log_deal
from tests.slack_rules import assert_fits
from tests.test_views_looking import HOSTILE, wide_process

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PROCESSES = load_processes()
STAGES = [(process, stage) for process in PROCESSES.values() for stage in process.stages]
JANE = Contact(1, "Jane Doe", "CFO", "jane@buyer.example")


def named(value: Process | Stage) -> str:
    return value.key


def a_made_deal(*contacts: Contact) -> Deal:
    process = PROCESSES["simple_3"]
    return Deal(1, "T1", 1, "Acme", "U0RITA", process.key, process.version, "qualified", Status.OPEN, NOW, NOW,
                "U0RITA", 1, contacts=contacts)  # fmt: skip


def nothing_there(stage: Stage) -> Judgement:
    return Judgement(stage, tuple(Finding(one, State.UNMET, "No evidence yet.") for one in stage.criteria))


# The mail


@pytest.mark.parametrize(("process", "stage"), STAGES, ids=named)
def test_every_mail_reads_as_if_a_person_wrote_it_to_a_person(process: Process, stage: Stage) -> None:
    mail = mail_for(process, a_made_deal(JANE), nothing_there(stage), "Rita Moreno")
    asked = [one for one in stage.criteria if one.party is Party.BUYER]
    if stage.kind is StageKind.PREPARATION or not asked:
        assert mail is None
        return
    assert mail is not None
    assert mail.text.startswith("Hello Jane,\n\n")
    assert mail.text.endswith("Thank you, and best regards\nRita Moreno")
    assert len(mail.text) <= 1500
    assert not re.search(r"\bthe (buyer|customer|rep)\b|\bcriteri|_", mail.text.replace("your own criteria", ""), re.I)
    for criterion in asked[:MOST_ASKS]:
        assert criterion.ask
        assert criterion.ask in mail.text
    assert mail.left == max(0, len(asked) - MOST_ASKS)


def test_each_question_of_the_shipped_files_asks_one_thing_shortly_and_of_you() -> None:
    asks = {one.ask for _, stage in STAGES for one in stage.criteria if one.ask}
    assert len(asks) > 90
    for ask in asks:
        assert len(ask) <= 160, ask
        assert "?" in ask or ask.startswith("Please"), ask
        assert "buyer" not in ask, ask
        assert ask.endswith((".", "?")), ask


def test_the_mail_of_a_first_stage_is_this_one() -> None:
    process = PROCESSES["buyer_centric"]
    mail = mail_for(process, a_made_deal(JANE), nothing_there(process.first), "Rita Moreno")
    assert mail is not None
    assert mail.subject == "Three short questions"
    assert mail.text == (
        "Hello Jane,\n\n"
        "Before we go on, I would rather ask you than guess. May I ask you three things?\n\n"
        "1. In your own words, what is the problem, and what does it cost you today in time, money or trouble?\n"
        "2. What makes you want to change it now, and is there a date or an event behind that?\n"
        "3. Could you accept the invitation to our meeting about what a solution would have to do, or name a time that"
        " suits you better?\n\n"
        "Short answers are fine. If I have got something wrong, please correct me.\n\n"
        "Thank you, and best regards\nRita Moreno"
    )


@pytest.mark.parametrize(("text", "asked"), [
    ("The buyer named the sum they can spend.", "“Your side named the sum they can spend.”"),
    ("A person on the buyer's side signed.", "“A person on your side signed.”"),
    ("The customer’s board and the customer agreed.", "“Your board and your side agreed.”"),
    ("Jane signed.", "“Jane signed.”"),
])  # fmt: skip
def test_a_fact_without_a_question_is_given_to_them_to_confirm(text: str, asked: str) -> None:
    assert ask_of(Criterion("a", text, "c", "e")) == f"Could you confirm this in a line, or correct it? {asked}"


def test_what_others_have_to_do_is_not_asked_of_the_buyer() -> None:
    process = PROCESSES["financial_services"]
    stage = process.stage("processing")
    assert stage is not None
    assert mail_for(process, a_made_deal(JANE), nothing_there(stage), "Rita") is None


@pytest.mark.parametrize(("name", "hello"), [
    ("Jane Doe", "Hello Jane,"), ("Dr. Jane Doe", "Hello Dr. Jane Doe,"), ("Herr Doe", "Hello Herr Doe,"),
    ("Dr Doe", "Hello Dr Doe,"), ("Jane", "Hello Jane,"), ("Maria de la Cruz", "Hello Maria de la Cruz,"),
])  # fmt: skip
def test_a_name_is_only_shortened_where_that_is_safe(name: str, hello: str) -> None:
    assert greeting(Contact(1, name)) == hello


def test_without_a_name_the_mail_greets_nobody_by_one() -> None:
    assert greeting(None) == "Hello,"


def test_whoever_answered_last_is_asked_again_else_somebody_with_a_mail_and_a_role() -> None:
    process = PROCESSES["simple_3"]
    omar, ida = Contact(2, "Omar Reyes", "", "omar@buyer.example"), Contact(3, "Ida Berg", "Legal")
    deal = a_made_deal(JANE, omar, ida)
    empty = nothing_there(process.first)
    assert addressee(deal, empty) == JANE
    piece = Evidence(1, 1, "qualified", "need", EvidenceKind.EMAIL, "They wrote.", "U0RITA", NOW, contact=omar)
    answered = Judgement(process.first, (replace(empty.findings[0], evidence=(piece,)), *empty.findings[1:]))
    assert addressee(deal, answered) == omar
    assert addressee(replace(deal, contacts=(ida,)), answered) == ida, "Omar is no contact of it any more"
    assert addressee(a_made_deal(), answered) is None


# The phases


@given(st.integers(1, 12))
def test_phases_begin_with_discovery_never_go_back_and_end_with_the_agreement(count: int) -> None:
    stages = tuple(Stage(f"s{n}", f"S{n}", "o") for n in range(count))
    process = replace(PROCESSES["simple_3"], stages=(*stages, Stage("won", "Won", "o", StageKind.WON)))
    phases = [list(Phase).index(phase_of(process, stage)) for stage in process.stages]
    assert phases == sorted(phases)
    assert phases[0] == 0
    assert phases[-1] == 4
    assert count == 1 or phases[-2] == 3


def test_the_stages_of_the_default_process_lie_where_a_seller_would_put_them() -> None:
    process = PROCESSES["buyer_centric"]
    phases = [phase_of(process, stage).value for stage in process.stages]
    assert phases == ["discover", "evaluate", "evaluate", "decide", "agree", "after", "after", "after", "after"]


@pytest.mark.parametrize(("key", "stage"), [("pipeline_7", "qualification"), ("sales_cycle_8", "qualifying")])
def test_who_is_still_qualified_is_asked_what_the_problem_is(key: str, stage: str) -> None:
    qualifying = PROCESSES[key].stage(stage)
    assert qualifying is not None
    assert phase_of(PROCESSES[key], qualifying) is Phase.DISCOVER


# Through the front door


def test_the_coach_says_what_is_missing_what_to_do_and_how_to_ask_for_it(office: Office) -> None:
    log_deal(office, "Acme contact Jane Doe, CFO, jane@buyer.example")
    office.rita.types("/deal coach Acme")
    seen = office.rita.modal
    stage = office.process.first
    assert stage.outcome in seen
    for criterion in stage.criteria:
        assert f"Missing: *{criterion.text}*" in seen
        assert criterion.coach in seen
    for title in ("What to know", "What to do", "What to say", "What to show"):
        assert title in seen
    assert "May I ask you three things?" in seen
    assert "Thank you, and best regards\nRita Solano" in seen
    assert "a manager chooses in the team's settings how you sell" in seen


def test_evidence_is_added_from_the_coach_which_then_asks_for_the_rest(office: Office) -> None:
    log_deal(office, "Acme")
    office.rita.types("/deal coach Acme")
    assert "Nobody at the buyer is known here yet" in office.rita.modal
    first, second, _ = office.process.first.criteria
    office.rita.presses("Add evidence", near=first.text)
    form = office.rita.modal
    office.rita.fills({
        "What did the buyer write?": "Jane wrote on 20 November that the month end costs them two days a month.",
        "Link": "https://mail.example.com/m/1", "Who at the buyer?": "Jane Doe, CFO, jane@buyer.example",
    })  # fmt: skip
    assert form.title == "Add evidence"
    office.rita.submits()
    seen = office.rita.waits_to_see("May I ask you two things?")
    assert "Hello Jane," in seen
    assert "To: Jane Doe, CFO · jane@buyer.example" in seen
    assert first.text not in seen
    assert second.text in seen


def test_the_coach_is_reached_from_the_sheet_and_the_checklist_and_leads_back(office: Office) -> None:
    log_deal(office, "Acme")
    office.rita.types("/deal show Acme")
    office.rita.presses("Coach")
    assert office.rita.modal.title == "Coach"
    office.rita.presses("Open the checklist")
    assert office.rita.modal.title == "Exit criteria"
    office.rita.presses("Coach me")
    assert office.rita.modal.title == "Coach", "in place of the third modal, since Slack takes no fourth"
    office.rita.closes(everything=True)
    office.rita.types("/deal move Acme")
    office.rita.presses("Coach me")
    assert office.rita.modal.title == "Coach"


def test_a_colleague_reads_the_coach_and_changes_nothing(office: Office) -> None:
    log_deal(office, "Acme")
    office.tom.types("/deal coach Acme")
    seen = office.tom.modal
    assert "best regards\nRita Solano" in seen
    assert [one.label for one in seen.buttons] == ["Something wrong with this process?"]


def test_guests_and_unknown_deals_get_a_sentence(office: Office) -> None:
    log_deal(office, "Acme")
    office.gus.types("/deal coach Acme")
    assert "Deals are for full members" in office.gus.sees()
    assert not office.sandbox.workspace.top_modal(GUS)
    office.rita.types("/deal coach Zenith")
    assert "Zenith" in office.rita.sees()
    office.rita.types("/deal coach")
    assert "Which deal?" in office.rita.sees()


def test_for_a_closed_deal_the_coach_says_so_and_writes_no_mail(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    closings.lose(office.desk, rep(), deal.id, office.process.loss_reasons[0].key, "We came too late")
    office.rita.types("/deal coach Acme")
    seen = office.rita.modal
    assert "This deal is lost" in seen
    assert "best regards" not in seen
    assert [one.label for one in seen.buttons] == ["Something wrong with this process?"]


def test_managers_choose_how_the_team_sells_and_the_questions_follow(office: Office) -> None:
    log_deal(office, "Acme")
    office.marta.types("/deal settings")
    office.marta.presses("Team settings")
    office.marta.fills({"How do we sell?": "Sandler"})
    office.marta.submits()
    office.marta.waits_to_see("Questions of the coach: Sandler")
    office.rita.types("/deal coach Acme")
    seen = office.rita.waits_to_see("Questions to ask, to understand the problem")
    way = office.desk.methodologies["sandler"]
    for question in way.questions[Phase.DISCOVER]:
        assert question in seen
    assert f"Sandler: {way.idea}" in seen
    office.rita.closes()
    office.marta.types("/deal settings")
    office.marta.presses("Team settings")
    assert office.marta.modal.fields["How do we sell?"].value == "sandler"
    office.marta.fills({"How do we sell?": "No methodology"})
    office.marta.submits()
    office.marta.waits_to_see("Mon to Fri.")
    office.rita.types("/deal coach Acme")
    assert "Questions to ask" not in office.rita.modal


# The files of methodologies


def test_five_methodologies_come_along_each_with_three_to_five_questions_a_phase() -> None:
    ways = load_methodologies()
    assert [way.name for way in ways.values()] == ["Challenger", "Consultative", "Inbound", "Sandler", "Solution"]
    every = [line for way in ways.values() for lines in way.questions.values() for line in lines]
    assert len(set(every)) == len(every), "no two ask the same"
    for way in ways.values():
        assert set(way.questions) == set(Phase)
        assert all(3 <= len(lines) <= 5 for lines in way.questions.values())
    for line in every:
        assert line.startswith("“")
        assert line.endswith("”")
        assert "?" in line


MINE = """\
name: Ours
idea: We ask before we tell.
questions:
  discover: “What is it?”
  evaluate: [“How?”]
  decide: [“Who?”]
  agree: [“When?”]
  after: [“And now?”]
"""


def test_a_team_adds_its_own_and_replaces_one_that_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "methodologies"
    folder.mkdir()
    (folder / "ours.yaml").write_text(MINE, encoding="utf-8")
    (folder / "sandler.yaml").write_text(MINE.replace("Ours", "Sandler as we do it"), encoding="utf-8")
    ways = load_methodologies(tmp_path)
    assert ways["ours"].questions[Phase.DISCOVER] == ("“What is it?”",)
    assert ways["sandler"].name == "Sandler as we do it"
    assert len(ways) == 6


@pytest.mark.parametrize(("name", "old", "new", "line"), [
    ("ours", "idea: We ask before we tell.\n", "", "1: idea: is missing: what it comes down to, in a sentence"),
    ("ours", "  after: [“And now?”]\n", "", "3: questions.after: is missing: questions after the win"),
    ("ours", "  decide:", "  deside:", '6: questions.deside: is not a key here; did you mean "decide"?'),
    ("ours", "[“Who?”]", "[]", "6: questions.decide: is empty; write at least one, or remove the key"),
    ("ours", "name: Ours", "name: [Ours]", "1: name: must be one text, not a list"),
    ("ours", "name: Ours", "name: 'Ours", "1: a quote that is opened here is never closed"),
    ("Our way", "Ours", "Ours", "1: a methodology is chosen by the name of its file: use small letters, digits and _"),
])  # fmt: skip
def test_a_mistake_in_one_is_told_with_file_and_line(tmp_path: Path, name: str, old: str, new: str, line: str) -> None:
    folder = tmp_path / "methodologies"
    folder.mkdir()
    (folder / f"{name}.yaml").write_text(MINE.replace(old, new), encoding="utf-8")
    with pytest.raises(ProcessProblem) as raised:
        load_methodologies(tmp_path)
    assert f"{name}.yaml:{line}" in str(raised.value)


@pytest.mark.parametrize("words", HOSTILE)
def test_the_coach_fits_slack_whatever_process_and_deal_say(words: str) -> None:
    process = wide_process(words)
    deal = replace(a_made_deal(replace(JANE, name=words[:200], email="")), name=words, process=process.key,
                   stage=process.first.key)  # fmt: skip
    judgement = nothing_there(process.first)
    way = Methodology("ours", words[:60], words[:600], dict.fromkeys(Phase, (words[:300],) * 20))
    mail = mail_for(process, deal, judgement, words[:80])
    drawn = coach_view(Coached(deal, process, judgement, Phase.DISCOVER, way, mail, may_change=True))
    assert_fits(drawn)
