"""Tiles of published layers, for one actor."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from backend.jurisdictions.actors import Actor
from backend.layers import PublishedLayer
from backend.register.history import as_of
from backend.register.revisions import revisions
from tiles.grid import BUFFER, EXTENT, Tile, bounds
from tiles.mvt import tile_query


def layers_revision(session: Session, layers: Sequence[PublishedLayer]) -> str:
    """A text that changes whenever a row of any of the layers does."""
    tables = {table for layer in layers for table in layer.tables}
    return ",".join(f"{table}={revision}" for table, revision in sorted(revisions(session, tables).items()))


def tile_bytes(
    session: Session,
    actor: Actor,
    layers: Sequence[PublishedLayer],
    tile: Tile,
    moment: datetime | None = None,
) -> bytes:
    """One vector tile: the layers' encodings one after another, which is how the format joins layers.

    `moment` is that of which the register is asked, None the present.
    """
    box = bounds(tile, buffer=BUFFER / EXTENT)
    return b"".join(
        session.scalars(as_of(tile_query(layer.tiles, layer.tile_rows(actor, box), tile), moment)).one()
        for layer in layers
        if layer.tiles.is_drawn_at(tile.z)
    )
