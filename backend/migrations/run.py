"""Bring a database to the newest step."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from backend.migrations.grants import grant

# Two services that start together must not migrate together; any fixed number serves as the lock's name.
MIGRATION_LOCK = 4_104_110_001


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    options = Config()
    options.set_main_option("script_location", str(Path(__file__).parent))
    options.attributes["connection"] = connection
    return options


def migrate(engine: Engine, *, application: str) -> None:
    """Apply every pending step in one transaction; a step that fails leaves the database as it was.

    Parameters
    ----------
    engine : connects as the role that owns the tables.
    application : the role that is to use them; it gets its rights in the same transaction.
    """
    with engine.begin() as connection:
        # A reader that holds a table must not make the whole service wait behind a migration.
        connection.execute(text("SET LOCAL lock_timeout = '20s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        command.upgrade(config(connection), "head")
        grant(connection, application)


def pending(engine: Engine) -> bool:
    """Whether the database is behind the newest step."""
    newest = set(ScriptDirectory.from_config(config()).get_heads())
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) != newest
