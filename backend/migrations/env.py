"""Alembic's entry: one connection, one transaction for all pending steps."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection

from backend.tables import METADATA


def run(connection: Connection) -> None:
    """Bring the database that `connection` reaches to the newest step, or not at all."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_object=alembic_helpers.include_object,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
