"""People in a circle: shares of cells by exactextract, by shapely cell by cell, and by samples within cells.

    .venv/bin/python -m benchmarks.zonal

A raster of a hundred metres is summed over circles of several radii. The error is that against shapely, which cuts
every cell by itself.
"""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import rasterio
import shapely
from rasterio.features import rasterize
from rasterio.transform import from_origin

from geodata.exposure import people_within, to_grid, window_around
from geodata.measure import buffer_m
from geodata.raster_files import write_cog

CELLS = 1_100
CELL_M = 100.0
WEST, NORTH = 377_000.0, 3_787_000.0
CENTRE = shapely.Point(113.27, 33.7)
RADII_M = (500, 2_000, 10_000, 50_000)
SAMPLES = 8


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people.tif"
        values = np.random.default_rng(410411).uniform(0, 40, (CELLS, CELLS))
        write_cog(path, values, srid=4547, transform=from_origin(WEST, NORTH, CELL_M, CELL_M))
        print(
            "| radius | exactextract | shapely | samples (8 × 8) | error of exactextract | error of samples |"
        )
        print("|---|---|---|---|---|---|")
        with rasterio.open(path) as raster:
            for radius in RADII_M:
                circle = buffer_m(CENTRE, radius)
                exact, exact_s = timed(by_exactextract, raster, circle)
                cut, cut_s = timed(by_shapely, raster, circle)
                sampled, sampled_s = timed(by_samples, raster, circle)
                errors = (abs(each / cut - 1) for each in (exact, sampled))
                times = (f"{seconds * 1000:,.1f} ms" for seconds in (exact_s, cut_s, sampled_s))
                print(
                    f"| {radius:,} m | {' | '.join(times)} | {' | '.join(f'{error:.1e}' for error in errors)} |"
                )


def timed(
    work: Callable[[Any, shapely.Polygon], float],
    raster: Any,  # noqa: ANN401
    circle: shapely.Polygon,
) -> tuple[float, float]:
    """What a way of counting gives, and the shortest of three times that it takes, seconds."""
    answer, times = 0.0, []
    for _ in range(3):
        begun = time.perf_counter()
        answer = work(raster, circle)
        times.append(time.perf_counter() - begun)
    return answer, min(times)


def by_exactextract(raster: Any, polygon: shapely.Polygon) -> float:  # noqa: ANN401
    """As the product counts."""
    return people_within(raster, polygon, unit="persons").people or 0.0


def by_shapely(raster: Any, polygon: shapely.Polygon) -> float:  # noqa: ANN401
    """Whole cells by a prepared polygon, the others cut one by one."""
    on_grid = to_grid(raster, polygon)
    window = window_around(raster, on_grid)
    rows, columns = np.indices((window.height, window.width))
    left, top = columns.ravel() + window.col_off, -(rows.ravel() + window.row_off)
    cells = shapely.box(left, top - 1, left + 1, top)
    shapely.prepare(on_grid)
    shares = shapely.contains_properly(on_grid, cells).astype(float)
    edge = (shares == 0) & shapely.intersects(on_grid, cells)
    shares[edge] = shapely.area(shapely.intersection(cells[edge], on_grid))
    return float((raster.read(1, window=window).ravel().astype(float) * shares).sum())


def by_samples(raster: Any, polygon: shapely.Polygon) -> float:  # noqa: ANN401
    """Each cell by how many of its 8 × 8 samples lie inside."""
    on_grid = to_grid(raster, polygon)
    window = window_around(raster, on_grid)
    shape = window.height * SAMPLES, window.width * SAMPLES
    finer = from_origin(window.col_off, -window.row_off, 1 / SAMPLES, 1 / SAMPLES)
    inside = rasterize([on_grid], out_shape=shape, transform=finer, dtype="uint8")
    shares = inside.reshape(window.height, SAMPLES, window.width, SAMPLES).mean(axis=(1, 3))
    return float((raster.read(1, window=window).astype(float) * shares).sum())


if __name__ == "__main__":
    main()
