"""Databases for tests: each made from a migrated template in a fraction of a second."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from sqlalchemy import Engine, text

from backend.database import create_engine
from backend.migrations.run import migrate
from backend.operating.cluster import Cluster
from backend.operating.postgres_config import DATABASE, ROLE, SUPERUSER

MIGRATED = "migrated"
numbers = count(1)


def build_template(cluster: Cluster) -> None:
    """Make the empty migrated database that all others are copies of."""
    execute(cluster, f"CREATE DATABASE {MIGRATED} OWNER {ROLE}")
    engine = create_engine(cluster.url(MIGRATED))
    migrate(engine)
    engine.dispose()


@contextmanager
def own_database(cluster: Cluster, template: str = MIGRATED) -> Iterator[Engine]:
    """Connect to a database of one's own, gone afterwards."""
    name = f"test_{next(numbers)}"
    execute(cluster, f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template}")
    engine = create_engine(cluster.url(name))
    try:
        yield engine
    finally:
        engine.dispose()
        execute(cluster, f"DROP DATABASE {name} WITH (FORCE)")


def execute(cluster: Cluster, statement: str, *, database: str = DATABASE) -> None:
    """Run one statement as the cluster's superuser, outside a transaction."""
    engine = create_engine(cluster.url(database, role=SUPERUSER))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()
