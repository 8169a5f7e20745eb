"""Listing alarms and answering them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select
from sqlalchemy.orm import Session

from backend.alarms.models import CAUSES, Conflict
from backend.alarms.queries import is_receptor_mine, is_site_mine, visible_conflicts
from backend.alarms.schemas import AlarmOut, AlarmsOut, AnswerIn, AnswerOut, Side, State
from backend.audit.trail import Deed, record
from backend.errors import DomainError, NotFound
from backend.jurisdictions.actors import Actor
from backend.proximity.rules import STARTS
from backend.proximity.runs import name_of_maker
from backend.register.rows import term
from backend.surroundings.models import RECEPTOR_KINDS


class NotYourSide(DomainError):
    """The alarm is told of, and that side of it is somebody else's."""

    status = 403
    code = "not_your_side"


class Answered(DomainError):
    """That side has spoken already, or there is nothing to answer any more."""

    status = 409
    code = "answered"


def in_state(actor: Actor, state: State) -> ColumnElement[bool]:
    """Whether a conflict is in a state, as one side sees it: an alarm is open while a side of theirs is silent."""
    silent = or_(
        and_(is_site_mine(actor), Conflict.site_said_at.is_(None)),
        and_(is_receptor_mine(actor), Conflict.receptor_said_at.is_(None)),
    )
    is_alarm, is_over = Conflict.cause != "standing", Conflict.ended_at.is_not(None)
    return {
        "open": and_(is_alarm, ~is_over, silent),
        "answered": and_(is_alarm, ~is_over, ~silent),
        "ended": is_over,
        "standing": and_(~is_alarm, ~is_over),
    }[state]


STATES: tuple[State, ...] = ("open", "answered", "ended", "standing")


def alarms(session: Session, actor: Actor, state: State, *, page: int, limit: int) -> AlarmsOut:
    """One page of the conflicts in a state, the newest first."""
    rows = visible_conflicts(actor)
    counts: dict[State, int] = {
        each: session.scalar(select(func.count()).select_from(rows.where(in_state(actor, each)).subquery()))
        or 0
        for each in STATES
    }
    shown = (
        rows.where(in_state(actor, state))
        .order_by(Conflict.number.desc())
        .limit(limit)
        .offset((page - 1) * limit)
    )
    items = [alarm_out(row) for row in session.execute(shown).mappings()]
    return AlarmsOut(items=items, total=counts[state], page=page, limit=limit, states=counts)


def answer(session: Session, actor: Actor, alarm_id: UUID, given: AnswerIn) -> AlarmOut:
    """Let one side say why it knows of a conflict and what it does about it; said once, it stands.

    Raises
    ------
    NotFound
        If the alarm does not exist for the actor.
    NotYourSide, Answered
    """
    row = (
        session.execute(visible_conflicts(actor).where(Conflict.id == alarm_id).with_for_update(of=Conflict))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound
    if given.side not in sides_of(row):
        raise NotYourSide("这一侧不归您负责。")
    conflict: Conflict = row["Conflict"]
    if conflict.ended_at is not None or getattr(conflict, f"{given.side}_said_at") is not None:
        raise Answered("这条提醒已经处理过，或冲突已经消除。请刷新后查看。")
    # Asked first: a question to the database would write a row of which half is said.
    said = {
        "said_at": session.scalar(select(func.now())),
        "said_by": name_of_maker(session, actor),
        "reason": given.reason,
    }
    for name, value in said.items():
        setattr(conflict, f"{given.side}_{name}", value)
    record(
        session,
        actor,
        Deed.ANSWER_ALARM,
        detail={"alarm": str(conflict.id), "side": given.side, "reason": given.reason},
    )
    session.flush()
    return alarm_out(row)


def sides_of(row: RowMapping) -> list[Side]:
    """The sides that are the reader's."""
    owned: Mapping[Side, bool] = {"site": row["is_site_mine"], "receptor": row["is_receptor_mine"]}
    return [side for side, is_mine in owned.items() if is_mine]


def alarm_out(row: RowMapping) -> AlarmOut:
    """A conflict as it is told to who has one of its sides."""
    conflict: Conflict = row["Conflict"]
    mine = sides_of(row)
    is_whole = "site" in mine
    return AlarmOut(
        id=conflict.id,
        number=conflict.number,
        start=term(STARTS, conflict.start),
        site_id=conflict.site_id if is_whole else None,
        site_name=conflict.site_name if is_whole else None,
        enterprise_id=conflict.enterprise_id if is_whole else None,
        enterprise_name=conflict.enterprise_name,
        grade=conflict.grade,
        receptor_id=conflict.receptor_id,
        receptor_name=conflict.receptor_name,
        receptor_kind=term(RECEPTOR_KINDS, conflict.receptor_kind),
        distance_m=conflict.distance_m,
        limit_m=conflict.limit_m,
        cause=term(CAUSES, conflict.cause),
        found_at=conflict.found_at,
        ended_at=conflict.ended_at,
        mine=mine,
        site=answer_out(conflict, "site"),
        receptor=answer_out(conflict, "receptor"),
    )


def answer_out(conflict: Conflict, side: Side) -> AnswerOut | None:
    """What one side said."""
    said: Any = getattr(conflict, f"{side}_said_at")
    if said is None:
        return None
    return AnswerOut(
        at=said, by=getattr(conflict, f"{side}_said_by"), reason=getattr(conflict, f"{side}_reason")
    )
