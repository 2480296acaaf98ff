"""Objections: noted in the buyer's words, met with what is planned, answered by a day, and in the way of closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.definitions import load_processes
from bot.domain.deal import Deal
from bot.domain.errors import AlreadyDecided, BotError
from bot.domain.objections import KnownObjection, Objection, Outcome, kind_of, known_to, recurring
from bot.domain.people import Contact, Role
from bot.domain.process import Process, StageKind
from bot.services import objections, playbook
from bot.services.deals import DealFacts
from bot.services.errands import Errand
from bot.services.objections import Draft
from sandbox.team import DEEPAK, MARTA, RITA, TOM
from tests.clockwork import MADRID, a_deal, at, call, notice, rep, state_of
from tests.harness import Office
from tests.noticing import change_deal
from tests.selling import prove_stage

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MONDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 25)
WHY = "Jane wrote on Monday that the price per seat is fine for them"
SHIPPED = load_processes()
TWO = (
    KnownObjection("price", "Price", ("too expensive", "budget")),
    KnownObjection("timing", "Timing", ("no budget this year", "later")),
)


def raised(office: Office, deal: Deal, words: str, kind: str = "", on: date = WEDNESDAY) -> Objection:
    return objections.note(office.desk, rep(deal.owner), deal.id, Draft(words, on, kind), office.desk.today())


def of(office: Office, deal: Deal) -> objections.Raised:
    return objections.of_deal(office.desk, rep(), deal.id)


def markup(blocks: object) -> list[str]:
    """Every text of the blocks in which marks have a meaning."""
    if isinstance(blocks, list | tuple):
        return [text for block in blocks for text in markup(block)]
    if not isinstance(blocks, dict):
        return []
    own = [blocks["text"]] if blocks.get("type") == "mrkdwn" else []
    return own + [text for value in blocks.values() for text in markup(value)]


# The words that mean a kind


@pytest.mark.parametrize(("said", "key"), [
    ("It is TOO expensive!", "price"),
    ("“Too-expensive”, he said", "price"),
    ("there is no budget this year", "timing"),  # the longer phrase says more
    ("budgeting", None),  # a part of a word is another word
    ("expensive, too", None),
    ("", None),
])  # fmt: skip
def test_a_kind_is_told_by_whole_words_in_their_order(said: str, key: str | None) -> None:
    found = kind_of(said, TWO)
    assert (found.key if found else None) == key


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_stands_around_a_phrase_it_is_found(before: str, after: str) -> None:
    only = [KnownObjection("price", "Price", ("zu teuer",))]
    assert kind_of(f"{before} , zu  TEUER. {after}", only) == only[0]


def test_managers_words_take_the_place_of_the_planned_ones_and_phrases_come_to_them() -> None:
    planned = KnownObjection("price", "Price", ("dear",), "Why?", "Worth it.", "Costs more.")
    written = {"price": KnownObjection("price", "x", ("steep",), value="Ours."), "own": KnownObjection("own", "Own")}
    first, second = known_to([planned], written)
    assert first == replace(planned, words=("dear", "steep"), value="Ours.")
    assert second.key == "own"


def objection(number: int, words: str, deal: int = 1) -> Objection:
    return Objection(number, deal, words, MONDAY, RITA, NOW)


def test_what_says_much_the_same_is_put_together_and_what_many_say_comes_first() -> None:
    groups = recurring([
        objection(4, "Their roof leaks", 1), objection(3, "Our works council has to agree!", 2),
        objection(2, "the works council must agree", 3), objection(1, "Der Betriebsrat ist dagegen", 4),
    ])  # fmt: skip
    assert [[one.id for one in group.members] for group in groups] == [[3, 2], [4], [1]]
    assert groups[0].deals == (2, 3)


@given(st.lists(st.tuples(st.text(max_size=30), st.integers(1, 5)), max_size=25))
def test_every_objection_is_in_one_group(said: list[tuple[str, int]]) -> None:
    found = [objection(number, words, deal) for number, (words, deal) in enumerate(said, 1)]
    groups = recurring(found)
    assert sorted(one.id for group in groups for one in group.members) == [one.id for one in found]
    assert [len(group.deals) for group in groups] == sorted((len(group.deals) for group in groups), reverse=True)


# Noting


def test_an_objection_is_noted_in_one_line_with_what_is_planned_for_it(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    office.rita.types('/deal objection Acme "It is too expensive for us"')
    form = office.rita.modal
    assert form.fields["What do they say?"].value == "It is too expensive for us"
    assert "Price: what is planned" in form
    price = next(one for one in office.process.objections if one.key == "price")
    assert price.value in form
    assert price.risk in form
    assert price.ask in form
    office.rita.submits()
    office.rita.waits_until_closed()
    seen = office.rita.sees()
    assert "Answer promised by *Wed 25 Nov 2026*" in seen  # two business days
    [one] = of(office, deal).open
    assert (one.kind, one.words, one.answer_due_on) == ("price", "It is too expensive for us", WEDNESDAY)


def test_another_kind_is_chosen_and_what_was_typed_stays(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    office.rita.types("/deal objection Acme der Betriebsrat will das nicht")
    assert "Nothing is planned for it yet" in office.rita.modal
    office.rita.fills({"What do they say?": "Their works council is against it", "What is it about?": "Fear of change"})
    office.rita.waits_to_see("Fear of change: what is planned")
    assert office.rita.modal.fields["What do they say?"].value == "Their works council is against it"
    office.rita.submits()
    office.rita.waits_until_closed()
    [one] = of(office, deal).open
    assert (one.kind, one.words) == ("fear_of_change", "Their works council is against it")


def test_from_the_list_the_kind_is_told_by_the_words(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    office.rita.types("/deal objection Acme")
    assert "Nothing was noted so far" in office.rita.modal
    office.rita.presses("Note an objection")
    office.rita.fills({"What do they say?": "Nicht jetzt, wir haben keine Zeit"})
    office.rita.submits()
    office.rita.waits_to_see("1 open objection.")
    assert of(office, deal).open[0].kind == "timing"


def test_who_said_it_is_one_of_the_buyers_people(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme", contacts=(Contact(0, "Jane Doe", "CFO"),)))
    office.rita.types("/deal objection Acme too expensive")
    office.rita.fills({"Who said it?": "Jane Doe, CFO"})
    office.rita.submits()
    office.rita.waits_until_closed()
    office.rita.types("/deal objection Acme")
    assert "Jane Doe, CFO · answer promised by Wed 25 Nov 2026" in office.rita.modal
    with pytest.raises(BotError, match="Choose again"):
        objections.note(office.desk, rep(), deal.id, Draft("too dear", WEDNESDAY, contact_id=999), MONDAY)


@pytest.mark.parametrize(("values", "label", "sentence"), [
    ({"What do they say?": "n/a"}, "What do they say?", "Write what they said"),
    ({"By when do they get an answer?": date(2026, 11, 20)}, "By when do they get an answer?", "That day is over"),
    ({"By when do they get an answer?": date(2028, 1, 1)}, "By when do they get an answer?", "half a year"),
    ({"By when do they get an answer?": None}, "By when do they get an answer?", ""),
])  # fmt: skip
def test_what_cannot_be_answered_is_refused_at_its_field(
    office: Office, values: dict[str, object], label: str, sentence: str
) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    office.rita.types("/deal objection Acme too expensive")
    office.rita.fills(values)
    office.rita.submits()
    assert sentence in office.rita.field_errors[label]
    assert not of(office, deal).objections


def test_a_kind_that_nobody_offered_is_refused(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    with pytest.raises(BotError, match="Choose again"):
        raised(office, deal, "too expensive", kind="made_up")


def test_a_deal_takes_twenty_open_objections_and_not_one_more(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    for number in range(objections.MOST_OPEN):
        raised(office, deal, f"Doubt number {number}")
    with pytest.raises(BotError, match="has 20 open objections"):
        raised(office, deal, "One doubt too many")
    office.rita.types("/deal objection Acme")
    assert "Doubt number 19" in office.rita.modal


def test_only_who_may_change_the_deal_notes_or_settles(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    one = raised(office, deal, "too expensive")
    office.tom.types("/deal objection Acme too expensive")
    assert "Only they and the managers" in office.tom.sees()
    office.tom.types("/deal objection Acme")
    assert "too expensive" in office.tom.modal
    assert "Answered…" not in office.tom.modal
    with pytest.raises(BotError, match="Only they and the managers"):
        objections.settle(office.desk, rep(TOM), one.id, Outcome.ANSWERED, WHY)


@pytest.mark.parametrize(
    "words",
    ["<!channel> *bold* `code` & <https://evil.example|here>", "\u202eטקסט אחר ✓ " * 20, "far & wide < odd > " * 52],
)
def test_hostile_words_stay_words_wherever_they_are_shown(office: Office, words: str) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    raised(office, deal, words)
    change_deal(office.desk, deal.team_id, deal.id, stage="terms_agreed")
    for command in ("objection", "show", "move"):
        office.rita.types(f"/deal {command} Acme")
        assert not [
            text for text in markup(office.rita.modal.blocks) if "<!channel>" in text or "<https://evil" in text
        ]
        office.rita.closes(everything=True)
    office.marta.types("/deal objections")
    office.marta.waits_to_see("without a planned answer")
    assert not [text for message in office.marta.messages for text in markup(message.blocks) if "<!channel>" in text]


# What becomes of them


def test_an_objection_is_answered_with_what_shows_it(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    raised(office, deal, "too expensive")
    office.rita.types("/deal objection Acme")
    office.rita.presses("Answered…")
    office.rita.fills({"What did they say?": "ok", "Link": "nowhere"})
    office.rita.submits()
    assert set(office.rita.field_errors) == {"What did they say?", "Link"}
    office.rita.fills({"What did they say?": WHY, "Link": "https://mail.example.com/m/1"})
    office.rita.submits()
    seen = office.rita.waits_to_see("Answered: “too expensive”")
    assert WHY in seen
    [one] = of(office, deal).objections
    assert (one.outcome, one.settled_by, one.link) == (Outcome.ANSWERED, RITA, "https://mail.example.com/m/1")


@pytest.mark.parametrize(("choice", "outcome"), [("Withdrawn", Outcome.WITHDRAWN), ("It stands", Outcome.STANDS)])
def test_an_objection_is_dropped_or_stands(office: Office, choice: str, outcome: Outcome) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    raised(office, deal, "too expensive")
    office.rita.types("/deal objection Acme")
    office.rita.presses("Answered…")
    office.rita.fills({"What became of it?": choice, "What did they say?": WHY})
    office.rita.submits()
    office.rita.waits_to_see("No open objections.")
    assert of(office, deal).objections[0].outcome is outcome


def test_who_comes_second_reads_who_was_first(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    one = raised(office, deal, "too expensive")
    office.rita.types("/deal objection Acme")
    office.rita.presses("Answered…")
    office.rita.fills({"What did they say?": WHY})
    objections.settle(office.desk, rep(MARTA, Role.MANAGER), one.id, Outcome.STANDS, "They take it all the same")
    office.rita.submits()
    assert "@Marta Lindqvist already settled this objection" in office.rita.modal
    assert of(office, deal).objections[0].outcome is Outcome.STANDS


def test_a_delivery_that_comes_twice_notes_one_objection(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    twice = replace(rep(), delivery="view.1")
    draft = Draft("too expensive", WEDNESDAY)
    objections.note(office.desk, twice, deal.id, draft, MONDAY)
    with pytest.raises(BotError, match="already done"):
        objections.note(office.desk, twice, deal.id, draft, MONDAY)
    assert len(of(office, deal).objections) == 1


def test_the_promised_answer_is_asked_for_on_its_day_and_given_from_the_agenda(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    raised(office, deal, "too expensive")
    at(office, WEDNESDAY, 9, zone=MADRID)
    notice(office)
    call(office, RITA, WEDNESDAY)
    assert state_of(office, Errand.AGENDA, RITA, WEDNESDAY.isoformat()) == "done"
    said = office.rita.waits_for_dm("They said: too expensive")
    assert "The answer that you promised is due today" in said
    office.rita.presses("Answered…", on=said)
    office.rita.fills({"What did they say?": WHY})
    office.rita.submits()
    office.rita.waits_for_dm("done: answered")
    assert not of(office, deal).open


# In the way of closing


def test_an_open_objection_keeps_the_deal_from_closing_and_from_nothing_else(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    one = raised(office, deal, "too expensive")
    office.rita.types("/deal move Acme")
    assert "1 open objection" in office.rita.modal
    assert "the deal waits here" not in office.rita.modal
    prove_stage(office.rita, office)
    office.rita.submits()
    office.rita.waits_to_see("is now in")  # the first stage lets doubts pass
    office.rita.closes(everything=True)

    change_deal(office.desk, deal.team_id, deal.id, stage="terms_agreed")
    office.rita.types("/deal move Acme")
    assert "the deal waits here until each is settled" in office.rita.modal
    prove_stage(office.rita, office)
    assert "it can move" not in office.rita.modal
    office.rita.submits()
    assert "The objection “too expensive” is open" in office.rita.waits_to_see("Not yet.")
    office.rita.closes(everything=True)
    office.rita.types("/deal")
    assert "The objection “too expensive” is open" in office.rita.sees()

    objections.settle(office.desk, rep(), one.id, Outcome.ANSWERED, WHY)
    office.rita.types("/deal move Acme")
    assert "it can move" in office.rita.modal
    office.rita.submits()
    office.rita.waits_to_see("waits for a manager")


def test_an_objection_that_comes_up_while_a_manager_looks_stops_the_approval(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    change_deal(office.desk, deal.team_id, deal.id, stage="terms_agreed")
    office.rita.types("/deal move Acme")
    prove_stage(office.rita, office)
    office.rita.submits()
    office.rita.waits_to_see("waits for a manager")
    raised(office, deal, "The board finds it too expensive")
    office.marta.goes_to(office.deals.id)
    office.marta.presses("Approve")
    assert "the objection “The board finds it too expensive” is open" in office.marta.sees()


def test_the_card_of_a_move_shows_what_the_buyer_doubts(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    raised(office, deal, "too expensive")
    office.rita.types("/deal move Acme")
    prove_stage(office.rita, office)
    office.rita.submits()
    assert "“too expensive”, answer by Wed 25 Nov 2026" in office.deals.waits_for("moved")


def test_the_sheet_of_a_deal_leads_to_its_objections(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    raised(office, deal, "too expensive")
    office.rita.types("/deal show Acme")
    office.rita.presses("Objections…")
    assert "answer promised by" in office.rita.modal


# What recurs


def test_what_recurs_without_an_answer_is_answered_by_a_manager_and_proposed_from_then_on(office: Office) -> None:
    for number, words in enumerate(("Our works council has to agree", "the works council must agree", "Odd smell")):
        raised(office, a_deal(office, DealFacts(f"Deal {number}")), words)
    raised(office, a_deal(office, DealFacts("Known")), "too expensive")
    office.marta.types("/deal objections")
    seen = office.marta.sees()
    assert "1 in more than one deal" in seen
    assert "*2 times in 2 deals* of Buyer-centric sale" in seen
    assert seen.index("works council") < seen.index("Odd smell")
    assert "too expensive" not in seen.replace("X “too expensive”", "")
    office.marta.presses("Write an answer…", near="works council")
    office.marta.submits()
    assert set(office.marta.field_errors) == {"Name of the new kind", "Answer by the value"}
    office.marta.fills({"Name of the new kind": "Works council", "Phrases that mean it": "works council\nBetriebsrat",
                        "Answer by the value": "Bring the draft of an agreement to their first meeting."})  # fmt: skip
    office.marta.submits()
    office.marta.waits_to_see("is proposed to reps from now on")
    office.marta.closes(everything=True)
    office.marta.types("/deal objections")
    assert "works council" not in office.marta.sees()

    office.rita.types("/deal objection “Deal 2” der Betriebsrat ist dagegen")
    assert "Works council: what is planned" in office.rita.modal
    assert "Bring the draft of an agreement" in office.rita.modal


def test_a_known_kind_gets_another_phrase_and_keeps_its_answers(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    one = raised(office, deal, "that is a hefty sum")
    answer = playbook.write(
        office.desk, rep(MARTA, Role.MANAGER), one.id, playbook.Draft(kind="price", phrases=("hefty sum",))
    )
    price = next(known for known in office.process.objections if known.key == "price")
    assert answer.value == price.value
    assert raised(office, deal, "what a Hefty Sum!").kind == "price"
    assert raised(office, deal, "too expensive").kind == "price"


def test_of_two_managers_the_second_is_told_that_there_is_an_answer(office: Office) -> None:
    one = raised(office, a_deal(office, DealFacts("Acme")), "the works council must agree")
    draft = playbook.Draft(name="Works council", value="Bring the draft of an agreement.")
    playbook.write(office.desk, rep(MARTA, Role.MANAGER), one.id, draft)
    with pytest.raises(AlreadyDecided, match="meanwhile"):
        playbook.write(office.desk, rep(DEEPAK, Role.MANAGER), one.id, draft)


def test_reps_do_not_write_planned_answers(office: Office) -> None:
    one = raised(office, a_deal(office, DealFacts("Acme")), "the works council must agree")
    office.rita.types("/deal objections")
    assert "Only managers can look through new objections" in office.rita.sees()
    with pytest.raises(BotError, match="Only managers can write"):
        playbook.write(office.desk, rep(), one.id, playbook.Draft(name="Works council", value="It is fine for them."))


def test_what_was_heard_more_than_a_year_ago_is_not_listed(office: Office) -> None:
    raised(office, a_deal(office, DealFacts("Acme")), "the works council must agree")
    office.clock.forward(days=366)
    assert playbook.unanswered(office.desk, rep(MARTA, Role.MANAGER)) == ()


# What is shipped


@pytest.mark.parametrize("process", SHIPPED.values(), ids=list(SHIPPED))
def test_every_shipped_process_plans_its_answers_and_asks_for_them_before_the_win(process: Process) -> None:
    assert 4 <= len(process.objections) <= 6
    for one in process.objections:
        assert one.ask
        assert one.value != one.risk
        for words in one.words:
            assert kind_of(f"Well, {words}, I am afraid.", process.objections) == one
    waiting = [stage for stage in process.stages if stage.needs_answered_objections]
    assert [to.kind for stage in waiting for to in process.nexts(stage)] == [StageKind.WON]
    assert process.concessions is not None
    assert 0 < process.concessions.rep <= 1000
