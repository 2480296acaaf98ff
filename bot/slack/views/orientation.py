"""Finding one's way: what can be typed, and what the stages of a process ask of the buyer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.evidence import Strength
from bot.domain.process import Approval, Coaching, Criterion, Process, Stage, StageKind
from bot.slack.blocks import MOST_BLOCKS_IN_MESSAGE, Block, actions, button, context, divider, header, section
from bot.slack.ids import Action, Ref
from bot.slack.talk import Word
from bot.slack.turn import Message
from bot.slack.views.wording import short

IDEA = (
    "A deal leaves its stage when the *buyer* has done something that somebody else can check: "
    "a reply, an accepted meeting, a signed page. I tell you what is missing, how to get it, "
    "and show it to your managers."
)


FOR_MANAGERS = "For managers"
TOPICS = {
    "Your deals": ("new", "show", "move", "won", "next", "edit", "assign", "lost", "park", "reopen"),
    "What the buyer did": ("evidence", "coach", "confirm", "objection", "committee", "discount"),
    "After the win": ("promises", "referral", "referrals"),
    "You and your team": ("settings", "away", "back", "process", "feedback", "help"),
    FOR_MANAGERS: ("objections", "override", "overrides"),
}
"""Under which heading the help lists a word."""


def help_message(words: Iterable[Word], command: str, *, is_manager: bool) -> Message:
    """What can be typed, a line a word under the heading of its topic; what is for managers alone only they read."""
    known = {word.name: word for word in words}
    blocks: list[Block] = [section(IDEA)]
    for topic, names in TOPICS.items():
        if topic == FOR_MANAGERS and not is_manager:
            continue
        lines = [f"`{command} {known[name].usage}`: {known[name].does}" for name in names if name in known]
        first = [f"`{command}`: your deals, most pressing first"] if topic == next(iter(TOPICS)) else []
        blocks.append(section("\n".join([f"*{topic}*", *first, *lines])))
    blocks.append(
        context(
            "*X* is a deal: its number (`D-42`), its name in quotes, or the beginning of its name. "
            "Write amounts and days as you like: 12k, €1,200, next fri, 15 dec.",
            "A message of the buyer's in Slack is evidence, too: open its menu (⋮) and choose *Use as deal evidence*.",
        )
    )
    blocks.append(actions(button("Log a deal", Action.DEAL_NEW, style="primary"), button("My deals", Action.DEAL_LIST)))
    return Message(f"What you can type after {command}", tuple(blocks))


def process_message(
    process: Process, others: Sequence[Process], command: str, here: Stage | None = None, *, pictures: str | None = None
) -> Message:
    """The stages of a process with their outcomes and exit criteria; `here` is where the deal asked about is.

    `pictures` is what is said beside the buttons that ask for a picture; None where none can be painted.
    """
    blocks: list[Block] = [header(process.name)]
    # At the end of a long message, since that is what stands above the line in which one types.
    coaching = _coaching(here) if here is not None else []
    drawn = _pictures(process, pictures) if pictures is not None else []
    last = MOST_BLOCKS_IN_MESSAGE - len(blocks) - len(coaching) - len(drawn) - 2
    blocks += [_stage(number, stage, here) for number, stage in enumerate(process.stages[:last], 1)]
    if len(process.stages) > last:
        blocks.append(context(f"and {len(process.stages) - last} more stages"))
    if others:
        named = " · ".join(f"`{command} process {other.key}` ({short(other.name)})" for other in others[:10])
        blocks.append(context(f"Other processes: {named}"))
    blocks += coaching + drawn
    return Message(f"The process “{short(process.name)}” and its exit criteria", tuple(blocks))


def _pictures(process: Process, said: str) -> list[Block]:
    ref = Ref(0, key=process.key)
    buttons = (button(label, action, ref) for action, label in PICTURES.items())
    return [section(said), actions(*buttons)]


PICTURES = {
    Action.PROCESS_FLOW: "Flowchart",
    Action.PROCESS_CHECKLIST: "Checklist",
    Action.PROCESS_SIDES: "Buyer beside seller",
}


def picture_comes(process: Process, view: str) -> str:
    """Where to look for a picture that was asked for."""
    return f"The picture of “{short(process.name)}” ({view}) comes as a direct message from me."


def picture_comment(process: Process, view: str, command: str) -> str:
    """What is said with the picture."""
    return f"*{short(process.name)}*: {view}. The same in words: `{command} process {process.key}`"


def _stage(number: int, stage: Stage, here: Stage | None) -> Block:
    is_here = here is not None and here.key == stage.key
    mark = ":point_right: *You are here:* " if is_here else ""
    lines = [f"{mark}*{number}. {short(stage.name)}*{_KINDS[stage.kind]}", f"_{short(stage.outcome, 350)}_"]
    lines += [f"• {short(c.text, 150)} {_proof(c)}".rstrip() for c in stage.criteria]
    if not stage.criteria:
        lines.append("• Nothing has to be proved here.")
    if stage.approval is Approval.MANAGER:
        lines.append("A manager approves the move on from here.")
    if stage.needs_answered_objections:
        lines.append("Every objection of the buyer's has to be answered first.")
    return section("\n".join(lines))


_KINDS = {
    StageKind.PREPARATION: " · before there is a buyer",
    StageKind.OPEN: "",
    StageKind.WON: " · the deal is won",
    StageKind.POST_SALE: " · after the win",
}


def _proof(criterion: Criterion) -> str:
    """What is special about the proof; that others can look at it goes without saying."""
    facts = []
    if criterion.least is not Strength.INSPECTABLE:
        facts.append("words are enough" if criterion.least is Strength.CLAIMED else "has to be verified")
    if criterion.condition is not None:
        facts.append(f"only for {criterion.condition.words}")
    if criterion.max_age is not None:
        facts.append(f"not older than {criterion.max_age.words}")
    if criterion.support:
        facts.append(f"supported by {', '.join(part.words for part in criterion.support)}")
    return f"({'; '.join(facts)})" if facts else ""


def _coaching(stage: Stage) -> list[Block]:
    said: Coaching = stage.coaching
    parts = (("Know", said.know), ("Do", said.do), ("Say", said.say), ("Show", said.show))
    lists = [f"*{name}*\n" + "\n".join(f"• {short(t, 300)}" for t in texts) for name, texts in parts if texts]
    if not lists:
        return []
    return [divider(), section(f"*Now, in “{short(stage.name)}”*"), *(section(text) for text in lists)]
