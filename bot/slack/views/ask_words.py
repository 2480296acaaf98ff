"""How we speak of what a customer may be asked for."""

from __future__ import annotations

from datetime import date

from bot.domain.asking import Ask, AskState, Withheld
from bot.domain.deal import Deal
from bot.domain.reminders import ReminderKind
from bot.services.ask_overview import Asking, Standing
from bot.slack.blocks import Element, confirmation
from bot.slack.views.sentences import moment, person
from bot.slack.views.wording import day_words, deal_title, short

TITLES = {
    ReminderKind.REFERRAL: "Referral",
    ReminderKind.REVIEW: "Review",
    ReminderKind.REFERENCE: "Reference",
    ReminderKind.CASE_STUDY: "Case study",
    ReminderKind.UPSELL: "Further sale",
}
QUESTIONS = {
    ReminderKind.REFERRAL: "Who else has the same problem?",
    ReminderKind.REVIEW: "Would they write a review?",
    ReminderKind.REFERENCE: "May others call them?",
    ReminderKind.CASE_STUDY: "May we tell their story?",
    ReminderKind.UPSELL: "What else could help them?",
}
_WITHHELD = {
    Withheld.NOT_WON: "The deal is not won yet, so I do not propose to ask.",
    Withheld.PROMISE: "A promise to them is overdue; better keep that one first.",
    Withheld.QUESTION: "A manager's question about the deal is open; better answer that one first.",
    Withheld.UNHAPPY: "The last check said that the promised value is not there; better mend that first.",
}


def withheld_words(why: Withheld) -> str:
    """Why it is better to wait with asking."""
    return _WITHHELD[why]


def standing_words(asking: Asking, one: Standing, today: date) -> str:
    """How it stands with one ask, in a line or two of markup."""
    lines = [f"*{TITLES[one.kind]}* · {QUESTIONS[one.kind]}"]
    if one.last is not None:
        new = asking.new_deals.get(one.last.new_deal_id or 0)
        lines.append(last_words(one.last, new))
    lines.append(_when(asking, one, today))
    return "\n".join(filter(None, lines))


def last_words(last: Ask, new: Deal | None = None) -> str:
    """What became of the last ask."""
    by = f" · {person(last.by)} {moment(last.at)}"
    match last.state:
        case AskState.ASKED:
            return f":hourglass_flowing_sand: Asked, no answer noted yet{by}"
        case AskState.DECLINED:
            return f":x: They declined{by}"
        case AskState.LATER:
            until = day_words(last.until) if last.until else "later"
            return f":calendar: To be asked again on {until}{by}"
        case AskState.GIVEN:
            return f":white_check_mark: Given{_given(last)}{by}{f' → {deal_title(new, 80)}' if new else ''}"


def _given(last: Ask) -> str:
    named = " at ".join(short(text, 80) for text in (last.person_name, last.person_company) if text)
    said = named or short(last.note, 200)
    return f": {said}" if said else ""


def _when(asking: Asking, one: Standing, today: date) -> str:
    if asking.withheld is not None or one.due_on is None:
        return ""
    if one.due_on <= today:
        return "_A good moment to ask._"
    return f"_I propose it again on {day_words(one.due_on)}; you can ask at any time._"


def decline_confirmation(kind: ReminderKind) -> Element:
    """The question before a decline is noted, which stops the proposals."""
    text = f"I do not propose it again for this customer. You can still ask at any time. ({TITLES[kind]})"
    return confirmation("Did they decline?", text, "They declined")
