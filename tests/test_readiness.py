"""`/readyz` says whether the database is there, at the newest migration, and nothing that is due waits for long."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from werkzeug.test import Client

from bot.store.database import Database
from bot.web import make_web
from bot.wiring import Application, build
from sandbox.server import SIGNING_SECRET, Sandbox
from tests.harness import Office, settings_for
from tests.selling import log_deal, prove_stage


def readiness_of(application: Application) -> tuple[int, dict[str, Any]]:
    """The status and the body of the page."""
    pages = make_web(application.bolt.dispatch, SIGNING_SECRET, application.health.ask, application.metrics)
    answer = Client(pages).get("/readyz")
    return answer.status_code, answer.json or {}


def test_a_card_that_nobody_sends_for_half_a_minute_is_not_ready(office: Office) -> None:
    log_deal(office, "Acme")
    office.rita.types("/deal move Acme")
    prove_stage(office.rita, office)
    office.application.sender.stop()
    office.rita.submits()
    office.clock.forward(seconds=29)
    assert readiness_of(office.application)[0] == 200
    office.clock.forward(seconds=1)
    status, told = readiness_of(office.application)
    assert (status, told["ready"]) == (503, False)
    assert told["checks"]["work"] == "the oldest due item has waited 30 s: is a worker running?"
    assert told["checks"]["database"] == "ok"


def test_a_database_that_is_not_migrated_is_not_ready(sandbox: Sandbox, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    application = build(settings_for(sandbox), database)
    checks = {"database": "ok", "migrations": "not at the newest: run `stagecoach migrate`"}
    assert readiness_of(application) == (503, {"ready": False, "checks": checks})
    application.caller.close(5)
    database.close()


def test_a_database_that_is_away_is_not_ready_and_no_error(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    application = build(settings_for(sandbox, database_url=SecretStr(f"postgresql+psycopg://u@127.0.0.1:{port}/x")))
    assert readiness_of(application) == (503, {"ready": False, "checks": {"database": "not reachable"}})
    application.caller.close(5)
    application.database.close()
