"""A raster as pictures: one 256-pixel PNG for each tile, coloured by a ramp."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.io import MemoryFile
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform, transform_bounds
from rasterio.windows import Window

from tiles.grid import Bounds, Tile

PIXELS = 256
HALF_MERCATOR = math.pi * 6378137.0
"""From the middle of Web Mercator to its edge, in its own units."""
WEB_MERCATOR = CRS.from_epsg(3857)
# Whoever keeps a picture by its tag is to ask again when this code draws it otherwise; to be raised then.
DRAWING = 1

Colour = tuple[int, int, int, int]
Palette = Mapping[int, Colour]
Floats = NDArray[np.float64]
Shown = Callable[[Any, Floats, Floats], Floats]
"""From an open dataset, the values of a tile (256, 256) and the latitude of each row to what is coloured."""


@dataclass(frozen=True)
class Stop:
    """A colour (`#rrggbb`) and how much of it covers what is below (0 to 1), from a value on."""

    value: float
    colour: str
    opacity: float

    @property
    def rgba(self) -> Colour:
        """Red, green, blue and cover, 0 to 255."""
        red, green, blue = bytes.fromhex(self.colour.removeprefix("#"))
        return red, green, blue, round(self.opacity * 255)


@dataclass(frozen=True)
class Ramp:
    """Colours from value to value, each between two stops a mixture of both; below the first there is nothing."""

    stops: tuple[Stop, ...]

    def __post_init__(self) -> None:
        if len(self.stops) < 2 or not all(low.value < high.value for low, high in pairwise(self.stops)):
            raise ValueError("a ramp needs two stops or more, each of a higher value than the one before")

    def indexed(self, values: Floats) -> NDArray[np.uint8]:
        """Each value as an index into the `palette`: 0 for NaN and below the first stop, else 1 to 255."""
        known = [stop.value for stop in self.stops]
        places = np.interp(values, known, np.linspace(1, 255, len(known)))
        places[~(values >= known[0])] = 0
        return places.round().astype(np.uint8)

    @property
    def palette(self) -> Palette:
        """The colour of every index."""
        where = np.linspace(1, 255, len(self.stops))
        bands = zip(*(stop.rgba for stop in self.stops), strict=True)
        mixed = [np.interp(np.arange(1, 256), where, band).round().astype(int) for band in bands]
        return {0: (0, 0, 0, 0)} | {
            index: (int(red), int(green), int(blue), int(cover))
            for index, (red, green, blue, cover) in enumerate(zip(*mixed, strict=True), 1)
        }


def raster_tile(path: Path, tile: Tile, ramp: Ramp, *, shown: Shown | None = None) -> bytes:
    """Draw what a raster has in a tile.

    The file is opened anew for every tile, so that any number of threads may draw at once; of a Cloud Optimized
    GeoTIFF only the blocks of the fitting overview are read.

    Parameters
    ----------
    path : one band, georeferenced; its nodata value is drawn as nothing, and so is what lies beside it.
    shown : what is coloured, where it is not the values themselves; NaN has no data.

    Returns
    -------
    A PNG of 256 × 256 pixels with a palette; values between cells are interpolated (bilinear).
    """
    with rasterio.open(path) as raster:
        values = read_tile(raster, tile)
        if shown is not None and np.isfinite(values).any():
            values = shown(raster, values, row_latitudes(tile))
    indexes = ramp.indexed(values)
    return png(indexes, palette_of(ramp), tile) if indexes.any() else empty_png()


def read_tile(raster: Any, tile: Tile) -> Floats:  # noqa: ANN401 - rasterio has no types
    """The values of a raster at the middles of a tile's pixels, NaN where there are none."""
    west, north, side = mercator_corner(tile)
    # At the raster's own resolution, or finer where the tile is; reading fewer pixels takes an overview.
    pixels = pixels_across(raster, side)
    with WarpedVRT(
        raster,
        crs=WEB_MERCATOR,
        transform=Affine(side / pixels, 0, west, 0, -side / pixels, north),
        width=pixels,
        height=pixels,
        resampling=Resampling.bilinear,
        nodata=math.nan,
        dtype="float64",
    ) as warped:
        values = warped.read(
            1, window=Window(0, 0, pixels, pixels), out_shape=(PIXELS, PIXELS), resampling=Resampling.bilinear
        )
    return np.asarray(values, dtype=np.float64)


def pixels_across(raster: Any, side: float) -> int:  # noqa: ANN401 - rasterio has no types
    """How many of the raster's own cells there are along a tile, at least 256, as a multiple of that."""
    # At its middle: its corners may be poles, which Web Mercator does not hold.
    x, y = raster.xy(raster.height // 2, raster.width // 2)
    (west, east), _ = transform(raster.crs, WEB_MERCATOR, [x, x + raster.transform.a], [y, y])
    finer: int = max(0, round(math.log2(side / PIXELS / abs(east - west))))
    return PIXELS << finer


def mercator_corner(tile: Tile) -> tuple[float, float, float]:
    """West and north edge of a tile in EPSG:3857, and its side."""
    z, x, y = tile
    side = 2 * HALF_MERCATOR / 2**z
    return x * side - HALF_MERCATOR, HALF_MERCATOR - y * side, side


def row_latitudes(tile: Tile) -> Floats:
    """Latitude of the middle of each row of pixels, degrees."""
    _, north, side = mercator_corner(tile)
    y = north - (np.arange(PIXELS) + 0.5) * side / PIXELS
    return np.degrees(np.arctan(np.sinh(y / 6378137.0)))


def raster_bounds(path: Path) -> Bounds:
    """Longitudes and latitudes that hold a raster."""
    with rasterio.open(path) as raster:
        return Bounds(*transform_bounds(raster.crs, CRS.from_epsg(4326), *raster.bounds))


def png(indexes: NDArray[np.uint8], palette: Palette, tile: Tile) -> bytes:
    """A picture of palette indexes, (256, 256)."""
    west, north, side = mercator_corner(tile)
    profile = {
        "driver": "PNG",
        "width": PIXELS,
        "height": PIXELS,
        "count": 1,
        "dtype": "uint8",
        "transform": Affine(side / PIXELS, 0, west, 0, -side / PIXELS, north),
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as picture:
            picture.write(indexes, 1)
            picture.write_colormap(1, palette)
        return bytes(memory.read())


@lru_cache(maxsize=16)
def palette_of(ramp: Ramp) -> Palette:
    """The palette of a ramp, mixed once."""
    return ramp.palette


@cache
def empty_png() -> bytes:
    """A picture of nothing."""
    return png(np.zeros((PIXELS, PIXELS), np.uint8), {0: (0, 0, 0, 0)}, Tile(0, 0, 0))
