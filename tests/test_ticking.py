"""`stagecoach tick`: one pass by hand, what it prints, and what a dry run leaves behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from bot.__main__ import cli
from bot.services.errands import Errand
from bot.settings import WHERE
from bot.store import work
from bot.store.database import Database
from bot.store.schema import whole
from sandbox.server import BOT_TOKEN, Sandbox
from sandbox.team import NORTHBEAM
from tests.harness import Office, office
from tests.selling import log_deal

FRIDAY = "2026-11-27T12:00:00Z"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in WHERE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.logs.configure", lambda *_: None)
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def sold(sandbox: Sandbox, database: Database) -> Iterator[Office]:
    """An office in which a deal was logged, and whose own sender rests by now."""
    with office(sandbox, database) as opened:
        log_deal(opened, "Acme 12k EUR")
        opened.rita.types("/deal next Acme 26 Nov call Jane")
        opened.rita.submits()
        opened.rita.waits_to_see("call Jane")
        opened.application.caller.close(5)
        opened.application.sender.stop()
        yield opened


def tick(office: Office, *arguments: str, **environment: str) -> Result:
    address = office.desk.db.url.render_as_string(hide_password=False)
    given = {
        "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": "0" * 32, "SLACK_API_URL": office.sandbox.api_url,
        "DATABASE_URL": address, "STAGECOACH_LOG": "json",
    }  # fmt: skip
    return CliRunner().invoke(cli, ["tick", *arguments], env=given | environment, prog_name="stagecoach")


def counts(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def everything(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in whole().sorted_tables
        }


def test_it_notices_calls_and_tells(sold: Office) -> None:
    before = len(sold.calls("chat.postMessage"))
    found = counts(tick(sold, "--at", FRIDAY))
    assert found["at"] == "2026-11-27T12:00:00+00:00"
    assert found["noticed"] == {"follow_up": 1}
    assert (found["agendas"], found["left"]) == (1, 0)
    assert found["sent"]["done"] >= 1
    told = sold.calls("chat.postMessage")[before:]
    assert any("Acme" in json.dumps(call.args) for call in told)
    again = counts(tick(sold, "--at", FRIDAY))
    assert (again["noticed"], again["agendas"], again["sent"]) == ({}, 0, {})


def test_a_dry_run_takes_nothing_off_the_work_list_that_waits_to_be_sent(sold: Office) -> None:
    due, now = datetime.fromisoformat(FRIDAY) - timedelta(hours=1), sold.clock()
    assert now < due
    with sold.desk.db.write() as connection:
        work.add(connection, NORTHBEAM.id, Errand.FOLLOW_UP.value, "4711", "waits", due, now)
    before = everything(sold.desk.db)
    assert counts(tick(sold, "--at", FRIDAY, "--dry-run"))["sent"]["unwanted"] == 1
    assert everything(sold.desk.db) == before


def test_a_dry_run_says_what_it_would_say_to_whom_and_uses_up_nothing(sold: Office) -> None:
    before, sent = everything(sold.desk.db), len(sold.sandbox.recording.calls)
    found = counts(tick(sold, "--at", FRIDAY, "--dry-run"))
    assert (found["dry_run"], found["noticed"], found["agendas"]) == (True, {"follow_up": 1}, 1)
    (message,) = [one for one in found["messages"] if "Acme" in " ".join(one["lines"])]
    assert message["to"] == sold.rita.id
    assert everything(sold.desk.db) == before
    assert len(sold.sandbox.recording.calls) == sent
    assert counts(tick(sold, "--at", FRIDAY))["agendas"] == 1


def test_later_than_now_only_rehearsed_unless_the_slack_is_on_this_machine(sold: Office) -> None:
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat(timespec="seconds")
    real = {"SLACK_API_URL": "https://slack.com/api/"}
    refused = tick(sold, "--at", later, **real)
    assert refused.exit_code == 2
    assert "later than now. Add --dry-run" in refused.stderr
    before = everything(sold.desk.db)
    assert counts(tick(sold, "--at", later, "--dry-run", **real))["dry_run"] is True
    assert everything(sold.desk.db) == before
    assert counts(tick(sold, "--at", later))["at"] == later


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tomorrow", "“tomorrow” is not a time I can read. Write it like 2026-12-01T08:00:00Z."),
        ("2026-12-01T08:00:00", "2026-12-01T08:00:00 could be any zone's. Add Z for UTC"),
        ("2026-02-30T08:00:00Z", "is not a time I can read"),
        ("9999-12-31T23:00:00-08:00", "too far away"),
        ("0001-01-01T00:00:00+14:00", "too far away"),
        ("", "is not a time I can read"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused_with_a_sentence(text: str, said: str) -> None:
    result = CliRunner().invoke(cli, ["tick", "--at", text], prog_name="stagecoach")
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_without_settings_it_says_what_is_missing() -> None:
    result = CliRunner().invoke(cli, ["tick"], prog_name="stagecoach")
    assert result.exit_code == 2
    assert "SLACK_BOT_TOKEN is not set" in result.stderr
