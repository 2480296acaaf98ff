"""How alembic runs here: on the connection it is given, inside a transaction that the caller has begun."""

from __future__ import annotations

from alembic import context

from bot.store.schema import compared

context.configure(connection=context.config.attributes["connection"], **compared())
context.run_migrations()
