"""TileJSON 3.0: what a map client must know before it asks for tiles."""

from collections.abc import Sequence
from typing import Any

from tiles.grid import Bounds
from tiles.layer import Layer


def tilejson(
    layers: Sequence[Layer], url_template: str, *, extent: Bounds | None, attribution: str
) -> dict[str, Any]:
    """Describe one tile address that carries `layers`.

    Parameters
    ----------
    url_template : address with `{z}`, `{x}` and `{y}`.
    extent : longitude and latitude of all that the reader may see; None where there is nothing to see.
    """
    document: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": ",".join(layer.name for layer in layers),
        "tiles": [url_template],
        "minzoom": min(layer.minzoom for layer in layers),
        "maxzoom": max(layer.maxzoom for layer in layers),
        "attribution": attribution,
        "vector_layers": [
            {
                "id": layer.name,
                "description": layer.title,
                "minzoom": layer.minzoom,
                "maxzoom": layer.maxzoom,
                "fields": dict(layer.fields),
            }
            for layer in layers
        ],
    }
    if extent is not None:
        document["bounds"] = list(extent)
    return document
