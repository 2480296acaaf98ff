"""How alembic runs here: on the connection it is given, inside a transaction that the caller has begun."""

from __future__ import annotations

from alembic import context

given = context.config.attributes
context.configure(connection=given["connection"], render_as_batch=True, **given.get("comparison", {}))
context.run_migrations()
