"""Turning sentences of the domain into Slack's markup: escaped, with people, moments and commands made readable."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.domain.said import CLOSING, OPENING
from bot.slack.text import escape

_MARK = re.compile(f"{OPENING}(?:@(?P<person>[UW][A-Z0-9]+)|t(?P<moment>\\d+)|/(?P<words>[^{CLOSING}]*)){CLOSING}")


def spoken(sentence: str, command: str) -> str:
    """The sentence as markup; `command` is what the slash command is called here."""

    def rendered(mark: re.Match[str]) -> str:
        if mark["person"]:
            return f"<@{mark['person']}>"
        if mark["moment"]:
            return moment(datetime.fromtimestamp(int(mark["moment"]), UTC))
        return "`" + f"{command} {mark['words']}".rstrip() + "`"

    return _MARK.sub(rendered, escape(sentence)).replace(OPENING, "").replace(CLOSING, "")


def person(user_id: str) -> str:
    """A mention, which Slack shows as the person's name."""
    return f"<@{user_id}>"


def moment(at: datetime) -> str:
    """A time, which Slack shows in the reader's own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{at:%Y-%m-%d %H:%M} UTC>"
