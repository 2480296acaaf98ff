"""What people and teams choose: my settings, leave and cover, and the team's settings."""

from __future__ import annotations

import re

from bot.domain.errors import BadInput
from bot.domain.reading import read_leading_date
from bot.domain.reminders import Subject
from bot.services import preferences
from bot.services.preferences import Choices, Habits
from bot.slack.conversations.stacking import over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.text import escape
from bot.slack.turn import Answer, Message, Turn
from bot.slack.turn import Form as Filled
from bot.slack.views import settings_forms

_MENTION = re.compile(r"(?<!\w)@([UW][A-Z0-9]+)\b")
_COVERED = re.compile(r"\b(?:cover(?:ed)?(?: by)?|covers)\b[:\s]*", re.IGNORECASE)


def register(talk: Talk) -> None:
    """`settings`, `away` and `back`, their buttons and their forms."""
    talk.word("settings", "settings", "my agenda's hour and days, what I hear of; for managers the team's", _mine)
    talk.word("away", "away until 2 Jan [cover @rep]", "hold my reminders, or let a colleague have them", _away)
    talk.word("back", "back", "end my leave early", _back)
    talk.button(Action.SETTINGS, _mine)
    talk.button(Action.SETTINGS_TEAM, _team)
    talk.button(Action.AWAY, _ask_leave)
    talk.button(Action.BACK, _back)
    talk.form(Form.SETTINGS, _chosen)
    talk.form(Form.SETTINGS_TEAM, _chosen_for_the_team)
    talk.form(Form.AWAY, _leaving)


def _mine(turn: Turn) -> Answer:
    settings = preferences.mine(turn.desk, turn.actor)
    return over(turn, settings_forms.my_form(settings, is_manager=turn.actor.is_manager))


def _chosen(turn: Turn) -> Answer:
    form = turn.submitted
    hour = form.choice(Field.HOUR)
    days = _days(form)
    if hour != settings_forms.NEVER and not days:
        raise BadInput("Choose the days.", {Field.DAYS.value: "Choose at least one day, or “Never” above."})
    before = preferences.mine(turn.desk, turn.actor)
    heard = set(form.choices(Field.HEAR))
    chosen = Habits(
        hour=int(hour) if hour.isdigit() else None,
        days=frozenset() if hour == settings_forms.NEVER else None if days == before.rules.days else days,
        country=_country(form),
        mutes=frozenset(kind for subject in Subject if subject.value not in heard for kind in subject.kinds),
    )
    after = preferences.choose_mine(turn.desk, turn.actor, chosen)
    return Answer(say=Message(settings_forms.my_summary(after)))


def _away(turn: Turn) -> Answer:
    """`away until 2 Jan cover @tom`; what is not said is asked in the form."""
    text = turn.text.strip()
    if not text:
        return _ask_leave(turn)
    mentioned = _MENTION.findall(text)
    words = _COVERED.sub("", _MENTION.sub("", text)).strip()
    words = re.sub(r"^(?:until|till|to)\s+", "", words, flags=re.IGNORECASE)
    try:
        until, rest = read_leading_date(words, turn.today)
    except BadInput as problem:
        return _ask_leave(turn, escape(str(problem)))
    if until is None or rest or len(mentioned) > 1:
        return _ask_leave(turn, "I did not understand all of that. Please choose it here.")
    after = preferences.go_away(turn.desk, turn.actor, until, mentioned[0] if mentioned else None)
    return Answer(say=settings_forms.away_summary(after, turn.command))


def _ask_leave(turn: Turn, warning: str = "") -> Answer:
    return over(turn, settings_forms.away_form(preferences.mine(turn.desk, turn.actor), warning))


def _leaving(turn: Turn) -> Answer:
    form = turn.submitted
    until = form.date(Field.UNTIL)
    if until is None:
        raise BadInput("Until when?", {Field.UNTIL.value: "Choose the last day on which you are away."})
    after = preferences.go_away(turn.desk, turn.actor, until, form.user(Field.COVER) or None)
    return Answer(say=settings_forms.away_summary(after, turn.command))


def _back(turn: Turn) -> Answer:
    after = preferences.come_back(turn.desk, turn.actor)
    return Answer(say=settings_forms.away_summary(after, turn.command))


def _team(turn: Turn) -> Answer:
    return over(turn, settings_forms.team_form(preferences.team(turn.desk, turn.actor)))


def _chosen_for_the_team(turn: Turn) -> Answer:
    form = turn.submitted
    hour = form.choice(Field.HOUR)
    chosen = Choices(
        managers=frozenset(form.users(Field.MANAGERS)),
        manager_channel=form.conversation(Field.CHANNEL) or None,
        country=_country(form),
        agenda_hour=int(hour) if hour.isdigit() else None,
        agenda_days=_days(form),
        digest=form.choice(Field.DIGEST) or None,
        methodology=_methodology(form),
    )
    rep, manager = form.user(Field.REP), form.user(Field.MANAGER)
    if manager and not rep:
        raise BadInput("Whose manager?", {Field.REP.value: "Choose the rep, too."})
    after = preferences.choose_team(turn.desk, turn.actor, chosen, (rep, manager or None) if rep else None)
    return Answer(say=Message(settings_forms.team_summary(after)))


def _days(form: Filled) -> frozenset[int]:
    return frozenset(int(value) for value in form.choices(Field.DAYS) if value in "0123456")


def _methodology(form: Filled) -> str | None:
    chosen = form.choice(Field.METHODOLOGY)
    return None if chosen == settings_forms.NO_METHODOLOGY else chosen or None


def _country(form: Filled) -> str | None:
    return form.text(Field.COUNTRY).upper() or None
