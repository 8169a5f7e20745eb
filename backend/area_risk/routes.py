"""The colour of areas over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.accounts.access import Viewer
from backend.area_risk.rules import DEFAULT, rules
from backend.area_risk.schemas import AreaLevel, AreaRiskOut
from backend.area_risk.service import Asked, area_risk, asked_sector
from backend.database import ReadSession
from backend.errors import BadParameter
from backend.web.parameters import Moment

router = APIRouter(prefix="/api/v1", tags=["overview"])


@router.get("/area-risk")
def read_area_risk(
    actor: Viewer,
    session: ReadSession,
    moment: Moment,
    level: Annotated[
        AreaLevel, Query(description="township, district, or group (parks, villages, grid cells)")
    ],
    rule: Annotated[str, Query(max_length=64, description="id of a rule in the vocabulary")] = DEFAULT,
    sector: Annotated[str | None, Query(max_length=64, description="only enterprises of this sector")] = None,
) -> AreaRiskOut:
    """The colour of each area by a rule, from what exists for the reader and nothing else."""
    if rule not in rules():
        raise BadParameter("rule", f"没有这个规则；可用的规则：{'、'.join(rules())}")
    return area_risk(session, actor, Asked(level, rules()[rule], asked_sector(session, sector), moment))
