"""A submission (填报): proposed changes on their way into the register."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, FetchedValue, ForeignKey, Identity, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class State(StrEnum):
    """Where a submission stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


STATES: dict[str, tuple[str, str]] = {
    State.DRAFT: ("草稿", "Draft"),
    State.SUBMITTED: ("待审核", "Waiting for review"),
    State.RETURNED: ("已退回", "Returned"),
    State.PUBLISHED: ("已发布", "Published"),
    State.WITHDRAWN: ("已撤回", "Withdrawn"),
}


class Submission(Base):
    """Proposed changes to one enterprise and its parts; nothing of it is in the register before it is published.

    `changes` is a list (backend/submissions/changes.py). `authors` are all who wrote of it, each with the
    organisation (kind and codes of the scope) that they belonged to when they did.
    """

    __tablename__ = "submission"

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    # Of a new enterprise, the id that it will have.
    enterprise_id: Mapped[UUID]
    enterprise_name: Mapped[str] = mapped_column(Text)
    township_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sector.code"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit_group.id"))
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=State.DRAFT, server_default=text("'draft'"))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    reason: Mapped[str | None] = mapped_column(Text)
    authors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    organisation_kind: Mapped[str] = mapped_column(Text)
    organisation_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None]
    decided_by_name: Mapped[str | None] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"), server_onupdate=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), server_onupdate=FetchedValue())
