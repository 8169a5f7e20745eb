"""Alarms over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from backend.accounts.access import Editor, Viewer
from backend.alarms.schemas import AlarmOut, AlarmsOut, AnswerIn, State
from backend.alarms.service import alarms, answer
from backend.database import ReadSession, WriteSession

router = APIRouter(prefix="/api/v1/alarms", tags=["proximity"])


@router.get("")
def read_alarms(
    actor: Viewer,
    session: ReadSession,
    state: State = "open",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AlarmsOut:
    """What has come too near: open while a side of the reader's is silent, answered, ended, or there before."""
    return alarms(session, actor, state, page=page, limit=limit)


@router.post("/{alarm_id}/answer")
def answer_alarm(alarm_id: UUID, given: AnswerIn, actor: Editor, session: WriteSession) -> AlarmOut:
    """Acknowledge an alarm for one side, with the reason; said once, it stands."""
    return answer(session, actor, alarm_id, given)
