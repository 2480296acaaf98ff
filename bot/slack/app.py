"""The Bolt app: Slack's deliveries in, the frame's acks out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient

from bot.domain import said
from bot.domain.errors import BadInput, BotError
from bot.services import people
from bot.services.desk import Desk
from bot.slack import deliveries, events
from bot.slack.calls import Caller
from bot.slack.conversations import register_all
from bot.slack.deliveries import Body
from bot.slack.frame import NOBODY, Frame, Observe
from bot.slack.ids import Action
from bot.slack.talk import Part, Talk
from bot.slack.turn import Answer, Turn


def make_app(desk: Desk, caller: Caller, command: str, observe: Observe) -> App:
    """The app that hears `command`. The web layer has verified each signature before anything arrives here."""
    frame = Frame(desk, caller, command, observe)
    app = App(
        client=WebClient(base_url=caller.quick.base_url, timeout=3, retry_handlers=[]),
        authorize=_authorize(desk, caller),
        # The response waits for our decision and for nothing else; without this Bolt polls for the ack.
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=True,
        before_authorize=_ear(frame, register_all(Talk())),
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        listener_executor=ThreadPoolExecutor(4, thread_name_prefix="bolt"),
    )
    events.register(app, frame)
    return app


def _authorize(desk: Desk, caller: Caller) -> Any:
    """Answers with what auth.test said at start-up; asking Slack here would delay the first ack."""

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        known = people.identity(desk)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=caller.quick.token,
            bot_id=known.bot_id if known else None,
            bot_user_id=known.bot_user_id if known else None,
        )

    return authorize


class _Ear(Middleware):
    """Answers what people type, press and submit as soon as Bolt has read it; the rest goes on to Bolt's listeners.

    Between the two Bolt authorizes, tries listener after listener and gathers all arguments that one may ask for:
    a tenth of the time of a command, and nothing that ours need.
    """

    def __init__(self, answers: Mapping[str, Callable[[Body], BoltResponse]]) -> None:
        self._answers = answers

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt's names
        next: Callable[[], Any],
    ) -> BoltResponse | None:
        """Called by Bolt for each delivery."""
        kind = "command" if "command" in req.body else str(req.body.get("type"))
        answer = self._answers.get(kind)
        return answer(req.body) if answer else next()


def _ear(frame: Frame, talk: Talk) -> _Ear:
    def typed(body: Body) -> BoltResponse:
        told = deliveries.command(frame.desk, NOBODY, body)
        try:
            name, part, rest = talk.part_for(told.turn.text)
        except BadInput as problem:
            name, part, rest = "unknown", _refuse(problem), ""
        told = replace(told, turn=replace(told.turn, text=rest, command=frame.command))
        return _ack(frame.ack_for(told, part, f"command {name}".strip()))

    def pressed(body: Body) -> BoltResponse:
        name = str(body["actions"][0].get("action_id", ""))
        if name.startswith(Action.LINK.value + "."):
            return _ack(None)  # Slack opens the page itself and only lets us know
        part = talk.buttons.get(name) or _refuse(
            BotError(f"This button is from an older version of me. Type {said.command('help')} to go on.")
        )
        told = deliveries.action(frame.desk, NOBODY, body, frame.command)
        return _ack(frame.ack_for(told, part, f"button {name}" if name in talk.buttons else "button unknown"))

    def submitted(body: Body) -> BoltResponse:
        name = str(body["view"].get("callback_id", ""))
        part = talk.forms.get(name) or _refuse(
            BotError("This form is from an older version of me. Copy what you wrote, close it, and open it again.")
        )
        told = deliveries.submission(frame.desk, NOBODY, body, frame.command)
        known = f"form {name}" if name in talk.forms else "form unknown"
        return _ack(frame.ack_for(told, part, known, is_submission=True))

    def used(body: Body) -> BoltResponse:
        name = str(body.get("callback_id", ""))
        part = talk.shortcuts.get(name) or _refuse(BotError("I do not know this shortcut any more."))
        told = deliveries.shortcut(frame.desk, NOBODY, body, frame.command)
        return _ack(frame.ack_for(told, part, f"shortcut {name}" if name in talk.shortcuts else "shortcut unknown"))

    return _Ear(
        {
            "command": typed,
            "block_actions": pressed,
            "view_submission": submitted,
            "view_closed": lambda _body: _ack(None),
            "shortcut": used,
            "message_action": used,
        }
    )


def _refuse(problem: BotError) -> Part:
    def part(_turn: Turn) -> Answer:
        raise problem

    return part


def _ack(body: dict[str, Any] | None) -> BoltResponse:
    return BoltResponse(status=200, body=body if body else "")
