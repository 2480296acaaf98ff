"""The coach: where evidence comes from, who decides at the buyer, objections, overrides, and what reps say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _evidence()
    _contacts()
    _quoted_messages()
    _confirmations()
    _objections()
    _playbook()
    _concessions()
    _overrides()
    _override_requests()
    _coaching()
    _changes()


def _evidence() -> None:
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_kind", sa.String(), nullable=True))
        batch_op.create_index(
            "ix_evidence_claims",
            ["team_id", "id"],
            sqlite_where=sa.text("kind = 'not_applicable'"),
            postgresql_where=sa.text("kind = 'not_applicable'"),
        )
    op.create_table(
        "signed_mail",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_signed_mail_evidence_id")),
        sa.PrimaryKeyConstraint("team_id", "mark", "evidence_id", name=op.f("pk_signed_mail")),
    )


def _contacts() -> None:
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slack_user", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("part", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("stance", sa.String(), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_contact_team_id_slack_user"), ["team_id", "slack_user"])
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("company_size", sa.String(), nullable=True))


def _quoted_messages() -> None:
    """Messages that are about to be evidence, and which deal a channel's messages prove."""
    op.create_table(
        "quoted_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("thread_ts", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("home_team", sa.String(), nullable=False),
        sa.Column("is_app", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quoted_message")),
    )
    with op.batch_alter_table("quoted_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quoted_message_taken_at"), ["taken_at"], unique=False)
    op.create_table(
        "channel_deal",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_channel_deal_deal_id")),
        sa.PrimaryKeyConstraint("team_id", "channel", name=op.f("pk_channel_deal")),
    )


def _confirmations() -> None:
    """What buyers are asked to confirm on a page."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "confirmation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("tries_full_at", moment, nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("mail", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kept_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_confirmation_contact_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_confirmation_deal_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_confirmation_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint("team_id", "token_hash", name=op.f("uq_confirmation_team_id_token_hash")),
    )
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmation_team_id_deal_id"), ["team_id", "deal_id"], unique=False)


def _objections() -> None:
    """What buyers object to."""
    op.create_table(
        "objection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_objection_contact_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_objection_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_team_id_deal_id"), ["team_id", "deal_id"], unique=False)
        batch_op.create_index(
            "ix_objection_due",
            ["answer_due_on"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.create_index(
            "ix_objection_new",
            ["team_id", "id"],
            unique=False,
            sqlite_where=sa.text("kind IS NULL"),
            postgresql_where=sa.text("kind IS NULL"),
        )


def _playbook() -> None:
    """The answers that managers planned to what buyers object to."""
    op.create_table(
        "playbook_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("by_user", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook_answer")),
    )
    with op.batch_alter_table("playbook_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_playbook_answer_team_id_process"), ["team_id", "process"], unique=False)


def _concessions() -> None:
    """Discounts that need a manager."""
    op.create_table(
        "concession",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("limit_points", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("by_user", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_concession_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concession")),
    )
    with op.batch_alter_table("concession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concession_team_id_deal_id"), ["team_id", "deal_id"], unique=False)
        batch_op.create_index(
            "ix_concession_waiting",
            ["team_id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )


def _overrides() -> None:
    """Criteria that a manager let pass for a while."""
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("let_pass", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "override",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rep", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("by_user", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.String(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_override_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    with op.batch_alter_table("override", schema=None) as batch_op:
        batch_op.create_index(
            "ix_override_due",
            ["due_on"],
            unique=False,
            sqlite_where=sa.text("settled IS NULL"),
            postgresql_where=sa.text("settled IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_override_team_id_at"), ["team_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_override_team_id_deal_id"), ["team_id", "deal_id"], unique=False)


def _override_requests() -> None:
    """What reps asked managers to let pass."""
    op.create_table(
        "override_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_override_request_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override_request")),
    )
    with op.batch_alter_table("override_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_override_request_team_id_deal_id"), ["team_id", "deal_id"], unique=False)
        batch_op.create_index(
            "ix_override_request_open",
            ["team_id"],
            unique=False,
            sqlite_where=sa.text("granted IS NULL"),
            postgresql_where=sa.text("granted IS NULL"),
        )


def _coaching() -> None:
    """Answers to qualifying questions, feedback about the process, and how the team sells."""
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("methodology", sa.String(), nullable=True))
    op.create_table(
        "qualification_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by_user", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_qualification_answer_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification_answer")),
    )
    with op.batch_alter_table("qualification_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_qualification_answer_team_id_deal_id"), ["team_id", "deal_id"], unique=False
        )
    op.create_table(
        "process_feedback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_user", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_feedback")),
    )
    is_open = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_process_feedback_open",
        "process_feedback",
        ["team_id", "process"],
        unique=False,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _changes() -> None:
    """Which version of a process the managers were last told of."""
    op.create_table(
        "process_notice",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "process", name=op.f("pk_process_notice")),
    )
