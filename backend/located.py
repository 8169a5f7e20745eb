"""What every row on the map has in common: its names, where it came from, and its place kept three ways.

The place is kept as delivered (`original`, in `original_datum`), canonical (EPSG:4490 lon/lat), and in the
metric zone of the row itself (`…_metric`, with its SRID and point scale factor). The database computes the
metric ones, so they cannot drift from the canonical one. True metres = planar distance / `metric_k`.
"""

from datetime import datetime
from typing import ClassVar
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
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

CANONICAL_SRID = 4490

# Geometry values leave PostGIS as EWKB; reading a column never wraps it in another function.
GeometryValue = object


class Located:
    """Names, origin and version of a row on the map."""

    __tablename__: ClassVar[str]

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[str] = mapped_column(Text)
    original: Mapped[GeometryValue | None] = mapped_column(Geometry(srid=0, spatial_index=False))
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


def canonical(kind: str) -> Geometry:
    """Column type of a canonical place: EPSG:4490, x is longitude."""
    return Geometry(kind, srid=CANONICAL_SRID, spatial_index=False)


def metric(column: str) -> Computed:
    """The column in its own metric zone (3-degree Gauss–Krüger in China, UTM elsewhere)."""
    return Computed(f"ST_Transform({column}, metric_srid({column}))", persisted=True)


def metric_geometry() -> Geometry:
    """Column type of a place in its metric zone; the zone differs by row, so the type names no SRID."""
    return Geometry(srid=-1, spatial_index=False)



def zone_of(column: str) -> Computed:
    """EPSG code of the metric zone that the column's place lies in."""
    return Computed(f"metric_srid({column})", persisted=True)


def scale_of(column: str) -> Computed:
    """Point scale factor k of that zone at the column's place: planar length / k = length on the ground."""
    return Computed(f"metric_k({column})", persisted=True)
