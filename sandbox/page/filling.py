"""From a posted form to what the person did: inputs filled in, files attached, one element pressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Request

from sandbox.acting import Acting, OnMessage, OnView, Outcome
from sandbox.contents import View
from sandbox.inputs import ImpossibleInput, find_element
from sandbox.living import Living
from sandbox.page.fields import Press, Spot, choice_of, chosen, press_named, spot_named
from sandbox.workspace import Workspace

Json = dict[str, Any]


def pressed(request: Request) -> Press | None:
    """The element that was pressed; raises ImpossibleInput for a value that this page never sends."""
    value = request.form.get("press")
    if value is None:
        return None
    press = press_named(value)
    if press is None:
        raise ImpossibleInput("That button is not known here. Please reload the page.")
    return press


def press_on_message(acting: Acting, request: Request, user_id: str, place: OnMessage, blocks: list[Json]) -> Outcome:
    press = pressed(request)
    if press is None:
        return Outcome()
    _, element = find_element(blocks, press.spot.block_id, press.spot.action_id)
    choice = press.option if press.option is not None else choice_of(element, request.form.getlist(press.spot.name))
    return acting.press(user_id, place, press.spot.block_id, press.spot.action_id, choice)


class Filling:
    """One posted form of a modal or a Home."""

    def __init__(self, workspace: Workspace, acting: Acting, living: Living, request: Request, view: View) -> None:
        self._workspace = workspace
        self._acting = acting
        self._living = living
        self._request = request
        self._view = view
        self._user_id = view.user_id

    def fill(self) -> Outcome:
        """Put every changed input into the view, those that the app wants to hear of last; then the press, if any.

        What went wrong first is told; the rest is kept all the same, so that nothing typed is lost.
        """
        press = pressed(self._request)
        outcomes: list[Outcome] = []
        problem: ImpossibleInput | None = None
        changed = [(spot, block) for spot, block in self._changed() if press is None or spot != press.spot]
        for spot, _block in sorted(changed, key=lambda pair: bool(pair[1].get("dispatch_action"))):
            try:
                outcomes.append(self._fill_one(spot))
            except ImpossibleInput as refused:
                problem = problem or refused
        if problem:
            raise problem
        if press:
            outcomes.append(self._press(press))
        return next((outcome for outcome in outcomes if outcome.status != "ok"), Outcome())

    def _changed(self) -> Iterator[tuple[Spot, Json]]:
        with self._workspace.lock:
            for spot in self._spots():
                try:
                    block, element = find_element(self._view.blocks, spot.block_id, spot.action_id)
                except ImpossibleInput:
                    continue  # the view was redrawn without it while the person typed
                state = self._view.values.get(spot.block_id, {}).get(spot.action_id)
                if block["type"] == "input" and self._differs(spot, element, state):
                    yield spot, block

    def _spots(self) -> list[Spot]:
        names = [*self._request.form, *self._request.files]
        return list(dict.fromkeys(spot for name in names if (spot := spot_named(name)) is not None))

    def _differs(self, spot: Spot, element: Json, state: Json | None) -> bool:
        given = [item.replace("\r\n", "\n") for item in self._request.form.getlist(spot.name) if item != ""]
        if element["type"] != "file_input":
            return given != chosen(element, state)
        held = list((state or {}).get("files") or ())
        return given != held or any(file.filename for file in self._request.files.getlist(spot.name))

    def _fill_one(self, spot: Spot) -> Outcome:
        with self._workspace.lock:
            try:
                _, element = find_element(self._view.blocks, spot.block_id, spot.action_id)
            except ImpossibleInput:
                return Outcome()  # an input filled before it made the app redraw the view without this one
        choice = choice_of(element, self._request.form.getlist(spot.name))
        if element["type"] == "file_input":
            choice = [*choice, *self._uploaded(spot, element)]
        return self._acting.fill(self._user_id, self._view.id, spot.block_id, spot.action_id, choice)

    def _uploaded(self, spot: Spot, element: Json) -> list[str]:
        """The ids of the files that came with the form, now uploaded."""
        allowed = [kind.lower() for kind in element.get("filetypes") or ()]
        ids = []
        for upload in self._request.files.getlist(spot.name):
            if not upload.filename:
                continue
            if allowed and upload.filename.rpartition(".")[2].lower() not in allowed:
                raise ImpossibleInput(f"“{upload.filename}” cannot be attached here: choose {' or '.join(allowed)}.")
            file = self._living.upload(self._user_id, upload.filename, upload.read(), upload.mimetype or None)
            ids.append(file.id)
        return ids

    def _press(self, press: Press) -> Outcome:
        spot = press.spot
        with self._workspace.lock:
            block, element = find_element(self._view.blocks, spot.block_id, spot.action_id)
        choice = press.option if press.option is not None else choice_of(element, self._request.form.getlist(spot.name))
        if block["type"] == "input":
            return self._acting.fill(self._user_id, self._view.id, spot.block_id, spot.action_id, choice, enter=True)
        return self._acting.press(self._user_id, OnView(self._view.id), spot.block_id, spot.action_id, choice)
