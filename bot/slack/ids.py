"""Every string shared with Slack. They are for ever: old messages and open forms keep them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import BadInput

VALUE = "value"
"""The action_id of every input, whose block_id is its field."""


class Action(StrEnum):
    """action_ids of buttons and of inputs that report a change at once."""

    DEAL_LIST = "deal.list"
    DEAL_PAGE = "deal.page"
    DEAL_PAGE_BACK = "deal.page_back"
    DEAL_SHOW = "deal.show"
    DEAL_NEW = "deal.new"
    DEAL_EDIT = "deal.edit"
    DEAL_NEXT = "deal.next"
    DEAL_MORE = "deal.more"
    DEAL_ASSIGN = "deal.assign"
    DEAL_LOST = "deal.lost"
    DEAL_PARK = "deal.park"
    MOVE_OPEN = "move.open"
    MOVE_CHOOSE = "move.choose"
    COACH = "coach"
    EVIDENCE_ADD = "evidence.add"
    EVIDENCE_KIND = "evidence.kind"
    EVIDENCE_WITHDRAW = "evidence.withdraw"
    EXCUSE_AGREE = "excuse.agree"
    EXCUSE_DECLINE = "excuse.decline"
    APPROVE = "move.approve"
    APPROVE_COMMENT = "move.approve_comment"
    SEND_BACK = "move.send_back"
    QUESTION_ASK = "question.ask"
    QUESTION_ANSWER = "question.answer"
    QUESTION_ACCEPT = "question.accept"
    QUESTION_AGAIN = "question.again"
    REOPEN = "deal.reopen"
    REMIND_DONE = "remind.done"
    REMIND_NEXT = "remind.next"
    REMIND_SNOOZE = "remind.snooze"
    REMIND_NOT_STALE = "remind.not_stale"
    REMIND_PARK = "remind.park"
    REMIND_LOST = "remind.lost"
    REMIND_ASKED = "remind.asked"
    REMIND_REST = "remind.rest"
    REMIND_REPLY = "remind.reply"
    REMIND_GO_ON = "remind.go_on"
    REMIND_BACK = "remind.back"
    REMIND_REOPEN = "remind.reopen"
    REMIND_LATER = "remind.later"
    REMIND_LET_GO = "remind.let_go"
    REMIND_PROMISE = "remind.promise"
    REMIND_VALUE = "remind.value"
    REMIND_GIVEN = "remind.given"
    REMIND_DECLINED = "remind.declined"
    REMIND_ASK_LATER = "remind.ask_later"
    PROMISES = "promise.list"
    PROMISE_NOTE = "promise.note"
    PROMISE_SETTLE = "promise.settle"
    PROMISE_WITHDRAW = "promise.withdraw"
    VALUE_CHECK = "value.check"
    ASK_OPEN = "ask.open"
    ASK_ASKED = "ask.asked"
    ASK_GIVEN = "ask.given"
    ASK_DECLINED = "ask.declined"
    ASK_LATER = "ask.later"
    ASK_BEGIN = "ask.begin"
    HOME_PAGE = "home.page"
    HOME_PAGE_BACK = "home.page_back"
    SETUP_RETRY = "setup.retry"
    HELP = "help"
    PROCESS_CHECKLIST = "process.checklist"
    PROCESS_FLOW = "process.flow"
    PROCESS_SIDES = "process.sides"
    LINK = "link"
    SETTINGS = "settings.mine"
    SETTINGS_TEAM = "settings.team"
    AWAY = "settings.away"
    BACK = "settings.back"


class Form(StrEnum):
    """callback_ids of modals."""

    NEW = "deal.new"
    EDIT = "deal.edit"
    NEXT = "deal.next"
    ASSIGN = "deal.assign"
    LOST = "deal.lost"
    PARK = "deal.park"
    SHOW = "deal.show"
    CHOOSE = "deal.choose"
    CHECKLIST = "move.checklist"
    COACH = "coach"
    REASON = "move.reason"
    EVIDENCE = "evidence.add"
    WITHDRAW = "evidence.withdraw"
    EXCUSE_DECLINE = "excuse.decline"
    APPROVE = "move.approve"
    SEND_BACK = "move.send_back"
    ASK = "question.ask"
    ANSWER = "question.answer"
    AGAIN = "question.again"
    REMIND_DONE = "remind.done"
    REMIND_SNOOZE = "remind.snooze"
    REMIND_NOT_STALE = "remind.not_stale"
    REMIND_BACK = "remind.back"
    REMIND_LATER = "remind.later"
    PROMISES = "promise.list"
    PROMISE_NOTE = "promise.note"
    PROMISE_SETTLE = "promise.settle"
    PROMISE_WITHDRAW = "promise.withdraw"
    VALUE_CHECK = "value.check"
    ASKS = "ask.list"
    REFERRALS = "ask.referrals"
    ASK_GIVEN = "ask.given"
    ASK_LATER = "ask.later"
    ASK_BEGIN = "ask.begin"
    ASK_MORE = "ask.more"
    NOTICE = "notice"
    SETTINGS = "settings.mine"
    SETTINGS_TEAM = "settings.team"
    AWAY = "settings.away"


class Snooze(StrEnum):
    """The key of a Ref in the menu of `REMIND_SNOOZE`: until when."""

    TOMORROW = "1d"
    THREE_DAYS = "3d"
    NEXT_WEEK = "week"
    DATE = "date"


class Shortcut(StrEnum):
    """callback_ids of shortcuts in the manifest."""

    LOG_DEAL = "log_deal"


class Field(StrEnum):
    """block_ids of inputs. Where a use case names a wrong field, it uses the same word."""

    NAME = "name"
    COMPANY = "company"
    COMPANY_DOMAIN = "company_domain"
    AMOUNT = "amount"
    EXPECTED_CLOSE = "expected_close"
    PROCESS = "process"
    SOURCE = "source"
    COMPETITORS = "competitors"
    CONTACTS = "contacts"
    KIND = "kind"
    WHAT = "what"
    HAPPENED_ON = "happened_on"
    ABOUT_DATE = "about_date"
    CONTACT = "contact"
    NEW_CONTACT = "new_contact"
    LINK = "link"
    FILE = "file"
    PROVES_BOTH = "proves_both"
    WHY_AGAIN = "why_again"
    REASON = "reason"
    LEARNED = "learned"
    UNTIL = "until"
    WHY = "why"
    ON = "on"
    AT = "at"
    OWNER = "owner"
    DEAL = "deal"
    AS_DELIVERY = "as_delivery"
    COMMENT = "comment"
    QUESTION = "question"
    ANSWER = "answer"
    REPLY = "reply"
    GO_ON = "go_on"
    GO_ON_SILENT = "go_on_silent"
    AGAIN_WHAT = "again_what"
    AGAIN_ON = "again_on"
    MAIL_ON = "mail_on"
    OUTSIDE = "outside"
    PROMISE = "promise"
    TO_WHOM = "to_whom"
    DUE_ON = "due_on"
    OUTCOME = "outcome"
    NOTE = "note"
    NAMED = "named"
    BEGIN = "begin"
    HOUR = "hour"
    DAYS = "days"
    COUNTRY = "country"
    HEAR = "hear"
    COVER = "cover"
    MANAGERS = "managers"
    CHANNEL = "channel"
    DIGEST = "digest"
    METHODOLOGY = "methodology"
    REP = "rep"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Ref:
    """What a button carries: one id, the version it was drawn from, and at most one key. Never text, never truth."""

    id: int
    version: int = 0
    key: str = ""

    def __str__(self) -> str:
        return f"{self.id}.{self.version}.{self.key}"

    @classmethod
    def read(cls, value: str | None) -> Ref:
        """Back from a button's value. Raises BadInput for one that we did not write."""
        number, _, rest = (value or "").partition(".")
        version, _, key = rest.partition(".")
        if not (number.isascii() and number.isdigit() and len(number) < 19 and version.isascii() and version.isdigit()):
            raise BadInput("This button is not one of mine any more. Please type the command again.")
        return cls(int(number), int(version[:9]), key)
