"""Letting a deal pass without a proof: granted by a manager within a budget, and settled when the evidence comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.calendar_days import MONTHS, show_date
from bot.domain.deal import Deal
from bot.domain.errors import AlreadyDecided, BadInput, NotFound
from bot.domain.following import asking, asking_for
from bot.domain.gate import Judgement, State, follows
from bot.domain.overrides import Budget, Override, Request, Settled, checked, month_of
from bot.domain.people import Actor
from bot.domain.process import Criterion, Process, Stage
from bot.services.approvals import cancel_pending
from bot.services.deals import locked
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for, refresh_homes
from bot.services.judging import judge_deal
from bot.services.reminders import overtake
from bot.store import deals, evidence, moves, overrides


@dataclass(frozen=True, slots=True)
class Gap:
    """A criterion that could be let pass; `until` is set where that was done before and is over."""

    stage: Stage
    criterion: Criterion
    until: date | None = None

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{self.stage.key}.{self.criterion.key}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a manager can let pass in a deal, what was let pass here already, and what is left of the rep's budget."""

    deal: Deal
    stage: Stage
    gaps: tuple[Gap, ...]
    granted: tuple[Override, ...]
    questions: int
    budget: Budget
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a manager filled in: the keys of gaps, why, and until when."""

    gaps: tuple[str, ...]
    reason: str
    due_on: date | None


def choices(desk: Desk, actor: Actor, deal_id: int, request_id: int | None = None) -> Choice:
    """What there is to choose from. Raises NotAllowed; BadInput where the deal is closed or nothing is missing;

    AlreadyDecided where the request was decided before.
    """
    with desk.db.read() as connection:
        request = open_request(connection, actor, request_id) if request_id is not None else None
        deal = deals.get(connection, actor.team_id, request.deal_id if request else deal_id)
        policy.require_letting_pass(actor, deal, request.asked_by if request else "")
        policy.require_active(deal)
        judgement = judge_deal(desk, connection, deal)
        open_ones = overrides.open_of_deals(connection, deal.team_id, [deal.id])[deal.id]
        here = {finding.override.id for finding in judgement.let_pass if finding.override}
        return Choice(
            deal,
            judgement.stage,
            gaps_of(judgement, open_ones),
            tuple(one for one in open_ones if one.id in here),
            sum(gap.question is not None for gap in judgement.gaps),
            budget(desk, connection, deal),
            request,
        )


def gaps_of(judgement: Judgement, open_ones: Sequence[Override] = ()) -> tuple[Gap, ...]:
    """What may be let pass: gaps without a manager's open question, and what is owed from before."""
    over = {one.criterion: one.due_on for one in open_ones if one.stage == judgement.stage.key}
    here = [
        Gap(judgement.stage, gap.criterion, over.get(gap.criterion.key))
        for gap in judgement.gaps
        if gap.question is None
    ]
    return (*here, *(Gap(one.stage, one.criterion, one.override.due_on) for one in judgement.owed))


def budget(desk: Desk, connection: Connection, deal: Deal) -> Budget:
    """What the deal's owner has used this month, of what the deal's process allows."""
    month = month_of(desk.today())
    known = Budget(0, desk.process(deal).overrides.per_month, month)
    since, until = (datetime.combine(day, time(), UTC) for day in (month, known.next_month))
    return replace(known, used=overrides.number_of(connection, deal.team_id, deal.owner, since, until))


def let_pass(
    desk: Desk, actor: Actor, deal_id: int, draft: Draft, today: date, request_id: int | None = None
) -> tuple[Deal, list[Override]]:
    """Let criteria of a deal pass until a day. `today` is the manager's own day; `request_id` is what asked for it.

    Raises BadInput with a sentence for each wrong field (`gaps`, `reason`, `due_on`), also when the month's budget of
    the deal's owner does not suffice; NotAllowed for whoever is no manager, or whose deal or request it is;
    AlreadyDecided when another manager was faster.
    """
    reason, due_on = checked(draft.reason, draft.due_on, today)
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        request = open_request(connection, actor, request_id) if request_id is not None else None
        policy.require_letting_pass(actor, deal, request.asked_by if request else "")
        policy.require_active(deal)
        judgement = judge_deal(desk, connection, deal)
        chosen = _chosen(judgement, draft.gaps)
        overrides.hold_budget(connection, deal.team_id, deal.owner)
        _require_budget(budget(desk, connection, deal), deal, len(chosen))
        made = [_grant(desk, connection, actor, deal, gap, reason, due_on) for gap in chosen]
        _answer_requests(desk, connection, actor, deal, chosen)
        changed = _count(connection, deal)
        ask_for(desk, connection, deal.team_id, Errand.OVERRIDE, made[-1].id, "granted")
        overtake(desk, connection, changed)
        refresh_homes(desk, connection, changed)
        return changed, made


def take_back(desk: Desk, actor: Actor, override_id: int) -> tuple[Deal, Override]:
    """A manager does not let a criterion pass any longer, while the deal still stands before it.

    A pending move of the deal is cancelled by it. Raises BadInput when the deal has moved on by it.
    """
    with desk.change(actor) as connection:
        policy.require_manager(actor, "let a deal pass without a proof")
        one = required(connection, actor, override_id)
        deal = locked(connection, actor, one.deal_id)
        policy.require_letting_pass(actor, deal)
        stage, process = desk.stage(deal), desk.process(deal)
        if one.stage not in process.told_of(stage):
            raise BadInput(f"{deal.label} has moved on by it. The evidence is due on {show_date(one.due_on)}.")
        if not overrides.settle(connection, deal.team_id, one.id, Settled.WITHDRAWN, actor.user_id, desk.clock()):
            raise AlreadyDecided("This was settled a moment ago. Please open it again.")
        deal = cancel_pending(desk, connection, actor, _count(connection, deal), "It is not let pass any longer.")
        ask_for(desk, connection, deal.team_id, Errand.OVERRIDE, one.id, "back")
        overtake(desk, connection, deal)
        refresh_homes(desk, connection, deal)
        return deal, required(connection, actor, one.id)


def review(desk: Desk, connection: Connection, deal: Deal, by: str) -> Deal:
    """Settle what the evidence has come for, and await again what was taken back. For every change of evidence,

    inside its transaction and under the lock of the deal.
    """
    latest = {(one.stage, one.criterion): one for one in overrides.of_deal(connection, deal.team_id, deal.id)}
    process, changed = desk.processes.get(deal.process), False
    if not latest or process is None:
        return deal
    pieces = evidence.of_deals(connection, deal.team_id, [deal.id])[deal.id]
    for one in latest.values():
        stage = asking(process, one)
        criterion = stage.criterion(one.criterion) if stage else None
        if stage is None or criterion is None:
            continue
        about = [p for p in pieces if p.criterion == criterion.key and p.stage in process.told_of(stage)]
        came = any(follows(criterion, piece) for piece in about)
        if came and one.is_open:
            overrides.settle(connection, deal.team_id, one.id, Settled.EVIDENCE, by, desk.clock())
        elif not came and one.settled is Settled.EVIDENCE:
            overrides.open_again(connection, deal.team_id, one.id)
        else:
            continue
        changed = True
        _redraw_cards(desk, connection, deal, process, one)
    return _count(connection, deal) if changed else deal


def awaited(connection: Connection, process: Process, deal: Deal, stage: str, criterion: str) -> Stage | None:
    """The stage of a criterion that was let pass, by their keys, while its evidence has yet to come."""
    wanted = asking_for(process, stage, criterion) if deal.let_pass else None
    if wanted is None:
        return None
    open_ones = overrides.open_of_deals(connection, deal.team_id, [deal.id])[deal.id]
    return wanted if any(one.criterion == criterion and asking(process, one) is wanted for one in open_ones) else None


def find(desk: Desk, actor: Actor, override_id: int) -> tuple[Deal, Override]:
    """An override with its deal, to look at. Raises NotFound."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        one = required(connection, actor, override_id)
        return deals.get(connection, actor.team_id, one.deal_id), one


def of_answer(desk: Desk, team_id: str, override_id: int) -> tuple[Deal, list[Override]]:
    """What was let pass together with this one, to tell the rep. Raises NotFound."""
    with desk.db.read() as connection:
        one = overrides.get(connection, team_id, override_id)
        if one is None:
            raise NotFound("This is not here any more.")
        together = overrides.of_deal(connection, team_id, one.deal_id)
        same = [other for other in together if (other.by, other.at) == (one.by, one.at)]
        return deals.get(connection, team_id, one.deal_id), same


def required(connection: Connection, actor: Actor, override_id: int) -> Override:
    """One override. Raises NotFound when this workspace has none with that id."""
    found = overrides.get(connection, actor.team_id, override_id)
    if found is None:
        raise NotFound("This is not here any more.")
    return found


def open_request(connection: Connection, actor: Actor, request_id: int) -> Request:
    """A request that nobody has decided. Raises AlreadyDecided, saying who did, or NotFound."""
    found = overrides.request(connection, actor.team_id, request_id)
    if found is None:
        raise NotFound("This request is not here any more.")
    if found.settled_by and found.settled_at:
        how = "let it pass" if found.granted else "answered “not this time”"
        raise AlreadyDecided(f"{said.person(found.settled_by)} already {how}, {said.moment(found.settled_at)}.")
    return found


def _chosen(judgement: Judgement, keys: Sequence[str]) -> list[Gap]:
    """The gaps of those keys. Raises BadInput without any, AlreadyDecided for one that is let pass by now."""
    if not keys:
        raise BadInput("Choose what may pass.", {"gaps": "Choose at least one."})
    known = {gap.key: gap for gap in gaps_of(judgement)}
    for key in dict.fromkeys(keys):
        if key in known:
            continue
        criterion = key.partition(".")[2]
        finding = next((one for one in judgement.findings if one.criterion.key == criterion), None)
        if finding is not None and finding.state is State.OVERRIDDEN and finding.override is not None:
            who, until = said.person(finding.override.by), show_date(finding.override.due_on)
            raise AlreadyDecided(f"{who} has already let “{finding.criterion.text.rstrip('.')}” pass until {until}.")
        raise BadInput("The deal has changed meanwhile: this is not missing any more. Close this and look again.")
    return [known[key] for key in dict.fromkeys(keys)]


def _require_budget(left: Budget, deal: Deal, wanted: int) -> None:
    if wanted <= left.left:
        return
    raise BadInput(spent(left, said.person(deal.owner)), {"gaps": spent(left, "The owner of this deal")})


def spent(left: Budget, who: str) -> str:
    """That the budget does not suffice, with the count and when there is a new one. `who` begins the sentence."""
    if left.limit == 0:
        return "This process lets no deal pass without its proof."
    month, again = MONTHS[left.month.month - 1], MONTHS[left.next_month.month - 1]
    return f"{who} has {left.left} of {left.limit} left in {month}. There are {left.limit} again from 1 {again}."


def _grant(
    desk: Desk, connection: Connection, actor: Actor, deal: Deal, gap: Gap, reason: str, due_on: date
) -> Override:
    process, now = desk.process(deal), desk.clock()
    for old in overrides.open_of_deals(connection, deal.team_id, [deal.id])[deal.id]:
        if old.criterion == gap.criterion.key and asking(process, old) is gap.stage:
            overrides.settle(connection, deal.team_id, old.id, Settled.RENEWED, actor.user_id, now)
    text, key = gap.criterion.text, gap.criterion.key
    new = Override(0, deal.id, gap.stage.key, key, text, deal.owner, reason, due_on, actor.user_id, now)
    return replace(new, id=overrides.add(connection, deal.team_id, new))


def _answer_requests(desk: Desk, connection: Connection, actor: Actor, deal: Deal, gaps: Sequence[Gap]) -> None:
    """Whoever asked for one of these has got it, whichever way the manager came here."""
    keys = {gap.criterion.key for gap in gaps}
    for request in overrides.open_requests(connection, deal.team_id, deal.id):
        if request.criterion in keys:
            overrides.decide(connection, deal.team_id, request.id, True, actor.user_id, desk.clock())
            ask_for(desk, connection, deal.team_id, Errand.OVERRIDE_REQUEST, request.id, "settled")


def _count(connection: Connection, deal: Deal) -> Deal:
    """Have the deal say how many of its criteria were let pass and are not proved."""
    number = len(overrides.open_of_deals(connection, deal.team_id, [deal.id])[deal.id])
    return deals.change(connection, deal, {"let_pass": number})


def _redraw_cards(desk: Desk, connection: Connection, deal: Deal, process: Process, one: Override) -> None:
    """The cards of moves that were made by it say whether the evidence came."""
    slot = f"override {one.id} {desk.clock().isoformat()}"
    for move in moves.log(connection, deal.team_id, deal.id):
        about = process.stage(move.from_stage) if move.from_stage else None
        if about is process.stage(one.stage) and any(
            met.key == one.criterion and met.state == State.OVERRIDDEN for met in move.criteria
        ):
            ask_for(desk, connection, deal.team_id, Errand.CARD, move.id, slot)
