"""Rows for tests, with just the facts that a test is about."""

from itertools import count
from typing import Any, TypeVar

from geoalchemy2.shape import from_shape
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.database import Base
from backend.downgrades.models import Downgrade
from backend.enterprises.models import Enterprise
from backend.jurisdictions.models import Area
from backend.risk.documents import document
from backend.risk.models import (
    MajorHazardInstallation,
    ProtectiveArea,
    ResponsiblePerson,
    RiskEvent,
    RiskPoint,
)
from backend.surroundings.models import Corridor, Receptor
from backend.zones.models import Zone

SRID = 4490
# In 湛河区; one thousandth of a degree is about 93 m east and 111 m north here.
LON, LAT = 113.2656, 33.7075
PLACE = Point(LON, LAT)
Row = TypeVar("Row", bound=Base)
serial = count(1)


def origin() -> dict[str, str]:
    """A source id of the row's own."""
    return {"source": "test", "source_id": str(next(serial))}


def declared(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a row whose grade, if any, is declared; a derived one would need events."""
    named = {"grade": "declared_grade", "residual_grade": "declared_residual_grade"}
    return {named.get(name, name): value for name, value in facts.items()}


def square(lon: float = LON, lat: float = LAT, *, side: float = 0.001) -> Polygon:
    """A square in degrees with its south-west corner at (lon, lat)."""
    return box(lon, lat, lon + side, lat + side)


def stored(geometry: Point | MultiPolygon | MultiLineString) -> Any:
    """A geometry as the tables take it."""
    return from_shape(geometry, srid=SRID)


def area(session: Session, code: str, name: str, boundary: Polygon | None, **facts: Any) -> Area:
    """An area; a district unless `level` says otherwise."""
    multi = None if boundary is None else stored(MultiPolygon([boundary]))
    return added(
        session, Area(code=code, name=name, boundary=multi, **{"level": "district", **facts}, **origin())
    )


def enterprise(
    session: Session, name: str = "企业甲", place: Point | None = PLACE, **facts: Any
) -> Enterprise:
    """An enterprise at `place`; None is 未上图."""
    location = None if place is None else stored(place)
    return added(session, Enterprise(name=name, location=location, **declared(facts), **origin()))


def zone(
    session: Session, of: Enterprise, name: str = "车间甲", boundary: Polygon | None = None, **facts: Any
) -> Zone:
    """A zone of an enterprise."""
    multi = stored(MultiPolygon([boundary or square()]))
    facts = declared(facts)
    return added(session, Zone(enterprise_id=of.id, name=name, boundary=multi, **facts, **origin()))


def risk_point(session: Session, of: Zone, name: str = "作业点甲", **facts: Any) -> RiskPoint:
    """A risk point of a zone."""
    return added(session, RiskPoint(zone_id=of.id, name=name, **facts, **origin()))


def risk_event(
    session: Session, of: RiskPoint, name: str = "火灾", *, grade: int | None = None, **facts: Any
) -> RiskEvent:
    """A risk event of a risk point; its grade, if any, is declared by a source."""
    said = {"method": "declared", "grade": grade, "source": "测试"}
    inherent = {} if grade is None else {"inherent": document(said)}
    return added(session, RiskEvent(risk_point_id=of.id, name=name, **{**inherent, **facts}, **origin()))


def granted(session: Session, *rows: Enterprise | Zone) -> None:
    """Let this transaction lower the grades of some rows, as an approval would."""
    for row in rows:
        site, part = (None, row) if isinstance(row, Zone) else (row, None)
        session.add(
            Downgrade(
                enterprise_id=part.enterprise_id if part else row.id,
                enterprise_name=site.name if site else "企业",
                zone_id=part and part.id,
                way="grade",
                from_grade=1,
                asked_by_name="测试",
                state="granted",
                granted_in=session.scalar(text("SELECT pg_current_xact_id()::text::bigint")),
            )
        )
    session.flush()


def installation(
    session: Session, of: Enterprise, name: str = "罐区甲", **facts: Any
) -> MajorHazardInstallation:
    """A major hazard installation of the worst level; it has a boundary unless `boundary` is None."""
    boundary = stored(MultiPolygon([square(side=0.0002)]))
    common = {"kind": "2", "substances": [], "s": 3.0, "level": 1, "boundary": boundary, **facts}
    return added(session, MajorHazardInstallation(enterprise_id=of.id, name=name, **common, **origin()))


def protective_area(session: Session, of: Enterprise, boundary: Polygon, **facts: Any) -> ProtectiveArea:
    """The area of external safety distance of an enterprise's evaluation report."""
    said = {"name": "外部安全防护距离", "report": "安全评价报告 2026-01", **facts}
    ground = stored(MultiPolygon([boundary]))
    return added(session, ProtectiveArea(enterprise_id=of.id, boundary=ground, **said, **origin()))


def receptor(
    session: Session, name: str = "学校甲", place: Point | MultiPolygon = PLACE, **facts: Any
) -> Receptor:
    """A receptor; a school unless `kind` says otherwise."""
    return added(session, Receptor(name=name, place=stored(place), **{"kind": "school", **facts}, **origin()))


def corridor(session: Session, name: str, line: LineString, **facts: Any) -> Corridor:
    """A corridor; a primary road unless `class_` says otherwise."""
    centreline = stored(MultiLineString([line]))
    return added(
        session, Corridor(name=name, centreline=centreline, **{"class_": "primary", **facts}, **origin())
    )


def person(session: Session, of: Enterprise, name: str = "张三", **facts: Any) -> ResponsiblePerson:
    """A contact of an enterprise."""
    common = {"enterprise_id": of.id, "name": name, "duty": "on_duty", **facts}
    return added(session, ResponsiblePerson(**common, **origin()))


def added(session: Session, row: Row) -> Row:
    """The row, written."""
    session.add(row)
    session.flush()
    return row
