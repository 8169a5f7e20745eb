"""Exposure and rasters over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from backend.accounts.access import Viewer
from backend.database import ReadSession
from backend.errors import BadParameter
from backend.rasters.pictures import Picture, visible_picture, visible_pictures
from backend.rasters.schemas import FARTHEST_M, MOST_DISTANCES, ExposureIn, ExposureOut, RastersOut
from backend.rasters.service import drawn_subject, enterprise_subject, exposure, zone_subject
from backend.settings import Settings
from backend.web.parameters import DECIMAL, Key, read_key
from backend.web.tiles import Address, matches, tile_headers

PNG = "image/png"

router = APIRouter(tags=["rasters"])


def settings_of(request: Request) -> Settings:
    """The settings of the service that is asked."""
    settings: Settings = request.app.state.settings
    return settings


ServiceSettings = Annotated[Settings, Depends(settings_of)]


def read_distances(
    distance_m: Annotated[
        str, Query(max_length=200, description="metres on the ground, several by comma; at most 50,000 each")
    ] = "500",
) -> list[float]:
    """Distances, several by comma."""
    parts = distance_m.split(",")
    if not all(DECIMAL.fullmatch(part) and 0 < float(part) <= FARTHEST_M for part in parts):
        raise BadParameter("distance_m", f"应为大于 0、不超过 {FARTHEST_M:,.0f} 的米数，多个用逗号分开")
    if len(parts) > MOST_DISTANCES:
        raise BadParameter("distance_m", f"最多 {MOST_DISTANCES} 个距离")
    return [float(part) for part in parts]


def one_key(
    enterprise: Annotated[str | None, Query(description="id or number of an enterprise")] = None,
    zone: Annotated[str | None, Query(description="id or number of a zone")] = None,
) -> tuple[str, Key]:
    """Which row is asked about: an enterprise or a zone."""
    named = [(name, key) for name, key in (("enterprise", enterprise), ("zone", zone)) if key is not None]
    if len(named) != 1:
        raise BadParameter("enterprise", "应给出 enterprise 或 zone 之一（编号或标识）")
    ((name, key),) = named
    return name, read_key(key)


Distances = Annotated[list[float], Depends(read_distances)]
Asked = Annotated[tuple[str, Key], Depends(one_key)]


def named_picture(name: str, actor: Viewer, session: ReadSession, settings: ServiceSettings) -> Picture:
    """The raster of an address."""
    return visible_picture(session, actor, settings, name)


Named = Annotated[Picture, Depends(named_picture)]


@router.get("/api/v1/exposure")
def read_exposure(
    actor: Viewer, asked: Asked, distances: Distances, session: ReadSession, settings: ServiceSettings
) -> ExposureOut:
    """How many people are in and around an enterprise or a zone; residents are an estimate by a raster."""
    table, key = asked
    find = enterprise_subject if table == "enterprise" else zone_subject
    return exposure(session, actor, settings, find(session, actor, key), distances)


@router.post("/api/v1/exposure")
def count_exposure(
    given: ExposureIn, actor: Viewer, session: ReadSession, settings: ServiceSettings
) -> ExposureOut:
    """How many people are in and around a geometry that somebody has drawn."""
    return exposure(session, actor, settings, drawn_subject(given), given.distances_m)


@router.get("/api/v1/rasters")
def list_rasters(actor: Viewer, session: ReadSession, settings: ServiceSettings) -> RastersOut:
    """The rasters that exist for the reader, with their legends."""
    return RastersOut(items=visible_pictures(session, actor, settings))


@router.get("/raster/{name}.json")
def read_raster_tilejson(request: Request, picture: Named) -> dict[str, Any]:
    """TileJSON 3.0 of a raster, with its legend."""
    base = str(request.base_url).rstrip("/")
    return picture.tilejson(f"{base}/raster/{picture.name}/{{z}}/{{x}}/{{y}}.png")


@router.get(
    "/raster/{name}/{z}/{x}/{y}.png", response_class=Response, responses={200: {"content": {PNG: {}}}}
)
def read_raster_tile(request: Request, picture: Named, tile: Address, actor: Viewer) -> Response:
    """One tile of a raster, 256 × 256 pixels; transparent where there is nothing."""
    etag = picture.etag(actor, tile)
    headers = tile_headers(etag)
    if matches(request.headers.get("if-none-match"), etag):
        answer = Response(status_code=304, headers=headers)
    else:
        answer = Response(picture.tile(tile), media_type=PNG, headers=headers)
    return answer
