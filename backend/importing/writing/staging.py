"""Rows on their way in: a temporary table beside the register's, filled by COPY."""

import json
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

ROWS_AT_ONCE = 5_000
"""Rows that are written out and sent together."""
NULL = r"\N"
# What would end a cell or a line of COPY's text format, and what says so.
ESCAPED = {"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
ESCAPES = str.maketrans(ESCAPED)


@dataclass(frozen=True)
class Column:
    """One column of the table and what the rows say for it.

    Parameters
    ----------
    label : what people call it.
    type : PostgreSQL type of the values; geometries are EWKB in hexadecimal digits.
    """

    name: str
    label: str
    type: str
    values: Sequence[object]


@dataclass(frozen=True)
class Staged:
    """Rows that wait in a temporary table of the present transaction.

    Parameters
    ----------
    has_ids : new rows have their ids already, so that other waiting rows can point at them.
    """

    kind: Kind
    source: str
    table: sql.Identifier
    columns: tuple[Column, ...]
    connection: psycopg.Connection[Any]
    has_ids: bool = False

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
    return Column(name, label, "geometry", shapely.to_wkb(marked, hex=True, include_srid=True).tolist())


def cells_column(name: str, label: str, cells: Cells, type_: str) -> Column:
    """Make a column of plain values."""
    return Column(name, label, type_, cells.tolist())


def stage(
    session: Session,
    kind: Kind,
    source: str,
    columns: Sequence[Column],
    *,
    owners: Sequence[int | None] | None = None,
    has_ids: bool = False,
) -> Staged:
    """Copy rows into a temporary table that has the columns of their table.

    Parameters
    ----------
    owners : for each row, the position of the row in another waiting table that it belongs to.
    has_ids : give new rows their ids now.
    """
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("rows are staged through psycopg's COPY")
    table = sql.Identifier(f"import_{uuid4().hex[:12]}")
    staged = Staged(kind, source, table, tuple(columns), connection, has_ids)
    _create(staged)
    _copy(staged, owners)
    return staged


def link(staged: Staged, owner: Staged, column: str) -> None:
    """Let rows point at those they belong to, which wait too; both tables are marked or know no such row yet."""
    staged.run(
        """
        UPDATE {table} AS s
        SET {column} = coalesce(o.found, o.new_id)
        FROM {owner} AS o
        WHERE o.nth = s.owner
        """,
        column=sql.Identifier(column),
        owner=owner.table,
    )


def forsake(staged: Staged, owner: Staged) -> None:
    """Take out the rows whose owner does not wait any more."""
    staged.run(
        "DELETE FROM {table} AS s WHERE NOT EXISTS (SELECT FROM {owner} AS o WHERE o.nth = s.owner)",
        owner=owner.table,
    )


def forsake_unowned(staged: Staged, owned: Staged) -> None:
    """Take out the rows that nothing belongs to any more."""
    staged.run(
        "DELETE FROM {table} AS s WHERE NOT EXISTS (SELECT FROM {owned} AS o WHERE o.owner = s.nth)",
        owned=owned.table,
    )


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
        "ALTER TABLE {table} ADD nth integer, ADD owner integer, ADD found uuid, ADD version integer, "
        "ADD differs boolean, ADD new_id uuid"
    )
    if staged.has_ids:
        staged.run("ALTER TABLE {table} ALTER new_id SET DEFAULT gen_random_uuid()")


def _copy(staged: Staged, owners: Sequence[int | None] | None) -> None:
    positions = range(len(staged.columns[0].values))
    columns = (
        *staged.columns,
        Column("nth", "", "int4", positions),
        *(() if owners is None else (Column("owner", "", "int4", owners),)),
    )
    copy = sql.SQL("COPY {} ({}) FROM STDIN").format(staged.table, _names(columns))
    with staged.connection.cursor() as cursor, cursor.copy(copy) as rows:
        for first in range(0, len(positions), ROWS_AT_ONCE):
            some = slice(first, first + ROWS_AT_ONCE)
            cells = [written(column.type, column.values[some]) for column in columns]
            rows.write("".join(f"{line}\n" for line in map("\t".join, zip(*cells, strict=True))))
    staged.run("ANALYZE {table}")


def written(type_: str, values: Sequence[object]) -> list[str]:
    r"""Write the values of a column as COPY's text format has them.

    >>> written("text", ["a\tb", None, r"c\d"]), written("jsonb", [{"a": "é"}]), written("bool", [True])
    (['a\\tb', '\\N', 'c\\\\d'], ['{"a": "é"}'], ['True'])
    """
    match type_:
        case "text":
            return _escaped([None if value is None else str(value) for value in values])
        case "jsonb":
            return _escaped(
                [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
            )
        case _:
            # Numbers, dates, ids and hexadecimal digits have nothing that could be taken for an end.
            return [NULL if value is None else str(value) for value in values]


def _escaped(texts: Sequence[str | None]) -> list[str]:
    """Escape what stands for something else in COPY's text format; most columns have nothing of it."""
    whole = "".join(filter(None, texts))
    if any(symbol in whole for symbol in ESCAPED):
        return [NULL if text is None else text.translate(ESCAPES) for text in texts]
    return [NULL if text is None else text for text in texts]


def _names(columns: Sequence[Column]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
