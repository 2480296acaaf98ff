"""Public keys of mail domains: looked up once in a while, and never a reason to stop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import dns.resolver
import pytest

from bot.proofs import keys
from bot.proofs.keys import Key, KeyBook, NoAnswer, from_dns

NAME = "local._domainkey.alderfinch.example"


class Dns:
    """A resolver that counts, and a clock beside it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, tzinfo=UTC)
        self.asked: list[str] = []
        self.record: str | None = "v=DKIM1; p=abc"
        self.answers = True

    def resolve(self, name: str) -> str | None:
        self.asked.append(name)
        if not self.answers:
            raise NoAnswer("Timeout")
        return self.record

    def book(self) -> KeyBook:
        return KeyBook(self.resolve, lambda: self.now)


def test_a_key_is_asked_for_once_an_hour() -> None:
    dns_, moments = Dns(), (timedelta(0), timedelta(minutes=59), timedelta(minutes=61))
    book, start = dns_.book(), dns_.now
    for passed in moments:
        dns_.now = start + passed
        assert book(NAME) == Key("v=DKIM1; p=abc")

    assert len(dns_.asked) == 2


def test_that_there_is_no_key_is_remembered_too_and_that_nobody_answered_only_for_a_minute() -> None:
    dns_ = Dns()
    book = dns_.book()
    dns_.answers = False
    assert [book(NAME), book(NAME)] == [Key(None, reached=False)] * 2
    assert len(dns_.asked) == 1

    dns_.answers, dns_.record, dns_.now = True, None, dns_.now + timedelta(minutes=2)
    assert [book(NAME), book(NAME)] == [Key(None)] * 2
    assert len(dns_.asked) == 2


def test_the_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST", 3)
    dns_ = Dns()
    book = dns_.book()
    for number in (1, 2, 3, 4, 4, 1):
        book(f"{number}.{NAME}")

    assert [name[0] for name in dns_.asked] == ["1", "2", "3", "4", "1"], "the oldest made room"


def test_a_record_longer_than_any_key_is_none() -> None:
    dns_ = Dns()
    dns_.record = "p=" + "A" * 5000

    assert dns_.book()(NAME) == Key(None)


def _answering(monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    def resolve(*_name: object, **_how: object) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(dns.resolver, "resolve", resolve)


def test_the_dns_answers_with_the_record_that_is_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    _answering(monkeypatch, [SimpleNamespace(strings=[b"hello"]), SimpleNamespace(strings=[b"v=DKIM1; p=ab", b"cd"])])
    assert from_dns(NAME) == "v=DKIM1; p=abcd"

    _answering(monkeypatch, [SimpleNamespace(strings=[b"hello"])])
    assert from_dns(NAME) is None


def test_a_name_that_does_not_exist_is_no_key_and_silence_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    problems: Any = dns.resolver
    _answering(monkeypatch, problems.NXDOMAIN())
    assert from_dns(NAME) is None

    for problem in (
        problems.NoNameservers(),
        problems.LifetimeTimeout(timeout=3, errors=[]),
        OSError("no net"),
    ):
        _answering(monkeypatch, problem)
        with pytest.raises(NoAnswer):
            from_dns(NAME)
