"""What happy customers were asked for: referrals, reviews, references, case studies. A log; the last row holds."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table, Text

from bot.store.columns import Id, UtcDateTime, metadata

ask = Table(
    "ask",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    # referral, review, reference, case_study or upsell.
    Column("kind", String, nullable=False),
    # asked, given, declined or later.
    Column("state", String, nullable=False),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False, default=""),
    # Who was named, and where they work; their own columns, so that they can be erased on request.
    Column("person_name", Text, nullable=False, default=""),
    Column("person_company", Text, nullable=False, default=""),
    Column("new_deal_id", Id, ForeignKey("deal.id")),
    Column("until", Date),
    Index(None, "team_id", "deal_id", "kind"),
    Index(None, "team_id", "at"),
)
