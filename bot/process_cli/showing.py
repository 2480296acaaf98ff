"""A process in words, for a terminal: its stages, their criteria, the coaching and the clock."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator

from bot.domain.concessions import percent_words
from bot.domain.evidence import Strength
from bot.domain.process import (
    Answering,
    Approval,
    Asking,
    Cadence,
    Coaching,
    Criterion,
    LossReason,
    Party,
    Process,
    Stage,
)


def describe(process: Process) -> Iterator[str]:
    """The process as lines, as wide as the terminal."""
    yield f"{process.name} ({process.key}, {process.currency}, version {process.version})"
    for number, stage in enumerate(process.stages, start=1):
        yield ""
        yield from _stage(process, stage, number)
    yield ""
    yield "Reasons for a loss"
    for reason in process.loss_reasons:
        yield from _wrapped(reason.text + _winback(reason), "  - ")
    yield from _playbook(process)
    yield ""
    yield "The clock"
    for line in _clock(process):
        yield from _wrapped(line, "  - ")


def _playbook(process: Process) -> Iterator[str]:
    """The planned answers to objections, how much discount a rep may give, and how much may be let pass."""
    if process.objections:
        yield ""
        yield "Objections"
    for one in process.objections:
        yield from _wrapped(f"{one.name}: {', '.join(one.words)}" if one.words else one.name, "  - ")
        for title, text in (("Ask first", one.ask), ("Value", one.value), ("Risk", one.risk)):
            yield from _wrapped(f"{title}: {text}" if text else "", "    ")
    if process.concessions:
        yield ""
        yield f"A rep gives up to {percent_words(process.concessions.rep)} discount without asking a manager."
    yield ""
    yield from _wrapped(_let_pass(process.overrides.per_month), "")


def _let_pass(per_month: int) -> str:
    if not per_month:
        return "No criterion is let pass before its proof is there."
    criteria = "one criterion" if per_month == 1 else f"{per_month} criteria"
    return f"Managers may let up to {criteria} of a rep's deals pass in a month, before the proof is there."


def _stage(process: Process, stage: Stage, number: int) -> Iterator[str]:
    yield f"{number}. {stage.name} ({stage.key}, {stage.kind.value.replace('_', '-')})"
    yield from _wrapped(stage.outcome, "   ")
    yield from _wrapped(_rules(process, stage), "   ")
    for criterion in stage.criteria:
        yield from _criterion(criterion)
    yield from _coaching(stage.coaching)


def _rules(process: Process, stage: Stage) -> str:
    """What holds for the stage as a whole, in sentences."""
    rules = []
    following = process.nexts(stage)
    rules.append(f"Goes on to {' or '.join(s.name for s in following)}." if following else "The last stage.")
    if stage.otherwise is not None and stage.otherwise.park is not None:
        rules.append(f"Otherwise parked for {stage.otherwise.park.words}.")
    elif stage.otherwise is not None and (other := process.stage(stage.otherwise.stage or "")):
        rules.append(f"Otherwise back to {other.name}.")
    if stage.stale_after is not None:
        late = f", to the manager after {stage.escalate_after.words} more" if stage.escalate_after else ""
        rules.append(f"Stale after {stage.stale_after.words}{late}.")
    if stage.waiting_on is not None:
        rules.append(f"Waits for a {stage.waiting_on.value.replace('_', ' ')}.")
    if stage.approval is Approval.MANAGER:
        rules.append("A manager has to agree.")
    if stage.needs_answered_objections:
        rules.append("Every objection has to be answered.")
    return " ".join(rules)


def _criterion(criterion: Criterion) -> Iterator[str]:
    yield from _wrapped(criterion.text, "   [ ] ")
    kinds = ", ".join(kind.value for kind in criterion.accepts) or "anything"
    asked = [f"Proved by {kinds}"]
    if criterion.least is not Strength.CLAIMED:
        asked.append(f"at least {criterion.least.words}")
    if criterion.max_age is not None:
        asked.append(f"not older than {criterion.max_age.words}")
    if criterion.condition is not None:
        asked.append(f"asked for {criterion.condition.words}")
    if criterion.party is not Party.BUYER:
        asked.append(f"done by the {criterion.party.value.replace('_', ' ')}")
    if criterion.answer is Answering.YES_NO:
        asked.append("or answered with a no")
    if criterion.support:
        asked.append(f"supported by {', '.join(part.words for part in criterion.support)}")
    if criterion.may_not_apply:
        asked.append("may not apply, if a manager agrees")
    yield from _wrapped("; ".join(asked) + ".", "       ")
    yield from _wrapped(f"How: {criterion.coach}", "       ")
    yield from _wrapped(f"Good: {criterion.example}", "       ")
    if criterion.ask:
        yield from _wrapped(f"Ask: {criterion.ask}", "       ")


def _winback(reason: LossReason) -> str:
    if not reason.may_return:
        return " (not asked about again)"
    return f" (asked about again after {reason.winback.words})" if reason.winback else ""


def _clock(process: Process) -> Iterator[str]:
    """What is noticed when, in sentences."""
    clock = process.cadence
    times = "once" if clock.remind_times == 1 else f"{clock.remind_times} times, {clock.remind_again.words} apart"
    yield f"A rep is reminded {times}; then it goes to the manager."
    yield (
        f"A stale deal goes to the manager after {clock.escalate_after.words}. While a third party holds a deal up, it "
        f"is stale after {clock.third_party_stale_after.words}."
    )
    yield (
        f"When the buyer is silent: follow up after {', then '.join(gap.words for gap in clock.silence)}; then a last "
        f"mail; after {clock.last_mail_wait.words} parked for {clock.park_for.words}."
    )
    yield (
        f"A lost deal is asked about again after {clock.winback_after.words}, unless its reason says otherwise."
        if clock.winback_after
        else "A lost deal is not asked about again, unless its reason says otherwise."
    )
    if clock.value_checks:
        months = ", ".join(map(str, clock.value_checks))
        yield f"Is the promised value there? Checked so many months after the win: {months}."
    for what, rule in _asked_for(clock):
        named = process.stage(rule.stage or "")
        since = f"“{named.name}” is reached" if named else "the win"
        yield f"A happy customer is asked for a {what} {rule.after.words} after {since}; {rule.gap.words} between asks."


def _asked_for(clock: Cadence) -> Iterator[tuple[str, Asking]]:
    asks = {"referral": clock.referral, "review": clock.review, "reference": clock.reference}
    for what, rule in {**asks, "case study": clock.case_study}.items():
        if rule is not None:
            yield what, rule


def _coaching(coaching: Coaching) -> Iterator[str]:
    for title, lines in (
        ("Know", coaching.know),
        ("Do", coaching.do),
        ("Say", coaching.say),
        ("Show", coaching.show),
    ):
        if lines:
            yield f"   {title}"
            yield from _list(lines)


def _list(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from _wrapped(line, "     - ")


def _wrapped(text: str, indent: str) -> list[str]:
    width = max(40, min(100, shutil.get_terminal_size((88, 24)).columns))
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=" " * len(indent))
