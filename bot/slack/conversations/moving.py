"""Moving a deal: the checklist, and the button that moves it when everything is there."""

from __future__ import annotations

from bot.domain import policy
from bot.domain.deal import Deal, Move, Status
from bot.domain.errors import BadInput
from bot.domain.process import StageKind
from bot.services import moves, promises
from bot.services.desk import Desk
from bot.services.promises import Draft
from bot.slack.blocks import View, actions, button
from bot.slack.conversations.choosing import about
from bot.slack.conversations.showing import sheet_view
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views import checklist as view
from bot.slack.views.promise_forms import read_draft
from bot.slack.views.wording import deal_title, short, stage_name


def register(talk: Talk) -> None:
    """`move`, `won`, the checklist and the form that asks for a reason."""
    talk.word("move", "move X [stage]", "check the exit criteria and move the deal on", about("move", _move))
    talk.word("won", "won X", "move the deal into the stage that wins it", about("won", _won))
    talk.button(Action.MOVE_OPEN, _open)
    talk.button(Action.MOVE_CHOOSE, _choose)
    talk.form(Form.CHECKLIST, _submitted)
    talk.form(Form.REASON, _with_reason)


def checklist_view(turn: Turn, deal_id: int, note: str = "", *, moving: bool = False, to: str | None = None) -> View:
    """The checklist of a deal as it is now. With `moving` it has the button that moves the deal to `to`."""
    seen = moves.checklist(turn.desk, turn.actor, deal_id, to)
    return view.checklist(seen, moving=moving, note=note)


def _move(turn: Turn, deal: Deal, rest: str) -> Answer:
    seen = moves.checklist(turn.desk, turn.actor, deal.id, rest or None)
    policy.require_change(turn.actor, seen.deal)
    if seen.way is not None and not seen.way.needs_gate:
        return Answer(open=view.reason_form(seen))
    if seen.way is None:
        raise BadInput(f"{deal.label} is in “{seen.judgement.stage.name}” and has nowhere to go from there.")
    return Answer(open=view.checklist(seen, moving=True))


def _won(turn: Turn, deal: Deal, _rest: str) -> Answer:
    process = turn.desk.process(deal)
    won = next(stage for stage in process.stages if stage.kind is StageKind.WON)
    return _move(turn, deal, won.key)


def _open(turn: Turn) -> Answer:
    """From a button: over a modal when there is one, else as a new one."""
    seen = moves.checklist(turn.desk, turn.actor, turn.ref.id)
    drawn = view.checklist(seen, moving=True)
    if turn.form is None:
        return Answer(open=drawn)
    return Answer(redraw=lambda: drawn) if turn.form.is_third else Answer(push=drawn)


def _choose(turn: Turn) -> Answer:
    """Another way was chosen in the checklist: on to another stage, or back or aside with a reason."""
    ref = turn.ref
    seen = moves.checklist(turn.desk, turn.actor, ref.id, ref.key)
    policy.require_change(turn.actor, seen.deal)
    if seen.way is not None and not seen.way.needs_gate:
        return Answer(push=view.reason_form(seen))
    return Answer(redraw=lambda: checklist_view(turn, ref.id, moving=True, to=ref.key))


def _submitted(turn: Turn) -> Answer:
    form = turn.submitted
    deal_id, promised = form.id("deal"), _promised(turn)
    moved = moves.move(turn.desk, turn.actor, deal_id, form.key("from"), form.key("to"), promised=promised)
    if moved.move is None:
        warning = view.gaps_warning(moved.checklist.judgement)
        return Answer(become=view.checklist(moved.checklist, moving=True, warning=warning))
    # Only the sheet of the deal can lie below a checklist.
    return Answer(become=_done(turn.desk, moved, moved.move), redraw_below=lambda: sheet_view(turn, deal_id))


def _promised(turn: Turn) -> Draft | None:
    """The promise that was written below the checklist of a win, if any."""
    form = turn.submitted
    draft = read_draft(form) if form.has(Field.PROMISE) else Draft("")
    return None if draft.is_empty else promises.checked(draft, turn.today)


def _with_reason(turn: Turn) -> Answer:
    form = turn.submitted
    reason = form.text(Field.REASON)
    moved = moves.move(turn.desk, turn.actor, form.id("deal"), form.key("from"), form.key("to"), reason)
    if moved.move is None:
        raise BadInput("This way asks for evidence now. Close this and look at the checklist again.")
    deal_id = form.id("deal")
    return Answer(become=_done(turn.desk, moved, moved.move), redraw_below=lambda: checklist_view(turn, deal_id))


def _done(desk: Desk, moved: moves.Moved, move: Move) -> View:
    seen = moved.checklist
    channel = desk.channel(seen.process)
    shown = f" Your managers see it in <#{channel}>." if channel else ""
    to = stage_name(seen.process, move.to_stage)
    if move.is_pending:
        note = f":hourglass_flowing_sand: {deal_title(seen.deal)} waits for a manager to approve “{to}”.{shown}"
    else:
        note = f":white_check_mark: {deal_title(seen.deal)} is now in “{short(to)}”.{shown} Here is what comes next."
    won = move.to_status is Status.WON and move.from_status is not Status.WON
    noting = button("Note a promise…", Action.PROMISE_NOTE, Ref(seen.deal.id))
    return view.checklist(seen, moving=False, note=note, extra=[actions(noting)] if won else [])
