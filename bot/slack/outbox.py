"""Sending what is on the work list: each kind of errand is rendered from the truth at the moment it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackClientError

from bot.domain.deal import Verdict
from bot.domain.errors import NotFound
from bot.domain.people import Actor, Role
from bot.domain.work import Later, Outcome, Refused, Sent, Unwanted, WorkItem
from bot.drawing import Pictures
from bot.services import buyer_answers, cards, people, promises, revisions, setup, work_list
from bot.services.cards import Posting
from bot.services.desk import Desk
from bot.services.errands import DELIVERY, Errand
from bot.services.file_reading import FileReader
from bot.slack import directory, files, sparing
from bot.slack.calls import Caller
from bot.slack.conversations.home import draw_home
from bot.slack.outcomes import outcome_of
from bot.slack.override_posts import OverridePosts
from bot.slack.picturing import Picturer
from bot.slack.places import place_of
from bot.slack.pricing import Pricer
from bot.slack.telling import DRAWN, Teller
from bot.slack.turn import Message
from bot.slack.uploads import Uploads
from bot.slack.views import cards as card_views
from bot.slack.views import confirmations as confirmation_views
from bot.slack.views import promises as promise_views
from bot.slack.views import questions as question_views
from bot.slack.views import revisions as revision_views
from bot.slack.views import setup as setup_views

NO_ENTRY = ("not_in_channel", "channel_not_found", "is_archived", "restricted_action")
"""What Slack says when the bot may not post to a channel, and somebody has to mend it there."""

CARD_IS_GONE = "message_not_found"
"""What Slack says when somebody deleted the card that is to be drawn again: nobody wants it back."""


@dataclass(frozen=True)
class Outbox:
    """Delivers work items to Slack; `command` is what the slash command is called here, `reader` looks into files."""

    desk: Desk
    caller: Caller
    command: str
    reader: FileReader
    pictures: Pictures = field(default_factory=Pictures)

    def deliver(self, item: WorkItem) -> Outcome:
        """Send one item. Whatever Slack or the network does becomes an outcome; our own faults are raised."""
        send = self._senders().get(item.kind)
        if send is None:
            return Refused(f"no errand is called {item.kind}")
        try:
            outcome = send(item)
        except NotFound:
            return Unwanted()
        except sparing.Spared as spared:
            return Later(spared.wait, "the channel is spared", counts=False)
        except (SlackClientError, HTTPException, OSError) as problem:
            outcome = outcome_of(problem)
        if isinstance(outcome, Refused):
            self._report(item, outcome.reason)
        return outcome

    def _senders(self) -> Mapping[str, Callable[[WorkItem], Outcome]]:
        teller = Teller(self.desk, self._dm, self._send, self.command)
        pricer = Pricer(self.desk, self._draw, self._tell)
        uploads = Uploads(self.desk, self.caller, self.reader, self._tell)
        posts = OverridePosts(self.desk, self._tell, self._draw)
        return {
            Errand.CARD: self._card,
            Errand.CARD_FILE: self._card_file,
            Errand.CARD_REPLY: self._card_reply,
            Errand.QUESTION: self._question,
            Errand.SETTLED: self._settled,
            Errand.DECISION: self._decision,
            Errand.EXCUSE: self._excuse,
            Errand.EXCUSED: self._excused,
            Errand.OVERRIDE: posts.granted,
            Errand.OVERRIDE_REQUEST: posts.request,
            Errand.OVERRIDE_DECLINED: posts.declined,
            Errand.CONCESSION: pricer.ask,
            Errand.CONCESSION_TOLD: pricer.told,
            Errand.HOME: self._home,
            Errand.ASSIGNED: self._assigned,
            Errand.SETUP: self._setup,
            Errand.CONFIRMATION: self._confirmation,
            Errand.FILE_TROUBLE: uploads.trouble,
            Errand.READ_FILE: uploads.read,
            Errand.FILE_READ: uploads.found,
            Errand.AGENDA: teller.agenda,
            Errand.FOLLOW_UP: teller.follow_up,
            Errand.DIGEST: teller.digest,
            Errand.ESCALATION: teller.escalation,
            Errand.PROCESS_CHANGED: self._process_changed,
            Errand.PICTURE: Picturer(self.desk, self.caller, self._dm, self.command, self.pictures).send,
        }

    def _card(self, item: WorkItem) -> Outcome:
        shown = cards.card(self.desk, item.team_id, int(item.subject))

        def posted(channel: str, ts: str) -> None:
            cards.card_posted(self.desk, shown, channel, ts)

        return self._draw(shown.posted, shown.channel, card_views.card(shown), posted)

    def _excuse(self, item: WorkItem) -> Outcome:
        shown = cards.excuse(self.desk, item.team_id, int(item.subject))
        if shown is None:
            return Unwanted()

        def posted(channel: str, ts: str) -> None:
            cards.keep_posting(self.desk, item.team_id, Errand.EXCUSE, item.subject, channel, ts)

        return self._draw(shown.posted, shown.channel, card_views.excuse(shown), posted)

    def _excused(self, item: WorkItem) -> Outcome:
        shown = cards.excuse(self.desk, item.team_id, int(item.subject))
        message = card_views.excused(shown) if shown else None
        if shown is None or message is None:
            return Unwanted()
        self._tell(item, shown.piece.added_by, message)
        return Sent()

    def _draw(
        self, there: Posting | None, channel: str | None, message: Message, posted: Callable[[str, str], None]
    ) -> Outcome:
        """Post to the managers' channel, or draw again in place what stands there already."""
        if there is not None:
            self._send("chat.update", there.channel, message, ts=there.ts)
        elif channel is None:
            return Unwanted()  # no channel is set up, so nobody wants cards
        else:
            answer = self._send("chat.postMessage", channel, message)
            # The channel may have been named, as #deals; Slack answers with its id, which chat.update needs.
            posted(str(answer.get("channel", channel)), str(answer["ts"]))
        return Sent()

    def _card_file(self, item: WorkItem) -> Outcome:
        """Copy a file into the thread of the card: what a rep uploaded to the bot nobody else could open."""
        piece = cards.piece_of(self.desk, item.team_id, int(item.subject))
        if piece is None or piece.file is None:
            return Unwanted()
        posted = cards.posting(self.desk, item.team_id, Errand.CARD, item.slot)
        if posted is None:
            return Later(reason="the card is not there yet")
        return files.copy(self.caller, piece.file, posted)

    def _card_reply(self, item: WorkItem) -> Outcome:
        asked = cards.asked(self.desk, item.team_id, int(item.subject))
        if asked is None:
            return Unwanted()
        if asked.card is None:
            return Later(reason="the card is not there yet")
        at = int(item.slot.removeprefix(DRAWN))
        message = question_views.in_thread(asked, asked.question.entries[at - 1] if at else None)
        subject = f"{item.subject}.{at}"
        if item.slot.startswith(DRAWN):
            return self._draw_again(item, Errand.CARD_REPLY, subject, message)
        answer = self._send("chat.postMessage", asked.card.channel, message, thread_ts=asked.card.ts)
        cards.keep_posting(self.desk, item.team_id, Errand.CARD_REPLY, subject, asked.card.channel, str(answer["ts"]))
        return Sent()

    def _question(self, item: WorkItem) -> Outcome:
        asked = cards.asked(self.desk, item.team_id, int(item.subject))
        if asked is None:
            return Unwanted()
        message = question_views.to_rep(asked)
        if item.slot.startswith(DRAWN):
            return self._draw_again(item, Errand.QUESTION, item.subject, message)
        if not asked.question.waits_for_rep:
            return Unwanted()
        channel, ts = self._tell(item, asked.deal.responsible, message)
        cards.keep_posting(self.desk, item.team_id, Errand.QUESTION, item.subject, channel, ts)
        return Sent()

    def _draw_again(self, item: WorkItem, errand: Errand, subject: str, message: Message) -> Outcome:
        there = cards.posting(self.desk, item.team_id, errand, subject)
        if there is None:
            return Unwanted()  # it was never posted, so nothing in it is out of date
        self._send("chat.update", there.channel, message, ts=there.ts)
        return Sent()

    def _settled(self, item: WorkItem) -> Outcome:
        asked = cards.asked(self.desk, item.team_id, int(item.subject))
        if asked is None or asked.question.is_open:
            return Unwanted()
        self._tell(item, asked.deal.responsible, question_views.accepted(asked))
        return Sent()

    def _decision(self, item: WorkItem) -> Outcome:
        shown = cards.card(self.desk, item.team_id, int(item.subject))
        made = shown.move.decision
        message = question_views.decision(shown.deal, shown.move, shown.process)
        if made is None or message is None or (made.verdict is Verdict.CANCELLED and made.by == shown.move.by):
            return Unwanted()  # whoever cancelled their own request knows it
        self._tell(item, shown.move.by, message)
        return Sent()

    def _assigned(self, item: WorkItem) -> Outcome:
        deal = cards.deal_of(self.desk, item.team_id, int(item.subject))
        process, open_ones = self.desk.processes.get(deal.process), promises.open_in(self.desk, deal.team_id, deal.id)
        delivery = item.slot.startswith(DELIVERY)
        to = deal.delivery_owner if delivery else deal.owner
        if to is None:
            return Unwanted()
        self._tell(item, to, promise_views.handed_over(deal, process, open_ones, delivery=delivery))
        return Sent()

    def _setup(self, item: WorkItem) -> Outcome:
        channel, _, reason = item.slot.partition(":")
        self._tell(item, item.subject, setup_views.channel_trouble(channel, reason.partition(":")[0]))
        return Sent()

    def _process_changed(self, item: WorkItem) -> Outcome:
        old, new, _ = item.slot.split(".", 2)
        shown = revisions.revision(self.desk, item.team_id, item.subject, old, new)
        if shown is None or shown.channel is None:
            return Unwanted()
        self._send("chat.postMessage", shown.channel, revision_views.process_changed(shown, self.command))
        return Sent()

    def _home(self, item: WorkItem) -> Outcome:
        if work_list.has_newer(self.desk.db, item):
            return Unwanted()  # the next one draws the same page
        actor = people.actor(self.desk, item.team_id, item.subject, None, None)
        if actor is None:
            found = self.caller.send("users.info", user=item.subject)
            people.remember(self.desk, [directory.person(item.team_id, found["user"])])
            actor = people.actor(self.desk, item.team_id, item.subject, None, None)
        visitor = actor or Actor(item.team_id, item.subject, Role.OUTSIDER)
        self.caller.send("views.publish", user_id=item.subject, view=draw_home(self.desk, visitor, self.command))
        return Sent()

    def _tell(self, item: WorkItem, user_id: str, message: Message) -> tuple[str, str]:
        """A direct message, through the channel that we share with this person. Returns where it stands."""
        dm = self._dm(item.team_id, user_id)
        return dm, str(self._send("chat.postMessage", dm, message)["ts"])

    def _dm(self, team_id: str, user_id: str) -> str:
        """Our channel with this person; Slack is asked for it once."""
        known = people.find(self.desk, team_id, user_id)
        dm = known.dm if known else None
        if dm is None:
            dm = str(self.caller.send("conversations.open", users=user_id)["channel"]["id"])
            people.keep_dm(self.desk, team_id, user_id, dm)
        return dm

    def _send(self, method: str, channel: str, message: Message, **more: Any) -> dict[str, Any]:
        blocks = list(message.blocks) or None
        # Link previews would bury the card under the pages it points to.
        quiet = {"unfurl_links": False, "unfurl_media": False} if method == "chat.postMessage" else {}
        return sparing.send(
            self.desk, self.caller, method, channel=channel, text=message.text, blocks=blocks, **quiet, **more
        )

    def _confirmation(self, item: WorkItem) -> Outcome:
        told = buyer_answers.told(self.desk, item.team_id, int(item.subject))
        if told is None:
            return Unwanted()
        self._tell(item, told.deal.responsible, confirmation_views.to_rep(told, self.command))
        return Sent()

    def _report(self, item: WorkItem, reason: str) -> None:
        """Have the person told who can mend what Slack refused."""
        if (item.kind in _POSTED and reason != CARD_IS_GONE) or (item.kind in setup.IN_CHANNEL and reason in NO_ENTRY):
            place = place_of(self.desk, item)
            if place is not None:
                setup.report_channel(self.desk, item.team_id, *place, reason)
        elif item.kind == Errand.CARD_FILE:
            setup.report_file(self.desk, item.team_id, item.subject, reason)
        elif item.kind == Errand.READ_FILE:
            self.reader.not_fetched(item.team_id, int(item.subject), reason)


_POSTED = (Errand.CARD, Errand.EXCUSE, Errand.OVERRIDE_REQUEST, Errand.CONCESSION)
REPEATABLE = frozenset(Errand) - {Errand.AGENDA, Errand.FOLLOW_UP, Errand.DIGEST, Errand.ESCALATION}
"""Errands that are better sent twice than never when their outcome is unknown. What the clock says is not."""
