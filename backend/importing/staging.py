"""Rows on their way in: a temporary table filled by binary COPY, compared with the register, then merged set-wise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import shapely
from psycopg import sql
from psycopg.errors import LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.importing.errors import CannotImport
from backend.importing.fields import Kind
from backend.importing.findings import Cells
from geodata.arrays import Geometries

LONGEST_WAIT = "10min"
MOVED = "核对之后已有数据又有变动，没有写入任何数据。请重新导入，核对新的差异。"


@dataclass(frozen=True)
class Column:
    """One column of the table and what the rows say for it.

    Parameters
    ----------
    label : what people call it.
    type : PostgreSQL type that the values are sent as; geometries go as EWKB bytes.
    """

    name: str
    label: str
    type: str
    values: Sequence[object]


@dataclass(frozen=True)
class Staged:
    """Rows that wait in a temporary table of the present transaction."""

    kind: Kind
    source: str
    table: sql.Identifier
    columns: tuple[Column, ...]
    connection: psycopg.Connection[Any]

    @property
    def target(self) -> sql.Identifier:
        """The table that they are for."""
        return sql.Identifier(self.kind.table)

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that tell whether a row is already there."""
        return ("code",) if self.kind.has_official_code else ("source", "source_id")

    @property
    def compared(self) -> tuple[Column, ...]:
        """Columns in which a row can differ from the one that is there."""
        return tuple(column for column in self.columns if column.name not in self.key)

    def run(self, query: LiteralString, /, **parts: sql.Composable) -> psycopg.Cursor[Any]:
        """Run one statement in the transaction; `{table}` and `{target}` are the rows and where they go."""
        return self.connection.execute(sql.SQL(query).format(table=self.table, target=self.target, **parts))


def geometry_column(name: str, label: str, geometries: Geometries, *, srid: int) -> Column:
    """Make a column of geometries, each marked with its SRID; 0 is none."""
    marked = shapely.set_srid(geometries, srid) if srid else geometries
    return Column(name, label, "bytea", shapely.to_wkb(marked, include_srid=True).tolist())


def cells_column(name: str, label: str, cells: Cells, type_: str) -> Column:
    """Make a column of plain values."""
    return Column(name, label, type_, cells.tolist())


def stage(session: Session, kind: Kind, source: str, columns: Sequence[Column]) -> Staged:
    """Copy rows into a temporary table that has the columns of their table."""
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("rows are staged through psycopg's COPY")
    staged = Staged(kind, source, sql.Identifier(f"import_{uuid4().hex[:12]}"), tuple(columns), connection)
    _create(staged)
    _copy(staged)
    return staged


def merge(staged: Staged, *, new: int, changed: int) -> None:
    """Insert the rows that are new and update those that differ; rows that say the same keep their version.

    Parameters
    ----------
    new, changed : what the comparison counted, and somebody may have agreed to.

    Raises
    ------
    CannotImport
        If that is no longer what would happen; nothing is written then.
    """
    with staged.connection.transaction():
        if _count_as_compared(staged) != changed or _write(staged) != (new, changed):
            raise CannotImport(MOVED)


def _count_as_compared(staged: Staged) -> int:
    """Lock the rows that will be updated, and count those that are still as they were compared."""
    counted = staged.run(
        """
        WITH same AS (
            SELECT
            FROM {target} AS t
            JOIN {table} AS s ON s.found = t.id AND s.version = t.version
            WHERE s.differs
            FOR UPDATE OF t
        )
        SELECT count(*) FROM same
        """
    ).fetchone()
    return counted[0] if counted else 0


def _write(staged: Staged) -> tuple[int, int]:
    """Write the rows, and count the inserted and the updated."""
    columns = [sql.Identifier(column.name) for column in staged.columns]
    written = staged.run(
        """
        WITH written AS (
            INSERT INTO {target} AS t ({columns})
            SELECT {columns}
            FROM {table}
            WHERE found IS NULL OR differs
            ORDER BY position
            ON CONFLICT ({key}) DO UPDATE
            SET {settings}
            WHERE {differs}
            RETURNING xmax = 0 AS is_new
        )
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new)
        FROM written
        """,
        columns=sql.SQL(", ").join(columns),
        key=sql.SQL(", ").join(map(sql.Identifier, staged.key)),
        settings=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column.name)) for column in staged.compared
        ),
        differs=differs(staged, old="t", new="excluded"),
    ).fetchone()
    inserted, updated = written or (0, 0)
    return inserted, updated


def differs(staged: Staged, *, old: str, new: str) -> sql.Composed:
    """Write the condition under which two rows of the same key say something different."""
    return sql.SQL(" OR ").join(
        sql.SQL("{} IS DISTINCT FROM {}").format(
            sql.Identifier(old, column.name), sql.Identifier(new, column.name)
        )
        for column in staged.compared
    )


def await_turn(session: Session, kind: Kind, source: str) -> None:
    """Let imports that can meet in the same rows pass one by one: alone until the end of this transaction.

    Raises
    ------
    CannotImport
        If another import, perhaps one that waits for somebody's answer, does not end in time.
    """
    scope = (
        f"riskmap import {kind.name}" if kind.has_official_code else f"riskmap import {kind.name} {source}"
    )
    session.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'"))
    try:
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:scope, 0))"), {"scope": scope})
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise CannotImport(f"另一个{kind.label}导入还没有结束，请待它完成后再试。") from error
    session.execute(text("SET LOCAL lock_timeout TO DEFAULT"))


def drop(staged: Staged) -> None:
    """Throw the waiting rows away before the transaction ends."""
    staged.run("DROP TABLE {table}")


def _create(staged: Staged) -> None:
    staged.run(
        "CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS SELECT {columns} FROM {target} WITH NO DATA",
        columns=_names(staged.columns),
    )
    staged.run(
        "ALTER TABLE {table} ADD position integer, ADD found uuid, ADD version integer, ADD differs boolean"
    )


def _copy(staged: Staged) -> None:
    copy = sql.SQL("COPY {} ({}, position) FROM STDIN (FORMAT BINARY)").format(
        staged.table, _names(staged.columns)
    )
    with staged.connection.cursor() as cursor, cursor.copy(copy) as rows:
        rows.set_types([*(column.type for column in staged.columns), "int4"])
        for position, values in enumerate(zip(*(column.values for column in staged.columns), strict=True)):
            rows.write_row((*values, position))
    staged.run("ANALYZE {table}")


def _names(columns: Sequence[Column]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
