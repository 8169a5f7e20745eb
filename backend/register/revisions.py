"""The revision of each table that is drawn: moved by the database inside every writing transaction."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.database import Base


class TableRevision(Base):
    """One row per drawn table; a statement trigger changes `revision`, so that no writer can forget to."""

    __tablename__ = "table_revision"

    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    revision: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())


def revisions(session: Session, tables: Collection[str]) -> dict[str, UUID]:
    """The present revision of each named table."""
    rows = session.execute(
        select(TableRevision.table_name, TableRevision.revision).where(TableRevision.table_name.in_(tables))
    )
    return {row.table_name: row.revision for row in rows}
