"""What a cell points at: an enterprise, sector, township or group that is already in the register."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from sqlalchemy import Text, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.importing.checking.findings import Cells, Findings
from backend.importing.fields import Field, FieldType
from backend.importing.files.values import is_empty
from backend.jurisdictions.models import Area, Sector, UnitGroup

AMBIGUOUS = object()
TOWNSHIP_ENDINGS = ("街道办事处", "街道", "镇", "乡")

Meanings = Mapping[str, Any]
"""What a word points at; `AMBIGUOUS` where it points at several."""


def look_up(session: Session, field: Field, cells: Cells, source: str, findings: Findings) -> Cells:
    """Replace words by what they point at; an unknown or ambiguous one is a finding.

    An enterprise is known by its key in the same source, its credit code, its name, or its key in any source:
    the first of these that fits. Townships, sectors and groups are known by code or name.
    """
    meanings = _meanings(session, field.type, cells, source)
    values = np.empty(len(cells), dtype=object)
    values[:] = [meanings.get(cell) for cell in cells]
    is_ambiguous = np.array([value is AMBIGUOUS for value in values], dtype=bool)
    is_unknown = is_empty(values) & ~is_empty(cells)
    findings.add(
        is_unknown,
        field.label,
        f"没有这个{field.label}",
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
        hint="请改用代码或编号",
    )
    values[is_ambiguous] = None
    return values


HINTS = {
    FieldType.ENTERPRISE: "先导入企业；可写企业编号、统一社会信用代码或名称",
    FieldType.SECTOR: "可写行业代码或中英文名称",
    FieldType.TOWNSHIP: "先导入街道/乡镇（areas）；可写代码或名称",
    FieldType.GROUP: "先导入园区/村/网格（groups）；可写代码或名称",
}


def _meanings(session: Session, type_: FieldType, cells: Cells, source: str) -> Meanings:
    match type_:
        case FieldType.SECTOR:
            return _sectors(session)
        case FieldType.TOWNSHIP:
            return _townships(session)
        case FieldType.GROUP:
            return _groups(session)
        case _:
            words = sorted({cell for cell in cells if cell is not None})
            return _enterprises(session, words, source)


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


def _groups(session: Session) -> Meanings:
    rows = session.execute(select(UnitGroup.id, UnitGroup.code, UnitGroup.name)).all()
    return {**_unique((name, id_) for id_, _, name in rows), **{code: id_ for id_, code, _ in rows}}


def _enterprises(session: Session, words: list[str], source: str) -> Mapping[str, UUID | object]:
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
                select(literal(rank).label("rank"), word.label("word"), Enterprise.id).join_from(
                    wanted, Enterprise, way
                )
                for rank, way in enumerate(ways)
            )
        )
    ).all()
    found = pd.DataFrame(rows, columns=["rank", "word", "id"], dtype=object)
    best = found[found["rank"] == found.groupby("word")["rank"].transform("min")] if len(found) else found
    return _unique(zip(best["word"], best["id"], strict=True))


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Map each word to its one meaning, or to `AMBIGUOUS`."""
    meanings: dict[str, Any] = {}
    for word, meaning in pairs:
        meanings[word] = meaning if meanings.get(word, meaning) == meaning else AMBIGUOUS
    return meanings
