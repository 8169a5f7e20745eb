"""A delivery checked row by row, column by column: what of it can go into the register, and what cannot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.importing.checking.accident_types import judge_accident_types
from backend.importing.checking.assessments import judge_assessments
from backend.importing.checking.codes import judge_enterprise_codes, judge_roster_codes
from backend.importing.checking.facts import Facts
from backend.importing.checking.findings import Cells, Findings, Mask
from backend.importing.checking.installations import judge_installations
from backend.importing.checking.judging import (
    Outside,
    judge_outside,
    judge_places,
    judge_presence,
    suspect_a_common_point,
)
from backend.importing.checking.measures import judge_measures
from backend.importing.checking.parts import Part, judge_contacts, make_parts, settle_points
from backend.importing.checking.places import Places, points_inside, read_places, say
from backend.importing.checking.references import Holder, look_up
from backend.importing.delivery import Delivery, require_fields
from backend.importing.fields import NESTED, REFERENCES, Words
from backend.importing.files.values import LONGEST_NAME, find_unfit, is_empty, read_column, require_fit
from backend.importing.kinds import ENTERPRISES
from backend.importing.risk_kinds import RISK_LIST
from backend.importing.writing.staging import Column, geometry_column
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.territory import Territory
from backend.register.located import CANONICAL_SRID
from geodata.arrays import Geometries
from geodata.problems import RowProblem


@dataclass(frozen=True)
class Checked:
    """The good rows as columns of their table, and everything that was found.

    Parameters
    ----------
    positions : of the good rows in the delivery.
    quarantined_ids : source ids of the rows that are not good, as far as they have one.
    parts : rows of other tables that the good rows bring along.
    """

    columns: tuple[Column, ...]
    findings: tuple[RowProblem, ...]
    notices: tuple[str, ...]
    positions: NDArray[np.int64]
    quarantined_ids: tuple[str, ...]
    parts: tuple[Part, ...] = ()


# What the values of several fields say together, by kind; each may find faults and make columns.
JUDGES: Mapping[str, Sequence[Callable[[Facts], None]]] = {
    "enterprises": (judge_enterprise_codes, judge_contacts),
    "roster": (judge_roster_codes,),
    "risk_events": (judge_accident_types, judge_assessments),
    "risk_list": (judge_accident_types, judge_assessments),
    "control_measures": (judge_measures,),
    "hazard_installations": (judge_installations,),
}


def check(
    session: Session,
    delivery: Delivery,
    *,
    words: Mapping[str, Words],
    district: Territory | None,
    outside: Outside,
    actor: Actor | None = None,
) -> Checked:
    """Read every cell, look up what it points at, and judge every place.

    Parameters
    ----------
    words : by field name, what words of the delivery mean.
    district : what places are held against; None where it is not known or does not matter.
    actor : who imports; cells point only at what exists for them. None is the operator.
    """
    require_fields(delivery.kind, delivery.cells)
    require_fit("来源名（--source）", delivery.source)
    findings, notices = Findings(delivery.rows), list(delivery.notices)
    findings.add_read(delivery.problems)
    # Places first: which of them are left to judge depends on what is wrong with places alone.
    geometries = _read_geometries(delivery, district, outside, findings, notices)
    facts = Facts(delivery, _read_cells(session, delivery, words, findings, actor), findings, notices)
    for judge in JUDGES.get(delivery.kind.name, ()):
        judge(facts)
    if delivery.kind is RISK_LIST:
        settle_points(session, facts)
    unfit = _judge_ids(delivery, findings)
    good = findings.good
    columns = [
        *_own_columns(delivery, good),
        *facts.columns(good),
        *(
            geometry_column(name, label, each[good], srid=srid)
            for name, (label, each, srid) in geometries.items()
        ),
    ]
    if delivery.kind is ENTERPRISES and "location" in geometries and "township_code" not in delivery.cells:
        # Empty, so that it is filled in with the township that the point lies in.
        columns.append(Column("township_code", "街道/乡镇", "text", [None] * int(good.sum())))
    bad_ids = delivery.source_ids[~good & ~unfit]
    return Checked(
        columns=tuple(columns),
        findings=findings.in_order(),
        notices=tuple(notices),
        positions=np.flatnonzero(good),
        quarantined_ids=tuple(bad_ids.tolist()),
        parts=make_parts(facts, good),
    )


def _read_cells(
    session: Session,
    delivery: Delivery,
    words: Mapping[str, Words],
    findings: Findings,
    actor: Actor | None,
) -> dict[str, Cells]:
    values: dict[str, Cells] = {}
    holders: list[Holder] = []
    for field in delivery.kind.fields:
        if field.name in delivery.cells:
            read = read_column(field, delivery.cells[field.name], words, findings)
            if field.type in REFERENCES:
                named = ~is_empty(read)
                read = look_up(session, field, read, delivery.source, findings, holders, actor)
                if field.type in NESTED:
                    holders.append(Holder(field.type, read, named & is_empty(read)))
            values[field.name] = read
    return values


def _judge_ids(delivery: Delivery, findings: Findings) -> Mask:
    """Find rows that are not known by an id of their own; returns those that have none that could be stored."""
    source_ids, empty = delivery.source_ids, is_empty(delivery.source_ids)
    # An official code is judged as the field that it is.
    is_judged = delivery.kind.has_official_code
    noted = Findings(delivery.rows) if is_judged else findings
    unfit = find_unfit("编号", source_ids, noted, longest=LONGEST_NAME)
    findings.add(empty, "编号", "没有编号，无法识别这一行", code="no_id")
    ids = pd.Series(source_ids, dtype=object)
    repeated = ids.duplicated(keep="first").to_numpy(dtype=bool) & ~empty
    if repeated.any():
        first = dict(zip(source_ids[~repeated], findings.rows[~repeated], strict=True))
        hints = [f"与第 {first[each]} 行相同" for each in source_ids[repeated]]
        findings.add(repeated, "编号", "编号重复", code="repeated_id", values=source_ids, hint=hints)
    return unfit | empty


def _read_geometries(
    delivery: Delivery, district: Territory | None, outside: Outside, findings: Findings, notices: list[str]
) -> dict[str, tuple[str, Geometries, int]]:
    """Give each geometry column its label, its geometries and their SRID; nothing where no place was delivered."""
    kind, datum = delivery.kind, delivery.datum
    if datum is None:
        return {}
    if kind.place is None or kind.shape is None:
        say(notices, ~shapely.is_missing(delivery.places), f"行带有坐标，{kind.label}不记位置，没有采用")
        return {}
    places = read_places(delivery.places, datum, notices)
    judge_presence(places, kind, findings, notices)
    suspect_a_common_point(places, notices)
    judge_places(places, datum, kind.shape, district=district, findings=findings)
    if district is not None:
        judge_outside(places, datum, district, outside, findings, notices)
    geometries = {
        kind.place: ("位置", places.canonical, CANONICAL_SRID),
        "original": ("原始坐标", places.original, 0),
    }
    if kind is ENTERPRISES:
        geometries |= _site(delivery, places, district, findings, notices)
    return geometries


def _site(
    delivery: Delivery, places: Places, district: Territory | None, findings: Findings, notices: list[str]
) -> dict[str, tuple[str, Geometries, int]]:
    """Tell an enterprise's point and outline apart: an area is the outline, and the point lies inside it."""
    is_area = shapely.get_type_id(places.canonical) == 6
    outline = places.canonical.copy()
    outline[~is_area] = None
    if delivery.outlines is not None and delivery.datum is not None:
        drawn = read_places(delivery.outlines, delivery.datum, notices)
        judge_places(drawn, delivery.datum, "area", district=district, findings=findings)
        outline = np.where(is_area, outline, drawn.canonical)
    if is_area.any():
        notices.append(f"{int(is_area.sum())} 家企业以面为厂界，点位取在面内")
    site = {"location": ("位置", points_inside(places.canonical), CANONICAL_SRID)}
    if not shapely.is_missing(outline).all():
        site["outline"] = ("厂界", outline, CANONICAL_SRID)
    return site


def _own_columns(delivery: Delivery, good: Mask) -> list[Column]:
    """Make the columns that say where a row comes from."""
    count = int(good.sum())
    columns = [
        Column("source", "来源", "text", [delivery.source] * count),
        Column("source_id", "编号", "text", delivery.source_ids[good].tolist()),
        Column("is_demo", "演示数据", "bool", [delivery.is_demo] * count),
    ]
    if delivery.datum is not None and delivery.has_places:
        is_missing = shapely.is_missing(delivery.places[good])
        names = [None if each else delivery.datum.name for each in is_missing]
        columns.append(Column("original_datum", "坐标系", "text", names))
    return columns
