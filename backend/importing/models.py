"""What was imported, and the column mappings that people saved for next time."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class ImportBatch(Base):
    """One committed import: the file by its hash, how it was read, and what it changed."""

    __tablename__ = "import_batch"

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    kind: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    inserted: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    quarantined: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ImportMapping(Base):
    """A named mapping of a file's columns to our fields (`--save-mapping`)."""

    __tablename__ = "import_mapping"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # Who saved it on the page; without one it is the operator's, and everybody's to use.
    organisation_kind: Mapped[str | None] = mapped_column(Text)
    organisation_codes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
