"""The risk grid: true squares, counted once, from what exists for the reader and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import mapbox_vector_tile
import pytest
from fastapi.testclient import TestClient
from pyproj import Geod, Transformer
from shapely import Point, box
from shapely.geometry import shape
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from backend.area_risk.queries import COUNTED
from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.layers import RISK_GRID
from backend.maps.service import tile_bytes
from backend.operating.cluster import Cluster
from backend.register.history import as_of
from backend.zones.models import Zone
from backend.zones.queries import visible_zones
from tests import make, probing
from tests.backend.jurisdictions import world as worlds
from tests.backend.jurisdictions.world import TOWNSHIPS, tile_numbers
from tiles.grid import Tile

ITEMS = "/ogc/collections/risk_grid/items?limit=10000"
WHOLE = Actor("all", EVERYTHING)
ELLIPSOID = Geod(ellps="GRS80")


def grid(client: TestClient) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = client.get(ITEMS).json()["features"]
    return features


def test_a_cell_is_coloured_by_the_worst_in_it_and_counts_each_once(
    client: TestClient, session: Session
) -> None:
    site = make.enterprise(session)
    for grade in (3, 2, None, 3):
        make.zone(session, site, grade=grade)
    (cell,) = grid(client)
    told = cell["properties"]
    assert [told[word] for word in COUNTED] == [0, 1, 2, 0, 1]
    # 5 + 2 + 2
    assert (told["grade"], told["index"]) == (2, 9.0)


def test_a_cell_of_which_nothing_is_graded_has_no_grade(client: TestClient, session: Session) -> None:
    make.zone(session, make.enterprise(session))
    (cell,) = grid(client)
    assert (cell["properties"]["grade"], cell["properties"]["ungraded"]) == (None, 1)


def test_an_enterprise_counts_by_its_point_until_it_has_zones(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, grade=4)
    (cell,) = grid(client)
    assert cell["properties"]["low"] == 1
    make.zone(session, site, boundary=make.square(make.LON + 0.02), grade=1)
    (cell,) = grid(client)
    assert (cell["properties"]["major"], cell["properties"]["low"]) == (1, 0)


def test_what_has_no_place_is_on_no_cell(client: TestClient, session: Session) -> None:
    make.enterprise(session, place=None, grade=1)
    assert grid(client) == []


@pytest.mark.parametrize(
    ("lon", "lat", "crs"), [(make.LON, make.LAT, 4547), (9.52, 47.14, 32632), (-58.4, -34.6, 32721)]
)
def test_cells_are_squares_of_500_m_on_the_metric_grid_of_their_place(
    client: TestClient, session: Session, lon: float, lat: float, crs: int
) -> None:
    make.enterprise(session, place=Point(lon, lat), grade=1)
    (cell,) = grid(client)
    corners = list(shape(cell["geometry"]).exterior.coords)
    assert shape(cell["geometry"]).contains(Point(lon, lat))
    for (x, y), (east, north) in pairwise(corners):
        assert ELLIPSOID.inv(x, y, east, north)[2] == pytest.approx(500, rel=5e-4)
    flat = Transformer.from_crs(4490, crs, always_xy=True)
    for x, y in corners:
        # Seven decimals are a centimetre.
        assert all(abs(edge / 500 - round(edge / 500)) < 1e-4 for edge in flat.transform(x, y))
    assert cell["properties"]["name"].startswith(f"{crs}-")


def test_number_and_id_say_the_place_and_stay(client: TestClient, session: Session) -> None:
    """431 920 m east, 3 731 460 m north."""
    site = make.enterprise(session, grade=1)
    (cell,) = grid(client)
    number = 4547_0863_07462
    assert cell["properties"]["name"] == "4547-863-7462"
    assert UUID(cell["id"]).version == 8
    assert int(UUID(cell["id"])) & 0xFFFFFFFFFFFF == number
    tile = tile_bytes(session, WHOLE, [RISK_GRID], Tile(11, 1668, 820))
    assert tile_numbers(tile) == {"risk_grid": {number}}
    make.zone(session, site, boundary=make.square(side=0.0001), grade=3)
    (again,) = grid(client)
    assert again["id"] == cell["id"]
    assert client.get(f"/ogc/collections/risk_grid/items/{cell['id']}").json()["properties"]["general"] == 1


def test_a_box_cuts_no_cell_short(client: TestClient, session: Session) -> None:
    """Of a cell that only touches the box everything is counted, however far from the box it lies."""
    site = make.enterprise(session)
    (whole,) = grid(client)
    west, south, east, north = shape(whole["geometry"]).bounds
    make.zone(session, site, boundary=box(west + 1e-4, south + 1e-4, west + 2e-4, south + 2e-4), grade=1)
    make.zone(session, site, boundary=box(east - 2e-4, north - 2e-4, east - 1e-4, north - 1e-4), grade=4)
    corner = f"{east - 1e-5:.7f},{north - 1e-5:.7f},{east:.7f},{north:.7f}"
    (cell,) = client.get(f"{ITEMS}&bbox={corner}").json()["features"]
    assert (cell["properties"]["major"], cell["properties"]["low"]) == (1, 1)
    assert client.get(f"{ITEMS}&bbox=0,0,1,1").json()["numberMatched"] == 0


def test_the_grid_of_then_is_that_of_then(session: Session, own_engine: Engine) -> None:
    with Session(own_engine) as first, first.begin():
        site = make.enterprise(first, grade=3)
    with own_engine.connect() as connection:
        then = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    with Session(own_engine) as second, second.begin():
        make.zone(second, second.merge(site), grade=2)
    with Session(own_engine) as reading:
        rows = RISK_GRID.rows(WHOLE, "grade", "general")
        now, before = (reading.execute(as_of(rows, moment)).one() for moment in (None, then))
        assert (now.grade, now.general) == (2, 0)
        assert (before.grade, before.general) == (3, 1)
        assert reading.execute(as_of(rows, then - timedelta(days=1))).all() == []


def test_the_tag_of_a_tile_moves_with_zones_and_enterprises() -> None:
    assert set(RISK_GRID.tables) == {"zone", "enterprise"}


@pytest.fixture(scope="module")
def engine_of_the_world(cluster: Cluster) -> Iterator[Engine]:
    with probing.own_world(cluster) as engine:
        worlds.build(engine, worlds.designed())
        yield engine


@pytest.mark.parametrize(
    "scope",
    [
        EVERYTHING,
        *(Scope(ScopeKind.TOWNSHIPS, frozenset({code})) for code in TOWNSHIPS),
        Scope(ScopeKind.SECTORS, frozenset({"chemical"})),
        Scope(ScopeKind.TOWNSHIPS),
        Scope(ScopeKind.PUBLIC),
        Scope(ScopeKind.NOTHING),
    ],
    ids=str,
)
def test_the_cells_of_a_reader_add_up_to_what_the_reader_sees(
    scope: Scope, engine_of_the_world: Engine
) -> None:
    """Not one zone more, and none lost; every enterprise of this world has zones."""
    actor = Actor("somebody", scope)
    with Session(engine_of_the_world) as session:
        assert (
            session.scalars(
                select(func.count()).where(
                    ~select(Zone.id).where(Zone.enterprise_id == Enterprise.id).exists()
                )
            ).one()
            == 0
        )
        seen = visible_zones(actor).with_only_columns(Zone.grade, func.count()).group_by(Zone.grade)
        wanted = {row[0]: row[1] for row in session.execute(seen)}
        rows = RISK_GRID.rows(actor, *COUNTED).subquery()
        summed = session.execute(
            select(*(func.coalesce(func.sum(rows.c[word]), 0) for word in COUNTED))
        ).one()
        assert list(summed) == [wanted.get(code, 0) for code in COUNTED.values()]
        assert (sum(summed) > 0) == bool(scope.codes or scope == EVERYTHING)


def test_an_installation_is_a_sign_of_its_own_and_no_grade(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, sector_code="chemical")
    make.installation(session, site)
    make.installation(session, site, "没有边界", boundary=None)
    (feature,) = client.get("/ogc/collections/major_hazard_installations/items").json()["features"]
    assert feature["geometry"]["type"] == "Point"
    assert (feature["properties"]["level"], "grade" in feature["properties"]) == (1, False)
    tile = client.get("/tiles/major_hazard_installations/14/13346/6560.mvt").content
    (drawn,) = mapbox_vector_tile.decode(tile)["major_hazard_installations"]["features"]
    assert drawn["properties"] == {"level": 1, "name": "罐区甲"}
