"""Enterprises and their zones over HTTP; here, because an enterprise is told together with its zones."""

from fastapi import APIRouter, Response

from backend.accounts.access import Viewer
from backend.database import ReadSession
from backend.web.conditions import etag
from backend.web.parameters import Moment, RowKey
from backend.zones import service
from backend.zones.schemas import EnterpriseWithZones, ZoneOut

router = APIRouter(prefix="/api/v1", tags=["register"])


@router.get("/enterprises/{key}")
def read_enterprise(
    key: RowKey, response: Response, actor: Viewer, session: ReadSession, moment: Moment
) -> EnterpriseWithZones:
    """One enterprise with its zones, the highest risk first; its version as an ETag."""
    enterprise = service.enterprise_with_zones(session, actor, key, moment)
    response.headers["ETag"] = etag(enterprise.version)
    return enterprise


@router.get("/zones/{key}")
def read_zone(key: RowKey, actor: Viewer, session: ReadSession, moment: Moment) -> ZoneOut:
    """One zone with its enterprise, area and perimeter."""
    return service.zone_out(session, actor, key, moment)
