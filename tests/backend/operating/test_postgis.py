"""What a server that somebody else runs must be."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine

from backend.database import create_engine
from backend.obstacle import Obstacle
from backend.operating import postgis
from backend.operating.cluster import Cluster
from backend.operating.postgres_config import SUPERUSER
from tests.databases import execute, own_database


def test_the_private_cluster_is_suitable(engine: Engine) -> None:
    postgis.require_suitable(engine)


def test_a_database_without_postgis_names_the_command_for_its_keeper(cluster: Cluster) -> None:
    with (
        own_database(cluster, template="template0") as engine,
        pytest.raises(Obstacle, match="CREATE EXTENSION postgis"),
    ):
        postgis.require_suitable(engine)


def test_a_superuser_may_leave_postgis_to_the_migrations(cluster: Cluster) -> None:
    with own_database(cluster, template="template0") as engine:
        own = create_engine(cluster.url(str(engine.url.database), role=SUPERUSER))
        postgis.require_suitable(own)
        own.dispose()


def test_another_encoding_is_refused(cluster: Cluster) -> None:
    with (
        database(cluster, "latin", "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0") as engine,
        pytest.raises(Obstacle, match="LATIN1，必须是 UTF8"),
    ):
        postgis.require_suitable(engine)


def test_a_role_without_rights_is_refused(cluster: Cluster) -> None:
    with (
        database(cluster, "closed", f"OWNER {SUPERUSER}") as engine,
        pytest.raises(Obstacle, match="不能在数据库 closed 的模式 public 中建表"),
    ):
        postgis.require_suitable(engine)


@contextmanager
def database(cluster: Cluster, name: str, options: str) -> Iterator[Engine]:
    """Connect to a database made otherwise than ours."""
    execute(cluster, f"CREATE DATABASE {name} {options}")
    engine = create_engine(cluster.url(name))
    try:
        yield engine
    finally:
        engine.dispose()
        execute(cluster, f"DROP DATABASE {name} WITH (FORCE)")
