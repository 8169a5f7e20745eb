"""Alembic's entry: one connection, one transaction for all pending steps."""

from alembic import context
from sqlalchemy import Connection


def run(connection: Connection) -> None:
    """Bring the database that `connection` reaches to the newest step, or not at all."""
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
