"""Editing an enterprise's facts: in one's own scope, on the version that was seen, with a trace."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.audit.trail import Deed, Subject, record
from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.enterprises.schemas import EnterpriseChange, EnterpriseEdited, EnterpriseOut
from backend.enterprises.service import enterprise_facts
from backend.errors import DomainError, NotFound
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area, Sector
from backend.jurisdictions.scope import ScopeKind
from backend.web.conditions import require_version

# What a client calls a field, and the column behind it.
COLUMNS = {
    "name": "name",
    "address": "address",
    "operating_status": "operating_status",
    "sector": "sector_code",
    "township": "township_code",
}
# Whose the enterprise is: only who sees the whole district hands it from one office to another.
HANDING_OVER = frozenset({"sector", "township"})


class HandingOverRefused(DomainError):
    """An office that would give an enterprise away, or take one."""

    status = 403
    code = "handing_over_refused"


class UnknownCode(DomainError):
    """A sector or a township that does not exist."""

    code = "unknown_code"


def edit_enterprise(
    session: Session, actor: Actor, enterprise_id: UUID, seen: int, given: EnterpriseChange
) -> EnterpriseEdited:
    """Change what is named of an enterprise that exists for `actor`; what is not named stays.

    Raises
    ------
    NotFound, ChangedMeanwhile, HandingOverRefused, UnknownCode
    """
    row = session.scalars(
        visible_enterprises(actor).where(Enterprise.id == enterprise_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    present = EnterpriseOut(**enterprise_facts(session, actor, enterprise_id))
    require_version(seen, row.version, present.model_dump(mode="json"))
    changes = {COLUMNS[name]: value for name, value in given.model_dump(exclude_unset=True).items()}
    require_right(actor, given)
    require_known(session, given)
    before = {column: getattr(row, column) for column in changes}
    write(session, actor, row, before, changes)
    return EnterpriseEdited(
        **enterprise_facts(session, actor, enterprise_id), notices=notices(session, actor, row, given)
    )


def require_right(actor: Actor, given: EnterpriseChange) -> None:
    """Refuse to hand an enterprise over to who does not see the whole district."""
    if given.model_fields_set & HANDING_OVER and actor.scope.kind is not ScopeKind.EVERYTHING:
        raise HandingOverRefused("行业和所属街道/乡镇由区应急管理局调整，请联系区局。")


def require_known(session: Session, given: EnterpriseChange) -> None:
    """Refuse a code that is not in its table."""
    known = {
        "sector": select(Sector.code).where(Sector.code == given.sector),
        "township": select(Area.code).where(Area.code == given.township, Area.level == "township"),
    }
    for name, rows in known.items():
        if getattr(given, name) is not None and session.scalars(rows).one_or_none() is None:
            code = getattr(given, name)
            raise UnknownCode(f"没有代码 {code}。", [{"pointer": f"/{name}", "reason": f"没有代码 {code}"}])


def write(
    session: Session, actor: Actor, row: Enterprise, before: dict[str, Any], changes: dict[str, Any]
) -> None:
    """Write the changes and their trace; what says the same as before is no change."""
    differing = {column: value for column, value in changes.items() if before[column] != value}
    if not differing:
        return
    for column, value in differing.items():
        setattr(row, column, value)
    session.flush()
    session.refresh(row)
    record(
        session,
        actor,
        Deed.EDIT,
        subject=Subject("enterprise", str(row.id), row.name),
        before={column: before[column] for column in differing},
        after=differing,
    )


def notices(session: Session, actor: Actor, row: Enterprise, given: EnterpriseChange) -> list[str]:
    """What an editor should look at: a unit may belong to a township without lying in it."""
    if given.township is None:
        return []
    lies_outside = (
        visible_enterprises(actor)
        .join(Area, Area.code == Enterprise.township_code)
        .with_only_columns(~func.ST_Covers(Area.boundary, Enterprise.location))
        .where(Enterprise.id == row.id, ~Area.is_indicative)
    )
    outside: bool | None = session.execute(lies_outside).scalar_one_or_none()
    return ["点位不在所写的街道/乡镇边界内，请核对。"] if outside else []
