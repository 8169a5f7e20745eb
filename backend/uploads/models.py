"""A file that somebody sent to be imported."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, FetchedValue, ForeignKey, Identity, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class State(StrEnum):
    """Where an upload stands."""

    WORKING = "working"
    PREVIEWED = "previewed"
    REFUSED = "refused"
    COMMITTING = "committing"
    COMMITTED = "committed"


BUSY = frozenset({State.WORKING, State.COMMITTING})
"""A worker is at it; nothing else may be done with it meanwhile."""


class Upload(Base):
    """A file on its way into the register: how it is read, what it would change, and what came of it."""

    __tablename__ = "upload"

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    kind: Mapped[str] = mapped_column(Text)
    # As the sender calls it: a text to show, never a path.
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    is_partial: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    state: Mapped[str] = mapped_column(Text, default=State.WORKING, server_default=text("'working'"))
    phase: Mapped[str | None] = mapped_column(Text)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    fingerprint: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_batch.id"))
    author_id: Mapped[UUID]
    author_name: Mapped[str] = mapped_column(Text)
    organisation_kind: Mapped[str] = mapped_column(Text)
    organisation_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"), server_onupdate=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), server_onupdate=FetchedValue())
