"""Proximity over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.accounts.access import Viewer
from backend.database import ReadSession
from backend.proximity.queries import visible_sites_near
from backend.proximity.schemas import NearSite, NearSites
from backend.register.rows import one_row
from backend.surroundings.models import Receptor
from backend.surroundings.queries import visible_receptors
from backend.web.parameters import RowKey

router = APIRouter(prefix="/api/v1/proximity", tags=["proximity"])


@router.get("/receptors/{key}/sites")
def read_sites_near(
    key: RowKey,
    actor: Viewer,
    session: ReadSession,
    radius_m: Annotated[float, Query(gt=0, le=5_000, allow_inf_nan=False)] = 1_000,
) -> NearSites:
    """Graded sites around a receptor, the nearest first; of others' sites only what protects it."""
    receptor: Receptor = one_row(session, visible_receptors(actor), Receptor, key)[0]
    rows = session.execute(visible_sites_near(actor, radius_m).where(Receptor.id == receptor.id))
    return NearSites(radius_m=radius_m, items=[NearSite(**row._mapping) for row in rows])
