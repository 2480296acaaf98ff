"""What people do in the workspace: type, press, fill in, submit, close, write, upload, invite.

Each method acts as one person and returns when the app has acked, or was too late. Impossible things (pressing what
is not there) raise ImpossibleInput; what Slack or the app refuses is told in the Outcome. Do not hold the workspace's
lock while calling: the app may call the Web API before it acks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sandbox import answers, payloads
from sandbox.contents import Channel, Message, User, View
from sandbox.deliveries import Deliveries
from sandbox.escaping import escaped
from sandbox.inputs import TYPED, ImpossibleInput, complaints, field_of, find_element, initial_values, value_for
from sandbox.messages import slackbot_note
from sandbox.modals import close_all, close_view
from sandbox.transports import DeliveryFailed
from sandbox.workspace import Workspace

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``ok``: acked. ``failed``: the app was late or broken (``error`` is Slack's word for it). ``refused``: it never
    reached the app. ``note`` is the sentence that the person reads, ``message`` what the ack showed in the channel."""

    status: Literal["ok", "failed", "refused"] = "ok"
    error: str | None = None
    note: str | None = None
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class OnMessage:
    """The place of an element that stands in a message."""

    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class OnView:
    """The place of an element that stands in a modal or on Home."""

    view_id: str


class Acting:
    """Commands, buttons, forms and shortcuts: everything that asks the app for an ack."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries
        self._slack = deliveries.slack

    @property
    def _workspace(self) -> Workspace:
        return self._slack.workspace

    # slash commands

    def type_command(self, user_id: str, channel_id: str, line: str, thread_ts: str | None = None) -> Outcome:
        """Type for example ``/deal move Acme`` into a channel's composer (or, with ``thread_ts``, a thread's)."""
        workspace = self._workspace
        name, _, text = line.strip().partition(" ")
        with workspace.lock:
            user, channel = self._member(user_id, channel_id)
            refusal = self._command_refusal(user, channel, name, thread_ts)
            if refusal:
                note = slackbot_note(workspace, channel_id, user_id, refusal, thread_ts)
                return Outcome("refused", note=refusal, message=note)
            command = workspace.app.command(name)
            text = escaped(workspace, text.strip(), mentions=bool(command and command.should_escape))
            form = payloads.command_form(self._slack, user, channel, name, text)
        try:
            reply = self._deliveries.command(form)
            with workspace.lock:
                shown = answers.take_command_answer(self._slack, user_id, channel, reply)
            return Outcome(message=shown, note=shown.text if shown else None)
        except (DeliveryFailed, answers.AnswerError) as failure:
            code = str(failure)
        with workspace.lock:
            told = answers.show_command_failure(self._slack, user_id, channel_id, name, code)
        return Outcome("failed", code, told.text, told)

    def _command_refusal(self, user: User, channel: Channel, name: str, thread_ts: str | None) -> str | None:
        workspace = self._workspace
        if workspace.app.command(name) is None or workspace.is_outsider(user):
            return f"{name} is not a valid command. Messages that start with “/” are read as commands."
        if thread_ts:
            return f"{name} is not supported in threads. Sorry!"
        return f"{name} cannot be used in an archived channel." if channel.is_archived else None

    # elements

    def press(
        self, user_id: str, place: OnMessage | OnView, block_id: str, action_id: str, choice: Any = None
    ) -> Outcome:
        """Press a button, or choose in a menu that stands in a message, a modal or on Home.

        ``choice`` is an option's value (a list of them for several), a date, a time, an id; None for a button.
        """
        with self._workspace.lock:
            user = self._workspace.users[user_id]
            if isinstance(place, OnMessage):
                payload = self._action_on_message(user, place, block_id, action_id, choice)
            else:
                payload = self._action_on_view(
                    user, self._own_view(user_id, place.view_id), block_id, action_id, choice
                )
        return self._interact(payload)

    def _action_on_message(self, user: User, place: OnMessage, block_id: str, action_id: str, choice: Any) -> Json:
        user, channel = self._member(user.id, place.channel_id)
        message = next((m for m in channel.visible_to(user.id) if m.ts == place.ts), None)
        if message is None or message.blocks is None:
            raise ImpossibleInput("there is no such message with buttons here")
        block, element = find_element(message.blocks, block_id, action_id)
        values = message.values.setdefault(user.id, initial_values(message.blocks))
        state = _chosen(element, choice)
        if state and field_of(element["type"]):
            values.setdefault(block_id, {})[action_id] = state
        action = payloads.action_json(block, element, state, self._workspace.timestamps.next())
        return payloads.action_on_message(self._slack, user, channel, message, action)

    def _action_on_view(self, user: User, view: View, block_id: str, action_id: str, choice: Any) -> Json:
        block, element = find_element(view.blocks, block_id, action_id)
        state = _chosen(element, choice)
        if state and field_of(element["type"]):
            view.values.setdefault(block_id, {})[action_id] = state
            self._workspace.touch()
        action = payloads.action_json(block, element, state, self._workspace.timestamps.next())
        return payloads.action_on_view(self._slack, user, view, action)

    def fill(
        self, user_id: str, view_id: str, block_id: str, action_id: str, choice: Any, *, enter: bool = False
    ) -> Outcome:
        """Put something into an input of the visible modal, or into a menu there; None clears it.

        The app hears of it only where the block has ``dispatch_action`` (a text: at Enter, or at once if it asks
        so), and of menus outside input blocks.
        """
        with self._workspace.lock:
            view = self._own_view(user_id, view_id)
            block, element = find_element(view.blocks, block_id, action_id)
            if element["type"] == "file_input":
                self._check_files(user_id, element, choice)
            if block["type"] != "input" or _dispatches(block, element, enter):
                payload = self._action_on_view(self._workspace.users[user_id], view, block_id, action_id, choice)
            else:
                payload = None
                view.values.setdefault(block_id, {})[action_id] = value_for(element, choice)
            view.errors.pop(block_id, None)
            self._workspace.touch()
        return self._interact(payload) if payload else Outcome()

    def _check_files(self, user_id: str, element: Json, file_ids: Any) -> None:
        allowed = {kind.lower() for kind in element.get("filetypes", [])}
        for file_id in file_ids or ():
            file = self._workspace.files.get(file_id)
            if file is None or file.user_id != user_id:
                raise ImpossibleInput("only one's own uploaded files can be attached")
            if allowed and file.filetype not in allowed:
                raise ImpossibleInput(f"{file.name} is not of a kind that is taken here: {', '.join(sorted(allowed))}")

    def _interact(self, payload: Json) -> Outcome:
        try:
            self._deliveries.interaction(payload)
        except DeliveryFailed as failure:
            return Outcome("failed", str(failure), answers.TROUBLE)
        return Outcome()

    # modals

    def submit(self, user_id: str, view_id: str) -> Outcome:
        """Press the submit button of the visible modal."""
        workspace = self._workspace
        with workspace.lock:
            view = self._own_view(user_id, view_id)
            if view.type != "modal" or not view.content.get("submit"):
                raise ImpossibleInput("this view has no submit button")
            view.errors, view.failure = complaints(view.blocks, view.values), None
            workspace.touch()
            if view.errors:
                return Outcome("refused", note="; ".join(view.errors.values()))
            self._give_files(view)
            payload = payloads.view_submission(self._slack, workspace.users[user_id], view)
        try:
            reply = self._deliveries.interaction(payload)
            with workspace.lock:
                answers.take_view_answer(self._slack, view, reply)
            return Outcome()
        except (DeliveryFailed, answers.AnswerError) as failure:
            with workspace.lock:
                view.failure = answers.TROUBLE
                workspace.touch()
            return Outcome("failed", str(failure), answers.TROUBLE)

    def _give_files(self, view: View) -> None:
        for actions in view.values.values():
            for state in actions.values():
                for file_id in state.get("files", ()):
                    self._workspace.files[file_id].given_to_app = True

    def close(self, user_id: str, view_id: str, *, everything: bool = False) -> Outcome:
        """Press the close button; with ``everything`` the cross, which closes the whole stack."""
        workspace = self._workspace
        with workspace.lock:
            view = self._own_view(user_id, view_id)
            everything = everything or bool(view.content.get("clear_on_close"))
            closed = list(reversed(workspace.modals[user_id])) if everything else [view]
            if everything:
                close_all(workspace, user_id)
            else:
                close_view(workspace, view)
            user = workspace.users[user_id]
            told = [
                payloads.view_closed(self._slack, user, one, is_cleared=everything)
                for one in closed
                if one.content.get("notify_on_close")
            ]
        for payload in told:
            self._interact(payload)
        return Outcome()

    # shortcuts

    def use_shortcut(self, user_id: str, callback_id: str) -> Outcome:
        """Pick one of the app's global shortcuts from the menu."""
        with self._workspace.lock:
            user = self._shortcut_user(user_id, callback_id, "global")
            ts = self._workspace.timestamps.next()
            payload = payloads.global_shortcut(self._slack, user, callback_id, ts)
        return self._interact(payload)

    def use_message_shortcut(self, user_id: str, channel_id: str, ts: str, callback_id: str) -> Outcome:
        """Pick one of the app's shortcuts from a message's menu."""
        with self._workspace.lock:
            user = self._shortcut_user(user_id, callback_id, "message")
            _, channel = self._member(user_id, channel_id)
            message = next((m for m in channel.visible_to(user_id) if m.ts == ts), None)
            if message is None or message.ephemeral_to:
                raise ImpossibleInput("there is no such message here")
            now = self._workspace.timestamps.next()
            payload = payloads.message_shortcut(self._slack, user, channel, message, callback_id, now)
        return self._interact(payload)

    def _shortcut_user(self, user_id: str, callback_id: str, kind: str) -> User:
        user, shortcut = self._workspace.users[user_id], self._workspace.app.shortcut(callback_id)
        if shortcut is None or shortcut.kind != kind:
            raise ImpossibleInput(f"the app has no {kind} shortcut {callback_id!r}")
        if self._workspace.is_outsider(user):
            raise ImpossibleInput("people of another company see no shortcuts of this app")
        return user

    # who and where

    def _member(self, user_id: str, channel_id: str) -> tuple[User, Channel]:
        user, channel = self._workspace.users[user_id], self._workspace.channels[channel_id]
        if user_id not in channel.members:
            raise ImpossibleInput(f"{user.real_name} is not in that channel")
        return user, channel

    def _own_view(self, user_id: str, view_id: str) -> View:
        home = self._workspace.homes.get(user_id)
        view = home if home and home.id == view_id else self._workspace.top_modal(user_id)
        if view is None or view.id != view_id:
            raise ImpossibleInput("that view is not on top of this person's screen")
        return view


def _chosen(element: Json, choice: Any) -> Json | None:
    """The state that a choice leads to; None for a button. Raises ImpossibleInput."""
    if element["type"] == "button":
        return None
    if element["type"] == "overflow":
        picked = next((o for o in element["options"] if o["value"] == choice), None)
        if picked is None:
            raise ImpossibleInput(f"{choice!r} is not in that menu")
        return {"selected_option": picked}
    return value_for(element, choice)


def _dispatches(block: Json, element: Json, enter: bool) -> bool:
    if not block.get("dispatch_action"):
        return False
    if element["type"] not in TYPED:
        return True
    asked = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return "on_character_entered" in asked or (enter and "on_enter_pressed" in asked)
