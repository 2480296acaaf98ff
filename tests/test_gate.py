"""The gate by its properties: what opens it, what never does, and that it always says why not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conditions import Condition
from bot.domain.deal import Deal, Status
from bot.domain.evidence import Evidence, EvidenceKind, Standing, Strength
from bot.domain.gate import Finding, Judgement, State, judge
from bot.domain.money import Money
from bot.domain.overrides import Override, Settled
from bot.domain.process import Criterion, Duration, LossReason, Process, Stage, StageKind
from bot.domain.questions import Entry, EntryKind, Question

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STAGE_KEYS = ("here", "here", "here", "here_before", "elsewhere", "gone")
CRITERION_KEYS = ("need", "budget", "law", "fresh", "unknown")

HERE = Stage(
    "here",
    "Here",
    "The buyer agreed.",
    replaces=("here_before",),
    criteria=(
        Criterion("need", "The buyer named a need.", "Ask.", "A mail."),
        Criterion("budget", "The buyer named a budget.", "Ask.", "A mail.", accepts=(EvidenceKind.EMAIL,)),
        Criterion(
            "law",
            "Their lawyers agreed.",
            "Ask.",
            "A mail.",
            least=Strength.CLAIMED,
            condition=Condition(Money(1_000_000, "EUR"), None),
            may_not_apply=True,
        ),
        Criterion("fresh", "The buyer said so lately.", "Ask.", "A mail.", max_age=Duration(10)),
    ),
)
ELSEWHERE = Stage("elsewhere", "Elsewhere", "The buyer signed.", kind=StageKind.WON, criteria=HERE.criteria)
PROCESS = Process("p", "P", "EUR", (HERE, ELSEWHERE), (LossReason("price", "Price"),), "v")

amounts = st.none() | st.integers(0, 2_000_000).map(lambda minor: Money(minor, "EUR"))
deals = st.builds(
    lambda amount: Deal(1, "T1", 1, "Acme", "U1", "p", "v", "here", Status.OPEN, NOW, NOW, "U1", 1, amount=amount),
    amounts,
)
pieces = st.builds(
    lambda stage, criterion, kind, age, link, standing, agreed, added: Evidence(
        0,
        1,
        stage,
        criterion,
        kind,
        "They wrote it.",
        "U1",
        NOW - timedelta(minutes=added),
        happened_on=date(2026, 11, 23) - timedelta(days=age),
        link=link,
        standing=standing,
        agreed_by=agreed,
    ),
    st.sampled_from(STAGE_KEYS),
    st.sampled_from(CRITERION_KEYS),
    st.sampled_from([EvidenceKind.EMAIL, EvidenceKind.CALL, EvidenceKind.NOT_APPLICABLE]),
    st.integers(0, 20),
    st.sampled_from([None, "https://mail.example.com/1"]),
    st.sampled_from([Standing.COUNTS, Standing.COUNTS, *Standing]),
    st.sampled_from([None, "U2"]),
    st.integers(0, 1000),
)
follow_ups = st.lists(st.sampled_from(EntryKind).map(lambda kind: Entry(kind, "U2", NOW, "Words.")), max_size=3).map(
    tuple
)
asked = st.builds(
    lambda stage, criterion, entries: Question(0, 1, 1, stage, criterion, "May I see it?", "U2", NOW, entries),
    st.sampled_from(STAGE_KEYS),
    st.sampled_from(CRITERION_KEYS),
    follow_ups,
)
PROOF = Evidence(
    999,
    1,
    "here",
    "need",
    EvidenceKind.EMAIL,
    "They wrote it.",
    "U1",
    NOW,
    date(2026, 11, 23),
    link="https://a.example/1",
)
PROOFS = [replace(PROOF, criterion=criterion.key) for criterion in HERE.criteria]
# Half of the time everything is proved and the rest comes on top, so that the gate opens often enough.
evidence_lists = st.tuples(st.lists(pieces, max_size=12), st.sampled_from([[], PROOFS])).map(
    lambda found: [replace(piece, id=number) for number, piece in enumerate([*found[0], *found[1]], 1)]
)
question_lists = st.lists(asked, max_size=2).map(
    lambda found: [replace(question, id=number) for number, question in enumerate(found, 1)]
)


let_pass = st.builds(
    lambda stage, criterion, wait, settled: Override(
        0,
        1,
        stage,
        criterion,
        "It.",
        "U1",
        "Their lawyer is ill.",
        NOW.date() + timedelta(days=wait),
        "U2",
        NOW,
        settled,
    ),
    st.sampled_from(STAGE_KEYS),
    st.sampled_from(CRITERION_KEYS),
    st.integers(-3, 3),
    st.sampled_from([None, None, None, *Settled]),
)
override_lists = st.lists(let_pass, max_size=6).map(
    lambda found: [replace(one, id=number) for number, one in enumerate(found, 1)]
)


def judged(
    deal: Deal,
    evidence: Sequence[Evidence],
    questions: Sequence[Question] = (),
    now: datetime = NOW,
    overrides: Sequence[Override] = (),
) -> Judgement:
    return judge(PROCESS, deal, evidence, questions, now, overrides=overrides)


def states(judgement: Judgement) -> dict[str, State]:
    return {finding.criterion.key: finding.state for finding in judgement.findings}


def backed(finding: Finding) -> bool:
    """Whether a criterion that passes does so for one of the reasons that there are."""
    criterion = finding.criterion
    excused = [e for e in finding.evidence if e.kind is EvidenceKind.NOT_APPLICABLE]
    proofs = [e for e in finding.evidence if e.kind is not EvidenceKind.NOT_APPLICABLE]
    if finding.state is State.NOT_APPLICABLE and not finding.evidence:
        return criterion.condition is not None
    if finding.state is State.NOT_APPLICABLE and proofs:
        return False  # a criterion that was proved is met, whoever claimed that it does not apply
    return (
        all(e.standing is Standing.COUNTS and e.criterion == criterion.key for e in finding.evidence)
        and all(e.agreed_by and criterion.may_not_apply for e in excused)
        and all(e.strength >= criterion.least for e in proofs)
        and all(not criterion.accepts or e.kind in criterion.accepts for e in proofs)
        and all(criterion.max_age is None or (NOW.date() - e.happened_on).days <= 10 for e in proofs if e.happened_on)
        and bool(proofs if finding.state is State.MET else excused)
    )


@given(deals, evidence_lists, question_lists)
def test_every_criterion_is_judged_in_the_order_of_the_file(
    deal: Deal, evidence: list[Evidence], questions: list[Question]
) -> None:
    judgement = judged(deal, evidence, questions)
    assert [finding.criterion for finding in judgement.findings] == list(HERE.criteria)
    assert judgement.passed + len(judgement.gaps) == len(HERE.criteria)
    assert [met.key for met in judgement.snapshot()] == [criterion.key for criterion in HERE.criteria]


@given(deals, evidence_lists, question_lists)
def test_it_opens_when_every_criterion_passes_and_no_question_is_open(
    deal: Deal, evidence: list[Evidence], questions: list[Question]
) -> None:
    judgement = judged(deal, evidence, questions)
    passes = {State.MET, State.NOT_APPLICABLE}
    assert judgement.opens is (set(states(judgement).values()) <= passes and not judgement.earlier_questions)
    is_open = [question for question in questions if question.is_open]
    disputed = [f.question for f in judgement.findings if f.question]
    assert not (judgement.opens and any(q.criterion != "law" for q in is_open))
    assert {q.id for q in [*judgement.earlier_questions, *disputed]} <= {q.id for q in is_open}


@given(deals, evidence_lists, question_lists)
def test_what_passes_is_backed_and_what_does_not_says_why(
    deal: Deal, evidence: list[Evidence], questions: list[Question]
) -> None:
    for finding in judged(deal, evidence, questions).findings:
        assert backed(finding) if finding.passes else finding.why.strip(), finding


@given(deals, evidence_lists, question_lists, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_read_does_not_matter(
    deal: Deal, evidence: list[Evidence], questions: list[Question], chance: random.Random
) -> None:
    shuffled = chance.sample(evidence, len(evidence))
    assert judged(deal, shuffled, questions) == judged(deal, evidence, questions)


@given(deals, evidence_lists, question_lists)
def test_evidence_that_is_withdrawn_or_about_something_else_changes_nothing(
    deal: Deal, evidence: list[Evidence], questions: list[Question]
) -> None:
    told = [
        e
        for e in evidence
        if e.standing is not Standing.WITHDRAWN and e.stage in ("here", "here_before") and e.criterion != "unknown"
    ]
    assert judged(deal, told, questions) == judged(deal, evidence, questions)


@given(deals, evidence_lists, question_lists, st.sampled_from(["need", "budget", "law", "fresh"]))
def test_good_evidence_meets_its_criterion_and_harms_no_other(
    deal: Deal, evidence: list[Evidence], questions: list[Question], criterion: str
) -> None:
    before = states(judged(deal, evidence, questions))
    after = states(judged(deal, [*evidence, replace(PROOF, criterion=criterion)], questions))
    asked_here = {q.criterion for q in questions if q.is_open and q.stage in ("here", "here_before")}
    applies = criterion != "law" or HERE.criteria[2].condition.applies(deal.amount)  # type: ignore[union-attr]
    proved = State.DISPUTED if criterion in asked_here else State.MET
    assert after[criterion] is (proved if applies else State.NOT_APPLICABLE)
    assert {key: state for key, state in after.items() if key != criterion} == {
        key: state for key, state in before.items() if key != criterion
    }


@given(deals, evidence_lists, st.sampled_from(["need", "budget", "fresh"]), follow_ups)
def test_an_open_question_disputes_its_criterion_whatever_the_evidence_and_a_settled_one_does_nothing(
    deal: Deal, evidence: list[Evidence], criterion: str, entries: tuple[Entry, ...]
) -> None:
    question = Question(1, 1, 1, "here", criterion, "May I see it?", "U2", NOW, entries)
    judgement = judged(deal, evidence, [question])
    if question.is_open:
        assert states(judgement)[criterion] is State.DISPUTED
        assert not judgement.opens
    else:
        assert judgement == judged(deal, evidence)


@given(deals, evidence_lists, question_lists, st.integers(0, 400))
def test_time_alone_never_opens_it(deal: Deal, evidence: list[Evidence], questions: list[Question], days: int) -> None:
    now, later = judged(deal, evidence, questions), judged(deal, evidence, questions, NOW + timedelta(days=days))
    for before, after in zip(now.findings, later.findings, strict=True):
        assert before.passes or not after.passes


@given(deals, evidence_lists, question_lists)
def test_an_open_question_about_an_earlier_stage_holds_the_next_move(
    deal: Deal, evidence: list[Evidence], questions: list[Question]
) -> None:
    earlier = Question(99, 1, 1, "elsewhere", "need", "May I see it?", "U2", NOW)
    judgement = judged(deal, evidence, [*questions, earlier])
    assert earlier in judgement.earlier_questions
    assert not judgement.opens
    assert judgement.findings == judged(deal, evidence, questions).findings


PLAIN = Deal(1, "T1", 1, "Acme", "U1", "p", "v", "here", Status.OPEN, NOW, NOW, "U1", 1)


def test_evidence_for_a_stage_that_was_renamed_still_counts() -> None:
    assert states(judged(PLAIN, [replace(PROOF, stage="here_before")]))["need"] is State.MET


def test_what_was_proved_is_met_even_if_it_was_claimed_not_to_apply() -> None:
    claim = replace(PROOF, id=1, criterion="law", kind=EvidenceKind.NOT_APPLICABLE, agreed_by="U2")
    assert states(judged(PLAIN, [claim]))["law"] is State.NOT_APPLICABLE
    assert states(judged(PLAIN, [claim, replace(PROOF, criterion="law")]))["law"] is State.MET


def test_a_stage_that_the_process_no_longer_has_is_an_error_to_put_into_words() -> None:
    with pytest.raises(LookupError):
        judged(replace(PLAIN, stage="gone"), [])


@pytest.mark.parametrize(
    ("piece", "why"),
    [
        (replace(PROOF, link=None), "Only claimed so far"),
        (replace(PROOF, criterion="budget", kind=EvidenceKind.CALL), "Needs email from the buyer."),
        (replace(PROOF, criterion="fresh", happened_on=date(2026, 11, 12)), "Older than 10 days"),
        (replace(PROOF, standing=Standing.DISPUTED, standing_reason="Nobody knows her"), "Disputed: Nobody knows her"),
        (replace(PROOF, kind=EvidenceKind.NOT_APPLICABLE, agreed_by="U2"), "This criterion always applies."),
        (replace(PROOF, criterion="law", kind=EvidenceKind.NOT_APPLICABLE), "A manager has yet to agree"),
    ],
)
def test_what_falls_short_is_said_in_words(piece: Evidence, why: str) -> None:
    [finding] = [f for f in judged(PLAIN, [piece]).findings if f.criterion.key == piece.criterion]
    assert not finding.passes
    assert finding.why.startswith(why)


# What managers let pass


@given(deals, evidence_lists, question_lists, override_lists)
def test_a_managers_word_opens_its_own_criterion_and_no_other(
    deal: Deal, evidence: list[Evidence], questions: list[Question], overrides: list[Override]
) -> None:
    without, judgement = judged(deal, evidence, questions), judged(deal, evidence, questions, overrides=overrides)
    here = {o.criterion: o for o in overrides if o.stage in ("here", "here_before") and o.is_open}
    for before, after in zip(without.findings, judgement.findings, strict=True):
        if after.state is not State.OVERRIDDEN:
            assert after.state is before.state
            continue
        assert before in without.gaps
        assert before.question is None
        assert after.override == here[after.criterion.key]
        assert after.override is not None
        assert after.override.reason in after.why
    assert judgement.opens is (not judgement.gaps and not judgement.earlier_questions and not judgement.owed)


@given(deals, evidence_lists, question_lists, override_lists, st.integers(0, 5))
def test_a_word_whose_day_is_over_never_lets_anything_pass(
    deal: Deal, evidence: list[Evidence], questions: list[Question], overrides: list[Override], late: int
) -> None:
    now = NOW + timedelta(days=4 + late)
    judgement = judged(deal, evidence, questions, now, overrides)
    assert states(judgement) == states(judged(deal, evidence, questions, now))
    assert not judgement.let_pass


@given(deals, override_lists)
def test_what_was_let_pass_before_holds_the_deal_back_once_its_day_is_over(
    deal: Deal, overrides: list[Override]
) -> None:
    won = replace(deal, stage="elsewhere")
    judgement = judged(won, [replace(proof, stage="elsewhere") for proof in PROOFS], (), NOW, overrides)
    asked = {c.key for c in HERE.criteria if c.condition is None or c.condition.applies(deal.amount)}
    awaited = {o.id for o in overrides if o.is_open and o.stage in ("here", "here_before") and o.criterion in asked}
    assert {one.override.id for one in judgement.following} == awaited
    late = {o.id for o in overrides if o.id in awaited and o.due_on < NOW.date()}
    assert {one.override.id for one in judgement.owed} == late
    assert judgement.opens is (not late)


def test_the_word_holds_on_its_last_day_and_not_on_the_next() -> None:
    deal = Deal(1, "T1", 1, "Acme", "U1", "p", "v", "here", Status.OPEN, NOW, NOW, "U1", 1)
    word = Override(1, 1, "here", "need", "It.", "U1", "Jane is ill.", NOW.date(), "U2", NOW)
    others = [proof for proof in PROOFS if proof.criterion != "need"]
    assert judged(deal, others, overrides=[word]).opens
    tomorrow = judged(deal, others, now=NOW + timedelta(days=1), overrides=[word])
    assert not tomorrow.opens
    assert tomorrow.gaps[0].why.endswith("It was let pass until Mon 23 Nov 2026; that is over.")


def test_what_lies_ahead_of_a_deal_that_fell_back_does_not_hold_it() -> None:
    deal = Deal(1, "T1", 1, "Acme", "U1", "p", "v", "here", Status.OPEN, NOW, NOW, "U1", 1)
    word = Override(1, 1, "elsewhere", "need", "It.", "U1", "Jane is ill.", NOW.date() - timedelta(days=9), "U2", NOW)
    judgement = judged(deal, PROOFS, overrides=[word])
    assert judgement.opens
    assert [one.is_owed for one in judgement.following] == [False]
