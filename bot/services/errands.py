"""What must reach Slack later and surely: the kinds of work, and how a use case asks for them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection

from bot.domain.deal import Deal, Status
from bot.services.desk import Desk
from bot.store import people, work

DELIVERY = "delivery."
"""How the slot of an item begins that tells the delivery owner."""


class Errand(StrEnum):
    """The kinds of work items. Their subjects are ids; the text is rendered when it is sent."""

    CARD = "card"
    """Post or re-draw the card of a move. Subject: move id."""
    CARD_FILE = "card_file"
    """Copy a file into a card's thread. Subject: evidence id; slot: move id."""
    CARD_REPLY = "card_reply"
    """Say in the card's thread what was asked or answered. Subject: question id; slot: which entry, 0 the question.

    The slot `drawn.N` draws the message of entry N again.
    """
    QUESTION = "question"
    """Bring a manager's question to the rep. Subject: question id; slot: which asking, or `drawn.N`: again in place."""
    SETTLED = "settled"
    """Tell the rep that their answer was accepted. Subject: question id."""
    DECISION = "decision"
    """Tell the rep what became of a pending move. Subject: move id."""
    EXCUSE = "excuse"
    """Ask the managers whether a criterion may be excused. Subject: evidence id."""
    EXCUSED = "excused"
    """Tell the rep what a manager said to their claim. Subject: evidence id."""
    OVERRIDE = "override"
    """Tell the rep what a manager let pass, or took back. Subject: override id; slot: `granted` or `back`."""
    OVERRIDE_REQUEST = "override_request"
    """Ask the managers whether a deal may pass without a proof. Subject: request id."""
    OVERRIDE_DECLINED = "override_declined"
    """Tell the rep that it may not, and why. Subject: request id."""
    CONCESSION = "concession"
    """Ask the managers about a discount, or draw its card again. Subject: concession id."""
    CONCESSION_TOLD = "concession_told"
    """Tell the rep what a manager said to a discount. Subject: concession id."""
    HOME = "home"
    """Re-draw somebody's App Home. Subject: user id."""
    ASSIGNED = "assigned"
    """Tell a rep that a deal is now theirs. Subject: deal id; slot: deal version.

    The slot `delivery.N` tells the delivery owner what they look after, N being the deal's version.
    """
    SETUP = "setup"
    """Tell somebody that the managers' channel does not take our cards. Subject: user id; slot: channel:reason:day."""
    CONFIRMATION = "confirmation"
    """Tell the rep what the buyer answered on our page. Subject: confirmation id; slot: `answered`."""
    FILE_TROUBLE = "file_trouble"
    """Tell the rep that a file could not be copied for the managers. Subject: evidence id; slot: Slack's reason."""
    READ_FILE = "read_file"
    """Fetch an uploaded mail or calendar file and look into it. Subject: evidence id."""
    FILE_READ = "file_read"
    """Tell whoever uploaded a file what was found in it. Subject: evidence id."""
    AGENDA = "agenda"
    """What is due for somebody. Subject: user id; slot: their local day (ISO), or `day.N` for the N-th page of it.

    Once told, the message is known as `user.day` (`user.day.N`); with that as the subject, a slot `drawn.…` draws it
    again in place.
    """
    FOLLOW_UP = "follow_up"
    """A next step whose hour has come. Subject: reminder id; slot: due day and time (ISO).

    The message is known as the reminder's id; a slot `drawn.…` draws it again in place.
    """
    DIGEST = "digest"
    """The managers' weekly digest. Subject: `team` for their channel, or a manager's user id; slot: ISO week."""
    PROCESS_CHANGED = "process_changed"
    """Tell the managers what changed in a process. Subject: process; slot: old version, new version and when."""
    PICTURE = "picture"
    """Send somebody the picture of a process. Subject: user id; slot: view.process.delivery that asked for it."""
    ESCALATION = "escalation"
    """Say in the thread of the deal's latest card that it waits for too long. Subject: deal id; slot: reminder id."""


def ask_for(desk: Desk, connection: Connection, team_id: str, kind: Errand, subject: int | str, slot: str) -> None:
    """Put one item on the work list, due now; asking twice for the same slot asks once."""
    now = desk.clock()
    work.add(connection, team_id, kind.value, str(subject), slot, now, now)


def hand_off(desk: Desk, connection: Connection, before: Deal, after: Deal, by: str) -> None:
    """A deal has just been won: tell the delivery owner, where one is named, who looks after it from now on."""
    is_won = before.status is not Status.WON and after.status is Status.WON
    if is_won and after.delivery_owner not in (None, after.owner, by):
        ask_for(desk, connection, after.team_id, Errand.ASSIGNED, after.id, f"{DELIVERY}{after.version}")


def refresh_homes(desk: Desk, connection: Connection, deal: Deal, *others: str) -> None:
    """Re-draw the App Homes that show this deal: its people's, the managers', and `others`."""
    concerned = {deal.owner, *desk.rules.managers, *others, *filter(None, [deal.delivery_owner])}
    moment = desk.clock().isoformat()
    for user_id in people.with_home(connection, deal.team_id, concerned):
        ask_for(desk, connection, deal.team_id, Errand.HOME, user_id, moment)
