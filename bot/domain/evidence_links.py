"""What a link in evidence leads to: the thing itself, only a front door, or nothing that others can open."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from bot.domain.addresses import clean_link
from bot.domain.errors import BadInput


class LinkKind(StrEnum):
    """How far a link leads another person."""

    THING = "thing"
    FRONT_DOOR = "front_door"
    NOWHERE = "nowhere"


_FRONT_DOOR: Final = re.compile(
    r"log-?in|sign-?in|sign-?up|sso|o?auth|accounts?|home|index(?:\.\w+)?|default\.aspx|dashboard|inbox|mail|feed|search"
    r"|start|welcome|contact|about(?:-us)?|products?|pricing|en|de|us|en-us|app|owa|u|\d|my-drive|recent|messaging|company"
    r"|teams?|careers|news|blog|solutions|services"
)
_LOCAL: Final = re.compile(r"(?i)^(?:file:|[a-z]:[\\/]|\\\\|/(?:users|home|tmp)/)")


def link_kind(link: str) -> LinkKind:
    """Judged by the address alone; it is never opened. A home page, log-in page or inbox is a front door."""
    written = link.strip()
    if not written or _LOCAL.match(written):
        return LinkKind.NOWHERE
    if not re.match(r"(?i)[a-z][a-z+.-]*:", written) and re.match(r"[\w-]+(?:\.[\w-]+)+(?:/|$)", written):
        written = f"https://{written}"
    try:
        parts = urlsplit(clean_link(written))
    except BadInput:
        return LinkKind.NOWHERE
    steps = [step for step in f"{parts.path}/{parts.fragment}".lower().split("/") if step]
    leads_on = any(not _FRONT_DOOR.fullmatch(step) for step in steps)
    names_one = any(len(value) > 1 for key, _, value in _pairs(parts.query) if not _is_tracking(key))
    return LinkKind.THING if leads_on or names_one else LinkKind.FRONT_DOOR


def _pairs(query: str) -> list[tuple[str, str, str]]:
    return [pair.partition("=") for pair in query.split("&") if pair]


def _is_tracking(key: str) -> bool:
    return key.lower().startswith(("utm_", "ref", "lang", "hl", "source", "redirect", "next", "continue"))
