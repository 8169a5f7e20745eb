"""Pictures of rasters: the right colour at the right place."""

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer
from rasterio.io import MemoryFile

from geodata.raster_files import keep_raster
from tests.rasters import CELL, NORTH, NORTH_M, WEST, WEST_M, delivered, people
from tiles.grid import Tile, bounds
from tiles.raster import PIXELS, Ramp, Stop, empty_png, raster_bounds, raster_tile

RAMP = Ramp((Stop(1, "#e0d0f0", 0.2), Stop(10, "#9060c0", 0.6), Stop(41, "#301060", 1.0)))
# In the middle of 湛河区; the pixels of z14 are 8 m wide, those of z5 4 km.
TILE = Tile(14, 13346, 6560)
GAUSS_KRUEGER = {"crs": "EPSG:4547", "west": WEST_M, "north": NORTH_M, "cell": 100.0}


def kept(folder: Path, values: Any, **place: Any) -> Path:
    """A raster as the product keeps it."""
    keep_raster(delivered(folder / "in.tif", values, **place), folder / "kept.tif")
    return folder / "kept.tif"


def indexes(picture: bytes) -> Any:
    """Palette index of every pixel."""
    with MemoryFile(picture) as memory, memory.open() as png:
        assert (png.driver, png.width, png.height, png.count) == ("PNG", PIXELS, PIXELS, 1)
        return png.read(1)


def colours(picture: bytes) -> dict[int, tuple[int, ...]]:
    with MemoryFile(picture) as memory, memory.open() as png:
        found: dict[int, tuple[int, ...]] = png.colormap(1)
        return found


def tile_at(lon: float, lat: float, z: int) -> Tile:
    share = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return Tile(z, int((lon + 180) / 360 * 2**z), int(share * 2**z))


def pixel_of(lon: float, lat: float, tile: Tile) -> tuple[int, int]:
    """Row and column of the pixel that holds a place."""
    share = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((share * 2**tile.z - tile.y) * PIXELS), int(((lon + 180) / 360 * 2**tile.z - tile.x) * PIXELS)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_between_the_middles_of_cells_the_values_are_interpolated(tmp_path: Path) -> None:
    values = people()
    drawn = indexes(raster_tile(kept(tmp_path, values), TILE, RAMP))
    west, south, east, north = bounds(TILE)
    lon = west + (np.arange(PIXELS) + 0.5) / PIXELS * (east - west)
    top, bottom = (math.asinh(math.tan(math.radians(lat))) for lat in (north, south))
    lat = np.degrees(np.arctan(np.sinh(top + (np.arange(PIXELS) + 0.5) / PIXELS * (bottom - top))))
    x, y = np.meshgrid((lon - WEST) / CELL - 0.5, (NORTH - lat) / CELL - 0.5)
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    right, down = x - column, y - row
    upper = values[row, column] * (1 - right) + values[row, column + 1] * right
    lower = values[row + 1, column] * (1 - right) + values[row + 1, column + 1] * right
    expected = RAMP.indexed(upper * (1 - down) + lower * down).astype(int)
    # The warper places a pixel to an eighth of itself.
    assert np.abs(drawn.astype(int) - expected).max() <= 6
    assert np.abs(drawn.astype(int) - expected).mean() < 0.5


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("place", [{}, GAUSS_KRUEGER], ids=["degrees", "GK"])
def test_a_cell_is_drawn_where_it_lies(tmp_path: Path, place: dict[str, Any]) -> None:
    values = np.zeros((100, 160), "float32")
    values[40, 70] = 41
    if place:
        x, y = WEST_M + 70.5 * 100, NORTH_M - 40.5 * 100
        lon, lat = Transformer.from_crs(4547, 4490, always_xy=True).transform(x, y)
    else:
        lon, lat = WEST + 70.5 * CELL, NORTH - 40.5 * CELL
    tile = tile_at(lon, lat, 15)
    drawn = indexes(raster_tile(kept(tmp_path, values, **place), tile, RAMP))
    row, column = np.unravel_index(drawn.argmax(), drawn.shape)
    expected = pixel_of(lon, lat, tile)
    assert math.hypot(row - expected[0], column - expected[1]) <= 1.5
    assert 0 < (drawn > 0).mean() < 0.1


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("z", [5, 8, 10, 12, 14, 18, 22])
def test_an_even_raster_has_one_colour_at_every_zoom(tmp_path: Path, z: int) -> None:
    path = kept(tmp_path, np.full((1000, 1600), 10, "float32"), west=112.5, north=34.2)
    drawn = indexes(raster_tile(path, tile_at(113.2656, 33.7075, z), RAMP))
    assert set(np.unique(drawn)) - {0} == {128}


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_no_data_and_what_is_below_the_first_stop_are_not_drawn(tmp_path: Path) -> None:
    values = np.full((100, 160), 10, "float32")
    values[:, :80] = -1
    values[:, 120:] = 0.5
    path = kept(tmp_path, values, nodata=-1)
    west, middle, east = (
        indexes(raster_tile(path, tile_at(WEST + column * CELL, 33.7075, 16), RAMP))
        for column in (40, 100, 140)
    )
    assert not west.any()
    assert middle.all()
    assert not east.any()


def test_what_lies_beside_a_raster_is_one_and_the_same_empty_picture(tmp_path: Path) -> None:
    path = kept(tmp_path, people())
    for tile in (tile_at(-70, -30, 6), tile_at(113.0, 33.7, 14), Tile(22, 0, 0)):
        assert raster_tile(path, tile, RAMP) == empty_png()
    assert len(empty_png()) < 500


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_palette_goes_from_stop_to_stop(tmp_path: Path) -> None:
    palette = colours(raster_tile(kept(tmp_path, people()), TILE, RAMP))
    assert palette[0] == (0, 0, 0, 0)
    assert palette[1] == (0xE0, 0xD0, 0xF0, 51)
    assert palette[128] == (0x90, 0x60, 0xC0, 153)
    assert palette[255] == (0x30, 0x10, 0x60, 255)
    assert palette[64][3] == pytest.approx((51 + 153) / 2, abs=1)


def test_a_value_has_the_index_of_its_place_between_the_stops() -> None:
    told = RAMP.indexed(np.array([np.nan, -5.0, 0.99, 1.0, 10.0, 41.0, 1e9]))
    assert told.tolist() == [0, 0, 0, 1, 128, 255, 255]


@pytest.mark.parametrize("stops", [(Stop(1, "#000000", 1),), (Stop(2, "#000000", 1), Stop(1, "#000000", 1))])
def test_a_ramp_that_does_not_rise_is_refused(stops: tuple[Stop, ...]) -> None:
    with pytest.raises(ValueError, match="higher value"):
        Ramp(stops)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_what_is_shown_may_be_made_of_the_values_and_where_they_lie(tmp_path: Path) -> None:
    path = kept(tmp_path, np.full((100, 160), 10, "float32"))
    seen: list[Any] = []

    def halved_in_the_north(raster: Any, values: Any, latitudes: Any) -> Any:
        seen.append(raster.crs)
        return np.where(latitudes[:, None] > 33.7149, np.nan, values)

    drawn = indexes(raster_tile(path, TILE, RAMP, shown=halved_in_the_north))
    assert seen == ["EPSG:4326"]
    rows = np.flatnonzero(drawn.all(axis=1))
    assert rows[0] - pixel_of(113.27, 33.7149, TILE)[0] in (0, 1)


def test_many_threads_draw_what_one_draws(tmp_path: Path) -> None:
    path = kept(tmp_path, people(1000, 1600), west=112.5, north=34.2)
    tiles = [tile_at(112.6 + step * 0.013, 33.3 + step * 0.007, 8 + step % 8) for step in range(96)]
    alone = [raster_tile(path, tile, RAMP) for tile in tiles]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda tile: raster_tile(path, tile, RAMP), tiles * 3))
    assert together == alone * 3
    assert len({*alone}) > 60


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_raster_of_the_whole_earth_is_drawn(tmp_path: Path) -> None:
    path = kept(tmp_path, np.full((180, 360), 10, "float32"), west=-180.0, north=90.0, cell=1.0)
    assert (indexes(raster_tile(path, Tile(0, 0, 0), RAMP)) == 128).mean() > 0.99
    assert raster_bounds(path) == pytest.approx((-180, -90, 180, 90))


def test_the_bounds_of_a_plane_are_told_in_degrees(tmp_path: Path) -> None:
    west, south, east, north = raster_bounds(kept(tmp_path, people(), **GAUSS_KRUEGER))
    assert 113.19 < west < 113.21 < 113.36 < east < 113.38
    assert 33.66 < south < 33.68 < 33.75 < north < 33.77
