"""OGC API – Features (Part 1: Core, GeoJSON) over the published layers."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response, params

from backend.accounts.access import Exporter, Viewer, record_export
from backend.database import ReadSession
from backend.errors import BadParameter, NotFound
from backend.extents import layer_extent
from backend.features import documents, service
from backend.features.documents import JSON, link
from backend.layers import LAYERS, PublishedLayer
from backend.register.geojson import GEOJSON
from backend.web.parameters import BIGINT_MAX, Bbox, Moment

MAX_LIMIT = 10_000
AS_GEOJSON: dict[int | str, dict[str, Any]] = {200: {"content": {GEOJSON: {}}}}

router = APIRouter(prefix="/ogc", tags=["OGC API – Features"])


def only(*allowed: str) -> params.Depends:
    """Refuse every other parameter: one that we would ignore is an error (/req/core/query-param-unknown)."""

    def refuse(request: Request) -> None:
        for name in request.query_params:
            if name not in allowed:
                raise BadParameter(name, "没有这个参数")

    return params.Depends(refuse)


def named_layer(collection_id: str) -> PublishedLayer:
    """The layer behind a collection."""
    if collection_id not in LAYERS:
        raise NotFound(f"没有这个数据集：{collection_id[:80]}。可用的数据集：{'、'.join(LAYERS)}。")
    return LAYERS[collection_id]


Collection = Annotated[PublishedLayer, Depends(named_layer)]


def root_of(request: Request) -> str:
    """The address of this API as the client reached it."""
    return f"{str(request.base_url).rstrip('/')}/ogc"


@router.get("", dependencies=[only()])
def read_landing_page(request: Request, actor: Viewer) -> dict[str, Any]:
    """Where a client starts."""
    return documents.landing_page(root_of(request), str(request.base_url).rstrip("/"))


@router.get("/conformance", dependencies=[only()])
def read_conformance(actor: Viewer) -> dict[str, Any]:
    """The conformance classes that the tests hold us to."""
    return {"conformsTo": documents.CONFORMS_TO}


@router.get("/collections", dependencies=[only()])
def read_collections(request: Request, actor: Viewer, session: ReadSession) -> dict[str, Any]:
    """Every published layer as a collection."""
    root = root_of(request)
    described = [
        documents.collection(layer, root, layer_extent(session, actor, layer)) for layer in LAYERS.values()
    ]
    return documents.collections(described, root)


@router.get("/collections/{collection_id}", dependencies=[only()])
def read_collection(
    request: Request, layer: Collection, actor: Viewer, session: ReadSession
) -> dict[str, Any]:
    """One collection."""
    return documents.collection(layer, root_of(request), layer_extent(session, actor, layer))


@router.get(
    "/collections/{collection_id}/items",
    dependencies=[only("bbox", "datetime", "limit", "after")],
    response_class=Response,
    responses=AS_GEOJSON,
)
def read_items(
    request: Request,
    layer: Collection,
    actor: Exporter,
    session: ReadSession,
    bbox: Bbox,
    moment: Moment,
    limit: Annotated[
        int, Query(ge=1, description=f"features a page; more than {MAX_LIMIT} is taken as that")
    ] = 10,
    after: Annotated[int, Query(ge=0, le=BIGINT_MAX, description="where the `next` link goes on")] = 0,
) -> Response:
    """A page of features in the order of their number, with a `next` link while there are more."""
    page = service.page(
        session, actor, layer, box=bbox, after=after, limit=min(limit, MAX_LIMIT), moment=moment
    )
    record_export(request, actor, what=layer.name, rows=len(page.features))
    here = f"{root_of(request)}/collections/{layer.name}"
    links = [
        link(str(request.url), "self", GEOJSON, "本页 / This page"),
        link(here, "collection", JSON, layer.tiles.title),
    ]
    if page.last is not None:
        query = urlencode({**request.query_params, "after": page.last})
        links.append(link(f"{here}/items?{query}", "next", GEOJSON, "下一页 / Next page"))
    return geojson(
        {
            "type": "FeatureCollection",
            "timeStamp": datetime.now(UTC),
            "numberMatched": page.matched,
            "numberReturned": len(page.features),
            "links": links,
            "features": page.features,
        }
    )


@router.get(
    "/collections/{collection_id}/items/{feature_id}",
    dependencies=[only("datetime")],
    response_class=Response,
    responses=AS_GEOJSON,
)
def read_item(
    request: Request,
    layer: Collection,
    feature_id: UUID,
    actor: Viewer,
    session: ReadSession,
    moment: Moment,
) -> Response:
    """One feature."""
    feature = service.one_feature(session, actor, layer, feature_id, moment)
    here = f"{root_of(request)}/collections/{layer.name}"
    links = [
        link(str(request.url), "self", GEOJSON, str(feature_id)),
        link(here, "collection", JSON, layer.tiles.title),
    ]
    return geojson({**feature, "links": links})


def geojson(document: dict[str, Any]) -> Response:
    """A GeoJSON answer; scoped, so that only the reader's own browser may keep it."""
    body = orjson.dumps(document, option=orjson.OPT_UTC_Z)
    return Response(body, media_type=GEOJSON, headers={"Cache-Control": "private, no-cache"})
