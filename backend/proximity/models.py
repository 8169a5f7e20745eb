"""A saved proximity run and its pairs."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Identity, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class State(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


STATES: Mapping[str, tuple[str, str]] = {
    State.WAITING: ("排队中", "Waiting"),
    State.RUNNING: ("计算中", "Running"),
    State.DONE: ("已完成", "Done"),
    State.FAILED: ("未完成", "Failed"),
    State.CANCELLED: ("已取消", "Cancelled"),
}
OPEN = (State.WAITING, State.RUNNING)
"""A worker is at it, or will be."""


class ProximityRun(Base):
    """A question, the moment of the register that it was put to, whose rows were measured, and what came out."""

    __tablename__ = "proximity_run"

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=State.WAITING, server_default=text("'waiting'"))
    phase: Mapped[str | None] = mapped_column(Text)
    progress: Mapped[float] = mapped_column(default=0.0, server_default=text("0"))
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    moment: Mapped[datetime | None]
    revisions: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    rules: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    digest: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    maker_id: Mapped[UUID]
    maker_name: Mapped[str] = mapped_column(Text)
    scope_kind: Mapped[str] = mapped_column(Text)
    scope_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    repeats: Mapped[UUID | None] = mapped_column(ForeignKey("proximity_run.id", ondelete="SET NULL"))
    is_as_recorded: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_identical: Mapped[bool | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


class ProximityPair(Base):
    """A pair of a run, or what a rule says of one; `document` is what the API tells (`PairOut`, `FindingOut`)."""

    __tablename__ = "proximity_pair"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("proximity_run.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[UUID]
    layer: Mapped[str] = mapped_column(Text)
    target_id: Mapped[UUID]
    distance_m: Mapped[float]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
