"""Every rule of the clock by the kind of reminder that it makes."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.reminders import ASKS, ReminderKind
from bot.store import noticing_deals as of_deals
from bot.store import noticing_records as of_records
from bot.store.noticing import Rule
from bot.store.noticing_proof import evidence_old, overrides
from bot.store.noticing_wins import asks, value_checks

RULES: Mapping[ReminderKind, Rule] = {
    ReminderKind.FOLLOW_UP: of_deals.follow_up,
    ReminderKind.NO_STEP: of_deals.no_step,
    ReminderKind.STALE: of_deals.stale,
    ReminderKind.CLOSE_PASSED: of_deals.close_passed,
    ReminderKind.EVIDENCE_OLD: evidence_old,
    ReminderKind.QUESTION: of_records.questions,
    ReminderKind.APPROVAL: of_records.approvals,
    ReminderKind.RETURN: of_deals.comes_back,
    ReminderKind.WINBACK: of_deals.winback,
    ReminderKind.PROMISE: of_records.promises,
    ReminderKind.OBJECTION: of_records.objections,
    ReminderKind.OVERRIDE_DUE: overrides,
    ReminderKind.VALUE_CHECK: value_checks,
    ReminderKind.ORPHAN: of_deals.orphan,
    **{kind: asks(kind) for kind in ASKS},
}
