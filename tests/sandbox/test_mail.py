"""The buyer's mail in the local workspace: samples to save, and the key by which they are signed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dkim
import pytest

from sandbox import postmaster
from tests.sandbox.fake_bot import FakeBot


def test_each_sample_can_be_saved_from_the_page_that_lists_them(bot: FakeBot) -> None:
    status, page, _ = bot.get("/samples")
    assert status == 200

    for name, about in postmaster.ABOUT.items():
        assert f'href="/samples/{name}"' in page.decode()
        assert about.partition(",")[0] in page.decode()
        status, content, headers = bot.get(f"/samples/{name}")
        assert (status, headers["Content-Disposition"]) == (200, f"attachment; filename={name}")
        assert b"olivia@alderfinch.example" in content


def test_there_are_no_other_samples(bot: FakeBot) -> None:
    assert bot.get("/samples/passwd")[0] == 404


@pytest.mark.parametrize(("name", "valid"), [("reply.eml", True), ("accepted.eml", True), ("reply-changed.eml", False)])
def test_a_sample_is_signed_with_the_key_that_the_workspace_tells(bot: FakeBot, name: str, valid: bool) -> None:
    key = bot.get("/dns/local._domainkey.alderfinch.example")[1]
    letter = bot.get(f"/samples/{name}")[1]

    try:
        found = dkim.verify(letter, dnsfunc=lambda _name, **_more: key)
    except dkim.DKIMException:
        found = False

    assert found is valid


def test_there_is_no_other_key(bot: FakeBot) -> None:
    assert bot.get("/dns/local._domainkey.northbeam.example")[0] == 404


def test_the_meeting_is_on_a_thursday_to_come() -> None:
    for day in range(7):
        now = datetime(2026, 11, 22 + day, 9, tzinfo=UTC)
        line = next(line for line in postmaster.samples(now)["meeting.ics"].decode().splitlines() if "DTSTART" in line)
        starts = datetime.strptime(line.rpartition(":")[2] + "Z", "%Y%m%dT%H%M%S%z")
        assert starts.weekday() == 3
        assert timedelta(days=1) < starts - now < timedelta(days=10)
