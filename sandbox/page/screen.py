"""What a person sees around a conversation: faces, the sidebar, the other personas, the views that are open.

Build these while holding the workspace's lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zlib import crc32
from zoneinfo import ZoneInfo

from sandbox.contents import SLACKBOT, Channel, User, View
from sandbox.page import paths
from sandbox.page.mrkdwn import Reader, to_words
from sandbox.page.render import Surface, initials
from sandbox.workspace import Workspace

HUES = 8


@dataclass(frozen=True, slots=True)
class Face:
    """A person as an avatar and a name. ``badge`` is a word beside the name, such as APP."""

    id: str
    name: str
    initials: str
    hue: int
    badge: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the sidebar. ``sign`` is # or the word lock; ``face`` stands there instead in a direct message."""

    label: str
    href: str
    unread: int
    current: bool
    sign: str = "#"
    face: Face | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Persona:
    face: Face
    href: str
    unread: int
    current: bool


def zone_of(workspace: Workspace, user: User) -> tzinfo:
    """The person's own zone; people of another company read the first colleague's."""
    name = user.tz or next((other.tz for other in workspace.people if other.tz), None)
    return ZoneInfo(name) if name else UTC


def reader_for(workspace: Workspace, me: User, now: datetime) -> Reader:
    """How this person reads; `now` is the workspace's time."""
    return Reader(
        people={user.id: user.real_name or user.name for user in workspace.users.values()},
        channels={channel.id: channel.name for channel in workspace.channels.values() if channel.name},
        zone=zone_of(workspace, me),
        now=now,
        user_id=me.id,
        here=lambda url: paths.here(workspace, me.id, url),
    )


def face(workspace: Workspace, user_id: str) -> Face:
    user = workspace.users.get(user_id)
    if user is None:
        return Face(user_id, "Slackbot" if user_id == SLACKBOT else user_id, "S", crc32(user_id.encode()) % HUES)
    name = user.real_name or user.name
    return Face(user.id, name, initials(name), crc32(user.id.encode()) % HUES, _badge(workspace, user), user.title)


def _badge(workspace: Workspace, user: User) -> str:
    if user.is_bot or user.id == SLACKBOT:
        return "APP"
    if workspace.is_outsider(user):
        team = workspace.teams.get(user.team_id)
        return team.name if team else "External"
    return "Guest" if workspace.is_guest(user) else ""


def personas(workspace: Workspace, me: User, current: Channel | None) -> list[Persona]:
    """Everybody whom one can be. A switch stays in the channel where the other person is a member too."""
    found = []
    for user in workspace.people:
        if user.deleted:
            continue
        stays = current is not None and current.kind != "im" and user.id in current.members
        href = paths.channel(user.id, current.id) if stays and current else paths.person(user.id)
        found.append(Persona(face(workspace, user.id), href, unread_of(workspace, user), user.id == me.id))
    return found


def unread_of(workspace: Workspace, user: User) -> int:
    return sum(workspace.unread(user.id, channel) for channel in workspace.channels_of(user.id))


def landing(workspace: Workspace, me: User) -> str:
    """Where a person comes in: the direct message or channel with something new, else the first channel."""
    mine = sorted(workspace.channels_of(me.id), key=lambda channel: channel.kind != "im")
    new = next((channel for channel in mine if workspace.unread(me.id, channel)), None)
    target = new or next((channel for channel in mine if channel.kind != "im"), None)
    return paths.channel(me.id, target.id) if target else paths.home(me.id)


def channel_label(workspace: Workspace, me: User, channel: Channel) -> str:
    """The channel's name or, for a direct message, the other person's."""
    return face(workspace, partner(channel, me)).name if channel.kind == "im" else channel.name


def partner(channel: Channel, me: User) -> str:
    return next((member for member in channel.members if member != me.id), me.id)


def sidebar(workspace: Workspace, me: User, current: Channel | None, at_home: bool) -> list[tuple[str, list[Entry]]]:
    """The sections with their lines: channels, direct messages, apps."""
    mine = workspace.channels_of(me.id)
    bot_id = workspace.app.bot_user_id
    people = [channel for channel in mine if channel.kind == "im" and bot_id not in channel.members]
    with_app = workspace.direct_message(me.id, bot_id)
    app = Entry(
        workspace.app.name,
        paths.home(me.id) if workspace.app.has_home else paths.app_messages(me.id),
        workspace.unread(me.id, with_app) if with_app else 0,
        at_home or (current is not None and current is with_app),
        face=face(workspace, bot_id),
    )
    if app.unread and with_app:
        app = Entry(app.label, paths.channel(me.id, with_app.id), app.unread, app.current, face=app.face)
    return [
        ("Channels", [_entry(workspace, me, c, current) for c in mine if c.kind != "im" and not c.is_archived]),
        ("Direct messages", [_entry(workspace, me, c, current) for c in people]),
        ("Apps", [app]),
    ]


def _entry(workspace: Workspace, me: User, channel: Channel, current: Channel | None) -> Entry:
    return Entry(
        channel_label(workspace, me, channel),
        paths.channel(me.id, channel.id),
        workspace.unread(me.id, channel),
        channel is current,
        sign="lock" if channel.kind == "private" else "#",
        face=face(workspace, partner(channel, me)) if channel.kind == "im" else None,
        note="shared" if channel.shared_with else "",
    )


def people_choices(workspace: Workspace) -> list[tuple[str, str]]:
    return [(user.id, user.real_name or user.name) for user in workspace.people if not user.deleted]


def channel_choices(workspace: Workspace, me: User) -> list[tuple[str, str]]:
    mine = (channel for channel in workspace.channels_of(me.id) if not channel.is_archived)
    return [(c.id, ("" if c.kind == "im" else "#") + channel_label(workspace, me, c)) for c in mine]


def view_surface(workspace: Workspace, me: User, view: View, reader: Reader) -> Surface:
    """A modal or a Home, with what the person has put into it."""
    return Surface(
        kind="home" if view.type == "home" else "modal",
        key=view.id,
        reader=reader,
        values=view.values,
        errors=view.errors,
        files={file.id: file.name for file in workspace.files.values() if file.user_id == me.id},
        people=people_choices(workspace),
        channels=channel_choices(workspace, me),
    )


def page_title(workspace: Workspace, me: User, label: str) -> str:
    unread = unread_of(workspace, me)
    return f"{f'({unread}) ' if unread else ''}{to_words(label)} · {workspace.team.name}"
