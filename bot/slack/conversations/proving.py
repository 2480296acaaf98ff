"""Evidence: adding a piece, taking one back, and excusing a criterion."""

from __future__ import annotations

from bot.domain import policy
from bot.domain.deal import Deal
from bot.domain.errors import AlreadyDecided, BadInput
from bot.domain.evidence import EvidenceKind
from bot.domain.people import Contact
from bot.domain.process import Criterion
from bot.services import advice, deals, evidence, moves, overrides
from bot.services.evidence import AlreadyUsed, Draft
from bot.services.file_reading import is_read
from bot.slack.blocks import View
from bot.slack.conversations.moving import checklist_view
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.turn import Form as Open
from bot.slack.views import proof
from bot.slack.views.sentences import spoken

MOST_ADVICE = 2
"""So often a rep is asked to look at a piece again; then it is added as it is."""


def register(talk: Talk) -> None:
    """The form behind "Add evidence", withdrawing, and what managers say to an excuse."""
    talk.button(Action.EVIDENCE_ADD, _open)
    talk.button(Action.EVIDENCE_OWED, _open_owed)
    talk.button(Action.EVIDENCE_KIND, _other_kind)
    talk.button(Action.EVIDENCE_WITHDRAW, _open_withdrawal)
    talk.button(Action.EXCUSE_AGREE, _agree)
    talk.button(Action.EXCUSE_DECLINE, _open_decline)
    talk.form(Form.EVIDENCE, _added)
    talk.form(Form.WITHDRAW, _withdrawn)
    talk.form(Form.EXCUSE_DECLINE, _declined)


def _open(turn: Turn) -> Answer:
    """The form over the checklist; what the checklist showed is kept, so that it can be drawn again."""
    ref = turn.ref
    deal, criterion = _criterion(turn, ref.id, ref.key)
    policy.require_change(turn.actor, deal)
    meta = {"deal": deal.id, "from": deal.stage, **below(turn)}
    return over(turn, proof.evidence_form(deal, criterion, proof.kinds_of(criterion)[0], turn.today, meta))


def _open_owed(turn: Turn) -> Answer:
    """The form for what was let pass before, whatever stage the deal is in by now."""
    deal, one = overrides.find(turn.desk, turn.actor, turn.ref.id)
    policy.require_change(turn.actor, deal)
    if not one.is_open:
        raise AlreadyDecided("This evidence is not awaited any more: it has come, or a manager set another day.")
    deal, criterion = _criterion(turn, deal.id, one.criterion, one.stage)
    meta = {"deal": deal.id, "from": one.stage, **below(turn)}
    return over(turn, proof.evidence_form(deal, criterion, proof.kinds_of(criterion)[0], turn.today, meta))


def _other_kind(turn: Turn) -> Answer:
    form = turn.submitted
    deals.for_change(turn.desk, turn.actor, form.id("deal"))
    drawn = _again(turn, form, _kind(turn.value), form.key("ask"))
    return Answer(redraw=lambda: drawn)


def _added(turn: Turn) -> Answer:
    form = turn.submitted
    draft = _draft(form)
    if (advised := _advised(turn, form, draft)) is not None:
        return Answer(become=advised)
    try:
        evidence.add_evidence(turn.desk, turn.actor, form.id("deal"), form.key("from"), draft)
    except AlreadyUsed as problem:
        ask = proof.ASK_BOTH if problem.same_deal else proof.ASK_WHY
        return Answer(become=_again(turn, form, draft.kind, ask, spoken(str(problem), turn.command)))
    reads = " I look into your file now, and write to you what it shows." if is_read(draft.file) else ""
    return _back(turn, form.id("deal"), f":white_check_mark: Added.{reads}")


def _advised(turn: Turn, form: Open, draft: Draft) -> View | None:
    """The form again with what could be better; not for what was advised on before, and not a third time."""
    given = [mark for mark in form.key("advised").split() if mark]
    mark = advice.mark(draft)
    if mark in given or len(given) >= MOST_ADVICE:
        return None
    found = advice.before_adding(turn.desk, turn.actor, form.id("deal"), form.key("from"), draft)
    if found is None:
        return None
    return _again(turn, form, draft.kind, form.key("ask"), advised=" ".join((*given, mark)), found=found)


def _draft(form: Open) -> Draft:
    kind = _kind(form.choice(Field.KIND) or form.key("kind"))
    chosen = form.choice(Field.CONTACT)
    return Draft(
        criterion=form.key("criterion"),
        kind=kind,
        what=form.text(Field.WHAT),
        happened_on=form.date(Field.HAPPENED_ON),
        about_date=form.date(Field.ABOUT_DATE),
        contact_id=int(chosen) if chosen.isdigit() else None,
        new_contact=new_contact(form.text(Field.NEW_CONTACT)),
        link=form.text(Field.LINK),
        file=form.file(Field.FILE),
        proves_both=form.ticked(Field.PROVES_BOTH),
        why_again=form.text(Field.WHY_AGAIN),
    )


def new_contact(text: str) -> Contact | None:
    """“Name, role, mail” in any order after the name; the part with an @ is the mail."""
    name, *others = [part.strip() for part in text.split(",")]
    if not name:
        return None
    mails = [part for part in others if "@" in part]
    return Contact(0, name, ", ".join(part for part in others if "@" not in part), mails[0] if mails else "")


def _kind(value: str) -> EvidenceKind:
    try:
        return EvidenceKind(value)
    except ValueError:
        raise BadInput("Choose a kind.", {Field.KIND.value: "Choose a kind."}) from None


def _again(
    turn: Turn,
    form: Open,
    kind: EvidenceKind,
    ask: str,
    warning: str = "",
    *,
    advised: str = "",
    found: advice.Advice | None = None,
) -> View:
    """The form drawn again, with what is typed in it; `advised` marks what was advised on so far."""
    deal, criterion = _criterion(turn, form.id("deal"), form.key("criterion"), form.key("from"))
    names = ("deal", "from", "below", "to", "moving", "page", "reply", "home", "advised")
    kept = {name: form.meta[name] for name in names if name in form.meta}
    kept |= {"advised": advised} if advised else {}
    return proof.evidence_form(deal, criterion, kind, turn.today, kept, ask=ask, warning=warning, advice=found)


def _criterion(turn: Turn, deal_id: int, key: str, stage_key: str = "") -> tuple[Deal, Criterion]:
    """A criterion of the deal's stage, or of an earlier one whose evidence has yet to follow."""
    seen = moves.checklist(turn.desk, turn.actor, deal_id)
    before = [one.criterion for one in seen.judgement.following if one.override.stage == stage_key]
    criterion = next((one for one in before if one.key == key), None) or seen.judgement.stage.criterion(key)
    if criterion is None:
        raise BadInput(f"{seen.deal.label} has moved on to “{seen.judgement.stage.name}”. Please open it again.")
    return seen.deal, criterion


def _open_withdrawal(turn: Turn) -> Answer:
    deal, piece = evidence.find(turn.desk, turn.actor, turn.ref.id)
    policy.require_change(turn.actor, deal)
    return over(turn, proof.withdraw_form(deal, piece, below(turn)))


def _withdrawn(turn: Turn) -> Answer:
    form = turn.submitted
    piece = evidence.withdraw(turn.desk, turn.actor, form.id("evidence"), form.text(Field.REASON))
    return _back(turn, piece.deal_id, ":white_check_mark: Withdrawn.")


def _back(turn: Turn, deal_id: int, note: str) -> Answer:
    """To the modal below, drawn again; where there is none, to the checklist."""
    form = turn.submitted
    if form.below and form.key("below"):
        return done(turn, deal_id, note)
    return Answer(become=checklist_view(turn, deal_id, note))


def _agree(turn: Turn) -> Answer:
    evidence.agree_not_applicable(turn.desk, turn.actor, turn.ref.id)
    return Answer()


def _open_decline(turn: Turn) -> Answer:
    deal, piece = evidence.find(turn.desk, turn.actor, turn.ref.id)
    policy.require_excuser(turn.actor, deal, piece.added_by)
    return Answer(open=proof.decline_form(deal, piece))


def _declined(turn: Turn) -> Answer:
    form = turn.submitted
    evidence.decline_not_applicable(turn.desk, turn.actor, form.id("evidence"), form.text(Field.REASON))
    return Answer()
