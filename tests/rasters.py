"""Small GeoTIFFs for tests, as somebody else would deliver them."""

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.transform import from_origin

# North-west corner and side of a cell that put a grid of degrees over 湛河区: about 93 m east, 111 m north.
WEST, NORTH, CELL = 113.20, 33.76, 0.001
# The same corner in EPSG:4547, to the hundred metres.
WEST_M, NORTH_M = 425_800.0, 3_737_300.0


def delivered(
    path: Path,
    values: Any,
    *,
    crs: Any = "EPSG:4326",
    west: float = WEST,
    north: float = NORTH,
    cell: float = CELL,
    nodata: float | None = None,
    **profile: Any,
) -> Path:
    """A GeoTIFF of `values`, (rows, columns) or (bands, rows, columns); written as it is, with no check."""
    bands = np.asarray(values)
    bands = bands[None] if bands.ndim == 2 else bands
    options = {
        "driver": "GTiff",
        "dtype": bands.dtype,
        "count": bands.shape[0],
        "height": bands.shape[1],
        "width": bands.shape[2],
        "crs": crs,
        "transform": from_origin(west, north, cell, cell),
        "nodata": nodata,
        **profile,
    }
    with rasterio.open(path, "w", **options) as raster:
        raster.write(bands)
    return path


def people(rows: int = 100, columns: int = 160, *, seed: int = 410411, most: float = 40.0) -> Any:
    """Some people in every cell, float32."""
    return np.random.default_rng(seed).uniform(0, most, (rows, columns)).astype(np.float32)
