"""Methods about the app itself, its team and the people."""

from __future__ import annotations

import secrets

from sandbox.api.method import ApiError, Json, Request, method
from sandbox.api.shapes import page_of, user_json
from sandbox.contents import SLACKBOT


def api_test(request: Request) -> Json:
    error = request.text("error")
    if error:
        raise ApiError(error, args=request.args)
    return {"args": request.args}


def auth_test(request: Request) -> Json:
    workspace = request.workspace
    return {
        "url": f"https://{workspace.team.domain}.slack.com/",
        "team": workspace.team.name,
        "user": workspace.bot.name,
        "team_id": workspace.team.id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(request: Request) -> Json:
    ticket = secrets.token_urlsafe(16)
    request.slack.socket_tickets.add(ticket)
    return {"url": f"{request.slack.socket_url}/link/?ticket={ticket}&app_id={request.workspace.app.id}"}


def team_info(request: Request) -> Json:
    team = request.workspace.team
    if request.text("team") not in ("", team.id):
        raise ApiError("team_not_found")
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


def users_info(request: Request) -> Json:
    user = request.workspace.users.get(request.text("user"))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": user_json(request, user)}


def users_list(request: Request) -> Json:
    workspace = request.workspace
    users = [u for u in workspace.users.values() if u.id != SLACKBOT and not workspace.is_outsider(u)]
    page, metadata = page_of(request, users)
    return {"members": [user_json(request, u) for u in page], "cache_ts": 0, "response_metadata": metadata}


METHODS = (
    method("api.test", api_test, optional="error foo", caller="anyone"),
    method("auth.test", auth_test, tier="t5"),
    method("apps.connections.open", connections_open, tier="t3", caller="app"),
    method("team.info", team_info, optional="team domain", scopes="team:read", tier="t3"),
    method("users.info", users_info, required="user", optional="include_locale", scopes="users:read"),
    method("users.list", users_list, optional="cursor limit include_locale", scopes="users:read", tier="t2"),
)
