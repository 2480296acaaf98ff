"""Everything that can be sent, with who may send it, and a database with a deal in every position to send it about.

The tables WORDS, BUTTONS, FORMS and SHORTCUTS are the matrix of `test_roles`; something new that can be typed,
pressed or submitted has to be entered there first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from bot.domain.committee import Size
from bot.domain.deal import Move, MoveKind, NextStep, Status
from bot.domain.errors import NotFound
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.people import Actor, Contact, Person, Role
from bot.domain.qualifying import Consequence, WhatNow
from bot.domain.quoted import Quoted
from bot.domain.reminders import ReminderKind
from bot.services import (
    asks,
    closings,
    committee,
    concessions,
    confirmations,
    deals,
    evidence,
    feedback,
    moves,
    objections,
    override_requests,
    overrides,
    people,
    promises,
    qualifying,
    questions,
)
from bot.services.deals import DealFacts
from bot.services.desk import Desk
from bot.services.evidence import Draft
from bot.slack.ids import VALUE, Action, Field, Form, Ref, Shortcut, Snooze
from bot.slack.views.deal_forms import digest
from bot.store import moves as move_log
from bot.store import quoted as quoted_messages
from bot.store.database import Database
from sandbox.contents import User
from sandbox.server import Sandbox
from sandbox.team import BUYER, DEEPAK, GUS, MARTA, NORTHBEAM, OLIVIA, RITA, SHARED, TOM
from tests import databases, forging, harness
from tests.forging import Forger, Json, Rows, Told, Who, all_rows, changes, option, text
from tests.noticing import change_deal, goes_away, notice

NINA, DANA, ROBO, CORA = "U06NINA4T7X", "U06DANA9Q1C", "U06ROBO3V8K", "U06CORA5B2L"
ELSEWHERE = "T09ELSEWHERE"
STRANGER = "U09STRANGER"

PROCESS = """\
key: two_gates
name: Two gates
currency: EUR
stages:
  - key: talked
    name: Talked
    outcome: The buyer wants more.
    stale_after: 10d
    criteria:
      - {key: need, text: The buyer named a need., coach: Ask., example: A mail., answer: yes_no}
      - {key: law, text: Their lawyers agreed., coach: Ask., example: A mail., may_not_apply: true}
  - key: agreed
    name: Agreed
    outcome: The buyer agreed.
    approval: manager
    criteria:
      - {key: signed, text: The buyer signed., coach: Ask., example: A mail.}
  - {key: won, name: Won, kind: won, outcome: The buyer signed.}
concessions: {rep: 10, ask: manager}
loss_reasons:
  - {key: price, text: Price}
"""


# The people


class By(Enum):
    """Everybody who could send something."""

    OWNER = Who(RITA)
    DELIVERY_OWNER = Who(TOM)
    COVER = Who(CORA)
    """Stands in for the owner, who is away."""
    MEMBER = Who(NINA)
    MANAGER = Who(MARTA)
    OWNING_MANAGER = Who(DEEPAK)
    GUEST = Who(GUS)
    OUTSIDER = Who(OLIVIA, home=BUYER.id)
    BOT = Who(ROBO)
    GONE = Who(DANA)
    STRANGER = Who(STRANGER, home=ELSEWHERE, workspace=ELSEWHERE)
    IMPOSTOR = Who(MARTA, home=ELSEWHERE, workspace=ELSEWHERE)
    """Somebody of another workspace who has the user id of one of our managers."""


CHANGERS = frozenset({By.OWNER, By.DELIVERY_OWNER, By.COVER, By.MANAGER, By.OWNING_MANAGER})
COLLEAGUES = CHANGERS | {By.MEMBER}
MANAGERS = frozenset({By.MANAGER, By.OWNING_MANAGER})
DECIDERS = frozenset({By.MANAGER})
ANSWERERS = frozenset({By.OWNER, By.DELIVERY_OWNER, By.COVER, By.OWNING_MANAGER})


# What they do it to


@dataclass(frozen=True)
class Scene:
    """The deals of one owner, one in every position; `secret` stands in all of their texts."""

    secret: str
    ready: int
    pending: int
    asked: int
    lost: int
    move: int
    """Of the pending deal, the one that waits."""
    moved: int
    """Of the asked deal, its move through the first gate."""
    waiting: int
    answered: int
    piece: int
    excuse: int
    due: int
    """Of the ready deal, the reminder of its next step."""
    stale: int
    """The reminder of a deal in which nothing happened."""
    back: int
    """Of the lost deal, the reminder that it may be won back."""
    happy: int
    """The reminder that the customer of a won deal may be asked for a referral."""
    kept: int
    """A deal that was won half a year ago."""
    promise: int
    """What was promised in that deal."""
    promised: int
    """The reminder of that promise."""
    value: int
    """The reminder to look whether the promised value is there."""
    objection: int
    """What the buyer doubts in that deal, with no answer planned."""
    doubted: int
    """The reminder of that objection."""
    discount: int
    """A discount of the ready deal that waits for a manager."""
    person: int
    """Somebody at the buyer of that deal, whose company has some hundred people."""
    given: int
    """A referral that was given in that deal, with which no deal began yet."""
    link: int
    """A recap of the ready deal, behind a link that nobody answered yet."""
    gap: int
    """A deal of which nothing is proved yet."""
    request: int
    """What a manager is asked to let pass there."""
    let: int
    """What a manager let pass in another such deal."""
    unsure: int
    """A deal whose need was answered with no, and is to be mended."""
    remark: int
    """What the owner said of the process."""
    quoted: Mapping[str, int] = field(default_factory=dict, kw_only=True)
    """A message that each of the people has taken to prove something in the ready deal, by their user id."""
    ask = "referral"
    """What a customer may be asked for."""
    month = 6
    """So long after the win."""


def lay_out(desk: Desk, owner: Actor, manager: Actor, secret: str, delivery: str | None) -> Scene:
    """Deals in every position there is."""

    def log(name: str) -> int:
        deal = deals.log_deal(desk, owner, DealFacts(f"{secret} {name}", company=f"{secret} Ltd"))
        return (deals.assign(desk, owner, deal.id, delivery, delivery=True) if delivery else deal).id

    def prove(deal: int, stage: str, key: str, kind: EvidenceKind = EvidenceKind.EMAIL) -> Evidence:
        words = f"{secret}: they confirmed {key} of number {deal} in this {kind.value}"
        return evidence.add_evidence(desk, owner, deal, stage, Draft(key, kind, words, date(2026, 11, 20), link=_url()))

    def through(deal: int) -> int:
        prove(deal, "talked", "need"), prove(deal, "talked", "law")
        moved = moves.move(desk, owner, deal, "talked", "agreed").move
        assert moved is not None
        return moved.id

    ready, pending, asked, lost = (log(name) for name in ("ready", "pending", "asked", "lost"))
    piece = prove(ready, "talked", "need")
    excuse = prove(ready, "talked", "law", EvidenceKind.NOT_APPLICABLE)
    prove(ready, "talked", "law")
    through(pending)
    prove(pending, "agreed", "signed")
    move = moves.move(desk, owner, pending, "agreed", "won").move
    moved = through(asked)
    waiting = questions.ask(desk, manager, moved, "need", f"{secret}: may I see the mail?")
    answered = questions.ask(desk, manager, moved, "law", f"{secret}: who is their lawyer?")
    questions.answer(desk, owner, answered.id, f"{secret}: the one they named")
    closings.lose(desk, owner, lost, "price", f"{secret}: we were too dear")
    assert move is not None
    reminded = _reminders(desk, owner, ready, lost, log("stale"), log("happy"))
    won = _after_the_win(desk, owner, log("kept"), ready, f"{secret}: training for the night shift")
    ids = (ready, pending, asked, lost, move.id, moved, waiting.id, answered.id, piece.id, excuse.id)
    recap = confirmations.Draft("need", f"{secret}: they need it in March", new_contact=Contact(0, f"{secret} Jane"))
    link = confirmations.ask(desk, owner, ready, "talked", recap, desk.today()).confirmation.id
    let_pass = _let_pass(desk, owner, manager, log("gap"), log("let"), secret)
    last = (*won, link, *let_pass, *_said(desk, owner, manager, log("unsure"), secret))
    return Scene(secret, *ids, *reminded, *last, quoted=_messages(desk, owner.team_id, secret))


def _let_pass(desk: Desk, owner: Actor, manager: Actor, gap: int, let: int, secret: str) -> Iterator[int]:
    """A deal with a request to let it pass, and what was let pass in another."""
    yield gap
    yield override_requests.ask(desk, owner, gap, "talked", "need", f"{secret}: Jane is ill until Monday").id
    draft = overrides.Draft(("talked.need",), f"{secret}: Jane said so on the phone", desk.today() + timedelta(days=7))
    yield overrides.let_pass(desk, manager, let, draft, desk.today())[1][0].id


def _said(desk: Desk, owner: Actor, manager: Actor, unsure: int, secret: str) -> Iterator[int]:
    """A deal whose need was answered with no, and what its owner said of the process."""
    mended = Consequence(WhatNow.FIX, NextStep("Ask Jane whose need it is", desk.today()))
    qualifying.refuse(desk, owner, unsure, "talked", "need", f"{secret}: they need nothing before 2028", mended)
    yield unsure
    feedback.say(desk, owner, "two_gates", "talked", "need", f"{secret}: nobody names a need so early")
    yield max(note.id for note in feedback.together(desk, manager).notes)


def _messages(desk: Desk, team: str, secret: str) -> Mapping[str, int]:
    """The same message of a buyer's, taken by everybody who could be the one to use it."""
    at = desk.clock() - timedelta(hours=1)
    taken = {
        by.value.user: Quoted(0, team, SHARED, f"{at.timestamp():.6f}", "", OLIVIA, BUYER.id, False,
                              f"{secret}: our lawyers agreed to it", at, by.value.user)
        for by in By
    }  # fmt: skip
    with desk.db.write() as connection:
        return {user: quoted_messages.add(connection, one, at) for user, one in taken.items()}


def _reminders(desk: Desk, owner: Actor, ready: int, lost: int, stale: int, happy: int) -> Iterator[int]:
    """One of each sort, as if these deals had got there long ago."""
    team, past = owner.team_id, desk.today() - timedelta(days=90)
    deals.set_next_step(desk, owner, ready, NextStep("Call them about the offer", desk.today()))
    change_deal(desk, team, stale, progress_on=past)
    change_deal(desk, team, lost, waiting_until=past)
    _win(desk, owner, happy, past)
    kinds = (ReminderKind.FOLLOW_UP, ReminderKind.STALE, ReminderKind.WINBACK, ReminderKind.REFERRAL)
    for deal, kind in zip((ready, stale, lost, happy), kinds, strict=True):
        yield notice(desk, team, deal, kind, is_told=True).id


def _after_the_win(desk: Desk, owner: Actor, deal: int, ready: int, what: str) -> Iterator[int]:
    """A deal that was won half a year ago, a promise that is due, and the reminders of both."""
    draft = promises.Draft(what, "Jane Doe", desk.today())
    promise = promises.note(desk, owner, deal, draft, desk.today())
    doubt = objections.Draft(f"{what}, and the works council is against it", desk.today())
    objection = objections.note(desk, owner, deal, doubt, desk.today())
    _win(desk, owner, deal, desk.today() - timedelta(days=200))
    yield from (deal, promise.id)
    for kind in (ReminderKind.PROMISE, ReminderKind.VALUE_CHECK):
        yield notice(desk, owner.team_id, deal, kind, is_told=True).id
    yield objection.id
    yield notice(desk, owner.team_id, deal, ReminderKind.OBJECTION, is_told=True).id
    yield concessions.give(desk, owner, ready, 2000, f"{what}, so they want a better price").id
    known = committee.add(desk, owner, deal, Contact(0, f"{what} for Jane Doe"), None, None)
    committee.say_size(desk, owner, deal, Size.UP_TO_500)
    yield known.contacts[0].id
    named = Contact(0, f"{what} for Ann Smith")
    target, gift = asks.Target(deal, ReminderKind.REFERRAL), asks.Gift(named=named, company="Other Ltd")
    yield asks.given(desk, owner, target, gift)[0].id


def _win(desk: Desk, owner: Actor, deal: int, on: date) -> None:
    """Make it a deal that was won on that day."""
    change_deal(desk, owner.team_id, deal, status="won", stage="won")
    at = datetime.combine(on, time(9), UTC)
    row = Move(0, deal, MoveKind.FORWARD, "agreed", "won", Status.OPEN, Status.WON, owner.user_id, at)
    with desk.db.write() as connection:
        move_log.add(connection, owner.team_id, row)


_numbers = iter(range(1, 1_000_000))


def _url() -> str:
    return f"https://mail.example.com/m/{next(_numbers)}"


@dataclass
class Stage:
    """The bot with everything laid out; `before` is what was stored then."""

    forger: Forger
    database: Database
    scenes: Mapping[By, Scene]
    hidden: Scene
    before: Rows = field(default_factory=dict)

    def scene(self, by: By) -> Scene:
        return self.scenes.get(by, self.scenes[By.OWNER])

    def send(self, by: By, deed: Deed, scene: Scene) -> Told:
        return self.forger.send(deed(self.forger, by.value, scene))

    def changes(self) -> dict[str, list[tuple[Any, ...]]]:
        """The rows that came, went or were changed since everything was laid out, by table."""
        return changes(self.before, all_rows(self.database))


Deed = Callable[[Forger, Who, Scene], Json]


@contextmanager
def opened(sandbox: Sandbox, database: Database, folder: Path) -> Iterator[Stage]:
    """Start the bot with everything laid out, in an emptied database; `folder` gets its process."""
    databases.empty(database)
    (folder / "two_gates.yaml").write_text(PROCESS)
    sandbox.reset()
    for user in (
        User(NINA, NORTHBEAM.id, "nina", "Nina Berg"),
        User(DANA, NORTHBEAM.id, "dana", "Dana Voss", deleted=True),
        User(ROBO, NORTHBEAM.id, "robo", "Robo", is_bot=True),
        User(CORA, NORTHBEAM.id, "cora", "Cora Lind"),
    ):
        sandbox.workspace.users[user.id] = user
    settings = {"stagecoach_process_dir": folder, "stagecoach_process": "two_gates"}
    with harness.office(sandbox, database, **settings) as office, pytest.MonkeyPatch.context() as patch:
        office.application.sender.stop()  # what is asked for later stays on the list, to be compared
        yield _laid_out(Forger(office).follow(patch), office.desk, database)


def _laid_out(forger: Forger, desk: Desk, database: Database) -> Stage:
    def actor(user: str, role: Role, team: str = NORTHBEAM.id) -> Actor:
        return Actor(team, user, role)

    marta, deepak = actor(MARTA, Role.MANAGER), actor(DEEPAK, Role.MANAGER)
    rooks = lay_out(desk, actor(RITA, Role.MEMBER), marta, "Rook", TOM)
    drakes = lay_out(desk, deepak, marta, "Drake", None)
    elsewhere = actor(STRANGER, Role.MEMBER, ELSEWHERE)
    olivia = Person(NORTHBEAM.id, OLIVIA, BUYER.id, "Olivia")
    people.remember(desk, [olivia, Person(ELSEWHERE, STRANGER, ELSEWHERE, "Stranger")])
    vault = lay_out(desk, elsewhere, actor(MARTA, Role.MANAGER, ELSEWHERE), "Vault", None)
    goes_away(desk, NORTHBEAM.id, RITA, away_until=desk.today(), away_cover=CORA)
    made = Stage(forger, database, {By.OWNER: rooks, By.OWNING_MANAGER: drakes}, vault)
    made.before = all_rows(database)
    return made


# What they do


@dataclass(frozen=True)
class Case:
    """A thing that can be sent, who may, and what then happens: something is shown, or something is stored."""

    may: frozenset[By]
    deed: Deed
    shows: str = ""
    """Some text of the answer, where nothing is stored."""
    stores: frozenset[By] = frozenset()
    """For whom something is stored although something is shown."""


def typed(line: str) -> Deed:
    """A line after the command; {ready}, {lost}, … are numbers of deals."""
    return lambda forger, who, scene: forger.command(who, line.format(**_labels(forger, scene)))


def _labels(forger: Forger, scene: Scene) -> Mapping[str, str]:
    numbers = forger.office.desk
    with numbers.db.read() as connection:
        rows = connection.exec_driver_sql("SELECT id, number FROM deal").all()
    label = {row.id: f"D-{row.number}" for row in rows}
    return {name: label[getattr(scene, name)] for name in ("ready", "pending", "asked", "lost", "kept", "gap")}


def pressed(action: Action, on: str = "", key: str = "", *, over: Form | None = None, at_home: bool = False) -> Deed:
    """A button that carries what the scene calls `on`, in a message, over a modal or on the App Home."""

    def deed(forger: Forger, who: Who, scene: Scene) -> Json:
        value = str(Ref(getattr(scene, on), 1, key)) if on else str(Ref(0, key=key))
        view = forger.home() if at_home else forger.view(over, _meta(scene)) if over else None
        return forger.button(who, action.value, value, view=view)

    return deed


def _meta(scene: Scene) -> Json:
    return {"deal": scene.ready, "from": "talked", "to": "agreed", "criterion": "need", "kind": "email"}


def changed_kind(forger: Forger, who: Who, scene: Scene) -> Json:
    view = forger.view(Form.EVIDENCE, _meta(scene))
    return forger.menu(who, Action.EVIDENCE_KIND.value, EvidenceKind.CALL.value, view=view)


def other_way(forger: Forger, who: Who, scene: Scene) -> Json:
    view = forger.view(Form.ANSWER_NO, {**_meta(scene), "deal": scene.gap})
    return forger.menu(who, Action.ANSWER_WHAT_NOW.value, WhatNow.PARK.value, view=view)


def _quoted_meta(who: Who, scene: Scene) -> Json:
    drawn = {"deal": scene.ready, "from": "talked", "criterion": "law", "who": "nobody"}
    return {"quoted": scene.quoted[who.user], **drawn}


def _quoted_view(forger: Forger, who: Who, scene: Scene) -> Json:
    """The form of a message, as it is for this person."""
    place = f"{scene.ready}.talked"
    view = forger.view(Form.QUOTED, _quoted_meta(who, scene))
    chosen = {f"{Field.CRITERION}.{place}": option("law"), f"{Field.CONTACT}.{place}": option("nobody")}
    view["state"]["values"] = {block: {VALUE: state} for block, state in chosen.items()}
    return view


def quoted_menu(action: Action) -> Deed:
    """Another choice in the form of a message."""

    def deed(forger: Forger, who: Who, scene: Scene) -> Json:
        value = str(scene.ready) if action is Action.QUOTED_DEAL else "law"
        return forger.menu(who, action.value, value, view=_quoted_view(forger, who, scene))

    return deed


def quoted_submitted(forger: Forger, who: Who, scene: Scene) -> Json:
    return forger.submission(who, Form.QUOTED, {}, {}) | {"view": _quoted_view(forger, who, scene)}


def marked(forger: Forger, who: Who, scene: Scene) -> Json:
    """The shortcut on a message of a buyer's."""
    message = {"type": "message", "user": OLIVIA, "team": BUYER.id, "ts": "1795424400.000100"}
    message["text"] = "Our lawyers agreed to what you sent us"
    return forger.message_shortcut(who, Shortcut.USE_AS_EVIDENCE, message, SHARED)


def in_committee(action: Action, on: str, key: str) -> Deed:
    """A menu in the list of those who decide."""

    def deed(forger: Forger, who: Who, scene: Scene) -> Json:
        view = forger.view(Form.COMMITTEE, {"deal": scene.kept})
        return forger.menu(who, action.value, str(Ref(getattr(scene, on), 0, key)), view=view)

    return deed


def other_objection(forger: Forger, who: Who, scene: Scene) -> Json:
    view = forger.view(Form.OBJECTION_NOTE, {"deal": scene.kept}, {Field.OBJECTION: text("Too dear")})
    return forger.menu(who, Action.OBJECTION_KIND.value, "new", view=view)


def chosen_in_done(action: Action) -> Deed:
    """A menu in the form of something done: no answer yet, and that it is parked."""

    def deed(forger: Forger, who: Who, scene: Scene) -> Json:
        values = {Field.REPLY: option("silent"), Field.GO_ON_SILENT: option("park")}
        if action is Action.REMIND_REPLY:
            del values[Field.GO_ON_SILENT]
        view = forger.view(Form.REMIND_DONE, {"reminder": scene.due}, values)
        return forger.menu(who, action.value, "silent", view=view)

    return deed


def submitted(form: Form, values: Mapping[Field, Json], **meta: str) -> Deed:
    """A form whose meta names what the scene calls so, or holds the words as they are."""

    def deed(forger: Forger, who: Who, scene: Scene) -> Json:
        named = {name: getattr(scene, said) if hasattr(scene, said) else said for name, said in meta.items()}
        return forger.submission(who, form, named, values)

    return deed


def edited(forger: Forger, who: Who, scene: Scene) -> Json:
    """The form of the deal's facts as it is now, with another name."""
    elsewhere = Actor(who.workspace, MARTA, Role.MANAGER)
    try:
        deal = deals.for_change(forger.office.desk, elsewhere, scene.ready)
    except NotFound:
        drawn = ""
    else:
        drawn = digest(DealFacts.of(deal), ())
    return forger.submission(who, Form.EDIT, {"deal": scene.ready, "drawn": drawn}, {Field.NAME: text("Acme rollout")})


WHY = text("Their lawyers wrote on Monday that this point is open again.")
UNTIL = forging.day(date(2027, 1, 15))
PROOF = {
    Field.WHAT: text("They wrote that month end takes three people a week."),
    Field.HAPPENED_ON: forging.day(date(2026, 11, 19)),
    Field.LINK: text("https://mail.example.com/proof"),
}

WORDS: Mapping[str, Case] = {
    "": Case(COLLEAGUES, typed(""), "deals"),
    "new": Case(COLLEAGUES, typed("new Acme 12k"), "Log a deal"),
    "show": Case(COLLEAGUES, typed("show {ready}"), "Exit criteria of"),
    "evidence": Case(COLLEAGUES, typed("evidence {ready}"), "where the deal is now"),
    "coach": Case(COLLEAGUES, typed("coach {ready}"), "The buyer wants more."),
    "feedback": Case(COLLEAGUES, typed("feedback {ready}"), "What does not fit how your buyers buy?"),
    "confirm": Case(COLLEAGUES, typed("confirm {ready}"), "they need it in March"),
    "move": Case(CHANGERS, typed("move {ready}"), "Move to Agreed"),
    "won": Case(CHANGERS, typed("won {asked}"), "Exit criteria"),
    "next": Case(CHANGERS, typed("next {ready} tomorrow call Jane"), "Next step"),
    "edit": Case(CHANGERS, typed("edit {ready}"), "Edit deal"),
    "assign": Case(CHANGERS, typed(f"assign {{ready}} <@{NINA}|nina>")),
    "lost": Case(CHANGERS, typed("lost {ready} price"), "What did we learn?"),
    "park": Case(CHANGERS, typed("park {ready} friday"), "Until when?"),
    "promises": Case(COLLEAGUES, typed("promises {kept}"), "training for the night shift"),
    "discount": Case(CHANGERS, typed("discount {asked} 5% because they sign for two years")),
    "committee": Case(COLLEAGUES, typed("committee {kept}"), "of about 7 people known"),
    "objection": Case(COLLEAGUES, typed("objection {kept}"), "the works council is against it"),
    "objections": Case(MANAGERS, typed("objections"), "Objections without a planned answer"),
    "override": Case(DECIDERS, typed("override {gap}"), "What may pass?"),
    "overrides": Case(MANAGERS, typed("overrides"), "By criterion"),
    "referral": Case(COLLEAGUES, typed("referral {kept}"), "What could this customer be asked for?"),
    "referrals": Case(COLLEAGUES, typed("referrals"), "Referrals of the last twelve months"),
    "reopen": Case(CHANGERS, typed("reopen {lost}")),
    "process": Case(COLLEAGUES, typed("process"), "Talked", stores=COLLEAGUES),
    "settings": Case(COLLEAGUES, typed("settings"), "My settings"),
    "away": Case(COLLEAGUES, typed("away until 15 jan")),
    "back": Case(COLLEAGUES, typed("back"), "Welcome back", stores=frozenset({By.OWNER})),
    "help": Case(COLLEAGUES, typed("help"), "/deal show X"),
}

BUTTONS: Mapping[str, Case] = {
    Action.DEAL_LIST: Case(COLLEAGUES, pressed(Action.DEAL_LIST), "deals"),
    Action.DEAL_PAGE: Case(COLLEAGUES, pressed(Action.DEAL_PAGE), "deals"),
    Action.DEAL_PAGE_BACK: Case(COLLEAGUES, pressed(Action.DEAL_PAGE_BACK), "deals"),
    Action.DEAL_SHOW: Case(COLLEAGUES, pressed(Action.DEAL_SHOW, "ready"), "Exit criteria of"),
    Action.DEAL_NEW: Case(COLLEAGUES, pressed(Action.DEAL_NEW), "Log a deal"),
    Action.DEAL_EDIT: Case(CHANGERS, pressed(Action.DEAL_EDIT, "ready"), "Edit deal"),
    Action.DEAL_NEXT: Case(CHANGERS, pressed(Action.DEAL_NEXT, "ready"), "Next step"),
    Action.DEAL_MORE: Case(CHANGERS, pressed(Action.DEAL_MORE, "ready", Action.DEAL_LOST.value), "What did we learn?"),
    Action.DEAL_ASSIGN: Case(CHANGERS, pressed(Action.DEAL_ASSIGN, "ready"), "Hand over"),
    Action.DEAL_LOST: Case(CHANGERS, pressed(Action.DEAL_LOST, "ready"), "What did we learn?"),
    Action.DEAL_PARK: Case(CHANGERS, pressed(Action.DEAL_PARK, "ready"), "Until when?"),
    Action.MOVE_OPEN: Case(COLLEAGUES, pressed(Action.MOVE_OPEN, "ready"), "Exit criteria"),
    Action.MOVE_CHOOSE: Case(
        CHANGERS, pressed(Action.MOVE_CHOOSE, "asked", "talked", over=Form.CHECKLIST), "What happened?"
    ),
    Action.EVIDENCE_ADD: Case(CHANGERS, pressed(Action.EVIDENCE_ADD, "ready", "need"), "Add evidence"),
    Action.EVIDENCE_KIND: Case(CHANGERS, changed_kind, "When was the call?"),
    Action.QUOTED_DEAL: Case(CHANGERS, quoted_menu(Action.QUOTED_DEAL), "Use as evidence"),
    Action.QUOTED_CRITERION: Case(CHANGERS, quoted_menu(Action.QUOTED_CRITERION), "Use as evidence"),
    Action.QUOTED_WHO: Case(CHANGERS, quoted_menu(Action.QUOTED_WHO), "Use as evidence"),
    Action.EVIDENCE_WITHDRAW: Case(CHANGERS, pressed(Action.EVIDENCE_WITHDRAW, "piece"), "Withdraw evidence"),
    Action.EVIDENCE_PAGE: Case(COLLEAGUES, pressed(Action.EVIDENCE_PAGE, "ready"), "where the deal is now"),
    Action.EVIDENCE_PAGE_BACK: Case(COLLEAGUES, pressed(Action.EVIDENCE_PAGE_BACK, "ready"), "where the deal is now"),
    Action.EVIDENCE_OWED: Case(CHANGERS, pressed(Action.EVIDENCE_OWED, "let"), "Add evidence"),
    Action.COACH: Case(COLLEAGUES, pressed(Action.COACH, "ready"), "The buyer wants more."),
    Action.ANSWER_NO: Case(CHANGERS, pressed(Action.ANSWER_NO, "gap", "need"), "What did the buyer say?"),
    Action.ANSWER_UNKNOWN: Case(CHANGERS, pressed(Action.ANSWER_UNKNOWN, "unsure", "need", over=Form.CHECKLIST)),
    Action.ANSWER_WHAT_NOW: Case(CHANGERS, other_way, "Until when?"),
    Action.FEEDBACK: Case(COLLEAGUES, pressed(Action.FEEDBACK, "ready"), "What does not fit how your buyers buy?"),
    Action.FEEDBACK_SAY: Case(
        COLLEAGUES, pressed(Action.FEEDBACK_SAY, key="two_gates"), "What does not fit how your buyers buy?"
    ),
    Action.FEEDBACK_READ: Case(MANAGERS, pressed(Action.FEEDBACK_READ), "nobody names a need so early"),
    Action.FEEDBACK_TAKEN_UP: Case(
        MANAGERS, pressed(Action.FEEDBACK_TAKEN_UP, "remark", "two_gates", over=Form.FEEDBACK_TOGETHER)
    ),
    Action.OVERRIDE_OPEN: Case(DECIDERS, pressed(Action.OVERRIDE_OPEN, "gap", "need"), "What may pass?"),
    Action.OVERRIDE_ASK: Case(CHANGERS, pressed(Action.OVERRIDE_ASK, "gap", "law"), "Ask to let it pass"),
    Action.OVERRIDE_GRANT: Case(DECIDERS, pressed(Action.OVERRIDE_GRANT, "request"), "What may pass?"),
    Action.OVERRIDE_DECLINE: Case(DECIDERS, pressed(Action.OVERRIDE_DECLINE, "request"), "Why not?"),
    Action.OVERRIDE_BACK: Case(DECIDERS, pressed(Action.OVERRIDE_BACK, "let")),
    Action.EXCUSE_AGREE: Case(DECIDERS, pressed(Action.EXCUSE_AGREE, "excuse")),
    Action.EXCUSE_DECLINE: Case(DECIDERS, pressed(Action.EXCUSE_DECLINE, "excuse"), "Why does it apply?"),
    Action.CONFIRM_LIST: Case(COLLEAGUES, pressed(Action.CONFIRM_LIST, "ready"), "they need it in March"),
    Action.CONFIRM_ASK: Case(CHANGERS, pressed(Action.CONFIRM_ASK, "ready", "need"), "What was agreed?"),
    Action.CONFIRM_AGAIN: Case(CHANGERS, pressed(Action.CONFIRM_AGAIN, "link"), "What was agreed?"),
    Action.CONFIRM_WITHDRAW: Case(CHANGERS, pressed(Action.CONFIRM_WITHDRAW, "link")),
    Action.APPROVE: Case(DECIDERS, pressed(Action.APPROVE, "move")),
    Action.APPROVE_COMMENT: Case(DECIDERS, pressed(Action.APPROVE_COMMENT, "move"), "Comment"),
    Action.SEND_BACK: Case(DECIDERS, pressed(Action.SEND_BACK, "move"), "What is missing?"),
    Action.QUESTION_ASK: Case(MANAGERS, pressed(Action.QUESTION_ASK, "move", "signed"), "Your question"),
    Action.QUESTION_ANSWER: Case(ANSWERERS, pressed(Action.QUESTION_ANSWER, "waiting"), "Your answer"),
    Action.QUESTION_ACCEPT: Case(DECIDERS, pressed(Action.QUESTION_ACCEPT, "answered")),
    Action.QUESTION_AGAIN: Case(DECIDERS, pressed(Action.QUESTION_AGAIN, "answered"), "What is still missing?"),
    Action.REMIND_REST: Case(
        COLLEAGUES, pressed(Action.REMIND_REST, "ready", "2026-11-24"), "Nothing else is due for you now."
    ),
    Action.REOPEN: Case(CHANGERS, pressed(Action.REOPEN, "lost")),
    Action.REMIND_DONE: Case(CHANGERS, pressed(Action.REMIND_DONE, "due"), "What did the buyer do?"),
    Action.REMIND_REPLY: Case(CHANGERS, chosen_in_done(Action.REMIND_REPLY), "Follow up once more"),
    Action.REMIND_GO_ON: Case(CHANGERS, chosen_in_done(Action.REMIND_GO_ON), "Until when?"),
    Action.REMIND_NEXT: Case(CHANGERS, pressed(Action.REMIND_NEXT, "due"), "What will you do next?"),
    Action.REMIND_SNOOZE: Case(CHANGERS, pressed(Action.REMIND_SNOOZE, "due", Snooze.TOMORROW.value)),
    Action.REMIND_NOT_STALE: Case(CHANGERS, pressed(Action.REMIND_NOT_STALE, "stale"), "Why is it not stale?"),
    Action.REMIND_PARK: Case(CHANGERS, pressed(Action.REMIND_PARK, "due"), "Until when?"),
    Action.REMIND_LOST: Case(CHANGERS, pressed(Action.REMIND_LOST, "due"), "What did we learn?"),
    Action.REMIND_ASKED: Case(CHANGERS, pressed(Action.REMIND_ASKED, "happy")),
    Action.REMIND_BACK: Case(CHANGERS, pressed(Action.REMIND_BACK, "back"), "we were too dear"),
    Action.REMIND_REOPEN: Case(CHANGERS, pressed(Action.REMIND_REOPEN, "back")),
    Action.REMIND_LATER: Case(CHANGERS, pressed(Action.REMIND_LATER, "back"), "Ask me again on"),
    Action.REMIND_LET_GO: Case(CHANGERS, pressed(Action.REMIND_LET_GO, "back")),
    Action.REMIND_GIVEN: Case(CHANGERS, pressed(Action.REMIND_GIVEN, "happy"), "Whom did they name?"),
    Action.REMIND_DECLINED: Case(CHANGERS, pressed(Action.REMIND_DECLINED, "happy")),
    Action.REMIND_ASK_LATER: Case(CHANGERS, pressed(Action.REMIND_ASK_LATER, "happy"), "Ask again on"),
    Action.ASK_OPEN: Case(COLLEAGUES, pressed(Action.ASK_OPEN, "kept"), "What could this customer be asked for?"),
    Action.ASK_ASKED: Case(CHANGERS, pressed(Action.ASK_ASKED, "kept", "referral")),
    Action.ASK_DECLINED: Case(CHANGERS, pressed(Action.ASK_DECLINED, "kept", "review")),
    Action.ASK_GIVEN: Case(CHANGERS, pressed(Action.ASK_GIVEN, "kept", "upsell"), "A new deal with the same buyer"),
    Action.ASK_LATER: Case(CHANGERS, pressed(Action.ASK_LATER, "kept", "referral"), "Ask again on"),
    Action.ASK_BEGIN: Case(CHANGERS, pressed(Action.ASK_BEGIN, "given"), "Whom did they name?"),
    Action.REMIND_PROMISE: Case(CHANGERS, pressed(Action.REMIND_PROMISE, "promised"), "What became of it?"),
    Action.REMIND_VALUE: Case(CHANGERS, pressed(Action.REMIND_VALUE, "value"), "Is the promised value there?"),
    Action.DISCOUNT: Case(CHANGERS, pressed(Action.DISCOUNT, "ready"), "above that a manager decides"),
    Action.DISCOUNT_WITHDRAW: Case(CHANGERS, pressed(Action.DISCOUNT_WITHDRAW, "ready", over=Form.DISCOUNT)),
    Action.DISCOUNT_APPROVE: Case(DECIDERS, pressed(Action.DISCOUNT_APPROVE, "discount"), "a discount of"),
    Action.DISCOUNT_DECLINE: Case(DECIDERS, pressed(Action.DISCOUNT_DECLINE, "discount"), "fine instead"),
    Action.COMMITTEE: Case(COLLEAGUES, pressed(Action.COMMITTEE, "kept"), "of about 7 people known"),
    Action.COMMITTEE_PART: Case(CHANGERS, in_committee(Action.COMMITTEE_PART, "person", "champion")),
    Action.COMMITTEE_STANCE: Case(CHANGERS, in_committee(Action.COMMITTEE_STANCE, "person", "against")),
    Action.COMMITTEE_SIZE: Case(CHANGERS, in_committee(Action.COMMITTEE_SIZE, "kept", "over_500")),
    Action.COMMITTEE_ADD: Case(CHANGERS, pressed(Action.COMMITTEE_ADD, "kept"), "How do they stand to it?"),
    Action.REMIND_OBJECTION: Case(CHANGERS, pressed(Action.REMIND_OBJECTION, "doubted"), "What became of it?"),
    Action.OBJECTIONS: Case(COLLEAGUES, pressed(Action.OBJECTIONS, "kept"), "the works council is against it"),
    Action.OBJECTION_NOTE: Case(CHANGERS, pressed(Action.OBJECTION_NOTE, "kept"), "What do they say?"),
    Action.OBJECTION_KIND: Case(CHANGERS, other_objection, "Nothing is planned for it yet"),
    Action.OBJECTION_SETTLE: Case(CHANGERS, pressed(Action.OBJECTION_SETTLE, "objection"), "What became of it?"),
    Action.PLAYBOOK_WRITE: Case(MANAGERS, pressed(Action.PLAYBOOK_WRITE, "objection"), "What buyers said"),
    Action.PROMISES: Case(COLLEAGUES, pressed(Action.PROMISES, "kept"), "training for the night shift"),
    Action.PROMISE_NOTE: Case(CHANGERS, pressed(Action.PROMISE_NOTE, "kept"), "What did we promise?"),
    Action.PROMISE_SETTLE: Case(CHANGERS, pressed(Action.PROMISE_SETTLE, "promise"), "What became of it?"),
    Action.PROMISE_WITHDRAW: Case(CHANGERS, pressed(Action.PROMISE_WITHDRAW, "promise"), "no longer owed?"),
    Action.VALUE_CHECK: Case(CHANGERS, pressed(Action.VALUE_CHECK, "kept", "6"), "Is the promised value there?"),
    Action.HOME_PAGE: Case(COLLEAGUES, pressed(Action.HOME_PAGE, at_home=True), "Your deals"),
    Action.HOME_PAGE_BACK: Case(COLLEAGUES, pressed(Action.HOME_PAGE_BACK, at_home=True), "Your deals"),
    Action.SETUP_RETRY: Case(MANAGERS, pressed(Action.SETUP_RETRY), "nothing left to send"),
    Action.SETTINGS: Case(COLLEAGUES, pressed(Action.SETTINGS), "My settings"),
    Action.SETTINGS_TEAM: Case(MANAGERS, pressed(Action.SETTINGS_TEAM), "Weekly digest"),
    Action.AWAY: Case(COLLEAGUES, pressed(Action.AWAY), "Who stands in for you?"),
    Action.BACK: Case(COLLEAGUES, pressed(Action.BACK), "Welcome back", stores=frozenset({By.OWNER})),
    Action.HELP: Case(COLLEAGUES, pressed(Action.HELP), "/deal show X"),
    Action.PROCESS_CHECKLIST: Case(COLLEAGUES, pressed(Action.PROCESS_CHECKLIST, key="two_gates")),
    Action.PROCESS_FLOW: Case(COLLEAGUES, pressed(Action.PROCESS_FLOW, key="two_gates")),
    Action.PROCESS_SIDES: Case(COLLEAGUES, pressed(Action.PROCESS_SIDES, key="two_gates")),
}

FORMS: Mapping[str, Case] = {
    Form.NEW: Case(COLLEAGUES, submitted(Form.NEW, {Field.NAME: text("Acme rollout")})),
    Form.EDIT: Case(CHANGERS, edited),
    Form.NEXT: Case(CHANGERS, submitted(Form.NEXT, {Field.WHAT: text("Call Jane"), Field.ON: UNTIL}, deal="ready")),
    Form.ASSIGN: Case(CHANGERS, submitted(Form.ASSIGN, {Field.OWNER: forging.person(NINA)}, deal="ready")),
    Form.LOST: Case(CHANGERS, submitted(Form.LOST, {Field.REASON: option("price"), Field.LEARNED: WHY}, deal="ready")),
    Form.PARK: Case(CHANGERS, submitted(Form.PARK, {Field.UNTIL: UNTIL, Field.WHY: WHY}, deal="ready")),
    Form.ANSWER_NO: Case(
        CHANGERS,
        submitted(
            Form.ANSWER_NO,
            {
                Field.WHY: WHY,
                Field.WHAT_NOW: option(WhatNow.FIX.value),
                Field.WHAT: text("Ask Jane whose need it is"),
                Field.ON: forging.day(date(2026, 11, 30)),
            },
            deal="gap",
            criterion="need",
            now="fix",
            **{"from": "talked"},
        ),
    ),
    Form.FEEDBACK: Case(
        COLLEAGUES,
        submitted(Form.FEEDBACK, {Field.ABOUT: option("talked/need"), Field.NOTE: WHY}, process="two_gates"),
    ),
    Form.CHOOSE: Case(COLLEAGUES, submitted(Form.CHOOSE, {Field.DEAL: option("1")}, word="show"), "Exit criteria of"),
    Form.CHECKLIST: Case(CHANGERS, submitted(Form.CHECKLIST, {}, deal="ready", **{"from": "talked", "to": "agreed"})),
    Form.REASON: Case(
        CHANGERS, submitted(Form.REASON, {Field.REASON: WHY}, deal="asked", **{"from": "agreed", "to": "talked"})
    ),
    Form.QUOTED: Case(CHANGERS, quoted_submitted),
    Form.EVIDENCE: Case(
        CHANGERS,
        submitted(Form.EVIDENCE, PROOF, deal="ready", kind="email", criterion="need", **{"from": "talked"}),
    ),
    Form.CONFIRM: Case(
        CHANGERS,
        submitted(
            Form.CONFIRM,
            {Field.CRITERION: option("need"), Field.POINTS: WHY, Field.NEW_CONTACT: text("Ann Smith")},
            deal="ready",
            **{"from": "talked"},
        ),
    ),
    Form.WITHDRAW: Case(CHANGERS, submitted(Form.WITHDRAW, {Field.REASON: WHY}, evidence="piece")),
    Form.OVERRIDE: Case(
        DECIDERS,
        submitted(
            Form.OVERRIDE,
            {Field.GAPS: forging.boxes("talked.need"), Field.REASON: WHY, Field.DUE_ON: forging.day(date(2026, 12, 4))},
            deal="gap",
        ),
    ),
    Form.OVERRIDE_ASK: Case(
        CHANGERS, submitted(Form.OVERRIDE_ASK, {Field.REASON: WHY}, deal="gap", stage="talked", criterion="law")
    ),
    Form.OVERRIDE_DECLINE: Case(DECIDERS, submitted(Form.OVERRIDE_DECLINE, {Field.REASON: WHY}, request="request")),
    Form.EXCUSE_DECLINE: Case(DECIDERS, submitted(Form.EXCUSE_DECLINE, {Field.REASON: WHY}, evidence="excuse")),
    Form.APPROVE: Case(DECIDERS, submitted(Form.APPROVE, {Field.COMMENT: WHY}, move="move")),
    Form.SEND_BACK: Case(DECIDERS, submitted(Form.SEND_BACK, {Field.COMMENT: WHY}, move="move")),
    Form.ASK: Case(MANAGERS, submitted(Form.ASK, {Field.QUESTION: WHY}, move="move", criterion="signed")),
    Form.ANSWER: Case(ANSWERERS, submitted(Form.ANSWER, {Field.ANSWER: WHY}, question="waiting")),
    Form.REMIND_DONE: Case(
        CHANGERS,
        submitted(
            Form.REMIND_DONE,
            {Field.REPLY: option("silent"), Field.AGAIN_WHAT: text("Call them again"), Field.AGAIN_ON: UNTIL},
            reminder="due",
        ),
    ),
    Form.REMIND_SNOOZE: Case(CHANGERS, submitted(Form.REMIND_SNOOZE, {Field.UNTIL: UNTIL}, reminder="due")),
    Form.REMIND_NOT_STALE: Case(
        CHANGERS, submitted(Form.REMIND_NOT_STALE, {Field.WHY: WHY, Field.UNTIL: UNTIL}, reminder="stale")
    ),
    Form.REMIND_LATER: Case(CHANGERS, submitted(Form.REMIND_LATER, {Field.UNTIL: UNTIL}, reminder="back")),
    Form.AGAIN: Case(DECIDERS, submitted(Form.AGAIN, {Field.QUESTION: WHY}, question="answered")),
    Form.ASK_LATER: Case(CHANGERS, submitted(Form.ASK_LATER, {Field.UNTIL: UNTIL}, deal="kept", kind="ask")),
    Form.ASK_GIVEN: Case(
        CHANGERS,
        submitted(
            Form.ASK_GIVEN,
            {Field.NAMED: text("Ann Smith"), Field.COMPANY: text("Smith Ltd"), Field.BEGIN: forging.boxes("yes")},
            deal="kept",
            kind="ask",
        ),
    ),
    Form.ASK_MORE: Case(
        CHANGERS,
        submitted(Form.ASK_MORE, {Field.NAME: text("Second hall")}, deal="kept", kind=ReminderKind.UPSELL.value),
    ),
    Form.ASK_BEGIN: Case(
        CHANGERS,
        submitted(
            Form.ASK_BEGIN, {Field.NAMED: text("Ann Smith"), Field.COMPANY: text("Smith Ltd")}, deal="kept", ask="given"
        ),
    ),
    Form.PROMISE_NOTE: Case(
        CHANGERS, submitted(Form.PROMISE_NOTE, {Field.PROMISE: WHY, Field.DUE_ON: UNTIL}, deal="kept")
    ),
    Form.PROMISE_SETTLE: Case(
        CHANGERS,
        submitted(Form.PROMISE_SETTLE, {Field.OUTCOME: option("kept"), Field.NOTE: WHY}, promise="promise"),
    ),
    Form.PROMISE_WITHDRAW: Case(CHANGERS, submitted(Form.PROMISE_WITHDRAW, {Field.NOTE: WHY}, promise="promise")),
    Form.VALUE_CHECK: Case(
        CHANGERS,
        submitted(Form.VALUE_CHECK, {Field.ANSWER: option("yes"), Field.NOTE: WHY}, deal="kept", month="month"),
    ),
    Form.DISCOUNT: Case(
        CHANGERS, submitted(Form.DISCOUNT, {Field.PERCENT: text("12,5 %"), Field.REASON: WHY}, deal="ready")
    ),
    Form.DISCOUNT_APPROVE: Case(
        DECIDERS, submitted(Form.DISCOUNT_APPROVE, {Field.COMMENT: WHY}, concession="discount")
    ),
    Form.DISCOUNT_DECLINE: Case(
        DECIDERS, submitted(Form.DISCOUNT_DECLINE, {Field.COMMENT: WHY}, concession="discount")
    ),
    Form.COMMITTEE_ADD: Case(
        CHANGERS,
        submitted(
            Form.COMMITTEE_ADD,
            {Field.NEW_CONTACT: text("Ann Smith, CFO"), Field.STANCE: option("supports")},
            deal="kept",
        ),
    ),
    Form.OBJECTION_NOTE: Case(
        CHANGERS, submitted(Form.OBJECTION_NOTE, {Field.OBJECTION: WHY, Field.DUE_ON: UNTIL}, deal="kept")
    ),
    Form.OBJECTION_SETTLE: Case(
        CHANGERS,
        submitted(Form.OBJECTION_SETTLE, {Field.OUTCOME: option("answered"), Field.NOTE: WHY}, objection="objection"),
    ),
    Form.PLAYBOOK_WRITE: Case(
        MANAGERS,
        submitted(
            Form.PLAYBOOK_WRITE,
            {Field.KIND: option("own"), Field.NAME: text("Works council"), Field.ANSWER_VALUE: WHY},
            objection="objection",
        ),
    ),
    Form.SETTINGS: Case(
        COLLEAGUES, submitted(Form.SETTINGS, {Field.HOUR: option("8"), Field.DAYS: forging.boxes("0", "1")})
    ),
    Form.AWAY: Case(COLLEAGUES, submitted(Form.AWAY, {Field.UNTIL: UNTIL})),
    Form.SETTINGS_TEAM: Case(
        MANAGERS,
        submitted(
            Form.SETTINGS_TEAM,
            {
                Field.MANAGERS: forging.people(MARTA, DEEPAK),
                Field.HOUR: option("8"),
                Field.DAYS: forging.boxes("0", "1"),
                Field.DIGEST: option("dm"),
            },
        ),
    ),
}

SHORTCUTS: Mapping[str, Case] = {
    Shortcut.LOG_DEAL: Case(COLLEAGUES, lambda forger, who, _: forger.shortcut(who, Shortcut.LOG_DEAL), "Log a deal"),
    Shortcut.USE_AS_EVIDENCE: Case(
        COLLEAGUES, marked, "Use as deal evidence", stores=frozenset({By.OWNER, By.OWNING_MANAGER})
    ),
}

CASES = {
    **{f"word {name or '(none)'}": case for name, case in WORDS.items()},
    **{f"button {name}": case for name, case in BUTTONS.items()},
    **{f"form {name}": case for name, case in FORMS.items()},
    **{f"shortcut {name}": case for name, case in SHORTCUTS.items()},
}
