"""Modals over modals: opening a form over the one that is open, and drawing the one below again afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.blocks import View
from bot.slack.conversations.coaching import coach_view
from bot.slack.conversations.evidence_list import evidence_view
from bot.slack.conversations.moving import checklist_view
from bot.slack.conversations.showing import sheet_view
from bot.slack.ids import Form as Modal
from bot.slack.turn import Answer, Message, Turn

STAY = (Modal.SHOW, Modal.CHECKLIST, Modal.COACH, Modal.EVIDENCE_LIST)
"""The modals that are drawn again, with what was done, when a form over them is submitted."""


def over(turn: Turn, view: View) -> Answer:
    """Show a modal: over the open one where there is one, and in its place when Slack takes no more on top."""
    if turn.form is None:
        return Answer(open=view)
    return Answer(redraw=lambda: view) if turn.form.is_third else Answer(push=view)


def below(turn: Turn) -> Mapping[str, Any]:
    """What a form has to keep in its `meta` about where it is opened: the modal it is going to stand over, or where
    to say afterwards what was done. Over another modal there is no such place.
    """
    form = turn.form
    if form is None:
        return {"reply": turn.reply_url} if turn.reply_url else {"home": "yes"} if turn.in_home else {}
    if form.callback_id not in STAY or form.is_third:
        return {}
    shown = {"below": form.callback_id}
    if form.callback_id == Modal.EVIDENCE_LIST:
        shown |= {"page": str(form.id("page"))}
    if form.callback_id == Modal.CHECKLIST:
        shown |= {"to": form.key("to"), "moving": "yes" if form.meta.get("moving") else ""}
    return shown


def done(turn: Turn, deal_id: int, said: str) -> Answer:
    """After a submitted form: say what was done. `said` is markup.

    It stands in the modal below where there is one; else the form closes and it is said where the form was asked for.
    The App Home shows what was done by itself. Failing all that, it takes the form's place.
    """
    form = turn.submitted
    if form.below and form.key("below") == Modal.SHOW:
        return Answer(redraw_below=lambda: sheet_view(turn, deal_id, said))
    if form.below and form.key("below") == Modal.EVIDENCE_LIST:
        page = form.key("page")
        return Answer(redraw_below=lambda: evidence_view(turn, deal_id, said, int(page) if page.isdigit() else 0))
    if form.below and form.key("below") == Modal.CHECKLIST:
        moving, to = bool(form.key("moving")), form.key("to") or None
        return Answer(redraw_below=lambda: checklist_view(turn, deal_id, said, moving=moving, to=to))
    if form.below and form.key("below") == Modal.COACH:
        return Answer(redraw_below=lambda: coach_view(turn, deal_id, said))
    if form.below is None and form.key("home"):
        return Answer()
    return Answer(say=Message(said), aside="" if form.below else form.key("reply"))
