"""What people and teams choose in Slack: agenda, leave and cover, managers, channel, country."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.people import Person
from bot.domain.reminders import ReminderKind
from bot.services import people
from sandbox.team import DEALS, DEEPAK, GUS, MARTA, NORTHBEAM, RITA, TOM
from tests.harness import Office
from tests.selling import log_deal


def stored(office: Office, user_id: str = RITA) -> Person:
    found = people.find(office.desk, NORTHBEAM.id, user_id)
    assert found is not None
    return found


# mine


def test_a_rep_chooses_hour_days_country_and_what_to_hear_of(office: Office) -> None:
    rita = office.rita
    rita.types("/deal settings")
    form = rita.modal
    assert form.fields["When should your morning agenda come?"].value == "team"
    assert "Team settings" not in form
    rita.fills(
        {
            "When should your morning agenda come?": "8:00",
            "On which days?": ["Monday", "Tuesday", "Thursday"],
            "In which country do you work?": "de",
            "What do you want to hear of?": ["Deals in which nothing happens"],
        }
    )
    rita.submits()
    rita.waits_to_see("Your agenda comes at *8:00*, Mon, Tue, Thu, but not on public holidays (DE).")
    person = stored(office)
    assert (person.hour, person.days, person.country) == (8, frozenset({0, 1, 3}), "DE")
    assert ReminderKind.FOLLOW_UP in person.mutes
    assert not {ReminderKind.STALE, ReminderKind.QUESTION, ReminderKind.PROMISE} & person.mutes


def test_the_form_shows_what_was_chosen_and_never_means_never(office: Office) -> None:
    rita = office.rita
    rita.types("/deal settings")
    rita.fills({"When should your morning agenda come?": "Never", "On which days?": None})
    rita.submits()
    rita.waits_to_see("No morning agenda")
    assert stored(office).days == frozenset()
    rita.types("/deal settings")
    assert rita.modal.fields["When should your morning agenda come?"].value == "never"
    rita.fills({"When should your morning agenda come?": "As for the team: 9:00"})
    rita.submits()
    rita.waits_to_see("Your agenda comes at *9:00*, Mon to Fri")
    assert (stored(office).hour, stored(office).days) == (None, None)


@pytest.mark.parametrize(
    ("values", "label", "sentence"),
    [
        ({"In which country do you work?": "XX"}, "In which country do you work?", "I do not know the holidays"),
        ({"On which days?": None}, "On which days?", "Choose at least one day"),
    ],
)
def test_a_wrong_choice_gets_a_sentence_and_changes_nothing(
    office: Office, values: dict[str, str | None], label: str, sentence: str
) -> None:
    before = stored(office)
    office.rita.types("/deal settings")
    office.rita.fills(values)
    office.rita.submits()
    assert sentence in office.rita.field_errors[label]
    assert stored(office) == before


# away


def test_leave_is_typed_with_a_cover(office: Office) -> None:
    office.rita.types("/deal away until 2 Jan cover @tom")
    office.rita.waits_to_see("You are away until *Sat 2 Jan 2027*")
    person = stored(office)
    assert (person.away_until, person.away_cover) == (date(2027, 1, 2), TOM)
    office.rita.presses("I am back")
    office.rita.waits_to_see("Welcome back")
    assert stored(office).away_until is None


@pytest.mark.parametrize(
    "line", ["until 2 jan", "till 2 jan", "2 jan", "until 2 jan covered by @tom", "@tom covers until 2 jan"]
)
def test_leave_is_read_as_people_write_it(office: Office, line: str) -> None:
    office.rita.types("/deal away " + line)
    office.rita.waits_to_see("You are away until *Sat 2 Jan 2027*")
    assert stored(office).away_cover == (TOM if "@tom" in line else None)


@pytest.mark.parametrize("line", ["", " somewhen", " until 31 feb", " until friday in Spain"])
def test_what_is_not_understood_is_asked_in_a_form(office: Office, line: str) -> None:
    office.rita.types("/deal away" + line)
    form = office.rita.modal
    assert form.title == "Away"
    assert stored(office).away_until is None
    office.rita.fills({"Until when?": date(2026, 12, 4)})
    office.rita.submits()
    office.rita.waits_to_see("What falls due waits until you are back")
    assert stored(office).away_until == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("until", "cover", "label", "sentence"),
    [
        (date(2026, 11, 1), None, "Until when?", "Choose today or a later day"),
        (date(2029, 1, 1), None, "Until when?", "At most a year ahead"),
        (date(2026, 12, 4), RITA, "Who stands in for you?", "other than yourself"),
        (date(2026, 12, 4), GUS, "Who stands in for you?", "full member"),
    ],
)
def test_a_leave_that_cannot_be_is_refused(
    office: Office, until: date, cover: str | None, label: str, sentence: str
) -> None:
    office.rita.types("/deal away")
    office.rita.fills({"Until when?": until, "Who stands in for you?": cover})
    office.rita.submits()
    assert sentence in office.rita.field_errors[label]
    assert stored(office).away_until is None


def test_a_cover_who_is_away_cannot_stand_in(office: Office) -> None:
    office.tom.types("/deal away until 2 jan")
    office.tom.waits_to_see("You are away")
    office.rita.types("/deal away until 5 dec cover @tom")
    office.rita.waits_to_see("is away themselves until Sat 2 Jan 2027")
    assert stored(office).away_until is None


def test_a_cover_may_act_until_the_leave_is_over(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal away until 4 dec cover @tom")
    office.rita.waits_to_see("You are away")
    office.tom.types("/deal park D-1 in 3 weeks their fair")
    office.tom.submits()
    office.tom.waits_to_see("Acme")
    office.clock.forward(days=14)
    office.tom.types("/deal reopen D-1")
    office.tom.waits_to_see("Only they and the managers can change it")


# the team's


def test_a_manager_changes_the_team_and_everybody_follows_at_once(office: Office) -> None:
    marta = office.marta
    marta.types("/deal settings")
    marta.presses("Team settings")
    form = marta.modal
    assert "As in the settings of the installation." in form
    assert "Product evaluated: 5 days" in form or "when a deal is stale" in form
    marta.fills({"Managers": [MARTA, TOM], "Weekly digest, on Mondays": "Not at all", "Country": "us"})
    marta.fills({"Morning agenda, for those who chose no hour": "7:00"})
    marta.submits()
    marta.waits_to_see("Agenda at 7:00, Mon to Fri, without the public holidays of US")
    rules = office.desk.rules
    assert (rules.managers, rules.digest, rules.country, rules.hour) == (frozenset({MARTA, TOM}), "off", "US", 7)
    assert rules.manager_channel == DEALS
    office.deepak.types("/deal settings")
    assert "Team settings" not in office.deepak.modal
    office.tom.types("/deal settings")
    assert "As for the team: 7:00" in office.tom.modal.fields["When should your morning agenda come?"].options
    office.tom.presses("Team settings")
    # Managers, digest, hour and country; the channel and the working days are as they were.
    assert office.tom.modal.text.count("Set here by a manager.") == 4
    assert office.tom.modal.text.count("As in the settings of the installation.") == 2


def test_what_equals_the_installations_settings_is_not_kept(office: Office) -> None:
    office.marta.types("/deal settings")
    office.marta.presses("Team settings")
    office.marta.submits()
    office.marta.waits_to_see("Managers:")
    office.desk.rule_book.first = office.desk.rule_book.first.__class__(managers=frozenset({DEEPAK}))
    office.desk.rule_book.forget()
    assert office.desk.rules.managers == {DEEPAK}


def test_a_rep_gets_a_manager_of_their_own(office: Office) -> None:
    office.marta.types("/deal settings")
    office.marta.presses("Team settings")
    office.marta.fills({"Rep": RITA, "The manager of this rep": DEEPAK})
    office.marta.submits()
    office.marta.waits_to_see("Managers:")
    assert stored(office).manager == DEEPAK
    office.marta.types("/deal settings")
    office.marta.presses("Team settings")
    assert "Who has a manager of their own" in office.marta.modal


@pytest.mark.parametrize(
    ("values", "label", "sentence"),
    [
        ({"Managers": None}, "Managers", "Without a manager nobody could approve"),
        ({"Managers": [MARTA, GUS]}, "Managers", "full member"),
        ({"Working days": None}, "Working days", "at least one working day"),
        ({"Country": "ZZ"}, "Country", "I do not know the holidays"),
        ({"The manager of this rep": DEEPAK}, "Rep", "Choose the rep, too"),
        ({"Rep": RITA, "The manager of this rep": TOM}, "The manager of this rep", "Choose one of the managers"),
        ({"Rep": DEEPAK, "The manager of this rep": DEEPAK}, "The manager of this rep", "Nobody manages themselves"),
        ({"Rep": GUS, "The manager of this rep": DEEPAK}, "Rep", "full member"),
    ],
)
def test_a_wrong_team_setting_gets_a_sentence_and_changes_nothing(
    office: Office, values: dict[str, object], label: str, sentence: str
) -> None:
    before = office.desk.rules
    office.marta.types("/deal settings")
    office.marta.presses("Team settings")
    office.marta.fills(values)
    office.marta.submits()
    assert sentence in office.marta.field_errors[label]
    office.desk.rule_book.forget()
    assert office.desk.rules == before
