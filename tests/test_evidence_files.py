"""Mails and calendar files as evidence: uploaded in the form, looked into afterwards, and told to the rep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.deal import Status
from bot.domain.evidence import Evidence, Strength
from bot.services import closings, work_list
from bot.services.evidence import record_reading, withdraw
from bot.store import deals, evidence
from bot.store.database import Database
from bot.store.signed_mails import signed_mail
from sandbox.postmaster import samples, signed
from sandbox.server import Sandbox
from sandbox.team import NORTHBEAM
from tests import harness
from tests.clockwork import rep
from tests.harness import MovableClock, Office
from tests.letters import LETTER
from tests.selling import log_deal

SAMPLES = samples(MovableClock().now)
REPLIED = "The buyer replied to the recap."
PROCESS = f"""\
key: brief
name: Brief
currency: EUR
stages:
  - key: talked
    name: Talked
    outcome: The buyer wants more.
    criteria:
      - {{key: replied, text: "{REPLIED}", coach: Ask them., example: A mail., least: verified}}
  - {{key: won, name: Won, kind: won, outcome: The buyer signed.}}
loss_reasons:
  - {{key: price, text: Price}}
"""


@pytest.fixture
def brief(sandbox: Sandbox, database: Database, tmp_path: Path) -> Iterator[Office]:
    """A process with one criterion, which asks for what the buyer's own server shows."""
    (tmp_path / "brief.yaml").write_text(PROCESS)
    with harness.office(sandbox, database, stagecoach_process_dir=tmp_path, stagecoach_process="brief") as opened:
        yield opened


def adds(office: Office, name: str, content: bytes, deal: str = "Acme", when: date | None = None) -> None:
    """Rita logs a deal and uploads a file as her evidence."""
    log_deal(office, f"{deal} 12k")
    office.rita.types(f"/deal move {deal}")
    office.rita.presses("Add evidence", near=REPLIED)
    file = {"Or a file": [(name, content)], "Who at the buyer?": "Olivia Finch, COO, olivia@alderfinch.example"}
    said = f"Olivia confirmed the recap and Thursday at two, for {deal}."
    office.rita.fills({"What did the buyer write?": said, **file, **({"When?": when} if when else {})})
    office.rita.submits()
    office.rita.waits_to_see(name)


def piece_in(office: Office, number: int = 1) -> Evidence:
    with office.desk.db.read() as connection:
        deal = deals.by_number(connection, NORTHBEAM.id, number)
        assert deal is not None
        return evidence.of_deals(connection, NORTHBEAM.id, [deal.id])[deal.id][-1]


def test_a_mail_that_the_buyers_server_signed_opens_a_gate_that_asks_for_it(brief: Office) -> None:
    adds(brief, "reply.eml", SAMPLES["reply.eml"])

    told = brief.rita.waits_for_dm("“reply.eml” is verified")

    assert "Signed by alderfinch.example: Olivia Finch (olivia@alderfinch.example) wrote “Re: Recap of our call" in told
    assert "Added. I look into your file now" in brief.rita.modal
    brief.rita.closes(everything=True)
    brief.rita.presses("Open the checklist", on=told)
    assert "1 of 1 criteria met" in brief.rita.waits_to_see("Exit criteria")
    brief.rita.submits()
    card = brief.deals.waits_for("Acme")
    assert "Signed by alderfinch.example: Olivia Finch" in card, "the manager sees why it counts as verified"
    assert len(brief.rita.dms) == 1


def test_until_it_is_verified_the_gate_stays_shut(brief: Office) -> None:
    adds(brief, "reply-changed.eml", SAMPLES["reply-changed.eml"])

    told = brief.rita.waits_for_dm("I read “reply-changed.eml”")

    assert "It was changed after alderfinch.example signed it: the signature does not fit" in told
    assert "so it can be opened but is not verified." in told
    assert "save the buyer's own mail out of your mailbox, unchanged" in told
    brief.rita.submits()
    assert "Not yet." in brief.rita.modal
    assert piece_in(brief).strength is Strength.INSPECTABLE


def test_an_accepted_invitation_in_a_signed_mail_is_verified(brief: Office) -> None:
    adds(brief, "accepted.eml", SAMPLES["accepted.eml"])

    told = brief.rita.waits_for_dm("“accepted.eml” is verified")

    assert "Olivia Finch (olivia@alderfinch.example) accepted “Requirements with Alder & Finch” on Thu 26 Nov" in told


def test_a_calendar_file_tells_who_accepted_and_stays_something_to_open(brief: Office) -> None:
    adds(brief, "meeting.ics", SAMPLES["meeting.ics"])

    told = brief.rita.waits_for_dm("I read “meeting.ics”")

    assert "Accepted by: Olivia Finch (olivia@alderfinch.example)" in told
    assert "Anybody can edit such a file" in told
    assert "save the mail in which the buyer's calendar accepts" in told
    assert piece_in(brief).strength is Strength.INSPECTABLE


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("mail.eml", LETTER, "It is not signed by its sender's mail server"),
        ("mail.eml", b"Dear Rita, yes.", "I could not read this mail: there is no mail in this file"),
        ("mail.eml", b"\n", "I could not read this mail: there is no mail in this file"),
        ("mail.eml", b"X: y\r\n" * 10_000, "more than 500 header fields"),
        ("mail.eml", LETTER + b"x" * 2_200_000, "I could not read this mail: it is too large"),
        ("call.ics", b"BEGIN:VCALENDAR\r\n", "I could not read this calendar file: the calendar file breaks off"),
        ("call.ics", b"x" * 600_000, "I could not read this calendar file: it is too large"),
        ("mail.eml", signed(LETTER.replace(b"olivia@alderfinch", b"ravi@elsewhere"), domain="elsewhere.example"),
         "elsewhere.example is not a mail domain of this buyer or of the deal's people"),
        ("mail.eml", signed(LETTER.replace(b"olivia@alderfinch", b"rita@northbeam"), domain="northbeam.example"),
         "It was written at northbeam.example, which is us and not the buyer"),
        ("mail.eml", signed(LETTER, domain="mail.alderfinch.example"), "It is signed by mail.alderfinch.example"),
        ("<!channel>.eml", LETTER.replace(b"Re: Recap", b"<!channel>"), "wrote “<!channel> and next steps”"),
    ],
)  # fmt: skip
def test_what_is_not_verified_can_still_be_opened_and_says_why(
    brief: Office, name: str, content: bytes, reason: str
) -> None:
    adds(brief, name, content)

    told = brief.rita.waits_for_dm(f"I read “{name}”")

    assert reason in told
    assert "<!channel>" not in repr([call.args for call in brief.calls("chat.postMessage")]), "nobody is called"
    assert piece_in(brief).strength is Strength.INSPECTABLE


def test_an_old_mail_does_not_pass_as_something_that_happened_today(brief: Office) -> None:
    """LETTER is of 19 November; the form says today, the 23rd."""
    adds(brief, "old.eml", signed(LETTER))

    told = brief.rita.waits_for_dm("I read “old.eml”")

    assert "Not verified, since the mail is older than the day that was given for it, Mon 23 Nov 2026." in told
    assert "take it back, and add a mail about this deal with the day on which it was written" in told
    assert piece_in(brief).strength is Strength.INSPECTABLE


def test_a_mail_counts_with_the_day_on_which_it_was_written(brief: Office) -> None:
    adds(brief, "old.eml", signed(LETTER), when=date(2026, 11, 19))

    assert "wrote “Re: Recap and next steps”" in brief.rita.waits_for_dm("“old.eml” is verified")


def test_one_mail_of_the_buyers_verifies_one_deal_whatever_its_copy_is_called(brief: Office) -> None:
    adds(brief, "reply.eml", SAMPLES["reply.eml"])
    brief.rita.waits_for_dm("“reply.eml” is verified")
    brief.rita.closes(everything=True)

    adds(brief, "again.eml", b"X-Spam-Status: No\r\n" + SAMPLES["reply.eml"], "Beta")

    told = brief.rita.waits_for_dm("I read “again.eml”")
    assert "Not verified, since the same mail is evidence for D-1 already. Signed by alderfinch.example" in told
    assert piece_in(brief, 2).strength is Strength.INSPECTABLE
    assert piece_in(brief).strength is Strength.VERIFIED


def test_a_mail_that_was_taken_back_may_verify_another_deal(brief: Office) -> None:
    adds(brief, "reply.eml", SAMPLES["reply.eml"])
    brief.rita.waits_for_dm("“reply.eml” is verified")
    rita = rep()
    withdraw(brief.desk, rita, piece_in(brief).id, "It is about the other deal.")
    brief.rita.closes(everything=True)

    adds(brief, "again.eml", SAMPLES["reply.eml"], "Beta")

    brief.rita.waits_for_dm("“again.eml” is verified")


def test_a_mail_that_proves_two_things_of_one_deal_says_so_at_the_second(brief: Office) -> None:
    adds(brief, "reply.eml", SAMPLES["reply.eml"])
    brief.rita.waits_for_dm("“reply.eml” is verified")
    first = piece_in(brief)
    with brief.desk.db.write() as connection:
        other = evidence.add(connection, NORTHBEAM.id, replace(first, criterion="met", verified=None), "other", None)
        [(mark,)] = connection.execute(select(signed_mail.c.mark)).all()

    verified = [record_reading(brief.desk, NORTHBEAM.id, other, "Signed.", "Signed.", mark=mark).verified]
    verified.append(record_reading(brief.desk, NORTHBEAM.id, first.id, "Signed.", "Signed.", mark=mark).verified)

    assert verified == ["Also used for another criterion of this deal. Signed.", first.verified]


def test_other_files_are_left_unread(brief: Office) -> None:
    adds(brief, "offer.pdf", b"%PDF-1.7")
    brief.clock.forward(seconds=1)

    assert "I look into your file" not in brief.rita.modal
    assert not brief.calls("files.info")
    assert piece_in(brief).why == "A file that you can open."
    assert not brief.rita.dms


def test_a_file_that_is_gone_from_slack_is_told(brief: Office) -> None:
    brief.sandbox.faults.refuse("files.info", "file_not_found", times=None)
    adds(brief, "reply.eml", SAMPLES["reply.eml"])

    assert "it is not in Slack any more" in brief.rita.waits_for_dm("I read “reply.eml”")


def test_when_the_dns_is_silent_it_is_asked_again_and_the_rep_hears_of_the_end_alone(brief: Office) -> None:
    brief.sandbox.faults.drop("dns", times=1)
    adds(brief, "reply.eml", SAMPLES["reply.eml"])
    assert brief.eventually(lambda: "The DNS did not answer" in piece_in(brief).why)
    assert brief.eventually(lambda: _is_quiet(brief))
    assert not brief.rita.dms

    brief.clock.forward(minutes=3)
    brief.application.sender.wake()

    brief.rita.waits_for_dm("“reply.eml” is verified")
    assert len(brief.rita.dms) == 1


def test_a_dns_that_stays_silent_leaves_the_file_as_something_to_open(brief: Office) -> None:
    brief.sandbox.faults.server_error("dns", times=None)
    adds(brief, "reply.eml", SAMPLES["reply.eml"])
    assert brief.eventually(lambda: "The DNS did not answer" in piece_in(brief).why)

    for _ in range(3):
        assert brief.eventually(lambda: _is_quiet(brief))
        assert not brief.rita.dms
        brief.clock.forward(hours=2)
        brief.application.sender.wake()

    assert "The DNS did not answer" in brief.rita.waits_for_dm("I read “reply.eml”")
    assert piece_in(brief).strength is Strength.INSPECTABLE


def test_evidence_that_was_taken_back_meanwhile_stays_taken_back(brief: Office) -> None:
    brief.sandbox.faults.drop("dns", times=1)
    adds(brief, "reply.eml", SAMPLES["reply.eml"])
    assert brief.eventually(lambda: "The DNS did not answer" in piece_in(brief).why)
    brief.rita.closes(everything=True)
    brief.rita.types("/deal show Acme")
    brief.rita.presses("Withdraw")
    brief.rita.fills({"Why do you take it back?": "It was another deal's mail."})
    brief.rita.submits()
    brief.rita.waits_to_see("Withdrawn.")

    assert brief.eventually(lambda: _is_quiet(brief))
    brief.clock.forward(hours=2)
    brief.application.sender.wake()

    assert brief.eventually(lambda: _is_quiet(brief))
    assert piece_in(brief).verified is None
    assert not brief.rita.dms


def test_a_deal_lost_while_its_mail_was_read_takes_what_the_mail_shows_and_stays_lost(brief: Office) -> None:
    brief.sandbox.faults.drop("dns", times=1)
    adds(brief, "reply.eml", SAMPLES["reply.eml"])
    assert brief.eventually(lambda: "The DNS did not answer" in piece_in(brief).why)
    closings.lose(brief.desk, rep(), piece_in(brief).deal_id, "price", "They bought a cheaper one")

    assert brief.eventually(lambda: _is_quiet(brief))
    brief.clock.forward(hours=2)
    brief.application.sender.wake()

    brief.rita.waits_for_dm("“reply.eml” is verified")
    with brief.desk.db.read() as connection:
        assert deals.get(connection, NORTHBEAM.id, piece_in(brief).deal_id).status is Status.LOST


def _is_quiet(office: Office) -> bool:
    """Nothing is being sent, and nothing is due."""
    tallies = work_list.counts(office.desk.db, office.clock())
    return not tallies["due"].number and not tallies["leased"].number


def test_what_a_mail_says_besides_its_head_is_not_kept(brief: Office) -> None:
    adds(brief, "reply.eml", SAMPLES["reply.eml"])
    brief.rita.waits_for_dm("is verified")

    kept = repr(piece_in(brief)) + "".join(m.text for m in brief.rita.dms)
    assert "the auditors" in SAMPLES["reply.eml"].decode()
    assert "the auditors" not in kept
    assert not re.search(r"DKIM|b=[A-Za-z0-9+/]{20}", kept)
