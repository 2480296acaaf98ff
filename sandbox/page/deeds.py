"""What one does: every POST of the page. Each acts as the person in the address and leads back to where they were."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps

from flask import Blueprint, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from sandbox.acting import OnMessage, Outcome
from sandbox.contents import User, View
from sandbox.inputs import ImpossibleInput
from sandbox.messages import MessageError
from sandbox.page import paths, screen, timing
from sandbox.page.filling import Filling, press_on_message, pressed
from sandbox.page.notices import Notices
from sandbox.page.site import Site

_COMMAND = re.compile(r"/[^\s/]+(\s|$)")
_INVITE = re.compile(r"/invite\s+(.+)", re.DOTALL)
_GONE = "That window was closed or replaced meanwhile. Please look again."
Deed = Callable[..., Outcome | None]


class Deeds:
    """The POSTs. Do not hold the workspace's lock while acting: the app calls back before it acks."""

    def __init__(self, site: Site, notices: Notices) -> None:
        self._site = site
        self._notices = notices

    def add_to(self, page: Blueprint) -> None:
        deeds: dict[str, Deed] = {
            "say": self.say,
            "press/<channel_id>/<ts>": self.press,
            "home": self.home,
            "modal/<view_id>": self.modal,
            "shortcut": self.shortcut,
            "clock": self.clock,
            "notice": self.dismiss,
        }
        for path, deed in deeds.items():
            name = path.partition("/")[0]
            page.add_url_rule(f"/as/<user_id>/{path}", f"do_{name}", self._done(deed), methods=["POST"])

    def _done(self, deed: Deed) -> Callable[..., Response]:
        @wraps(deed)
        def act(user_id: str, **ids: str) -> Response:
            me = self._person(user_id)
            self._notices.clear(me.id)
            try:
                outcome = deed(me, **ids)
            except ImpossibleInput as impossible:
                self._tell(me, _sentence(str(impossible)))
            except MessageError as refused:
                self._tell(me, f"That could not be sent ({refused.code}).")
            else:
                if outcome is not None and outcome.status == "failed" and outcome.message is None:
                    self._tell(me, outcome.note or "The app did not answer.")
            self._notices.acted(me.id)
            return redirect(_way_back(me), 303)

        return act

    def _tell(self, me: User, sentence: str) -> None:
        self._notices.tell(me.id, sentence)
        self._site.workspace.touch()

    # the composer

    def say(self, me: User) -> Outcome | None:
        text = request.form.get("text", "").replace("\r\n", "\n").strip()
        channel_id, thread_ts = request.form.get("channel", ""), request.form.get("thread_ts", "")
        if not text:
            return None
        if channel_id not in self._site.workspace.channels:
            raise ImpossibleInput("that channel is not here any more")
        try:
            if invited := _INVITE.fullmatch(text):
                self._invite(me, channel_id, invited[1])
            elif _COMMAND.match(text):
                return self._site.acting.type_command(me.id, channel_id, text, thread_ts or None)
            else:
                self._site.living.write(me.id, channel_id, text, thread_ts or None)
        except (ImpossibleInput, MessageError):
            self._notices.keep_draft(me.id, channel_id, thread_ts, text)
            raise
        return None

    def _invite(self, me: User, channel_id: str, name: str) -> None:
        """Slack's own ``/invite @name``, which people need to let the app into a channel."""
        wanted = name.strip().removeprefix("@").casefold()
        workspace = self._site.workspace
        with workspace.lock:
            found = [u.id for u in workspace.users.values() if wanted in (u.name.casefold(), u.real_name.casefold())]
        if not found:
            raise ImpossibleInput(f"nobody here is called “{name.strip()}”")
        self._site.living.invite(me.id, channel_id, found[0])

    # elements, modals, shortcuts

    def press(self, me: User, channel_id: str, ts: str) -> Outcome:
        workspace = self._site.workspace
        with workspace.lock:
            channel = workspace.channels.get(channel_id)
            message = channel.find(ts) if channel else None
            blocks = message.blocks if message else None
        if blocks is None:
            raise ImpossibleInput("that message is not there any more")
        return press_on_message(self._site.acting, request, me.id, OnMessage(channel_id, ts), blocks)

    def home(self, me: User) -> Outcome:
        home = self._site.workspace.homes.get(me.id)
        if home is None:
            raise ImpossibleInput(_GONE)
        return self._fill(home)

    def modal(self, me: User, view_id: str) -> Outcome | None:
        workspace, acting = self._site.workspace, self._site.acting
        with workspace.lock:
            view = workspace.top_modal(me.id)
        if view is None or view.id != view_id:
            raise ImpossibleInput(_GONE)
        wish = request.form.get("do", "")
        if wish in ("close", "close_all"):
            return acting.close(me.id, view.id, everything=wish == "close_all")
        outcome = self._fill(view)
        if wish == "submit" and pressed(request) is None:
            outcome = acting.submit(me.id, view.id)
            return None if view.failure else outcome  # a failure stands in the modal itself
        return outcome

    def _fill(self, view: View) -> Outcome:
        site = self._site
        return Filling(site.workspace, site.acting, site.living, request, view).fill()

    def shortcut(self, me: User) -> Outcome:
        callback_id, ts = request.form.get("callback_id", ""), request.form.get("ts")
        if ts is None:
            return self._site.acting.use_shortcut(me.id, callback_id)
        channel_id = request.form.get("channel", "")
        if channel_id not in self._site.workspace.channels:
            raise ImpossibleInput("that channel is not here any more")
        return self._site.acting.use_message_shortcut(me.id, channel_id, ts, callback_id)

    def clock(self, me: User) -> None:
        try:
            timing.move(self._site.clock, request.form, screen.zone_of(self._site.workspace, me))
        except timing.UnknownMoment as problem:
            raise ImpossibleInput(str(problem)) from None
        self._site.workspace.touch()

    def dismiss(self, me: User) -> None:
        """Take the notice away, which every action does."""

    def _person(self, user_id: str) -> User:
        user = self._site.workspace.users.get(user_id)
        if user is None or user not in self._site.workspace.people:
            raise NotFound("Nobody in this workspace has that address.")
        return user


def _sentence(text: str) -> str:
    """With a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def _way_back(me: User) -> str:
    """Where the person was, as the form says; never another person or another site."""
    back = request.form.get("back", "")
    return back if back.startswith(f"{paths.person(me.id)}/") else f"{paths.person(me.id)}/"
