"""Tiles over HTTP: authorise, then 304, then encode."""

import hashlib
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response

from backend.accounts.access import Viewer
from backend.database import ReadSession
from backend.errors import NotFound
from backend.extents import extent
from backend.jurisdictions.actors import Actor
from backend.layers import LAYERS, PublishedLayer
from backend.maps.service import layers_revision, tile_bytes
from backend.web.parameters import Moment
from backend.web.tiles import Address, matches, tile_headers
from tiles.grid import BUFFER, EXTENT, Tile
from tiles.tilejson import tilejson

MVT = "application/vnd.mapbox-vector-tile"

# What the encoder makes of a row; to be raised when tiles/mvt.py makes something else of it.
ENCODING = (1, EXTENT, BUFFER)

router = APIRouter(prefix="/tiles", tags=["tiles"])


def named_layers(layers: str) -> list[PublishedLayer]:
    """The layers of an address such as `zones` or `areas,zones`; each may be named once."""
    names = layers.split(",")
    if len(set(names)) < len(names) or not set(names) <= LAYERS.keys():
        raise NotFound(f"没有这个图层：{layers[:80]}。可用的图层：{'、'.join(LAYERS)}。")
    return [LAYERS[name] for name in names]


Layers = Annotated[list[PublishedLayer], Depends(named_layers)]


@router.get("/{layers}.json")
def read_tilejson(
    request: Request, layers: Layers, actor: Viewer, session: ReadSession, moment: Moment
) -> dict[str, object]:
    """TileJSON 3.0 of one or several layers; its tiles are of the same moment."""
    names = ",".join(layer.name for layer in layers)
    then = "" if moment is None else f"?{urlencode({'datetime': moment.isoformat()})}"
    template = f"{str(request.base_url).rstrip('/')}/tiles/{names}/{{z}}/{{x}}/{{y}}.mvt{then}"
    return tilejson(
        [layer.tiles for layer in layers],
        template,
        extent=extent(session, actor, layers, moment),
        attribution="riskmap",
    )


@router.get("/{layers}/{z}/{x}/{y}.mvt", response_class=Response, responses={200: {"content": {MVT: {}}}})
def read_tile(
    request: Request, layers: Layers, tile: Address, actor: Viewer, session: ReadSession, moment: Moment
) -> Response:
    """One Mapbox Vector Tile; its layers carry the names of the address."""
    etag = tile_etag(layers, layers_revision(session, layers), actor, tile, moment)
    headers = tile_headers(etag)
    if matches(request.headers.get("if-none-match"), etag):
        answer = Response(status_code=304, headers=headers)
    else:
        answer = Response(tile_bytes(session, actor, layers, tile, moment), media_type=MVT, headers=headers)
    return answer


def tile_etag(
    layers: list[PublishedLayer], revision: str, actor: Actor, tile: Tile, moment: datetime | None
) -> str:
    """A strong tag: the same only for the same layers as declared, revision, scope, place and moment.

    The revision is part of a past moment's tag too: a transaction that began before it may end after it.
    """
    said = repr(
        [ENCODING, [layer.tiles for layer in layers], revision, actor.scope.fingerprint, tile, moment]
    )
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'
