"""Promises, asks and their figures drawn from objects: with the worst that people write, and as much as there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.asking import Ask, AskState, Funnel, Withheld
from bot.domain.deal import Deal
from bot.domain.people import Contact
from bot.domain.promises import Figures, Outcome, Promise, ValueAnswer, ValueCheck
from bot.domain.reminders import ASKS, Reminder, ReminderKind
from bot.services.ask_overview import Asking, Referrals, Standing
from bot.services.asks import more_of
from bot.services.promises import Overview, Promised
from bot.slack.turn import Message
from bot.slack.views import asks as ask_view
from bot.slack.views import promise_forms
from bot.slack.views import promises as view
from tests.slack_rules import assert_fits
from tests.test_views_looking import HOSTILE, NOW, OTHER, PROCESS, REP, deal

TODAY = date(2026, 11, 24)
each_text = pytest.mark.parametrize("words", HOSTILE, ids=["mentions", "entities", "emoji", "rtl", "marks", "long"])


def promise(words: str, **changes: Any) -> Promise:
    return replace(Promise(1, 42, words, words[:200], TODAY, REP, NOW), **changes)


def settled(words: str, outcome: Outcome) -> Promise:
    link = f"https://mail.example.com/{'x' * 2900}"
    return promise(words, outcome=outcome, note=words, link=link, settled_by=OTHER, settled_at=NOW)


def marked_up(drawn: Any) -> Iterator[str]:
    """Every text that Slack reads as markup; the others it shows as they are."""
    if isinstance(drawn, dict):
        if drawn.get("type") == "mrkdwn":
            yield drawn["text"]
        yield from (text for inner in drawn.values() for text in marked_up(inner))
    elif isinstance(drawn, list | tuple):
        yield from (text for inner in drawn for text in marked_up(inner))


def assert_harmless(drawn: Any) -> None:
    drawn = drawn.blocks if isinstance(drawn, Message) else drawn
    assert_fits(drawn)
    texts = list(marked_up(drawn))
    assert texts
    assert not [text for text in texts if "<!channel>" in text or "<@U0MARTA>" in text]


@each_text
def test_the_promises_of_a_deal_fit_however_many_and_long_they_are(words: str) -> None:
    late = promise(words, due_on=TODAY - timedelta(days=1))
    old = tuple(settled(words, outcome) for outcome in Outcome) * 5
    checks = tuple(ValueCheck(42, month, ValueAnswer.PARTLY, REP, NOW, words, None) for month in (6, 9, 12))
    everything = Promised(named(words), (promise(words), late) * 15 + old, checks, 15, may_change=True)
    assert_harmless(view.promises_view(everything, TODAY, words[:100].replace("<", "").replace("&", "")))


@each_text
def test_the_forms_of_promises_fit(words: str) -> None:
    of, one = named(words), promise(words)
    for form in (
        promise_forms.note_form(of, {}, what=words, on=TODAY),
        promise_forms.settle_form(one, of, {}, TODAY),
        promise_forms.withdraw_form(one, of, {}, TODAY),
        promise_forms.check_form(of, 6, [one] * 40, {}),
    ):
        assert_fits(form)


@each_text
def test_the_message_to_a_new_owner_and_the_overview_fit(words: str) -> None:
    of, one = named(words), promise(words)
    for delivery in (False, True):
        assert_harmless(view.handed_over(of, PROCESS, [one] * 30, delivery=delivery))
    reps = tuple((REP, Figures(8, 1, 1, 3, 0, 1)) for _ in range(20))
    assert_harmless(
        view.overview_message(Overview(((one, of),) * 10, 40, Figures(1), Figures(2), reps), TODAY, "/deal")
    )


def test_a_share_says_of_how_many_and_none_is_no_share() -> None:
    assert view.figures_words(Figures(17, 2, 1)) == "*85 %* of 20 value checks said yes"
    assert view.figures_words(Figures(kept=4)) == ""
    assert Figures().yes_percent is None
    assert Figures(kept=1, broken=2).kept_percent == 33


@each_text
def test_what_a_customer_may_be_asked_for_fits(words: str) -> None:
    last = Ask(1, 42, ReminderKind.REFERRAL, AskState.GIVEN, REP, NOW, words, words, words)
    for why in (None, *Withheld):
        standings = tuple(Standing(kind, replace(last, kind=kind), TODAY) for kind in ASKS)
        asking = Asking(named(words), standings, why, {7: named(words)}, may_change=True)
        assert_harmless(ask_view.asks_view(asking, TODAY))


@each_text
def test_the_forms_of_asks_fit(words: str) -> None:
    people = tuple(Contact(n, words[:200], words[:200], f"jane{n}@acme.example") for n in range(1, 40))
    of, given = (
        replace(named(words), contacts=people),
        Ask(1, 42, ReminderKind.REFERRAL, AskState.GIVEN, REP, NOW, "", words, words),
    )
    for form in (
        ask_view.later_form(of, ReminderKind.REVIEW, TODAY, {}),
        ask_view.given_form(of, ReminderKind.CASE_STUDY, {}),
        ask_view.referral_form(of, {"p": PROCESS, "q": PROCESS}, PROCESS, {}),
        ask_view.referral_form(of, {"p": PROCESS}, PROCESS, {}, given),
        ask_view.more_form(of, more_of(of), {"p": PROCESS, "q": PROCESS}, PROCESS, {}),
    ):
        assert_fits(form)


@each_text
def test_the_way_to_referrals_fits(words: str) -> None:
    of = named(words)
    asked = Ask(1, 42, ReminderKind.REFERRAL, AskState.ASKED, REP, NOW, words, words, words)
    funnel = Funnel(120, 80, 40, 20, 30, 10, 40)
    due = Reminder(1, "T1", 42, ReminderKind.REFERRAL, "0", REP, TODAY)
    reps = ((REP, funnel),) * 20
    seen = Referrals(funnel, funnel, ((due, of),) * 10, ((asked, of),) * 10, ((asked, of),) * 10, reps)
    assert_harmless(ask_view.referrals_view(seen))


@pytest.mark.parametrize(("funnel", "words"), [
    (Funnel(), "Nobody could be asked so far."),
    (Funnel(3, 3, 1), "3 could be asked → 3 asked → 1 gave one → 0 became a deal. Everybody was asked."),
    (Funnel(4, 1, 1, unasked=3), "*3 not asked yet*."),
    (Funnel(14, 10, 8, 2, 4, 1, 4), "of those who answered, 8 of 10 gave one: about 3 more to be had."),
])  # fmt: skip
def test_the_gap_between_willing_and_asked_is_said(funnel: Funnel, words: str) -> None:
    assert ask_view.funnel_words(funnel).endswith(words)


def named(words: str) -> Deal:
    return deal(name=words, company=words)
