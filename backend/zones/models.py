"""A zone (风险分区: 车间, 作业区域, classroom block, yard …): the polygon that carries a grade."""

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
    township_codes,
    zone_of,
)


class Zone(Located, Derived, Base):
    """A part of an enterprise's site on one floor."""

    __tablename__ = "zone"

    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id", ondelete="CASCADE"))
    kind: Mapped[str | None] = mapped_column(Text)
    floor: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(Text)
    department: Mapped[str | None] = mapped_column(Text)
    most_people: Mapped[int | None]
    review_due: Mapped[date | None]
    boundary: Mapped[GeometryValue] = canonical("MULTIPOLYGON")
    boundary_metric: Mapped[GeometryValue] = metric("boundary")
    metric_srid: Mapped[int] = zone_of("boundary")
    metric_k: Mapped[float] = scale_of("boundary")
    # Whose it is: derived by the database from its enterprise and from where it lies.
    township_codes: Mapped[list[str]] = township_codes()
    sector_code: Mapped[str | None] = mapped_column(Text)
    group_id: Mapped[UUID | None]
