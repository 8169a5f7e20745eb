"""The SQL tile query: rows of a layer to one Mapbox Vector Tile, in the database."""

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, literal, select, text, type_coerce
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.sql import Subquery

from tiles.grid import BUFFER, EXTENT, Tile, bounds
from tiles.layer import Layer

WEB_MERCATOR = 3857


def tile_query(layer: Layer, rows: Select[*tuple[object, ...]], tile: Tile) -> Select[bytes]:
    """Encode what `rows` has inside `tile` as one layer of a vector tile (MVT 2.1).

    Parameters
    ----------
    rows : columns `number`, `geometry` (in `layer.srid`) and the layer's fields; already limited to what the
        reader may see. The layer sees to the tile's box only.

    Returns
    -------
    A select of one value: the encoded layer, empty bytes where nothing lies in the tile.

    Notes
    -----
    The query is, for the zones layer::

        WITH feature AS (
            SELECT row.number, row.grade, row.name,
                   ST_AsMVTGeom(ST_Transform(row.geometry, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 64) AS geom
            FROM (…rows…) AS row
            WHERE row.geometry && ST_MakeEnvelope(:xmin, :ymin, :xmax, :ymax, 4490)
        )
        SELECT coalesce(ST_AsMVT(feature, 'zones', 4096, 'geom', 'number'), '')
        FROM feature
        WHERE geom IS NOT NULL
    """
    row = rows.subquery("row")
    feature = (
        select(row.c.number, *(row.c[name] for name in layer.fields), tile_geometry(row, tile).label("geom"))
        .where(touches(row, layer, tile))
        .cte("feature")
    )
    encoded = func.ST_AsMVT(text("feature"), layer.name, EXTENT, "geom", "number")
    return (
        select(type_coerce(func.coalesce(encoded, literal(b"", BYTEA)), BYTEA))
        .select_from(feature)
        .where(feature.c.geom.is_not(None))
    )


def tile_geometry(row: Subquery, tile: Tile) -> ColumnElement[object]:
    """The row's geometry in tile units, clipped; null when it falls below one unit."""
    z, x, y = (bindparam(None, value, Integer) for value in tile)
    return func.ST_AsMVTGeom(
        func.ST_Transform(row.c.geometry, WEB_MERCATOR, type_=None),
        func.ST_TileEnvelope(z, x, y),
        EXTENT,
        BUFFER,
    )


def touches(row: Subquery, layer: Layer, tile: Tile) -> ColumnElement[bool]:
    """Whether a row's box meets the tile's."""
    # The tile's box goes to the rows' SRID, not the rows to the tile's: the GiST index is on the stored column.
    box = func.ST_MakeEnvelope(*bounds(tile, buffer=BUFFER / EXTENT), layer.srid)
    return row.c.geometry.op("&&", is_comparison=True)(box)
