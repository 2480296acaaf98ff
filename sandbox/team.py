"""The seeded workspace: Northbeam, a small invented seller, and people of Alder & Finch, an invented buyer."""

from __future__ import annotations

from sandbox.contents import SLACKBOT, App, Channel, Command, Shortcut, Team, User
from sandbox.workspace import Workspace

NORTHBEAM = Team("T06NB4K2QWX", "Northbeam", "northbeam")
BUYER = Team("T07AF9D3LMC", "Alder & Finch", "alderfinch")

RITA = "U06RITA7K2P"
TOM = "U06TOMH4M9D"
MARTA = "U06MRTA1X8C"
DEEPAK = "U06DPK55Q3V"
GUS = "U06GUS8B2TN"
OLIVIA = "U07OLV3AF9E"
BOT_USER = "U06STGC0ACH"

MANAGERS = (MARTA, DEEPAK)
DOMAIN = "northbeam.example"

DEALS = "C06DEALS9M1"
GENERAL = "C06GNRL2P4A"
SHARED = "C06SHARD7F3"

# The scopes that the app is granted when nothing else is said.
SCOPES = frozenset(
    {
        *("commands", "chat:write", "im:write", "users:read", "files:read", "files:write"),
        *("channels:read", "groups:read", "im:read", "team:read"),
    }
)
EVENTS = frozenset({"app_home_opened", "user_change", "member_joined_channel"})


def default_app(bot_token: str, app_token: str, signing_secret: str) -> App:
    """The app as it is installed when no manifest says otherwise."""
    return App(
        id="A06STGCH2QR",
        name="Stagecoach",
        bot_user_id=BOT_USER,
        bot_id="B06STGCH5ZT",
        bot_token=bot_token,
        app_token=app_token,
        signing_secret=signing_secret,
        verification_token="not-used-any-more",  # noqa: S106 (Slack's old token; apps check signatures)
        scopes=SCOPES,
        commands=(Command("/deal", "Log a deal, prove its exit criteria, move it", "new | show | move | help"),),
        shortcuts=(Shortcut("log_a_deal", "Log a deal", "global", "Start a new deal"),),
        events=EVENTS,
    )


def northbeam(app: App) -> Workspace:
    """The people and channels of Northbeam, with nothing said yet."""
    workspace = Workspace(NORTHBEAM, app, teams={NORTHBEAM.id: NORTHBEAM, BUYER.id: BUYER})
    for user in _people(app):
        workspace.users[user.id] = user
    for channel in _channels(app):
        workspace.channels[channel.id] = channel
    return workspace


def _people(app: App) -> list[User]:
    ours, mail = NORTHBEAM.id, DOMAIN
    return [
        User(RITA, ours, "rita", "Rita Solano", f"rita@{mail}", "Europe/Madrid", "Account executive"),
        User(TOM, ours, "tom", "Tom Hale", f"tom@{mail}", "America/New_York", "Account executive"),
        User(
            MARTA, ours, "marta", "Marta Lindqvist", f"marta@{mail}", "Europe/Stockholm", "Sales manager", is_admin=True
        ),
        User(DEEPAK, ours, "deepak", "Deepak Rao", f"deepak@{mail}", "Asia/Kolkata", "Regional manager"),
        User(GUS, ours, "gus", "Gus Weaver", "gus@weaver.example", "Europe/London", "Contractor", is_restricted=True),
        User(OLIVIA, BUYER.id, "olivia", "Olivia Finch", "olivia@alderfinch.example", None, "Head of operations"),
        User(app.bot_user_id, ours, "stagecoach", app.name, tz="Europe/London", is_bot=True),
        User(SLACKBOT, ours, "slackbot", "Slackbot", tz="Europe/London", is_bot=True),
    ]


def _channels(app: App) -> list[Channel]:
    bot, ours = app.bot_user_id, (RITA, TOM, MARTA, DEEPAK)
    made = 1_735_689_600  # 1 January 2025
    return [
        Channel(
            GENERAL, "general", "public", [*ours, GUS], "Company-wide", creator=MARTA, created=made, is_general=True
        ),
        Channel(DEALS, "deals", "public", [*ours, bot], "Moves and decisions", creator=MARTA, created=made),
        Channel(
            SHARED,
            "shared-alder-finch",
            "public",
            [RITA, MARTA, GUS, OLIVIA, bot],
            "With Alder & Finch",
            created=made,
            shared_with=(BUYER.id,),
        ),
        *(Channel(f"D06{one[3:]}", "", "im", [one, bot], created=made) for one in (*ours, GUS)),
    ]
