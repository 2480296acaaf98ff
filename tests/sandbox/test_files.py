"""Who sees a file, and uploads in two steps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox.contents import View
from sandbox.server import BOT_TOKEN, Sandbox
from sandbox.team import DEALS, GENERAL, OLIVIA, RITA, SHARED, TOM
from tests.sandbox.fake_bot import FakeBot, Json
from tests.sandbox.views import field, modal

Open = Callable[[Json], View]
AUTH = {"Authorization": f"Bearer {BOT_TOKEN}"}


def _upload(bot: FakeBot, data: bytes, length: int | None = None) -> str:
    told = bot.call("files.getUploadURLExternal", filename="proof.pdf", length=length or len(data))
    status, _, _ = bot.send("POST", told["upload_url"], data, {"Content-Type": "application/octet-stream"})
    assert status == (200 if length in (None, len(data)) else 400)
    return str(told["file_id"])


def test_a_file_is_private_until_it_is_shared(bot: FakeBot, sandbox: Sandbox) -> None:
    file = sandbox.living.upload(RITA, "notes.txt", b"hello")
    assert bot.call("files.info", file=file.id)["error"] == "file_not_found"
    assert not sandbox.workspace.can_see_file(TOM, file)
    sandbox.living.write(RITA, DEALS, "see", file_ids=[file.id])
    told = bot.call("files.info", file=file.id)["file"]
    assert (told["name"], told["size"], told["channels"]) == ("notes.txt", 5, [DEALS])
    assert sandbox.workspace.can_see_file(TOM, file)
    assert not sandbox.workspace.can_see_file(OLIVIA, file)


def test_a_file_from_the_apps_own_form_is_readable_for_the_app(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(field("Proof", {"type": "file_input", "action_id": "file"})))
    file = sandbox.living.upload(RITA, "Proof (1).pdf", b"%PDF", "application/pdf")
    sandbox.acting.fill(RITA, view.id, "proof", "file", [file.id])
    assert bot.call("files.info", file=file.id)["error"] == "file_not_found"
    sandbox.acting.submit(RITA, view.id)
    [told] = bot.of("view_submission")[0]["view"]["state"]["values"]["proof"]["file"]["files"]
    assert bot.call("files.info", file=file.id)["file"] == told
    status, data, headers = bot.get(told["url_private_download"], AUTH)
    assert (status, data, headers["Content-Type"]) == (200, b"%PDF", "application/pdf")
    assert not sandbox.workspace.can_see_file(TOM, file)


def test_a_download_without_the_token_leads_to_the_sign_in(bot: FakeBot, sandbox: Sandbox) -> None:
    file = sandbox.living.upload(RITA, "notes.txt", b"hello")
    sandbox.living.write(RITA, DEALS, "see", file_ids=[file.id])
    url = bot.call("files.info", file=file.id)["file"]["url_private"]
    assert bot.get(url, AUTH)[0] == 200
    assert bot.get(url)[0] == 302
    assert bot.get(url, {"Authorization": "Bearer xoxb-wrong"})[0] == 302


def test_the_app_shares_a_copy_in_a_thread(bot: FakeBot, sandbox: Sandbox) -> None:
    card = bot.call("chat.postMessage", channel=DEALS, text="card")["ts"]
    file_id = _upload(bot, b"%PDF")
    told = bot.call(
        "files.completeUploadExternal",
        files=[{"id": file_id, "title": "Signed quote"}],
        channel_id=DEALS,
        thread_ts=card,
        initial_comment="Proof",
    )
    assert told["files"][0]["title"] == "Signed quote"
    [reply] = sandbox.workspace.channels[DEALS].replies_to(card, TOM)
    assert (reply.text, reply.file_ids) == ("Proof", [file_id])
    assert sandbox.workspace.can_see_file(TOM, sandbox.workspace.files[file_id])


def test_an_upload_is_nothing_before_it_is_completed(bot: FakeBot, sandbox: Sandbox) -> None:
    file_id = _upload(bot, b"%PDF")
    assert bot.call("files.info", file=file_id)["error"] == "file_not_found"
    assert bot.form("files.completeUploadExternal", files=[{"id": file_id}])["ok"]
    assert bot.call("files.info", file=file_id)["ok"]
    assert bot.call("files.completeUploadExternal", files=[{"id": file_id}])["error"] == "file_not_found"


def test_an_upload_has_the_promised_length(bot: FakeBot) -> None:
    file_id = _upload(bot, b"%PDF", length=99)
    assert bot.call("files.completeUploadExternal", files=[{"id": file_id}])["error"] == "file_not_found"
    assert bot.call("files.getUploadURLExternal", filename="a", length=0)["error"] == "invalid_arguments"


@pytest.mark.parametrize("files", [{"id": "F1"}, ["F1"], [{"title": "x"}], "F1"])
def test_completing_names_the_files_in_a_list(bot: FakeBot, files: object) -> None:
    assert bot.call("files.completeUploadExternal", files=files)["error"] == "invalid_arguments"


@pytest.mark.parametrize(
    ("channel", "error"), [(GENERAL, "not_in_channel"), ("C0NOWHERE", "channel_not_found"), (SHARED, None)]
)
def test_a_file_goes_where_the_app_is(bot: FakeBot, channel: str, error: str | None) -> None:
    told = bot.call("files.completeUploadExternal", files=[{"id": _upload(bot, b"x")}], channel_id=channel)
    assert told.get("error") == error


def test_the_app_deletes_its_own_files_only(bot: FakeBot, sandbox: Sandbox) -> None:
    theirs = sandbox.living.upload(RITA, "notes.txt", b"hello")
    sandbox.living.write(RITA, DEALS, "see", file_ids=[theirs.id])
    assert bot.call("files.delete", file=theirs.id)["error"] == "cant_delete_file"
    mine = _upload(bot, b"x")
    bot.call("files.completeUploadExternal", files=[{"id": mine}])
    assert bot.call("files.delete", file=mine)["ok"]
    assert bot.call("files.info", file=mine)["error"] == "file_deleted"


def test_nobody_shares_the_files_of_another(sandbox: Sandbox) -> None:
    file = sandbox.living.upload(RITA, "notes.txt", b"hello")
    with pytest.raises(Exception, match="own files"):
        sandbox.living.write(TOM, DEALS, "mine now", file_ids=[file.id])


def test_a_file_has_a_size(sandbox: Sandbox) -> None:
    with pytest.raises(Exception, match="10 MB"):
        sandbox.living.upload(RITA, "empty.txt", b"")
