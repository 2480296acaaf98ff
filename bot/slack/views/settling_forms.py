"""The forms that settle a reminder: what the buyer did and what comes next, a reason to wait, a later day, a return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.deal import Deal
from bot.domain.ladder import Rung, RungKind
from bot.domain.process import Process, Stage
from bot.domain.reminders import Reminder, ReminderKind
from bot.services.returning import Return
from bot.services.settling import Reply
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    choice_input,
    date_input,
    modal,
    section,
    text_input,
    tick_input,
    time_input,
)
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.text import one_line
from bot.slack.views.sentences import moment, person
from bot.slack.views.wording import amount_words, day_words, deal_title, short, stage_name, step_day

REPLIES = {
    Reply.ACTED: "They answered, or did something",
    Reply.SILENT: "No answer yet",
    Reply.OWN: "Nothing to answer: it was my own work",
}


class GoOn(StrEnum):
    """What comes next, as chosen in the form."""

    STEP = "step"
    AGAIN = "again"
    LAST_MAIL = "mail"
    PARK = "park"
    ASIDE = "aside"


_OF_RUNG = {RungKind.FOLLOW_UP: GoOn.AGAIN, RungKind.LAST_MAIL: GoOn.LAST_MAIL, RungKind.PARK: GoOn.PARK}


@dataclass(frozen=True, slots=True)
class Doing:
    """What the form of something done is drawn from. `rung` is what follows one more silence.

    `reply` and `go_on` are what was chosen in it so far; `other` is the stage of the plan B, where there is one.
    """

    reminder: Reminder
    deal: Deal
    today: date
    rung: Rung
    reply: Reply | None = None
    go_on: GoOn | None = None
    other: Stage | None = None

    @property
    def proposed(self) -> GoOn:
        """What comes next unless the person chooses otherwise."""
        return _OF_RUNG[self.rung.kind] if self.reply is Reply.SILENT else GoOn.STEP

    @property
    def ways(self) -> tuple[GoOn, ...]:
        """What the person may choose from."""
        first = GoOn.AGAIN if self.reply is Reply.SILENT else GoOn.STEP
        if self.deal.status.value != "open":
            return (first,)
        mail = (GoOn.LAST_MAIL,) if self.reply is Reply.SILENT else ()
        return (first, *mail, GoOn.PARK, *((GoOn.ASIDE,) if self.other else ()))

    @property
    def chosen(self) -> GoOn:
        """What the form asks for now."""
        return self.go_on if self.go_on in self.ways and self.go_on else self._fitting

    @property
    def _fitting(self) -> GoOn:
        return self.proposed if self.proposed in self.ways else self.ways[0]


def done_form(doing: Doing) -> View:
    """What did the buyer do, and what comes next? What is asked depends on the answers, from top to bottom."""
    deal = doing.deal
    step = deal.next_step
    was = f"\n{step_day(step)}: {short(step.what, 500)}" if step else ""
    replies = [(text, reply.value) for reply, text in REPLIES.items()]
    blocks: list[Block] = [
        section(f"{deal_title(deal)}{was}"),
        choice_input(
            Field.REPLY,
            "What did the buyer do?",
            replies,
            initial=doing.reply.value if doing.reply else None,
            action=Action.REMIND_REPLY,
        ),
    ]
    if doing.reply is not None:
        blocks += [*_about_reply(doing), *_what_next(doing)]
    meta = {"reminder": doing.reminder.id, "aside": doing.other.key if doing.other else ""}
    return modal(Form.REMIND_DONE, "Done", blocks, submit="Save", close="Cancel", meta=meta)


def _about_reply(doing: Doing) -> list[Block]:
    if doing.reply is not Reply.ACTED:
        return []
    hint = "This keeps the deal fresh. Proof for a criterion goes into the checklist."
    return [
        text_input(Field.ANSWER, "In a few words", placeholder="Jane wants the offer by Friday", hint=hint),
        date_input(Field.HAPPENED_ON, "When was that?", initial=doing.today),
    ]


def _what_next(doing: Doing) -> list[Block]:
    ways = [(_way_words(doing, way), way.value) for way in doing.ways]
    blocks: list[Block] = []
    if len(ways) > 1:
        blocks.append(
            # Another field for other choices: Slack keeps what was chosen while the field is the same.
            choice_input(
                Field.GO_ON_SILENT if doing.reply is Reply.SILENT else Field.GO_ON,
                "What comes next?",
                ways,
                initial=doing.chosen.value,
                action=Action.REMIND_GO_ON,
            )
        )
    match doing.chosen:
        case GoOn.STEP:
            return blocks + _step(doing)
        case GoOn.AGAIN:
            return blocks + _again(doing)
        case GoOn.LAST_MAIL:
            return blocks + _last_mail(doing)
        case GoOn.PARK:
            return blocks + _parking(doing)
        case GoOn.ASIDE:
            text = text_input(Field.REASON, "Why?", multiline=True, hint="The managers see it with the move.")
            return [*blocks, text]


def _way_words(doing: Doing, way: GoOn) -> str:
    return {
        GoOn.STEP: "The next step",
        GoOn.AGAIN: "Follow up once more",
        GoOn.LAST_MAIL: "One last mail, then let it rest",
        GoOn.PARK: "Park it until a day",
        GoOn.ASIDE: f"Back to “{one_line(doing.other.name) if doing.other else ''}”",
    }[way]


def _step(doing: Doing) -> list[Block]:
    optional = doing.deal.status.value != "open"
    return [
        text_input(Field.WHAT, "What will you do next?", placeholder="Send the offer to Jane", optional=optional),
        date_input(Field.ON, "When?", hint="Best a step that the buyer has agreed to.", optional=optional),
        time_input(Field.AT, "At what time?", hint="Then I remind you again at that hour.", optional=True),
    ]


def _again(doing: Doing) -> list[Block]:
    follows = doing.rung.kind is RungKind.FOLLOW_UP
    step = doing.deal.next_step
    what = f"Follow up: {step.what.removeprefix('Follow up: ')}" if step else ""
    times = doing.rung.n - 1
    hint = f"{times} follow-up{'' if times == 1 else 's'} without an answer so far."
    return [
        text_input(Field.AGAIN_WHAT, "What will you do then?", initial=one_line(what), hint=hint),
        date_input(Field.AGAIN_ON, "When?", initial=doing.rung.on if follows else None),
    ]


def _last_mail(doing: Doing) -> list[Block]:
    mails = doing.rung.kind is RungKind.LAST_MAIL
    return [
        section("Buyers often answer a mail that asks for nothing any more. A draft to copy and change:"),
        section(f"```{last_mail(doing.deal)}```"),
        date_input(
            Field.MAIL_ON,
            "Wait for an answer until",
            initial=doing.rung.on if mails else None,
            hint="If none has come by then, I propose to park the deal.",
        ),
    ]


def last_mail(deal: Deal) -> str:
    """The draft of the last mail to a buyer who does not answer, escaped."""
    first = short(deal.contacts[0].name, 60).split(" ")[0] if deal.contacts else "…"
    return (
        f"Hello {first},\n\n"
        "I have not heard back from you, so I take it that this is not the right moment. That is fine, "
        "and I will not write about it again.\n\n"
        "If it becomes important later, a short reply to this mail is enough, and we go on where we stopped.\n\n"
        "Kind regards\n…"
    )


def _parking(doing: Doing) -> list[Block]:
    parks = doing.rung.kind is RungKind.PARK
    silent = doing.rung.n - 1
    why = f"No answer to {silent} mails and calls." if parks and silent > 1 else ""
    return [
        date_input(
            Field.UNTIL,
            "Until when?",
            initial=doing.rung.on if parks else None,
            hint="Nobody is reminded of it before that day; then I ask whether to try again.",
        ),
        text_input(Field.WHY, "Why?", initial=why, multiline=True, placeholder="Their budget round in June"),
    ]


def not_stale_form(reminder: Reminder, deal: Deal, process: Process | None) -> View:
    """A reason why nothing has to happen for a while, and until when."""
    blocks = [
        section(f"{deal_title(deal)}\nIn “{stage_name(process, deal.stage)}” since {moment(deal.stage_since)}."),
        text_input(
            Field.WHY,
            "Why is it not stale?",
            multiline=True,
            placeholder="Jane, who decides, is on leave",
            hint="Your manager can see it. How often a deal gets such a reason is counted.",
        ),
        date_input(Field.UNTIL, "Until when?", hint="From that day I ask again, if nothing has happened."),
        tick_input(
            Field.OUTSIDE,
            "Somebody outside?",
            "We wait for an authority or another third party",
            ticked=deal.waiting_on is not None,
            hint="Then the deal may rest for longer, until it moves on.",
        ),
    ]
    meta = {"reminder": reminder.id}
    return modal(Form.REMIND_NOT_STALE, "Not stale", blocks, submit="Save", close="Cancel", meta=meta)


def snooze_form(reminder: Reminder, deal: Deal) -> View:
    """A day before which nothing is said."""
    blocks = [
        section(deal_title(deal)),
        date_input(Field.UNTIL, "Remind me on", hint="On a day off it waits for your next working day."),
    ]
    meta = {"reminder": reminder.id}
    return modal(Form.REMIND_SNOOZE, "Snooze", blocks, submit="Snooze", close="Cancel", meta=meta)


def later_form(reminder: Reminder, deal: Deal, proposed: date) -> View:
    """Another day for a deal that came back too early."""
    parked = reminder.kind is ReminderKind.RETURN
    hint = "It stays parked until then." if parked else "It stays lost; I only ask again."
    blocks = [section(deal_title(deal)), date_input(Field.UNTIL, "Ask me again on", initial=proposed, hint=hint)]
    meta = {"reminder": reminder.id}
    return modal(Form.REMIND_LATER, "Later", blocks, submit="Save", close="Cancel", meta=meta)


def back_view(back: Return) -> View:
    """A parked or lost deal whose day has come: why it was closed, what has changed since, and what to do."""
    deal, closing, ref = back.deal, back.closing, Ref(back.reminder.id)
    parked = back.reminder.kind is ReminderKind.RETURN
    blocks = [section(f"{deal_title(deal)}\n{amount_words(deal.amount)}, in “{stage_name(back.process, deal.stage)}”")]
    if closing is not None:
        word = "Parked" if parked else "Lost"
        reason = f"\n> {short(closing.reason, 1000)}" if closing.reason else ""
        learned = f"\nWhat we learned: {short(closing.learned, 1000)}" if closing.learned else ""
        blocks.append(section(f"*{word}* {moment(closing.at)} by {person(closing.by)}{reason}{learned}"))
    changed = "\n".join(f"• {line}" for line in _since(back)) or "Nothing that I know of."
    blocks += [
        section(f"*Since then*\n{changed}"),
        actions(
            button("Reopen", Action.REMIND_REOPEN, ref, style="primary"),
            button("Later…", Action.REMIND_LATER, ref),
            button("Let it go…" if parked else "Let it go", Action.REMIND_LET_GO, ref),
        ),
    ]
    meta = {"reminder": back.reminder.id}
    return modal(Form.REMIND_BACK, "Try again?", blocks, meta=meta)


def _since(back: Return) -> Sequence[str]:
    closing, deal = back.closing, back.deal
    lines = []
    if closing is not None and closing.amount != deal.amount:
        lines.append(f"The amount: {amount_words(closing.amount)} then, {amount_words(deal.amount)} now.")
    if closing is not None and back.process is not None and closing.process_version != back.process.version:
        lines.append("The process was changed, so its criteria may be others now.")
    if back.evidence_after:
        lines.append(f"{back.evidence_after} new piece{'' if back.evidence_after == 1 else 's'} of evidence.")
    for other in back.others:
        lines.append(f"{deal_title(other)} of the same company: {other.status.value}.")
    if deal.last_buyer_on:
        lines.append(f"The buyer last did something on {day_words(deal.last_buyer_on)}.")
    return lines
