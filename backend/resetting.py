"""Starting the demonstration over: a fresh database in the private cluster, never at the cost of real data."""

from sqlalchemy import Connection, text

from backend.cluster import Cluster
from backend.database import create_engine
from backend.obstacle import Obstacle
from backend.postgres_config import DATABASE, ROLE, SUPERUSER

TABLES_WITH_DEMO_MARK = text("""\
SELECT table_name
FROM information_schema.columns
WHERE table_schema = 'public' AND column_name = 'is_demo'
ORDER BY table_name
""")


def reset(cluster: Cluster) -> None:
    """Drop the service's database and make it anew, empty.

    Raises
    ------
    Obstacle
        When it holds rows that are no demonstration; nothing is dropped then.
    """
    _refuse_when_real(cluster)
    engine = create_engine(cluster.url(SUPERUSER, role=SUPERUSER)).execution_options(
        isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {DATABASE} OWNER {ROLE}"))
    engine.dispose()


def real_rows(connection: Connection) -> dict[str, int]:
    """Count per table what is no demonstration; tables without such rows are left out."""
    counts = {
        table: connection.scalar(text(f'SELECT count(*) FROM "{table}" WHERE NOT is_demo'))  # noqa: S608 (catalogue)
        for table in connection.scalars(TABLES_WITH_DEMO_MARK)
    }
    return {table: count for table, count in counts.items() if count}


def _refuse_when_real(cluster: Cluster) -> None:
    engine = create_engine(cluster.url())
    with engine.connect() as connection:
        found = real_rows(connection)
    engine.dispose()
    if found:
        rows = "、".join(f"{table} {count} 行" for table, count in found.items())
        raise Obstacle(
            f"数据库里有非演示数据（{rows}），--reset 不会删除它们。要看演示，请用 --data-dir 另选目录。"
        )
