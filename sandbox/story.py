"""What has happened at Northbeam before somebody looks in for the first time: a few deals at different points.

Nothing is put into a database: Rita, Tom and Marta type and press what anybody would, on days gone by. So this file,
unlike the rest of the workspace, knows the words of the one app that it comes with. Every company is invented.
"""

from __future__ import annotations

import time as real_time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.inputs import ImpossibleInput
from sandbox.player import Player, Stuck
from sandbox.server import Sandbox
from sandbox.story_before import (
    FARROWMERE,
    FARROWMERE_DELIVERY,
    FARROWMERE_SALE,
    OSTLEBROOK,
    OSTLEBROOK_LEARNED,
    OSTLEBROOK_REASON,
)
from sandbox.story_texts import (
    ALDER,
    ALDER_NEWS,
    ALDER_PROBLEM,
    ALDER_QUESTION,
    ALDER_SAID,
    ORRINVALE,
    ORRINVALE_PROBLEM,
    PELLWORTH,
    PELLWORTH_STAGES,
    QUILLMOOR,
    TAMSEL,
    VELMORA,
    VELMORA_PROBLEM,
    WELCOME,
    Buyer,
    Proof,
    signed_page,
)
from sandbox.team import DEALS, GENERAL, MARTA, OLIVIA, RITA, SHARED, TOM

ZONE = ZoneInfo("Europe/Madrid")
_READY_SECONDS = 30.0


class StoryStopped(Exception):
    """The story could not be told to its end; the message says where it got stuck."""


def tell_story(sandbox: Sandbox) -> None:
    """Play it, once the app answers; takes a few seconds. Raises StoryStopped; what was told until then stays."""
    if not _answers(sandbox):
        raise StoryStopped("the app did not answer")
    try:
        _Story(sandbox).tell()
    except (Stuck, ImpossibleInput) as problem:
        raise StoryStopped(f"there was no {problem}") from None
    finally:
        _come_back(sandbox)


def _answers(sandbox: Sandbox) -> bool:
    until = real_time.monotonic() + _READY_SECONDS
    while real_time.monotonic() < until:
        if sandbox.deliveries.verify_url():
            return True
        real_time.sleep(0.1)
    return False


def _come_back(sandbox: Sandbox) -> None:
    """To the present; answers that only one person saw are gone, as in Slack after a while."""
    workspace = sandbox.workspace
    with workspace.lock:
        sandbox.clock.reset()
        workspace.timestamps.ago = 0
        workspace.modals.clear()
        for channel in workspace.channels.values():
            channel.messages = [message for message in channel.messages if message.ephemeral_to is None]
        workspace.touch()


@dataclass
class _Story:
    sandbox: Sandbox

    def __post_init__(self) -> None:
        self.rita, self.tom, self.marta = (Player(self.sandbox, one) for one in (RITA, TOM, MARTA))
        self.today = datetime.now(ZONE).date()

    def tell(self) -> None:
        """From three months ago until today; each part is a day."""
        parts: tuple[tuple[int, Callable[[], None]], ...] = (
            (72, self._a_customer_begins),
            (60, self._a_deal_is_lost),
            (56, self._a_customer_signs),
            (50, lambda: self._delivers(0)),
            (45, lambda: self._delivers(1)),
            (24, lambda: self._delivers(2)),
            (15, self._pellworth_begins),
            (11, self._pellworth_goes_on),
            (8, self._a_pilot_is_talked_about),
            (5, self._a_pilot_is_parked),
            (3, self._news_of_old_deals),
            (1, self._yesterday),
        )
        for days_ago, part in parts:
            self._is_now(days_ago)
            part()
        self._everything_is_read()
        self._is_now(0)
        self._today()

    # the days

    def _a_customer_begins(self) -> None:
        self.sandbox.living.write(MARTA, GENERAL, WELCOME)
        self._log(self.rita, OSTLEBROOK, closes=50)
        self._log(self.rita, FARROWMERE, closes=56)
        for stage in FARROWMERE_SALE[:2]:
            self._prove_and_move(self.rita, FARROWMERE, stage)

    def _a_deal_is_lost(self) -> None:
        self.rita.types("/deal lost Ostlebrook")
        self.rita.fills({"Why was it lost?": OSTLEBROOK_REASON, "What did we learn?": OSTLEBROOK_LEARNED})
        self._saves(self.rita, "closed as lost")
        for stage in FARROWMERE_SALE[2:4]:
            self._prove_and_move(self.rita, FARROWMERE, stage)

    def _a_customer_signs(self) -> None:
        self._prove_and_move(self.rita, FARROWMERE, FARROWMERE_SALE[4], "Waits for a manager")
        self.marta.presses_on(DEALS, FARROWMERE.name, "Approve")
        self.rita.waits_for_message(DEALS, "*Approved* by")

    def _delivers(self, part: int) -> None:
        self._prove_and_move(self.rita, FARROWMERE, FARROWMERE_DELIVERY[part])

    def _pellworth_begins(self) -> None:
        self._log(self.rita, PELLWORTH, closes=3)
        self._prove_and_move(self.rita, PELLWORTH, PELLWORTH_STAGES[0])

    def _pellworth_goes_on(self) -> None:
        self._prove_and_move(self.rita, PELLWORTH, PELLWORTH_STAGES[1])
        self._log(self.tom, QUILLMOOR, closes=60)

    def _a_pilot_is_talked_about(self) -> None:
        self._prove_and_move(self.rita, PELLWORTH, PELLWORTH_STAGES[2])
        self._log(self.rita, ALDER, closes=28)
        for said in ALDER_SAID:
            self.sandbox.living.write(OLIVIA, SHARED, said)

    def _a_pilot_is_parked(self) -> None:
        self.tom.types("/deal park Quillmoor")
        self.tom.fills({"Until when?": self._day(-8), "Why": "Their plant moves first. Ida asked us to call after."})
        self._saves(self.tom, "is parked until")
        self._log(self.rita, ORRINVALE, closes=45)
        self.rita.types("/deal move Alder")
        for proof, said in zip(ALDER_PROBLEM, ALDER_SAID, strict=True):
            self._prove(self.rita, proof, link=self._permalink(said))
        self._moves(self.rita, ALDER)

    def _news_of_old_deals(self) -> None:
        self._prove_and_move(self.rita, PELLWORTH, PELLWORTH_STAGES[3])
        self._log(self.tom, VELMORA, closes=40)
        self.rita.types("/deal evidence Orrinvale")
        for proof in ORRINVALE_PROBLEM:
            self._prove(self.rita, proof)
        self.rita.closes()
        self._plans(self.rita, ORRINVALE, 0, "send Nuria two times for the meeting")

    def _yesterday(self) -> None:
        self.tom.types("/deal move Velmora")
        for proof in VELMORA_PROBLEM:
            self._prove(self.tom, proof)
        self._moves(self.tom, VELMORA)
        self._plans(self.tom, VELMORA, -2, "mail the list of requirements to Per")
        self._plans(self.rita, ALDER, 1, "send Olivia the requirements to put in order")

    def _today(self) -> None:
        self._log(self.rita, TAMSEL, closes=75)
        self._plans(self.rita, TAMSEL, -1, "call Bo about what empty trips cost them", at="14:30")
        self._prove_and_move(self.rita, PELLWORTH, PELLWORTH_STAGES[4], "Waits for a manager")
        self._plans(self.rita, PELLWORTH, -1, "introduce Hanne to whoever leads the work on our side")
        self.marta.presses_on(DEALS, ALDER.name, "Ask for the proof", near=ALDER_PROBLEM[1].criterion)
        self.marta.fills({"Your question": ALDER_QUESTION})
        self.marta.submits()
        self.rita.waits_for_message(self.rita.direct_message(), ALDER_QUESTION)
        self.sandbox.living.write(OLIVIA, SHARED, ALDER_NEWS)

    # what a person does

    def _log(self, rep: Player, buyer: Buyer, closes: int) -> None:
        rep.types(f"/deal new {buyer.name} {buyer.amount}")
        rep.fills(
            {
                "Company": buyer.company,
                "Expected close": self._day(-closes),
                "People at the buyer": "\n".join(f"{name}, {role}, {mail}" for name, role, mail in buyer.people),
                "The buyer's domain": buyer.people[0][2].partition("@")[2],
            }
        )
        rep.submits()
        rep.waits_for_modal("Logged")
        rep.closes()

    def _prove_and_move(self, rep: Player, buyer: Buyer, stage: tuple[Proof, ...], shown: str = "") -> None:
        rep.types(f"/deal move {buyer.company}")
        for proof in stage:
            self._prove(rep, proof)
        self._moves(rep, buyer, shown)

    def _prove(self, rep: Player, proof: Proof, link: str = "") -> None:
        """In the open checklist."""
        rep.presses("Add evidence", near=proof.criterion)
        rep.waits_for_modal("Kind of proof")  # the checklist below it may ask for things, too
        rep.fills({"What": proof.what, "When": self._proved_on(proof), "Who at the buyer": proof.who})
        if proof.file:
            rep.attaches("Or a file", proof.file, signed_page(proof.what))
        else:
            rep.fills({"Link": link or proof.link})
        if proof.booked:
            rep.fills({"Is it about a later day?": self._day(-proof.booked)})
        rep.submits()
        rep.waits_for_modal(proof.what[:60])

    def _moves(self, rep: Player, buyer: Buyer, shown: str = "") -> None:
        """Submits the open checklist, and waits until the managers see the card."""
        cards = len(self.sandbox.workspace.channels[DEALS].messages)
        rep.submits()
        self._wait_until(lambda: len(self.sandbox.workspace.channels[DEALS].messages) > cards)
        rep.waits_for_message(DEALS, shown or buyer.name)
        rep.closes()

    def _plans(self, rep: Player, buyer: Buyer, days_ago: int, what: str, at: str = "") -> None:
        rep.types(f"/deal next {buyer.company}")
        rep.fills({"What will you do next?": what, "When?": self._day(days_ago)})
        if at:
            rep.fills({"At what time?": at})
        self._saves(rep, what)

    def _saves(self, rep: Player, says: str) -> None:
        """The form closes, and what was done is said where the command was typed."""
        rep.submits()
        rep.waits_for_message(rep.direct_message(), says)

    def _wait_until(self, look: Callable[[], bool]) -> None:
        with self.sandbox.workspace.changed:
            if not self.sandbox.workspace.changed.wait_for(look, 10.0):
                raise Stuck("answer of the app")

    # time

    def _is_now(self, days_ago: int) -> None:
        """Mid-morning so many working days ago; messages are stamped so too. 0 is the present."""
        if days_ago:
            self.sandbox.clock.move_to(datetime.combine(self._day(days_ago), time(10, 20), ZONE))
        else:
            self.sandbox.clock.reset()
        self.sandbox.workspace.timestamps.ago = round(-self.sandbox.clock.shift.total_seconds())

    def _day(self, ago: int) -> date:
        """So many working days before today, or after it where negative; for 0 today, whatever day it is."""
        day, step = self.today, timedelta(days=-1 if ago > 0 else 1)
        for _ in range(abs(ago)):
            day += step
            while day.weekday() > 4:
                day += step
        return day

    def _proved_on(self, proof: Proof) -> date:
        now = self.sandbox.clock.now().astimezone(ZONE).date()
        return now - timedelta(days=proof.days_before)

    def _permalink(self, said: str) -> str:
        return self.sandbox.workspace.permalink(SHARED, self.rita.waits_for_message(SHARED, said))

    def _everything_is_read(self) -> None:
        workspace = self.sandbox.workspace
        with workspace.lock:
            for person in workspace.people:
                for channel in workspace.channels_of(person.id):
                    workspace.mark_read(person.id, channel)
