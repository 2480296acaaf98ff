"""`stagecoach work` over both databases: what is listed, tried again and given up."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import cli
from bot.domain.work import Outcome, Refused, Sent, Unknown, rule
from bot.services import work_list
from bot.settings import WHERE
from bot.store import work
from bot.store.database import Database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    for name in WHERE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setattr("bot.logs.configure", lambda *_: None)


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, ["work", *arguments], prog_name="stagecoach")
    assert "Traceback" not in result.output
    return result


def put(db: Database, subject: str, outcome: Outcome | None = None) -> int:
    """An item with this outcome, not sent again; its id."""
    with db.write() as connection:
        work.add(connection, "T1", "agenda", subject, "2026-03-02", NOW, NOW)
    if outcome is None:
        with db.read() as connection:
            return int(connection.execute(work.work_item.select().order_by(work.work_item.c.id.desc())).scalar_one())
    [item] = work_list.claim(db, "me", NOW, timedelta(seconds=30), 1)
    work_list.settle(db, item, "me", rule(item, outcome, NOW, again=False), NOW)
    return item.id


def states(db: Database) -> dict[int, str]:
    with db.read() as connection:
        return {row.id: row.state for row in connection.execute(work.work_item.select())}


def test_what_is_not_over_is_listed_with_what_went_wrong(database: Database) -> None:
    put(database, "U1", Sent())
    refused, unknown = put(database, "U2", Refused("channel_not_found")), put(database, "U3", Unknown("HTTP 500"))
    result = call("list")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [int(line.split()[0]) for line in lines] == [refused, unknown]
    assert "refused" in lines[0]
    assert "channel_not_found" in lines[0]
    assert "agenda U3 2026-03-02  HTTP 500" in lines[1]


def test_states_can_be_chosen_and_read_by_a_program(database: Database) -> None:
    sent = put(database, "U1", Sent())
    put(database, "U2", Unknown("timeout"))
    [line] = call("list", "--state", "done", "--json").stdout.splitlines()
    found = json.loads(line)
    assert (found["id"], found["state"], found["kind"], found["subject"]) == (sent, "done", "agenda", "U1")


def test_a_long_list_comes_in_pages(database: Database) -> None:
    ids = [put(database, f"U{n}", Unknown("x")) for n in range(3)]
    first = call("list", "--limit", "2")
    assert f"--after {ids[1]}" in first.stderr
    second = call("list", "--limit", "2", "--after", str(ids[1]))
    assert [int(line.split()[0]) for line in second.stdout.splitlines()] == ids[2:]


def test_an_empty_list_says_so(database: Database) -> None:
    result = call("list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nothing is listed" in result.stderr


def test_trouble_is_tried_again_and_given_up(database: Database) -> None:
    refused, unknown = put(database, "U1", Refused("x")), put(database, "U2", Unknown("y"))
    result = call("retry", str(refused))
    assert (result.exit_code, result.stdout) == (0, "1 of 1 queued again.\n")
    assert states(database) == {refused: "queued", unknown: "unknown"}
    assert call("drop", str(refused), str(unknown)).stdout == "2 of 2 dropped.\n"
    assert set(states(database).values()) == {"dropped"}


def test_what_is_over_or_not_there_is_left_alone_and_named(database: Database) -> None:
    sent = put(database, "U1", Sent())
    for what in ("retry", "drop"):
        result = call(what, str(sent), "999")
        assert result.exit_code == 1
        assert result.stdout.startswith("0 of 2")
        assert "2 left as they are" in result.stderr
    assert states(database) == {sent: "done"}


@pytest.mark.parametrize("arguments", [["retry"], ["drop", "x"], ["drop", "0"], ["list", "--state", "lost"], ["send"]])
def test_wrong_usage_is_explained(database: Database, arguments: list[str]) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert "Usage: stagecoach work" in result.stderr
