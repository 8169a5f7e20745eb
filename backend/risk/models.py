"""What stands behind a grade: risk points, events with their assessments, measures, people, and installations.

enterprise → zone (风险分区) → risk point (风险点) → risk event (风险事件) with its hazard source (危险源) → measures
(管控措施).
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Computed,
    Double,
    FetchedValue,
    ForeignKey,
    Identity,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from backend.database import Base
from backend.register.located import (
    GeometryValue,
    Located,
    canonical,
    metric,
    scale_of,
    township_codes,
    zone_of,
)

# An assessment as it was made; see backend/risk/grading.py.
Document = dict[str, Any]


def document() -> MappedColumn[Document | None]:
    """An assessment; no assessment is SQL's NULL, not JSON's."""
    return mapped_column(JSONB(none_as_null=True))


def grade_in(column: str) -> MappedColumn[int | None]:
    """The grade that an assessment came to, read out of it by the database."""
    return mapped_column(SmallInteger, Computed(f"(({column} ->> 'grade')::smallint)", persisted=True))


class RiskPoint(Located, Base):
    """A place, a piece of equipment or an activity inside a zone; it may carry a point."""

    __tablename__ = "risk_point"

    zone_id: Mapped[UUID] = mapped_column(ForeignKey("zone.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text, default="place", server_default="place")
    location: Mapped[GeometryValue | None] = canonical("POINT")
    location_metric: Mapped[GeometryValue | None] = metric("location")
    metric_srid: Mapped[int | None] = zone_of("location")
    metric_k: Mapped[float | None] = scale_of("location")


class RiskEvent(Located, Base):
    """What can happen at a risk point: `name` says what, `hazard_source` by what (two different things).

    `inherent` (固有) and `residual` (控制) are the assessments before and with the measures.
    """

    __tablename__ = "risk_event"

    risk_point_id: Mapped[UUID] = mapped_column(ForeignKey("risk_point.id", ondelete="CASCADE"))
    hazard_source: Mapped[str | None] = mapped_column(Text)
    accident_edition: Mapped[str | None] = mapped_column(Text)
    accident_code: Mapped[str | None] = mapped_column(Text)
    consequence: Mapped[str | None] = mapped_column(Text)
    control_level: Mapped[str | None] = mapped_column(Text)
    department: Mapped[str | None] = mapped_column(Text)
    person: Mapped[str | None] = mapped_column(Text)
    inherent: Mapped[Document | None] = document()
    residual: Mapped[Document | None] = document()
    assessed_by: Mapped[str | None] = mapped_column(Text)
    assessed_on: Mapped[date | None]
    review_due: Mapped[date | None]
    grade: Mapped[int | None] = grade_in("inherent")
    residual_grade: Mapped[int | None] = grade_in("residual")
    # Where it belongs and whose it is: derived by the database from its risk point and zone, for one index to answer.
    zone_id: Mapped[UUID] = mapped_column(
        ForeignKey("zone.id", ondelete="CASCADE"), server_default=FetchedValue()
    )
    enterprise_id: Mapped[UUID] = mapped_column(
        ForeignKey("enterprise.id", ondelete="CASCADE"), server_default=FetchedValue()
    )
    township_codes: Mapped[list[str]] = township_codes()
    sector_code: Mapped[str | None] = mapped_column(Text)
    group_id: Mapped[UUID | None]


class RiskEventCount(Base):
    """How many events are of one enterprise, territory and grade; kept by the database, read for the list's counts."""

    __tablename__ = "risk_event_count"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id", ondelete="CASCADE"))
    township_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sector_code: Mapped[str | None] = mapped_column(Text)
    group_id: Mapped[UUID | None]
    grade: Mapped[int | None] = mapped_column(SmallInteger)
    residual_grade: Mapped[int | None] = mapped_column(SmallInteger)
    number: Mapped[int]


class ControlMeasure(Located, Base):
    """A measure against a risk event, of one of five kinds and by the classes of the national exchange."""

    __tablename__ = "control_measure"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("risk_event.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    data_source: Mapped[str | None] = mapped_column(Text)
    class_1: Mapped[str | None] = mapped_column(Text)
    class_2: Mapped[str | None] = mapped_column(Text)
    class_3: Mapped[str | None] = mapped_column(Text)
    check_content: Mapped[str | None] = mapped_column(Text)


class ResponsiblePerson(Located, Base):
    """Who answers: a contact of an enterprise (no zone), or who is in charge of a zone at a control level."""

    __tablename__ = "responsible_person"

    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id", ondelete="CASCADE"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zone.id", ondelete="CASCADE"))
    duty: Mapped[str] = mapped_column(Text)
    position: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)


class MajorHazardInstallation(Located, Base):
    """重大危险源 (GB 18218): its substances and what follows from them; level 1 (一级) is the worst."""

    __tablename__ = "major_hazard_installation"

    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id", ondelete="CASCADE"))
    code: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    substances: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    people_500m: Mapped[int | None]
    people_basis: Mapped[str] = mapped_column(Text, default="counted", server_default=text("'counted'"))
    s: Mapped[float] = mapped_column(Double)
    alpha: Mapped[float | None] = mapped_column(Double)
    r: Mapped[float | None] = mapped_column(Double)
    level: Mapped[int | None] = mapped_column(SmallInteger)
    boundary: Mapped[GeometryValue | None] = canonical("MULTIPOLYGON")
    boundary_metric: Mapped[GeometryValue | None] = metric("boundary")
    metric_srid: Mapped[int | None] = zone_of("boundary")
    metric_k: Mapped[float | None] = scale_of("boundary")


class ProtectiveArea(Located, Base):
    """外部安全防护距离: the area around an enterprise that its safety evaluation report (`report`) keeps free."""

    __tablename__ = "protective_area"

    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id", ondelete="CASCADE"))
    report: Mapped[str] = mapped_column(Text)
    reported_on: Mapped[date | None]
    boundary: Mapped[GeometryValue] = canonical("MULTIPOLYGON")
    boundary_metric: Mapped[GeometryValue] = metric("boundary")
    metric_srid: Mapped[int] = zone_of("boundary")
    metric_k: Mapped[float] = scale_of("boundary")


class RosterEntry(Located, Base):
    """应建台账: somebody who should be in the register; `enterprise_id` is the site that answers it."""

    __tablename__ = "roster_entry"

    credit_code: Mapped[str | None] = mapped_column(Text)
    township_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sector.code"))
    is_above_scale: Mapped[bool | None]
    due_on: Mapped[date | None]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id", ondelete="SET NULL"))
