"""The bot follows the clock of a local workspace, also while that does not answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import clock
from bot.clock import system_clock, workspace_clock
from tests.harness import Office


def is_about(moment: datetime, other: datetime) -> bool:
    return abs(moment - other) < timedelta(minutes=2)


def test_the_workspaces_clock_is_followed_wherever_it_is_moved(office: Office) -> None:
    now = workspace_clock(f"{office.sandbox.web_url}/clock")
    for moment in (datetime(2027, 3, 1, 9, tzinfo=UTC), datetime(2026, 1, 5, 9, tzinfo=UTC)):
        office.sandbox.clock.move_to(moment)
        assert is_about(now(), moment)


@pytest.mark.parametrize("answer", [OSError("away"), b"", b"no json", b"[]", b"{}", b'{"now": 5}', b'{"now": "soon"}'])
def test_a_clock_that_does_not_answer_goes_on_from_what_it_said(
    monkeypatch: pytest.MonkeyPatch, answer: bytes | OSError
) -> None:
    later = system_clock() + timedelta(days=90)
    answers: list[bytes | OSError] = [b'{"now": "%b"}' % later.isoformat().encode(), answer, answer]
    monkeypatch.setattr(clock, "urlopen", lambda _url, timeout: _Answer(answers.pop(0)))
    now = workspace_clock("http://127.0.0.1:9/clock")
    assert [is_about(now(), later) for _ in range(3)] == [True, True, True]


def test_a_clock_that_never_answered_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "urlopen", lambda _url, timeout: _Answer(OSError("away")))
    assert is_about(workspace_clock("http://127.0.0.1:9/clock")(), system_clock())


class _Answer:
    def __init__(self, told: bytes | OSError) -> None:
        self._told = told

    def __enter__(self) -> _Answer:
        if isinstance(self._told, OSError):
            raise self._told
        return self

    def __exit__(self, *_problem: object) -> None:
        pass

    def read(self) -> bytes:
        assert isinstance(self._told, bytes)
        return self._told
