"""A district whose every text tells it apart, and an oracle of who may see which of its rows.

The oracle knows the boundaries and attributes that the world was made of, shapely and pyproj; it asks neither the
database nor the application. Signs of a row are its id, its number, and words that stand in no other row.
"""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import product
from typing import Any
from uuid import UUID, uuid5

import mapbox_vector_tile
import shapely
from pyproj import Geod
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.jurisdictions.models import Area, UnitGroup
from backend.surroundings.models import Corridor, Receptor
from backend.zones.models import Zone
from tests import databases, make

ELLIPSOID = Geod(ellps="GRS80")
NAMESPACE = UUID("6f0a1c52-0f8e-4d6e-9a55-3b8f6f1d0c11")
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TOWNSHIPS = ("410411001", "410411002", "410411003")
ABOLISHED = "410411009"
SECTORS = ("education", "health", "chemical")
WORLD = (113.24, 33.68, 113.28, 33.72)
# Letter of a table in its words, and where its numbers begin: no two tables share one.
FIRST_NUMBERS = {
    "area": ("a", 9_100_000_001),
    "unit_group": ("g", 9_200_000_001),
    "enterprise": ("e", 9_300_000_001),
    "zone": ("z", 9_400_000_001),
    "receptor": ("r", 9_500_000_001),
    "corridor": ("c", 9_600_000_001),
}
LETTERS = {table: letter for table, (letter, _) in FIRST_NUMBERS.items()}
WORD = re.compile(rb"zq([a-z])(\d{3})([a-z]+?)qz", re.IGNORECASE)
NUMBER = re.compile(rb"(?<![\d.])9[1-6]0000\d{4}(?!\d)")
ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

# What of which row an answer gives away: ("e", 17, "name").
Sign = tuple[str, int, str]


def word(letter: str, index: int, what: str) -> str:
    """A word that stands in one field of one row of the world.

    >>> word("e", 17, "name")
    'zqe017nameqz'
    """
    return f"zq{letter}{index:03d}{what}qz"


@dataclass(frozen=True)
class Thing:
    """A row as the world was made; `facts` are the columns by which the oracle decides."""

    table: str
    index: int
    place: BaseGeometry | None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def letter(self) -> str:
        return LETTERS[self.table]

    @cached_property
    def id(self) -> str:
        return str(uuid5(NAMESPACE, f"{self.table} {self.index}"))

    @property
    def number(self) -> int:
        return FIRST_NUMBERS[self.table][1] + self.index

    @property
    def updated_at(self) -> datetime:
        """Later for what belongs to somebody: a date must not tell of rows that are hidden."""
        later = 100_000 if self.letter in "ez" else 0
        # Not in the order of the numbers.
        return EPOCH + timedelta(seconds=later + (self.index * 7919) % 10_007)

    def word(self, what: str) -> str:
        return word(self.letter, self.index, what)

    @property
    def name(self) -> str:
        return f"机密 {self.word('name')}"


@dataclass(frozen=True)
class Reader:
    """Whom the oracle judges for: a kind of scope with its codes, and whether there is any right to look at all."""

    kind: str
    codes: frozenset[str] = frozenset()
    may_look: bool = True


@dataclass(frozen=True)
class World:
    """Every row there is."""

    areas: list[Thing]
    groups: list[Thing]
    enterprises: list[Thing]
    zones: list[Thing]
    receptors: list[Thing]
    corridors: list[Thing]

    def things(self) -> Iterable[Thing]:
        yield from (
            *self.areas,
            *self.groups,
            *self.enterprises,
            *self.zones,
            *self.receptors,
            *self.corridors,
        )

    @cached_property
    def by_id(self) -> dict[bytes, Thing]:
        return {thing.id.encode(): thing for thing in self.things()}

    def owner(self, thing: Thing) -> Thing | None:
        """The enterprise that a zone or a receptor belongs to."""
        index = thing.facts["enterprise"]
        return None if index is None else self.enterprises[index]

    # ------------------------------------------------------------ the oracle

    def sees_enterprise(self, reader: Reader, site: Thing) -> bool:
        """By its attributes alone."""
        if not reader.may_look:
            return False
        match reader.kind:
            case "everything":
                return True
            case "townships":
                return site.facts["township"] in reader.codes
            case "sectors":
                return site.facts["sector"] in reader.codes
            case "groups":
                group = site.facts["group"]
                return group is not None and self.groups[group].id in reader.codes
            case "enterprises":
                return site.id in reader.codes
            case _:
                return False

    def sees_zone(self, reader: Reader, zone: Thing) -> bool:
        """With its enterprise; a township also what reaches into it."""
        site = self.owner(zone)
        assert site is not None
        if self.sees_enterprise(reader, site):
            return True
        return (
            reader.may_look
            and reader.kind == "townships"
            and any(
                area.facts["code"] in reader.codes and reaches_into(area.place, zone.place)
                for area in self.areas
                if area.facts["level"] == "township" and area.facts["is_in_force"]
            )
        )

    def visible(self, reader: Reader) -> "Visible":
        """Everything that exists for a reader."""
        return Visible(
            enterprises=[site for site in self.enterprises if self.sees_enterprise(reader, site)],
            zones=[zone for zone in self.zones if self.sees_zone(reader, zone)],
            open=[*self.areas, *self.receptors, *self.corridors] if reader.may_look else [],
        )


@dataclass(frozen=True)
class Visible:
    """The rows that exist for one reader; areas, receptors and corridors are open."""

    enterprises: list[Thing]
    zones: list[Thing]
    open: list[Thing]

    def of(self, table: str) -> list[Thing]:
        """Those of one table."""
        return [row for row in (*self.enterprises, *self.zones, *self.open) if row.table == table]


def reaches_into(boundary: BaseGeometry | None, place: BaseGeometry | None) -> bool:
    """Whether a polygon lies in a territory, or covers at least one square metre of it."""
    return (
        boundary is not None
        and place is not None
        and (boundary.covers(place) or shared_area_m2(boundary, place) >= 1)
    )


def shared_area_m2(a: BaseGeometry, b: BaseGeometry) -> float:
    """Area on the ellipsoid of what two polygons (degrees) share, square metres."""
    return abs(ELLIPSOID.geometry_area_perimeter(a.intersection(b))[0])


# ---------------------------------------------------------------- how it is made

# The border between the first two townships is no straight line, so that sharing has to be computed.
BORDER = [(113.26, 33.70), (113.261, 33.705), (113.259, 33.71), (113.26, 33.72)]
WEST = Polygon([(113.24, 33.70), *BORDER, (113.24, 33.72)])
EAST = Polygon([*BORDER, (113.28, 33.72), (113.28, 33.70)])
SOUTH = Polygon([(113.24, 33.68), (113.28, 33.68), (113.28, 33.70), (113.26, 33.70), (113.24, 33.70)])


def designed(seed: int = 411) -> World:
    """The world, the same for the same seed."""
    chance = random.Random(seed)
    areas = [
        Thing("area", 0, box(*WORLD), {"code": "410411", "level": "district", "is_in_force": True}),
        *(
            Thing("area", number, land, {"code": code, "level": "township", "is_in_force": True})
            for number, (code, land) in enumerate(zip(TOWNSHIPS, (WEST, EAST, SOUTH), strict=True), 1)
        ),
        # What was abolished last year lay over everything.
        Thing("area", 4, box(*WORLD), {"code": ABOLISHED, "level": "township", "is_in_force": False}),
    ]
    groups = [Thing("unit_group", index, None, {"township": TOWNSHIPS[index]}) for index in range(3)]
    enterprises = [
        Thing(
            "enterprise",
            index,
            None if index % 8 == 5 else somewhere(chance),
            {
                "township": township,
                "sector": sector,
                "group": group,
                "grade": chance.choice([None, 1, 2, 3, 4]),
                "outline": plot(chance, 0.0008) if index % 2 else None,
                "is_demo": index % 5 == 3,
            },
        )
        for index, (township, sector, group) in enumerate(
            product((*TOWNSHIPS, None), (*SECTORS, None), (0, 1, None))
        )
    ]
    zones = [
        Thing("zone", index, place, {"enterprise": owner, "grade": chance.choice([None, 1, 2, 3, 4])})
        for index, (owner, place) in enumerate(
            [
                *[(owner, plot(chance, 0.0006)) for owner in range(len(enterprises)) for _ in "ab"],
                *at_borders(),
            ]
        )
    ]
    receptors = [
        Thing(
            "receptor",
            index,
            somewhere(chance),
            {"enterprise": index * 2 if index % 3 else None, "kind": chance.choice(["school", "hospital"])},
        )
        for index in range(24)
    ]
    corridors = [
        Thing(
            "corridor",
            index,
            LineString([at(chance), at(chance)]),
            {"grade": chance.choice([None, 1, 2, 3, 4])},
        )
        for index in range(6)
    ]
    return World(areas, groups, enterprises, zones, receptors, corridors)


def at(chance: random.Random) -> tuple[float, float]:
    """A place in the district or a little beyond."""
    return round(chance.uniform(113.237, 113.283), 7), round(chance.uniform(33.677, 33.723), 7)


def somewhere(chance: random.Random) -> Point:
    return Point(at(chance))


def plot(chance: random.Random, side: float) -> Polygon:
    lon, lat = at(chance)
    return box(lon, lat, round(lon + side, 7), round(lat + side, 7))


def at_borders() -> list[tuple[int, Polygon]]:
    """Zones of the east and the south at the border of the west, with their enterprises' indexes.

    Enterprises 12 to 23 are of the east, 24 to 35 of the south, the last twelve of no township.
    """
    # A ten-thousandth of a degree of longitude is 9.28 m here, of latitude 11.09 m.
    south_of = 33.70
    return [
        (24, strip(113.245, south_of, 2.0)),
        (25, strip(113.247, south_of, 0.5)),
        (26, strip(113.249, south_of, 0.0)),
        # It shares a whole slanting edge with the west, and nothing else.
        (12, Polygon([BORDER[1], BORDER[2], (113.2625, 33.708)])),
        # Smaller than a square metre, and wholly in the west.
        (13, box(113.25, 33.71, 113.250008, 33.7100072)),
        (47, box(113.252, 33.71, 113.252008, 33.7100072)),
        # Across all three.
        (14, box(113.2595, 33.6995, 113.2605, 33.7005)),
    ]


def strip(lon: float, border: float, wanted_m2: float) -> Polygon:
    """A square in the south whose northern end reaches over the border by an area, square metres."""
    width = 0.0001
    width_m = ELLIPSOID.inv(lon, border, lon + width, border)[2]
    north = border + wanted_m2 / width_m / 110_917
    return box(lon, border - 0.0002, lon + width, north)


# ---------------------------------------------------------------- how it gets into the database


def build(engine: Engine, world: World) -> None:
    """Write the world; every text, id and number of it is a sign."""
    with databases.as_owner(engine) as owner, owner.begin() as connection:
        for table, (_, first) in FIRST_NUMBERS.items():
            connection.execute(text(f"ALTER TABLE {table} ALTER COLUMN number RESTART WITH {first}"))
    with Session(engine) as session, session.begin():
        for thing in world.things():
            session.add(row_of(world, thing))
            # One by one: its number is its place in the order.
            session.flush()


def row_of(world: World, thing: Thing) -> Any:
    """A thing of the world as its table takes it."""
    facts, place = thing.facts, thing.place
    common = {
        "id": UUID(thing.id),
        "name": thing.name,
        "source": thing.word("source"),
        "source_id": thing.word("sourceid"),
        "updated_at": thing.updated_at,
    }
    match thing.table:
        case "area":
            ended = None if facts["is_in_force"] else EPOCH.date() - timedelta(days=1)
            parent = None if facts["level"] == "district" else "410411"
            return Area(
                **common,
                code=facts["code"],
                level=facts["level"],
                parent_code=parent,
                valid_to=ended,
                boundary=make.stored(MultiPolygon([place])),
            )
        case "unit_group":
            return UnitGroup(**common, code=thing.word("code"), kind="park", township_code=facts["township"])
        case "enterprise":
            group, outline = facts["group"], facts["outline"]
            return Enterprise(
                **common,
                credit_code=thing.word("credit").upper(),
                address=thing.word("address"),
                sector_code=facts["sector"],
                township_code=facts["township"],
                group_id=None if group is None else UUID(world.groups[group].id),
                declared_grade=facts["grade"],
                is_demo=facts["is_demo"],
                location=None if place is None else make.stored(place),
                outline=None if outline is None else make.stored(MultiPolygon([outline])),
            )
        case "zone":
            return Zone(
                **common,
                enterprise_id=UUID(world.enterprises[facts["enterprise"]].id),
                kind=thing.word("kind"),
                floor=thing.word("floor"),
                declared_grade=facts["grade"],
                boundary=make.stored(MultiPolygon([place])),
            )
        case "receptor":
            owner = world.owner(thing)
            return Receptor(
                **common,
                kind=facts["kind"],
                enterprise_id=owner and UUID(owner.id),
                place=make.stored(place),
            )
        case _:
            return Corridor(
                **common,
                class_="primary",
                grade=facts["grade"],
                centreline=make.stored(MultiLineString([place])),
            )


# ---------------------------------------------------------------- what an answer gives away


def signs(world: World, content: bytes) -> set[Sign]:
    """Every sign of a row, an account, a session or a key in an answer's bytes, tiles included."""
    found = {
        (letter.decode().lower(), int(index), what.decode().lower())
        for letter, index, what in WORD.findall(content)
    }
    known = world.by_id
    found |= {
        (known[id_].letter, known[id_].index, "id") for id_ in ID.findall(content.lower()) if id_ in known
    }
    return found | {number_sign(int(number)) for number in NUMBER.findall(content)}


def number_sign(number: int) -> Sign:
    """The row behind a number."""
    table = {str(first)[:2]: letter for letter, first in FIRST_NUMBERS.values()}
    return table[str(number)[:2]], number % 10_000 - 1, "number"


def tile_numbers(content: bytes) -> dict[str, set[int]]:
    """Numbers of the features of each layer of a tile."""
    decoded = mapbox_vector_tile.decode(content) if content else {}
    return {name: {feature["id"] for feature in layer["features"]} for name, layer in decoded.items()}


def bounds_of(places: Iterable[BaseGeometry | None]) -> tuple[float, ...] | None:
    """The box around all places; None around nothing."""
    there = [place for place in places if place is not None]
    return tuple(shapely.total_bounds(there).tolist()) if there else None
