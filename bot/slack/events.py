"""Events: somebody opened the App Home, or a person of the workspace changed."""

from __future__ import annotations

from slack_bolt import App

from bot.domain.people import Actor, Role
from bot.services import homes, people
from bot.slack import directory
from bot.slack.deliveries import Body
from bot.slack.frame import Frame


def register(app: App, frame: Frame) -> None:
    """Hear the events of the manifest."""

    @app.event("app_home_opened")
    def opened(event: Body, body: Body) -> None:
        if event.get("tab") == "home" and frame.is_ours(str(body["team_id"])):
            # Who this is decides what the page shows when it is drawn, not whether it is drawn.
            visitor = Actor(str(body["team_id"]), str(event["user"]), Role.OUTSIDER, str(body["event_id"]))
            homes.opened(frame.desk, visitor)

    @app.event("user_change")
    def changed(event: Body, body: Body) -> None:
        if frame.is_ours(str(body["team_id"])):
            people.remember(frame.desk, [directory.person(str(body["team_id"]), event["user"])])
