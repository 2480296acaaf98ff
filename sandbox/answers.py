"""What the app's answers do: bodies of acks and posts to response_urls."""

from __future__ import annotations

from typing import Any

from sandbox.api.method import ApiError
from sandbox.api.views import checked_view
from sandbox.contents import Channel, Message, View
from sandbox.inputs import input_block_ids
from sandbox.messages import (
    MessageError,
    app_message,
    checked_blocks,
    checked_text,
    redraw,
    remove,
    slackbot_note,
    thread_root,
)
from sandbox.modals import ViewError, close_all, close_view, push_view, update_view
from sandbox.slack import Slack
from sandbox.tickets import ResponseUrl, TicketError
from sandbox.transports import Reply

Json = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"
_MESSAGE_WORDS = {
    *("text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts", "mrkdwn"),
    *("unfurl_links", "unfurl_media", "metadata", "link_names", "parse", "reply_broadcast"),
}


class AnswerError(Exception):
    """Slack does not take this answer; the message says why, in Slack's codes where there is one."""


def take_command_answer(slack: Slack, user_id: str, channel: Channel, reply: Reply) -> Message | None:
    """Show what the ack of a command says, if anything; raises AnswerError."""
    if reply.body is None:
        return None
    body = {"text": reply.body} if isinstance(reply.body, str) else reply.body
    slack.recording.add("ack.message", body)
    try:
        return _say(slack, ResponseUrl(user_id, channel.id, None, 0.0), body)
    except MessageError as refusal:
        raise AnswerError(refusal.code) from None


def take_view_answer(slack: Slack, view: View, reply: Reply) -> None:
    """Do what the ack of a submission says; an empty one closes the view. Raises AnswerError."""
    workspace = slack.workspace
    body = reply.body
    if body is None:
        close_view(workspace, view)
        return
    if not isinstance(body, dict):
        raise AnswerError("the body is not a response action")
    slack.recording.add("ack.view", body)
    action = body.get("response_action")
    if action == "clear":
        close_all(workspace, view.user_id)
    elif action == "errors":
        view.errors = _checked_errors(view, body.get("errors"))
        workspace.touch()
    elif action in ("update", "push"):
        _redraw(slack, view, action, body.get("view"))
    else:
        raise AnswerError(f"unknown response_action {action!r}")


def _redraw(slack: Slack, view: View, action: str, content: Any) -> None:
    try:
        checked = checked_view(content, "modal")
        if action == "push":
            push_view(slack.workspace, view.user_id, checked, view.id)
        else:
            update_view(slack.workspace, view, checked)
    except ApiError as refusal:
        raise AnswerError(f"{refusal.code}: {refusal.more}") from None
    except ViewError as refusal:
        raise AnswerError(str(refusal)) from None


def _checked_errors(view: View, errors: Any) -> dict[str, str]:
    if not isinstance(errors, dict) or not errors:
        raise AnswerError("errors must be an object with at least one entry")
    for block_id, sentence in errors.items():
        if block_id not in input_block_ids(view.blocks):
            raise AnswerError(f"{block_id!r} is not the block_id of an input block")
        if not isinstance(sentence, str) or not sentence.strip():
            raise AnswerError(f"the error of {block_id!r} is not a sentence")
    return errors


def take_response(slack: Slack, key: str, body: Any) -> str | None:
    """Do what a post to a response_url says; Slack's error code if it is refused. Hold the workspace's lock."""
    error = None
    try:
        _respond(slack, key, body)
    except (TicketError, AnswerError) as refusal:
        error = str(refusal)
    except MessageError as refusal:
        error = refusal.code
    slack.recording.add("response_url", body if isinstance(body, dict) else {"body": body}, ok=not error, error=error)
    return error


def _respond(slack: Slack, key: str, body: Any) -> None:
    if not isinstance(body, dict):
        raise AnswerError("invalid_payload")
    workspace = slack.workspace
    url = slack.tickets.use_response_url(key)
    channel = workspace.channels[url.channel_id]
    original = channel.find(url.message_ts) if url.message_ts else None
    if body.get("delete_original"):
        if original is None:
            raise AnswerError("message_not_found")
        remove(workspace, channel, original)
    elif body.get("replace_original") and original is not None:
        blocks = checked_blocks(body.get("blocks"))
        redraw(workspace, original, checked_text(body.get("text"), blocks), blocks)
    else:
        _say(slack, url, body)


def _say(slack: Slack, url: ResponseUrl, body: Json) -> Message:
    """A new message in the channel: to the person only, unless the body says in_channel."""
    unknown = sorted(set(body) - _MESSAGE_WORDS)
    if unknown or body.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        raise MessageError("invalid_arguments")
    workspace = slack.workspace
    channel = workspace.channels[url.channel_id]
    blocks = checked_blocks(body.get("blocks"))
    text = checked_text(body.get("text"), blocks)
    message = app_message(workspace, channel, text, blocks)
    original = channel.find(url.message_ts) if url.message_ts else None
    message.thread_ts = thread_root(channel, body.get("thread_ts")) or (original.thread_ts if original else None)
    if body.get("response_type") != "in_channel":
        message.ephemeral_to = url.user_id
    return workspace.post(message)


def show_command_failure(slack: Slack, user_id: str, channel_id: str, command: str, error: str) -> Message:
    """Slackbot's sentence to the person whose command the app did not take."""
    return slackbot_note(slack.workspace, channel_id, user_id, f'{command} failed with the error "{error}"')
