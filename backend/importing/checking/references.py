"""What a cell points at: a row that is already in the register."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, FromClause, Text, Uuid, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.importing.checking.findings import Cells, Findings, Mask, only
from backend.importing.checking.owning import is_own, is_own_group, unknown
from backend.importing.fields import NESTED, Field, FieldType
from backend.importing.files.values import is_empty
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area, Sector, UnitGroup
from backend.risk.models import RiskEvent, RiskPoint
from backend.zones.models import Zone

AMBIGUOUS = object()
Key = TypeVar("Key", bound=Hashable)
TOWNSHIP_ENDINGS = ("街道办事处", "街道", "镇", "乡")

Meanings = Mapping[str, Any]
"""What a word points at; `AMBIGUOUS` where it points at several."""


def look_up(
    session: Session,
    field: Field,
    cells: Cells,
    source: str,
    findings: Findings,
    holders: Sequence["Holder"] = (),
    actor: Actor | None = None,
) -> Cells:
    """Replace words by what they point at; an unknown or ambiguous one is a finding.

    An enterprise is known by its key in the same source, its credit code, its name, or its key in any source:
    the first of these that fits. Townships, sectors and groups are known by code or name; zones, risk points and
    events as enterprises are (a zone also by its code), inside of whatever holder the row names.

    Parameters
    ----------
    holders : what the same row says about where to look, from the outside in.
    actor : who imports; only what exists for them is found. None is the operator, for whom all does.
    """
    if field.type in NESTED[1:]:
        # Where the holder could not be found, that is said already.
        lost = np.zeros(len(cells), dtype=bool)
        for holder in holders:
            lost |= holder.is_lost
        cells = only(~lost, cells)
        values = _members(session, field.type, cells, source, holders, actor)
    else:
        meanings = _meanings(session, field.type, cells, source, actor)
        values = np.empty(len(cells), dtype=object)
        values[:] = [meanings.get(cell) for cell in cells]
    is_ambiguous = np.array([value is AMBIGUOUS for value in values], dtype=bool)
    is_unknown = is_empty(values) & ~is_empty(cells)
    findings.add(
        is_unknown,
        field.label,
        unknown(field.label, actor if field.type in LIMITED else None),
        code="unknown_reference",
        values=cells,
        hint=HINTS[field.type],
    )
    findings.add(
        is_ambiguous,
        field.label,
        f"有多个{field.label}符合",
        code="ambiguous_reference",
        values=cells,
        hint=AMBIGUOUS_HINTS.get(field.type, "请改用代码或编号"),
    )
    values[is_ambiguous] = None
    return values


# Sectors and townships are open to everybody.
LIMITED = frozenset({*NESTED, FieldType.GROUP})
HINTS = {
    FieldType.ENTERPRISE: "先导入企业；可写企业编号、统一社会信用代码或名称",
    FieldType.SECTOR: "可写行业代码或中英文名称",
    FieldType.TOWNSHIP: "先导入街道/乡镇（areas）；可写代码或名称",
    FieldType.GROUP: "先导入园区/村/网格（groups）；可写代码或名称",
    FieldType.ZONE: "先导入风险分区（zones）；可写该企业的分区编号或名称",
    FieldType.RISK_POINT: "先导入风险点（risk_points）；可写风险点的编号，或该分区内的名称",
    FieldType.RISK_EVENT: "先导入风险事件（risk_events）；可写风险事件的编号，或该风险点下的名称",
}
AMBIGUOUS_HINTS = {
    FieldType.ZONE: "请加写所属企业，或改用分区编号",
    FieldType.RISK_POINT: "请加写所属企业和风险分区，或改用编号",
    FieldType.RISK_EVENT: "请加写所属企业、风险分区和风险点，或改用编号",
}


def _meanings(session: Session, type_: FieldType, cells: Cells, source: str, actor: Actor | None) -> Meanings:
    match type_:
        case FieldType.SECTOR:
            return _sectors(session)
        case FieldType.TOWNSHIP:
            return _townships(session)
        case FieldType.GROUP:
            return _groups(session, actor)
        case _:
            words = sorted({cell for cell in cells if cell is not None})
            return _enterprises(session, words, source, actor)


def _sectors(session: Session) -> Meanings:
    rows = session.execute(select(Sector.code, Sector.name_zh, Sector.name_en))
    return {word: code for code, zh, en in rows for word in (code, zh, en)}


def _townships(session: Session) -> Meanings:
    rows = session.execute(
        select(Area.code, Area.name).where(
            Area.level == "township", or_(Area.valid_to.is_(None), Area.valid_to >= func.current_date())
        )
    ).all()
    by_name = _unique((word, code) for code, name in rows for word in township_names(name))
    return {**by_name, **{code: code for code, _ in rows}}


def township_names(name: str) -> set[str]:
    """Give the ways in which a township's name is written.

    >>> sorted(township_names("姚孟街道"))
    ['姚孟', '姚孟街道', '姚孟街道办事处']
    """
    stem = next((name.removesuffix(ending) for ending in TOWNSHIP_ENDINGS if name.endswith(ending)), name)
    names = {name, stem}
    return names | {f"{stem}街道办事处"} if name.endswith("街道") else names


def _groups(session: Session, actor: Actor | None) -> Meanings:
    wanted = select(UnitGroup.id, UnitGroup.code, UnitGroup.name).where(is_own_group(actor))
    rows = session.execute(wanted).all()
    return {**_unique((name, id_) for id_, _, name in rows), **{code: id_ for id_, code, _ in rows}}


def _enterprises(
    session: Session, words: list[str], source: str, actor: Actor | None
) -> Mapping[str, UUID | object]:
    wanted = select(func.unnest(literal(words, type_=ARRAY(Text)))).subquery("wanted")
    word = wanted.c[0]
    ways = (
        (Enterprise.source_id == word) & (Enterprise.source == source),
        Enterprise.credit_code == word,
        Enterprise.name == word,
        Enterprise.source_id == word,
    )
    rows = session.execute(
        union_all(
            *(
                select(literal(rank).label("rank"), word.label("word"), Enterprise.id)
                .join_from(wanted, Enterprise, way)
                .where(is_own(actor, Enterprise.id))
                for rank, way in enumerate(ways)
            )
        )
    ).all()
    found = pd.DataFrame(rows, columns=["rank", "word", "id"], dtype=object)
    best = found[found["rank"] == found.groupby("word")["rank"].transform("min")] if len(found) else found
    return _unique(zip(best["word"], best["id"], strict=True))


@dataclass(frozen=True)
class Holder:
    """Where a row says that something is to be looked for.

    Parameters
    ----------
    ids : the holder of each row, None where the row names none.
    is_lost : rows that name one which was not found.
    """

    type: FieldType
    ids: Cells
    is_lost: Mask


def _members(
    session: Session,
    type_: FieldType,
    cells: Cells,
    source: str,
    holders: Sequence[Holder],
    actor: Actor | None,
) -> Cells:
    """Find what the words mean inside of the innermost holder that each row names; outer ones hold that one."""
    values = np.full(len(cells), None, dtype=object)
    left = ~is_empty(cells)
    for holder in (*reversed(holders), None):
        here = left if holder is None else left & ~is_empty(holder.ids)
        if here.any():
            within = np.full(len(cells), None, dtype=object) if holder is None else holder.ids
            keys = list(zip(cells[here], within[here], strict=True))
            found = _found_members(
                session,
                type_,
                sorted(set(keys), key=str),
                source,
                None if holder is None else holder.type,
                actor,
            )
            values[here] = _objects([found.get(key) for key in keys])
        left = left & ~here
    return values


def _found_members(
    session: Session,
    type_: FieldType,
    keys: Sequence[tuple[str, UUID | None]],
    source: str,
    held_by: FieldType | None,
    actor: Actor | None,
) -> Mapping[tuple[str, UUID | None], UUID | object]:
    words, ids = [word for word, _ in keys], [id_ for _, id_ in keys]
    wanted = (
        func.unnest(literal(words, type_=ARRAY(Text)), literal(ids, type_=ARRAY(Uuid)))
        .table_valued("word", "holder")
        .render_derived()
    )
    model, joined, columns = _tables(type_)
    word, ways = wanted.c.word, []
    ways.append((model.source_id == word) & (model.source == source))
    if model is Zone:
        ways.append(Zone.code == word)
    ways += [model.name == word, model.source_id == word]
    inside = [is_own(actor, columns[FieldType.ENTERPRISE])]
    if held_by is not None:
        inside.append(columns[held_by] == wanted.c.holder)
    rows = session.execute(
        union_all(
            *(
                select(literal(rank).label("rank"), word, wanted.c.holder, model.id)
                .select_from(wanted)
                .join(joined, way)
                .where(*inside)
                for rank, way in enumerate(ways)
            )
        )
    ).all()
    best: dict[tuple[str, UUID | None], tuple[int, set[UUID]]] = {}
    for rank, found_word, holder, id_ in sorted(rows, key=lambda row: row[0]):
        first, members = best.setdefault((found_word, holder), (rank, set()))
        if rank == first:
            members.add(id_)
    return {key: next(iter(ids)) if len(ids) == 1 else AMBIGUOUS for key, (_, ids) in best.items()}


def _tables(
    type_: FieldType,
) -> tuple[Any, FromClause, Mapping[FieldType, ColumnElement[UUID]]]:
    """Give the model, what it is selected from, and the columns that say what holds a row of it."""
    zone: FromClause = Zone.__table__
    point: FromClause = RiskPoint.__table__
    event: FromClause = RiskEvent.__table__
    if type_ is FieldType.ZONE:
        return Zone, zone, {FieldType.ENTERPRISE: zone.c.enterprise_id}
    if type_ is FieldType.RISK_POINT:
        held = {FieldType.ENTERPRISE: zone.c.enterprise_id, FieldType.ZONE: point.c.zone_id}
        return RiskPoint, point.join(zone, zone.c.id == point.c.zone_id), held
    return (
        RiskEvent,
        event,
        {
            FieldType.ENTERPRISE: event.c.enterprise_id,
            FieldType.ZONE: event.c.zone_id,
            FieldType.RISK_POINT: event.c.risk_point_id,
        },
    )


def points_of_zones(
    session: Session, keys: Sequence[tuple[str, UUID]]
) -> Mapping[tuple[str, Any], UUID | object]:
    """Find risk points by their name inside of a zone; those that there are not are left out."""
    wanted = (
        func.unnest(
            literal([word for word, _ in keys], type_=ARRAY(Text)),
            literal([id_ for _, id_ in keys], type_=ARRAY(Uuid)),
        )
        .table_valued("word", "holder")
        .render_derived()
    )
    rows = session.execute(
        select(wanted.c.word, wanted.c.holder, RiskPoint.id).join_from(
            wanted,
            RiskPoint,
            (RiskPoint.name == wanted.c.word) & (RiskPoint.zone_id == wanted.c.holder),
        )
    ).all()
    return _unique(((word, holder), id_) for word, holder, id_ in rows)


def _objects(items: Sequence[object]) -> Cells:
    cells = np.empty(len(items), dtype=object)
    cells[:] = items
    return cells


def _unique(pairs: Iterable[tuple[Key, Any]]) -> dict[Key, Any]:
    """Map each word to its one meaning, or to `AMBIGUOUS`."""
    meanings: dict[Key, Any] = {}
    for word, meaning in pairs:
        meanings[word] = meaning if meanings.get(word, meaning) == meaning else AMBIGUOUS
    return meanings
