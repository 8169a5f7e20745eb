"""A database is opened as its owner for the migrations, and as the application for everything else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from backend.database import create_engine
from backend.migrations.run import migrate
from backend.operating import embedded
from backend.operating.cluster import Cluster
from backend.operating.opening import Addresses, addresses, migrated, ready_database
from backend.operating.postgres_config import DATABASE, OWNER, ROLE
from backend.settings import Settings
from tests import databases

OWNERS = text("""\
SELECT DISTINCT relowner::regrole::text
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relname IN ('zone', 'alembic_version', 'zone_number_seq')
""")


@pytest.fixture
def of_an_earlier_version(data_dir: Path) -> Iterator[Cluster]:
    """Return a stopped cluster whose application owns the tables, as all once did."""
    cluster = Cluster(data_dir, is_durable=False)
    embedded.start(cluster)
    for statement in (
        f"ALTER DATABASE {DATABASE} OWNER TO {ROLE}", f"ALTER ROLE {ROLE} INHERIT", f"DROP ROLE {OWNER}"
    ):  # fmt: skip
        databases.execute(cluster, statement)
    application = create_engine(cluster.url())
    migrate(application, application=ROLE)
    with application.begin() as connection:
        connection.execute(text("UPDATE sector SET name_zh = '以前的名称' WHERE code = 'other'"))
    application.dispose()
    embedded.stop(cluster)
    yield cluster
    embedded.stop(cluster)


def test_the_tables_of_an_earlier_version_are_taken_from_the_application(
    of_an_earlier_version: Cluster,
) -> None:
    settings = Settings(data_dir=of_an_earlier_version.data_dir, database_url=None)
    with ready_database(settings, say=print) as engine, engine.begin() as connection:
        assert connection.scalars(OWNERS).all() == [OWNER]
        assert connection.scalar(text("SELECT pg_has_role(:owner, 'MEMBER')"), {"owner": OWNER}) is False
        assert connection.scalar(text("SELECT name_zh FROM sector WHERE code = 'other'")) == "以前的名称"
        connection.execute(text("UPDATE sector SET name_zh = '其他' WHERE code = 'other'"))


def test_a_cluster_that_was_parted_is_left_as_it_is(of_an_earlier_version: Cluster) -> None:
    embedded.start(of_an_earlier_version)
    databases.execute(of_an_earlier_version, f"ALTER ROLE {ROLE} CONNECTION LIMIT 50")
    databases.execute(of_an_earlier_version, f"ALTER ROLE {ROLE} INHERIT")
    embedded.start(of_an_earlier_version)
    engine = create_engine(of_an_earlier_version.url())
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT rolinherit FROM pg_roles WHERE rolname = current_user"))
    engine.dispose()


def test_requests_are_answered_as_a_role_that_owns_nothing(own_engine: Engine) -> None:
    said: list[str] = []
    with migrated(both(own_engine), say=said.append) as engine, engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == ROLE
        assert connection.scalars(OWNERS).all() == [OWNER]
    assert said == []


def test_one_role_for_both_works_and_is_warned_of(own_engine: Engine) -> None:
    said: list[str] = []
    owner = databases.owner_url(own_engine)
    with migrated(Addresses(owner, owner), say=said.append) as engine, engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == OWNER
    assert "RISKMAP_OWNER_DATABASE_URL" in said[0]


def test_without_an_owner_of_its_own_a_server_is_opened_as_one_role() -> None:
    assert addresses(Settings(database_url="postgresql:///a")) == ("postgresql:///a", "postgresql:///a")
    owned = Settings(database_url="postgresql:///a", owner_database_url="postgresql://owner@/a")
    assert addresses(owned) == ("postgresql://owner@/a", "postgresql:///a")


def both(engine: Engine) -> Addresses:
    return Addresses(databases.owner_url(engine), engine.url.render_as_string(hide_password=False))
