"""The rows of a layer that differ between two moments, as one reader is told of them.

Both sides are the layer's own select, each as of its moment: scope and masking are those of then, so a row that was
handed over is gone for the one office and has appeared for the other.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    FromClause,
    RowMapping,
    Select,
    SmallInteger,
    Subquery,
    Table,
    Uuid,
    and_,
    any_,
    cast,
    column,
    false,
    func,
    null,
    or_,
    select,
    table,
    type_coerce,
    union,
)
from sqlalchemy.orm import Session

from backend.changes.schemas import Change, FieldChange, Kind, Summary
from backend.database import Base
from backend.errors import BadParameter
from backend.grades import MAJOR
from backend.jurisdictions.actors import Actor
from backend.layers import PublishedLayer
from backend.register.geojson import geojson_text
from backend.register.history import as_of, recorded_tables
from backend.register.rows import meets, place, place_columns
from tiles.grid import Bounds

# They move with every writing, also where it says nothing new.
BOOKKEEPING = frozenset({"version", "updated_at"})


@dataclass(frozen=True)
class Asked:
    """A layer between two moments (the earlier first), within a box in degrees or everywhere."""

    layer: PublishedLayer
    begin: datetime
    end: datetime
    box: Bounds | None = None

    @property
    def told(self) -> list[str]:
        """The properties that are compared."""
        return [name for name in self.layer.properties if name not in BOOKKEEPING]


@dataclass(frozen=True)
class Page:
    """Some rows that differ, in the order of their number; `last` is where the next page goes on, None at the end."""

    rows: list[RowMapping]
    summary: Summary
    matched: int
    last: int | None


def page(
    session: Session, actor: Actor, asked: Asked, *, kinds: Collection[Kind], after: int, limit: int
) -> Page:
    """The differing rows of some kinds (none named: all) after number `after`, and how many there are of each kind."""
    # Two statements: only of ids that it is given does the planner know how few they are.
    ids = session.scalars(touched(recorded_table(asked.layer), asked.begin, asked.end)).all()
    found = differences(actor, asked, ids).subquery("difference")
    wanted = or_(*(found.c[kind] for kind in kinds or Kind))
    counted = session.execute(
        select(
            *(func.count().filter(found.c[kind]).label(kind) for kind in (*Kind, "new_red")),
            func.count().filter(wanted).label("matched"),
        )
    ).one()
    counts = dict(counted._mapping)
    rows = session.execute(
        select(
            *(each for each in found.c if each.name != "geometry"),
            geojson_text(found.c.geometry).label("geojson"),
            *place_columns(found.c.geometry),
        )
        .where(wanted, found.c.number > after)
        .order_by(found.c.number)
        .limit(limit + 1)
    ).all()
    shown = [row._mapping for row in rows[:limit]]
    matched = counts.pop("matched")
    return Page(shown, Summary(**counts), matched, shown[-1]["number"] if len(rows) > limit else None)


def differences(actor: Actor, asked: Asked, ids: Sequence[UUID]) -> Select[Any]:
    """One row for each of `ids` that differs: a flag for each kind, and both sides of every property."""
    layer = asked.layer
    is_touched = layer.model.id == any_(cast(list(ids), ARRAY(Uuid)))
    sides = (
        as_of(layer.rows(actor, *asked.told).where(is_touched), moment, nested=True)
        for moment in (asked.begin, asked.end)
    )
    before, after = (side.subquery(name) for side, name in zip(sides, ("before", "after"), strict=True))
    flags = kinds_of(before, after, asked.told)
    differing = or_(*(flags[kind] for kind in Kind))
    rows = select(
        func.coalesce(after.c.id, before.c.id).label("id"),
        func.coalesce(after.c.number, before.c.number).label("number"),
        type_coerce(func.coalesce(after.c.geometry, before.c.geometry), Geometry).label("geometry"),
        *(flag.label(name) for name, flag in flags.items()),
        *(
            side.c[name].label(f"{when}_{name}")
            for when, side in (("before", before), ("after", after))
            for name in asked.told
        ),
    ).select_from(before.join(after, before.c.id == after.c.id, full=True))
    if asked.box is not None:
        differing = and_(
            differing, or_(meets(before.c.geometry, asked.box), meets(after.c.geometry, asked.box))
        )
    return rows.where(differing)


def kinds_of(before: Subquery, after: Subquery, told: Collection[str]) -> dict[str, ColumnElement[bool]]:
    """A flag for each kind and for new red, never null."""
    appeared, gone = before.c.id.is_(None), after.c.id.is_(None)
    stayed = and_(~appeared, ~gone)
    old, new = (grade_of(side) for side in (before, after))
    raised, lowered = (func.coalesce(differs, false()) for differs in (new < old, new > old))
    facts = [before.c[name].is_distinct_from(after.c[name]) for name in told if name != "grade"]
    regraded = and_(old.is_distinct_from(new), or_(old.is_(None), new.is_(None)))
    return {
        Kind.APPEARED: appeared,
        Kind.GONE: gone,
        Kind.RAISED: and_(stayed, raised),
        Kind.LOWERED: and_(stayed, lowered),
        Kind.MOVED: and_(stayed, before.c.geometry.is_distinct_from(after.c.geometry)),
        Kind.CHANGED: and_(stayed, or_(regraded, *facts)),
        "new_red": and_(func.coalesce(new == MAJOR.code, false()), old.is_distinct_from(MAJOR.code)),
    }


def grade_of(side: Subquery) -> ColumnElement[int | None]:
    """The grade as one side tells it; null for layers without one."""
    return type_coerce(side.c.grade if "grade" in side.c else cast(null(), SmallInteger), SmallInteger)


def recorded_table(layer: PublishedLayer) -> Table:
    """The table behind a layer.

    Raises
    ------
    BadParameter
        Where the layer is computed and has no rows of its own that could have changed.
    """
    name = getattr(layer.model, "__tablename__", None)
    for kept in recorded_tables():
        if kept.name == name:
            return kept
    raise BadParameter("layer", f"图层 {layer.name} 由其他资料计算而来，没有自己的变更记录")


def touched(recorded: Table, begin: datetime, end: datetime) -> CompoundSelect[Any]:
    """The ids of rows that may tell something else at `end` than at `begin`: what was written in between.

    A row also tells of the one that it belongs to (a zone of its enterprise), so it is touched along with that.
    """
    parts = list(written(recorded, begin, end))
    for key in recorded.foreign_keys:
        owner = Base.metadata.tables[key.column.table.name]
        if owner in recorded_tables() and key.column.name == "id":
            owners = union(*written(owner, begin, end))
            present, history = halves(recorded)
            name = key.parent.name
            parts.append(select(present.c.id).where(present.c[name].in_(owners)))
            parts.append(
                select(history.c.id).where(
                    history.c[name].in_(owners), history.c.recorded_at <= end, history.c.recorded_to > begin
                )
            )
    return union(*parts)


def written(recorded: Table, begin: datetime, end: datetime) -> Iterator[Select[Any]]:
    """The ids of versions that began or ended after `begin`, up to `end`; each an index scan."""
    present, history = halves(recorded)
    for half, moment in (
        (present, present.c.recorded_at),
        (history, history.c.recorded_at),
        (history, history.c.recorded_to),
    ):
        yield select(half.c.id).where(moment > begin, moment <= end)


def halves(recorded: Table) -> tuple[FromClause, FromClause]:
    """A table and its history, by names that mean no moment (see `as_of`)."""
    names = [each.name for each in recorded.c]
    return (
        table(recorded.name, *map(column, names), schema="public"),
        table(f"{recorded.name}_history", *map(column, names), column("recorded_to"), schema="public"),
    )


# ---------------------------------------------------------------- as it is told


def change(row: RowMapping, asked: Asked) -> Change:
    """A differing row as JSON tells it."""
    return Change(
        id=row["id"],
        number=row["number"],
        name=shown(row, "name"),
        kinds=kinds_in(row),
        grade_before=row.get("before_grade"),
        grade_after=row.get("after_grade"),
        fields=field_changes(row, asked),
        **place(row),
    )


def feature(row: RowMapping, asked: Asked) -> dict[str, Any]:
    """A differing row as a GeoJSON feature: the layer's properties with what has become of them."""
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": orjson.Fragment(row["geojson"]),
        "properties": {
            "number": row["number"],
            **{name: shown(row, name) for name in asked.told},
            "kinds": kinds_in(row),
            "fields": [each.model_dump() for each in field_changes(row, asked)],
        },
    }


def kinds_in(row: RowMapping) -> list[Kind]:
    """The kinds that a row is of."""
    return [kind for kind in Kind if row[kind]]


def shown(row: RowMapping, name: str) -> Any:  # noqa: ANN401 - whatever the property is
    """A property as of the later moment, or of the earlier one where the row is gone."""
    return row[f"{'before' if row[Kind.GONE] else 'after'}_{name}"]


def field_changes(row: RowMapping, asked: Asked) -> list[FieldChange]:
    """What each property said before and after, where that differs."""
    if row[Kind.APPEARED] or row[Kind.GONE]:
        return []
    sides = ((name, row[f"before_{name}"], row[f"after_{name}"]) for name in asked.told)
    return [FieldChange(field=name, before=old, after=new) for name, old, new in sides if old != new]
