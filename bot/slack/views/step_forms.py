"""The forms of what happens with a deal next: the next step, and who takes it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from bot.domain.deal import Deal
from bot.slack.blocks import View, context, date_input, modal, section, text_input, tick_input, time_input, user_input
from bot.slack.ids import Field, Form
from bot.slack.text import one_line
from bot.slack.views.notices import banner
from bot.slack.views.wording import deal_title, short, step_day


@dataclass(frozen=True, slots=True)
class Plan:
    """A next step as far as it is known."""

    what: str = ""
    on: date | None = None
    at: time | None = None


def next_form(deal: Deal, plan: Plan, meta: Mapping[str, Any], warning: str = "", *, today: date | None = None) -> View:
    """The form of a deal's next step. Where there is one, what and when may be emptied, which clears it.

    With `today`, a step that is due by then may be put off with a reason.
    """
    step = deal.next_step
    blocks = [banner(warning)] if warning else []
    blocks.append(section(deal_title(deal)))
    if step and (step.what, step.on, step.at) != (plan.what, plan.on, plan.at):
        blocks.append(context(f"Planned now: {step_day(step)}, {short(step.what, 300)}"))
    clear = " Empty these two fields if there is no next step any more." if step else ""
    blocks += [
        text_input(
            Field.WHAT,
            "What will you do next?",
            initial=one_line(plan.what),
            placeholder="Call Jane about pricing",
            optional=step is not None,
        ),
        date_input(
            Field.ON,
            "When?",
            initial=plan.on,
            hint=f"Best a step that the buyer has agreed to.{clear}",
            optional=step is not None,
        ),
        time_input(
            Field.AT,
            "At what time?",
            initial=plan.at,
            hint="Then I remind you again at that hour.",
            optional=True,
        ),
    ]
    if step and today and step.on <= today:
        blocks.append(
            text_input(
                Field.WHY,
                "Moving it to a later day? Say why",
                placeholder="Jane is ill until Monday",
                hint="With a reason the deal stays fresh; otherwise its time in this stage goes on.",
                optional=True,
            )
        )
    return modal(Form.NEXT, "Next step", blocks, submit="Save", close="Cancel", meta={**meta, "deal": deal.id})


def planned(deal: Deal, command: str) -> str:
    """What comes next in a deal, as markup."""
    step = deal.next_step
    if step is None:
        return (
            f":white_check_mark: {deal_title(deal)} has no next step now. An open deal needs one: "
            f"`{command} next {deal.label} tomorrow call Jane`. Nothing to do for long? `{command} park {deal.label}`."
        )
    return f":white_check_mark: Next step of {deal_title(deal)}: *{step_day(step)}*, {short(step.what, 1000)}"


def assign_form(deal: Deal, meta: Mapping[str, Any], *, delivery: bool = False, warning: str = "") -> View:
    """The form that hands a deal to somebody else."""
    now = f"Now with <@{deal.owner}>."
    if deal.delivery_owner:
        now += f" After the win: <@{deal.delivery_owner}>."
    blocks = [
        *([banner(warning)] if warning else []),
        section(f"{deal_title(deal)}\n{now}"),
        user_input(Field.OWNER, "Who takes it over?", hint="A full member of this workspace. They are told."),
        tick_input(
            Field.AS_DELIVERY,
            "After the win",
            "Only as delivery owner",
            ticked=delivery,
            hint="The deal keeps its owner; once it is won, the delivery owner is asked and reminded.",
        ),
    ]
    return modal(Form.ASSIGN, "Hand over", blocks, submit="Hand over", close="Cancel", meta={**meta, "deal": deal.id})


def handed_over(before: Deal, after: Deal, actor: str, command: str, *, delivery: bool) -> str:
    """Whose the deal is now, as markup."""
    to = after.delivery_owner if delivery else after.owner
    told = "" if to == actor else " I am telling them in a direct message."
    if delivery:
        return f":white_check_mark: <@{to}> looks after {deal_title(after)} once it is won.{told}"
    said = f":white_check_mark: {deal_title(after)} now belongs to <@{to}>.{told}"
    if before.pending_move and not after.pending_move:
        said += (
            "\nThe move that waited for a manager is cancelled, because the deal changed hands. "
            f"Its new owner can ask again with `{command} move {after.label}`."
        )
    return said
