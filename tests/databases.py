"""Databases for tests: each made from a migrated template in a fraction of a second."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from sqlalchemy import Engine, text

from backend.database import create_engine
from backend.migrations.run import migrate
from backend.operating.cluster import Cluster
from backend.operating.postgres_config import DATABASE, OWNER, ROLE, SUPERUSER

MIGRATED = "migrated"
numbers = count(1)


def build_template(cluster: Cluster) -> None:
    """Make the empty migrated database that all others are copies of."""
    execute(cluster, f"CREATE DATABASE {MIGRATED} OWNER {OWNER}")
    engine = create_engine(cluster.url(MIGRATED, role=OWNER))
    migrate(engine, application=ROLE)
    engine.dispose()


@contextmanager
def own_database(cluster: Cluster, template: str = MIGRATED) -> Iterator[Engine]:
    """Connect to a database of one's own, gone afterwards, with the rights that the application has."""
    name = f"test_{next(numbers)}"
    execute(cluster, f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
    engine = create_engine(cluster.url(name))
    try:
        yield engine
    finally:
        engine.dispose()
        execute(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def as_owner(engine: Engine) -> Iterator[Engine]:
    """Connect to a test's database as the role that owns its tables."""
    owner = create_engine(owner_url(engine))
    try:
        yield owner
    finally:
        owner.dispose()


def owner_url(engine: Engine) -> str:
    """Address of a test's database for the role that owns its tables."""
    return engine.url.set(username=OWNER).render_as_string(hide_password=False)


def execute(cluster: Cluster, statement: str, *, database: str = DATABASE) -> None:
    """Run one statement as the cluster's superuser, outside a transaction."""
    engine = create_engine(cluster.url(database, role=SUPERUSER))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()
