"""The facts of a change read into columns; everything that is wrong is told at once, each with its place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely
from geoalchemy2.shape import from_shape
from pydantic import ValidationError
from shapely.geometry.base import BaseGeometry

from backend.district_time import today
from backend.enterprises import credit_code, industries
from backend.errors import reason
from backend.jurisdictions.territory import Territory
from backend.register.located import CANONICAL_SRID
from backend.risk import accidents, measures
from backend.risk.control_levels import CONTROL_LEVELS
from backend.risk.documents import document
from backend.risk.faults import InvalidAssessment
from backend.risk.major_hazards import Chemical, identify
from backend.risk.vocabulary import CONTACTS
from backend.submissions.changes import KINDS, Change, Kind
from geodata.errors import InvalidGeoJSON
from geodata.geojson_shapes import read_geometry
from geodata.geometry import drop_repeated_points, orient, problems, round_coordinates
from geodata.strict_json import INTERACTIVE

Fault = dict[str, Any]
"""`pointer`, `reason`, and where there are any `hint` and `location` (lon, lat)."""

DATUM = "EPSG:4490"
FACTS_OF_FIELDS = {"chemicals": "substances", "people_within_500m": "people_500m"}
DUTIES = frozenset(level.code for levels in CONTROL_LEVELS.values() for level in levels)


@dataclass
class Read:
    """One change as columns of its table.

    Parameters
    ----------
    values : by column; only what the change names.
    faults : why it cannot be made.
    notices : what somebody should look at; it can be made all the same.
    """

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)


def read(change: Change, pointer: str, district: Territory | None) -> Read:
    """Read the facts of one change.

    Parameters
    ----------
    pointer : where the change stands, such as `/changes/3`.
    district : what places are held against; None where it is not known.
    """
    kind = KINDS[change.kind]
    answer = Read()
    at = f"{pointer}/facts"
    facts, answer.faults = well_formed(kind, change.facts, at)
    for name, value in facts.items():
        if name in kind.places:
            read_place(answer, kind, name, value, f"{at}/{name}", district)
        elif name not in ("inherent", "residual", "substances"):
            answer.values[kind.columns.get(name, name)] = value
    malformed = len(answer.faults)
    for judge in JUDGES:
        judge(answer, facts, at)
    # What is malformed is missed by the judges, too, but that is no second fault.
    known = [fault["pointer"] for fault in answer.faults[:malformed]]
    answer.faults[malformed:] = [
        fault
        for fault in answer.faults[malformed:]
        if not any(f"{pointer}/".startswith(f"{fault['pointer']}/") for pointer in known)
    ]
    return answer


def well_formed(kind: Kind, given: Mapping[str, Any], at: str) -> tuple[dict[str, Any], list[Fault]]:
    """The facts that are of their type, and what is wrong with the others: one bad fact hides no second one."""
    try:
        read = kind.facts.model_validate(given)
        faults: list[Fault] = []
    except ValidationError as error:
        items = error.errors()
        faults = [
            {"pointer": at + "".join(f"/{part}" for part in item["loc"]), "reason": reason(item)}
            for item in items
        ]
        bad = {item["loc"][0] for item in items}
        read = kind.facts.model_validate({name: value for name, value in given.items() if name not in bad})
    return {name: getattr(read, name) for name in read.model_fields_set}, faults


def read_place(
    answer: Read,
    kind: Kind,
    name: str,
    value: Any,  # noqa: ANN401 (JSON)
    at: str,
    district: Territory | None,
) -> None:
    """Read a geometry (degrees, lon before lat): valid, rounded to 1e-7 degrees, and held against the district."""
    if value is None:
        answer.values[name] = None
        return
    expected = None if district is None else district.bounds_with_margin
    try:
        delivered = read_geometry(value, at, INTERACTIVE)
    except InvalidGeoJSON as error:
        answer.faults.append({"pointer": error.pointer, "reason": error.reason})
        return
    rounded = drop_repeated_points(round_coordinates([shapely.force_2d(delivered)]))[0]
    found = [
        each for each in problems(rounded, kind=kind.places[name], expected=expected) if not each.is_warning
    ]
    if found:
        answer.faults += [
            {"pointer": at, "reason": each.reason}
            | ({"hint": each.hint} if each.hint else {})
            | ({"location": each.place} if each.place else {})
            for each in found
        ]
        return
    if district is not None and not district.geometry.intersects(rounded):
        point = rounded.representative_point()
        answer.notices.append(
            {"pointer": at, "reason": f"不在{district.name}范围内，请核对", "location": (point.x, point.y)}
        )
    canonical = multi(orient([rounded])[0], kind.places[name])
    answer.values[name] = from_shape(canonical, srid=CANONICAL_SRID)
    if name != "outline":
        answer.values |= {"original": from_shape(delivered, srid=0), "original_datum": DATUM}


def multi(geometry: BaseGeometry, shape: str) -> BaseGeometry:
    """An area as the tables hold it."""
    is_single = shape == "area" and geometry.geom_type == "Polygon"
    return shapely.MultiPolygon([geometry]) if is_single else geometry


# What the values must be besides being of their type.


def judge_assessments(answer: Read, facts: Mapping[str, Any], at: str) -> None:
    """Compute what the assessments come to."""
    for basis in ("inherent", "residual"):
        if basis not in facts:
            continue
        try:
            answer.values[basis] = None if facts[basis] is None else document(facts[basis])
        except InvalidAssessment as invalid:
            answer.faults += assessment_faults(invalid, f"{at}/{basis}")


def judge_dates(answer: Read, facts: Mapping[str, Any], at: str) -> None:
    """An assessment was made already, and is to be made again later."""
    made, due = facts.get("assessed_on"), facts.get("review_due")
    if made is not None and made > today():
        answer.faults.append({"pointer": f"{at}/assessed_on", "reason": "评估日期不能晚于今天"})
    if made is not None and due is not None and due <= made:
        answer.faults.append({"pointer": f"{at}/review_due", "reason": "下次复评应晚于评估日期"})


def assessment_faults(invalid: InvalidAssessment, at: str) -> list[Fault]:
    """What is wrong with an assessment, with pointers into it."""
    return [
        {"pointer": f"{at}/{pointer_of(fault.field)}", "reason": fault.reason, "hint": fault.hint}
        for fault in invalid.faults
    ]


def pointer_of(name: str) -> str:
    """Where a field that the pure modules name stands among the facts.

    >>> pointer_of("L"), pointer_of("clauses[1]"), pointer_of("chemicals[0].name"), pointer_of("people_within_500m")
    ('factors/L', 'clauses/1', 'substances/0/name', 'people_500m')
    """
    if name in ("L", "E", "C", "S"):
        return f"factors/{name}"
    first, *inner = name.replace("[", "/").replace("]", "").replace(".", "/").split("/")
    return "/".join([FACTS_OF_FIELDS.get(first, first), *inner])


def judge_substances(answer: Read, facts: Mapping[str, Any], at: str) -> None:
    """Compute what the substances of an installation come to (GB 18218-2018)."""
    if "substances" not in facts:
        if "people_500m" in facts:
            answer.faults.append({"pointer": f"{at}/substances", "reason": "改人数时须一并给出危险物质清单"})
        return
    names = ("name", "quantity", "hazard_class", "threshold", "beta", "citation")
    rows = [{name: getattr(row, name) for name in names} for row in facts["substances"]]
    try:
        found = identify([Chemical(**row) for row in rows], facts.get("people_500m"))
    except InvalidAssessment as invalid:
        answer.faults += assessment_faults(invalid, at)
        return
    if not found.is_major:
        answer.notices.append({"pointer": f"{at}/substances", "reason": found.sentence_zh})
    answer.values |= {
        "substances": [{name: value for name, value in row.items() if value is not None} for row in rows],
        "s": float(found.s),
        "alpha": None if found.alpha is None else float(found.alpha),
        "r": None if found.r is None else float(found.r),
        "level": found.level,
    }


def judge_codes(answer: Read, facts: Mapping[str, Any], at: str) -> None:
    """Hold codes against their tables and check characters."""
    code = facts.get("credit_code")
    fault = None if code is None else credit_code.check(code)
    if fault is not None:
        told: Fault = {"pointer": f"{at}/credit_code", "reason": fault.message}
        # Some units have codes that fail and are right: who says so says why.
        if facts.get("credit_code_note"):
            answer.notices.append(told)
        else:
            told["hint"] = "核对证照；确认无误的，在“信用代码说明”中写明理由"
            answer.faults.append(told)
    if facts.get("industry_code") and industries.industry(facts["industry_code"]) is None:
        answer.faults.append(
            {
                "pointer": f"{at}/industry_code",
                "reason": "不是 GB/T 4754-2017 的行业代码",
                "hint": "如 C2611 或 2611",
            }
        )


def judge_accident(answer: Read, facts: Mapping[str, Any], at: str) -> None:
    """Find an accident type in its edition; a name is as good as a code."""
    code, edition = facts.get("accident_code"), facts.get("accident_edition")
    if code is None:
        return
    if edition not in accidents.EDITIONS:
        answer.faults.append(
            {"pointer": f"{at}/accident_edition", "reason": f"应为 {'、'.join(accidents.EDITIONS)} 之一"}
        )
        return
    found = accidents.find(code, edition)
    if found is None:
        answer.faults.append({"pointer": f"{at}/accident_code", "reason": f"{edition} 中没有这一事故类别"})
    else:
        answer.values["accident_code"] = found.code


def judge_measure(answer: Read, facts: Mapping[str, Any], at: str) -> None:
    """Hold the two classes of the national exchange against each other."""
    first, second = facts.get("class_1"), facts.get("class_2")
    if first is not None and not (first in measures.NATIONAL and measures.NATIONAL[first].parent is None):
        answer.faults.append({"pointer": f"{at}/class_1", "reason": "不是国家交换规范的措施分类"})
    elif second is not None and not measures.belongs(second, first or ""):
        answer.faults.append({"pointer": f"{at}/class_2", "reason": "与一级分类不相配"})


def judge_duty(answer: Read, facts: Mapping[str, Any], at: str) -> None:
    """Know the duty: a contact of the enterprise, or a control level."""
    for name in ("duty", "control_level"):
        if facts.get(name) is not None and facts[name] not in DUTIES | CONTACTS.keys():
            answer.faults.append({"pointer": f"{at}/{name}", "reason": "没有这个职责或管控层级"})


JUDGES: tuple[Callable[[Read, Mapping[str, Any], str], None], ...] = (
    judge_assessments,
    judge_dates,
    judge_substances,
    judge_codes,
    judge_accident,
    judge_measure,
    judge_duty,
)


def missing(change: Change, pointer: str) -> Iterator[Fault]:
    """Facts that a new row lacks."""
    for name, label in KINDS[change.kind].required.items():
        if change.facts.get(name) in (None, "", [], {}):
            yield {"pointer": f"{pointer}/facts/{name}", "reason": f"缺少{label}"}
