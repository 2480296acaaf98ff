"""Who may what: every word, button, form and shortcut, sent by everybody there is, through the front door.

A refusal is a sentence, and changes nothing; what is allowed really happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.slack.conversations import register_all
from bot.slack.ids import Action, Form
from bot.slack.talk import Talk
from bot.store.database import Database
from sandbox.server import Sandbox
from tests.forging import Json, put_back
from tests.matrix import (
    BUTTONS,
    CASES,
    COLLEAGUES,
    ELSEWHERE,
    FORMS,
    NINA,
    SHORTCUTS,
    STRANGER,
    WORDS,
    By,
    Case,
    Stage,
    opened,
)

REFUSALS = {
    By.GUEST: "full members",
    By.OUTSIDER: "people of this workspace",
    By.GONE: "people of this workspace",
    By.BOT: "Bots cannot work on deals|Deals are for people",
    By.STRANGER: "belongs to another workspace",
    By.IMPOSTOR: "belongs to another workspace",
}
REFUSED = r"Only .*(can|may) |Nobody (decides|settles|excuses|lets) |belongs to <@U06\w+>\. Only|is for <@U06\w+>\."
"""What colleagues read who may look but not touch."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(
    request: pytest.FixtureRequest, running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    database: Database = request.getfixturevalue(f"{request.param}_database")
    with opened(running_sandbox, database, tmp_path_factory.mktemp("gates")) as made:
        yield made


PAGES = {Form.SHOW, Form.EVIDENCE_LIST, Form.REMIND_BACK, Form.PROMISES, Form.ASKS, Form.REFERRALS, Form.NOTICE}
PAGES |= {Form.CONFIRMATIONS, Form.CONFIRM_LINK}
PAGES |= {Form.OBJECTIONS, Form.COMMITTEE, Form.COACH, Form.FEEDBACK_TOGETHER}
"""Modals with nothing to submit."""

each_case = pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))


def test_everything_that_can_be_typed_pressed_or_submitted_stands_in_the_matrix() -> None:
    talk = register_all(Talk())
    assert {name for name in WORDS if name} == set(talk.words)
    assert talk.silence is not None
    assert set(BUTTONS) == set(talk.buttons)
    assert set(FORMS) == set(talk.forms)
    assert set(SHORTCUTS) == set(talk.shortcuts)


def test_every_button_and_form_that_has_a_name_is_heard() -> None:
    talk = register_all(Talk())
    assert set(Action) - set(talk.buttons) == {Action.LINK}, "a link opens by itself"
    assert set(Form) - set(talk.forms) == PAGES


@each_case
def test_who_may_not_is_told_so_and_changes_nothing(stage: Stage, case: Case) -> None:
    for by in By:
        if by not in case.may:
            told = stage.send(by, case.deed, stage.scene(by))
            assert told.status == 200, by
            assert re.search(REFUSALS.get(by, REFUSED), told.text), (by, told.text)
            assert by in COLLEAGUES or stage.scene(by).secret not in told.text, by
    assert not stage.changes()


@each_case
def test_who_may_gets_what_they_ask_for(stage: Stage, case: Case) -> None:
    for by in sorted(case.may, key=lambda by: by.name):
        told = stage.send(by, case.deed, stage.scene(by))
        assert told.status == 200, by
        if case.shows:
            assert case.shows in told.text, (by, told.text)
        if not case.shows or by in case.stores:
            assert stage.changes(), (by, told.text)
            put_back(stage.database, stage.before)
    assert not stage.changes()


@each_case
def test_ids_of_another_workspace_reveal_and_change_nothing(stage: Stage, case: Case) -> None:
    told = stage.send(By.MANAGER, case.deed, stage.hidden)
    assert told.status == 200
    assert stage.hidden.secret not in told.text
    found = stage.changes()
    if found:  # somebody logged a deal of their own, or looked at one with the same number here
        put_back(stage.database, stage.before)
    assert not [row for rows in found.values() for row in rows if ELSEWHERE in row]


@pytest.mark.parametrize("event", [
    {"type": "app_home_opened", "tab": "home", "user": STRANGER, "channel": "D09STRANGER"},
    {"type": "user_change", "user": {"id": NINA, "team_id": ELSEWHERE, "name": "nina", "deleted": True}},
], ids=["app_home_opened", "user_change"])  # fmt: skip
def test_events_of_another_workspace_change_nothing(stage: Stage, event: Json) -> None:
    envelope = {"type": "event_callback", "team_id": ELSEWHERE, "event_id": f"Ev{event['type']}", "event": event}
    assert stage.forger.send(envelope).status == 200
    assert not stage.changes()
