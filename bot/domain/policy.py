"""Who may do what. Pure: an actor, a deal, an answer in words."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain import said
from bot.domain.deal import Deal, Move, Status
from bot.domain.errors import BadInput, NeedsSetup, NotAllowed
from bot.domain.people import Actor, Role

_REFUSALS = {
    Role.GUEST: "Deals are for full members of this workspace. Please ask the colleague who invited you.",
    Role.OUTSIDER: "Deals are for the people of this workspace, so this button is not for you. Nothing was changed.",
    Role.BOT: "Bots cannot work on deals.",
}


def require_colleague(actor: Actor) -> None:
    """Only full members read deals. Raises NotAllowed for guests, people of other companies and bots."""
    if actor.role in _REFUSALS:
        raise NotAllowed(_REFUSALS[actor.role])


def may_change(actor: Actor, deal: Deal) -> bool:
    """The owner, the delivery owner and managers change a deal; whoever covers for one of the two who is away, too."""
    if actor.is_manager:
        return True
    theirs = {deal.owner, deal.delivery_owner}
    return actor.role is Role.MEMBER and (actor.user_id in theirs or not theirs.isdisjoint(actor.covers))


def require_change(actor: Actor, deal: Deal) -> None:
    """Raises NotAllowed, naming who may."""
    require_colleague(actor)
    if not may_change(actor, deal):
        owner = said.person(deal.owner)
        raise NotAllowed(f"{deal.label} belongs to {owner}. Only they and the managers can change it.")


def may_answer(actor: Actor, deal: Deal) -> bool:
    """A question about a deal is for its owners, or for whoever covers for them."""
    theirs = {deal.owner, deal.delivery_owner}
    return actor.user_id in theirs or not theirs.isdisjoint(actor.covers)


def require_reminded(actor: Actor, deal: Deal, *, for_managers: bool) -> None:
    """Raises NotAllowed unless the actor may settle a reminder of this deal; some kinds are for managers alone."""
    if for_managers:
        require_manager(actor, "settle this")
    require_change(actor, deal)


def require_closable(deal: Deal) -> None:
    """An open deal can be lost or parked; so can a parked one: until another day. Raises BadInput for the others."""
    if deal.status is Status.WON:
        raise BadInput(f"{deal.label} is already won, and a won deal stays won.")
    if deal.status is not Status.PARKED:
        require_active(deal)


def require_active(deal: Deal) -> None:
    """Raises BadInput when the deal is lost or parked, saying how to go on with it."""
    if deal.status in (Status.LOST, Status.PARKED):
        again = said.command(f"reopen {deal.label}")
        raise BadInput(f"{deal.label} is already {deal.status.value}. To go on with it, reopen it first: {again}.")


def require_manager(actor: Actor, what: str) -> None:
    """Raises NotAllowed unless the actor is a manager; `what` completes "Only managers can …"."""
    require_colleague(actor)
    if not actor.is_manager:
        raise NotAllowed(f"Only managers can {what}.")


def may_decide(user_id: str, deal: Deal, asked_by: str) -> bool:
    """Nobody decides a move of a deal they own (or deliver) or asked for."""
    return user_id not in (deal.owner, deal.delivery_owner, asked_by)


def require_excuser(actor: Actor, deal: Deal, claimed_by: str) -> None:
    """Raises NotAllowed unless this manager may settle a claim that a criterion does not apply."""
    require_manager(actor, "decide whether a criterion applies")
    if not may_decide(actor.user_id, deal, claimed_by):
        raise NotAllowed("Nobody excuses their own deal from a criterion. Please ask another manager.")


def require_settler(actor: Actor, deal: Deal) -> None:
    """Raises NotAllowed unless this manager may say whether an answer will do."""
    require_manager(actor, "settle a question")
    if actor.user_id in (deal.owner, deal.delivery_owner):
        raise NotAllowed("Nobody settles a question about their own deal. Please ask another manager.")


def may_let_pass(actor: Actor, deal: Deal) -> bool:
    """A manager lets other people's deals pass without a proof."""
    return actor.is_manager and may_decide(actor.user_id, deal, "")


def require_letting_pass(actor: Actor, deal: Deal, asked_by: str = "") -> None:
    """Raises NotAllowed unless this manager may let the deal pass without a proof. `asked_by` asked for it."""
    require_manager(actor, "let a deal pass without a proof")
    if not may_decide(actor.user_id, deal, asked_by):
        raise NotAllowed("Nobody lets their own deal or their own request pass. Please ask another manager.")


def require_decider(actor: Actor, deal: Deal, move: Move) -> None:
    """Raises NotAllowed unless this manager may decide this move."""
    require_manager(actor, "decide about moves")
    if not may_decide(actor.user_id, deal, move.by):
        raise NotAllowed("Nobody decides about their own deal or their own request. Please ask another manager.")


def require_price_decider(actor: Actor, deal: Deal, asked_by: str) -> None:
    """Raises NotAllowed unless this manager may decide about a discount."""
    require_manager(actor, "decide about discounts")
    if not may_decide(actor.user_id, deal, asked_by):
        raise NotAllowed("Nobody decides about their own deal or their own request. Please ask another manager.")


def require_a_decider(managers: Collection[str], deal: Deal, asked_by: str, what: str = "This move") -> None:
    """Raises NeedsSetup when no manager could decide it, so that it would wait for ever."""
    if not any(may_decide(manager, deal, asked_by) for manager in managers):
        raise NeedsSetup(
            f"{what} needs a manager's approval, and no manager other than you is set up. "
            "Ask whoever runs Stagecoach to add one to STAGECOACH_MANAGERS."
        )


def require_a_channel(what: str = "This move") -> None:
    """Raises NeedsSetup: managers decide in a channel, and none is set up."""
    raise NeedsSetup(
        f"{what} needs a manager's approval, and no managers' channel is set up. "
        "Ask whoever runs Stagecoach to set STAGECOACH_MANAGER_CHANNEL."
    )
