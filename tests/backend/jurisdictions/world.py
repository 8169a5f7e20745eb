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
from pyproj import Geod, Transformer
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.downgrades.models import Downgrade
from backend.enterprises.models import Enterprise
from backend.jurisdictions.models import Area, UnitGroup
from backend.risk import documents
from backend.risk.models import (
    ControlMeasure,
    MajorHazardInstallation,
    ResponsiblePerson,
    RiskEvent,
    RiskPoint,
    RosterEntry,
)
from backend.submissions.models import Submission
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
    "risk_point": ("p", 9_800_000_001),
    "risk_event": ("v", 9_900_000_001),
    "control_measure": ("m", 8_100_000_001),
    "responsible_person": ("w", 8_200_000_001),
    "roster_entry": ("o", 8_300_000_001),
    "submission": ("b", 8_400_000_001),
    "downgrade": ("d", 8_500_000_001),
    "major_hazard_installation": ("h", 9_700_000_001),
}
LETTERS = {**{table: letter for table, (letter, _) in FIRST_NUMBERS.items()}, "cell": "k"}
WORD = re.compile(rb"zq([a-z])(\d{3})([a-z]+?)qz", re.IGNORECASE)
NUMBER = re.compile(rb"(?<![\d.])[89][1-9]0000\d{4}(?!\d)")
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
        later = 100_000 if self.letter in "ezh" else 0
        # Not in the order of the numbers.
        return EPOCH + timedelta(seconds=later + (self.index * 7919) % 10_007)

    def word(self, what: str) -> str:
        return word(self.letter, self.index, what)

    @property
    def name(self) -> str:
        return f"机密 {self.word('name')}"


@dataclass(frozen=True)
class Cell(Thing):
    """A square of the risk grid as one reader's rows make it; its number is its place (see `cells_of`).

    The same square is the same to everybody, whatever they count in it.
    """

    grades: tuple[int | None, ...] = field(default=(), compare=False)

    @property
    def number(self) -> int:
        return self.index

    @cached_property
    def id(self) -> str:
        return f"67726964-0000-8000-8000-{self.index:012x}"


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
    installations: list[Thing]

    def things(self) -> Iterable[Thing]:
        yield from (
            *self.areas,
            *self.groups,
            *self.enterprises,
            *self.zones,
            *self.behind,
            *self.receptors,
            *self.corridors,
            *self.installations,
            *self.proposed,
        )

    @cached_property
    def proposed(self) -> list[Thing]:
        """What is proposed and not published."""
        return proposed(self)

    @cached_property
    def cells(self) -> list[Cell]:
        """The grid of everything."""
        return cells_of(self, self.enterprises, self.zones)

    @cached_property
    def behind(self) -> list[Thing]:
        """What stands behind the grades, and the roster."""
        return behind(self)

    @cached_property
    def by_id(self) -> dict[bytes, Thing]:
        return {thing.id.encode(): thing for thing in (*self.things(), *self.cells)}

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

    def sees_entry(self, reader: Reader, entry: Thing) -> bool:
        """An entry of the roster: of one's own territory or sector, or answered by one's own site."""
        site = self.owner(entry)
        match reader.kind:
            case "townships" | "sectors":
                return entry.facts[reader.kind.removesuffix("s")] in reader.codes
            case _:
                return reader.kind == "everything" or (
                    site is not None and self.sees_enterprise(reader, site)
                )

    def sees_submission(self, reader: Reader, submission: Thing, *, may_edit: bool) -> bool:
        """One that waits, with its enterprise; a draft only the people who write it."""
        site = self.owner(submission)
        assert site is not None
        if not self.sees_enterprise(reader, site):
            return False
        kind, codes = submission.facts["kind"], submission.facts["codes"]
        is_own = (
            may_edit and reader.kind == kind and (kind == "everything" or bool(reader.codes & set(codes)))
        )
        return submission.facts["state"] == "submitted" or is_own

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
        enterprises = [site for site in self.enterprises if self.sees_enterprise(reader, site)]
        zones = [zone for zone in self.zones if self.sees_zone(reader, zone)]
        return Visible(
            enterprises=enterprises,
            zones=zones,
            open=[*self.areas, *self.receptors, *self.corridors] if reader.may_look else [],
            installations=[each for each in self.installations if self.owner(each) in enterprises],
            cells=cells_of(self, enterprises, zones),
        )


@dataclass(frozen=True)
class Visible:
    """The rows that exist for one reader, and the grid that they make; areas, receptors and corridors are open."""

    enterprises: list[Thing]
    zones: list[Thing]
    open: list[Thing]
    installations: list[Thing]
    cells: list[Cell]

    def of(self, table: str) -> list[Thing]:
        """Those of one table."""
        rows = (*self.enterprises, *self.zones, *self.open, *self.installations, *self.cells)
        return [row for row in rows if row.table == table]


# The world lies in one metric zone, that of the meridian 114 degrees east.
GAUSS_KRUEGER = Transformer.from_crs(4490, 4547, always_xy=True)


def cells_of(world: World, enterprises: list[Thing], zones: list[Thing]) -> list[Cell]:
    """The 500 m squares that hold a point of a zone, or of an enterprise that has no zone at all."""
    with_zones = {zone.facts["enterprise"] for zone in world.zones}
    sites = [site for site in enterprises if site.index not in with_zones and site.place is not None]
    grades: dict[tuple[int, int], list[int | None]] = {}
    for row in (*zones, *sites):
        assert row.place is not None
        flat = shapely.transform(
            row.place, lambda lon, lat: GAUSS_KRUEGER.transform(lon, lat), interleaved=False
        )
        point = flat.point_on_surface()
        grades.setdefault((int(point.x // 500), int(point.y // 500)), []).append(row.facts["grade"])
    return [
        Cell("cell", 4547 * 10**9 + east * 10**5 + north, square(east, north), grades=tuple(held))
        for (east, north), held in sorted(grades.items())
    ]


def square(east: int, north: int) -> BaseGeometry:
    """A cell in degrees."""
    flat = box(east * 500, north * 500, (east + 1) * 500, (north + 1) * 500)
    return shapely.transform(
        flat, lambda x, y: GAUSS_KRUEGER.transform(x, y, direction="INVERSE"), interleaved=False
    )


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
    for site in enterprises:
        # A source may have declared a grade; the worst of its zones counts as well.
        of_zones = [zone.facts["grade"] for zone in zones if zone.facts["enterprise"] == site.index]
        site.facts["declared"] = site.facts["grade"]
        known = [grade for grade in (site.facts["declared"], *of_zones) if grade is not None]
        site.facts["grade"] = min(known, default=None)
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
    installations = [
        Thing(
            "major_hazard_installation",
            index,
            None if outline is None else outline.centroid,
            {"enterprise": index * 5, "outline": outline},
        )
        for index, outline in enumerate(
            None if index % 4 == 3 else plot(chance, 0.0003) for index in range(9)
        )
    ]
    return World(areas, groups, enterprises, zones, receptors, corridors, installations)


def behind(world: World) -> list[Thing]:
    """At each zone a point, an event as bad as the zone, a measure and somebody in charge; contacts; the roster.

    Rows of a zone have its index; contacts come after them. A fifth of the roster is of another township than the site
    that answers, and some entries nobody answers.
    """
    tables = ("risk_point", "risk_event", "control_measure", "responsible_person")
    rows = [
        Thing(table, zone.index, None, {"zone": zone.index, "enterprise": zone.facts["enterprise"]})
        for table in tables
        for zone in world.zones
    ]
    rows += [
        Thing(
            "responsible_person",
            len(world.zones) + site.index,
            None,
            {"zone": None, "enterprise": site.index},
        )
        for site in world.enterprises
    ]
    return rows + [
        Thing(
            "roster_entry",
            site.index,
            None,
            {
                "enterprise": None if site.index % 7 == 0 else site.index,
                "township": TOWNSHIPS[site.index % 3] if site.index % 5 == 2 else site.facts["township"],
                "sector": site.facts["sector"],
            },
        )
        for site in world.enterprises
    ]


def proposed(world: World) -> list[Thing]:
    """For each enterprise a submission that waits and asks for a downgrade, and a draft of one of its organisations."""
    waiting, drafts = [], []
    for site in world.enterprises:
        facts = {"enterprise": site.index, "kind": "everything", "codes": []}
        writers: list[tuple[str, list[str]]] = [
            ("everything", []),
            ("enterprises", [site.id]),
            *([("townships", [site.facts["township"]])] if site.facts["township"] else []),
            *([("sectors", [site.facts["sector"]])] if site.facts["sector"] else []),
        ]
        kind, codes = writers[site.index % len(writers)]
        drafted = {**facts, "state": "draft", "kind": kind, "codes": codes}
        waiting.append(Thing("submission", site.index, None, {**facts, "state": "submitted"}))
        drafts.append(Thing("submission", len(world.enterprises) + site.index, None, drafted))
    # In the order of their numbers.
    asked = [Thing("downgrade", site.index, None, {"enterprise": site.index}) for site in world.enterprises]
    return [*waiting, *drafts, *asked]


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
    record_apart(engine, world)


def record_apart(engine: Engine, world: World) -> None:
    """Give each row that belongs to somebody a recorded moment of its own, later than that of what is open.

    The date of the data must not tell of rows that are hidden, which it could not while all are of one moment.
    """
    owned = [*world.enterprises, *world.zones, *world.installations]
    tables = {thing.table for thing in owned}
    with databases.as_owner(engine) as owner:
        with owner.begin() as connection:
            for table in tables:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER move_version"))
        for thing in sorted(owned, key=lambda each: each.updated_at):
            with owner.begin() as connection:
                connection.execute(
                    text(f"UPDATE {thing.table} SET name = name WHERE id = :id"), {"id": thing.id}
                )
        with owner.begin() as connection:
            for table in tables:
                connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER move_version"))


def recorded_moments(engine: Engine, world: World) -> dict[str, datetime]:
    """When each row on the map was last recorded, by its id: the database alone says that."""
    tables = ("area", "receptor", "corridor", "enterprise", "zone", "major_hazard_installation")
    with databases.as_owner(engine) as owner, owner.connect() as connection:
        return {
            str(row.id): row.recorded_at
            for table in tables
            for row in connection.execute(text(f"SELECT id, recorded_at FROM {table}"))
        }


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
                declared_grade=facts["declared"],
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
        case "major_hazard_installation":
            outline = facts["outline"]
            return MajorHazardInstallation(
                **common,
                enterprise_id=UUID(world.enterprises[facts["enterprise"]].id),
                code=thing.word("code"),
                kind="2",
                substances=[],
                s=1.0,
                level=1,
                boundary=None if outline is None else make.stored(MultiPolygon([outline])),
            )
        case "risk_point":
            return RiskPoint(**common, zone_id=UUID(world.zones[thing.index].id))
        case "risk_event":
            return risk_event(world, thing, common)
        case "control_measure":
            return ControlMeasure(
                **common,
                event_id=same_index(world, "risk_event", thing),
                kind="engineering",
                description=thing.word("description"),
                check_content=thing.word("check"),
            )
        case "responsible_person":
            return ResponsiblePerson(
                **common,
                enterprise_id=UUID(world.enterprises[facts["enterprise"]].id),
                zone_id=None if facts["zone"] is None else UUID(world.zones[facts["zone"]].id),
                duty="post",
                position=thing.word("position"),
                # Figures make it a number that is masked.
                phone=f"{thing.word('phone')} 13812341234",
            )
        case "submission":
            return submission(world, thing)
        case "downgrade":
            return downgrade(world, thing)
        case "roster_entry":
            site = world.owner(thing)
            return RosterEntry(
                **common,
                township_code=facts["township"],
                sector_code=facts["sector"],
                enterprise_id=site and UUID(site.id),
            )
        case _:
            return Corridor(
                **common,
                class_="primary",
                grade=facts["grade"],
                centreline=make.stored(MultiLineString([place])),
            )


def owners(world: World, thing: Thing) -> dict[str, Any]:
    """Whose a proposal is."""
    site = world.owner(thing)
    assert site is not None
    group = site.facts["group"]
    return {
        "enterprise_id": UUID(site.id),
        "enterprise_name": site.name,
        "township_code": site.facts["township"],
        "sector_code": site.facts["sector"],
        "group_id": None if group is None else UUID(world.groups[group].id),
    }


def submission(world: World, thing: Thing) -> Submission:
    """A submission that would change the address of its enterprise, and its first zone."""
    facts = thing.facts
    zone = next(zone for zone in world.zones if zone.facts["enterprise"] == facts["enterprise"])
    address = {"kind": "enterprise", "op": "put", "id": world.enterprises[facts["enterprise"]].id, "seen": 1}
    part = {"kind": "zone", "op": "put", "id": zone.id, "seen": 1, "facts": {"kind": thing.word("kind")}}
    return Submission(
        **owners(world, thing),
        id=UUID(thing.id),
        title=thing.name,
        state=facts["state"],
        changes=[address | {"facts": {"address": thing.word("address")}}, part],
        reason=thing.word("reason"),
        authors=[
            {"id": thing.id, "name": thing.word("author"), "kind": facts["kind"], "codes": facts["codes"]}
        ],
        organisation_kind=facts["kind"],
        organisation_codes=facts["codes"],
        submitted_at=thing.updated_at if facts["state"] == "submitted" else None,
    )


def downgrade(world: World, thing: Thing) -> Downgrade:
    """What the waiting submission of an enterprise asks for."""
    asked = next(row for row in world.proposed if row.table == "submission" and row.index == thing.index)
    return Downgrade(
        **owners(world, thing),
        id=UUID(thing.id),
        submission_id=UUID(asked.id),
        way="grade",
        from_grade=1,
        to_grade=3,
        reason=thing.word("reason"),
        asked_by_name=thing.word("asker"),
    )


def risk_event(world: World, thing: Thing, common: dict[str, Any]) -> RiskEvent:
    """An event that a source has declared to be as bad as its zone; of an ungraded zone nobody has assessed it."""
    grade = world.zones[thing.index].facts["grade"]
    said = {"method": "declared", "grade": grade, "source": thing.word("assessor")}
    return RiskEvent(
        **common,
        risk_point_id=same_index(world, "risk_point", thing),
        hazard_source=thing.word("hazard"),
        consequence=thing.word("consequence"),
        department=thing.word("department"),
        person=thing.word("person"),
        inherent=None if grade is None else documents.document(said),
        assessed_by=thing.word("assessed"),
    )


def same_index(world: World, table: str, thing: Thing) -> UUID:
    """The id of the row of another table behind the same zone."""
    return next(UUID(row.id) for row in world.behind if (row.table, row.index) == (table, thing.index))


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
