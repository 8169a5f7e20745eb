"""What a server that somebody else runs must be."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine

from backend.database import create_engine
from backend.obstacle import Obstacle
from backend.operating import postgis
from backend.operating.cluster import Cluster
from backend.operating.postgres_config import OWNER, ROLE, SUPERUSER
from tests.databases import as_owner, execute, own_database


def test_the_private_cluster_is_suitable(engine: Engine) -> None:
    with as_owner(engine) as owner:
        postgis.require_suitable(owner)


def test_the_application_is_not_the_owner_of_the_private_cluster(engine: Engine) -> None:
    with as_owner(engine) as owner:
        assert postgis.application_role(owner, engine) == (ROLE, False)


def test_one_role_for_both_is_known_as_the_owner(engine: Engine) -> None:
    with as_owner(engine) as owner:
        assert postgis.application_role(owner, owner) == (OWNER, True)


def test_a_superuser_is_known_to_be_kept_from_nothing(cluster: Cluster, engine: Engine) -> None:
    superuser = create_engine(cluster.url(str(engine.url.database), role=SUPERUSER))
    with as_owner(engine) as owner:
        assert postgis.application_role(owner, superuser).is_owner
    superuser.dispose()


def test_two_addresses_of_different_databases_are_refused(
    cluster: Cluster, engine: Engine, own_engine: Engine
) -> None:
    with as_owner(engine) as owner, pytest.raises(Obstacle, match="不是同一个数据库"):
        postgis.application_role(owner, own_engine)


def test_tables_of_another_role_name_the_command_for_their_keeper(
    cluster: Cluster, own_engine: Engine
) -> None:
    # Not REASSIGN OWNED: that would give away the other tests' databases as well.
    execute(cluster, f"ALTER TABLE alembic_version OWNER TO {ROLE}", database=str(own_engine.url.database))
    with (
        as_owner(own_engine) as owner,
        pytest.raises(Obstacle, match=f'REASSIGN OWNED BY {ROLE} TO "{OWNER}"'),
    ):
        postgis.require_suitable(owner)


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
