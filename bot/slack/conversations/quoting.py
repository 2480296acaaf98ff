"""Using a message in Slack as evidence: the shortcut, the form with everything proposed, and the piece added."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from bot.domain.errors import BadInput
from bot.domain.quoted import Quoted
from bot.services import moves, quoting
from bot.services.evidence import AlreadyUsed
from bot.services.evidence_checks import LONGEST
from bot.services.quoting import Chosen, NoDeal, Proposal
from bot.slack.ids import Action, Field, Form, Shortcut
from bot.slack.talk import Talk
from bot.slack.text import clip, mentions, quotable
from bot.slack.turn import Answer, Turn
from bot.slack.turn import Form as Open
from bot.slack.views import quoting as view
from bot.slack.views.proof import ASK_BOTH, ASK_WHY
from bot.slack.views.sentences import spoken


def register(talk: Talk) -> None:
    """The shortcut, the menus of its form, and the form."""
    talk.shortcut(Shortcut.USE_AS_EVIDENCE, _open)
    talk.button(Action.QUOTED_DEAL, _other_deal)
    talk.button(Action.QUOTED_CRITERION, _drawn_again)
    talk.button(Action.QUOTED_WHO, _drawn_again)
    talk.form(Form.QUOTED, _used)


def _open(turn: Turn) -> Answer:
    try:
        proposal = quoting.take(turn.desk, turn.actor, _quoted(turn), turn.asked)
    except NoDeal as problem:
        return Answer(open=view.no_deal(spoken(str(problem), turn.command)))
    return Answer(open=view.quoted_form(proposal, turn.reply_url))


def _quoted(turn: Turn) -> Quoted:
    """The message as it is to be kept: its words plain, and no longer than a piece of evidence may be."""
    marked = turn.marked
    if marked is None:
        raise BadInput("Use this shortcut on a message: open the menu of the message (⋮) and choose it there.")
    named = quoting.names(turn.desk, turn.actor.team_id, mentions(marked.text))
    return Quoted(
        id=0,
        team_id=turn.actor.team_id,
        channel=marked.channel,
        ts=marked.ts,
        thread_ts=marked.thread_ts,
        author=marked.author,
        home_team=marked.home_team,
        is_app=marked.is_app,
        text=clip(quotable(marked.text, named), LONGEST),
        said_at=_moment(marked.ts),
        taken_by=turn.actor.user_id,
    )


def _moment(ts: str) -> datetime:
    """When a message was posted: its time stamp counts seconds, and tells messages of one second apart."""
    try:
        seconds = float(ts)
        if not math.isfinite(seconds):
            raise ValueError(ts)
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise BadInput("I cannot tell when this message was written, so it proves nothing yet.") from None


def _other_deal(turn: Turn) -> Answer:
    """Another deal has other criteria and other people, so what was chosen of these is proposed anew."""
    if not turn.value.isdigit() or len(turn.value) > 18:
        raise BadInput("Choose a deal.", {Field.DEAL.value: "Choose a deal."})
    return _redrawn(turn, Chosen(deal_id=int(turn.value)))


def _drawn_again(turn: Turn) -> Answer:
    return _redrawn(turn, _chosen(turn.submitted))


def _redrawn(turn: Turn, chosen: Chosen) -> Answer:
    form = turn.submitted
    proposal = quoting.propose(turn.desk, turn.actor, form.id("quoted"), chosen)
    drawn = view.quoted_form(proposal, form.key("reply"))
    return Answer(redraw=lambda: drawn)


def _used(turn: Turn) -> Answer:
    form, chosen = turn.submitted, _chosen(turn.submitted)
    if _drawn(form) != chosen:
        return _asked(turn, form, chosen, "You chose something else meanwhile. Managers will see it like this.", "")
    try:
        deal, piece = quoting.use(
            turn.desk,
            turn.actor,
            form.id("quoted"),
            form.key("from"),
            chosen,
            proves_both=form.ticked(Field.PROVES_BOTH),
            why_again=form.text(Field.WHY_AGAIN),
        )
    except AlreadyUsed as problem:
        ask = ASK_BOTH if problem.same_deal else ASK_WHY
        return _asked(turn, form, chosen, spoken(str(problem), turn.command), ask)
    except quoting.MovedOn as problem:
        return _asked(turn, form, Chosen(deal_id=chosen.deal_id), spoken(str(problem), turn.command), "")
    said = view.added(moves.checklist(turn.desk, turn.actor, deal.id), piece)
    return Answer(say=said, aside=form.key("reply"))


def _asked(turn: Turn, form: Open, chosen: Chosen, warning: str, ask: str) -> Answer:
    proposal: Proposal = quoting.propose(turn.desk, turn.actor, form.id("quoted"), chosen)
    return Answer(become=view.quoted_form(proposal, form.key("reply"), warning=warning, ask=ask))


def _chosen(form: Open) -> Chosen:
    """What stands in the form now; where another deal was chosen than it was drawn for, nothing but that deal."""
    drawn, deal = _drawn(form), form.choice(Field.DEAL)
    if deal.isdigit() and len(deal) <= 18 and int(deal) != drawn.deal_id:
        return Chosen(deal_id=int(deal))
    place = view.place(form.id("deal"), form.key("from"))
    return Chosen(
        deal_id=drawn.deal_id,
        criterion=form.choice(Field.CRITERION, place) or drawn.criterion,
        who=form.choice(Field.CONTACT, place) or drawn.who,
    )


def _drawn(form: Open) -> Chosen:
    """What the form was drawn for. Only that has been seen as managers will see it; what stands in the form may be
    newer, when somebody is quicker than Slack draws it again.
    """
    return Chosen(form.id("deal"), form.key("criterion"), form.key("who"))
