"""The tile query against the decoder of another project."""

import mapbox_vector_tile
import pytest
from shapely import Point
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.zones.models import Zone
from tests import make
from tiles.grid import Tile
from tiles.layer import Layer
from tiles.mvt import tile_query

SITES = Layer("sites", "Sites", 0, 16, {"grade": "Number", "name": "String"})
# The tile of zoom 14 that holds (113.2656, 33.7075), by the usual slippy-map formula: 13346.8433, 6560.9214.
TILE = Tile(14, 13346, 6560)


def sites() -> Select[object]:
    return select(Enterprise.number, Enterprise.location.label("geometry"), Enterprise.grade, Enterprise.name)


def features(session: Session, layer: Layer, rows: Select[object], tile: Tile) -> list[dict[str, object]]:
    encoded = session.scalars(tile_query(layer, rows, tile)).one()
    decoded = mapbox_vector_tile.decode(encoded)
    return decoded[layer.name]["features"] if encoded else []


def test_a_tile_holds_the_row_with_its_number_and_fields(session: Session) -> None:
    site = make.enterprise(session, "化工厂", grade=1)
    (feature,) = features(session, SITES, sites(), TILE)
    assert feature["id"] == site.number
    assert feature["properties"] == {"grade": 1, "name": "化工厂"}


def test_a_point_lies_where_web_mercator_puts_it(session: Session) -> None:
    make.enterprise(session)
    (feature,) = features(session, SITES, sites(), TILE)
    x, y = feature["geometry"]["coordinates"]
    # The decoder counts y upwards.
    assert (x, y) == (pytest.approx(0.8433 * 4096, abs=1), pytest.approx((1 - 0.9214) * 4096, abs=1))


def test_an_ungraded_row_has_no_grade_in_its_tile(session: Session) -> None:
    make.enterprise(session, "未评定的厂")
    (feature,) = features(session, SITES, sites(), TILE)
    assert feature["properties"] == {"name": "未评定的厂"}


def test_a_tile_elsewhere_is_empty_bytes(session: Session) -> None:
    make.enterprise(session)
    assert session.scalars(tile_query(SITES, sites(), Tile(14, 0, 0))).one() == b""


def test_a_symbol_near_the_edge_is_in_both_tiles(session: Session) -> None:
    edge = 13347 / 2**14 * 360 - 180
    make.enterprise(session, place=Point(edge + 1e-5, make.LAT))
    assert features(session, SITES, sites(), TILE)
    assert features(session, SITES, sites(), TILE._replace(x=13347))


def test_the_whole_world_in_one_tile_has_every_row(session: Session) -> None:
    make.enterprise(session, place=Point(179.99, 10))
    make.enterprise(session, place=Point(-179.99, -10))
    assert len(features(session, SITES, sites(), Tile(0, 0, 0))) == 2


def test_a_polygon_is_clipped_at_the_tile_s_buffer(session: Session) -> None:
    site = make.enterprise(session)
    make.zone(session, site, boundary=make.square(113.0, 33.5, side=0.5))
    layer = Layer("zones", "Zones", 0, 16, {"name": "String"})
    rows = select(Zone.number, Zone.boundary.label("geometry"), Zone.name)
    (feature,) = features(session, layer, rows, TILE)
    (ring,) = feature["geometry"]["coordinates"]
    assert {value for point in ring for value in point} == {-64, 4160}
