"""What PostgreSQL's own tools take out can be put back."""

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.database import create_engine
from backend.enterprises.models import Enterprise
from backend.operating.cluster import Cluster, programs, run
from backend.operating.postgres_config import SUPERUSER
from tests import databases, make

DIGEST = text("SELECT md5(string_agg(t::text, '' ORDER BY number)) FROM zone AS t")


def tool(cluster: Cluster, name: str, *arguments: str, given: str = "") -> str:
    """Run one of PostgreSQL's client programs as the cluster's superuser."""
    at = (f"--host={cluster.socket_dir}", f"--username={SUPERUSER}")
    done = run(cluster, str(programs(cluster) / name), *at, *arguments, given=given)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_dump_restores_into_an_empty_database_with_every_metre(
    cluster: Cluster, own_engine: Engine
) -> None:
    with Session(own_engine) as session, session.begin():
        make.zone(session, make.enterprise(session), grade=1)
        before = session.scalar(DIGEST)
    dump = tool(cluster, "pg_dump", str(own_engine.url.database))
    databases.execute(cluster, "CREATE DATABASE restored TEMPLATE template0")
    try:
        tool(cluster, "psql", "--set=ON_ERROR_STOP=1", "--quiet", "restored", given=dump)
        restored = create_engine(cluster.url("restored", role=SUPERUSER))
        with Session(restored) as session:
            assert session.scalar(DIGEST) == before
            assert session.query(Enterprise.metric_srid).scalar() == 4547
        restored.dispose()
    finally:
        databases.execute(cluster, "DROP DATABASE restored WITH (FORCE)")
