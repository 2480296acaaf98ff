"""The planned answers to objections: those of the process, what managers wrote, and what still has no answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.deal import Deal
from bot.domain.errors import AlreadyDecided, BadInput, NotFound
from bot.domain.junk import looks_like_placeholder, looks_like_placeholder_name, normalised
from bot.domain.objections import KnownObjection, Recurring, known_to, recurring
from bot.domain.people import Actor
from bot.services.desk import Desk
from bot.store import deals, objections

PERIOD = timedelta(days=365)
MOST_READ = 200
"""New objections looked at, the newest; older ones come up once these have an answer."""
MOST_SHOWN = 15
LONGEST_PHRASE, LONGEST_NAME, LONGEST = 60, 60, 2000
MOST_PHRASES = 20


@dataclass(frozen=True, slots=True)
class Group:
    """Objections that say much the same, in deals of one process; `deals` are some of those, by id."""

    process: str
    recurring: Recurring
    deals: dict[int, Deal]


@dataclass(frozen=True, slots=True)
class Writing:
    """What a manager is to write an answer to, and the kinds that there are."""

    group: Group
    known: tuple[KnownObjection, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer as it was written: for the known kind with that key, else for a new one of that name."""

    kind: str = ""
    name: str = ""
    phrases: tuple[str, ...] = ()
    ask: str = ""
    value: str = ""
    risk: str = ""


def known(desk: Desk, connection: Connection, team_id: str, process_key: str) -> tuple[KnownObjection, ...]:
    """The kinds of objections that there are answers to in a process."""
    process = desk.processes.get(process_key)
    planned = process.objections if process else ()
    return known_to(planned, objections.written(connection, team_id, process_key))


def unanswered(desk: Desk, actor: Actor) -> tuple[Group, ...]:
    """What buyers said and nobody has planned an answer to: heard in most deals first. For managers."""
    policy.require_manager(actor, "look through new objections")
    with desk.db.read() as connection:
        groups = _groups(desk, connection, actor.team_id)[:MOST_SHOWN]
        return tuple(_with_deals(connection, actor.team_id, groups))


def for_writing(desk: Desk, actor: Actor, objection_id: int) -> Writing:
    """The objections like this one, for a form in which a manager answers them.

    Raises NotAllowed, NotFound, and AlreadyDecided when there is an answer by now.
    """
    policy.require_manager(actor, "write planned answers")
    with desk.db.read() as connection:
        group = _group_of(desk, connection, actor.team_id, objection_id)
        [shown] = _with_deals(connection, actor.team_id, [group])
        return Writing(shown, known(desk, connection, actor.team_id, group.process))


def write(desk: Desk, actor: Actor, objection_id: int, draft: Draft) -> KnownObjection:
    """Write an answer to the objections like this one, from now on proposed to reps whose buyers say so.

    Raises BadInput with a sentence for each wrong field: `kind`, `name`, `phrases`, `answer_value`, `answer_risk`,
    `ask_first`.
    """
    policy.require_manager(actor, "write planned answers")
    with desk.change(actor) as connection:
        team_id = actor.team_id
        group = _group_of(desk, connection, team_id, objection_id)
        kinds = known(desk, connection, team_id, group.process)
        before = next((one for one in kinds if one.key == draft.kind), None)
        if draft.kind and before is None:
            raise BadInput("Choose again.", {"kind": "This kind is no longer in the playbook. Choose another."})
        answer = _checked(draft, before)
        objections.write_answer(connection, team_id, group.process, answer, actor.user_id, desk.clock())
        objections.name_kind(connection, team_id, [one.id for one in group.recurring.members], answer.key)
        return answer


def _checked(draft: Draft, before: KnownObjection | None) -> KnownObjection:
    """The answer as it is kept; for a kind that is known already only its phrases may be new."""
    wrong = {}
    name = before.name if before else " ".join(draft.name.split())
    if before is None and looks_like_placeholder_name(name):
        wrong["name"] = "Give it a name, such as “Works council”, or choose a kind that is there."
    elif len(name) > LONGEST_NAME:
        wrong["name"] = f"At most {LONGEST_NAME} characters, please."
    phrases = tuple(dict.fromkeys(" ".join(phrase.split()) for phrase in draft.phrases if normalised(phrase)))
    if len(phrases) > MOST_PHRASES or any(len(phrase) > LONGEST_PHRASE for phrase in phrases):
        wrong["phrases"] = f"At most {MOST_PHRASES} phrases of {LONGEST_PHRASE} characters, one a line, please."
    if before is None and looks_like_placeholder(draft.value):
        wrong["answer_value"] = "Write the answer, so that your reps have one the next time."
    for field, text in (("answer_value", draft.value), ("answer_risk", draft.risk), ("ask_first", draft.ask)):
        if len(text) > LONGEST:
            wrong[field] = f"At most {LONGEST} characters, please."
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    kept = before or KnownObjection(_own_key(name), name)
    return replace(
        kept,
        words=phrases,
        ask=draft.ask.strip() or kept.ask,
        value=draft.value.strip() or kept.value,
        risk=draft.risk.strip() or kept.risk,
    )


def _own_key(name: str) -> str:
    """The key of a kind that a manager named; the same name is the same kind."""
    return f"own_{hashlib.blake2s(normalised(name).encode(), digest_size=8).hexdigest()}"


def _groups(desk: Desk, connection: Connection, team_id: str) -> list[Group]:
    found = objections.without_kind(connection, team_id, desk.clock() - PERIOD, MOST_READ)
    by_process = groupby(sorted(found, key=lambda pair: pair[0]), key=lambda pair: pair[0])
    groups = [
        Group(process, group, {}) for process, pairs in by_process for group in recurring(one for _, one in pairs)
    ]
    return sorted(groups, key=lambda g: (len(g.recurring.deals), len(g.recurring.members)), reverse=True)


def _group_of(desk: Desk, connection: Connection, team_id: str, objection_id: int) -> Group:
    for group in _groups(desk, connection, team_id):
        if any(one.id == objection_id for one in group.recurring.members):
            return group
    if objections.get(connection, team_id, objection_id) is None:
        raise NotFound("That objection is not here any more.")
    raise AlreadyDecided("Somebody has written an answer to this objection meanwhile. Nothing was changed.")


def _with_deals(connection: Connection, team_id: str, groups: list[Group]) -> list[Group]:
    ids = {key for group in groups for key in group.recurring.deals}
    found = {deal.id: deal for deal in deals.some(connection, team_id, ids)} if ids else {}
    return [
        replace(group, deals={key: found[key] for key in group.recurring.deals if key in found}) for group in groups
    ]
