"""History in recorded time: what the register said at a moment, whatever it says now.

Of a `Recorded` table the present versions stand in the table itself and the earlier ones in `<table>_history`; the
database writes both (backend/migrations/versions/0004_history.sql). A version holds from `recorded_at` until just
before `recorded_to`; the moment of a change is the beginning of its transaction.
"""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    CTE,
    ColumnElement,
    FetchedValue,
    Select,
    Table,
    bindparam,
    column,
    func,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base

Statement = TypeVar("Statement", bound=Select[Any])


class Recorded:
    """A row whose earlier versions are kept: its migration has called `keep_history`, and `as_of` reads them."""

    # Said by the database alone; an insert or update that says another is refused or overruled.
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now(), server_onupdate=FetchedValue())


def as_of(rows: Statement, moment: datetime | None, *, nested: bool = False) -> Statement:
    """Turn a select over the present register into one over what was recorded at `moment`; None is the present.

    Every recorded table of the statement is meant as of then, also in subqueries and where a scope is decided: a row
    exists for who had it then. Tables without a history (sectors, accounts) are those of now.

    Parameters
    ----------
    moment : with its offset; not in the future, for what is recorded later would change the answer.
    nested : keep the moment to this select, where it becomes a part of one that reads other moments as well. The
        planner then plans it by itself.

    Notes
    -----
    A name in SQL means a common table expression before it means a table, so each recorded table is given one of its
    own name; the planner merges it into the query and uses the indexes of both parts::

        WITH zone AS NOT MATERIALIZED (
            SELECT … FROM public.zone WHERE recorded_at <= :moment
            UNION ALL
            SELECT … FROM public.zone_history WHERE recorded_at <= :moment AND recorded_to > :moment
        )

    A whole entity that the session has loaded before is overwritten by the version of then, and the other way round:
    within one session, rows of two moments are to be selected as columns.
    """
    if moment is None:
        return rows
    bound: ColumnElement[datetime] = bindparam("moment", moment, unique=True)
    for recorded in recorded_tables():
        rows = rows.add_cte(versions(recorded, bound, nested=nested), nest_here=nested)
    return rows.execution_options(populate_existing=True)


def ended_after(rows: Statement, kept: Table, moment: datetime) -> Statement:
    """Turn a select over the present register into one over the versions of one table that ended after `moment`.

    The `recorded_at` of such a version is when it ended; every other table is meant as it is now.
    """
    history = table(
        f"{kept.name}_history",
        *(column(each.name) for each in kept.c),
        column("recorded_to"),
        schema="public",
    )
    told = (
        history.c.recorded_to.label(each.name) if each.name == "recorded_at" else history.c[each.name]
        for each in kept.c
    )
    ended = select(*told).where(history.c.recorded_to > moment).cte(kept.name)
    return rows.add_cte(ended.prefix_with("NOT MATERIALIZED"))


def recorded_tables() -> list[Table]:
    """The tables whose earlier versions are kept: those of the models that are `Recorded`."""
    return [kept for kept in Base.metadata.tables.values() if "recorded_at" in kept.c]


def versions(recorded: Table, moment: ColumnElement[datetime], *, nested: bool) -> CTE:
    """The versions of a table at a moment, under the table's own name."""
    present, history = (
        table(name, *(column(each.name) for each in recorded.c), schema="public")
        for name in (recorded.name, f"{recorded.name}_history")
    )
    return (
        union_all(
            select(present).where(present.c.recorded_at <= moment),
            select(history).where(history.c.recorded_at <= moment, column("recorded_to") > moment),
        )
        .cte(recorded.name, nesting=nested)
        .prefix_with("NOT MATERIALIZED")
    )
