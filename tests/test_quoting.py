"""“Use as deal evidence” on a message in Slack: two clicks, what managers will see, and who counts as the buyer."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.deal import Deal
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.evidence import Evidence, Strength
from bot.domain.people import Contact, Role
from bot.services import closings, deals, moves, quoting, work_list
from bot.services.deals import DealFacts
from bot.slack.ids import Action, Form, Shortcut
from bot.store import evidence as evidence_store
from bot.store.database import Database
from sandbox.contents import Channel, Message
from sandbox.server import Sandbox
from sandbox.team import BOT_USER, BUYER, DEALS, GUS, NORTHBEAM, OLIVIA, RITA, SHARED, TOM
from tests import harness
from tests.clockwork import a_deal, rep
from tests.driver import Person, Room
from tests.forging import Forger, Json, Who, all_rows
from tests.harness import Office
from tests.seen import SeenMessage
from tests.selling import prove_stage

USE = "Use as deal evidence"
PROBLEM = "Since you asked: at every month end two of us spend three days on the bills, and it is a real problem."
AGREED = "I accept the meeting: Thursday 14:00, and I will bring Ravi from IT to define what we need."
WHO = "Who is Olivia Finch at the buyer?"
OLIVIA_FINCH = Contact(0, "Olivia Finch", "Head of operations", "olivia@alderfinch.example")
FACTS = DealFacts("Alder month end", "Alder & Finch", "alderfinch.example", contacts=(OLIVIA_FINCH,))


@pytest.fixture(autouse=True)
def _messages_are_of_the_same_day(sandbox: Sandbox) -> None:
    """Slack's time stamps are real ones; the clock of these tests stands still on another day.

    The sandbox is made anew for the next test, and its time stamps with it.
    """
    sandbox.workspace.timestamps.ago = round(time.time() - harness.MovableClock().now.timestamp())


def said(office: Office, text: str, by: str = OLIVIA, channel: str = SHARED, thread: str | None = None) -> SeenMessage:
    """Somebody writes it, and it is on the screen."""
    office.sandbox.living.write(by, channel, text, thread)
    workspace = office.sandbox.workspace
    with workspace.lock:
        return SeenMessage(workspace, workspace.channels[channel].messages[-1])


def said_by_app(office: Office, text: str, user: str = "U06OTHERAPP") -> SeenMessage:
    workspace = office.sandbox.workspace
    with workspace.lock:
        message = Message(workspace.timestamps.next(), SHARED, user, text, bot_id="B06OTHER")
        return SeenMessage(workspace, workspace.post(message))


def pieces(office: Office, deal: Deal) -> list[Evidence]:
    with office.desk.db.read() as connection:
        return evidence_store.of_deals(connection, deal.team_id, [deal.id])[deal.id]


def contacts(office: Office, deal: Deal) -> list[tuple[str, str | None]]:
    with office.desk.db.read() as connection:
        from bot.store import deals as store

        return [(c.name, c.slack_user) for c in store.get(connection, deal.team_id, deal.id).contacts]


def use(office: Office, message: SeenMessage, by: Person | None = None) -> str:
    """Both clicks; what is said afterwards."""
    person = by or office.rita
    person.goes_to(message.channel_id)
    person.uses(USE, on=message)
    assert person.modal.title == USE
    person.submits()
    person.waits_until_closed()
    return person.waits_to_see("The message is evidence for")


def chosen(person: Person, label: str) -> str:
    """What stands in a menu of the open form."""
    field = person.modal.fields[label]
    return next(text for text, value in field.options.items() if value == field.value)


def criterion(office: Office, number: int) -> str:
    return office.criteria("problem_recognised")[number].text


# Two clicks


def test_a_message_of_the_outside_buyer_is_verified_evidence_after_two_clicks(office: Office) -> None:
    deal = a_deal(office, FACTS)
    message = said(office, PROBLEM)
    told = use(office, message)
    assert "*Verified.*" in told
    assert (
        "Olivia Finch, Head of operations, wrote it in a shared Slack channel. Rita Solano said who they are." in told
    )
    assert "1 of 3 criteria met" in told

    [piece] = pieces(office, deal)
    assert piece.strength is Strength.VERIFIED
    assert (piece.what, piece.criterion) == (PROBLEM, office.criteria("problem_recognised")[0].key)
    assert piece.happened_on == date(2026, 11, 23)
    assert piece.contact is not None
    assert piece.contact.name == "Olivia Finch"
    assert piece.link == office.sandbox.workspace.permalink(SHARED, _found(office, message))
    assert contacts(office, deal) == [("Olivia Finch", OLIVIA)]


def test_the_form_shows_what_managers_will_see_word_for_word(office: Office) -> None:
    a_deal(office, FACTS)
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, AGREED))
    form = office.rita.modal
    shown = form.text.partition("Managers will see this:")[2]
    assert AGREED in shown
    office.rita.submits()
    office.rita.waits_until_closed()
    office.rita.types("/deal move Alder")
    prove_stage(office.rita, office)
    office.rita.submits()
    card = office.deals.waits_for("Alder month end")
    [words] = [line for line in shown.splitlines() if AGREED in line]
    assert words in card.text
    facts, why = shown.splitlines()[shown.splitlines().index(words) + 1 :][:2]
    assert "Message or chat" in facts
    assert facts in card.text
    assert why.startswith("*Verified.* Olivia Finch, Head of operations, wrote it in a shared Slack channel. Rita")
    assert why in card.text


def test_the_second_message_of_a_known_contact_still_tells_that_a_rep_said_who_they_are(office: Office) -> None:
    deal = a_deal(office, FACTS)
    use(office, said(office, PROBLEM))
    use(office, said(office, AGREED))
    newest = pieces(office, deal)[-1]
    assert newest.verified == (
        "Olivia Finch, Head of operations, wrote it in a shared Slack channel. A rep said before who they are."
    )


def test_the_open_criterion_that_the_message_speaks_of_is_proposed(office: Office) -> None:
    a_deal(office, FACTS)
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, AGREED))
    assert f"Missing so far: *{criterion(office, 2)}*" in office.rita.modal
    office.rita.submits()
    office.rita.waits_until_closed()
    office.rita.uses(USE, on=said(office, AGREED + " And again."))
    assert "Missing so far" in office.rita.modal
    assert criterion(office, 2) not in office.rita.modal.text.partition("so far:")[2].splitlines()[0]


def test_a_reply_in_a_thread_is_linked_as_slack_links_it(office: Office) -> None:
    deal = a_deal(office, FACTS)
    first = said(office, "What does it cost you?", by=RITA)
    reply = said(office, PROBLEM, thread=first.ts)
    use(office, reply)
    [piece] = pieces(office, deal)
    assert piece.link == office.sandbox.workspace.permalink(SHARED, _found(office, reply))
    assert f"thread_ts={first.ts}" in (piece.link or "")


def _found(office: Office, message: SeenMessage) -> Message:
    found = office.sandbox.workspace.channels[message.channel_id].find(message.ts)
    assert found is not None
    return found


# Who wrote it


def test_somebody_who_is_no_contact_yet_is_inspectable_until_the_rep_says_who_they_are(office: Office) -> None:
    deal = a_deal(office, replace(FACTS, contacts=(Contact(0, "Ravi Menon", "IT"),)))
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, PROBLEM))
    form = office.rita.modal
    assert chosen(office.rita, WHO) == "None of them, or I am not sure"
    assert "*Inspectable.* Olivia Finch wrote it in a shared Slack channel; which contact that is was not said." in form
    office.rita.fills({WHO: "Olivia Finch, a new contact"})
    assert "*Verified.* Olivia Finch wrote it in a shared Slack channel. Rita Solano said who" in office.rita.modal
    office.rita.submits()
    office.rita.waits_until_closed()
    assert contacts(office, deal) == [("Ravi Menon", None), ("Olivia Finch", OLIVIA)]
    assert pieces(office, deal)[0].strength is Strength.VERIFIED


def test_without_the_reps_word_it_stays_inspectable_and_says_why(office: Office) -> None:
    deal = a_deal(office, replace(FACTS, contacts=()))
    told = use(office, said(office, PROBLEM))
    assert "*Inspectable.* Olivia Finch wrote it in a shared Slack channel; which contact that is was not said" in told
    [piece] = pieces(office, deal)
    assert (piece.strength, piece.contact) == (Strength.INSPECTABLE, None)
    assert contacts(office, deal) == []


def test_a_wrong_word_about_who_it_is_can_be_taken_back(office: Office) -> None:
    ravi = Contact(0, "Ravi Menon", "IT")
    deal = a_deal(office, replace(FACTS, contacts=(*FACTS.contacts, ravi)))
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, PROBLEM))
    office.rita.fills({WHO: "Ravi Menon, IT"})
    office.rita.submits()
    office.rita.waits_until_closed()
    assert contacts(office, deal) == [("Olivia Finch", None), ("Ravi Menon", OLIVIA)]
    office.rita.uses(USE, on=said(office, AGREED))
    assert chosen(office.rita, WHO) == "Ravi Menon, IT"
    office.rita.fills({WHO: "Olivia Finch, Head of operations"})
    office.rita.submits()
    office.rita.waits_until_closed()
    assert contacts(office, deal) == [("Olivia Finch", OLIVIA), ("Ravi Menon", None)]


def test_a_colleagues_message_is_inspectable_whatever_contacts_are_called(office: Office) -> None:
    deal = a_deal(office, replace(FACTS, contacts=(Contact(0, "Tom Hale"), Contact(0, "Rita Solano"))))
    for by, name in ((RITA, "Rita Solano"), (TOM, "Tom Hale")):
        office.sandbox.workspace.channels[SHARED].members.append(by)
        office.rita.goes_to(SHARED)
        office.rita.uses(USE, on=said(office, f"{name}: the buyer told me that month end is a problem.", by=by))
        assert not any("at the buyer" in label for label in office.rita.modal.fields)
        assert f"*Inspectable.* {name}, one of our own people, wrote it" in office.rita.modal
        office.rita.submits()
        office.rita.waits_until_closed()
        piece = pieces(office, deal)[-1]
        assert (piece.strength, piece.contact) == (Strength.INSPECTABLE, None)
        assert "one of our own people" in piece.why


def test_somebody_who_left_us_is_still_a_colleague(office: Office) -> None:
    a_deal(office, replace(FACTS, contacts=(Contact(0, "Tom Hale"),)))
    message = said(office, "They told me that month end is a problem.", by=TOM, channel=DEALS)
    from bot.services import people

    known = people.find(office.desk, NORTHBEAM.id, TOM)
    assert known is not None
    people.remember(office.desk, [replace(known, is_deleted=True)])
    office.rita.goes_to(DEALS)
    office.rita.uses(USE, on=message)
    assert "Tom Hale, one of our own people" in office.rita.modal


def test_an_app_verifies_nothing_even_under_a_buyers_name(office: Office) -> None:
    deal = a_deal(office, FACTS)
    use(office, said_by_app(office, PROBLEM, user=OLIVIA))
    [piece] = pieces(office, deal)
    assert piece.strength is Strength.INSPECTABLE
    assert piece.why.startswith("An app wrote it")


def test_our_own_messages_prove_nothing(office: Office) -> None:
    a_deal(office, FACTS)
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said_by_app(office, "Alder is now in “Solution explored”.", user=BOT_USER))
    assert "I wrote that myself" in office.rita.sees()
    assert not office.rita.has_modal


def test_a_guest_may_be_the_buyer_when_the_rep_says_so(office: Office) -> None:
    deal = a_deal(office, replace(FACTS, contacts=(Contact(0, "Olivia Finch"),)))
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, PROBLEM, by=GUS))
    label = "Who is Gus Weaver at the buyer?"
    assert chosen(office.rita, label) == "None of them, or I am not sure"
    office.rita.fills({label: "Gus Weaver, a new contact"})
    office.rita.submits()
    office.rita.waits_until_closed()
    [piece] = pieces(office, deal)
    assert (
        piece.verified == "Gus Weaver wrote it in Slack, as a guest of this workspace. Rita Solano said who they are."
    )


def test_somebody_whom_slack_hides_can_be_named_and_their_name_is_not_made_up(office: Office) -> None:
    a_deal(office, FACTS)
    forger = Forger(office)
    message = {"type": "message", "user": "U0HIDDEN9", "team": BUYER.id, "ts": _ts(office), "text": PROBLEM}
    assert forger.send(_on_message(forger, Who(RITA), message)).status == 200
    form = office.rita.modal
    assert chosen(office.rita, "Who wrote it, at the buyer?") == "None of them, or I am not sure"
    assert "Somebody of another company wrote it" in form


def test_somebody_whom_slack_hides_is_known_again_once_named(office: Office) -> None:
    a_deal(office, replace(FACTS, name="Another one"))
    deal = a_deal(office, replace(FACTS, name="Alder archive"))
    forger, wanted = Forger(office), f"Alder archive ({deal.label})"
    for text, channel in ((PROBLEM, SHARED), (AGREED, "D07HIDDEN9A")):
        message = {"type": "message", "user": "U0HIDDEN9", "team": BUYER.id, "ts": _ts(office), "text": text}
        assert forger.send(_on_message(forger, Who(RITA), message, channel)).status == 200
        assert office.rita.modal
        if text == PROBLEM:
            office.rita.fills({"Deal": wanted})
            assert office.rita.modal
            office.rita.fills({"Who wrote it, at the buyer?": "Olivia Finch, Head of operations"})
        assert "*Verified.* Olivia Finch, Head of operations, wrote it" in office.rita.modal
        assert chosen(office.rita, "Deal") == wanted
        office.rita.submits()
        office.rita.waits_until_closed()
    assert [piece.strength for piece in pieces(office, deal)] == [Strength.VERIFIED] * 2


def test_an_author_whom_slack_does_not_know_at_all_verifies_nothing(office: Office) -> None:
    a_deal(office, FACTS)
    forger = Forger(office)
    message = {"type": "message", "user": "U0NOBODY9", "ts": _ts(office), "text": PROBLEM}
    assert forger.send(_on_message(forger, Who(RITA), message)).status == 200
    assert "*Inspectable.* Slack does not say who wrote it" in office.rita.modal
    assert not any("at the buyer" in label for label in office.rita.modal.fields)


def _ts(office: Office) -> str:
    return office.sandbox.workspace.timestamps.next()


def _on_message(forger: Forger, who: Who, message: Json, channel: str = SHARED) -> Json:
    return forger.message_shortcut(who, Shortcut.USE_AS_EVIDENCE, message, channel)


# Who may


def test_guests_and_people_of_other_companies_are_told_whom_deals_are_for(office: Office) -> None:
    deal = a_deal(office, FACTS)
    message = said(office, PROBLEM)
    office.gus.goes_to(SHARED)
    office.gus.uses(USE, on=message)
    assert "Deals are for full members" in office.gus.sees()
    forger = Forger(office)
    told = forger.send(_on_message(forger, Who(OLIVIA, home=BUYER.id), {"type": "message", "ts": message.ts,
                                                                       "user": OLIVIA, "text": PROBLEM}))  # fmt: skip
    office.eventually(lambda: any("not for you" in json.dumps(c.args) for c in office.sandbox.recording.calls))
    assert told.status == 200
    assert not pieces(office, deal)
    assert not all_rows(office.desk.db)["quoted_message"]


def test_nobody_else_goes_on_with_a_message_that_somebody_took(office: Office) -> None:
    deal = a_deal(office, FACTS)
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, PROBLEM))
    assert office.rita.modal
    [row] = all_rows(office.desk.db)["quoted_message"]
    forger = Forger(office)
    meta = {"quoted": row[0], "deal": deal.id, "from": deal.stage}
    told = forger.send(forger.menu(Who(office.marta.id), Action.QUOTED_DEAL.value, str(deal.id),
                                   view=forger.view(Form.QUOTED, meta)))  # fmt: skip
    assert PROBLEM not in told.text
    with pytest.raises(NotFound):
        quoting.propose(office.desk, rep(office.marta.id, Role.MANAGER), row[0], quoting.Chosen(deal.id))


def test_a_rep_is_not_offered_and_cannot_choose_a_deal_of_somebody_else(office: Office) -> None:
    theirs = a_deal(office, replace(FACTS, name="Toms deal"), owner=TOM)
    mine = a_deal(office, FACTS)
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, PROBLEM))
    assert list(office.rita.modal.fields["Deal"].options) == [f"Alder month end ({mine.label})"]
    [row] = all_rows(office.desk.db)["quoted_message"]
    with pytest.raises(NotAllowed, match="Only they and the managers"):
        quoting.use(office.desk, rep(), row[0], theirs.stage, quoting.Chosen(theirs.id, "problem_described", None))
    assert not pieces(office, theirs)


# Nothing private gets out


def test_the_name_of_a_private_channel_is_in_nothing_that_the_bot_sends_or_keeps(office: Office) -> None:
    deal = a_deal(office, FACTS)
    secret = "project-swordfish-layoffs"
    channel = Channel("C06PRIV4T9E", secret, "private", [RITA, OLIVIA, BOT_USER], shared_with=(BUYER.id,))
    office.sandbox.workspace.channels[channel.id] = channel
    message = said(office, PROBLEM, channel=channel.id)
    _found(office, message).text += f" We spoke of it in <#{channel.id}|{secret}>."
    told = use(office, message)
    assert "wrote it in a shared Slack channel" in told
    office.rita.types("/deal move Alder")
    prove_stage(office.rita, office)
    office.rita.submits()
    office.deals.waits_for(PROBLEM[:60])
    sent = [json.dumps(call.args, ensure_ascii=False, default=str) for call in office.sandbox.recording.calls]
    assert any(PROBLEM[:60] in one for one in sent)
    assert not [one for one in sent if secret in one]
    assert secret not in str(all_rows(office.desk.db))
    assert pieces(office, deal)[0].what == f"{PROBLEM} We spoke of it in #…."


def test_a_direct_message_is_called_one(office: Office) -> None:
    deal = a_deal(office, FACTS)
    direct = office.sandbox.living.direct_message(RITA, OLIVIA)
    use(office, said(office, PROBLEM, channel=direct.id))
    assert "wrote it in a direct message in Slack" in pieces(office, deal)[0].why


def test_mentions_and_markup_are_quoted_as_text_that_pings_nobody(office: Office) -> None:
    a_deal(office, FACTS)
    text = f"<!channel> <@{RITA}> <@U0NOBODY9> 5 &lt; 6 &amp; *we* accept: see <https://a.example/x|the plan> <!here>"
    office.rita.goes_to(SHARED)
    message = said(office, "what comes next")
    _found(office, message).text = text
    office.rita.uses(USE, on=message)
    view = office.rita.modal
    opened = json.dumps(office.calls("views.open")[-1].args["view"])
    assert "<!channel>" not in opened
    assert "<!here>" not in opened
    assert "@channel @Rita Solano @somebody 5 < 6 & ∗we∗ accept: see https://a.example/x @here" in view


def test_a_very_long_message_is_kept_to_its_first_3000_characters_and_shown_whole(office: Office) -> None:
    deal = a_deal(office, FACTS)
    text = "The problem is real. " + "very <b>&amp; really " * 600
    assert len(text) > 12_000
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, text))
    assert "And the whole message is kept with it:" in office.rita.modal
    office.rita.submits()
    office.rita.waits_until_closed()
    [piece] = pieces(office, deal)
    assert len(piece.what) <= 3000
    assert piece.what.endswith("…")


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "There are no words in this message to quote"),
    (":+1:", "does not say what the buyer did"),
    ("ok", "does not say what the buyer did"),
])  # fmt: skip
def test_a_message_that_says_nothing_is_refused_with_the_way_on(office: Office, text: str, sentence: str) -> None:
    a_deal(office, FACTS)
    message = said(office, "something")
    _found(office, message).text = text
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=message)
    assert sentence in office.rita.sees()
    assert "/deal evidence X" in office.rita.sees()
    assert not all_rows(office.desk.db)["quoted_message"]


# Choosing otherwise


def test_another_deal_and_another_criterion_can_be_chosen(office: Office) -> None:
    first = a_deal(office, FACTS)
    other = a_deal(office, replace(FACTS, name="Alder archive", contacts=(Contact(0, "Ravi Menon", "IT"),)))
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, PROBLEM))
    assert chosen(office.rita, "Deal") == f"Alder month end ({first.label})"
    office.rita.fills({"Deal": f"Alder archive ({other.label})"})
    form = office.rita.modal
    assert chosen(office.rita, WHO) == "None of them, or I am not sure"
    office.rita.fills({WHO: "Ravi Menon, IT"})
    assert "*Verified.* Ravi Menon, IT," in office.rita.modal
    second = next(o for o in office.rita.modal.fields["What does it prove?"].options if o[:40] in criterion(office, 1))
    office.rita.fills({"What does it prove?": second})
    form = office.rita.modal
    assert criterion(office, 1) in form
    assert chosen(office.rita, WHO) == "Ravi Menon, IT"
    office.rita.submits()
    office.rita.waits_until_closed()
    assert not pieces(office, first)
    [piece] = pieces(office, other)
    assert piece.criterion == office.criteria("problem_recognised")[1].key


def test_what_is_chosen_quicker_than_the_form_is_drawn_again_is_shown_before_it_counts(office: Office) -> None:
    first = a_deal(office, FACTS)
    other = a_deal(office, replace(FACTS, name="Alder archive", contacts=(Contact(0, "Ravi Menon", "IT"),)))
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, PROBLEM))
    assert chosen(office.rita, "Deal") == f"Alder month end ({first.label})"
    view = office.sandbox.workspace.top_modal(RITA)
    assert view is not None
    menus = {block["block_id"]: block["element"] for block in view.blocks if block["type"] == "input"}
    who = next(block_id for block_id in menus if block_id.startswith("contact."))

    def picks(block_id: str, value: str) -> None:
        """As by a quick finger, before the bot hears of it."""
        option = next(one for one in menus[block_id]["options"] if one["value"] == value)
        with office.sandbox.workspace.lock:
            state = {"type": "static_select", "selected_option": option}
            view.values[block_id] = {menus[block_id]["action_id"]: state}

    picks(who, "nobody")
    office.rita.submits()
    assert "You chose something else meanwhile. Managers will see it like this." in office.rita.modal
    assert "*Inspectable.* Olivia Finch wrote it" in office.rita.modal
    assert not pieces(office, first)

    picks("deal", str(other.id))
    office.rita.submits()
    assert "You chose something else meanwhile" in office.rita.modal
    assert "Ravi Menon, IT" in office.rita.modal.fields[WHO].options
    office.rita.submits()
    office.rita.waits_until_closed()
    assert (len(pieces(office, first)), len(pieces(office, other))) == (0, 1)


def test_the_channels_deal_is_proposed_next_time_and_so_is_that_of_a_known_author(office: Office) -> None:
    a_deal(office, replace(FACTS, contacts=()))
    older = a_deal(office, replace(FACTS, name="Alder archive", contacts=()))
    a_deal(office, replace(FACTS, name="Something else", company_domain="other.example", contacts=()))
    archive = f"Alder archive ({older.label})"
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, PROBLEM))
    office.rita.fills({"Deal": archive})
    office.rita.submits()
    office.rita.waits_until_closed()
    office.rita.uses(USE, on=said(office, "We have a colleague's word for it as well.", by=RITA))
    assert chosen(office.rita, "Deal") == archive
    office.rita.closes()

    office.rita.uses(USE, on=said(office, AGREED))
    office.rita.fills({WHO: "Olivia Finch, a new contact"})
    office.rita.submits()
    office.rita.waits_until_closed()
    direct = office.sandbox.living.direct_message(RITA, OLIVIA)
    office.rita.goes_to(direct.id)
    office.rita.uses(USE, on=said(office, "The auditors come in March.", channel=direct.id))
    assert chosen(office.rita, "Deal") == archive


def test_a_colleague_of_a_known_buyer_leads_to_the_deals_of_their_company(office: Office) -> None:
    use_on = a_deal(office, FACTS)
    use(office, said(office, PROBLEM))
    closings.lose(office.desk, rep(), use_on.id, office.process.loss_reasons[0].key, "We came too late")
    again = a_deal(office, replace(FACTS, name="Alder again", contacts=()))
    a_deal(office, replace(FACTS, name="Unrelated", company_domain="other.example", contacts=()))
    from sandbox.contents import User

    ravi = User("U07RAVI2M4N", BUYER.id, "ravi", "Ravi Menon", "ravi@alderfinch.example", None)
    office.sandbox.workspace.users[ravi.id] = ravi
    direct = office.sandbox.living.direct_message(RITA, ravi.id)
    office.rita.goes_to(direct.id)
    office.rita.uses(USE, on=said(office, AGREED, by=ravi.id, channel=direct.id))
    assert chosen(office.rita, "Deal") == f"Alder again ({again.label})"


def test_a_manager_is_led_to_the_deal_of_the_channel_though_it_is_a_reps(office: Office) -> None:
    deal = a_deal(office, FACTS)
    message = said(office, AGREED)
    office.marta.goes_to(SHARED)
    office.marta.uses(USE, on=message)
    assert "You have no deal in which a message could prove something now" in office.marta.modal
    office.marta.closes()
    use(office, said(office, PROBLEM))
    office.marta.uses(USE, on=message)
    assert chosen(office.marta, "Deal") == f"Alder month end ({deal.label})"


def test_a_deal_that_moved_meanwhile_is_shown_as_it_is_now(office: Office) -> None:
    deal = a_deal(office, FACTS)
    office.rita.types("/deal move Alder")
    prove_stage(office.rita, office)
    office.rita.closes(everything=True)
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, PROBLEM))
    assert office.rita.modal
    assert moves.move(office.desk, rep(), deal.id, deal.stage, "solution_explored").is_done
    office.rita.submits()
    form = office.rita.modal
    assert f"{deal.label} is in “Solution explored” now. Here is what a message can prove there." in form
    office.rita.submits()
    office.rita.waits_until_closed()
    assert pieces(office, deal)[-1].stage == "solution_explored"


def test_a_deal_lost_or_handed_on_meanwhile_takes_nothing(office: Office) -> None:
    lost, given = a_deal(office, FACTS), a_deal(office, replace(FACTS, name="Alder archive"))
    for deal, sentence in ((lost, "is already lost"), (given, "Only they and the managers can change it")):
        office.rita.goes_to(SHARED)
        office.rita.uses(USE, on=said(office, f"{PROBLEM} {deal.label}"))
        wanted = f"{deal.name} ({deal.label})"
        if chosen(office.rita, "Deal") != wanted:
            office.rita.fills({"Deal": wanted})
            assert office.rita.modal
        if deal is lost:
            closings.lose(office.desk, rep(), deal.id, office.process.loss_reasons[0].key, "We came too late")
        else:
            deals.assign(office.desk, rep(), deal.id, TOM)
        office.rita.submits()
        assert sentence in office.rita.modal
        office.rita.closes()
        assert not pieces(office, deal)


def test_without_an_open_deal_one_can_be_logged(office: Office) -> None:
    parked = a_deal(office, FACTS)
    closings.park(office.desk, rep(), parked.id, date(2027, 1, 15), "They are moving house until then")
    message = said(office, PROBLEM)
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=message)
    assert "You have no deal in which a message could prove something now" in office.rita.modal
    assert not all_rows(office.desk.db)["quoted_message"]
    office.rita.presses("Log a deal")
    office.rita.fills({"Name": "Alder anew"})
    office.rita.submits()
    office.rita.waits_to_see("Logged")
    office.rita.closes(everything=True)
    office.rita.uses(USE, on=message)
    assert chosen(office.rita, "Deal").startswith("Alder anew")


# Again, old, and late


def test_the_same_message_twice_for_one_criterion_is_added_once(office: Office) -> None:
    deal = a_deal(office, FACTS)
    message = said(office, PROBLEM)
    use(office, message)
    office.rita.uses(USE, on=message)
    first = next(o for o in office.rita.modal.fields["What does it prove?"].options if o[:40] in criterion(office, 0))
    office.rita.fills({"What does it prove?": first})
    assert "Met so far" in office.rita.modal
    office.rita.submits()
    assert "You already added this" in office.rita.modal
    assert len(pieces(office, deal)) == 1


def test_the_same_message_for_another_criterion_is_asked_about(office: Office) -> None:
    deal = a_deal(office, FACTS)
    message = said(office, PROBLEM)
    use(office, message)
    office.rita.uses(USE, on=message)
    office.rita.submits()
    assert "Does it prove both?" in office.rita.modal
    office.rita.fills({"Already used in this deal": ["Yes, it proves both"]})
    office.rita.submits()
    office.rita.waits_until_closed()
    assert len(pieces(office, deal)) == 2
    assert "the rep says that it proves both" in (pieces(office, deal)[1].reuse or "")


def test_the_same_message_for_another_deal_needs_a_reason(office: Office) -> None:
    a_deal(office, FACTS)
    message = said(office, PROBLEM)
    use(office, message)
    other = a_deal(office, replace(FACTS, name="Alder archive"))
    office.rita.uses(USE, on=message)
    office.rita.fills({"Deal": f"Alder archive ({other.label})"})
    assert office.rita.modal
    office.rita.submits()
    assert "Why does it belong here too?" in office.rita.modal
    office.rita.fills({"Why does it belong to this deal too?": "Both projects come out of the same trouble"})
    office.rita.submits()
    office.rita.waits_until_closed()
    assert pieces(office, other)[0].strength is Strength.VERIFIED


def test_a_message_from_long_before_the_deal_is_refused_with_the_sentence(office: Office) -> None:
    deal = a_deal(office, FACTS)
    office.sandbox.workspace.timestamps.last_micros = 0
    office.sandbox.workspace.timestamps.ago += round(timedelta(days=900).total_seconds())
    message = said(office, PROBLEM)
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=message)
    office.rita.submits()
    assert "before the deal began. Ask the buyer to confirm it now." in office.rita.modal
    assert not pieces(office, deal)


def test_the_day_is_the_one_on_the_reps_own_clock(office: Office) -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    office.clock.now = late
    office.sandbox.workspace.timestamps.ago = round(time.time() - late.timestamp())
    deal = a_deal(office, FACTS)
    use(office, said(office, PROBLEM))
    assert pieces(office, deal)[0].happened_on == date(2026, 11, 24), "it is past midnight in Madrid"


@pytest.mark.parametrize("ts", ["", "nan", "inf", "1e400", "99999999999999999999", "yesterday"])
def test_a_time_stamp_that_is_none_is_a_sentence(office: Office, ts: str) -> None:
    a_deal(office, FACTS)
    forger = Forger(office)
    message = {"type": "message", "user": OLIVIA, "team": BUYER.id, "ts": ts, "text": PROBLEM}
    assert forger.send(_on_message(forger, Who(RITA), message)).status == 200
    assert office.eventually(lambda: "I cannot tell when" in str([c.args for c in office.sandbox.recording.calls])
                             or any("I cannot tell when" in m for m in _seen(office)))  # fmt: skip
    assert not all_rows(office.desk.db)["quoted_message"]


def _seen(office: Office) -> list[SeenMessage]:
    office.rita.goes_to(SHARED)
    return office.rita.messages


def test_a_delivery_that_comes_twice_opens_and_adds_once(office: Office) -> None:
    deal = a_deal(office, FACTS)
    use(office, said(office, PROBLEM))  # by now the bot has heard of Olivia
    forger = Forger(office)
    message = {"type": "message", "user": OLIVIA, "team": BUYER.id, "ts": _ts(office), "text": AGREED}
    delivery = _on_message(forger, Who(RITA), message)
    for _ in range(2):
        assert forger.send(delivery).status == 200
    assert office.rita.modal
    assert len(all_rows(office.desk.db)["quoted_message"]) == 1
    [row] = all_rows(office.desk.db)["quoted_message"]
    choice = quoting.Chosen(deal.id, office.criteria("problem_recognised")[2].key, "nobody")
    quoting.use(office.desk, replace(rep(), delivery="V1.h"), row[0], deal.stage, choice)
    with pytest.raises(Exception, match="already done"):
        quoting.use(office.desk, replace(rep(), delivery="V1.h"), row[0], deal.stage, choice)
    assert len(pieces(office, deal)) == 2


def test_a_message_that_nobody_used_is_forgotten_after_a_day(office: Office) -> None:
    a_deal(office, FACTS)
    office.rita.goes_to(SHARED)
    office.rita.uses(USE, on=said(office, PROBLEM))
    assert office.rita.modal
    work_list.clean_up(office.desk.db, office.clock() + timedelta(hours=23))
    assert len(all_rows(office.desk.db)["quoted_message"]) == 1
    work_list.clean_up(office.desk.db, office.clock() + timedelta(hours=25))
    assert not all_rows(office.desk.db)["quoted_message"]
    office.rita.submits()
    assert "I no longer have this message at hand" in office.rita.modal


def test_what_was_used_is_not_kept_a_second_time(office: Office) -> None:
    a_deal(office, FACTS)
    use(office, said(office, PROBLEM))
    assert not all_rows(office.desk.db)["quoted_message"]


def test_nobody_outside_sees_that_the_message_was_used(office: Office) -> None:
    a_deal(office, FACTS)
    before = len(Room(office.sandbox, SHARED).messages)
    use(office, said(office, PROBLEM))
    assert len(Room(office.sandbox, SHARED).messages) == before + 1
    office.olivia.goes_to(SHARED)
    assert not [m for m in office.olivia.messages if re.search("evidence|Alder month end", m.text)]


def test_a_message_too_weak_or_too_old_for_the_criterion_says_so_before_it_is_added(
    sandbox: Sandbox, database: Database, tmp_path: Path
) -> None:
    (tmp_path / "strict.yaml").write_text(STRICT)
    with harness.office(sandbox, database, stagecoach_process_dir=tmp_path, stagecoach_process="strict") as office:
        timestamps, days_ago = sandbox.workspace.timestamps, round(timedelta(days=20).total_seconds())
        timestamps.last_micros, timestamps.ago = 0, timestamps.ago + days_ago
        deal = a_deal(office, FACTS)
        old = said(office, "The price of the first year is accepted.")
        timestamps.ago -= days_ago
        weak = said(office, "The buyer accepted the price on the phone just now.", by=RITA)
        office.rita.goes_to(SHARED)
        office.rita.uses(USE, on=weak)
        assert "*It will not count yet.* Has to be verified by the buyer's own mail or message." in office.rita.modal
        office.rita.closes()
        office.rita.uses(USE, on=old)
        assert "*It will not count yet.* Older than 10 days: ask the buyer again." in office.rita.modal
        office.rita.closes()
        told = use(office, said(office, "We accept the price of the first year."))
        assert "1 of 1 criteria met" in told
        assert pieces(office, deal)[0].strength is Strength.VERIFIED


STRICT = """\
key: strict
name: Strict
currency: EUR
stages:
  - key: talked
    name: Talked
    outcome: The buyer accepted the price.
    stale_after: 10d
    criteria:
      - {key: price, text: The buyer accepted the price., coach: Ask., example: A mail., least: verified, max_age: 10d}
  - {key: won, name: Won, kind: won, outcome: The buyer signed.}
loss_reasons:
  - {key: price, text: Price}
"""


@pytest.mark.parametrize("error", ["ratelimited", "internal_error"])
def test_when_slack_does_not_say_who_wrote_it_the_rep_hears_so_and_nothing_is_kept(office: Office, error: str) -> None:
    a_deal(office, FACTS)
    message = said(office, PROBLEM)
    office.rita.goes_to(SHARED)
    office.sandbox.faults.refuse("users.info", error, where=lambda args: args.get("user") == OLIVIA)
    office.rita.uses(USE, on=message)
    assert "I could not look that up in Slack's directory just now" in office.rita.sees()
    assert not all_rows(office.desk.db)["quoted_message"]
    office.rita.uses(USE, on=message)
    assert office.rita.modal.title == USE


def test_when_slack_does_not_open_the_form_the_rep_hears_so(office: Office) -> None:
    a_deal(office, FACTS)
    office.rita.goes_to(SHARED)
    office.sandbox.faults.refuse("views.open", "expired_trigger_id")
    office.rita.uses(USE, on=said(office, PROBLEM))
    assert "Slack did not open the form this time. Please try again." in office.rita.sees()
