"""How long a page of the risk list takes: `.venv/bin/python -m benchmarks.risk_list [--events 1000000]`.

Rows are made by the database itself in a throw-away cluster of the machine: ten townships, a thousand enterprises and
ten thousand zones to a hundred thousand events. Times are those of `backend.lists.service.page`, from the question to
the answer without HTTP, milliseconds; the last column is what the server's process worked of it, which tells more than
the clock where others work on the machine.
"""

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.lists import service
from backend.lists.columns import LISTS
from backend.lists.filters import Filters
from backend.lists.service import Wanted
from backend.operating import embedded
from backend.operating.cluster import Cluster
from tests import databases

TOWNSHIPS = 10
ROWS = """
INSERT INTO area (code, name, level, source, source_id)
SELECT '4104110' || to_char(n, 'FM00'), '街道' || n, 'township', 'bench', 'a' || n FROM generate_series(1, 10) AS n;
INSERT INTO enterprise (name, source, source_id, township_code, sector_code, location, updated_at)
SELECT '企业' || n, 'bench', 'e' || n, '4104110' || to_char(1 + n % 10, 'FM00'),
       (ARRAY['chemical', 'education', 'health', 'construction'])[1 + n % 4],
       ST_SetSRID(ST_MakePoint(113.2 + (n % 100) * 0.001, 33.7 + (n / 100) * 0.001), 4490), now()
FROM generate_series(1, :enterprises) AS n;
INSERT INTO zone (name, source, source_id, enterprise_id, kind, boundary)
SELECT '分区' || row_number() OVER (), 'bench', 'z' || e.id || k, e.id, 'workshop',
       ST_Multi(ST_Expand(e.location, 0.0002 + k * 0.00001))
FROM enterprise AS e, generate_series(1, 10) AS k;
INSERT INTO risk_point (name, source, source_id, zone_id)
SELECT '风险点' || row_number() OVER (), 'bench', 'p' || z.id || k, z.id FROM zone AS z, generate_series(1, 2) AS k;
INSERT INTO risk_event (name, source, source_id, risk_point_id, zone_id, enterprise_id, township_codes, sector_code,
                        hazard_source, inherent, residual, review_due,
                        accident_edition, accident_code, department, person, assessed_by, assessed_on)
SELECT '风险事件' || k || '（' || h.n || '）', 'bench', 'v' || p.id || k, p.id, z.id, z.enterprise_id, z.township_codes,
       z.sector_code, '危险源' || k,
       CASE WHEN h.n % 20 = 0 THEN NULL ELSE jsonb_build_object(
           'method', 'lec', 'scale', 'lec-2019-general', 'value', 18 + h.n % 500, 'grade', 1 + (h.n % 97 % 4),
           'factors', jsonb_build_object('L', 1 + h.n % 6, 'E', 6, 'C', 3)) END,
       NULL, date '2026-01-01' + h.n % 1000, 'GB 6441-2025', to_char(1 + h.n % 27, 'FM00'), '生产部',
       '张三' || h.n % 99,
       '李四', date '2025-01-01' + h.n % 300
FROM risk_point AS p JOIN zone AS z ON z.id = p.zone_id, generate_series(1, 5) AS k,
     LATERAL (SELECT abs(hashtext(p.id::text || k)) % 1000000 AS n) AS h;
INSERT INTO risk_event_count (enterprise_id, township_codes, sector_code, group_id, grade, residual_grade, number)
SELECT enterprise_id, township_codes, sector_code, group_id, grade, residual_grade, count(*)
FROM risk_event GROUP BY 1, 2, 3, 4, 5, 6;
SELECT settle_zone_grades(ARRAY(SELECT id FROM zone));
"""
# A township's people, who see a tenth of all; and the bureau, which sees everything.
TOWNSHIP = Actor("township", Scope(ScopeKind.TOWNSHIPS, frozenset({"410411001"})), ROLES["township"])
BUREAU = Actor("bureau", EVERYTHING, ROLES["bureau_admin"])


@contextmanager
def register(events: int) -> Iterator[Engine]:
    """A throw-away register of so many events."""
    with embedded.throwaway_cluster() as cluster:
        databases.build_template(cluster)
        with databases.own_database(cluster) as engine:
            fill(engine, events)
            vacuum(cluster, engine)
            yield engine


def fill(engine: Engine, events: int) -> None:
    """Make the rows, statement by statement; of events without their triggers, whose work the statements do."""
    with databases.as_owner(engine) as owner, without_upkeep(owner, "risk_event"):
        for statement in ROWS.strip().split(";\n"):
            with owner.begin() as connection:
                begun = time.perf_counter()
                sql = statement.rstrip(";").replace(":enterprises", str(events // 100))
                connection.exec_driver_sql(sql.replace("%", "%%"))
                print(f"{statement.split()[2]:12} {time.perf_counter() - begun:6.1f} s", flush=True)


@contextmanager
def without_upkeep(owner: Engine, table: str) -> Iterator[None]:
    """Fill a table without its triggers and build its indexes at the end, which takes a tenth of the time."""
    wanted = "SELECT indexdef FROM pg_indexes WHERE tablename = :table AND indexname LIKE 'ix_%'"
    with owner.begin() as connection:
        indexes = connection.scalars(text(wanted), {"table": table}).all()
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for index in indexes:
            connection.exec_driver_sql(f"DROP INDEX {index.split()[2]}")
    yield
    with owner.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        connection.exec_driver_sql("SET maintenance_work_mem = '256MB'")
        for index in indexes:
            connection.exec_driver_sql(index)


def vacuum(cluster: Cluster, engine: Engine) -> None:
    """Bring statistics and the map of visible pages to where autovacuum brings them."""
    database = engine.url.database
    databases.execute(cluster, "VACUUM ANALYZE", database=str(database))


def measure(
    engine: Engine, actor: Actor, wanted: Wanted, page: int, *, repeats: int
) -> tuple[float, float, float, int]:
    """p50 and p95 of one page and the server's own work for it, in milliseconds, and how many rows there are."""
    taken = []
    with Session(engine) as session:
        session.execute(text("SET TRANSACTION READ ONLY"))
        # All work in the one process that is watched.
        session.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))
        server = int(session.scalar(text("SELECT pg_backend_pid()")) or 0)
        service.page(session, actor, wanted, page=page, limit=50)
        worked = cpu_seconds(server)
        for _ in range(repeats):
            begun = time.perf_counter()
            told = service.page(session, actor, wanted, page=page, limit=50)
            taken.append((time.perf_counter() - begun) * 1000)
        worked = (cpu_seconds(server) - worked) * 1000 / repeats
    return statistics.median(taken), sorted(taken)[max(0, int(len(taken) * 0.95) - 1)], worked, told.total


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def cases() -> Iterator[tuple[str, Wanted, int]]:
    """What is asked."""
    events = LISTS["events"]
    yield "first page", Wanted(events, Filters()), 1
    yield "page 100", Wanted(events, Filters()), 100
    yield "page 1900", Wanted(events, Filters()), 1900
    yield "grade 1", Wanted(events, Filters(grade=("1",))), 1
    yield "grade 1 + overdue", Wanted(events, Filters(grade=("1",), overdue=True)), 1
    yield "overdue", Wanted(events, Filters(overdue=True)), 1
    yield "sector", Wanted(events, Filters(sector=("chemical",))), 1
    yield "unassessed", Wanted(events, Filters(unassessed=True)), 1
    yield "accident type", Wanted(events, Filters(accident_type=("GB 6441-2025/08",))), 1
    yield "words", Wanted(events, Filters(q="企业123")), 1
    for column in events.sortable:
        for sign in ("", "-"):
            yield f"sort {sign}{column.code}", Wanted(events, Filters(), sign + column.code), 1
    yield "zones, first page", Wanted(LISTS["zones"], Filters()), 1
    yield "enterprises, first page", Wanted(LISTS["enterprises"], Filters()), 1


def main() -> None:
    """Print one line a question and scope."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--only", default="", help="questions whose name contains this")
    given = parser.parse_args()
    with register(given.events) as engine:
        print(f"{'question':28} {'scope':9} {'rows':>8} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8}")
        for name, wanted, page in cases():
            if given.only not in name:
                continue
            for actor in (TOWNSHIP, BUREAU):
                repeats = given.repeats if actor is TOWNSHIP else max(3, given.repeats // 4)
                p50, p95, worked, rows = measure(engine, actor, wanted, page, repeats=repeats)
                print(f"{name:28} {actor.name:9} {rows:8} {p50:8.1f} {p95:8.1f} {worked:8.1f}", flush=True)


if __name__ == "__main__":
    main()
