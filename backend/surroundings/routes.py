"""Receptors and corridors over HTTP."""

from fastapi import APIRouter

from backend.accounts.access import Viewer
from backend.database import ReadSession
from backend.surroundings import service
from backend.surroundings.schemas import CorridorOut, ReceptorOut
from backend.web.parameters import Moment, RowKey

router = APIRouter(prefix="/api/v1", tags=["register"])


@router.get("/receptors/{key}")
def read_receptor(key: RowKey, actor: Viewer, session: ReadSession, moment: Moment) -> ReceptorOut:
    """One place to protect."""
    return service.receptor_out(session, actor, key, moment)


@router.get("/corridors/{key}")
def read_corridor(key: RowKey, actor: Viewer, session: ReadSession, moment: Moment) -> CorridorOut:
    """One corridor with its length on the ground."""
    return service.corridor_out(session, actor, key, moment)
