"""What people look at: the list of deals, a deal's sheet, the App Home, the help and a process, drawn from objects."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.definitions import load_processes, shipped_directory
from bot.domain.deal import Deal, Decision, MetCriterion, Move, MoveKind, NextStep, Status, Verdict
from bot.domain.evidence import Evidence, EvidenceKind, SharedFile, Standing
from bot.domain.gate import judge
from bot.domain.money import Money
from bot.domain.people import Actor, Contact, Role
from bot.domain.process import Approval, Criterion, Process, Stage, StageKind
from bot.domain.questions import Entry, EntryKind, Question
from bot.services.judging import Judged
from bot.services.overview import DealPage, Home, Sheet, Waiting
from bot.slack.conversations import register_all
from bot.slack.ids import Action, Ref
from bot.slack.talk import Talk
from bot.slack.turn import Message
from bot.slack.views.deals import deals_message
from bot.slack.views.home import home_page, visitor_page
from bot.slack.views.notices import message_body
from bot.slack.views.orientation import FOR_MANAGERS, TOPICS, help_message, process_message
from bot.slack.views.sheet import deal_sheet
from tests.slack_rules import assert_fits

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
REP, OTHER, BOSS = "U0RITA", "U0TOM", "U0MARTA"
REP_ACTOR = Actor("T1", REP, Role.MEMBER)
BOSS_ACTOR = Actor("T1", BOSS, Role.MANAGER)
PROCESSES = load_processes(shipped_directory())
PROCESS = PROCESSES["simple_3"]

HOSTILE = [
    "<!channel> & <@U0MARTA> <https://evil.example|click> " * 60,
    "&" * 3000,
    "😀👩‍👩‍👧‍👦" * 375,
    "\u202eمشروع" * 500,
    "*_~`>" * 600,
    "x" * 3000,
]


def deal(number: int = 42, **changes: Any) -> Deal:
    made = Deal(
        id=number,
        team_id="T1",
        number=number,
        name="Acme rollout",
        owner=REP,
        process="simple_3",
        process_version=PROCESS.version,
        stage="qualified",
        status=Status.OPEN,
        stage_since=NOW - timedelta(days=12),
        created_at=NOW - timedelta(days=30),
        created_by=REP,
        version=7,
        company="Acme Ltd",
        amount=Money(1_200_000, "EUR"),
        expected_close=date(2026, 12, 15),
    )
    return replace(made, **changes)


def piece(number: int, of: Deal, **changes: Any) -> Evidence:
    criterion = PROCESS.stages[0].criteria[0]
    made = Evidence(
        id=number,
        deal_id=of.id,
        stage="qualified",
        criterion=criterion.key,
        kind=(criterion.accepts or (EvidenceKind.EMAIL,))[0],
        what="The buyer wrote that the old system costs them two days a month.",
        added_by=REP,
        added_at=NOW - timedelta(days=2, minutes=-number),
        happened_on=date(2026, 11, 20),
        contact=Contact(1, "Jane Doe", "CFO", "jane@acme.example"),
        link="https://mail.example.com/m/1",
    )
    return replace(made, **changes)


def judged(one: Deal, *evidence: Evidence, questions: tuple[Question, ...] = (), process: Process = PROCESS) -> Judged:
    found = judge(process, one, evidence, questions, NOW) if process.stage(one.stage) else None
    return Judged(one, evidence, questions, found)


def move(number: int, **changes: Any) -> Move:
    made = Move(
        number,
        42,
        MoveKind.FORWARD,
        "qualified",
        "proposed",
        Status.OPEN,
        Status.OPEN,
        REP,
        NOW - timedelta(days=1),
        amount=Money(1_200_000, "EUR"),
        stage_since=NOW - timedelta(days=9),
        criteria=(MetCriterion("need", "They have a need.", "met", ""),),
    )
    return replace(made, **changes)


def sheet(one: Deal, **changes: Any) -> Sheet:
    process = changes.pop("process", PROCESS)
    evidence = tuple(changes.pop("evidence", ()))
    questions = tuple(changes.pop("questions", ()))
    found = None
    if process is not None and process.stage(one.stage):
        found = judge(process, one, evidence, questions, NOW)
    made = Sheet(one, process, found, evidence, questions, (move(1, kind=MoveKind.CREATED),), may_change=True)
    return replace(made, **changes)


def question(number: int = 1, **changes: Any) -> Question:
    made = Question(number, 42, 3, "qualified", PROCESS.stages[0].criteria[0].key, "May I see the mail?", BOSS, NOW)
    return replace(made, **changes)


def listed(*deals: Judged, number: int = 0, total: int | None = None) -> Message:
    page = DealPage(tuple(deals), number, len(deals) if total is None else total)
    return deals_message(page, PROCESSES, TODAY)


def text_of(drawn: Any) -> str:
    return json.dumps(drawn.blocks if isinstance(drawn, Message) else drawn["blocks"], ensure_ascii=False)


def markup_of(drawn: Any) -> str:
    """All texts in which Slack looks for mentions and links."""

    def found(value: Any) -> list[str]:
        if isinstance(value, list):
            return [text for item in value for text in found(item)]
        if not isinstance(value, dict):
            return []
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for item in value.values() for text in found(item)]

    return "\n".join(found(list(drawn.blocks if isinstance(drawn, Message) else drawn["blocks"])))


def pings_or_links_of_others(markup: str) -> list[str]:
    """What stands in angle brackets and is not a mention of a deal's people, a moment or a link of its evidence."""
    return re.findall(r"<(?!@U0(?:RITA|TOM|MARTA)>|!date\^|https://(?:mail\.)?example\.com/)[^>]*>?", markup)


def buttons_of(drawn: Any) -> list[tuple[str, str, str]]:
    """Words, action and value of every button and menu entry."""
    found = []
    for block in drawn.blocks if isinstance(drawn, Message) else drawn["blocks"]:
        for element in [*(block["elements"] if block["type"] == "actions" else []), block.get("accessory")]:
            if element and element["type"] == "button":
                found.append((element["text"]["text"], element["action_id"], element.get("value", "")))
            for option in element["options"] if element and element["type"] == "overflow" else []:
                found.append((option["text"]["text"], element["action_id"], option["value"]))
    return found


def fits(message: Message) -> None:
    assert_fits(message.blocks)
    assert message.text
    assert message_body(message, replace=False)["blocks"]


# The list


def test_the_list_says_where_a_deal_stands_what_is_missing_and_what_comes_next() -> None:
    one = deal(next_step=NextStep("call Jane about pricing", date(2026, 11, 24)))
    message = listed(judged(one, piece(1, one)))
    fits(message)
    shown = text_of(message)
    assert "*Acme rollout* (D-42) · Acme Ltd" in shown
    assert "Qualified · €12,000 · closes Tue 15 Dec 2026" in shown
    assert "1 of 4 criteria met · missing: " in shown
    assert "(+2 more)" in shown
    assert "*Next:* call Jane about pricing (Tue 24 Nov 2026)" in shown
    assert ("Details", "deal.show", "42.7.") in buttons_of(message)
    assert ("Move…", "move.open", "42.7.") in buttons_of(message)
    assert ("Next step", "deal.next", "42.7.") in buttons_of(message)


def test_an_open_question_from_before_is_not_counted_among_what_is_missing() -> None:
    one = deal()
    earlier = question(stage="a stage before")
    shown = text_of(listed(judged(one, piece(1, one), questions=(earlier,))))
    assert "(+2 more) · a manager's question about an earlier stage is open" in shown


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (None, "No next step yet"),
        (NextStep("call Jane", date(2026, 11, 21)), "*Overdue by 2 days:* call Jane (Sat 21 Nov 2026)"),
        (NextStep("call Jane", date(2026, 11, 22)), "*Overdue by 1 day:* call Jane"),
        (NextStep("call Jane", date(2026, 11, 23)), "*Next, today:* call Jane"),
    ],
)
def test_the_list_says_when_the_next_step_is_overdue_or_missing(step: NextStep | None, said: str) -> None:
    assert said in text_of(listed(judged(deal(next_step=step))))


def test_the_list_says_when_a_deal_is_ready_waits_or_is_disputed() -> None:
    one = deal()
    proofs = [piece(n, one, criterion=c.key, kind=c.accepts[0]) for n, c in enumerate(PROCESS.stages[0].criteria, 1)]
    assert "Ready to move · 4 of 4 criteria met" in text_of(listed(judged(one, *proofs)))
    assert "Waits for a manager's decision" in text_of(listed(judged(deal(pending_move=3), *proofs)))
    assert "disputed: " in text_of(listed(judged(one, *proofs, questions=(question(),))))
    assert "Won · Agreed" in text_of(listed(judged(deal(stage="agreed", status=Status.WON))))
    assert "This is the last stage" in text_of(listed(judged(deal(stage="agreed", status=Status.WON))))


def test_the_list_says_when_the_day_of_closing_has_passed() -> None:
    shown = text_of(listed(judged(deal(expected_close=date(2026, 11, 1)))))
    assert "should have closed Sun 1 Nov 2026" in shown


def test_a_deal_whose_stage_or_process_is_gone_is_listed_all_the_same() -> None:
    for one in (deal(stage="demo"), deal(process="old")):
        message = listed(Judged(one, (), (), None))
        fits(message)
        assert "no longer part of its process" in text_of(message)


def test_somebody_without_deals_is_asked_to_log_the_first_one() -> None:
    message = listed()
    fits(message)
    assert ("Log a deal", "deal.new", "") in buttons_of(message)


def test_pages_are_turned_back_and_forth_by_buttons_of_their_own() -> None:
    ten = [judged(deal(n)) for n in range(1, 11)]
    middle = listed(*ten, number=2, total=60)
    fits(middle)
    assert "page 3 of 6" in text_of(middle)
    turning = [b for b in buttons_of(middle) if b[1] in (Action.DEAL_PAGE, Action.DEAL_PAGE_BACK)]
    assert turning == [("◀ Previous", "deal.page_back", "1.0."), ("Next ▶", "deal.page", "3.0.")]
    assert [Ref.read(value).id for _, _, value in turning] == [1, 3]
    assert "deal.page_back" not in [b[1] for b in buttons_of(listed(*ten, number=0, total=60))]
    assert "deal.page" not in [b[1] for b in buttons_of(listed(*ten, number=5, total=60))]
    assert not [b for b in buttons_of(listed(*ten)) if b[1].startswith("deal.page")]


@pytest.mark.parametrize("words", HOSTILE)
def test_the_list_fits_whatever_is_written_in_it(words: str) -> None:
    ten = [
        judged(deal(n, name=words, company=words, next_step=NextStep(words, TODAY)), piece(1, deal(n)))
        for n in range(1, 11)
    ]
    message = listed(*ten, number=1, total=60)
    fits(message)
    assert not pings_or_links_of_others(markup_of(message) + message.text)
    assert "<@" not in markup_of(message)


# The sheet


def test_the_sheet_shows_the_facts_the_people_the_evidence_and_the_history() -> None:
    one = deal(
        contacts=(Contact(1, "Jane Doe", "CFO", "jane@acme.example"), Contact(2, "Bo")),
        competitors="Spreadsheets",
        next_step=NextStep("call Jane", date(2026, 11, 24)),
        delivery_owner=OTHER,
    )
    lost = move(
        2, kind=MoveKind.LOST, to_stage="qualified", reason="Price or budget", learned="Ask for the budget first"
    )
    drawn = deal_sheet(sheet(one, evidence=[piece(9, one)], log=(move(1), lost)), REP_ACTOR, TODAY)
    assert_fits(drawn)
    shown = text_of(drawn)
    for words in (
        "*Acme rollout* (D-42)",
        "*Open*, in “Qualified” since",
        "€12,000",
        "Tue 15 Dec 2026",
        "Acme Ltd",
        f"<@{REP}>",
        f"<@{OTHER}>",
        "Jane Doe, CFO · jane@acme.example",
        "Spreadsheets",
        "*Exit criteria of “Qualified”*: 1 of 4 criteria met",
        ":white_check_mark: Met: ",
        ":black_square_button: Missing: ",
        "https://mail.example.com/m/1",
        "*Inspectable.* A link that you can open.",
        f"Added by <@{REP}>",
        "*Lost* in “Qualified”",
        "Why: Price or budget",
        "What we learned: Ask for the budget first",
        "after 8 days in the stage",
    ):
        assert words in shown, words
    assert shown.index("*Lost*") < shown.index("*Moved*")
    assert ("Withdraw", "evidence.withdraw", "9.0.") in buttons_of(drawn)
    assert json.loads(drawn["private_metadata"]) == {"deal": 42}


def test_who_may_not_change_a_deal_gets_no_buttons_and_is_told_who_may() -> None:
    one = deal()
    drawn = deal_sheet(sheet(one, evidence=[piece(9, one)], may_change=False), REP_ACTOR, TODAY)
    assert_fits(drawn)
    assert buttons_of(drawn) == []
    assert f"Only <@{REP}> and the managers can change this deal." in text_of(drawn)


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (Status.OPEN, {"move.open", "deal.next", "coach", "deal.edit", "deal.more", "committee.list"}),
        (Status.WON, {"move.open", "deal.next", "coach", "deal.edit", "deal.more", "committee.list"}),
        (Status.LOST, {"deal.reopen", "deal.edit", "deal.more"}),
        (Status.PARKED, {"deal.reopen", "deal.edit", "deal.more"}),
    ],
)
def test_the_buttons_of_a_sheet_follow_the_status(status: Status, offered: set[str]) -> None:
    drawn = deal_sheet(sheet(deal(status=status, closing_reason="Price", waiting_until=TODAY)), REP_ACTOR, TODAY)
    assert_fits(drawn)
    assert {action for _, action, _ in buttons_of(drawn)} == offered
    menu = {Ref.read(value).key for _, action, value in buttons_of(drawn) if action == Action.DEAL_MORE}
    closable = {"deal.park", "deal.lost"} if status in (Status.OPEN, Status.PARKED) else set()
    worked_on = {"promise.list", "ask.open"} if status in (Status.OPEN, Status.WON) else set()
    assert menu == {"deal.assign"} | closable | worked_on


def test_withdrawn_evidence_is_shown_as_such_and_cannot_be_withdrawn_again() -> None:
    one = deal()
    gone = piece(9, one, standing=Standing.WITHDRAWN, standing_reason="Wrong mail", standing_by=REP)
    drawn = deal_sheet(sheet(one, evidence=[gone]), REP_ACTOR, TODAY)
    assert "*withdrawn*: Wrong mail" in text_of(drawn)
    assert not [b for b in buttons_of(drawn) if b[1] == "evidence.withdraw"]


def test_evidence_for_another_stage_is_shown_apart() -> None:
    one = deal(stage="proposed")
    drawn = deal_sheet(sheet(one, evidence=[piece(9, one)]), REP_ACTOR, TODAY)
    assert_fits(drawn)
    assert "*Evidence for other stages*" in text_of(drawn)
    assert "“Qualified”: " in text_of(drawn)


def test_an_open_question_can_be_answered_by_the_owner_alone() -> None:
    shown = sheet(deal(), questions=[question()])
    assert ("Answer", "question.answer", "1.0.") in buttons_of(deal_sheet(shown, REP_ACTOR, TODAY))
    assert not [b for b in buttons_of(deal_sheet(shown, BOSS_ACTOR, TODAY)) if b[1] == "question.answer"]
    answered = question(entries=(Entry(EntryKind.ANSWERED, REP, NOW, "Here"),))
    drawn = deal_sheet(sheet(deal(), questions=[answered]), REP_ACTOR, TODAY)
    assert "a manager has yet to accept the answer" in text_of(drawn)
    assert not [b for b in buttons_of(drawn) if b[1] == "question.answer"]


def test_a_pending_move_and_a_decision_say_who_and_why() -> None:
    sent_back = move(
        2, needs_approval=True, decision=Decision(Verdict.SENT_BACK, BOSS, NOW, "The mail is from last year.")
    )
    pending = move(3, needs_approval=True)
    drawn = deal_sheet(sheet(deal(pending_move=3), log=(sent_back, pending)), REP_ACTOR, TODAY)
    shown = text_of(drawn)
    assert "Waits for a manager to approve the move to “Proposal accepted”" in shown
    assert f"Sent back by <@{BOSS}>" in shown
    assert "The mail is from last year." in shown


@pytest.mark.parametrize(
    ("process", "said"),
    [(None, "the process “simple_3” is no longer defined"), (PROCESS, "the stage “demo” is no longer defined")],
)
def test_the_sheet_of_a_deal_whose_process_or_stage_is_gone_says_what_to_do(process: Process | None, said: str) -> None:
    one = deal(stage="demo")
    drawn = deal_sheet(sheet(one, process=process, evidence=[piece(9, one)]), REP_ACTOR, TODAY)
    assert_fits(drawn)
    assert said in text_of(drawn)
    assert "*Evidence for other stages*" in text_of(drawn)


def wide_process(words: str) -> Process:
    """Twelve criteria with as many words as a definition may have."""
    criteria = tuple(Criterion(f"c{n}", words[:500], words[:600], words[:600], may_not_apply=True) for n in range(12))
    stages = (
        Stage("qualified", words[:60], words[:500], criteria=criteria, approval=Approval.MANAGER),
        *(Stage(f"s{n}", words[:60], words[:500], kind=StageKind.POST_SALE, criteria=criteria) for n in range(39)),
    )
    return Process("simple_3", words[:60], "EUR", stages, (), "v1")


def crowded_sheet(words: str) -> Sheet:
    """More of everything than fits: 60 pieces of evidence, 200 moves, 30 contacts, all with long texts."""
    contacts = tuple(Contact(n, words[:200], words[:200], f"a{n}@{'b' * 180}.example") for n in range(30))
    one = deal(
        name=words,
        company=words,
        company_domain="a" * 250,
        competitors=words,
        source=words,
        contacts=contacts,
        next_step=NextStep(words, TODAY),
        delivery_owner=OTHER,
        last_buyer_on=TODAY,
        pending_move=200,
    )
    evidence = [
        piece(
            n,
            one,
            stage="qualified" if n % 3 else "s1",
            criterion=f"c{n % 12}",
            what=words,
            reuse=words,
            contact=contacts[0],
            link="https://example.com/" + "a" * (550 if n % 2 else 2900),
            file=SharedFile("F1", words),
            about_date=TODAY,
            standing=Standing.DISPUTED if n % 5 == 0 else Standing.COUNTS,
            standing_reason=words if n % 5 == 0 else None,
        )
        for n in range(1, 61)
    ]
    asked = [question(n, criterion=f"c{n % 12}", text=words) for n in range(1, 13)]
    decision = Decision(Verdict.SENT_BACK, BOSS, NOW, words)
    log = tuple(move(n, reason=words, learned=words, needs_approval=True, decision=decision) for n in range(1, 200))
    log += (move(200, needs_approval=True),)
    return sheet(one, process=wide_process(words), evidence=evidence, questions=asked, log=log)


@pytest.mark.parametrize("words", HOSTILE)
def test_the_sheet_fits_whatever_is_written_in_it(words: str) -> None:
    drawn = deal_sheet(crowded_sheet(words), REP_ACTOR, TODAY, "Saved.")
    assert_fits(drawn)
    shown = text_of(drawn)
    assert not pings_or_links_of_others(markup_of(drawn))
    assert "before that" in shown
    assert shown.count("*Asked to move*") >= 3


# The App Home


def home(**changes: Any) -> Home:
    return replace(Home(DealPage((), 0, 0), (), ()), **changes)


def test_home_shows_my_deals_and_the_questions_for_me() -> None:
    one = deal()
    shown = home(page=DealPage((judged(one),), 0, 1), questions=((one, question(5)),))
    drawn = home_page(shown, PROCESSES, REP_ACTOR, TODAY, "/deal")
    assert_fits(drawn)
    assert "May I see the mail?" in text_of(drawn)
    assert ("Answer", "question.answer", "5.0.") in buttons_of(drawn)
    assert ("Details", "deal.show", "42.7.") in buttons_of(drawn)
    assert "Decisions" not in text_of(drawn)


def test_home_turns_pages_with_buttons_of_its_own() -> None:
    page = DealPage(tuple(judged(deal(n)) for n in range(1, 11)), 1, 60)
    drawn = home_page(home(page=page), PROCESSES, REP_ACTOR, TODAY, "/deal")
    assert ("◀ Previous", "home.page_back", "0.0.") in buttons_of(drawn)
    assert ("Next ▶", "home.page", "2.0.") in buttons_of(drawn)


def test_home_shows_a_manager_what_waits_for_a_decision_but_not_buttons_for_their_own_deal() -> None:
    waiting = Waiting(deal(pending_move=3), move(3, needs_approval=True))
    drawn = home_page(home(decisions=(waiting,)), PROCESSES, BOSS_ACTOR, TODAY, "/deal")
    assert_fits(drawn)
    assert {("Approve", "move.approve", "3.0."), ("Send back…", "move.send_back", "3.0.")} <= set(buttons_of(drawn))
    own = Waiting(deal(pending_move=3, owner=BOSS), move(3, needs_approval=True))
    drawn = home_page(home(decisions=(own,)), PROCESSES, BOSS_ACTOR, TODAY, "/deal")
    assert not [b for b in buttons_of(drawn) if b[1] in ("move.approve", "move.send_back")]
    assert "Another manager decides" in text_of(drawn)


def test_home_shows_a_manager_the_answers_that_nobody_has_accepted_yet() -> None:
    answered = question(5, entries=(Entry(EntryKind.ANSWERED, REP, NOW, "Here it is.", "https://example.com/9"),))
    drawn = home_page(home(answers=((deal(), answered),)), PROCESSES, BOSS_ACTOR, TODAY, "/deal")
    assert_fits(drawn)
    assert "Here it is." in text_of(drawn)
    assert ("Accept", "question.accept", "5.0.") in buttons_of(drawn)
    assert "Answers to look at" not in text_of(home_page(home(), PROCESSES, BOSS_ACTOR, TODAY, "/deal"))


def test_home_explains_the_idea_to_somebody_without_deals() -> None:
    drawn = home_page(home(), PROCESSES, REP_ACTOR, TODAY, "/verkauf")
    assert_fits(drawn)
    assert ("Log a deal", "deal.new", "") in buttons_of(drawn)
    assert "`/verkauf new`" in text_of(drawn)


@pytest.mark.parametrize("role", [Role.GUEST, Role.OUTSIDER, Role.BOT])
def test_visitors_get_a_polite_page_without_buttons(role: Role) -> None:
    drawn = visitor_page(Actor("T1", "U0X", role))
    assert_fits(drawn)
    assert buttons_of(drawn) == []


@pytest.mark.parametrize("words", HOSTILE)
def test_home_fits_whatever_is_written_in_it(words: str) -> None:
    one = deal(name=words, company=words, next_step=NextStep(words, TODAY))
    answer = Entry(EntryKind.ANSWERED, REP, NOW, words, "https://example.com/" + "a" * 2900)
    shown = Home(
        DealPage(tuple(judged(replace(one, id=n)) for n in range(1, 11)), 1, 60),
        tuple((one, question(n, text=words)) for n in range(1, 11)),
        tuple(Waiting(one, move(n, needs_approval=True)) for n in range(1, 11)),
        tuple((one, question(n, text=words, entries=(answer,))) for n in range(1, 6)),
    )
    drawn = home_page(shown, {"simple_3": wide_process(words)}, BOSS_ACTOR, TODAY, "/deal")
    assert_fits(drawn)
    assert not pings_or_links_of_others(markup_of(drawn))


# Orientation


def test_the_help_lists_every_word_under_one_heading_with_what_it_does() -> None:
    words = register_all(Talk()).words
    assert sorted(name for names in TOPICS.values() for name in names) == sorted(words)
    message = help_message(words.values(), "/verkauf", is_manager=True)
    fits(message)
    assert all(f"`/verkauf {word.usage}`: {word.does}" in text_of(message) for word in words.values())


def test_the_help_of_a_rep_is_without_what_only_managers_can_do() -> None:
    said = text_of(help_message(register_all(Talk()).words.values(), "/verkauf", is_manager=False))
    assert all(f"`/verkauf {name} " not in said and f"`/verkauf {name}`" not in said for name in TOPICS[FOR_MANAGERS])


@pytest.mark.parametrize("process", list(PROCESSES.values()), ids=lambda process: process.key)
def test_a_process_is_shown_with_every_stage_outcome_and_criterion(process: Process) -> None:
    message = process_message(process, (), "/deal", process.stages[1])
    fits(message)
    shown = text_of(message)
    assert "You are here" in shown
    for number, stage in enumerate(process.stages, 1):
        assert f"*{number}. {stage.name}*" in shown
    assert "*Say*" in shown


@pytest.mark.parametrize("words", HOSTILE)
def test_a_process_of_any_length_fits_into_a_message(words: str) -> None:
    wide = wide_process(words)
    fits(process_message(wide, [wide] * 60, "/deal", wide.stages[0]))
