"""A process that changed: the managers read once what is different and which open deals newly fail."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from bot.domain.process import Process
from bot.services import revisions
from bot.services.errands import Errand
from bot.services.planning import Planner
from bot.store.definitions import process_version
from bot.store.process_notices import process_notice
from bot.store.workspaces import workspace
from sandbox.team import NORTHBEAM, SHARED
from tests.clockwork import items_of, settled_down, state_of
from tests.driver import Room
from tests.harness import Office
from tests.selling import log_deal, prove_stage
from tests.test_definitions_report import NEW, change_process, with_criterion
from tests.test_feedback import say

CHANGED = "The process “Buyer-centric sale” has changed"
SHORTER = "Every open deal stands as before."


def started(office: Office) -> int | None:
    """As at every start, and every half minute after it."""
    found = revisions.announce(office.desk)
    office.desk.wake()
    settled_down(office)
    return found


def posts(office: Office) -> list[str]:
    return [message.text for message in office.deals.messages if "has changed" in message]


def test_the_first_start_of_all_tells_nothing_and_keeps_what_it_knows(office: Office) -> None:
    assert started(office) == 0
    assert posts(office) == []
    with office.desk.db.read() as connection:
        known = {(row.process, row.version) for row in connection.execute(select(process_notice))}
        kept = {(row.process, row.version) for row in connection.execute(select(process_version))}
    assert known == {(one.key, one.version) for one in office.desk.processes.values()} == kept


def test_what_changed_and_who_newly_fails_is_posted_once(office: Office) -> None:
    rita = office.rita
    log_deal(office, "Acme")
    log_deal(office, "Beta")
    rita.types("/deal move Acme")
    prove_stage(rita, office)
    rita.closes(everything=True)
    started(office)
    assert started(office) == 0

    change_process(office, with_criterion(office.process, NEW))
    assert started(office) == 1
    assert started(office) == 0
    [post] = posts(office)
    assert CHANGED in post
    assert "Now asks for “The buyer said yes in writing.”" in post
    assert "2 open deals newly fail." in post
    assert "• Acme (D-1): “Problem recognised” now asks for “The buyer said yes in writing.”" in post
    assert "`/deal process buyer_centric`" in post
    assert "<@" not in post, "nobody is pinged"


def test_a_change_that_holds_nobody_back_says_so(office: Office) -> None:
    log_deal(office, "Acme")
    started(office)
    change_process(office, replace(office.process, name="Our sale", version="named"))
    started(office)
    [post] = posts(office)
    assert "name: Buyer-centric sale → Our sale" in post
    assert SHORTER in post


def test_what_reps_said_about_it_and_nobody_took_up_is_counted(office: Office) -> None:
    started(office)
    change_process(office, replace(office.process, name="Our sale", version="named"))
    say(office, "Nobody at the buyer sets a date so early.")
    say(office, "The recap is asked for twice.")
    say(office, "This is about another process.", process="simple_3")
    started(office)
    [post] = posts(office)
    assert "2 remarks of reps about it wait" in post


def test_a_change_that_is_taken_back_and_made_again_is_told_each_time(office: Office) -> None:
    before = office.process
    after = with_criterion(before, NEW)
    started(office)
    for process in (after, before, after):
        office.clock.forward(minutes=1)
        change_process(office, process)
        assert started(office) == 1
    first, second, third = posts(office)
    assert "Now asks for" in first
    assert "No longer asks for" in second
    assert "Now asks for" in third


def test_a_deal_whose_stage_is_gone_is_named(office: Office) -> None:
    log_deal(office, "Acme & <Sons>")
    started(office)
    process = office.process
    change_process(office, replace(process, stages=process.stages[1:], version="shorter"))
    started(office)
    [post] = posts(office)
    assert "Problem recognised (gone)" in post
    assert "1 open deal newly fails." in post
    assert "D-1): its stage “problem_recognised” is gone; move it to the stage it is in now" in post
    assert "<Sons>" not in str(office.deals.messages[-1].blocks), "what people typed is escaped"


def test_many_deals_and_changes_fit_into_one_post(office: Office) -> None:
    for n in range(18):
        log_deal(office, f"Deal {n}")
    started(office)
    process = office.process
    texts = [replace(stage, outcome=f"{stage.outcome} And <more>. {'x' * 900}") for stage in process.stages]
    more = [replace(process.stages[0], key=f"s{n}", name=f"Stage {n}") for n in range(25)]
    first = replace(texts[0], criteria=(*texts[0].criteria, *(replace(NEW, key=f"c{n}") for n in range(4))))
    change_process(office, replace(process, stages=(first, *texts[1:], *more), version="long"))
    started(office)
    [post] = posts(office)
    assert "18 open deals newly fail." in post
    assert "and 3 more deals" in post
    assert "and 14 more stages changed" in post
    assert "and 2 more" in post


def test_a_new_process_is_noted_and_told_of_when_it_changes(office: Office) -> None:
    started(office)
    fresh = replace(office.desk.processes["simple_3"], key="fresh", version="one")
    change_process(office, fresh)
    assert started(office) == 0
    change_process(office, replace(fresh, name="Fresher", version="two"))
    assert started(office) == 1
    assert "has changed" in posts(office)[0]


def test_a_process_of_its_own_channel_is_told_there(office: Office) -> None:
    started(office)
    change_process(office, replace(office.process, channel=SHARED, version="moved"))
    started(office)
    Room(office.sandbox, SHARED).waits_for(CHANGED)
    assert posts(office) == []


def test_a_channel_that_cannot_be_posted_to_is_the_managers_to_mend(office: Office) -> None:
    started(office)
    change_process(office, replace(office.process, channel="C0NOWHERE", version="lost"))
    started(office)
    [slot] = items_of(office, Errand.PROCESS_CHANGED)
    assert state_of(office, Errand.PROCESS_CHANGED, "buyer_centric", slot) == "refused"
    office.marta.waits_for_dm("I could not post to")


def test_without_a_channel_nobody_wants_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    started(office)
    book = office.desk.rule_book
    monkeypatch.setattr(book, "first", replace(book.first, manager_channel=None))
    book.forget()
    change_process(office, with_criterion(office.process, NEW))
    started(office)
    [slot] = items_of(office, Errand.PROCESS_CHANGED)
    assert state_of(office, Errand.PROCESS_CHANGED, "buyer_centric", slot) == "unwanted"


def test_several_processes_that_start_at_once_tell_it_once(office: Office) -> None:
    started(office)
    change_process(office, with_criterion(office.process, NEW))
    found: list[int | None] = []
    together = threading.Barrier(4)

    def start() -> None:
        together.wait()
        found.append(revisions.announce(office.desk))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(filter(None, found)) == 1
    assert len(items_of(office, Errand.PROCESS_CHANGED)) == 1


def test_the_planner_looks_once_until_something_else_is_loaded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Iterable[Process]] = []

    def announce(desk: object) -> int:
        looked.append(office.desk.processes.values())
        return 0

    monkeypatch.setattr("bot.services.planning.announce", announce)
    planner = Planner(office.desk)
    planner.plan()
    planner.plan()
    assert len(looked) == 1
    change_process(office, with_criterion(office.process, NEW))
    planner.plan()
    planner.plan()
    assert len(looked) == 2


def test_nothing_is_noted_before_we_know_whose_workspace_it_is(office: Office) -> None:
    known = list(office.desk.known)
    assert known[0].team_id == NORTHBEAM.id
    with office.desk.db.write() as connection:
        connection.execute(delete(workspace))
    office.desk.known.clear()
    assert revisions.announce(office.desk) is None
