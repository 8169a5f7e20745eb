"""A conflict from when it was found until it ended, and what both sides said of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Double, Identity, SmallInteger, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base

CAUSES = {
    "standing": ("原有", "There before"),
    "site": ("风险一方变动", "A change on the side of the risk"),
    "receptor": ("防护目标一方变动", "A change on the side of what is protected"),
}
SIDES = {
    "site": ("风险单位一方", "Side of the risk"),
    "receptor": ("防护目标一方", "Side of what is protected"),
}


class Conflict(Base):
    """A pair that is too near; `cause` 'standing' was there when the watch began, and is no alarm."""

    __tablename__ = "conflict"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    start: Mapped[str] = mapped_column(Text)
    site_id: Mapped[UUID]
    enterprise_id: Mapped[UUID]
    receptor_id: Mapped[UUID]
    site_name: Mapped[str] = mapped_column(Text)
    enterprise_name: Mapped[str] = mapped_column(Text)
    receptor_name: Mapped[str] = mapped_column(Text)
    receptor_kind: Mapped[str] = mapped_column(Text)
    grade: Mapped[int | None] = mapped_column(SmallInteger)
    distance_m: Mapped[float] = mapped_column(Double)
    limit_m: Mapped[float] = mapped_column(Double)
    cause: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    site_said_at: Mapped[datetime | None]
    site_said_by: Mapped[str | None] = mapped_column(Text)
    site_reason: Mapped[str | None] = mapped_column(Text)
    receptor_said_at: Mapped[datetime | None]
    receptor_said_by: Mapped[str | None] = mapped_column(Text)
    receptor_reason: Mapped[str | None] = mapped_column(Text)


class ConflictWatch(Base):
    """When the register was looked at last, and the revision of each table then; one row."""

    __tablename__ = "conflict_watch"

    is_one: Mapped[bool] = mapped_column(primary_key=True, default=True)
    looked_at: Mapped[datetime]
    revisions: Mapped[dict[str, Any]] = mapped_column(JSONB)
    limit_m: Mapped[float] = mapped_column(Double)
