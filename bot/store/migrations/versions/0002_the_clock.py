"""The clock: reminders, promises, asks, what people chose for themselves, and how fast we may post."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_pause",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel", name=op.f("pk_channel_pause")),
    )
    op.create_table(
        "send_budget",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_send_budget")),
    )
    op.create_table(
        "ask",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by_user", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("person_company", sa.Text(), nullable=False),
        sa.Column("new_deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_ask_deal_id")),
        sa.ForeignKeyConstraint(["new_deal_id"], ["deal.id"], name=op.f("fk_ask_new_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
    )
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_team_id_at"), ["team_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ask_team_id_deal_id_kind"), ["team_id", "deal_id", "kind"], unique=False)

    op.create_table(
        "promise",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("to_whom", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_promise_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.create_index(
            "ix_promise_due",
            ["due_on"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_promise_team_id_deal_id"), ["team_id", "deal_id"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("tell_on", sa.Date(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("escalated_on", sa.Date(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_how", sa.String(), nullable=True),
        sa.Column("settled_note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_reminder_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("team_id", "deal_id", "kind", "slot", name=op.f("uq_reminder_team_id_deal_id_kind_slot")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reminder_escalation",
            ["team_id", "escalated_on", "kind"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.create_index(
            "ix_reminder_of_deal",
            ["team_id", "deal_id"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.create_index(
            "ix_reminder_to_tell",
            ["team_id", "user_id", "tell_on"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "value_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("by_user", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_value_check_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_check")),
        sa.UniqueConstraint("team_id", "deal_id", "month", name=op.f("uq_value_check_team_id_deal_id_month")),
    )
    op.create_table(
        "agenda_line",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reminder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["reminder_id"], ["reminder.id"], name=op.f("fk_agenda_line_reminder_id")),
        sa.PrimaryKeyConstraint("team_id", "kind", "subject", "position", name=op.f("pk_agenda_line")),
    )
    with op.batch_alter_table("agenda_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agenda_line_team_id_reminder_id"), ["team_id", "reminder_id"], unique=False
        )

    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_step_time", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("next_step_no", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("progress_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("silence", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("waiting_on", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("fresh_until", sa.Date(), nullable=True))

    # Until now the last move was the only progress that was kept.
    op.execute("UPDATE deal SET progress_on = DATE(stage_since)")
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.alter_column("progress_on", existing_type=sa.Date(), nullable=False)
        batch_op.create_index("ix_deal_expected_close", ["status", "expected_close"], unique=False)
        batch_op.create_index("ix_deal_next_step", ["status", "next_step_on"], unique=False)
        batch_op.create_index("ix_deal_progress", ["process", "stage", "status", "progress_on"], unique=False)
        batch_op.create_index("ix_deal_stage_since", ["process", "stage", "stage_since"], unique=False)
        batch_op.create_index("ix_deal_waiting_until", ["status", "waiting_until"], unique=False)

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("country", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("agenda_hour", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("agenda_days", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("mutes", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("away_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("away_cover", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("manager", sa.String(), nullable=True))
        batch_op.create_index("ix_person_away_cover", ["team_id", "away_cover"], unique=False)

    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("managers", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("manager_channel", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("country", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("agenda_hour", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("agenda_days", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("digest", sa.String(), nullable=True))
