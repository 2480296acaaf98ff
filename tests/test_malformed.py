"""Deliveries that are signed and broken: never a 5xx, and no effect that their sender could not have anyway."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.deal import state_after
from bot.domain.people import Actor, Role
from bot.manifest import make_manifest
from bot.services import overview
from bot.store.database import Database
from sandbox.server import Sandbox
from sandbox.team import MARTA, NORTHBEAM
from tests.forging import Json, put_back, signed_raw
from tests.matrix import CASES, COLLEAGUES, ELSEWHERE, By, Stage, opened

EXAMPLES = 120
"""Broken deliveries on each of the two databases."""

JUNK: Sequence[Any] = (
    *(None, "", "x", 0, -1, 10**30, 1.5, True, [], {}, [None], [[]], {"id": 5}, {"value": None}),
    *(
        "\x00",
        "\ud800",
        "9" * 40,
        "1.1.1.1",
        "0.0.0",
        "99999999999999999.0.",
        "-1.0.x",
        "{}",
        "[]",
        "null",
        "{",
        "\ue000@U1\ue001",
    ),
    *("2026-13-45", "2026-02-30", "9999-12-31", "a" * 5000),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """In a workspace of its own, whose calls are not recorded: a broken view is drawn again as broken as it came."""
    database: Database = request.getfixturevalue(f"{request.param}_database")
    with (
        Sandbox(manifest=make_manifest()) as sandbox,
        opened(sandbox, database, tmp_path_factory.mktemp("gates")) as made,
    ):
        yield made


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*here, key)
        yield from places(one, (*here, key))


def broken(payload: Json, wounds: Sequence[tuple[int, int]]) -> Json:
    """The payload with something in some places replaced by junk, or taken out."""
    hurt = copy.deepcopy(payload)
    for where, junk in wounds:
        ways = list(places(hurt))
        *way, last = ways[where % len(ways)]
        parent: Any = hurt
        for key in way:
            parent = parent[key]
        if junk == len(JUNK):
            del parent[last]
        else:
            parent[last] = copy.deepcopy(JUNK[junk])
        if not hurt:
            break
    return hurt


wounds = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, len(JUNK))), min_size=1, max_size=3)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(CASES)), by=st.sampled_from(sorted(By, key=lambda by: by.name)), wounds=wounds)
def test_a_broken_delivery_gets_no_5xx_and_has_no_effect_beyond_its_senders_rights(
    stage: Stage, name: str, by: By, wounds: list[tuple[int, int]]
) -> None:
    delivery = CASES[name].deed(stage.forger, by.value, stage.scene(by))
    hurt = broken(delivery, wounds)
    if "command" in delivery:  # which is a form: its values are texts
        hurt = {key: value for key, value in hurt.items() if isinstance(value, str) and "\ud800" not in value}
    status, ack = stage.forger.post(hurt, as_kind="command" if "command" in delivery else "interaction")
    stage.forger.settle()
    assert status in (200, 400), ack
    found = stage.changes()
    if found:
        assert by in COLLEAGUES, found
        assert not [row for rows in found.values() for row in rows if ELSEWHERE in row], found
        check_log(stage)
        put_back(stage.database, stage.before)


def check_log(stage: Stage) -> None:
    """Where each deal stands is what its log says."""
    manager = Actor(NORTHBEAM.id, MARTA, Role.MANAGER)
    for scene in stage.scenes.values():
        for deal_id in (scene.ready, scene.pending, scene.asked, scene.lost):
            seen = overview.sheet(stage.forger.office.desk, manager, deal_id)
            assert state_after(list(seen.log)) == (seen.deal.stage, seen.deal.status)


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(body=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", ""])
def test_a_signed_body_without_sense_is_a_400(stage: Stage, kind: str, body: bytes) -> None:
    for content in (body, b"payload=" + body):
        headers = signed_raw(content) | {"Content-Type": kind}
        assert stage.forger.post_raw(headers, content)[0] in (200, 400)
    assert not stage.changes()
