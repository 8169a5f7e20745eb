"""What a submission can propose: facts of an enterprise and of the parts below it, each to be put or deleted.

A change names its row by an id that the client has chosen for a new one, the version that its author saw (null for a
new row), and the facts that are to differ; what it does not name stays.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from backend.enterprises.models import OPERATING_STATUSES, Enterprise
from backend.enterprises.vocabulary import DEMONSTRATION_STATUSES, HAZARD_INSTALLATION_KINDS, SCALES
from backend.register.located import Located
from backend.risk.measures import KINDS as MEASURE_KINDS
from backend.risk.models import (
    ControlMeasure,
    MajorHazardInstallation,
    ResponsiblePerson,
    RiskEvent,
    RiskPoint,
)
from backend.risk.vocabulary import RISK_POINT_KINDS
from backend.web.bodies import Code, In, Line, LongLine, plain
from backend.zones.models import Zone
from geodata.geometry import Kind as Shape

MOST_CHANGES = 2000
# A polygon with holes in a collection nests 5 deep.
DEEPEST = 32
PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|400-?\d{3}-?\d{4}|1[12]\d{3}|11\d|12\d{1,3}")

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(plain)
]
GeoJSON = dict[str, Any]
Day = date
Count = Annotated[int, Field(ge=0, le=10_000_000)]
# Read by the pure grading modules, which say what is wrong field by field.
Given = dict[str, Any]


def one_of(words: Mapping[str, tuple[str, str]]) -> AfterValidator:
    """A code of a table, or an error that names what can be written."""

    def known(code: str) -> str:
        if code not in words:
            raise ValueError(f"应为 {'、'.join(f'{key}（{zh}）' for key, (zh, _) in words.items())} 之一")
        return code

    return AfterValidator(known)


def storable(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts that the database can keep: not nested without end, texts of whole characters, finite numbers."""
    waiting: list[tuple[Any, int]] = [(facts, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise ValueError(f"嵌套超过 {DEEPEST} 层")
        if isinstance(value, dict):
            waiting += [(each, depth + 1) for pair in value.items() for each in pair]
        elif isinstance(value, list):
            waiting += [(each, depth + 1) for each in value]
        elif isinstance(value, str) and ("\x00" in value or not is_whole(value)):
            raise ValueError("文字中有不能保存的字符")
        elif isinstance(value, float) and not isfinite(value):
            raise ValueError("数值应为有限的数")
    return facts


def is_whole(text: str) -> bool:
    """Whether a text has no half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def phone_number(text: str) -> str:
    """A mobile or fixed number of China, or a service number."""
    if not PHONE.fullmatch(text):
        raise ValueError("不是电话号码（手机 11 位，固定电话带区号，如 0375-1234567）")
    return text


class Facts(In):
    """Facts of some row; all may be absent, and null clears what may be empty."""


class EnterpriseFacts(Facts):
    """Facts of the enterprise itself."""

    name: Line = ""
    credit_code: Code | None = None
    credit_code_note: LongLine | None = None
    address: LongLine | None = None
    operating_status: Annotated[str, one_of(OPERATING_STATUSES)] = "operating"
    sector: Code | None = None
    township: Code | None = None
    group: Code | None = None
    industry_code: Code | None = None
    scale: Annotated[str, one_of(SCALES)] | None = None
    is_above_scale: bool | None = None
    staff: Count | None = None
    demonstration: Annotated[str, one_of(DEMONSTRATION_STATUSES)] = "ordinary"
    demonstration_since: Day | None = None
    chemical_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")] | None = None
    review_due: Day | None = None
    location: GeoJSON | None = None
    outline: GeoJSON | None = None


class ZoneFacts(Facts):
    """Facts of a zone; its grade follows from its events, a declared one can be taken back or made worse."""

    name: Line = ""
    kind: Code | None = None
    floor: Code | None = None
    code: Code | None = None
    department: Line | None = None
    most_people: Count | None = None
    review_due: Day | None = None
    declared_grade: Annotated[int, Field(ge=1, le=4)] | None = None
    boundary: GeoJSON = Field(default_factory=dict)


class PointFacts(Facts):
    """Facts of a risk point."""

    zone_id: UUID | None = None
    name: Line = ""
    kind: Annotated[str, one_of(RISK_POINT_KINDS)] = "place"
    location: GeoJSON | None = None


class EventFacts(Facts):
    """Facts of a risk event with its two assessments, before and with the measures."""

    risk_point_id: UUID | None = None
    name: LongLine = ""
    hazard_source: LongLine | None = None
    accident_edition: Code | None = None
    accident_code: Code | None = None
    consequence: LongLine | None = None
    control_level: Code | None = None
    department: Line | None = None
    person: Line | None = None
    inherent: Given | None = None
    residual: Given | None = None
    assessed_by: Line | None = None
    assessed_on: Day | None = None
    review_due: Day | None = None


class MeasureFacts(Facts):
    """Facts of a control measure."""

    event_id: UUID | None = None
    kind: Annotated[str, one_of({key: (word.zh, word.en) for key, word in MEASURE_KINDS.items()})] = ""
    description: Text = ""
    data_source: Literal["1", "2"] | None = None
    class_1: Annotated[str, StringConstraints(max_length=2)] | None = None
    class_2: Annotated[str, StringConstraints(max_length=4)] | None = None
    class_3: Line | None = None
    check_content: LongLine | None = None


class PersonFacts(Facts):
    """Facts of a person in charge: of the enterprise, or of one zone."""

    zone_id: UUID | None = None
    name: Line = ""
    duty: Code = ""
    position: Line | None = None
    phone: Annotated[str, AfterValidator(phone_number)] | None = None


class Substance(In):
    """What a unit holds of one substance, tonnes; `threshold` and `beta` with a citation for what no table holds."""

    name: LongLine
    quantity: Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
    hazard_class: Code | None = None
    threshold: Annotated[float, Field(ge=1e-3, le=1e9, allow_inf_nan=False)] | None = None
    beta: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] | None = None
    citation: LongLine | None = None


class InstallationFacts(Facts):
    """Facts of a major hazard installation (重大危险源); its level follows from its substances."""

    name: Line = ""
    code: Annotated[str, StringConstraints(max_length=36)] | None = None
    kind: Annotated[str, one_of(HAZARD_INSTALLATION_KINDS)] = ""
    substances: list[Substance] = Field(default_factory=list, max_length=200)
    people_500m: Count | None = None
    people_basis: Literal["counted", "estimated"] = "counted"
    boundary: GeoJSON | None = None


class Change(In):
    """One row to be put (made, or changed) or deleted."""

    kind: Literal["enterprise", "zone", "risk_point", "risk_event", "measure", "person", "installation"]
    op: Literal["put", "delete"] = "put"
    id: UUID
    seen: Annotated[int, Field(ge=1)] | None = None
    facts: Annotated[dict[str, Any], AfterValidator(storable)] = Field(default_factory=dict)


Changes = Annotated[list[Change], Field(max_length=MOST_CHANGES)]


@dataclass(frozen=True)
class Kind:
    """What a change of this kind is of.

    Parameters
    ----------
    columns : by the name of a fact, the column where it is another.
    required : facts that a new row must have, with what people call them.
    places : facts that are geometries, with the shape that each must be.
    parent : the column that says what the row belongs to; None is the enterprise itself.
    """

    label: str
    model: type[Located]
    facts: type[Facts]
    required: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Shape] = field(default_factory=dict)
    parent: str | None = None


# In the order in which new rows can be made; deleting goes the other way round.
KINDS: Mapping[str, Kind] = {
    "enterprise": Kind(
        "企业",
        Enterprise,
        EnterpriseFacts,
        {"name": "名称"},
        {"sector": "sector_code", "township": "township_code", "group": "group_id"},
        {"location": "point", "outline": "area"},
    ),
    "zone": Kind(
        "风险分区",
        Zone,
        ZoneFacts,
        {"name": "名称", "boundary": "范围"},
        places={"boundary": "area"},
        parent="enterprise_id",
    ),
    "risk_point": Kind(
        "风险点",
        RiskPoint,
        PointFacts,
        {"name": "名称", "zone_id": "所属风险分区"},
        places={"location": "point"},
        parent="zone_id",
    ),
    "risk_event": Kind(
        "风险事件",
        RiskEvent,
        EventFacts,
        {"name": "风险事件", "risk_point_id": "所属风险点"},
        parent="risk_point_id",
    ),
    "measure": Kind(
        "管控措施",
        ControlMeasure,
        MeasureFacts,
        {"kind": "措施类别", "description": "措施内容", "event_id": "所属风险事件"},
        parent="event_id",
    ),
    "person": Kind(
        "责任人", ResponsiblePerson, PersonFacts, {"name": "姓名", "duty": "职责"}, parent="enterprise_id"
    ),
    "installation": Kind(
        "重大危险源",
        MajorHazardInstallation,
        InstallationFacts,
        {"name": "名称", "kind": "类型", "substances": "危险物质"},
        places={"boundary": "area"},
        parent="enterprise_id",
    ),
}
# What only an office decides about an enterprise: whose it is, and what it is a model of.
FOR_OFFICES = frozenset({"sector", "township", "group", "demonstration", "demonstration_since"})
