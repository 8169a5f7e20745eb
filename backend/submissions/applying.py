"""Changes made to the register, row by row in an order that works; what cannot be made is told, never skipped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area, Sector, UnitGroup
from backend.jurisdictions.scope import ScopeKind
from backend.jurisdictions.territory import Territory
from backend.register.located import Located
from backend.risk.models import ControlMeasure, RiskPoint
from backend.risk.queries import (
    visible_events,
    visible_installations,
    visible_measures,
    visible_people,
    visible_points,
)
from backend.submissions.changes import KINDS, Change, Kind
from backend.submissions.reading import Fault, missing, read
from backend.zones.queries import visible_zones

SOURCE = "填报"
HANDING_OVER = ("sector", "township", "group")
VISIBLE = {
    "enterprise": visible_enterprises,
    "zone": visible_zones,
    "risk_point": visible_points,
    "risk_event": visible_events,
    "measure": visible_measures,
    "person": visible_people,
    "installation": visible_installations,
}


@dataclass(frozen=True)
class Applying:
    """What is under way.

    Parameters
    ----------
    actor : who publishes, or tries: rows are found among those that exist for them.
    enterprise_id : whose rows alone may change.
    failed : rows that could not be made; what belongs to them is no further fault.
    """

    session: Session
    actor: Actor
    enterprise_id: UUID
    district: Territory | None
    is_demo: bool
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)
    failed: set[UUID] = field(default_factory=set)

    def refuse(self, pointer: str, reason: str, hint: str | None = None) -> None:
        """Say that a change cannot be made."""
        self.faults.append({"pointer": pointer, "reason": reason} | ({"hint": hint} if hint else {}))


def apply(work: Applying, changes: Sequence[Change]) -> None:
    """Make the changes, as far as they can be made; where `work.faults` is not empty afterwards, none may stay."""
    for pointer, change in in_order(changes):
        if change.op == "delete":
            delete(work, change, pointer)
        else:
            put(work, change, pointer)
    if work.faults:
        return
    if row_of(work, "enterprise", work.enterprise_id) is None:
        work.refuse("/changes", "企业不在您的管辖范围内", "请由相应的街道/乡镇、行业部门或区局办理")


def in_order(changes: Sequence[Change]) -> Iterator[tuple[str, Change]]:
    """Parents before what belongs to them; deleting the other way round, and before anything is made."""
    rank = {name: place for place, name in enumerate(KINDS)}
    numbered = [(f"/changes/{place}", change) for place, change in enumerate(changes)]
    deletions = [each for each in numbered if each[1].op == "delete"]
    puts = [each for each in numbered if each[1].op == "put"]
    yield from sorted(deletions, key=lambda each: -rank[each[1].kind])
    yield from sorted(puts, key=lambda each: rank[each[1].kind])


def delete(work: Applying, change: Change, pointer: str) -> None:
    """Take a row away with everything below it; its history stays."""
    row = own_row(work, change, pointer)
    if row is None:
        return
    if change.kind == "enterprise":
        work.refuse(pointer, "企业不能删除", "不再生产经营的，请把经营状态改为关闭")
        return
    work.session.delete(row)
    work.session.flush()


def put(work: Applying, change: Change, pointer: str) -> None:
    """Make a row, or change what is named of one."""
    kind = KINDS[change.kind]
    row = None if change.seen is None else own_row(work, change, pointer)
    if change.seen is not None and row is None:
        return
    found = read(change, pointer, work.district)
    work.notices.extend(found.notices)
    faults = [*found.faults, *(missing(change, pointer) if row is None else emptied(change, pointer))]
    work.faults.extend(faults)
    # Everything that is wrong is told at once, so nothing of this stops at the first.
    allowed = is_allowed(work, change, row, pointer)
    in_place = is_in_place(work, change, row, found.values, pointer)
    if faults or not allowed or not in_place:
        work.failed.add(change.id)
        return
    values = found.values | described(kind, found.values)
    try:
        with work.session.begin_nested():
            if row is None:
                work.session.add(kind.model(**new_row(work, change, kind), **values))
            else:
                for column, value in values.items():
                    setattr(row, column, value)
            work.session.flush()
    except IntegrityError as error:
        work.refuse(pointer, f"{kind.label}不能写入：{broken(error)}")
        work.failed.add(change.id)
        return
    if change.kind == "risk_event" and {"inherent", "residual"} & found.values.keys():
        require_no_worse(work, change.id, pointer)


def require_no_worse(work: Applying, event_id: UUID, pointer: str) -> None:
    """Measures make nothing worse: what is written of one assessment must fit the other one, written or not."""
    event = row_of(work, "risk_event", event_id)
    if event is not None and event.grade and event.residual_grade and event.residual_grade < event.grade:
        work.refuse(
            f"{pointer}/facts/residual",
            "控制风险不能高于固有风险",
            "核对两次评估的参数；新采取的措施降低的是控制风险",
        )


def own_row(work: Applying, change: Change, pointer: str) -> Any:  # noqa: ANN401 (one of the models of KINDS)
    """The row that a change is of, in the version that its author saw."""
    label = KINDS[change.kind].label
    row = row_of(work, change.kind, change.id)
    if row is None:
        work.refuse(pointer, f"这个{label}已经不存在", "请去掉这项改动")
    elif owner(work, row) != work.enterprise_id:
        work.refuse(pointer, f"这个{label}不属于这家企业")
    elif row.version != change.seen:
        work.refuse(pointer, f"{label}「{row.name}」刚刚被别人改过", "请核对现在的内容后重新填写这一项")
    else:
        return row
    return None


def row_of(work: Applying, kind: str, row_id: UUID) -> Any:  # noqa: ANN401 (one of the models of KINDS)
    """A row as it is now, where it exists for the actor."""
    rows: Select[Any] = VISIBLE[kind](work.actor)
    model = KINDS[kind].model
    return work.session.scalars(
        rows.where(model.id == row_id).execution_options(populate_existing=True)
    ).one_or_none()


def owner(work: Applying, row: Located) -> UUID | None:
    """The enterprise that a row belongs to."""
    match row:
        case Enterprise():
            return row.id
        case RiskPoint():
            above = row_of(work, "zone", row.zone_id)
        case ControlMeasure():
            above = row_of(work, "risk_event", row.event_id)
        case _:
            above = row
    return None if above is None else above.enterprise_id


def emptied(change: Change, pointer: str) -> Iterator[Fault]:
    """Facts that a row must have and that a change takes away."""
    return (
        fault for fault in missing(change, pointer) if fault["pointer"].rpartition("/")[2] in change.facts
    )


def is_allowed(work: Applying, change: Change, row: Located | None, pointer: str) -> bool:
    """Whose an enterprise is, is for the whole district to say."""
    if change.kind != "enterprise" or row is None or work.actor.scope.kind is ScopeKind.EVERYTHING:
        return True
    handed = [name for name in HANDING_OVER if name in change.facts]
    for name in handed:
        work.refuse(f"{pointer}/facts/{name}", "行业、所属街道/乡镇和园区由区应急管理局调整")
    return not handed


def is_in_place(
    work: Applying, change: Change, row: Located | None, values: dict[str, Any], pointer: str
) -> bool:
    """Whether what a row points at is there, and of the same enterprise; codes become what they are codes of."""
    before = len(work.faults)
    is_waiting = False
    at = f"{pointer}/facts"
    above = {"zone_id": "zone", "risk_point_id": "risk_point", "event_id": "risk_event"}
    for column, kind in above.items():
        wanted = values.get(column)
        if wanted in work.failed:
            is_waiting = True
        elif wanted is not None:
            parent = row_of(work, kind, wanted)
            if parent is None or owner(work, parent) != work.enterprise_id:
                work.refuse(f"{at}/{column}", f"没有这个{KINDS[kind].label}，或它不属于这家企业")
    known: tuple[tuple[str, str, Any, Any], ...] = (
        ("sector", "sector_code", Sector.code, Sector.code),
        ("township", "township_code", Area.code, Area.code),
        ("group", "group_id", UnitGroup.code, UnitGroup.id),
    )
    for name, column, code, key in known:
        wanted = values.get(column) if change.kind == "enterprise" else None
        if wanted is not None:
            values[column] = work.session.scalars(select(key).where(code == wanted)).one_or_none()
            if values[column] is None:
                work.refuse(f"{at}/{name}", f"没有代码 {wanted}")
    return len(work.faults) == before and not is_waiting


def new_row(work: Applying, change: Change, kind: Kind) -> dict[str, Any]:
    """What a new row begins with besides its facts."""
    row: dict[str, Any] = {
        "id": change.id,
        "source": SOURCE,
        "source_id": str(change.id),
        "is_demo": work.is_demo,
    }
    return row | ({"enterprise_id": work.enterprise_id} if kind.parent == "enterprise_id" else {})


def described(kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
    """A measure is called by what it says."""
    is_measure = kind.model is ControlMeasure and "description" in values
    return {"name": values["description"][:200]} if is_measure else {}


def broken(error: IntegrityError) -> str:
    """What stands against a row, in the user's words."""
    state = getattr(error.orig, "sqlstate", "")
    return {"23505": "标识已被占用", "23503": "引用的记录不存在", "23514": "有数值超出允许的范围"}.get(
        state, "与已有的记录冲突"
    )
