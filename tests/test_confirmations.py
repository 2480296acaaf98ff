"""Confirmations by the buyer, from the rep's form to the page and back: what becomes evidence, what the rep reads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.confirmations import Answer, Reply, State
from bot.domain.deal import Deal
from bot.domain.errors import AlreadyDecided, BadInput, NeedsSetup
from bot.domain.evidence import Evidence, EvidenceKind, Strength
from bot.domain.people import Role
from bot.services import buyer_answers, closings, confirmations, evidence, moves, overview
from bot.services.confirmations import Draft
from bot.services.deals import DealFacts
from bot.services.errands import Errand
from bot.store.confirmations import confirmation
from bot.store.database import Database
from bot.store.work import work_item
from sandbox.server import Sandbox
from sandbox.team import MARTA, NORTHBEAM, RITA
from tests import harness
from tests.clockwork import rep, settled_down
from tests.confirming import JANE, POINTS, acme, buyer, criterion, link_for, path_of, sends, words
from tests.harness import PUBLIC_URL, Office
from tests.slack_rules import view_findings

TUESDAY = date(2026, 12, 1)


def proofs(office: Office, deal: Deal) -> tuple[Evidence, ...]:
    return overview.sheet(office.desk, rep(), deal.id).evidence


def only(office: Office, deal: Deal) -> confirmations.Confirmation:
    [found] = confirmations.of_deal(office.desk, rep(), deal.id).found
    return found


def one_line(text: str) -> str:
    return " ".join(text.split())


def link_on(screen: str) -> str:
    start = screen.index(f"{PUBLIC_URL}/c/")
    return screen[start:].split(maxsplit=1)[0]


# The rep makes a link


def test_a_rep_sends_a_link_and_the_buyer_confirms_it(office: Office) -> None:
    deal = acme(office)
    text = office.desk.stage(deal).criteria[0].text
    office.rita.types("/deal move Acme")
    office.rita.presses("Ask the buyer to confirm", near=text)
    assert office.rita.modal.fields["What does it prove?"].value
    office.rita.fills({"What was agreed? A point a line": POINTS, "What happens next?": "We meet your lawyers",
                       "On which day?": TUESDAY})  # fmt: skip
    office.rita.submits()
    shown = office.rita.waits_to_see("The link is made")
    assert "Hello Jane Doe," in shown
    assert "- Both plants start in March" in shown
    assert "Next step: We meet your lawyers, Tue 1 Dec 2026" in shown
    assert "until Mon 7 Dec 2026" in shown

    link = link_on(shown)
    page = words(buyer(office).get(path_of(link)))
    for said in ("For Jane Doe", "Rita", "Month end takes six days today", "We meet your lawyers", "Tue 1 Dec 2026"):
        assert said in page, said
    assert "Acme rollout" not in page
    thanks = sends(office, link)
    assert thanks.status_code == 200
    assert "Thank you, this is confirmed" in words(thanks)

    [piece] = proofs(office, deal)
    assert piece.strength is Strength.VERIFIED
    assert piece.why == (
        "Confirmed on our page, Mon 23 Nov 2026 (less than 1 min after the link was made). "
        "Typed there: “Jane Doe”, jane@buyer.example, in the buyer's domain."
    ), "who typed it is not known, so it is not claimed"
    assert piece.what == (
        "Jane Doe confirmed: Month end takes six days today. Both plants start in March. "
        "Next step: We meet your lawyers, Tue 1 Dec 2026."
    )
    assert (piece.kind, piece.about_date, piece.link) == (EvidenceKind.EMAIL, TUESDAY, None)
    assert piece.contact is not None
    assert piece.contact.name == "Jane Doe"
    told = office.rita.waits_for_dm("*Jane Doe* (jane@buyer.example) confirmed your recap")
    assert "It counts as *verified* evidence" in told
    office.rita.closes(everything=True)
    office.rita.types("/deal show Acme")
    assert "1 of 3 criteria met" in office.rita.modal
    assert "Typed there: “Jane Doe”" in office.rita.modal


def test_the_link_is_shown_once_and_kept_nowhere(office: Office) -> None:
    deal = acme(office)
    made = link_for(office, deal)
    token = made.link.rpartition("/")[2]
    assert len(token) == 43
    with office.desk.db.read() as connection:
        [row] = connection.execute(select(confirmation)).all()
        work = connection.execute(select(work_item)).all()
    assert token not in str(row)
    assert token not in str(work)
    assert len(row.token_hash) == 64
    assert made.link != link_for(office, deal).link


@pytest.mark.parametrize(("values", "label", "sentence"), [
    ({"What was agreed? A point a line": "n/a"}, "What was agreed? A point a line", "a point a line"),
    ({"What was agreed? A point a line": "\n".join(f"Point {n}" for n in range(13))},
     "What was agreed? A point a line", "At most 12 points"),
    ({"What was agreed? A point a line": POINTS, "What happens next?": "tbd"}, "What happens next?", "what happens"),
    ({"What was agreed? A point a line": POINTS, "On which day?": TUESDAY}, "What happens next?", "on that day"),
    ({"What was agreed? A point a line": POINTS, "What happens next?": "We meet", "On which day?": date(2026, 11, 1)},
     "On which day?", "That day is over"),
    ({"What was agreed? A point a line": POINTS, "Who shall confirm it?": None}, "Who shall confirm it?", "who at the"),
    ({"What was agreed? A point a line": POINTS, "Somebody else at the buyer": "Rita, rita@northbeam.example"},
     "Somebody else at the buyer", "our own company"),
])  # fmt: skip
def test_a_recap_that_says_nothing_is_refused_at_its_field(
    office: Office, values: dict[str, object], label: str, sentence: str
) -> None:
    deal = acme(office)
    office.rita.types(f"/deal confirm Acme {criterion(office, deal)}")
    office.rita.fills(values)
    office.rita.submits()
    assert sentence in office.rita.field_errors[label]
    assert confirmations.of_deal(office.desk, rep(), deal.id).found == ()


def test_a_criterion_is_meant_by_its_key_or_its_words(office: Office) -> None:
    deal = acme(office)
    second = office.desk.stage(deal).criteria[1]
    for said in (second.key, second.text[:25].lower()):
        office.rita.types(f"/deal confirm Acme {said}")
        assert second.text[:40] in str(office.rita.modal.fields["What does it prove?"].value) or second.key in str(
            office.rita.modal.fields["What does it prove?"].value
        )
        office.rita.closes(everything=True)
    office.rita.types("/deal confirm Acme zebra")
    assert "Which criterion of" in office.rita.sees()


def test_without_an_address_the_rep_reads_what_is_missing(sandbox: Sandbox, database: Database) -> None:
    with harness.office(sandbox, database, stagecoach_public_url=None) as office:
        deal = acme(office)
        office.rita.types("/deal confirm Acme")
        assert "STAGECOACH_PUBLIC_URL" in office.rita.sees()
        office.rita.types("/deal move Acme")
        assert "Ask the buyer to confirm" not in office.rita.modal
        with pytest.raises(NeedsSetup):
            link_for(office, deal)


def test_a_sellers_own_work_is_not_confirmed_by_a_buyer(sandbox: Sandbox, database: Database) -> None:
    with harness.office(sandbox, database, stagecoach_process="sales_cycle_8") as office:
        deal = acme(office)
        office.rita.types("/deal confirm Acme")
        assert "Nothing in" in office.rita.sees()
        with pytest.raises(BadInput):
            link_for(office, deal)


def test_the_list_of_evidence_leads_to_the_form_and_to_what_was_asked(office: Office) -> None:
    deal = acme(office)
    office.rita.types("/deal evidence Acme")
    office.rita.presses("Ask the buyer to confirm")
    office.rita.fills({"What was agreed? A point a line": POINTS})
    office.rita.submits()
    sends(office, link_on(office.rita.waits_to_see("The link is made")))
    office.rita.waits_for_dm("confirmed your recap")
    office.rita.closes(everything=True)
    office.rita.types("/deal evidence Acme")
    assert "*Verified*" in office.rita.modal
    office.rita.presses("Confirmations")
    assert (
        "Confirmed by Jane Doe (jane@buyer.example, as typed there) on our page, Mon 23 Nov 2026"
        in office.rita.waits_to_see("newest")
    )
    closings.lose(office.desk, rep(), deal.id, office.process.loss_reasons[0].key, "They bought elsewhere")
    office.rita.closes(everything=True)
    office.rita.types("/deal evidence Acme")
    assert "Ask the buyer to confirm" not in office.rita.modal


# Whose word it is


def test_an_address_that_is_not_the_buyers_makes_it_inspectable(office: Office) -> None:
    deal = acme(office)
    sends(office, link_for(office, deal).link, name="Jim Poe", mail="jim@elsewhere.example")
    [piece] = proofs(office, deal)
    assert piece.strength is Strength.INSPECTABLE
    assert "“Jim Poe”, jim@elsewhere.example, neither a contact's nor in the buyer's domain" in piece.why
    assert piece.contact is None
    assert "It counts as *inspectable* evidence" in office.rita.waits_for_dm("confirmed your recap")


def test_a_colleague_of_the_buyers_is_verified_by_the_domain_and_becomes_a_contact(office: Office) -> None:
    deal = acme(office)
    sends(office, link_for(office, deal).link, name="Tim Roe", mail="tim@eu.buyer.example")
    [piece] = proofs(office, deal)
    assert piece.strength is Strength.VERIFIED
    assert piece.contact is not None
    assert (piece.contact.name, piece.contact.email) == ("Tim Roe", "tim@eu.buyer.example")


def test_an_address_that_everybody_can_get_says_nothing_about_whose_it_is(office: Office) -> None:
    deal = acme(office, DealFacts("Acme", company_domain="gmail.com", contacts=(JANE,)))
    sends(office, link_for(office, deal).link, mail="somebody@gmail.com")
    assert [piece.strength for piece in proofs(office, deal)] == [Strength.INSPECTABLE]


def test_nobody_of_our_own_company_confirms_for_the_buyer(office: Office) -> None:
    deal = acme(office)
    link = link_for(office, deal).link
    refused = sends(office, link, mail="rita@northbeam.example")
    assert refused.status_code == 422
    assert "This address belongs to the company that asks" in words(refused)
    assert only(office, deal).state(office.clock()) is State.OPEN
    assert proofs(office, deal) == ()


def test_the_same_recap_confirmed_by_the_right_person_later_counts_as_well(office: Office) -> None:
    deal = acme(office)
    sends(office, link_for(office, deal).link, mail="jane@elsewhere.example")
    sends(office, link_for(office, deal).link)
    assert [piece.strength for piece in proofs(office, deal)] == [Strength.INSPECTABLE, Strength.VERIFIED]


def test_what_the_buyer_adds_to_a_yes_is_the_first_thing_that_is_read(office: Office) -> None:
    deal = acme(office)
    sends(office, link_for(office, deal).link, words="Only if the price falls by a tenth.")
    [piece] = proofs(office, deal)
    assert piece.what.startswith("Jane Doe added: “Only if the price falls by a tenth.” and confirmed: Month end takes")


# A correction and a refusal


def test_a_correction_comes_back_as_a_question_and_a_new_recap_is_one_click(office: Office) -> None:
    deal = acme(office)
    link = link_for(office, deal).link
    thanks = sends(office, link, answer="correct", words="Only the plant in Porto starts in March <!channel>")
    assert "we have your correction" in words(thanks)
    assert proofs(office, deal) == ()
    said = office.rita.waits_for_dm("sees it differently")
    assert "Only the plant in Porto starts in March" in said
    assert "Are they right?" in said
    office.rita.presses("Send a new recap…", on=said)
    form = office.rita.modal
    assert "Only the plant in Porto" in str(form.fields["What was agreed? A point a line"].value)
    assert form.fields["What happens next?"].value == "We meet your lawyers"
    office.rita.fills({"What was agreed? A point a line": "Only the plant in Porto starts in March"})
    office.rita.submits()
    again = link_on(office.rita.waits_to_see("The link is made"))
    sends(office, again)
    [piece] = proofs(office, deal)
    assert "Only the plant in Porto" in piece.what
    assert piece.strength is Strength.VERIFIED


def test_a_refusal_is_no_evidence_and_the_rep_is_told(office: Office) -> None:
    deal = acme(office)
    sends(office, link_for(office, deal).link, answer="decline", words="We buy elsewhere")
    assert proofs(office, deal) == ()
    said = office.rita.waits_for_dm("does not confirm your recap")
    assert "We buy elsewhere" in said
    assert only(office, deal).answer is not None
    office.rita.types("/deal confirm Acme")
    assert "Not confirmed by Jane Doe" in office.rita.modal


def test_the_managers_card_shows_what_the_buyer_corrects_afterwards(office: Office) -> None:
    deal = acme(office)
    key, stage = criterion(office, deal), deal.stage
    made = link_for(office, deal)
    for number, one in enumerate(office.desk.stage(deal).criteria):
        draft = evidence.Draft(one.key, (one.accepts or (EvidenceKind.EMAIL,))[0], f"They wrote it on page {number}",
                               date(2026, 11, 20), link=f"https://mail.example.com/m/{number}")  # fmt: skip
        evidence.add_evidence(office.desk, rep(), deal.id, stage, draft)
    moved = moves.move(office.desk, rep(), deal.id, stage, office.process.stages[1].key)
    assert moved.move is not None
    office.deals.waits_for("moved *Acme rollout")
    sends(office, made.link, answer="correct", words="We never agreed to March")
    card = office.deals.waits_for("We never agreed to March")
    assert "Corrected by Jane Doe" in card
    assert [one.criterion for one in proofs(office, deal)].count(key) == 1


def test_an_answer_about_a_stage_that_the_deal_has_left_proves_nothing_in_the_next(office: Office) -> None:
    deal = acme(office)
    made = link_for(office, deal)
    for number, one in enumerate(office.desk.stage(deal).criteria):
        draft = evidence.Draft(one.key, (one.accepts or (EvidenceKind.EMAIL,))[0], f"They wrote it on page {number}",
                               date(2026, 11, 20), link=f"https://mail.example.com/m/{number}")  # fmt: skip
        evidence.add_evidence(office.desk, rep(), deal.id, deal.stage, draft)
    before = len(proofs(office, deal))
    moves.move(office.desk, rep(), deal.id, deal.stage, office.process.stages[1].key)
    sends(office, made.link)
    assert len(proofs(office, deal)) == before
    assert "not added as evidence: the deal has moved on since" in office.rita.waits_for_dm("confirmed your recap")


def test_a_lost_deal_keeps_the_answer_and_the_rep_reads_why_it_is_no_evidence(office: Office) -> None:
    deal = acme(office)
    made = link_for(office, deal)
    closings.lose(office.desk, rep(), deal.id, office.process.loss_reasons[0].key, "They bought elsewhere")
    assert "this is confirmed" in words(sends(office, made.link))
    assert proofs(office, deal) == ()
    found = only(office, deal)
    assert found.answer is not None
    assert found.answer.reply is Reply.CONFIRMED
    assert "not added as evidence: the deal is lost" in office.rita.waits_for_dm("confirmed your recap")


# Links that do not work


def test_a_withdrawn_link_says_so_and_takes_no_answer(office: Office) -> None:
    deal = acme(office)
    link = link_for(office, deal).link
    office.rita.types("/deal confirm Acme")
    assert "Waits for an answer until Mon 7 Dec 2026" in office.rita.modal
    office.rita.presses("Withdraw")
    office.rita.waits_to_see("Withdrawn by @Rita")
    for answer in (buyer(office).get(path_of(link)), sends(office, link)):
        assert answer.status_code == 410
        assert "This link was withdrawn" in words(answer)
        assert "Month end" not in words(answer)
    assert proofs(office, deal) == ()
    with pytest.raises(AlreadyDecided, match="already withdrew"):
        confirmations.withdraw(office.desk, rep(MARTA, Role.MANAGER), only(office, deal).id)


def test_an_expired_link_says_so(office: Office) -> None:
    deal = acme(office)
    link = link_for(office, deal).link
    office.clock.forward(days=13, hours=23)
    assert buyer(office).get(path_of(link)).status_code == 200
    office.clock.forward(hours=1)
    for answer in (buyer(office).get(path_of(link)), sends(office, link)):
        assert answer.status_code == 410
        assert "This link has expired" in words(answer)
    assert only(office, deal).answer is None


def test_an_answer_that_arrives_as_the_link_expires_is_too_late_to_the_second(office: Office) -> None:
    """The page was still open when it was looked up: what counts is the moment at which the answer is kept."""
    deal = acme(office)
    tokens = [path_of(link_for(office, deal).link).rpartition("/")[2] for _ in range(2)]
    given = Answer(Reply.CONFIRMED, "Jane Doe", "jane@buyer.example")
    office.clock.forward(days=14, seconds=-1)
    assert buyer_answers.answer(office.desk, tokens[0], given)
    office.clock.forward(seconds=1)
    assert not buyer_answers.answer(office.desk, tokens[1], given)
    assert not buyer_answers.answer(office.desk, tokens[0], given), "nor is one kept twice"
    assert len(proofs(office, deal)) == 1


def test_the_link_of_another_deal_is_not_replaced_by_a_new_one(office: Office) -> None:
    first, second = acme(office), acme(office, DealFacts("Beta", company_domain="beta.example", contacts=(JANE,)))
    kept = link_for(office, first)
    link_for(office, second, after=kept.confirmation.id)
    assert only(office, first).state(office.clock()) is State.OPEN


def test_an_answered_link_says_when_and_not_by_whom(office: Office) -> None:
    deal = acme(office)
    link = link_for(office, deal).link
    sends(office, link)
    for answer in (buyer(office).get(path_of(link)), sends(office, link, answer="decline")):
        assert answer.status_code == 410
        assert "This was already answered on Mon 23 Nov 2026" in words(answer)
        assert "Jane" not in words(answer)
    assert len(proofs(office, deal)) == 1
    with pytest.raises(AlreadyDecided, match="nothing to withdraw"):
        confirmations.withdraw(office.desk, rep(), only(office, deal).id)


def test_a_new_link_takes_the_place_of_the_old_one(office: Office) -> None:
    deal = acme(office)
    old = link_for(office, deal).link
    office.rita.types("/deal confirm Acme")
    office.rita.presses("New link…")
    office.rita.submits()
    new = link_on(office.rita.waits_to_see("The link is made"))
    assert buyer(office).get(path_of(old)).status_code == 410
    assert buyer(office).get(path_of(new)).status_code == 200


def test_a_deal_has_so_many_open_links_and_no_more(office: Office) -> None:
    deal = acme(office)
    for _ in range(confirmations.MOST_OPEN):
        link_for(office, deal)
    with pytest.raises(BadInput, match="links without an answer"):
        link_for(office, deal)


# At once


def test_of_answers_sent_at_the_same_moment_one_counts(office: Office) -> None:
    for _ in range(5):
        deal = acme(office)
        link, start = link_for(office, deal).link, threading.Barrier(4)

        def send(reply: str, link: str = link, start: threading.Barrier = start) -> int:
            start.wait(5)
            return sends(office, link, answer=reply, words="Not in March").status_code

        with ThreadPoolExecutor(4) as pool:
            codes = sorted(pool.map(send, ("confirm", "correct", "decline", "confirm")))
        assert codes == [200, 410, 410, 410]
        answer = only(office, deal).answer
        assert answer is not None
        assert len(proofs(office, deal)) == (1 if answer.reply is Reply.CONFIRMED else 0)
        settled_down(office)
        with office.desk.db.read() as connection:
            rows = connection.execute(select(work_item).where(work_item.c.kind == Errand.CONFIRMATION.value)).all()
        assert len({row.subject for row in rows}) == len(rows)


def test_an_answer_and_a_withdrawal_at_the_same_moment_do_not_both_hold(office: Office) -> None:
    for _ in range(5):
        deal = acme(office)
        made, start = link_for(office, deal), threading.Barrier(2)

        def answers(link: str = made.link, start: threading.Barrier = start) -> bool:
            start.wait(5)
            return sends(office, link).status_code == 200

        def withdraws(key: int = made.confirmation.id, start: threading.Barrier = start) -> bool:
            start.wait(5)
            try:
                confirmations.withdraw(office.desk, rep(), key)
            except AlreadyDecided:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            one, other = pool.submit(answers), pool.submit(withdraws)
            assert one.result() is not other.result()
        found = only(office, deal)
        assert (found.answered_at is None) is not (found.withdrawn_at is None)


def test_a_page_is_sent_in_ten_times_an_hour_and_no_more(office: Office) -> None:
    deal = acme(office)
    link = link_for(office, deal).link
    for _ in range(10):
        assert sends(office, link, mail="nobody").status_code == 422
    often = sends(office, link)
    assert often.status_code == 429
    assert often.headers["Retry-After"] == "360"
    assert 'value="jane@buyer.example"' in often.get_data(as_text=True)
    assert only(office, deal).answer is None
    office.clock.forward(minutes=6)
    assert sends(office, link).status_code == 200


# Hostile texts

HOSTILE = {
    "markup": "<!channel> & <@U06RITA7K2P> *bold* `code` ~x~ _y_",
    "emoji": "\U0001f469\u200d\U0001f680" * 650,
    "lines": "]>\n\n> quote\n" * 90,
    "entities": "&lt;" * 480,
    "signs": "{{ x }} %s \\ \u202e\u0000 end",
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=list(HOSTILE))
@pytest.mark.parametrize("reply", ["confirm", "correct", "decline"])
def test_whatever_the_buyer_writes_arrives_as_text_and_fits(office: Office, hostile: str, reply: str) -> None:
    deal = acme(office)
    for _ in range(12):
        made = link_for(office, deal, "\n".join(f"{n} {one_line(hostile)[:280]}" for n in range(8)))
        answer = sends(
            office, made.link, answer=reply, words=f"It is so: {hostile}", name=f"Jo {one_line(hostile)[:100]}"
        )
        assert answer.status_code == 200, words(answer)
    settled_down(office)
    for line in ("confirm", "show", "evidence", "move"):
        office.rita.types(f"/deal {line} Acme")
        assert office.rita.modal
        office.rita.closes(everything=True)
    office.rita.types("/deal confirm Acme")
    if reply != "confirm":
        assert "older" in office.rita.modal or "Send a new recap…" in office.rita.modal.text
    for call in office.sandbox.recording.calls:
        assert "<!channel>" not in str(call.args)
        if "view" in call.args:
            assert not list(view_findings(call.args["view"]))


# Other workspaces


def test_a_link_of_another_workspace_leads_nowhere(office: Office) -> None:
    deal = acme(office)
    link = link_for(office, deal).link
    with office.desk.db.write() as connection:
        connection.execute(confirmation.update().values(team_id="T09ELSEWHERE"))
    assert buyer(office).get(path_of(link)).status_code == 404
    assert sends(office, link).status_code == 404
    assert buyer_answers.told(office.desk, NORTHBEAM.id, 1) is None


def test_the_draft_names_somebody_of_this_deal(office: Office) -> None:
    deal, other = acme(office), acme(office)
    draft = Draft(criterion(office, deal), POINTS, contact_id=other.contacts[0].id)
    with pytest.raises(BadInput) as refused:
        confirmations.ask(office.desk, rep(RITA), deal.id, deal.stage, draft, office.desk.today())
    assert set(refused.value.fields) == {"contact"}
