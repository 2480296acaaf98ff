"""Links and mail addresses: whether others can use them, and when two of them are the same."""

import ipaddress
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from bot.domain.errors import BadInput
from bot.domain.words import excerpt

_LONGEST_LINK: Final = 3000  # what Slack allows in a button's URL
_LABEL: Final = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_LOCAL_PART: Final = re.compile(r"[^\s@<>()\[\]\",:;\\.]+(?:\.[^\s@<>()\[\]\",:;\\.]+)*")
_TRACKING: Final = re.compile(r"utm_\w*|gclid|fbclid|msclkid|mc_[ce]id|usp|_hs(?:enc|mi)")
_PORTS: Final = {"http": 80, "https": 443}


def clean_link(url: str) -> str:
    """The link, safe to show and to click; raises BadInput for what a manager could not open in a browser."""
    written = url.strip().removeprefix("<").removesuffix(">").strip()
    if not written:
        raise BadInput("There is no link. Paste the whole address, starting with https://.")
    if len(written) > _LONGEST_LINK:
        raise BadInput(f"That link is longer than {_LONGEST_LINK:,} characters. Use a shorter one to the same place.")
    if " " in written or "\\" in written or not written.isprintable():
        raise BadInput(f"“{excerpt(written)}” is not one link. Paste a single address without spaces.")
    parts = _split(written)
    if parts.username is not None or parts.password is not None:
        raise BadInput("That link has a user name or password in it. Paste it without them.")
    _check_host(parts, written)
    # Characters that end a link in Slack's own notation.
    return parts.scheme.lower() + re.sub(r'[<>"|`]', lambda sign: quote(sign[0]), written[len(parts.scheme) :])


def link_key(url: str) -> str:
    """Equal for two links to the same place: without scheme, www, tracking, order of parameters or last slash.

    A fragment counts only where it is the address of a page, as in web mail (`#inbox/…`). Raises BadInput like
    `clean_link`.
    """
    parts = urlsplit(clean_link(url))
    host = ascii_domain(parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port and parts.port != _PORTS[parts.scheme] else ""
    parameters = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    query = f"?{urlencode(sorted(parameters))}" if parameters else ""
    fragment = f"#{parts.fragment}" if "/" in parts.fragment or parts.fragment.startswith("!") else ""
    return host + port + parts.path.rstrip("/") + query + fragment


def clean_email(address: str) -> str:
    """The mail address in lower case, also out of `Jane <jane@acme.com>`; raises BadInput when it is none."""
    written = address.strip().removeprefix("mailto:")
    if written.endswith(">") and "<" in written:
        written = written[written.rindex("<") + 1 : -1].strip().removeprefix("mailto:")
    local, at, domain = written.rpartition("@")
    valid = at and len(written) <= 254 and len(local) <= 64 and written.isprintable()
    if not valid or not _LOCAL_PART.fullmatch(local) or not _is_domain(domain):
        raise BadInput(f"“{excerpt(address)}” is not a mail address. Write it like jane@acme.com.")
    return f"{local}@{domain}".lower()


def mail_domain(address: str) -> str:
    """The domain of a mail address, in its ASCII form; raises BadInput when it is no address."""
    return ascii_domain(clean_email(address).rpartition("@")[2])


def is_within(domain: str, domains: Iterable[str]) -> bool:
    """Whether a domain is one of the domains or below it: `eu.acme.com` is within `acme.com`."""
    inner = ascii_domain(domain)
    outer = [ascii_domain(name) for name in domains]
    return any(inner == name or inner.endswith(f".{name}") for name in outer if name)


def ascii_domain(domain: str) -> str:
    """Lower case, without a last dot, and names in other scripts as they stand in the DNS."""
    lower = domain.strip().lower().rstrip(".")
    if lower.isascii() or len(lower) > 253:
        return lower
    try:
        return lower.encode("idna").decode("ascii")
    except UnicodeError:
        return lower


def _split(written: str) -> SplitResult:
    if not re.match(r"https?://", written, re.IGNORECASE):
        raise BadInput(f"“{excerpt(written)}” is not a link that others can open. Start it with https://.")
    try:
        parts = urlsplit(written)
        _ = parts.port
    except ValueError:
        raise BadInput(f"“{excerpt(written)}” is not a complete link. Copy it again from your browser.") from None
    return parts


def _check_host(parts: SplitResult, written: str) -> None:
    host = (parts.hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost") or _is_own_machine(host):
        raise BadInput("That link opens on your own computer only. Paste one that your manager can open.")
    if not _is_domain(host) and not _is_public_number(host):
        raise BadInput(
            f"“{excerpt(written)}” has no website in it. Paste the whole address, such as https://acme.com/."
        )


def _is_domain(host: str) -> bool:
    labels = host.split(".")
    named = len(host) <= 253 and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return named and not labels[-1].isdecimal() and len(labels[-1]) > 1


def _is_own_machine(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified or address.is_link_local


def _is_public_number(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).version == 4
    except ValueError:
        return False
