"""The difference of two moments over HTTP."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from backend.accounts.access import Permission, Viewer, record_export
from backend.changes import service
from backend.changes.schemas import Changes, Kind
from backend.changes.service import Asked
from backend.database import ReadSession
from backend.errors import BadParameter
from backend.jurisdictions.roles import Action
from backend.layers import LAYERS
from backend.register.geojson import GEOJSON
from backend.web.parameters import BIGINT_MAX, Bbox, past_moment

# A list is read page by page, a download is meant to be whole.
PAGE, MAX_LIMIT = 100, 10_000
# Said anew by the link to the next page.
MOVING = frozenset({"to", "f", "after"})
may_export = Permission((Action.EXPORT,))

router = APIRouter(prefix="/api/v1", tags=["history"])


def read_asked(
    layer: Annotated[str, Query(description="a layer of the register")],
    begin: Annotated[str, Query(alias="from", description="RFC 3339 moment with its offset, exclusive")],
    box: Bbox,
    end: Annotated[
        str | None,
        Query(alias="to", description="RFC 3339 moment with its offset; the present if it is left out"),
    ] = None,
) -> Asked:
    """Read what is to be compared."""
    if layer not in LAYERS:
        raise BadParameter("layer", f"没有这个图层；可用的图层：{'、'.join(LAYERS)}")
    since = past_moment(begin, "from")
    until = datetime.now(UTC) if end is None else past_moment(end, "to")
    if since > until:
        raise BadParameter("from", "开始时刻晚于结束时刻")
    return Asked(LAYERS[layer], since, until, box)


@router.get("/changes", response_model=Changes, responses={200: {"content": {GEOJSON: {}}}})
def read_changes(
    request: Request,
    asked: Annotated[Asked, Depends(read_asked)],
    actor: Viewer,
    session: ReadSession,
    kind: Annotated[list[Kind] | None, Query(description="only rows of these kinds")] = None,
    limit: Annotated[
        int | None, Query(ge=1, description=f"rows a page: {PAGE}, as GeoJSON and at most {MAX_LIMIT}")
    ] = None,
    after: Annotated[int, Query(ge=0, le=BIGINT_MAX, description="`next` of the page before")] = 0,
    f: Annotated[
        Literal["json", "geojson"] | None,
        Query(description="`geojson`, or ask for it by Accept, to take away"),
    ] = None,
) -> Changes | Response:
    """Rows of a layer that differ between two moments, each side as its reader saw it then."""
    as_geojson = f == "geojson" or (f is None and GEOJSON in request.headers.get("accept", ""))
    if as_geojson:
        may_export(request, actor)
    size = min(limit or (MAX_LIMIT if as_geojson else PAGE), MAX_LIMIT)
    page = service.page(session, actor, asked, kinds=kind or [], after=after, limit=size)
    if as_geojson:
        record_export(request, actor, what=f"changes of {asked.layer.name}", rows=len(page.rows))
        return download(request, asked, page)
    return Changes(
        layer=asked.layer.name,
        begin=asked.begin,
        end=asked.end,
        summary=page.summary,
        matched=page.matched,
        next=page.last,
        changes=[service.change(row, asked) for row in page.rows],
    )


def download(request: Request, asked: Asked, page: service.Page) -> Response:
    """A page as a GeoJSON file."""
    links = []
    if page.last is not None:
        # The present moves on; the next page is of the same two moments.
        here = [(name, value) for name, value in request.query_params.multi_items() if name not in MOVING]
        query = urlencode([*here, ("to", asked.end.isoformat()), ("f", "geojson"), ("after", page.last)])
        links.append({"href": f"{request.url.replace(query=query)}", "rel": "next", "type": GEOJSON})
    document = {
        "type": "FeatureCollection",
        "from": asked.begin,
        "to": asked.end,
        "summary": page.summary.model_dump(),
        "numberMatched": page.matched,
        "numberReturned": len(page.rows),
        "links": links,
        "features": [service.feature(row, asked) for row in page.rows],
    }
    name = f"changes-{asked.layer.name}-{asked.begin:%Y%m%dT%H%M%SZ}-{asked.end:%Y%m%dT%H%M%SZ}.geojson"
    return Response(
        orjson.dumps(document, option=orjson.OPT_UTC_Z),
        media_type=GEOJSON,
        headers={
            "Cache-Control": "private, no-cache",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )
