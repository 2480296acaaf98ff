"""Drafts the next migration: what the tables in the code have and the migrations so far do not make."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from bot.store import migrate
from bot.store.database import Database
from bot.store.schema import comparison


def draft(message: str) -> Path:
    """Write `versions/NNNN_<message>.py` by comparing a fresh database with the code; read it before you keep it."""
    scripts = ScriptDirectory.from_config(migrate.configuration(None))
    number = f"{len(list(scripts.walk_revisions())) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/fresh.db")
        try:
            if number != "0001":
                migrate.upgrade(db)
            with db.write() as connection:
                configuration = migrate.configuration(connection)
                configuration.attributes["comparison"] = comparison()
                made = command.revision(configuration, message.replace("_", " "), autogenerate=True, rev_id=number)
        finally:
            db.close()
    if made is None or isinstance(made, list):
        raise RuntimeError("alembic drafted nothing")
    path = Path(made.path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bot.store.migrations WHAT_CHANGES")
    sys.stdout.write(f"{draft(sys.argv[1])}\n")
