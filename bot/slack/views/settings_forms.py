"""The forms of what people and teams choose, and the sentences that say what holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.domain.calendar_days import WEEKDAYS, show_date
from bot.domain.process import Process
from bot.domain.reminders import Subject
from bot.domain.rhythm import EARLIEST, LATEST, show_days
from bot.services.preferences import MySettings, TeamSettings
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    channel_input,
    choice_input,
    context,
    date_input,
    divider,
    modal,
    section,
    text_input,
    ticks_input,
    user_input,
    users_input,
)
from bot.slack.ids import Action, Field, Form
from bot.slack.text import escape
from bot.slack.turn import Message
from bot.slack.views.notices import banner

TEAMS: Final = "team"
"""Chosen where the team's rule is to hold."""

NEVER: Final = "never"
"""Chosen as the hour by those who want no morning agenda."""

NO_METHODOLOGY: Final = "-"
"""No key of any; chosen where the coach gives no questions but those of the process."""

DIGESTS: Final = (
    ("In the managers' channel", "channel"),
    ("As a direct message to each manager", "dm"),
    ("Not at all", "off"),
)
_COUNTRY_HINT = "Two letters, such as DE, US or IN: on its public holidays I am silent."


def my_form(settings: MySettings, *, is_manager: bool) -> View:
    """The form of what one person chooses for themselves."""
    person, rules = settings.person, settings.rules
    hour = NEVER if person.days == frozenset() else TEAMS if person.hour is None else str(person.hour)
    days = person.days if person.days else rules.days
    heard = [subject.value for subject in Subject if not set(subject.kinds) <= person.mutes]
    blocks: list[Block] = [
        section(
            "One message in the morning says what is due, and only when something is."
            f" Your zone, as Slack has it: *{escape(person.tz or 'UTC')}*."
        ),
        choice_input(
            Field.HOUR,
            "When should your morning agenda come?",
            [(f"As for the team: {rules.hour}:00", TEAMS), *_hours(), ("Never", NEVER)],
            initial=hour,
        ),
        ticks_input(Field.DAYS, "On which days?", _days(), ticked=[str(day) for day in days]),
        text_input(
            Field.COUNTRY,
            "In which country do you work?",
            initial=person.country or "",
            placeholder=rules.country or "DE",
            hint=_COUNTRY_HINT + (f" The team's is {rules.country}." if rules.country else ""),
            optional=True,
            longest=2,
        ),
        ticks_input(
            Field.HEAR,
            "What do you want to hear of?",
            [(subject.words, subject.value) for subject in Subject],
            ticked=heard,
            hint="A manager's question, a decision that waits for you and a promise that is due are always said.",
        ),
        actions(
            button("I am going away", Action.AWAY),
            button("Team settings", Action.SETTINGS_TEAM) if is_manager else None,
        ),
    ]
    return modal(Form.SETTINGS, "My settings", blocks, submit="Save", close="Cancel")


def my_summary(settings: MySettings) -> str:
    """What holds for one person now, as markup."""
    person, rules = settings.person, settings.rules
    if person.days == frozenset():
        when = "No morning agenda. What waits for you is on my Home tab"
    else:
        hour = rules.hour if person.hour is None else person.hour
        when = f"Your agenda comes at *{hour}:00*, {show_days(person.days or rules.days)}"
    country = person.country or rules.country
    holidays = f", but not on public holidays ({country})" if country else ""
    muted = [subject.words.lower() for subject in Subject if set(subject.kinds) <= person.mutes]
    silent = f" You do not hear of: {'; '.join(muted)}." if muted else ""
    return f":white_check_mark: {when}{holidays}.{silent}"


def away_form(settings: MySettings, warning: str = "") -> View:
    """The form of somebody's leave."""
    person = settings.person
    blocks: list[Block] = [
        *([banner(warning)] if warning else []),
        date_input(Field.UNTIL, "Until when?", initial=person.away_until, hint="The last day on which you are away."),
        user_input(
            Field.COVER,
            "Who stands in for you?",
            initial=person.away_cover,
            hint="They get what falls due for you. Without anybody, it waits until you are back.",
            optional=True,
        ),
    ]
    return modal(Form.AWAY, "Away", blocks, submit="Save", close="Cancel")


def away_summary(settings: MySettings, command: str) -> Message:
    """What holds while somebody is away."""
    person = settings.person
    if person.away_until is None:
        said = ":white_check_mark: Welcome back. Your reminders come to you again."
        return Message(said, (section(said),))
    cover = (
        f"<@{person.away_cover}> gets what falls due for you, and may act for you until then."
        if person.away_cover
        else "What falls due waits until you are back."
    )
    said = f":white_check_mark: You are away until *{show_date(person.away_until)}*. {cover}"
    return Message(
        said,
        (
            section(said),
            actions(button("I am back", Action.BACK), button("Change", Action.AWAY)),
            context(f"`{command} back` ends it early."),
        ),
    )


def team_form(settings: TeamSettings) -> View:
    """The form of what managers choose for the team, with the thresholds and where they come from."""
    blocks: list[Block] = [
        *_rules(settings),
        *_methodology(settings),
        divider(),
        *_manager_of_one(),
        *_led(settings),
        divider(),
        *_thresholds(settings),
    ]
    return modal(Form.SETTINGS_TEAM, "Team settings", blocks, submit="Save", close="Cancel")


def team_summary(settings: TeamSettings) -> str:
    """What holds for the team now, as markup."""
    rules = settings.rules
    who = ", ".join(f"<@{user}>" for user in sorted(rules.managers)) or "nobody yet"
    where = f"<#{rules.manager_channel}>" if rules.manager_channel else "no channel yet"
    digest = next(text for text, value in DIGESTS if value == rules.digest).lower()
    known = {one.key: one.name for one in settings.methodologies}
    way = known.get(rules.methodology or "")
    asked = f" Questions of the coach: {escape(way)}." if way else ""
    return (
        f":white_check_mark: Managers: {who}, in {where}. Weekly digest: {digest}. Agenda at {rules.hour}:00, "
        f"{show_days(rules.days)}{f', without the public holidays of {rules.country}' if rules.country else ''}.{asked}"
    )


def _rules(settings: TeamSettings) -> Iterator[Block]:
    """What holds for the whole team, each with where it comes from."""
    rules = settings.rules
    yield from (
        users_input(Field.MANAGERS, "Managers", initial=rules.managers, hint=_origin(settings, "managers", "managers")),
        channel_input(
            Field.CHANNEL,
            "Managers' channel",
            initial=rules.manager_channel,
            hint="Invite me there. " + _origin(settings, "manager_channel", "manager_channel"),
        ),
        choice_input(
            Field.DIGEST,
            "Weekly digest, on Mondays",
            list(DIGESTS),
            initial=rules.digest,
            hint=_origin(settings, "digest", "digest"),
        ),
        choice_input(
            Field.HOUR,
            "Morning agenda, for those who chose no hour",
            _hours(),
            initial=str(rules.hour),
            hint=_origin(settings, "agenda_hour", "hour"),
        ),
        ticks_input(
            Field.DAYS,
            "Working days",
            _days(),
            ticked=[str(day) for day in rules.days],
            hint=_origin(settings, "agenda_days", "days"),
        ),
        text_input(
            Field.COUNTRY,
            "Country",
            initial=rules.country or "",
            placeholder="DE",
            hint=f"{_COUNTRY_HINT} {_origin(settings, 'country', 'country')}",
            optional=True,
            longest=2,
        ),
    )


def _methodology(settings: TeamSettings) -> Iterator[Block]:
    """By whose questions reps are coached; nothing to choose where no methodology is there."""
    chosen = settings.rules.methodology
    if settings.methodologies:
        yield choice_input(
            Field.METHODOLOGY,
            "How do we sell?",
            [("No methodology", NO_METHODOLOGY), *((one.name, one.key) for one in settings.methodologies[:99])],
            initial=chosen if any(one.key == chosen for one in settings.methodologies) else NO_METHODOLOGY,
            hint="It gives the questions of the coach. What a stage asks for stays the same.",
        )


def _manager_of_one() -> Iterator[Block]:
    yield from (
        user_input(Field.REP, "Rep", hint="To name the manager of one rep, choose both.", optional=True),
        user_input(
            Field.MANAGER,
            "The manager of this rep",
            hint="Hears of this rep's deals in which nothing happens. Left empty: all managers, in the channel.",
            optional=True,
        ),
    )


def _led(settings: TeamSettings) -> Iterator[Block]:
    if settings.led:
        pairs = "\n".join(f"<@{p.user_id}> → <@{p.manager}>" for p in settings.led[:50])
        more = f"\n… and {len(settings.led) - 50} more" if len(settings.led) > 50 else ""
        yield section(f"*Who has a manager of their own*\n{pairs}{more}")


def _thresholds(settings: TeamSettings) -> Iterator[Block]:
    """When deals are stale, by process and stage. These stand in the files, where they are reviewed and versioned."""
    for process in settings.processes[:10]:
        yield section(f"*{escape(process.name)}*: when a deal is stale\n{_stale(process)}")
    yield context("Thresholds are set in the process files. They can be changed there, not here.")


def _stale(process: Process) -> str:
    lines = []
    for stage in process.stages:
        if stage.stale_after:
            manager = stage.escalate_after or process.cadence.escalate_after
            lines.append(f"{escape(stage.name)}: {stage.stale_after.words}; to the manager {manager.words} later")
    return "\n".join(lines) or "No stage has a threshold."


def _origin(settings: TeamSettings, chosen: str, first: str) -> str:
    """Where a value comes from: its names among what managers chose, and among the team's rules."""
    if getattr(settings.chosen, chosen) is not None:
        return "Set here by a manager."
    return "As in the settings of the installation." if getattr(settings.first, first) else "Not set yet."


def _hours() -> list[tuple[str, str]]:
    return [(f"{hour}:00", str(hour)) for hour in range(EARLIEST, LATEST)]


def _days() -> list[tuple[str, str]]:
    return [(name, str(day)) for day, name in enumerate(WEEKDAYS)]
