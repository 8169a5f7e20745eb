"""Rows on their way in: a temporary table beside the register's, filled by binary COPY."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import shapely
from psycopg import sql
from sqlalchemy.orm import Session

from backend.importing.checking.findings import Cells
from backend.importing.fields import Kind
from geodata.arrays import Geometries


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


def differs(staged: Staged, *, old: str, new: str) -> sql.Composed:
    """Write the condition under which two rows of the same key say something different."""
    return sql.SQL(" OR ").join(
        sql.SQL("{} IS DISTINCT FROM {}").format(
            sql.Identifier(old, column.name), sql.Identifier(new, column.name)
        )
        for column in staged.compared
    )


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
