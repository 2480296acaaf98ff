"""Uploading a file where it is to be seen: a copy into a thread, so that nobody else can open it, or one of ours."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from bot.domain.evidence import SharedFile
from bot.domain.work import Later, Outcome, Refused, Sent
from bot.services.cards import Posting
from bot.slack.calls import QUIET_TIMEOUT, Caller

LARGEST = 20 * 1024 * 1024
"""Bytes. Slack's file input takes 10 MB; more than twice that did not come from it."""

SLACK_HOSTS = (".slack.com", ".slack-edge.com", ".slack-files.com")


def copy(caller: Caller, file: SharedFile, to: Posting) -> Outcome:
    """Download the file with our token, and upload it into the thread of `to`. Raises what the network raises."""
    content = fetch(caller, file)
    if isinstance(content, Outcome):
        return content
    upload(caller, file.name, content, to.channel, thread_ts=to.ts)
    return Sent()


def upload(
    caller: Caller, name: str, content: bytes, channel: str, *, thread_ts: str | None = None,
    comment: str | None = None, alt: str | None = None,
) -> None:  # fmt: skip
    """Post a file into a channel or thread; `alt` says what a picture shows. Raises what the network raises."""
    # Slack reads at most a thousand characters of the alternative text.
    shows = alt[:1000] if alt else None
    place = caller.send("files.getUploadURLExternal", filename=name, length=len(content), alt_txt=shows)
    request = Request(place["upload_url"], data=content, method="POST")  # noqa: S310 - Slack's own answer, checked below
    request.add_header("Content-Type", "application/octet-stream")
    _require_web(place["upload_url"])
    with urlopen(request, timeout=QUIET_TIMEOUT):  # noqa: S310
        pass
    caller.send(
        "files.completeUploadExternal",
        files=[{"id": place["file_id"], "title": name[:255]}],
        channel_id=channel,
        thread_ts=thread_ts,
        initial_comment=comment,
    )


def fetch(caller: Caller, file: SharedFile, largest: int = LARGEST) -> bytes | Outcome:
    """The content of a file in Slack, or why not: one with more than `largest` bytes is left where it is.

    Raises what the network raises.
    """
    info = caller.send("files.info", file=file.file_id)["file"]
    url = str(info.get("url_private_download") or info.get("url_private") or "")
    if not url or int(info.get("size") or 0) > largest:
        return Refused("file_too_large" if url else "file_has_no_address")
    _require_slack(caller, url)
    request = Request(url)  # noqa: S310 - checked above
    # Not handed on where Slack sends us elsewhere: that host is not checked.
    request.add_unredirected_header("Authorization", f"Bearer {caller.quiet.token}")
    try:
        with urlopen(request, timeout=QUIET_TIMEOUT) as response:  # noqa: S310
            content: bytes = response.read(largest + 1)
    except HTTPError as problem:
        return Refused(f"file_{problem.code}") if problem.code < 500 else Later(reason=f"file_{problem.code}")
    return content if len(content) <= largest else Refused("file_too_large")


def _require_slack(caller: Caller, url: str) -> None:
    """Our token is sent only to Slack's own hosts, or to the host that stands in for Slack. Raises OSError."""
    host = urlsplit(url).hostname or ""
    ours = urlsplit(caller.quiet.base_url).hostname or ""
    if not (host in (ours, "slack.com") or host.endswith(SLACK_HOSTS)):
        raise PermissionError("a file's address is not one of Slack's")
    _require_web(url)


def _require_web(url: str) -> None:
    if urlsplit(url).scheme not in ("https", "http"):
        raise PermissionError("a file's address is not a web address")
