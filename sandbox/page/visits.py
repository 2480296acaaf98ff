"""What one looks at: a channel with its thread, the app's Home, a file; and the wait for something new."""

from __future__ import annotations

import contextlib
import io
import threading
import time
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from sandbox.contents import Channel, User
from sandbox.inputs import ImpossibleInput
from sandbox.page import paths, screen, timing
from sandbox.page.conversation import PICTURES, Bodies, Line, conversation
from sandbox.page.mrkdwn import Reader
from sandbox.page.notices import Notices
from sandbox.page.render import environment
from sandbox.page.site import Site
from sandbox.workspace import Workspace

LONGEST_WAIT = 20.0
MOST_WAITING = 24
FIRST_HOME_WITHIN = 1.5
MOST_MESSAGES = 200


class Visits:
    """The pages. Only ``/changes`` waits, and only so many at once, so that the server keeps threads for the app."""

    def __init__(self, site: Site, notices: Notices) -> None:
        self._site = site
        self._notices = notices
        self._bodies = Bodies()
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)

    @property
    def _workspace(self) -> Workspace:
        return self._site.workspace

    def add_to(self, page: Blueprint) -> None:
        page.add_url_rule("/", view_func=self.entrance)
        page.add_url_rule("/as/<user_id>/", view_func=self.person, strict_slashes=False)
        page.add_url_rule("/as/<user_id>/channel/<channel_id>", view_func=self.channel)
        page.add_url_rule("/as/<user_id>/home", view_func=self.home)
        page.add_url_rule("/as/<user_id>/messages", view_func=self.app_messages)
        page.add_url_rule("/as/<user_id>/files/<file_id>", view_func=self.file)
        page.add_url_rule("/as/<user_id>/changes", view_func=self.changes)
        page.register_error_handler(NotFound, self._lost)

    def entrance(self) -> AnyResponse:
        with self._workspace.lock:
            first = next(iter(self._workspace.people), None)
        if first is None:
            raise NotFound("Nobody is in this workspace.")
        return redirect(f"{paths.person(first.id)}/")

    def person(self, user_id: str) -> AnyResponse:
        with self._workspace.lock:
            return redirect(screen.landing(self._workspace, self._person(user_id)))

    def channel(self, user_id: str, channel_id: str) -> str:
        workspace = self._workspace
        with workspace.lock:
            me = self._person(user_id)
            arrives = self._arrives(me)
            channel = self._channel(me, channel_id)
            if arrives and channel is workspace.direct_message(me.id, workspace.app.bot_user_id):
                self._open_app(me, "messages")
            if request.headers.get("X-Refresh") != "unseen":
                workspace.mark_read(me.id, channel)
            thread = request.args.get("thread")
            if thread is not None and channel.find(thread) is None:
                raise NotFound("That thread is not here any more.")
            frame = self._frame(me, screen.channel_label(workspace, me, channel), channel)
            return render("channel.html", **frame, **self._conversation(me, channel, thread))

    def _conversation(self, me: User, channel: Channel, thread: str | None) -> dict[str, Any]:
        workspace = self._workspace
        app, outsider = workspace.app, workspace.is_outsider(me)
        most = None if "earlier" in request.args else MOST_MESSAGES
        shortcuts = () if outsider else app.shortcuts
        with_app = channel.kind == "im" and app.bot_user_id in channel.members
        return {
            "channel": channel,
            "label": screen.channel_label(workspace, me, channel),
            "partner": screen.face(workspace, screen.partner(channel, me)),
            "members": ", ".join(screen.face(workspace, member).name for member in channel.members),
            "lines": list(conversation(workspace, me, channel, self._bodies, self._reader(me), most=most)),
            "earlier": 0 if most is None else max(0, len(channel.top_level(me.id)) - most),
            "earlier_href": f"{paths.channel(me.id, channel.id)}?earlier=1",
            "thread": thread,
            "thread_lines": self._thread(me, channel, thread) if thread else [],
            "channel_href": paths.channel(me.id, channel.id),
            "commands": () if outsider else app.commands,
            "shortcuts": [shortcut for shortcut in shortcuts if shortcut.kind == "global"],
            "message_shortcuts": [shortcut for shortcut in shortcuts if shortcut.kind == "message"],
            "draft": self._notices.draft(me.id, channel.id),
            "thread_draft": self._notices.draft(me.id, channel.id, thread or ""),
            "tabs": self._tabs(me, "Messages") if with_app else (),
        }

    def home(self, user_id: str) -> str:
        workspace = self._workspace
        with workspace.lock:
            me = self._person(user_id)
            refused = workspace.is_outsider(me)
            arrives = self._arrives(me) and not refused
            if arrives:
                self._open_app(me, "home")
        if arrives:
            self._await_first_home(me)
        with workspace.lock:
            home = workspace.homes.get(me.id)
            return render(
                "home.html",
                **self._frame(me, workspace.app.name),
                home=home,
                home_surface=screen.view_surface(workspace, me, home, self._reader(me)) if home else None,
                refused=refused,
                tabs=() if refused else self._tabs(me, "Home"),
                thread=None,
            )

    def app_messages(self, user_id: str) -> AnyResponse:
        with self._workspace.lock:
            me = self._person(user_id)
            if self._workspace.is_outsider(me):
                raise NotFound("People of another company have no direct message with this app.")
            channel = self._site.living.direct_message(me.id, self._workspace.app.bot_user_id)
        return redirect(paths.channel(me.id, channel.id))

    def file(self, user_id: str, file_id: str) -> Response:
        workspace = self._workspace
        with workspace.lock:
            me, file = self._person(user_id), workspace.files.get(file_id)
            if file is None or not workspace.can_see_file(me.id, file):
                raise NotFound("That file is not there, or not shared with this person.")
        response = send_file(
            io.BytesIO(file.data),
            mimetype=file.mimetype,
            as_attachment=file.mimetype not in PICTURES,
            download_name=file.name,
        )
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    def changes(self, user_id: str) -> Response:
        """Answers as soon as the workspace is past the revision ``since``, or after a while with the same one."""
        self._person(user_id)
        since = request.args.get("since", 0, type=int)
        if since > self._workspace.revision:
            since = -1  # the page is of a workspace before a restart
        if not self._waiting.acquire(blocking=False):
            time.sleep(0.5)
            return jsonify(revision=self._workspace.revision)
        try:
            return jsonify(revision=self._workspace.wait_for_change(since, LONGEST_WAIT))
        finally:
            self._waiting.release()

    # parts

    def _frame(self, me: User, label: str, channel: Channel | None = None) -> dict[str, Any]:
        """What every screen shows around its place."""
        workspace = self._workspace
        reader = self._reader(me)
        modals = [(view, screen.view_surface(workspace, me, view, reader)) for view in workspace.modals.get(me.id, ())]
        return {
            "title": screen.page_title(workspace, me, label),
            "team_name": workspace.team.name,
            "revision": workspace.revision,
            "base": paths.person(me.id),
            "back": request.full_path.removesuffix("?"),
            "me": screen.face(workspace, me.id),
            "personas": screen.personas(workspace, me, channel),
            "sections": screen.sidebar(workspace, me, channel, at_home=channel is None),
            "clock": timing.shown(self._site.clock, screen.zone_of(workspace, me)),
            "notice": self._notices.notice(me.id),
            "modals": modals,
            "app_face": screen.face(workspace, workspace.app.bot_user_id),
        }

    def _tabs(self, me: User, current: str) -> list[tuple[str, str, bool]]:
        app = self._workspace.app
        tabs = [("Home", paths.home(me.id))] if app.has_home else []
        if app.messages_tab:
            tabs.append(("Messages", paths.app_messages(me.id)))
        return [(name, href, name == current) for name, href in tabs]

    def _arrives(self, me: User) -> bool:
        """Whether somebody comes to this page: it is not just drawn again after a change or after their action."""
        return "X-Refresh" not in request.headers and not self._notices.has_just_acted(me.id)

    def _reader(self, me: User) -> Reader:
        return screen.reader_for(self._workspace, me, self._site.clock.now())

    def _thread(self, me: User, channel: Channel, thread: str) -> list[Line]:
        return list(conversation(self._workspace, me, channel, self._bodies, self._reader(me), thread))

    def _open_app(self, me: User, tab: str) -> None:
        with contextlib.suppress(ImpossibleInput):  # the app is not there for everybody, and its page says so
            self._site.living.open_home(me.id, tab)

    def _await_first_home(self, me: User) -> None:
        """Give the app a moment to draw somebody's first Home, so that the first look is not at an empty page."""
        end = time.monotonic() + FIRST_HOME_WITHIN
        while me.id not in self._workspace.homes:
            left = end - time.monotonic()
            if left <= 0:
                return
            self._workspace.wait_for_change(self._workspace.revision, left)

    def _person(self, user_id: str) -> User:
        user = self._workspace.users.get(user_id)
        if user is None or user not in self._workspace.people:
            raise NotFound("Nobody in this workspace has that address.")
        return user

    def _channel(self, me: User, channel_id: str) -> Channel:
        channel = self._workspace.channels.get(channel_id)
        if channel is None or me.id not in channel.members:
            raise NotFound(f"{me.real_name} is not in that channel.")
        return channel

    def _lost(self, problem: Exception) -> tuple[str, int]:
        workspace = self._workspace
        with workspace.lock:
            people = [(user.real_name, f"{paths.person(user.id)}/") for user in workspace.people if not user.deleted]
        sentence = getattr(problem, "description", "") or "There is no such page."
        return render("lost.html", heading="Nothing is here", sentence=sentence, people=people), 404


def render(template: str, **context: Any) -> str:
    return environment().get_template(template).render(**context, static="/page")
