"""Which deal is meant: one goes on at once; of several the person chooses, and what they wrote besides is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.services.finding import find
from bot.slack.blocks import modal, radio_input
from bot.slack.ids import Field, Form
from bot.slack.talk import Part, Talk
from bot.slack.turn import Answer, Turn

WithDeal = Callable[[Turn, Deal, str], Answer]
"""A part of the conversation about one deal: the turn, the deal, and what was written after it."""

LONGEST_REST = 2000


def register(talk: Talk) -> None:
    """The form in which one of several deals is chosen."""
    talk.form(Form.CHOOSE, lambda turn: _chosen(talk, turn))


def about(word: str, part: WithDeal) -> Part:
    """A part that first finds the deal meant by the beginning of the text, and asks when it could be several."""

    def found(turn: Turn) -> Answer:
        matching = find(turn.desk, turn.actor, turn.text)
        if matching.only is not None:
            return part(turn, matching.only, matching.rest)
        if len(matching.rest) > LONGEST_REST:
            raise BadInput("Several deals have that name. Please write the deal's number, such as D-42, instead.")
        options = [
            (
                f"{deal.name} (D-{deal.number})",
                f"{deal.company or 'No company'} · {deal.status.value}",
                str(deal.number),
            )
            for deal in matching.deals
        ]
        meta = {"word": word, "rest": matching.rest, "reply": turn.reply_url}
        view = modal(
            Form.CHOOSE,
            "Which deal?",
            [radio_input(Field.DEAL, "Several deals fit", options)],
            submit="Go on",
            meta=meta,
        )
        return Answer(open=view)

    return found


def _chosen(talk: Talk, turn: Turn) -> Answer:
    form = turn.submitted
    number = form.choice(Field.DEAL)
    word = talk.words.get(form.key("word"))
    if not number.isdigit() or word is None:
        raise BadInput("Choose a deal.", {Field.DEAL.value: "Choose a deal."})
    text, reply = f"D-{number} {form.key('rest')}".strip(), form.key("reply")
    answer = word.part(replace(turn, text=text, form=None, reply_url=reply))
    return replace(answer, open=None, become=answer.open) if answer.open else replace(answer, aside=reply)
