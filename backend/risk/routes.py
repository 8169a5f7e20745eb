"""What stands behind a grade, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.accounts.access import Viewer
from backend.database import ReadSession
from backend.risk import service
from backend.risk.schemas import (
    EnterpriseExplanation,
    EventOut,
    EventsOut,
    InstallationsOut,
    ZoneExplanation,
)
from backend.web.parameters import Moment, RowKey

router = APIRouter(prefix="/api/v1", tags=["risk"])
Page = Annotated[int, Query(ge=1, le=100_000)]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get("/zones/{key}/explanation")
def explain_zone(
    key: RowKey, actor: Viewer, session: ReadSession, moment: Moment, limit: Limit = 10
) -> ZoneExplanation:
    """Why a zone has its grade: the deciding events down to their scores, who answers, and who is missing."""
    return service.explain_zone(session, actor, key, moment=moment, limit=limit)


@router.get("/zones/{key}/events")
def read_events(
    key: RowKey, actor: Viewer, session: ReadSession, moment: Moment, page: Page = 1, limit: Limit = 50
) -> EventsOut:
    """The risk events of a zone, the worst first."""
    return service.events_of_zone(session, actor, key, moment=moment, page=page, limit=limit)


@router.get("/events/{key}")
def read_event(key: RowKey, actor: Viewer, session: ReadSession, moment: Moment) -> EventOut:
    """One risk event with its assessments and measures."""
    return service.one_event(session, actor, key, moment=moment)


@router.get("/enterprises/{key}/explanation")
def explain_enterprise(
    key: RowKey, actor: Viewer, session: ReadSession, moment: Moment, page: Page = 1, limit: Limit = 10
) -> EnterpriseExplanation:
    """Why an enterprise has its grade: the deciding zones in pages, each with the events that decide it."""
    return service.explain_enterprise(session, actor, key, moment=moment, page=page, limit=limit)


@router.get("/enterprises/{key}/installations")
def read_installations(key: RowKey, actor: Viewer, session: ReadSession, moment: Moment) -> InstallationsOut:
    """The major hazard installations (重大危险源) of an enterprise."""
    return service.installations_of(session, actor, key, moment=moment)
