"""The vocabulary, the district, counts and search over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from backend.accounts.access import Viewer
from backend.area_risk.service import asked_sector
from backend.database import ReadSession
from backend.errors import BadParameter
from backend.overview.counts import Counts, counts
from backend.overview.district import District, district
from backend.overview.search import SearchAnswer, search
from backend.overview.vocabulary import Vocabulary, vocabulary
from backend.web.parameters import Bbox, Moment

router = APIRouter(prefix="/api/v1", tags=["overview"])


@router.get("/vocabulary")
def read_vocabulary(actor: Viewer, session: ReadSession) -> Vocabulary:
    """Every code that the service speaks, with its words, colours and signs."""
    return vocabulary(session)


@router.get("/district")
def read_district(request: Request, actor: Viewer, session: ReadSession) -> District:
    """The district that the map is of."""
    return district(session, actor, request.app.state.settings.district)


@router.get("/counts")
def read_counts(
    actor: Viewer,
    session: ReadSession,
    bbox: Bbox,
    moment: Moment,
    sector: Annotated[
        str | None, Query(max_length=64, description="of enterprises and zones only those of this sector")
    ] = None,
) -> Counts:
    """Rows per grade or kind, in all and (with `bbox`) in view."""
    only = asked_sector(session, sector)
    return counts(session, actor, bbox, moment, sector=only.code if only else None)


@router.get("/search")
def read_search(
    actor: Viewer,
    session: ReadSession,
    q: Annotated[str, Query(max_length=100, description="words of a name, or a credit code")],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> SearchAnswer:
    """Rows by name, the best first."""
    words = q.split()
    if not words or "\x00" in q:
        raise BadParameter("q", "请输入要查找的名称")
    return search(session, actor, words, limit=limit)
