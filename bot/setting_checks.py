"""What the value of each setting has to look like; a check raises ValueError with the rest of a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.domain.errors import BadInput
from bot.domain.rhythm import read_days


def quoted(value: str) -> str:
    """The value for an error, or nothing when it might be a secret that was put under the wrong name."""
    secret = re.search(r"xox|xapp-|[0-9a-fA-F]{16}|://", value)
    return "" if secret else f": “{value[:40]}”"


def token(prefix: str, kinds: Mapping[str, str]) -> BeforeValidator:
    def check(value: Any) -> Any:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text is None or (text.startswith(prefix) and text.isascii() and text.isprintable() and " " not in text):
            return value
        if text[0] in "\"'":
            raise ValueError("stands in quotation marks, which are taken literally here: take them away")
        other = next((f" ({what})" for known, what in kinds.items() if text.startswith(known)), "")
        if other or not text.startswith(prefix):
            raise ValueError(f"does not start with {prefix}{other}")
        raise ValueError("contains a space or a character that no token has")

    return BeforeValidator(check)


def signing_secret(value: Any) -> Any:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if text is not None and text.startswith(("xoxb-", "xoxp-", "xapp-")):
        raise ValueError("is a token, not the signing secret")
    return value


def is_loopback(host: str | None) -> bool:
    """Whether this host name can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _url(text: str) -> tuple[str, str | None]:
    """The scheme and the host of an http(s) address. Raises ValueError with the rest of a sentence."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        raise ValueError("is not a web address") from None
    # Spaces and line ends are left out in reading an address, but would stay in what is made of it.
    if not re.fullmatch(r"[!-\[\]-~]+", text):
        raise ValueError("has signs in it that no web address has")
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("is not an http or https address")
    if parts.username or parts.password or set("?#") & set(text):
        raise ValueError("is more than an address: leave out user, password, ? and #")
    return parts.scheme, host


def api_url(text: str) -> str:
    scheme, host = _url(text)
    if scheme == "http" and not is_loopback(host):
        raise ValueError("is plain http to another machine, which would show the bot token to everybody in between")
    return text.rstrip("/") + "/"


def public_url(text: str | None) -> str | None:
    if text is None:
        return None
    scheme, host = _url(text)
    if scheme == "http" and not is_loopback(host):
        raise ValueError("is plain http, which would show a buyer's answer to everybody in between")
    if urlsplit(text).path not in ("", "/"):
        raise ValueError("has a path, and the pages are served at the root of their address")
    return text.rstrip("/")


def colour(value: Any) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", str(value)):
        raise ValueError(f"is not a colour like #1d4e6b{quoted(str(value))}")
    return str(value).lower()


def clock_url(text: str | None) -> str | None:
    if text is not None and not is_loopback(_url(text)[1]):
        raise ValueError("is not on this machine, and nobody else may set the time")
    return text


def dns_url(text: str | None) -> str | None:
    if text is not None and not is_loopback(_url(text)[1]):
        raise ValueError("is not on this machine, and nobody else may say by which keys mail is signed")
    return text


def database_url(value: Any) -> Any:
    """SecretStr of an address that SQLAlchemy understands, with the driver named."""
    if value is None:
        return None
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    scheme, separator, rest = text.partition("://")
    if not separator:
        raise ValueError("is not a database address like postgresql://…")
    if not re.fullmatch(r"[a-z0-9+]{1,30}", scheme):
        raise ValueError("is not a database address like postgresql://…")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        text = f"postgresql+psycopg://{rest}"
    elif scheme not in ("sqlite", "sqlite+pysqlite"):
        raise ValueError(f"names the database “{scheme}”, which Stagecoach does not know")
    try:
        database = make_url(text).database
    except (ArgumentError, ValueError):  # their messages quote the address, password and all
        raise ValueError("is not a database address that can be read") from None
    if scheme.startswith("sqlite") and (not database or database.startswith((":memory:", "file:"))):
        raise ValueError("names no file, and a database in memory is lost at the first restart")
    return SecretStr(text)


def port(value: Any) -> int:
    text = str(value)
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        raise ValueError(f"is not a port number{quoted(text)}")
    return int(text)


def whole_number(least: int, most: int, noun: str) -> BeforeValidator:
    def check(value: Any) -> int:
        text = str(value)
        if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
            raise ValueError(f"is not {noun} from {least} to {most}{quoted(text)}")
        return int(text)

    return BeforeValidator(check)


def weekdays(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return read_days(value)
    except BadInput:
        raise ValueError(f"has something that is no weekday{quoted(value)}") from None


def one_of(*choices: str) -> BeforeValidator:
    def check(value: Any) -> Any:
        if value is not None and value not in choices:
            raise ValueError(f"is neither {' nor '.join(choices)}{quoted(str(value))}")
        return value

    return BeforeValidator(check)


def matches(pattern: str, complaint: str) -> BeforeValidator:
    def check(value: Any) -> Any:
        if value is not None and not re.fullmatch(pattern, str(value)):
            raise ValueError(f"{complaint}{quoted(str(value))}")
        return value

    return BeforeValidator(check)


def _words(value: Any) -> list[str]:
    words = value.split(",") if isinstance(value, str) else list(value)
    return [word.strip() for word in words if word.strip()]


def managers(value: Any) -> frozenset[str]:
    wrong = [word for word in _words(value) if not re.fullmatch(r"[UW][A-Z0-9]+", word)]
    if wrong:
        raise ValueError(f"has something that is no user id like U012ABCDEF{quoted(wrong[0])}")
    return frozenset(_words(value))


def domains(value: Any) -> frozenset[str]:
    domains = [word.removeprefix("@").rstrip(".").lower() for word in _words(value)]
    wrong = [word for word in domains if not re.fullmatch(r"(?:[\w-]+\.)+[\w-]{2,}", word)]
    if wrong:
        raise ValueError(f"has something that is no mail domain like ours.com{quoted(wrong[0])}")
    return frozenset(domains)


def home(value: Any) -> Path:
    path = Path(value).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("is a file, not a folder")
    return path


def process_dir(value: Any) -> Path | None:
    if value is None:
        return None
    path = Path(value).expanduser().absolute()
    if not path.is_dir():
        raise ValueError(f"is not a folder{quoted(str(value))}")
    return path
