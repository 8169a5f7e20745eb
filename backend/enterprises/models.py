"""An enterprise as the map knows it: one row per site (several sites may share a credit code)."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base
from backend.register.located import (
    Derived,
    GeometryValue,
    Located,
    canonical,
    metric,
    scale_of,
    zone_of,
)

OPERATING_STATUSES = {
    "operating": ("在产", "Operating"),
    "suspended": ("停产", "Suspended"),
    "closed": ("关闭", "Closed"),
    "under_construction": ("在建", "Under construction"),
}


class Enterprise(Located, Derived, Base):
    """A site: its gate or centre as a point (null: 未上图) and, where surveyed, its outline (厂界)."""

    __tablename__ = "enterprise"

    credit_code: Mapped[str | None] = mapped_column(Text)
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sector.code"))
    township_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit_group.id"))
    operating_status: Mapped[str] = mapped_column(Text, default="operating", server_default="operating")
    address: Mapped[str | None] = mapped_column(Text)
    # Why a credit code that fails its check is right all the same.
    credit_code_note: Mapped[str | None] = mapped_column(Text)
    industry_code: Mapped[str | None] = mapped_column(Text)
    scale: Mapped[str | None] = mapped_column(Text)
    is_above_scale: Mapped[bool | None]
    staff: Mapped[int | None]
    demonstration: Mapped[str] = mapped_column(Text, default="ordinary", server_default="ordinary")
    demonstration_since: Mapped[date | None]
    chemical_code: Mapped[str | None] = mapped_column(Text)
    review_due: Mapped[date | None]
    location: Mapped[GeometryValue | None] = canonical("POINT")
    outline: Mapped[GeometryValue | None] = canonical("MULTIPOLYGON")
    location_metric: Mapped[GeometryValue | None] = metric("location")
    outline_metric: Mapped[GeometryValue | None] = metric("outline")
    metric_srid: Mapped[int | None] = zone_of("location")
    metric_k: Mapped[float | None] = scale_of("location")
