"""What a layer is to a tile: a name, the attributes it carries, and the zoom levels it is drawn at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FieldType = Literal["Number", "Boolean", "String"]


@dataclass(frozen=True)
class Layer:
    """A layer of vector tiles, independent of where its rows come from.

    The rows are a select with a column `number` (the feature id in the tile), a column `geometry` (in the
    SRID `srid`) and one column for each of `fields`. Each field costs bytes in every tile: few are best.
    """

    name: str
    title: str
    minzoom: int
    maxzoom: int
    fields: Mapping[str, FieldType] = field(default_factory=dict)
    srid: int = 4490

    def is_drawn_at(self, zoom: int) -> bool:
        """Whether tiles of this zoom level hold the layer's rows."""
        return self.minzoom <= zoom <= self.maxzoom
