"""A small app for the tests of the page: a modal with every input, a card with a menu, a Home, a stack of modals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

from sandbox.server import BOT_TOKEN

Json = dict[str, Any]
Answer = tuple[int, Mapping[str, str], bytes]
EMPTY: Answer = (200, {}, b"")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def asked(label: str, block_id: str, element: Json, **more: Any) -> Json:
    element = {"action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


SURE = {
    "title": plain("Send it back?"),
    "text": mrkdwn("The rep is asked *again*."),
    "confirm": plain("Send back"),
    "deny": plain("Cancel"),
    "style": "danger",
}
KINDS = [option("Email", "email"), option("Meeting", "meeting")]
MORE = {"type": "overflow", "action_id": "more", "options": KINDS}
MENU = {"type": "static_select", "options": KINDS}


def every_input() -> list[Json]:
    """One input of each kind; all but the name are optional."""
    rest = [
        asked("Notes", "notes", {"type": "plain_text_input", "multiline": True}, hint=plain("What they said")),
        asked("Mail", "mail", {"type": "email_text_input"}),
        asked("Link", "link", {"type": "url_text_input"}),
        asked("Seats", "seats", {"type": "number_input", "is_decimal_allowed": False}),
        asked("Happened on", "day", {"type": "datepicker", "initial_date": "2025-03-04"}),
        asked("At", "hour", {"type": "timepicker"}),
        asked("Kind", "kind", {**MENU}, dispatch_action=True),
        asked("Criteria", "criteria", {"type": "multi_static_select", "options": KINDS}),
        asked("Colleague", "who", {"type": "users_select"}),
        asked("Channel", "where", {"type": "channels_select"}),
        asked("Conversation", "talk", {"type": "conversations_select"}),
        asked("Sure?", "sure", {"type": "radio_buttons", "options": [option("Yes", "yes"), option("No", "no")]}),
        asked("Proves", "proves", {"type": "checkboxes", "options": KINDS}),
        asked("File", "file", {"type": "file_input", "filetypes": ["txt", "pdf"], "max_files": 2}),
    ]
    name = asked("Deal name", "name", {"type": "plain_text_input", "max_length": 40})
    return [name, *({**block, "optional": True} for block in rest)]


def checklist(criteria: int = 2) -> Json:
    """A view without inputs whose buttons open a form on top, as a checklist does."""
    blocks: list[Json] = [{"type": "header", "text": plain("What the buyer has to do")}]
    for number in range(1, criteria + 1):
        blocks.append(
            {
                "type": "section",
                "block_id": f"criterion-{number}",
                "text": mrkdwn(f"*Criterion {number}* is not met yet.\n>Ask for the mail."),
                "accessory": button("Add evidence", "add_evidence"),
            }
        )
    return modal("Move Acme", "checklist", blocks, submit="Move")


def modal(title: str, callback_id: str, blocks: list[Json], submit: str | None = "Save") -> Json:
    view: Json = {"type": "modal", "title": plain(title), "callback_id": callback_id, "blocks": blocks}
    return view | ({"submit": plain(submit)} if submit else {})


def card(text: str = "*Acme* moved to Proposal") -> list[Json]:
    return [
        {
            "type": "section",
            "text": mrkdwn(text),
            "accessory": {"type": "overflow", "action_id": "more", "options": KINDS},
        },
        {"type": "context", "elements": [mrkdwn("asked by <@U06RITA7K2P>")]},
        {
            "type": "actions",
            "block_id": "decide",
            "elements": [
                button("Approve", "approve", style="primary", value="7"),
                button("Send back", "send_back", style="danger", confirm=SURE),
                {**MENU, "action_id": "pick", "placeholder": plain("Choose a kind")},
            ],
        },
    ]


class PageApp:
    """Called by the sandbox with each delivery; ``seen`` keeps the payloads. Calls the Web API at ``api_url``."""

    def __init__(self) -> None:
        self.api_url = ""
        self.seen: list[Json] = []

    def __call__(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if headers.get("Content-Type", "").startswith("application/json"):
            return self._event(json.loads(body)["event"])
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if "payload" not in form:
            self.seen.append({"type": "command", **form})
            return self._command(form)
        payload = json.loads(form["payload"])
        self.seen.append(payload)
        return self._interaction(payload)

    def actions(self) -> list[tuple[str, Any]]:
        """(action_id, what was chosen) of every press, in order."""
        found = []
        for payload in self.seen:
            for action in payload.get("actions", ()):
                chosen = action.get("selected_option", {}).get("value") or action.get("value")
                found.append((action["action_id"], chosen))
        return found

    def submitted(self) -> Json:
        """The values of the newest submission: block_id -> the element's state."""
        view = next(payload["view"] for payload in reversed(self.seen) if payload["type"] == "view_submission")
        return {block: next(iter(actions.values())) for block, actions in view["state"]["values"].items()}

    def call(self, method: str, **args: Any) -> Json:
        headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": "application/json; charset=utf-8"}
        request = Request(self.api_url + method, json.dumps(args).encode(), headers)
        with urlopen(request) as response:
            answer: Json = json.load(response)
        assert answer["ok"], (method, answer)
        return answer

    def _command(self, form: Mapping[str, str]) -> Answer:
        word = form.get("text", "").partition(" ")[0]
        if word == "form":
            view = modal("Log a deal", "every_input", every_input())
            self.call("views.open", trigger_id=form["trigger_id"], view=view)
        elif word == "move":
            self.call("views.open", trigger_id=form["trigger_id"], view=checklist())
        elif word == "post":
            self.call("chat.postMessage", channel=form["channel_id"], text="Acme moved", blocks=card())
        elif word == "late":
            return 500, {}, b""
        else:
            return _json(
                {"response_type": "ephemeral", "text": f"You said `{form.get('text', '')}`. Try */deal form*."}
            )
        return EMPTY

    def _interaction(self, payload: Json) -> Answer:
        if payload["type"] == "shortcut":
            view = modal("Log a deal", "every_input", every_input())
            self.call("views.open", trigger_id=payload["trigger_id"], view=view)
        if payload["type"] == "block_actions":
            return self._action(payload)
        if payload["type"] == "view_submission":
            return self._submission(payload["view"])
        return EMPTY

    def _action(self, payload: Json) -> Answer:
        action = payload["actions"][0]
        if action["action_id"] == "add_evidence":
            criterion = asked("What did the buyer do?", "what", {"type": "plain_text_input", "multiline": True})
            view = modal("Add evidence", "evidence", [criterion], "Add")
            self.call("views.push", trigger_id=payload["trigger_id"], view=view)
        elif action["block_id"] == "kind":
            chosen = action["selected_option"]["value"]
            blocks = [*every_input()[:9], {"type": "section", "text": mrkdwn(f"You chose *{chosen}*.")}]
            view = modal("Log a deal", "every_input", blocks)
            self.call("views.update", view_id=payload["view"]["id"], view=view)
        elif action["action_id"] == "approve" and "message" in payload:
            done = [{"type": "section", "text": mrkdwn(f"Approved by <@{payload['user']['id']}>")}]
            where = payload["container"]
            self.call("chat.update", channel=where["channel_id"], ts=where["message_ts"], text="Approved", blocks=done)
        return EMPTY

    def _submission(self, view: Json) -> Answer:
        values = view["state"]["values"]
        if view["callback_id"] == "every_input" and values["name"]["value"]["value"] == "tbd":
            return _json({"response_action": "errors", "errors": {"name": "Give the deal its real name."}})
        if view["callback_id"] == "checklist":
            banner = {"type": "section", "text": mrkdwn("Criterion 1 is *not met*.")}
            view = checklist()
            return _json({"response_action": "update", "view": {**view, "blocks": [banner, *view["blocks"]]}})
        return EMPTY

    def _event(self, event: Json) -> Answer:
        self.seen.append({"type": "event", "event": event})
        if event["type"] == "app_home_opened" and event["tab"] == "home":
            home = {"type": "home", "blocks": [{"type": "header", "text": plain("Your deals")}, *card("*Acme* · 2/3")]}
            self.call("views.publish", user_id=event["user"], view=home)
        return EMPTY


def _json(body: Json) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()
