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
    _confirmations()
    _objections()
    _concessions()
    _overrides()
    _coaching()
    _changes()


def _evidence() -> None:
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_kind", sa.String(), nullable=True))


def _contacts() -> None:
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slack_user", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("part", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("stance", sa.String(), server_default="", nullable=False))


def _confirmations() -> None:
    """What buyers are asked to confirm on a page."""


def _objections() -> None:
    """What buyers object to, and the answers of managers."""


def _concessions() -> None:
    """Discounts that need a manager."""


def _overrides() -> None:
    """Criteria that a manager let pass for a while."""


def _coaching() -> None:
    """Answers to qualifying questions, feedback about the process, and how the team sells."""
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("methodology", sa.String(), nullable=True))


def _changes() -> None:
    """Which version of a process the managers were last told of."""
