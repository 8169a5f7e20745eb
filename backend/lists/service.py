"""Pages of the risk lists, and their counts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, SQLColumnExpression, UnaryExpression, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.enterprises.models import Enterprise
from backend.errors import BadParameter
from backend.grades import GRADES
from backend.jurisdictions.actors import Actor
from backend.lists import words
from backend.lists.columns import ENTERPRISE_LIST, EVENT_LIST, ZONE_LIST, ListColumn, RiskList
from backend.lists.filters import Filters, checked, conditions, count_conditions
from backend.lists.own_lists import of_own_lists
from backend.lists.schemas import ChoicesOut, ColumnOut, RiskListOut
from backend.register.history import as_of
from backend.register.rows import Term
from backend.risk.models import ControlMeasure, RiskEvent, RiskEventCount
from backend.risk.queries import visible_event_counts, visible_measures
from backend.zones.models import Zone

AT_ONCE = 1000
"""Rows of an export that are read and told together."""
NEAR = 25_000
"""Rows up to which an index in the wanted order, read over everybody's rows, is faster than sorting one's own."""
MOST_KINDS = 100
"""Kinds of zones that can be chosen from; more are no choice but a search."""


@dataclass(frozen=True)
class Wanted:
    """What somebody wants of a list: which rows, in which order, of which moment (None: the present)."""

    listed: RiskList
    filters: Filters
    sort: str = "grade"
    moment: datetime | None = None


def page(session: Session, actor: Actor, wanted: Wanted, *, page: int, limit: int) -> RiskListOut:
    """A page of a list with its counts."""
    listed = wanted.listed
    tables = words.tables(session, actor)
    told = checked(session, actor, listed, wanted.filters, tables)
    order = ordered(actor, listed, wanted.sort)
    counts, on_map = counted(session, actor, wanted)
    is_near = order.is_indexed and page * limit <= NEAR
    fits = conditions(actor, listed, wanted.filters) if is_near else narrowed(session, actor, wanted)
    one_page = chosen(actor, listed, order, fits).limit(limit).offset((page - 1) * limit)
    ids = session.scalars(as_of(one_page, wanted.moment)).all()
    rows = with_columns(actor, listed, listed.joined(actor).where(listed.model.id.in_(ids)))
    found = {row["id"]: row for row in session.execute(as_of(rows, wanted.moment)).mappings()}
    # A row that was joined away would be missed here, not left out silently.
    items = told_rows(session, actor, wanted, [found[id_] for id_ in ids], tables)
    total = sum(counts.values())
    return RiskListOut(
        title=Term(code=listed.code, zh=listed.zh, en=listed.en),
        items=list(items),
        total=total,
        counts=counts,
        on_map=on_map,
        unplaced=total - sum(on_map.values()),
        page=page,
        limit=limit,
        sort=wanted.sort,
        columns=[told_column(each) for each in listed.columns],
        filters=told,
    )


def told_column(column: ListColumn) -> ColumnOut:
    """A column's description."""
    return ColumnOut(
        code=column.code,
        zh=column.zh,
        en=column.en,
        kind=column.kind,
        words=column.words,
        is_sortable=column.value is not None,
    )


def choices(session: Session, actor: Actor, listed: RiskList) -> ChoicesOut:
    """What can be chosen from in each filter that has codes."""
    tables = words.tables(session, actor)
    kinds: list[Term] = []
    if listed is EVENT_LIST:
        kinds = [*tables["point_kind"].values()]
    elif listed is ZONE_LIST:
        # A zone's kind is in its own people's words.
        found = (
            listed.visible(actor)
            .where(Zone.kind.is_not(None))
            .with_only_columns(Zone.kind, maintain_column_froms=True)
            .distinct()
            .order_by(Zone.kind)
            .limit(MOST_KINDS)
        )
        kinds = [Term(code=kind, zh=kind, en=kind) for kind in session.scalars(found)]
    return ChoicesOut(
        township=[*tables["township"].values()],
        sector=[*tables["sector"].values()],
        group=[*words.own_groups(session, actor).values()],
        status=[*tables["status"].values()],
        kind=kinds,
        accident_type=[*tables["accident_type"].values()],
    )


# ---------------------------------------------------------------- order


@dataclass(frozen=True)
class Order:
    """The column that rows are sorted by, and whether from its end; equal rows stand by their number.

    Parameters
    ----------
    is_indexed : whether the database finds rows in this order.
    """

    column: ListColumn
    clauses: tuple[UnaryExpression[Any] | SQLColumnExpression[Any], ...]
    is_indexed: bool


def ordered(actor: Actor, listed: RiskList, sort: str) -> Order:
    """A column's code, after a minus sign from the end; what is empty comes last.

    Raises
    ------
    BadParameter
    """
    column = listed.column(sort.removeprefix("-"))
    if column is None:
        there = "、".join(each.code for each in listed.sortable)
        raise BadParameter("sort", f"可用的有 {there}，前面加 - 为倒序")
    value = column.expression(actor)
    is_down, is_filled = sort.startswith("-"), is_always_there(value)
    first = value.desc() if is_down else value.asc()
    clauses = (first if is_filled else first.nulls_last(), listed.model.number)
    # Read from its end, an index gives what is empty first.
    return Order(column, clauses, column.is_indexed and (is_filled or not is_down))


def is_always_there(value: SQLColumnExpression[Any]) -> bool:
    """Whether a value is a column that is never empty: then an index is read from its end as from its beginning."""
    return isinstance(value, InstrumentedAttribute) and not value.property.columns[0].nullable


def narrowed(session: Session, actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What holds for the visible rows that are wanted, said so that an index finds all of them together."""
    fits = conditions(actor, wanted.listed, wanted.filters)
    is_present = wanted.listed is EVENT_LIST and wanted.moment is None
    return [*fits, *of_own_lists(session, actor)] if is_present else fits


def chosen(actor: Actor, listed: RiskList, order: Order, fits: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The ids in order: the rows themselves are read when it is known which, and what they belong to with them."""
    rows = order.column.rows or listed.visible
    return (
        rows(actor)
        .where(*fits)
        .with_only_columns(listed.model.id, maintain_column_froms=True)
        .order_by(*order.clauses)
    )


# ---------------------------------------------------------------- counts


def counted(session: Session, actor: Actor, wanted: Wanted) -> tuple[dict[str, int], dict[str, int]]:
    """All rows that fit by grade, and those of them that have a place on the map."""
    listed = wanted.listed
    if listed is EVENT_LIST and wanted.moment is None:
        kept = count_conditions(actor, wanted.filters)
        if kept is not None:
            counts = kept_counts(session, actor, kept)
            return counts, counts
    # Zones have a place by their nature, and events that of their zone.
    is_placed: list[Any] = [Enterprise.location.is_not(None)] if listed is ENTERPRISE_LIST else []
    by: list[Any] = [listed.model.grade, *is_placed]
    rows = (
        listed.visible(actor)
        .where(*narrowed(session, actor, wanted))
        .with_only_columns(*by, func.count(), maintain_column_froms=True)
        .group_by(*by)
    )
    everywhere = no_counts()
    on_map = no_counts()
    for grade, *placed, number in session.execute(as_of(rows, wanted.moment)):
        name = "null" if grade is None else str(grade)
        everywhere[name] += number
        on_map[name] += number if all(placed) else 0
    return everywhere, on_map


def kept_counts(session: Session, actor: Actor, fits: list[ColumnElement[bool]]) -> dict[str, int]:
    """Events by grade from the counts that the database keeps: a million of them in milliseconds."""
    by: list[Any] = [RiskEventCount.grade, func.sum(RiskEventCount.number)]
    rows = (
        visible_event_counts(actor)
        .where(*fits)
        .with_only_columns(*by, maintain_column_froms=True)
        .group_by(RiskEventCount.grade)
    )
    counts = no_counts()
    for grade, number in session.execute(rows):
        counts["null" if grade is None else str(grade)] = int(number)
    return counts


def no_counts() -> dict[str, int]:
    """Nothing of every grade."""
    return dict.fromkeys([*(str(grade.code) for grade in GRADES), "null"], 0)


# ---------------------------------------------------------------- rows


def with_columns(actor: Actor, listed: RiskList, rows: Select[Any]) -> Select[Any]:
    """Rows with their keys and all columns that the database has."""
    keys: list[Any] = [
        (told(actor) if callable(told) else told).label(name) for name, told in listed.keys.items()
    ]
    columns: list[Any] = [
        each.expression(actor).label(each.code)
        for each in listed.columns
        if each.value is not None and each.code not in listed.keys
    ]
    return rows.with_only_columns(*keys, *columns, maintain_column_froms=True)


def told_rows(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    rows: Sequence[RowMapping],
    tables: Mapping[str, words.Table],
) -> Iterator[dict[str, Any]]:
    """Rows as they are told: codes as terms, grades as numbers, and the measures against events by kind."""
    against: Mapping[UUID, Mapping[str, str]] = {}
    if wanted.listed is EVENT_LIST:
        against = measures_by_kind(session, actor, [row["id"] for row in rows], wanted.moment)
    coded = {
        each.code: each.words
        for each in wanted.listed.columns
        if each.words is not None and each.words != "grade"
    }
    gathered = [each.code for each in wanted.listed.columns if each.value is None]
    for row in rows:
        told = dict(row)
        for name, table in coded.items():
            told[name] = words.word(tables, table, told[name])
        for name in gathered:
            told[name] = against.get(row["id"], {}).get(name)
        yield told


def measures_by_kind(
    session: Session, actor: Actor, events: Iterable[UUID], moment: datetime | None
) -> dict[UUID, dict[str, str]]:
    """The measures against some events, those of a kind as one text, by the code of their column."""
    told: list[Any] = [ControlMeasure.event_id, ControlMeasure.kind, ControlMeasure.description]
    rows = (
        visible_measures(actor)
        .where(RiskEvent.id.in_(list(events)))
        .with_only_columns(*told, maintain_column_froms=True)
        .order_by(ControlMeasure.number)
    )
    texts: dict[tuple[UUID, str], list[str]] = defaultdict(list)
    for event, kind, description in session.execute(as_of(rows, moment)):
        texts[event, kind].append(description)
    against: dict[UUID, dict[str, str]] = defaultdict(dict)
    for (event, kind), said in texts.items():
        against[event][f"measures_{kind}"] = "；".join(said)
    return against


def all_rows(session: Session, actor: Actor, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Every row that is wanted, in order; read bit by bit: a long list takes the memory of a short one."""
    listed = wanted.listed
    tables = words.tables(session, actor)
    checked(session, actor, listed, wanted.filters, tables)
    order = ordered(actor, listed, wanted.sort)
    rows = with_columns(
        actor, listed, listed.joined(actor).where(*conditions(actor, listed, wanted.filters))
    ).order_by(*order.clauses)
    streamed = as_of(rows, wanted.moment).execution_options(yield_per=AT_ONCE)
    for some in session.execute(streamed).mappings().partitions(AT_ONCE):
        yield from told_rows(session, actor, wanted, some, tables)


def total(session: Session, actor: Actor, wanted: Wanted) -> int:
    """How many rows fit.

    Raises
    ------
    BadParameter, NotFound
        For a filter that cannot be.
    """
    checked(session, actor, wanted.listed, wanted.filters, words.tables(session, actor))
    rows = wanted.listed.visible(actor).where(*conditions(actor, wanted.listed, wanted.filters))
    ids = rows.with_only_columns(wanted.listed.model.id, maintain_column_froms=True).subquery()
    return session.scalars(as_of(select(func.count()).select_from(ids), wanted.moment)).one()
