"""The density surface: against the plain sum over all points for every cell, measured another way."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from pyproj import Geod, Transformer

from geodata import density
from geodata.arrays import Floats
from geodata.density import Density, coarsened, kernel_density
from geodata.errors import InvalidGeometry, TooLarge
from geodata.raster_files import write_cog

GRS80 = Geod(ellps="GRS80")
CHANCE = np.random.default_rng(410411)
LON, LAT = CHANCE.uniform(113.25, 113.29, 40), CHANCE.uniform(33.69, 33.72, 40)
WEIGHTS = CHANCE.choice([10.0, 5.0, 2.0, 1.0], 40)


def middles(surface: Density) -> tuple[Floats, Floats]:
    """Longitude and latitude of the middle of every cell."""
    rows, columns = np.indices(surface.values.shape)
    x = surface.west + (columns + 0.5) * surface.cell_m
    y = surface.north - (rows + 0.5) * surface.cell_m
    lon, lat = Transformer.from_crs(surface.srid, 4490, always_xy=True).transform(x, y)
    return np.asarray(lon), np.asarray(lat)


def plain_sum(surface: Density, lon: Floats, lat: Floats, weights: Floats, bandwidth_m: float) -> Floats:
    """Every point's kernel at every cell by the geodesic between them, weight per square kilometre."""
    total = np.zeros(surface.values.shape)
    here_lon, here_lat = middles(surface)
    for one_lon, one_lat, weight in zip(lon, lat, weights, strict=True):
        there = np.full(total.shape, one_lon), np.full(total.shape, one_lat)
        _, _, metres = GRS80.inv(here_lon, here_lat, *there)
        ratio = np.minimum(1.0, metres / bandwidth_m)
        total += weight * 3 / (np.pi * bandwidth_m**2) * (1 - ratio**2) ** 2 * 1e6
    return total


@pytest.mark.parametrize(("bandwidth_m", "cell_m"), [(800, 50), (500, 125)])
def test_every_cell_is_the_sum_of_the_kernels_around_it(bandwidth_m: float, cell_m: float) -> None:
    surface = kernel_density(LON, LAT, WEIGHTS, bandwidth_m=bandwidth_m, cell_m=cell_m)
    assert surface is not None
    expected = plain_sum(surface, LON, LAT, WEIGHTS, bandwidth_m)
    assert np.abs(surface.values - expected).max() <= 1e-6 * expected.max()


def test_far_from_the_meridian_of_its_zone_metres_are_still_those_of_the_ground() -> None:
    # 1.4 degrees from 114° E the plane is 0.02 % too large; a bandwidth in its units would be, too.
    lon, lat, weights = np.array([112.6]), np.array([33.7]), np.array([10.0])
    surface = kernel_density(lon, lat, weights, bandwidth_m=2000, cell_m=20)
    assert surface is not None
    expected = plain_sum(surface, lon, lat, weights, 2000)
    # The scale at the point is not quite that at the end of its bandwidth.
    assert np.abs(surface.values - expected).max() <= 5e-6 * expected.max()


def test_the_whole_surface_holds_the_sum_of_the_weights() -> None:
    surface = kernel_density(LON, LAT, WEIGHTS, bandwidth_m=800, cell_m=50)
    assert surface is not None
    # Plane square kilometres are those of the ground to 0.01 % here.
    assert surface.values.sum() * 0.05**2 == pytest.approx(WEIGHTS.sum(), rel=2e-4)


def test_a_point_alone_is_three_over_pi_h_squared_at_its_place_and_nothing_a_bandwidth_away() -> None:
    surface = kernel_density(
        np.array([113.27]), np.array([33.7]), np.array([1.0]), bandwidth_m=1000, cell_m=10
    )
    assert surface is not None
    assert surface.values.max() == pytest.approx(3 / np.pi, rel=1e-4)
    _, _, metres = GRS80.inv(*middles(surface), *(np.full(surface.values.shape, at) for at in (113.27, 33.7)))
    assert not surface.values[metres >= 1000].any()
    assert surface.values[metres < 999].all()


def test_surfaces_of_different_points_fit_over_each_other() -> None:
    one = kernel_density(LON[:5], LAT[:5], WEIGHTS[:5], bandwidth_m=800, cell_m=50)
    all_ = kernel_density(LON, LAT, WEIGHTS, bandwidth_m=800, cell_m=50)
    assert one is not None
    assert all_ is not None
    for surface in (one, all_):
        assert (surface.west % 50, surface.north % 50, surface.srid) == (0, 0, 4547)
    row, column = int((all_.north - one.north) / 50), int((one.west - all_.west) / 50)
    rows, columns = one.values.shape
    assert (one.values <= all_.values[row : row + rows, column : column + columns] + 1e-12).all()


def test_outside_china_the_surface_lies_in_utm() -> None:
    surface = kernel_density(np.array([9.52]), np.array([47.14]), np.array([1.0]), bandwidth_m=800, cell_m=50)
    assert surface is not None
    assert surface.srid == 32632


def test_without_points_there_is_no_surface() -> None:
    nothing = np.array([])
    assert kernel_density(nothing, nothing, nothing, bandwidth_m=800, cell_m=50) is None


@pytest.mark.parametrize(
    ("lon", "weight", "bandwidth_m", "cell_m", "sentence"),
    [
        (np.nan, 1.0, 800, 50, "有限的数"),
        (113.27, -1.0, 800, 50, "权重"),
        (113.27, np.inf, 800, 50, "权重"),
        (190.0, 1.0, 800, 50, "经纬度"),
        (113.27, 1.0, 150, 50, "带宽应不小于网格边长的 4 倍"),
        (113.27, 1.0, 800, 0, "带宽"),
        (113.27, 1.0, np.nan, 50, "带宽"),
    ],
)
def test_what_is_no_point_or_no_grid_is_refused(
    lon: float, weight: float, bandwidth_m: float, cell_m: float, sentence: str
) -> None:
    with pytest.raises(InvalidGeometry, match=sentence):
        kernel_density(
            np.array([lon]), np.array([33.7]), np.array([weight]), bandwidth_m=bandwidth_m, cell_m=cell_m
        )


def test_points_too_far_apart_are_refused_until_the_cells_are_coarser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(density, "MOST_CELLS", 5_000)
    with pytest.raises(TooLarge, match="超过上限 5,000"):
        kernel_density(LON, LAT, WEIGHTS, bandwidth_m=800, cell_m=50)
    cell_m = coarsened(LON, LAT, bandwidth_m=800, cell_m=50)
    assert cell_m == 100
    assert kernel_density(LON, LAT, WEIGHTS, bandwidth_m=800, cell_m=cell_m) is not None


def test_a_surface_that_is_written_lies_where_its_points_do(tmp_path: Path) -> None:
    surface = kernel_density(
        np.array([113.27]), np.array([33.7]), np.array([10.0]), bandwidth_m=800, cell_m=50
    )
    assert surface is not None
    write_cog(tmp_path / "density.tif", surface.values, srid=surface.srid, transform=surface.transform)
    with rasterio.open(tmp_path / "density.tif") as raster:
        values = raster.read(1)
        row, column = np.unravel_index(values.argmax(), values.shape)
        x, y = raster.xy(row, column)
    lon, lat = Transformer.from_crs(4547, 4490, always_xy=True).transform(x, y)
    assert GRS80.inv(lon, lat, 113.27, 33.7)[2] < 36
    assert values.max() == pytest.approx(surface.values.max(), rel=1e-6)
