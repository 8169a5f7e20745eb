"""Areas (province to township), groups inside a township (park, village, grid cell) and sectors."""

from datetime import date

from sqlalchemy import ForeignKey, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base
from backend.register.located import (
    GeometryValue,
    Located,
    canonical,
    metric,
    scale_of,
    zone_of,
)

AREA_LEVELS = {
    "province": ("省", "Province"),
    "city": ("市", "City"),
    "district": ("区县", "District"),
    "township": ("街道/乡镇", "Township"),
}
GROUP_KINDS = {"park": ("园区", "Park"), "village": ("村/社区", "Village"), "grid": ("网格", "Grid cell")}


class Area(Located, Base):
    """A unit of administration; the code is that of GB/T 2260 or GB/T 10114, in force `valid_from`..`valid_to`."""

    __tablename__ = "area"

    code: Mapped[str] = mapped_column(Text, unique=True)
    level: Mapped[str] = mapped_column(Text)
    # Not a foreign key: a district is often loaded without its city, and a code outlives its parent's.
    parent_code: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    is_indicative: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    boundary: Mapped[GeometryValue | None] = canonical("MULTIPOLYGON")
    boundary_metric: Mapped[GeometryValue | None] = metric("boundary")
    metric_srid: Mapped[int | None] = zone_of("boundary")
    metric_k: Mapped[float | None] = scale_of("boundary")


class UnitGroup(Located, Base):
    """A park (园区), village or community (村/社区) or grid cell (网格) that units belong to."""

    __tablename__ = "unit_group"

    code: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    township_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    boundary: Mapped[GeometryValue | None] = canonical("MULTIPOLYGON")
    boundary_metric: Mapped[GeometryValue | None] = metric("boundary")
    metric_srid: Mapped[int | None] = zone_of("boundary")
    metric_k: Mapped[float | None] = scale_of("boundary")


class Sector(Base):
    """A line of supervision (行业); the district's own list, not GB/T 4754."""

    __tablename__ = "sector"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
