"""What every row on the map has in common: its names, where it came from, and its place kept three ways.

The place is kept as delivered (`original`, in `original_datum`), canonical (EPSG:4490 lon/lat), and in the
metric zone of the row itself (`…_metric`, with its SRID and point scale factor). The database computes the
metric ones, so they cannot drift from the canonical one. True metres = planar distance / `metric_k`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Computed,
    Double,
    FetchedValue,
    Identity,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, MappedColumn, declared_attr, mapped_column

from backend.register.history import Recorded

CANONICAL_SRID = 4490

# Geometry values leave PostGIS as EWKB; reading a column never wraps it in another function.
GeometryValue = object


def apart(kind: Geometry, *rules: Computed) -> MappedColumn[Any]:
    """A geometry column: large, so it comes only when a query names it, never along with a row by surprise."""
    return mapped_column(kind, *rules, deferred=True, deferred_raiseload=True)


class Located(Recorded):
    """Names, origin and version of a row on the map."""

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[str] = mapped_column(Text)
    original: Mapped[GeometryValue | None] = apart(Geometry(srid=0, spatial_index=False))
    original_datum: Mapped[str | None] = mapped_column(Text)
    accuracy_m: Mapped[float | None] = mapped_column(Double)
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    # A trigger of the table moves it, whoever writes.
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), server_onupdate=FetchedValue())

    @declared_attr.directive
    def __table_args__(cls) -> tuple[UniqueConstraint, ...]:
        return (UniqueConstraint("source", "source_id"),)


class Gradable:
    """A row that may carry a grade; null is 未评定."""

    grade: Mapped[int | None] = mapped_column(SmallInteger)


def worse_of(*columns: str) -> MappedColumn[Any]:
    """A grade that the database computes: the worst of some that are not null."""
    return mapped_column(SmallInteger, Computed(f"LEAST({', '.join(columns)})", persisted=True))


class Derived:
    """A row whose grade follows from what it consists of, unless a source has declared a worse one.

    Only the declared grades are ever written; the database derives the others from the parts below. `grade` is the
    inherent one (固有), before the measures; `residual_grade` what is left with them (控制).
    """

    declared_grade: Mapped[int | None] = mapped_column(SmallInteger)
    declared_residual_grade: Mapped[int | None] = mapped_column(SmallInteger)
    derived_grade: Mapped[int | None] = mapped_column(SmallInteger, server_onupdate=FetchedValue())
    derived_residual_grade: Mapped[int | None] = mapped_column(SmallInteger, server_onupdate=FetchedValue())

    @declared_attr
    def grade(cls) -> Mapped[int | None]:
        """The worse of what is declared and what is derived, before the measures (固有)."""
        return worse_of("declared_grade", "derived_grade")

    @declared_attr
    def residual_grade(cls) -> Mapped[int | None]:
        """The same with the measures (控制)."""
        return worse_of("declared_residual_grade", "derived_residual_grade")


def canonical(kind: str) -> MappedColumn[Any]:
    """The canonical place of a row: EPSG:4490, x is longitude."""
    return apart(Geometry(kind, srid=CANONICAL_SRID, spatial_index=False))


def metric(column: str) -> MappedColumn[Any]:
    """The place in the row's own metric zone; the zone differs by row, so the type names no SRID."""
    return apart(
        Geometry(srid=-1, spatial_index=False),
        Computed(f"ST_Transform({column}, metric_srid({column}))", persisted=True),
    )


def zone_of(column: str) -> MappedColumn[Any]:
    """EPSG code of the metric zone of a place: 3-degree Gauss–Krüger in China, UTM elsewhere."""
    return mapped_column(Computed(f"metric_srid({column})", persisted=True))


def scale_of(column: str) -> MappedColumn[Any]:
    """Point scale factor k of that zone at the place: planar length / k = length on the ground."""
    return mapped_column(Computed(f"metric_k({column})", persisted=True))


def township_codes() -> MappedColumn[Any]:
    """Every township that the row lies in or reaches into; the database derives it, nobody writes it."""
    return mapped_column(ARRAY(Text), server_default=text("'{}'"), server_onupdate=FetchedValue())
