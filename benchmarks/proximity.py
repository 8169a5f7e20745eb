"""Which schools lie within a kilometre of which sites: our kernel against STRtree, DuckDB and SedonaDB, all resident.

And the same of roads asked once in PostGIS: a projected column against geography. DuckDB and SedonaDB are no part of
the product; see README.md for how they come beside it.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow
import shapely
from sqlalchemy import Connection, text

from backend.database import create_engine
from backend.operating import embedded
from backend.operating.postgres_config import SUPERUSER
from geodata.arrays import Floats, Integers
from geodata.crs import scale_factor
from geodata.measure import CGCS2000_ELLIPSOID
from geodata.proximity import Prepared, find_pairs, pairs_within, prepare
from tests import databases

LIMIT_M = 1000.0
ZONE = 4547  # central meridian 114 E; all sites lie in it, so that every engine may be given the same plane
COUNTIES = 158
Pairs = tuple[Integers, Integers]
Engine = Callable[[], Pairs]


def scattered(count: int, random: np.random.Generator, centres: Floats) -> gpd.GeoDataFrame:
    """Points in clusters, as sites and schools are around the towns of a province."""
    towns = centres[random.integers(0, len(centres), count)]
    places = towns + random.normal(0, 0.06, (count, 2))
    return gpd.GeoDataFrame(geometry=shapely.points(np.clip(places, (112.51, 31), (115.49, 37))), crs=4490)


def province(sites: int, schools: int) -> tuple[Prepared, Prepared]:
    """Sites and schools of a province, ready, with their planes and indexes."""
    random = np.random.default_rng(3)
    centres = np.c_[random.uniform(112.7, 115.3, COUNTIES), random.uniform(31.5, 36.3, COUNTIES)]
    here, there = (prepare(scattered(count, random, centres)) for count in (sites, schools))
    find_pairs(here, there, LIMIT_M)
    return here, there


def engines(sites: Prepared, schools: Prepared) -> Iterator[tuple[str, Engine]]:
    """What is compared: each answers the positions of both ends."""
    here, (there, tree) = sites.own_plane(ZONE), schools.plane_around(ZONE)

    def strtree() -> Pairs:
        i, j = tree.query(here.geometries, predicate="dwithin", distance=LIMIT_M)
        return i, j

    def strtree_and_distances() -> Pairs:
        i, j = strtree()
        shapely.distance(here.geometries[i], there.geometries[j])
        return i, j

    def ours() -> Pairs:
        found = find_pairs(sites, schools, LIMIT_M)
        return found.site, found.target

    def ours_with_lines() -> Pairs:
        pairs = pairs_within(sites, schools, LIMIT_M)
        return pairs["site"].to_numpy(), pairs["receptor"].to_numpy()

    yield "shapely STRtree, pairs", strtree
    yield "shapely STRtree, pairs and planar distances", strtree_and_distances
    yield "riskmap, pairs and true distances", ours
    yield "riskmap, the same with lines, as a frame", ours_with_lines
    yield from duckdb_engine(here.geometries, there.geometries)
    yield from sedona_engine(here.geometries, there.geometries)


def duckdb_engine(sites: np.ndarray, schools: np.ndarray) -> Iterator[tuple[str, Engine]]:
    """DuckDB with its spatial extension, the rows in its memory."""
    try:
        import duckdb
        import duckdb_extension_spatial
    except ImportError:
        print("no duckdb: left out")
        return
    (extension,) = Path(duckdb_extension_spatial.__file__).parent.rglob("*.duckdb_extension")
    database = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    database.execute(f"LOAD '{extension}'")
    for name, geometries in (("site", sites), ("school", schools)):
        rows = pd.DataFrame({"id": np.arange(len(geometries)), "wkb": shapely.to_wkb(geometries)})
        database.register("rows", rows)
        database.execute(f"CREATE TABLE {name} AS SELECT id, ST_GeomFromWKB(wkb) AS place FROM rows")  # noqa: S608 (our own two names)
    database.execute("CREATE INDEX school_place ON school USING RTREE (place)")

    def ask() -> Pairs:
        found = database.execute(
            "SELECT s.id AS i, r.id AS j FROM site s JOIN school r ON ST_DWithin(s.place, r.place, 1000.0)"
        ).fetchnumpy()
        return found["i"], found["j"]

    yield f"DuckDB {duckdb.__version__} spatial, pairs", ask


def sedona_engine(sites: np.ndarray, schools: np.ndarray) -> Iterator[tuple[str, Engine]]:
    """SedonaDB, the rows in its memory."""
    try:
        import sedonadb
    except ImportError:
        print("no sedonadb: left out")
        return
    session = sedonadb.connect()
    for name, geometries in (("site", sites), ("school", schools)):
        frame = gpd.GeoDataFrame({"id": np.arange(len(geometries))}, geometry=geometries, crs=ZONE)
        session.create_data_frame(frame).to_memtable().to_view(name)

    def ask() -> Pairs:
        found = pyarrow.table(
            session.sql(
                "SELECT s.id AS i, r.id AS j FROM site AS s JOIN school AS r"
                " ON ST_DWithin(s.geometry, r.geometry, 1000.0)"
            )
        )
        return found["i"].to_numpy(), found["j"].to_numpy()

    yield f"SedonaDB {sedonadb.__version__}, pairs", ask


def measured(compared: list[tuple[str, Engine]], rounds: int) -> dict[str, tuple[float, float]]:
    """CPU and wall milliseconds of each, medians of rounds in which all take their turn."""
    cpu: dict[str, list[float]] = {name: [] for name, _ in compared}
    wall: dict[str, list[float]] = {name: [] for name, _ in compared}
    for turn in range(rounds + 1):
        for name, ask in compared:
            began, began_cpu = time.perf_counter(), time.process_time()
            ask()
            # The first round warms up.
            if turn:
                cpu[name].append((time.process_time() - began_cpu) * 1000)
                wall[name].append((time.perf_counter() - began) * 1000)
    return {name: (statistics.median(cpu[name]), statistics.median(wall[name])) for name, _ in compared}


def check(sites: Prepared, schools: Prepared, compared: list[tuple[str, Engine]]) -> None:
    """Hold every engine's pairs to each other in the plane, and ours to the geodesic."""
    wider = find_pairs(sites, schools, LIMIT_M + 2)
    planar = np.hypot(*(wider.end - wider.start).T)
    in_plane = keys(wider.site[planar <= LIMIT_M], wider.target[planar <= LIMIT_M])
    for name, ask in compared:
        if not name.startswith("riskmap"):
            same = np.array_equal(keys(*ask()), in_plane)
            print(f"{'same' if same else 'OTHER'} pairs in the plane as riskmap's search: {name}")
    a, b = (shapely.get_coordinates(side.geometries) for side in (sites, schools))
    _, _, metres = CGCS2000_ELLIPSOID.inv(*a[wider.site].T, *b[wider.target].T)
    truth = keys(wider.site[metres <= LIMIT_M], wider.target[metres <= LIMIT_M])
    found = find_pairs(sites, schools, LIMIT_M)
    same = np.array_equal(keys(found.site, found.target), truth)
    print(
        f"{'same' if same else 'OTHER'} pairs on the ground as the geodesic: riskmap ({len(truth):,} pairs;"
    )
    print(f"  {len(np.setxor1d(truth, in_plane))} of them the plane alone would have wrong)\n")


def keys(site: Integers, school: Integers) -> Integers:
    """One sorted number a pair."""
    return np.sort(np.asarray(site, dtype=np.int64) * 10_000_000 + np.asarray(school, dtype=np.int64))


PROJECTED = """
SELECT count(*) FROM site AS s JOIN road AS r ON ST_DWithin(r.line_gk, s.place_gk, 1000 * s.k)
"""
GEOGRAPHY = "SELECT count(*) FROM site AS s JOIN road AS r ON ST_DWithin(r.line, s.place, 1000)"


def roads_in_postgis(rounds: int, vertices: int, *, sites: int = 1_000, roads: int = 30_000) -> None:
    """Ask both ways once each in turn, on a throw-away cluster, and print the ratio of the server's CPU time."""
    taken: dict[str, list[float]] = {PROJECTED: [], GEOGRAPHY: []}
    counts = {}
    with database_of_ours() as connection:
        fill(connection, sites, roads, vertices)
        for turn in range(rounds + 1):
            for question in taken:
                began = server_cpu_ms(connection)
                counts[question] = connection.scalar(text(question))
                if turn:
                    taken[question].append(server_cpu_ms(connection) - began)
    projected, geography = (statistics.median(taken[question]) for question in (PROJECTED, GEOGRAPHY))
    print(f"PostGIS, {sites} sites x {roads:,} roads of {vertices} vertices, 1 km, server CPU ms")
    print(f"| projected column | {projected:8.0f} |   1.0 | {counts[PROJECTED]:,} pairs |")
    print(
        f"| geography        | {geography:8.0f} | {geography / projected:5.1f} | {counts[GEOGRAPHY]:,} pairs |"
    )


@contextmanager
def database_of_ours() -> Iterator[Connection]:
    """An empty database with PostGIS in a throw-away cluster, its work in one process of the server."""
    with embedded.throwaway_cluster() as cluster:
        databases.execute(cluster, "CREATE DATABASE benchmark")
        databases.execute(cluster, "CREATE EXTENSION IF NOT EXISTS postgis", database="benchmark")
        engine = create_engine(cluster.url("benchmark", role=SUPERUSER))
        with engine.connect() as connection:
            connection.execute(text("SET max_parallel_workers_per_gather = 0"))
            yield connection
        engine.dispose()


def fill(connection: Connection, sites: int, roads: int, vertices: int) -> None:
    """Sites and winding roads of one zone, both ways, with their indexes."""
    random = np.random.default_rng(5)
    places = random.uniform((113.6, 33.6), (114.4, 34.4), (sites, 2))
    starts = random.uniform((113.6, 33.6), (114.4, 34.4), (roads, 1, 2))
    lines = shapely.linestrings(starts + np.cumsum(random.normal(0, 0.0005, (roads, vertices, 2)), axis=1))
    connection.execute(text("CREATE TEMPORARY TABLE site (place geography, place_gk geometry, k float)"))
    connection.execute(text("CREATE TEMPORARY TABLE road (line geography, line_gk geometry)"))
    scales = scale_factor(places[:, 0], places[:, 1], ZONE)
    connection.execute(
        text(
            "INSERT INTO site SELECT p::geography, ST_Transform(p, 4547), :k"
            " FROM ST_GeomFromWKB(:wkb, 4490) AS p"
        ),
        [
            {"wkb": shapely.to_wkb(place), "k": float(k)}
            for place, k in zip(shapely.points(places), scales, strict=True)
        ],
    )
    connection.execute(
        text(
            "INSERT INTO road SELECT p::geography, ST_Transform(p, 4547) FROM ST_GeomFromWKB(:wkb, 4490) AS p"
        ),
        [{"wkb": wkb} for wkb in shapely.to_wkb(lines)],
    )
    for column in ("line", "line_gk"):
        connection.execute(text(f"CREATE INDEX ON road USING gist ({column})"))
    connection.execute(text("ANALYZE site"))
    connection.execute(text("ANALYZE road"))


def server_cpu_ms(connection: Connection) -> float:
    """CPU time so far of the server's process behind a connection."""
    pid = connection.scalar(text("SELECT pg_backend_pid()"))
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 10.0


def main() -> None:
    """Check that all answer the same, and print one line an engine."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sites", type=int, default=40_000)
    parser.add_argument("--schools", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only-postgis", action="store_true")
    given = parser.parse_args()
    if not given.only_postgis:
        resident(given.sites, given.schools, given.rounds)
    for vertices in (10, 40, 150):
        roads_in_postgis(3, vertices)


def resident(number_of_sites: int, number_of_schools: int, rounds: int) -> None:
    """Compare the engines that keep the rows in memory."""
    sites, schools = province(number_of_sites, number_of_schools)
    compared = list(engines(sites, schools))
    check(sites, schools, compared)
    taken = measured(compared, rounds)
    fastest = min(cpu for name, (cpu, _) in taken.items() if not name.startswith("riskmap"))
    print(
        f"{number_of_sites:,} sites x {number_of_schools:,} schools, {LIMIT_M:g} m, resident, medians of {rounds}"
    )
    for name, (cpu, wall) in taken.items():
        print(f"| {name:44} | {cpu:7.1f} | {wall:7.1f} | {cpu / fastest:5.2f} |")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB\n")


if __name__ == "__main__":
    main()
