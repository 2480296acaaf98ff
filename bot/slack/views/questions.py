"""Questions about proofs: the forms for them, what reaches the rep, and what stands in the card's thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.deal import Deal, Move, Status, Verdict
from bot.domain.evidence import Evidence
from bot.domain.process import Process
from bot.domain.questions import Entry, EntryKind, Question
from bot.services.cards import Asked
from bot.slack.blocks import Block, View, actions, button, context, modal, section, text_input
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.turn import Message
from bot.slack.views.sentences import person
from bot.slack.views.wording import deal_title, evidence_words, link_words, short, stage_name


def ask_form(deal: Deal, move: Move, criterion_key: str, pieces: tuple[Evidence, ...]) -> View:
    """A manager asks how a criterion was met."""
    met = next((m for m in move.criteria if m.key == criterion_key), None)
    used = [piece for piece in pieces if met and piece.id in met.evidence]
    blocks: list[Block] = [section(f"{deal_title(deal)}\n*{short(met.text if met else criterion_key, 500)}*")]
    if used:
        blocks.append(section("\n".join(evidence_words(piece, 300) for piece in used[:4])))
    blocks.append(
        text_input(
            Field.QUESTION,
            "Your question",
            multiline=True,
            placeholder="May I see the mail in which they confirmed?",
            hint="The rep gets it as a direct message. Until you accept an answer, this criterion counts as disputed.",
        )
    )
    meta = {"move": move.id, "criterion": criterion_key}
    return modal(Form.ASK, "Ask for the proof", blocks, submit="Ask", close="Cancel", meta=meta)


def answer_form(deal: Deal, question: Question, criterion_text: str, kept: Mapping[str, Any]) -> View:
    """The rep answers. `kept` is what the form has to remember about where it was opened."""
    blocks = [
        section(f"{deal_title(deal)}\n*{short(criterion_text, 500)}*"),
        section(f"{person(question.asked_by)} asks:\n> {short(question.latest, 1500)}"),
        text_input(Field.ANSWER, "Your answer", multiline=True),
        text_input(Field.LINK, "Link to the proof", placeholder="https://…", optional=True),
    ]
    meta = {**kept, "question": question.id}
    return modal(Form.ANSWER, "Answer", blocks, submit="Answer", close="Cancel", meta=meta)


def again_form(deal: Deal, question: Question) -> View:
    """A manager says what is still missing."""
    blocks = [
        section(f"{deal_title(deal)}\n> {short(question.latest, 1000)}"),
        text_input(Field.QUESTION, "What is still missing?", multiline=True),
    ]
    return modal(Form.AGAIN, "Ask again", blocks, submit="Ask", close="Cancel", meta={"question": question.id})


def to_rep(asked: Asked) -> Message:
    """The question, as a direct message to the rep."""
    question = asked.question
    blocks: list[Block] = [
        section(f"{person(question.asked_by)} has a question about {deal_title(asked.deal)}"),
        context(f"*{short(asked.criterion_text, 500)}*"),
        section(f"> {short(question.latest, 2500)}"),
    ]
    if question.waits_for_rep:
        blocks.append(
            actions(
                button("Answer", Action.QUESTION_ANSWER, Ref(question.id), style="primary"),
                button("Open the checklist", Action.MOVE_OPEN, Ref(asked.deal.id)),
            )
        )
    else:
        blocks.append(context(_state(question)))
    return Message(f"A question about {short(asked.deal.name, 200)}: {short(question.latest, 200)}", tuple(blocks))


def in_thread(asked: Asked, entry: Entry | None) -> Message:
    """The question, or what followed it, in the thread of the card."""
    question = asked.question
    if entry is None:
        who = f"{person(question.asked_by)} asks {person(asked.deal.responsible)}"
        text = f"{who} about “{short(asked.criterion_text, 300)}”:\n> {short(question.text, 2000)}"
        return Message(f"A question: {short(question.text, 200)}", (section(text),))
    if entry.kind is EntryKind.ACCEPTED:
        text = f":white_check_mark: {person(entry.by)} accepted the answer about “{short(asked.criterion_text, 300)}”."
        return Message("The answer was accepted.", (section(text),))
    if entry.kind is EntryKind.ASKED_AGAIN:
        text = f"{person(entry.by)} asks again:\n> {short(entry.text, 2000)}"
        return Message(f"Asked again: {short(entry.text, 200)}", (section(text),))
    where = f"\n{link_words(entry.link)}" if entry.link else ""
    blocks: list[Block] = [section(f"{person(entry.by)} answers:\n> {short(entry.text, 2000)}{where}")]
    if question.entries[-1] == entry:
        blocks.append(
            actions(
                button("Accept", Action.QUESTION_ACCEPT, Ref(question.id), style="primary"),
                button("Ask again…", Action.QUESTION_AGAIN, Ref(question.id)),
            )
        )
    return Message(f"An answer: {short(entry.text, 200)}", tuple(blocks))


def accepted(asked: Asked) -> Message:
    """Tells the rep that the question is settled."""
    by = asked.question.entries[-1].by if asked.question.entries else asked.question.asked_by
    text = f":white_check_mark: {person(by)} accepted your answer about {deal_title(asked.deal)}."
    return Message(f"Your answer about {short(asked.deal.name, 200)} was accepted.", (section(text),))


def decision(deal: Deal, move: Move, process: Process | None) -> Message | None:
    """Tells the rep what became of a pending move; nothing before there is a decision."""
    made = move.decision
    if made is None:
        return None
    to = stage_name(process, move.to_stage)
    said = {
        Verdict.APPROVED: f":white_check_mark: {person(made.by)} approved: {deal_title(deal)} is now in “{to}”.",
        Verdict.SENT_BACK: f":leftwards_arrow_with_hook: {person(made.by)} sent the move of {deal_title(deal)} back.",
        Verdict.CANCELLED: f":no_entry_sign: The move of {deal_title(deal)} to “{to}” no longer waits for approval.",
    }[made.verdict]
    blocks: list[Block] = [section(said)]
    if made.comment:
        blocks.append(section(f"> {short(made.comment, 2500)}"))
    row = [button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id))]
    if made.verdict is Verdict.APPROVED and deal.status is Status.WON and move.from_status is not Status.WON:
        row.append(button("Note a promise…", Action.PROMISE_NOTE, Ref(deal.id)))
    blocks.append(actions(*row))
    return Message(f"{short(deal.name, 200)} ({deal.label}): {made.verdict.value.replace('_', ' ')}", tuple(blocks))


def _state(question: Question) -> str:
    if question.is_open:
        return "You answered; a manager will look at it."
    return f":white_check_mark: {person(question.entries[-1].by)} accepted the answer."
