"""What the three risk lists are of and what their columns are, declared once: pages, sheets and sorting read it.

`zones` is the 安全风险清单: one row a zone, just the features of the map.
`events` is the 风险辨识管控清单: one row a risk event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Double, Select, SQLColumnExpression, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import own_fact, own_id
from backend.jurisdictions.actors import Actor
from backend.layers import LAYERS, Property
from backend.risk.measures import KINDS
from backend.risk.models import RiskEvent, RiskPoint
from backend.risk.queries import visible_events
from backend.spreadsheets import CellKind
from backend.zones.models import Zone

Words = Literal[
    "grade",
    "township",
    "sector",
    "status",
    "scale",
    "demonstration",
    "point_kind",
    "accident_type",
    "method",
    "control_level",
]


@dataclass(frozen=True)
class ListColumn:
    """One column.

    Parameters
    ----------
    value : what it is in the database; None where it is gathered for a page from elsewhere, and cannot be sorted by.
    words : the table of codes that its values are of.
    rows : the visible rows with what the value is read from, where that is not the row itself.
    is_indexed : whether an index has all rows in the order of this column, then of their number.
    """

    code: str
    zh: str
    en: str
    value: Property | None
    kind: CellKind = "text"
    words: Words | None = None
    rows: Callable[[Actor], Select[Any]] | None = None
    is_indexed: bool = False

    def expression(self, actor: Actor) -> SQLColumnExpression[Any]:
        """The column as `actor` is told it."""
        if self.value is None:
            raise ValueError(f"{self.code} is not a column of the database")
        return self.value(actor) if callable(self.value) else self.value


@dataclass(frozen=True)
class RiskList:
    """One list.

    Parameters
    ----------
    visible : the rows that exist for an actor; `joined` are they with what their columns are read from.
    keys : id and number of the rows, and of what they belong to where it exists for the actor.
    names : the texts that words are looked for in, beside the name of the enterprise.
    enterprise_id : the enterprise of a row.
    """

    code: str
    zh: str
    en: str
    model: type[Zone] | type[RiskEvent] | type[Enterprise]
    visible: Callable[[Actor], Select[Any]]
    joined: Callable[[Actor], Select[Any]]
    keys: Mapping[str, Property]
    columns: tuple[ListColumn, ...]
    names: tuple[InstrumentedAttribute[Any], ...]
    enterprise_id: InstrumentedAttribute[Any]

    def column(self, code: str) -> ListColumn | None:
        """The column of this name that rows can be sorted by."""
        return next((each for each in self.sortable if each.code == code), None)

    @property
    def sortable(self) -> list[ListColumn]:
        """The columns that rows can be sorted by."""
        return [each for each in self.columns if each.value is not None]


def joined_events(actor: Actor) -> Select[Any]:
    """Visible events with their risk point, zone and enterprise."""
    return (
        visible_events(actor)
        .join(RiskPoint, RiskPoint.id == RiskEvent.risk_point_id)
        .join(Zone, Zone.id == RiskEvent.zone_id)
        .join(Enterprise, Enterprise.id == RiskEvent.enterprise_id)
    )


def with_whole(
    whole: type[RiskPoint] | type[Zone] | type[Enterprise], belongs: InstrumentedAttribute[Any]
) -> Callable[[Actor], Select[Any]]:
    """Visible events with one of the things that they are in; each of them is in one."""
    return lambda actor: visible_events(actor).join(whole, whole.id == belongs)


WITH_POINT = with_whole(RiskPoint, RiskEvent.risk_point_id)
WITH_ZONE = with_whole(Zone, RiskEvent.zone_id)
WITH_ENTERPRISE = with_whole(Enterprise, RiskEvent.enterprise_id)


def in_inherent(*path: str) -> SQLColumnExpression[Any]:
    """A text of the assessment before the measures."""
    return func.jsonb_extract_path_text(RiskEvent.inherent, *path)


def number_in_inherent(*path: str) -> SQLColumnExpression[Any]:
    """A number of the assessment before the measures."""
    return cast(in_inherent(*path), Double)


def enterprise_fact(fact: SQLColumnExpression[Any]) -> Property:
    """A fact of the enterprise that a row belongs to, for whom that enterprise exists."""
    return lambda actor: own_fact(actor, fact)


def events_of(whole: type[Zone] | type[Enterprise]) -> Property:
    """How many events a zone or an enterprise has; who sees it sees them all."""
    belongs = RiskEvent.zone_id if whole is Zone else RiskEvent.enterprise_id

    def counted(actor: Actor) -> SQLColumnExpression[Any]:
        rows = visible_events(actor).where(belongs == whole.id)
        return (
            rows.with_only_columns(func.count(), maintain_column_froms=True)
            .correlate(whole)
            .scalar_subquery()
        )

    return counted


# Who sees an enterprise sees all of its zones.
ZONES_OF_ENTERPRISE = (
    select(func.count())
    .select_from(Zone)
    .where(Zone.enterprise_id == Enterprise.id)
    .correlate(Enterprise)
    .scalar_subquery()
)

ZONE_DUE = Zone.review_due
# The first of an enterprise's zones to be reviewed.
FIRST_ZONE_DUE = (
    select(func.min(ZONE_DUE))
    .select_from(Zone)
    .where(Zone.enterprise_id == Enterprise.id)
    .correlate(Enterprise)
    .scalar_subquery()
)


def first_due(
    actor: Actor, whole: type[Zone] | type[RiskEvent] | type[Enterprise]
) -> SQLColumnExpression[Any]:
    """When the first review of a row is due: its own, or that of anything in it."""
    if whole is RiskEvent:
        return RiskEvent.review_due
    belongs = RiskEvent.zone_id if whole is Zone else RiskEvent.enterprise_id
    events = (
        visible_events(actor)
        .where(belongs == whole.id)
        .with_only_columns(func.min(RiskEvent.review_due), maintain_column_froms=True)
        .correlate(whole)
        .scalar_subquery()
    )
    zones = [FIRST_ZONE_DUE] if whole is Enterprise else []
    return func.least(whole.review_due, events, *zones)


GRADE = ("grade", "风险等级（固有）", "Grade")
RESIDUAL = ("residual_grade", "风险等级（控制）", "Residual grade")
DUE = ("review_due", "复评期限", "Review due")
UPDATED = ("updated_at", "资料更新时间", "Updated")
# The rows of the map's own layers, so that a list never has another row than the map.
ZONE_ROWS = LAYERS["zones"].visible
ENTERPRISE_ROWS = LAYERS["enterprises"].visible

ZONE_LIST = RiskList(
    code="zones",
    zh="安全风险清单",
    en="Risk list",
    model=Zone,
    visible=ZONE_ROWS,
    joined=ZONE_ROWS,
    keys={
        "id": Zone.id,
        "number": Zone.number,
        "enterprise_id": lambda actor: own_id(actor, Zone.enterprise_id),
    },
    columns=(
        ListColumn("enterprise", "企业名称", "Enterprise", Enterprise.name),
        ListColumn(
            "credit_code",
            "统一社会信用代码",
            "Credit code",
            enterprise_fact(Enterprise.credit_code),
            "code",
        ),
        ListColumn("name", "风险分区", "Zone", Zone.name),
        ListColumn("code", "分区编号", "Zone code", Zone.code, "code"),
        ListColumn("kind", "分区类型", "Kind", Zone.kind),
        ListColumn("floor", "楼层", "Floor", Zone.floor),
        ListColumn(*GRADE, Zone.grade, "grade", "grade"),
        ListColumn(*RESIDUAL, Zone.residual_grade, "grade", "grade"),
        ListColumn("events", "风险事件数", "Events", events_of(Zone), "integer"),
        ListColumn("department", "责任部门", "Department", Zone.department),
        ListColumn("most_people", "最多人数", "Most people", Zone.most_people, "integer"),
        ListColumn(
            "township",
            "街道/乡镇",
            "Township",
            enterprise_fact(Enterprise.township_code),
            words="township",
        ),
        ListColumn("sector", "行业", "Sector", enterprise_fact(Enterprise.sector_code), words="sector"),
        ListColumn(*DUE, lambda actor: first_due(actor, Zone), "date"),
        ListColumn(*UPDATED, Zone.updated_at, "time"),
    ),
    names=(Zone.name, Zone.code),
    enterprise_id=Zone.enterprise_id,
)
EVENT_LIST = RiskList(
    code="events",
    zh="风险辨识管控清单",
    en="Risk identification and control list",
    model=RiskEvent,
    visible=visible_events,
    joined=joined_events,
    keys={
        "id": RiskEvent.id,
        "number": RiskEvent.number,
        "zone_id": RiskEvent.zone_id,
        "enterprise_id": lambda actor: own_id(actor, RiskEvent.enterprise_id),
    },
    columns=(
        ListColumn("enterprise", "企业名称", "Enterprise", Enterprise.name, rows=WITH_ENTERPRISE),
        ListColumn("zone", "风险分区", "Zone", Zone.name, rows=WITH_ZONE),
        ListColumn("point", "风险点", "Risk point", RiskPoint.name, rows=WITH_POINT),
        ListColumn(
            "point_kind", "风险点类型", "Kind of point", RiskPoint.kind, words="point_kind", rows=WITH_POINT
        ),
        ListColumn("hazard_source", "危险源", "Hazard source", RiskEvent.hazard_source),
        ListColumn("name", "风险事件", "Event", RiskEvent.name, is_indexed=True),
        ListColumn(
            "accident_type",
            "事故类别",
            "Accident type",
            RiskEvent.accident_edition.concat("/").concat(RiskEvent.accident_code),
            words="accident_type",
        ),
        ListColumn("consequence", "可能后果", "Consequence", RiskEvent.consequence, "long_text"),
        ListColumn("method", "评价方法", "Method", in_inherent("method"), words="method"),
        ListColumn("L", "L", "L", number_in_inherent("factors", "L"), "number"),
        ListColumn("E", "E", "E", number_in_inherent("factors", "E"), "number"),
        ListColumn("C", "C", "C", number_in_inherent("factors", "C"), "number"),
        ListColumn("S", "S", "S", number_in_inherent("factors", "S"), "number"),
        ListColumn("value", "风险值（D/R）", "Value", number_in_inherent("value"), "number"),
        ListColumn(*GRADE, RiskEvent.grade, "grade", "grade", is_indexed=True),
        ListColumn(*RESIDUAL, RiskEvent.residual_grade, "grade", "grade", is_indexed=True),
        *(
            ListColumn(f"measures_{kind.code}", kind.zh, kind.en, None, "long_text")
            for kind in KINDS.values()
        ),
        ListColumn(
            "control_level", "管控层级", "Control level", RiskEvent.control_level, words="control_level"
        ),
        ListColumn("department", "责任部门", "Department", RiskEvent.department),
        ListColumn("person", "责任人", "Person", RiskEvent.person),
        ListColumn("assessed_by", "评估人", "Assessed by", RiskEvent.assessed_by),
        ListColumn("assessed_on", "评估日期", "Assessed on", RiskEvent.assessed_on, "date", is_indexed=True),
        ListColumn(*DUE, RiskEvent.review_due, "date", is_indexed=True),
        ListColumn(*UPDATED, RiskEvent.updated_at, "time"),
    ),
    names=(RiskEvent.name, RiskEvent.hazard_source),
    enterprise_id=RiskEvent.enterprise_id,
)
ENTERPRISE_LIST = RiskList(
    code="enterprises",
    zh="企业安全风险清单",
    en="Enterprise risk list",
    model=Enterprise,
    visible=ENTERPRISE_ROWS,
    joined=ENTERPRISE_ROWS,
    keys={"id": Enterprise.id, "number": Enterprise.number},
    columns=(
        ListColumn("name", "企业名称", "Enterprise", Enterprise.name),
        ListColumn("credit_code", "统一社会信用代码", "Credit code", Enterprise.credit_code, "code"),
        ListColumn("township", "街道/乡镇", "Township", Enterprise.township_code, words="township"),
        ListColumn("sector", "行业", "Sector", Enterprise.sector_code, words="sector"),
        ListColumn("status", "经营状态", "Status", Enterprise.operating_status, words="status"),
        ListColumn("scale", "规模", "Scale", Enterprise.scale, words="scale"),
        ListColumn("is_above_scale", "规上企业", "Above designated size", Enterprise.is_above_scale),
        ListColumn("staff", "从业人数", "Staff", Enterprise.staff, "integer"),
        ListColumn(
            "demonstration", "示范类型", "Demonstration", Enterprise.demonstration, words="demonstration"
        ),
        ListColumn(*GRADE, Enterprise.grade, "grade", "grade"),
        ListColumn(*RESIDUAL, Enterprise.residual_grade, "grade", "grade"),
        ListColumn("zones", "风险分区数", "Zones", ZONES_OF_ENTERPRISE, "integer"),
        ListColumn("events", "风险事件数", "Events", events_of(Enterprise), "integer"),
        ListColumn("is_placed", "已上图", "On the map", Enterprise.location.is_not(None)),
        ListColumn("address", "地址", "Address", Enterprise.address),
        ListColumn(*DUE, lambda actor: first_due(actor, Enterprise), "date"),
        ListColumn(*UPDATED, Enterprise.updated_at, "time"),
    ),
    names=(Enterprise.credit_code,),
    enterprise_id=Enterprise.id,
)

LISTS: Mapping[str, RiskList] = {each.code: each for each in (ZONE_LIST, EVENT_LIST, ENTERPRISE_LIST)}
