"""Rows of other tables that a row brings along: contacts of an enterprise, point and measures of an event."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from backend.importing.checking.facts import Facts
from backend.importing.checking.findings import Mask
from backend.importing.checking.measures import short
from backend.importing.checking.references import AMBIGUOUS, points_of_zones
from backend.importing.fields import Kind
from backend.importing.files.values import is_empty
from backend.importing.risk_kinds import (
    CONTACT_HEADINGS,
    CONTROL_MEASURES,
    MEASURE_KINDS,
    RESPONSIBLE_PEOPLE,
    RISK_POINTS,
)
from backend.importing.writing.staging import Column

LONGEST_KEY = 200


@dataclass(frozen=True)
class Part:
    """Rows of another table.

    Parameters
    ----------
    columns : all of the table's columns but the one that links them.
    link : the column that says what belongs to what.
    owners : for each row of the part, the position (among the good rows) of the row that it belongs to; of a part
        that is above, for each good row the position of the part's row that it belongs to, None where that is in the
        register already.
    is_above : the rows of the list belong to the part's, and not the part's to them.
    """

    kind: Kind
    columns: tuple[Column, ...]
    link: str
    owners: Sequence[int | None]
    is_above: bool = False


def make_parts(facts: Facts, good: Mask) -> tuple[Part, ...]:
    """Make the parts that the good rows bring along."""
    make = MAKERS.get(facts.delivery.kind.name)
    parts = [] if make is None else make(facts, good)
    return tuple(part for part in parts if len(part.columns[0].values))


# ---------------------------------------------------------------- contacts of an enterprise


def judge_contacts(facts: Facts) -> None:
    """Find phones that belong to nobody."""
    for duty in CONTACT_HEADINGS:
        name, phone = f"{duty}_name", f"{duty}_phone"
        nameless = facts.written(phone) & ~facts.written(name)
        facts.findings.add(
            nameless,
            facts.label(phone),
            f"有电话，没有{facts.label(phone).removesuffix('电话')}的姓名",
            code="phone_of_nobody",
            values=facts.cells(phone),
        )


def _contacts(facts: Facts, good: Mask) -> list[Part]:
    owners, keys, names, duties, phones = [], [], [], [], []
    ids = facts.delivery.source_ids[good]
    for duty in CONTACT_HEADINGS:
        people, numbers = facts.of(f"{duty}_name")[good], facts.of(f"{duty}_phone")[good]
        for position in np.flatnonzero(~is_empty(people)):
            owners.append(int(position))
            keys.append(key_of(ids[position], duty))
            names.append(people[position])
            duties.append(duty)
            phones.append(numbers[position])
    columns = (
        *_origin(facts, keys, names),
        Column("duty", "职责", "text", duties),
        Column("phone", "电话", "text", phones),
    )
    return [Part(RESPONSIBLE_PEOPLE, columns, "enterprise_id", owners)]


# ---------------------------------------------------------------- the flat list


def settle_points(session: Session, facts: Facts) -> None:
    """Find the risk points that the rows name; what a zone has no point for yet is left to be made."""
    names, zones = facts.of("risk_point"), facts.of("zone")
    named = ~is_empty(names) & ~is_empty(zones)
    keys = sorted({(names[each], zones[each]) for each in np.flatnonzero(named)}, key=str)
    known = points_of_zones(session, keys)
    points = np.full(facts.count, None, dtype=object)
    for position in np.flatnonzero(named):
        points[position] = known.get((names[position], zones[position]))
    ambiguous = np.array([each is AMBIGUOUS for each in points], dtype=bool)
    facts.findings.add(
        ambiguous,
        facts.label("risk_point"),
        "该分区有多个同名的风险点",
        code="ambiguous_reference",
        values=names,
        hint="先把同名的风险点改成不同的名称",
    )
    points[ambiguous] = None
    facts.made.append(("risk_point_id", "风险点", "uuid", points))


def _points_and_measures(facts: Facts, good: Mask) -> list[Part]:
    return [_points(facts, good), _measures(facts, good)]


def _points(facts: Facts, good: Mask) -> Part:
    """Make the points that are not there yet, each once."""
    names, zones, kinds = (facts.of(name)[good] for name in ("risk_point", "zone", "point_kind"))
    there = next(cells for name, _, _, cells in facts.made if name == "risk_point_id")[good]
    first: dict[tuple[object, object], int] = {}
    owners: list[int | None] = []
    rows: list[int] = []
    for position in range(len(names)):
        if there[position] is not None:
            owners.append(None)
            continue
        key = (names[position], zones[position])
        if key not in first:
            first[key] = len(rows)
            rows.append(position)
        owners.append(first[key])
    keys = [key_of(str(zones[row]), str(names[row])) for row in rows]
    columns = (
        *_origin(facts, keys, [names[row] for row in rows]),
        Column("zone_id", "风险分区", "uuid", [zones[row] for row in rows]),
        Column("kind", "风险点类型", "text", [kinds[row] or "place" for row in rows]),
    )
    return Part(RISK_POINTS, columns, "risk_point_id", owners, is_above=True)


def _measures(facts: Facts, good: Mask) -> Part:
    owners, keys, names, kinds, descriptions = [], [], [], [], []
    ids = facts.delivery.source_ids[good]
    for kind in MEASURE_KINDS:
        cells = facts.of(f"measure_{kind}")[good]
        for position in np.flatnonzero(~is_empty(cells)):
            owners.append(int(position))
            keys.append(key_of(ids[position], kind))
            names.append(short(cells[position]))
            kinds.append(kind)
            descriptions.append(cells[position])
    columns = (
        *_origin(facts, keys, names),
        Column("kind", "措施类别", "text", kinds),
        Column("description", "管控措施", "text", descriptions),
    )
    return Part(CONTROL_MEASURES, columns, "event_id", owners)


def _origin(facts: Facts, keys: list[str], names: list[str]) -> list[Column]:
    delivery = facts.delivery
    return [
        Column("source", "来源", "text", [delivery.source] * len(keys)),
        Column("source_id", "编号", "text", keys),
        Column("is_demo", "演示数据", "bool", [delivery.is_demo] * len(keys)),
        Column("name", "名称", "text", names),
    ]


def key_of(*parts: str) -> str:
    """Make the key of a row that has none of its own; what is too long is told by its fingerprint.

    >>> key_of("e1", "legal")
    'e1/legal'
    """
    key = "/".join(parts)
    if len(key) <= LONGEST_KEY:
        return key
    return f"#{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"


Maker = Callable[[Facts, Mask], list[Part]]
MAKERS: Mapping[str, Maker] = {"enterprises": _contacts, "risk_list": _points_and_measures}
