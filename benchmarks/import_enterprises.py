"""Importing a list of enterprises, against GDAL: `.venv/bin/python -m benchmarks.import_enterprises [--rows 200000]`.

The same file goes into the same throw-away server three times:

- `./riskmap import enterprises`, with every check (codes, words, dates, references, datum, district, township, guard,
  comparison, roster, history, audit);
- `ogr2ogr -append` with COPY into a plain table that has the columns of the file and the same indexes on them; it
  checks nothing, has no triggers and computes no columns (the register keeps each place in metres);
- the same rows by GDAL into the register's own table: `ogr2ogr` with COPY into a table without any index, and one
  INSERT … SELECT from there. GDAL cannot COPY into that table itself: a field that is not set, of a column with a
  default, makes it leave COPY for single INSERTs.

All are whole processes, start included; our modules are compiled, as they are once the program has run. The ratio is
GDAL's time by ours: 1 and more is as fast as GDAL or faster.

ogr2ogr is the one in PATH, or what the environment variable OGR2OGR names (Debian's package gdal-bin).
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
from shapely import box
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.enterprises.credit_code import SYMBOLS, check_character, organisation_check_character
from backend.operating import embedded
from backend.operating.cluster import Cluster
from tests import databases, make

DISTRICT = "410411"
TOWNSHIPS = 10
WEST, SOUTH, EAST, NORTH = 113.20, 33.60, 113.35, 33.80
# No column has a default: GDAL would leave COPY for single statements.
STAGING = """
    CREATE TABLE peer AS
    SELECT source_id, name, credit_code, sector_code, township_code, operating_status, declared_grade, address,
           industry_code, scale, is_above_scale, staff, review_due, source, original_datum, location
    FROM enterprise
    WITH NO DATA
"""
PEER = (
    STAGING,
    "ALTER TABLE peer ADD ogc_fid bigserial PRIMARY KEY",
    "CREATE UNIQUE INDEX ON peer (source, source_id)",
    "CREATE INDEX ON peer (credit_code)",
    "CREATE INDEX ON peer (sector_code)",
    "CREATE INDEX ON peer (township_code)",
    "CREATE INDEX ON peer USING gin (name gin_trgm_ops)",
    "CREATE INDEX ON peer USING gist (location)",
)
OUT_OF_STAGING = """
    INSERT INTO enterprise (
        source_id, name, credit_code, sector_code, township_code, operating_status, declared_grade, address,
        industry_code, scale, is_above_scale, staff, review_due, source, original_datum, original, location
    )
    SELECT source_id, name, credit_code, sector_code, township_code, operating_status, declared_grade, address,
           industry_code, scale, is_above_scale, staff, review_due, source, original_datum,
           ST_SetSRID(location, 0), location
    FROM peer
"""
# Columns of the file as the peer's table calls them.
COLUMNS = (
    "source_id, name, credit_code, sector_code, township_code, operating_status, grade AS declared_grade, address, "
    "industry_code, scale, is_above_scale, staff, review_due, "
    "'bench' AS source, 'EPSG:4490' AS original_datum"
)


def frame(rows: int) -> geopandas.GeoDataFrame:
    """Make enterprises all over the district, each with a credit code that is right."""
    random = np.random.default_rng(41)
    number = np.arange(rows)
    lon, lat = random.uniform(WEST, EAST, rows), random.uniform(SOUTH, NORTH, rows)
    township = np.minimum(((lon - WEST) / (EAST - WEST) * TOWNSHIPS).astype(int), TOWNSHIPS - 1)
    return geopandas.GeoDataFrame(
        {
            "source_id": [f"e{each}" for each in number],
            "name": [f"湛河区第{each}号机械制造有限公司" for each in number],
            "credit_code": [credit_code(each) for each in number],
            "sector_code": random.choice(["chemical", "metallurgy", "education", "health"], rows),
            "township_code": [f"41041100{each}" for each in township],
            "operating_status": random.choice(["operating", "suspended", "under_construction"], rows),
            "grade": random.choice([1, 2, 3, 4], rows, p=[0.01, 0.04, 0.25, 0.7]),
            "address": [f"湛南路{each % 900 + 1}号院{each % 31 + 1}号楼" for each in number],
            "industry_code": random.choice(["2611", "0111", "5411", "8321", "3311"], rows),
            "scale": random.choice(["large", "medium", "small", "micro"], rows),
            "is_above_scale": random.choice([True, False], rows),
            "staff": random.integers(1, 3000, rows),
            "review_due": pd.Timestamp("2026-01-01")
            + pd.to_timedelta(random.integers(0, 900, rows), unit="D"),
        },
        geometry=geopandas.points_from_xy(lon, lat),
        crs=4490,
    )


def credit_code(number: int) -> str:
    """Make a code with both of its check characters."""
    first = f"{number:08d}"
    body = f"91410411{first}{organisation_check_character(first)}"
    return body + check_character(body) if set(body) <= set(SYMBOLS) else credit_code(number + 10_000_000)


def lay_district(engine: Engine) -> None:
    """Lay the district and its townships, so that places have something to be held against."""
    width = (EAST - WEST) / TOWNSHIPS
    with Session(engine) as session:
        make.area(session, DISTRICT, "湛河区", box(WEST, SOUTH, EAST, NORTH))
        for each in range(TOWNSHIPS):
            strip = box(WEST + each * width, SOUTH, WEST + (each + 1) * width, NORTH)
            make.area(session, f"41041100{each}", f"第{each}街道", strip, level="township")
        session.commit()


@dataclass(frozen=True)
class Taken:
    """What a load took: seconds by the clock, CPU seconds of the process and of the server, peak memory in MB."""

    wall: float
    process: float
    server: float
    peak: int

    @property
    def cpu(self) -> float:
        """CPU seconds of both."""
        return self.process + self.server


def server_seconds(cluster: Cluster) -> float:
    """CPU seconds of a server so far, of the connections that have ended too."""
    server = embedded.running_pid(cluster)
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(stat.parent.name) == server:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == server:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def timed(cluster: Cluster, command: Sequence[str], **environment: str) -> Taken:
    """Run a process to its end."""
    watched = (
        "import json, resource, subprocess, sys, time; began = time.perf_counter(); "
        "done = subprocess.run(sys.argv[1:], capture_output=True, text=True); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(json.dumps([time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, "
        "done.returncode, done.stdout + done.stderr]))"
    )
    before = server_seconds(cluster)
    answer = subprocess.run(
        [sys.executable, "-c", watched, *command],
        capture_output=True,
        text=True,
        check=True,
        env={**kept_environment(), **environment},
    )
    wall, process, peak, code, said = json.loads(answer.stdout)
    if code:
        raise SystemExit(f"{command[0]} ended with {code}:\n{said}")
    # The connection's own process ends a moment after ours.
    time.sleep(1)
    return Taken(wall, process, server_seconds(cluster) - before, peak)


def kept_environment() -> dict[str, str]:
    """The environment, but that Python keeps what it has compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def ours(cluster: Cluster, engine: Engine, file: Path) -> Taken:
    """Import the file as somebody does on the command line."""
    address = engine.url.render_as_string(hide_password=False)
    return timed(
        cluster,
        [
            sys.executable,
            "-m",
            "backend.cli",
            "import",
            "enterprises",
            str(file),
            "--source",
            "bench",
            "--yes",
        ],
        RISKMAP_DATABASE_URL=address,
        RISKMAP_OWNER_DATABASE_URL=databases.owner_url(engine),
        RISKMAP_DISTRICT=DISTRICT,
        PYTHONPYCACHEPREFIX=str(file.parent / "compiled"),
    )


def gdal(program: str, cluster: Cluster, engine: Engine, file: Path) -> Taken:
    """Append the file to the table that checks nothing."""
    url = engine.url.set(username=databases.OWNER)
    target = f"PG:host={url.query['host']} dbname={url.database} user={url.username}"
    select = f"SELECT {COLUMNS} FROM {file.stem}"  # noqa: S608 (both are ours)
    return timed(
        cluster,
        [
            *(program, "-f", "PostgreSQL", target, str(file), "-append", "-nln", "peer"),
            *("-sql", select, "-dialect", "OGRSQL", "--config", "PG_USE_COPY", "YES", "-gt", "100000"),
        ],
    )


def gdal_into_register(program: str, cluster: Cluster, file: Path) -> Taken:
    """Load the file into a table without indexes, and from there into the register's."""
    with (
        databases.own_database(cluster) as engine,
        databases.as_owner(engine) as owner,
    ):
        lay_district(engine)
        run(owner, STAGING)
        copied = gdal(program, cluster, engine, file)
        before, begun = server_seconds(cluster), time.perf_counter()
        run(owner, OUT_OF_STAGING)
        wall = time.perf_counter() - begun
        owner.dispose()
        time.sleep(1)
        inserted = server_seconds(cluster) - before
        return Taken(copied.wall + wall, copied.process, copied.server + inserted, copied.peak)


def run(owner: Engine, *statements: str) -> None:
    """Run statements in one transaction."""
    with owner.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def require_equal(engine: Engine, rows: int) -> None:
    """Prove that both tables hold the same."""
    with engine.connect() as connection:
        differing = connection.execute(
            text(
                """
                SELECT count(*) FILTER (WHERE e.id IS NULL OR p.ogc_fid IS NULL), count(*)
                FROM enterprise AS e
                FULL JOIN peer AS p ON p.source_id = e.source_id AND p.name = e.name
                     AND p.credit_code = e.credit_code AND p.declared_grade = e.declared_grade
                     AND p.review_due = e.review_due AND p.is_above_scale = e.is_above_scale
                     AND ST_DWithin(p.location, e.location, 1e-6)
                """
            )
        ).one()
    if tuple(differing) != (0, rows):
        raise SystemExit(f"the tables differ: {tuple(differing)}")


def main() -> None:
    """Time both and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--ours-only", action="store_true", help="without the comparison")
    options = parser.parse_args()
    program = os.environ.get("OGR2OGR") or shutil.which("ogr2ogr")
    if program is None and not options.ours_only:
        raise SystemExit("no ogr2ogr: install gdal-bin, or name it in OGR2OGR")
    with embedded.throwaway_cluster() as cluster, tempfile.TemporaryDirectory() as folder:
        databases.build_template(cluster)
        compile_modules(cluster, Path(folder))
        file = written(Path(folder), options.rows)
        with databases.own_database(cluster) as engine, databases.as_owner(engine) as owner:
            lay_district(engine)
            run(owner, *PEER)
            print(f"{options.rows} rows, {file.stat().st_size // 1_000_000} MB of GeoPackage")
            print("                       wall s   CPU s  of it process/server  peak MB")
            theirs = {}
            if program is not None and not options.ours_only:
                theirs["ogr2ogr"] = gdal(program, cluster, engine, file)
                theirs["ogr2ogr + INSERT"] = gdal_into_register(program, cluster, file)
            mine = ours(cluster, engine, file)
            for name, taken in {**theirs, "riskmap import": mine}.items():
                print(row(name, taken))
            for name, taken in theirs.items():
                by_clock, by_cpu = taken.wall / mine.wall, taken.cpu / mine.cpu
                print(f"{name}: ratio {by_clock:.2f} by the clock, {by_cpu:.2f} by CPU seconds")
            if theirs:
                require_equal(engine, options.rows)


def written(folder: Path, rows: int) -> Path:
    """Write the file to be imported."""
    file = folder / "enterprises.gpkg"
    frame(rows).to_file(file, layer=file.stem, engine="pyogrio")
    return file


def compile_modules(cluster: Cluster, folder: Path) -> None:
    """Import a few rows, so that every module has been compiled."""
    with databases.own_database(cluster) as engine:
        lay_district(engine)
        ours(cluster, engine, written(folder, 20))


def row(name: str, taken: Taken) -> str:
    """Write one line of the table."""
    parts = f"{taken.process:8.2f} /{taken.server:7.2f}"
    return f"{name:20} {taken.wall:8.2f} {taken.cpu:7.2f} {parts:>18} {taken.peak:8}"


if __name__ == "__main__":
    main()
