"""Whose a row is: the columns that the database derives, against shapely and pyproj."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from sqlalchemy import Engine, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area, UnitGroup
from backend.jurisdictions.scope import Scope, ScopeKind
from backend.layers import ZONES
from backend.register.rows import meets
from backend.zones.models import Zone
from tests import make
from tests.backend.jurisdictions.world import ELLIPSOID, reaches_into, shared_area_m2
from tiles.grid import Bounds, Tile, bounds
from tiles.mvt import tile_query

WEST, EAST, NORTH = "410411001", "410411002", "410411003"
# Whatever the clock says where the database is.
LONG_AGO = date(2026, 1, 1)
# Two that share the meridian 113.26°, and one beyond that meets nobody.
LANDS = {
    WEST: box(113.24, 33.70, 113.26, 33.72),
    EAST: box(113.26, 33.70, 113.28, 33.72),
    NORTH: box(113.24, 33.75, 113.28, 33.77),
}
INSIDE_WEST = box(113.25, 33.71, 113.251, 33.711)
INSIDE_EAST = box(113.27, 33.71, 113.271, 33.711)
NOWHERE = box(113.30, 33.71, 113.301, 33.711)
ACROSS = box(113.2595, 33.71, 113.2605, 33.711)


@pytest.fixture(autouse=True)
def townships(session: Session) -> dict[str, Area]:
    return {code: make.area(session, code, code, land, level="township") for code, land in LANDS.items()}


def over_the_meridian(wanted_m2: float) -> Polygon:
    """A square of the east whose western end reaches over the border by an area, square metres."""
    height_m = ELLIPSOID.inv(113.26, 33.71, 113.26, 33.7101)[2]
    degree_m = ELLIPSOID.inv(113.26, 33.71, 113.27, 33.71)[2] / 0.01
    return box(113.26 - wanted_m2 / height_m / degree_m, 33.71, 113.262, 33.7101)


def codes(session: Session, row: Any) -> list[str]:
    """Townships of a row as the database has them now."""
    session.flush()
    session.refresh(row)
    return list(row.township_codes)


def facts(session: Session, zone: Zone) -> tuple[list[str], str | None, Any, int]:
    found = codes(session, zone)
    return found, zone.sector_code, zone.group_id, zone.version


def in_the_west(session: Session, **more: Any) -> Enterprise:
    return make.enterprise(session, township_code=WEST, **more)


# ---------------------------------------------------------------- what a place touches


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (INSIDE_WEST, [WEST]),
        (INSIDE_EAST, [EAST]),
        (NOWHERE, []),
        (ACROSS, [WEST, EAST]),
        (over_the_meridian(0.5), [EAST]),
        (over_the_meridian(0.98), [EAST]),
        (over_the_meridian(1.02), [WEST, EAST]),
        (over_the_meridian(2.0), [WEST, EAST]),
        (box(113.26, 33.71, 113.261, 33.711), [EAST]),
        # 0.6 m² wholly inside.
        (box(113.25, 33.71, 113.250008, 33.710007), [WEST]),
        # 0.6 m² across the border, less than a square metre in either.
        (box(113.259996, 33.71, 113.260004, 33.710007), []),
    ],
    ids=[
        "inside", "inside the other", "nowhere", "across", "half a square metre", "nearly one", "just one",
        "two square metres", "touching", "small and wholly inside", "small and across",
    ],
)  # fmt: skip
def test_a_zone_belongs_to_the_townships_that_it_touches(
    session: Session, place: Polygon, expected: list[str]
) -> None:
    assert [code for code, land in LANDS.items() if reaches_into(land, place)] == expected
    zone = make.zone(session, make.enterprise(session), boundary=place)
    assert codes(session, zone) == expected


def test_areas_for_these_tests_are_what_they_say() -> None:
    for wanted in (0.5, 0.98, 1.02, 2.0):
        shared = shared_area_m2(LANDS[WEST], over_the_meridian(wanted))
        assert shared == pytest.approx(wanted, rel=0.005)


def test_a_zone_belongs_to_its_enterprise_s_township_wherever_it_lies(session: Session) -> None:
    site = in_the_west(session)
    assert codes(session, make.zone(session, site, boundary=INSIDE_EAST)) == [WEST, EAST]
    assert codes(session, make.zone(session, site, boundary=NOWHERE)) == [WEST]


def test_a_zone_of_an_enterprise_of_nobody_belongs_to_where_it_lies(session: Session) -> None:
    site = make.enterprise(session)
    assert facts(session, make.zone(session, site, boundary=INSIDE_EAST)) == ([EAST], None, None, 1)


def test_a_receptor_and_a_corridor_belong_to_every_township_that_they_touch(session: Session) -> None:
    school = make.receptor(session, place=Point(113.27, 33.71))
    grounds = make.receptor(session, place=MultiPolygon([ACROSS]))
    at_the_border = make.receptor(session, place=Point(113.26, 33.71))
    road = make.corridor(session, "路", LineString([(113.23, 33.71), (113.265, 33.71)]))
    assert codes(session, school) == [EAST]
    assert codes(session, grounds) == [WEST, EAST]
    assert codes(session, at_the_border) == [WEST, EAST]
    assert codes(session, road) == [WEST, EAST]


# ---------------------------------------------------------------- what moves


def test_rows_of_one_statement_are_all_settled(session: Session) -> None:
    site = in_the_west(session)
    session.add_all(
        Zone(
            enterprise_id=site.id,
            name=str(number),
            boundary=make.stored(MultiPolygon([ACROSS])),
            **make.origin(),
        )
        for number in range(300)
    )
    session.flush()
    found = session.execute(text("SELECT DISTINCT township_codes FROM zone")).scalars().all()
    assert found == [[WEST, EAST]]


def test_a_zone_that_moves_changes_hands_and_its_version(session: Session) -> None:
    zone = make.zone(session, make.enterprise(session), boundary=INSIDE_WEST)
    zone.boundary = make.stored(MultiPolygon([INSIDE_EAST]))
    assert facts(session, zone) == ([EAST], None, None, 2)


def test_a_receptor_and_a_corridor_that_move_change_hands(session: Session) -> None:
    school = make.receptor(session, place=Point(113.25, 33.71))
    road = make.corridor(session, "路", LineString([(113.25, 33.71), (113.255, 33.71)]))
    school.place = make.stored(Point(113.27, 33.71))
    road.centreline = make.stored(MultiLineString([LineString([(113.27, 33.71), (113.275, 33.71)])]))
    assert (codes(session, school), codes(session, road)) == ([EAST], [EAST])
    assert (school.version, road.version) == (2, 2)


def test_a_zone_that_goes_to_another_enterprise_takes_its_offices(session: Session) -> None:
    park = UnitGroup(code="p", kind="park", name="园区", **make.origin())
    make.added(session, park)
    other = make.enterprise(session, township_code=EAST, sector_code="health", group_id=park.id)
    zone = make.zone(session, in_the_west(session, sector_code="education"), boundary=NOWHERE)
    assert facts(session, zone) == ([WEST], "education", None, 1)
    zone.enterprise_id = other.id
    assert facts(session, zone) == ([EAST], "health", park.id, 2)


def test_an_enterprise_that_changes_hands_takes_its_zones_along(session: Session) -> None:
    park = make.added(session, UnitGroup(code="p", kind="park", name="园区", **make.origin()))
    site = in_the_west(session, sector_code="education")
    zone = make.zone(session, site, boundary=NOWHERE)
    site.township_code, site.sector_code, site.group_id = EAST, "health", park.id
    # Nobody wrote anything of the zone: its version stays.
    assert facts(session, zone) == ([EAST], "health", park.id, 1)
    site.township_code = site.sector_code = site.group_id = None
    assert facts(session, zone) == ([], None, None, 1)


def test_a_fact_of_an_enterprise_moves_nothing_of_its_zones(session: Session) -> None:
    site = in_the_west(session)
    zone = make.zone(session, site)
    before = facts(session, zone)
    site.address = "新地址"
    assert facts(session, zone) == before


def test_a_fact_of_a_zone_moves_its_version_alone(session: Session) -> None:
    zone = make.zone(session, in_the_west(session), boundary=ACROSS)
    zone.declared_grade = 1
    assert facts(session, zone) == ([WEST, EAST], None, None, 2)


def test_a_new_township_takes_what_lies_in_it(session: Session) -> None:
    zone = make.zone(session, make.enterprise(session), boundary=NOWHERE)
    school = make.receptor(session, place=Point(113.3005, 33.7105))
    road = make.corridor(session, "路", LineString([(113.30, 33.71), (113.31, 33.71)]))
    make.area(session, "410411004", "新街道", box(113.29, 33.70, 113.31, 33.72), level="township")
    assert [codes(session, row) for row in (zone, school, road)] == [["410411004"]] * 3
    assert [row.version for row in (zone, school, road)] == [1, 1, 1]


def test_a_new_area_that_is_no_township_takes_nothing(session: Session) -> None:
    zone = make.zone(session, make.enterprise(session), boundary=NOWHERE)
    make.area(session, "410411", "区", box(113.2, 33.6, 113.4, 33.8))
    assert codes(session, zone) == []


def test_a_boundary_that_moves_leaves_some_and_takes_others(
    session: Session, townships: dict[str, Area]
) -> None:
    left = make.zone(session, make.enterprise(session), boundary=INSIDE_EAST)
    taken = make.zone(session, make.enterprise(session), boundary=NOWHERE)
    townships[EAST].boundary = make.stored(MultiPolygon([box(113.29, 33.70, 113.31, 33.72)]))
    assert (codes(session, left), codes(session, taken)) == ([], [EAST])
    assert (left.version, taken.version) == (1, 1)


@pytest.mark.parametrize("change", [{"valid_to": LONG_AGO}, {"level": "district"}, {"boundary": None}])
def test_a_township_that_is_no_more_leaves_what_it_had(
    session: Session, townships: dict[str, Area], change: dict[str, Any]
) -> None:
    zone = make.zone(session, make.enterprise(session), boundary=ACROSS)
    school = make.receptor(session, place=MultiPolygon([ACROSS]))
    session.execute(update(Area).where(Area.code == WEST).values(change))
    assert (codes(session, zone), codes(session, school)) == ([EAST], [EAST])
    session.execute(
        update(Area)
        .where(Area.code == WEST)
        .values(valid_to=None, level="township", boundary=make.stored(MultiPolygon([LANDS[WEST]])))
    )
    assert (codes(session, zone), codes(session, school)) == ([WEST, EAST], [WEST, EAST])


def test_a_township_that_is_in_force_today_counts(session: Session, townships: dict[str, Area]) -> None:
    zone = make.zone(session, make.enterprise(session), boundary=INSIDE_WEST)
    today = session.scalars(text("SELECT current_date")).one()
    townships[WEST].valid_to = today
    assert codes(session, zone) == [WEST]


def test_a_township_that_is_deleted_leaves_what_lay_in_it(session: Session) -> None:
    zone = make.zone(session, make.enterprise(session), boundary=ACROSS)
    session.execute(text("DELETE FROM area WHERE code = :code"), {"code": WEST})
    assert codes(session, zone) == [EAST]


def test_a_code_that_changes_goes_along(session: Session) -> None:
    zone = make.zone(session, make.enterprise(session), boundary=INSIDE_WEST)
    session.execute(update(Area).where(Area.code == WEST).values(code="410411099"))
    assert codes(session, zone) == ["410411099"]


# ---------------------------------------------------------------- against brute force


def some_squares(chance: random.Random, how_many: int) -> Iterator[Polygon]:
    """Squares of all sizes, many of them at the common border."""
    for number in range(how_many):
        side = 10 ** chance.uniform(-6, -2)
        lon = 113.26 - side * chance.uniform(-0.2, 1.2) if number % 2 else chance.uniform(113.23, 113.29)
        lat = chance.uniform(33.70, 33.72) if number % 2 else chance.uniform(33.69, 33.78)
        yield box(*(round(edge, 9) for edge in (lon, lat, lon + side, lat + side)))


def test_random_squares_belong_to_whom_brute_force_says(session: Session) -> None:
    site = make.enterprise(session)
    squares = [*some_squares(random.Random(411), 1000)]
    session.add_all(
        Zone(
            enterprise_id=site.id,
            name=str(number),
            boundary=make.stored(MultiPolygon([square])),
            **make.origin(),
        )
        for number, square in enumerate(squares)
    )
    session.flush()
    given = dict(session.execute(select(Zone.name, Zone.township_codes)).all())
    wrong = {
        number: (given[str(number)], wanted)
        for number, square in enumerate(squares)
        if given[str(number)]
        != (wanted := [code for code, land in LANDS.items() if reaches_into(land, square)])
        # At one square metre to the thousandth the two ways of measuring may part.
        and all(abs(shared_area_m2(land, square) - 1) > 0.001 for land in LANDS.values())
    }
    assert wrong == {}
    assert sum(len(found) == 2 for found in given.values()) > 100


# ---------------------------------------------------------------- what it is for: one index scan

MANY = 20_000
FILL = """\
INSERT INTO zone (enterprise_id, name, source, source_id, boundary)
SELECT :site, n::text, 'many', n::text,
       ST_Multi(ST_MakeEnvelope(x, y, x + 0.0002, y + 0.0002, 4490))
FROM generate_series(1, :many) AS n
CROSS JOIN LATERAL (
    SELECT 113.24 + 0.08 * ((n * 7919) % 10007) / 10007.0 AS x,
           33.70 + 0.07 * ((n * 104729) % 10009) / 10009.0 AS y
) AS place
"""


@pytest.mark.slow
def test_a_township_s_tile_and_box_are_found_by_an_index(own_engine: Engine) -> None:
    with Session(own_engine) as session, session.begin():
        for code, land in LANDS.items():
            make.area(session, code, code, land, level="township")
        site = make.enterprise(session, township_code=WEST)
        session.execute(text(FILL), {"site": site.id, "many": MANY})
        session.execute(text("SELECT analyze_register()"))
    actor = Actor("somebody", Scope(ScopeKind.TOWNSHIPS, frozenset({EAST})))
    view, tile = Bounds(113.262, 33.705, 113.264, 33.707), Tile(16, 53386, 26244)
    questions = [
        tile_query(ZONES.tiles, ZONES.tile_rows(actor, bounds(tile)), tile),
        ZONES.rows(actor, *ZONES.properties).where(meets(Zone.boundary, view)),
    ]
    with Session(own_engine) as session:
        for question in questions:
            assert indexes_of(session, question) & {"ix_zone_boundary", "ix_zone_township_codes"}


def indexes_of(session: Session, question: Any) -> set[str]:
    """Names of the indexes that a query is answered by; one that reads all zones uses none."""
    compiled = question.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    written = str(compiled).replace(":", "\\:")
    ((plan,),) = session.execute(text(f"EXPLAIN (FORMAT JSON) {written}")).all()
    nodes = [*nodes_of(plan[0]["Plan"])]
    if any(node["Node Type"] == "Seq Scan" and node["Relation Name"] == "zone" for node in nodes):
        return set()
    return {node["Index Name"] for node in nodes if "Index Name" in node}


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a plan."""
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes_of(part)
