"""Asking the buyer to confirm a recap: the form, the link with a mail to paste, the list of links, and the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.confirmations import LONGEST_STEP, Answer, Confirmation, Reply, State
from bot.services.buyer_answers import Told
from bot.services.confirmations import Asking, Listed, Made
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    choice_input,
    confirmation,
    context,
    date_input,
    divider,
    modal,
    preformatted,
    section,
    text_input,
)
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.turn import Message
from bot.slack.views.room import Room
from bot.slack.views.sentences import moment, person, spoken
from bot.slack.views.wording import day_words, deal_title, short

MOST_BLOCKS, MOST_SIZE = 90, 200_000
"""What the list may take of a view; Slack takes 100 blocks and 250 kB."""
_SAID = {
    Reply.CONFIRMED: ":white_check_mark: Confirmed",
    Reply.CORRECTED: ":pencil2: Corrected",
    Reply.DECLINED: ":no_entry_sign: Not confirmed",
}


def recap_form(asked: Asking, criterion: str, meta: Mapping[str, Any]) -> View:
    """The recap: which criterion it proves, what was agreed, what comes next, and who shall confirm it."""
    deal, before = asked.deal, asked.before
    criteria = [(one.text, one.key) for one in asked.criteria]
    chosen = criterion or (before.criterion if before else "") or criteria[0][1]
    blocks = [section(deal_title(deal)), *_correction(before)]
    blocks.append(choice_input(Field.CRITERION, "What does it prove?", criteria, initial=chosen))
    blocks += _recap_fields(before)
    if deal.contacts:
        people = [(f"{one.name}, {one.role}" if one.role else one.name, str(one.id)) for one in deal.contacts]
        whom = str(before.contact.id) if before and before.contact else people[0][1] if len(people) == 1 else None
        blocks.append(choice_input(Field.CONTACT, "Who shall confirm it?", people, initial=whom, optional=True))
    label = "Somebody else at the buyer" if deal.contacts else "Who shall confirm it?"
    hint = "With their mail address I can tell later that it was them."
    sample = "Name, role, name@example.com"
    blocks.append(text_input(Field.NEW_CONTACT, label, placeholder=sample, hint=hint, optional=True, longest=500))
    kept = {**meta, "deal": deal.id, "from": asked.stage.key, "after": before.id if before else 0}
    return modal(Form.CONFIRM, "Ask the buyer", blocks, submit="Make the link", close="Cancel", meta=kept)


def _recap_fields(before: Confirmation | None) -> list[Block]:
    recap = before.recap if before else None
    corrected = before.answer.words if before and before.answer else ""
    return [
        text_input(
            Field.POINTS,
            "What was agreed? A point a line",
            initial="\n".join([*(recap.points if recap else ()), *([corrected] if corrected else [])]),
            placeholder="Both plants start in March",
            hint="The buyer reads exactly this, and nothing else of the deal.",
            multiline=True,
        ),
        text_input(
            Field.NEXT_STEP,
            "What happens next?",
            initial=recap.next_step if recap else "",
            placeholder="We meet your lawyers",
            optional=True,
            longest=LONGEST_STEP,
        ),
        date_input(Field.ON, "On which day?", initial=recap.next_on if recap else None, optional=True),
    ]


def _correction(before: Confirmation | None) -> list[Block]:
    if before is None or before.answer is None:
        return []
    given = before.answer
    words = f"\n> {short(given.words, 1500)}" if given.words else ""
    more = "\nTheir words stand below as the last point: put them in their place." if given.words else ""
    return [section(f"{_SAID[given.reply]} by {short(given.name)}:{words}{more}")]


def link_view(made: Made, meta: Mapping[str, Any]) -> View:
    """The link and a mail to paste. Both can only be shown now: the link itself is kept nowhere."""
    whom = made.confirmation.contact
    to = f" to {short(whom.name)}" if whom else ""
    until = day_words(made.confirmation.expires_at.date())
    blocks = [
        section(f":link: *The link is made.* {deal_title(made.deal)}\nCopy this mail and send it{to} yourself."),
        preformatted(mail_text(made)),
        section("*Only the link:*"),
        preformatted(made.link),
        context(
            f"It works until {until}, for one answer. I cannot show it again, but you can make a new one at any time; "
            "then this one stops working.",
            "You can open it to see what they see: that changes nothing.",
        ),
    ]
    return modal(Form.CONFIRM_LINK, "Send it to the buyer", blocks, close="Done", meta=meta)


def mail_text(made: Made) -> str:
    """A mail to paste, as plain text."""
    recap, whom = made.confirmation.recap, made.confirmation.contact
    lines = [f"Hello {whom.name}," if whom else "Hello,", "", "thank you for our conversation. This is what I noted:"]
    lines += ["", *(f"- {point}" for point in recap.points)]
    if recap.next_step:
        lines += ["", f"Next step: {recap.next_words}"]
    lines += ["", "Is that right? Please confirm it here, or correct it on the same page:", made.link]
    lines += ["", f"The link works until {day_words(made.confirmation.expires_at.date())}.", "", "Kind regards"]
    return "\n".join([*lines, *([made.sender] if made.sender else [])])


def list_view(seen: Listed, now: datetime, note: str = "") -> View:
    """The links of a deal, and what came of each."""
    blocks = [section(note)] if note else []
    ask = button("Ask the buyer to confirm", Action.CONFIRM_ASK, Ref(seen.deal.id), style="primary")
    blocks.append(section(f"{deal_title(seen.deal)}\nWhat the buyer was asked to confirm, the newest first."))
    if seen.may_change:
        blocks.append(actions(ask))
    if not seen.found:
        blocks.append(section("Nothing so far."))
    room, shown = Room(MOST_BLOCKS, MOST_SIZE), 0
    for one in seen.found:
        entry = [divider(), *_listed(one, seen, now)]
        if not room.take(*entry):
            break
        blocks, shown = blocks + entry, shown + 1
    if shown < len(seen.found):
        blocks.append(context(f"and {len(seen.found) - shown} older"))
    return modal(Form.CONFIRMATIONS, "Confirmations", blocks, meta={"deal": seen.deal.id})


def _listed(one: Confirmation, seen: Listed, now: datetime) -> list[Block]:
    about = short(seen.texts[one.stage, one.criterion], 300)
    whom = f" by {short(one.contact.name)}" if one.contact else ""
    asked = f"To be confirmed{whom}: *{about}*\n> {short(one.recap.words, 700)}"
    blocks = [section(asked), context(f"{_state(one, now)}\nMade by {person(one.made_by)} {moment(one.made_at)}")]
    state = one.state(now)
    confirmed = one.answer is not None and one.answer.reply is Reply.CONFIRMED
    if not seen.may_change or confirmed:
        return blocks
    again = "Send a new recap…" if state is State.ANSWERED else "New link…"
    row = [button(again, Action.CONFIRM_AGAIN, Ref(one.id))]
    if state is State.OPEN:
        sure = confirmation("Withdraw this link?", "Whoever opens it then reads that it was withdrawn.", "Withdraw")
        row.append(button("Withdraw", Action.CONFIRM_WITHDRAW, Ref(one.id), confirm=sure))
    return [*blocks, actions(*row)]


def _state(one: Confirmation, now: datetime) -> str:
    if one.answer is not None and one.answered_at is not None:
        return answer_words(one.answer, one.answered_at, 700)
    match one.state(now):
        case State.WITHDRAWN if one.withdrawn_at is not None:
            return f":x: Withdrawn by {person(one.withdrawn_by or '')} {moment(one.withdrawn_at)}"
        case State.OPEN:
            return f":hourglass_flowing_sand: Waits for an answer until {day_words(one.expires_at.date())}"
    return f":hourglass: Expired on {day_words(one.expires_at.date())} without an answer"


def answer_words(given: Answer, at: datetime, limit: int) -> str:
    """Who answered what, when, in their words."""
    words = f"\n> {short(given.words, limit)}" if given.words else ""
    who = f"{short(given.name)} ({short(given.mail)}, as typed there)"
    return f"{_SAID[given.reply]} by {who} on our page, {day_words(at.date())}{words}"


def answer_lines(found: Iterable[Confirmation], limit: int) -> list[str]:
    """The answers among these, a line or two each."""
    return [answer_words(one.answer, one.answered_at, limit) for one in found if one.answer and one.answered_at]


def to_rep(told: Told, command: str) -> Message:
    """The buyer's answer, as a direct message to the rep."""
    deal, found = told.deal, told.confirmation
    given = found.answer
    if given is None:
        raise ValueError("a recap without an answer has nothing to tell")
    who = f"*{short(given.name)}* ({short(given.mail)})"
    about = context(f"*{short(told.criterion, 500)}*")
    quoted = f"\n> {short(given.words, 1500)}" if given.words else ""
    again = button("Send a new recap…", Action.CONFIRM_AGAIN, Ref(found.id), style="primary")
    look = button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id))
    match given.reply:
        case Reply.CONFIRMED:
            head = f":white_check_mark: {who} confirmed your recap for {deal_title(deal)}{quoted}"
            blocks = [section(head), about, section(_kept(told, command)), actions(look)]
            brief = f"{short(given.name)} confirmed your recap for {short(deal.name, 200)}"
        case Reply.CORRECTED:
            head = f":pencil2: {who} sees it differently for {deal_title(deal)}:{quoted}"
            ask = "Are they right? Put it straight and send them a new recap. Until then nothing is proved by it."
            blocks = [section(head), about, section(ask), actions(again, look)]
            brief = f"{short(given.name)} corrects your recap for {short(deal.name, 200)}: is it so?"
        case Reply.DECLINED:
            head = f":no_entry_sign: {who} does not confirm your recap for {deal_title(deal)}{quoted}"
            ask = "It counts for nothing. Call them: what holds them back?"
            blocks = [section(head), about, section(ask), actions(look)]
            brief = f"{short(given.name)} does not confirm your recap for {short(deal.name, 200)}"
    return Message(brief, tuple(blocks))


def _kept(told: Told, command: str) -> str:
    if told.piece is None:
        because = spoken(told.confirmation.kept_because, command) or "it could not be added"
        return f"It was not added as evidence: {because}. Their answer stays in the list: " + _how(told, command)
    return f"It counts as *{told.piece.strength.words}* evidence. {short(told.piece.why, 500)}"


def _how(told: Told, command: str) -> str:
    return f"`{command} confirm {told.deal.label}`."
