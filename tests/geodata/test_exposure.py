"""People in polygons: against sums that shapely makes cell by cell."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer
from shapely import Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata import exposure
from geodata.errors import InvalidGeometry, TooLarge
from geodata.exposure import Headcount, people_within, ring_m
from geodata.measure import area_m2, buffer_m
from geodata.raster_files import keep_raster
from tests.rasters import CELL, NORTH, NORTH_M, WEST, WEST_M, delivered, people
from tests.shapes import POLYGON_WITH_HOLE

GRS80 = Geod(ellps="GRS80")
TO_GK = Transformer.from_crs(4490, 4547, always_xy=True)
ROWS, COLUMNS = 100, 160
SITE = Polygon([(113.2611, 33.7012), (113.2689, 33.7003), (113.2702, 33.7077), (113.2625, 33.7091)])
# Two cells from their north-western corner.
TWO_CELLS = box(WEST, NORTH - CELL, WEST + 2 * CELL, NORTH)


@contextmanager
def kept(folder: Path, values: Any, **place: Any) -> Iterator[Any]:
    """The raster as the product keeps it, open."""
    source, target = delivered(folder / "in.tif", values, **place), folder / "kept.tif"
    target.unlink(missing_ok=True)
    keep_raster(source, target)
    with rasterio.open(target) as raster:
        yield raster


def in_gauss_krueger(polygon: BaseGeometry) -> BaseGeometry:
    """In EPSG:4547, edges straight in degrees: cut a hundred times finer than by what is tested."""
    fine = shapely.segmentize(polygon, 0.00005)
    return shapely.transform(fine, lambda lon, lat: TO_GK.transform(lon, lat), interleaved=False)


def cell_by_cell(
    values: Any, polygon: BaseGeometry, west: float, north: float, cell: float, *, is_density: bool = False
) -> float:
    """The sum over every cell of the raster, one intersection each."""
    total = 0.0
    for row, column in np.ndindex(values.shape):
        left, top = west + column * cell, north - row * cell
        square = box(left, top - cell, left + cell, top)
        share = square.intersection(polygon).area / square.area
        if share > 0:
            km2 = ground_km2(square) if is_density else 1.0
            total += float(values[row, column]) * km2 * share
    return total


def ground_km2(square: BaseGeometry) -> float:
    """Of a cell of degrees, along its parallels."""
    lon, lat = shapely.segmentize(square, CELL / 500).exterior.xy
    return abs(GRS80.polygon_area_perimeter(lon, lat)[0]) / 1e6


@pytest.mark.parametrize(
    "polygon", [SITE, ring_m(SITE, 500), POLYGON_WITH_HOLE, buffer_m(Point(113.27, 33.7), 1500)]
)
def test_a_sum_over_degrees_is_the_sum_of_all_cells_by_their_share(
    tmp_path: Path, polygon: BaseGeometry
) -> None:
    values = people()
    with kept(tmp_path, values) as raster:
        told = people_within(raster, polygon, unit="persons")
    expected = cell_by_cell(values, polygon, WEST, NORTH, CELL)
    assert told.people == pytest.approx(expected, rel=1e-6)
    assert (told.share_without_data, told.lack) == (0.0, None)


@pytest.mark.parametrize("polygon", [SITE, ring_m(SITE, 500)])
def test_a_sum_over_a_plane_is_the_sum_of_all_cells_by_their_share(
    tmp_path: Path, polygon: BaseGeometry
) -> None:
    values = people()
    with kept(tmp_path, values, crs="EPSG:4547", west=WEST_M, north=NORTH_M, cell=100.0) as raster:
        told = people_within(raster, polygon, unit="persons")
    expected = cell_by_cell(values, in_gauss_krueger(polygon), WEST_M, NORTH_M, 100.0)
    assert told.people == pytest.approx(expected, rel=1e-6)


def test_people_per_square_kilometre_are_people_by_the_cells_true_size(tmp_path: Path) -> None:
    values = people(most=5000.0)
    with kept(tmp_path, values) as raster:
        told = people_within(raster, SITE, unit="persons_per_km2")
    assert told.people == pytest.approx(
        cell_by_cell(values, SITE, WEST, NORTH, CELL, is_density=True), rel=1e-6
    )


@pytest.mark.parametrize(
    "place",
    [{}, {"crs": "EPSG:4547", "west": WEST_M, "north": NORTH_M, "cell": 100.0}],
    ids=["degrees", "GK"],
)
def test_an_even_density_gives_the_area_of_the_polygon(tmp_path: Path, place: dict[str, Any]) -> None:
    with kept(tmp_path, np.ones((ROWS, COLUMNS), "float32"), **place) as raster:
        told = people_within(raster, buffer_m(SITE, 500), unit="persons_per_km2")
    assert told.people == pytest.approx(area_m2(buffer_m(SITE, 500)) / 1e6, rel=1e-6)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.floats(113.2, 113.36), st.floats(33.66, 33.76)), min_size=3, max_size=6, unique=True
    )
)
def test_any_hull_holds_as_many_as_its_cells(
    tmp_path_factory: pytest.TempPathFactory, places: list[tuple[float, float]]
) -> None:
    hull = shapely.convex_hull(shapely.MultiPoint(places))
    if hull.geom_type != "Polygon" or hull.area < CELL**2 / 1e6:
        return
    values = people(20, 32)
    with kept(tmp_path_factory.getbasetemp(), values, cell=5 * CELL) as raster:
        told = people_within(raster, hull, unit="persons")
    assert told.people == pytest.approx(cell_by_cell(values, hull, WEST, NORTH, 5 * CELL), rel=1e-6)


def test_cells_without_data_are_told_as_a_share_and_not_counted_as_empty(tmp_path: Path) -> None:
    values = np.full((ROWS, COLUMNS), 10, "float32")
    values[0, 1] = -1
    with kept(tmp_path, values, nodata=-1) as raster:
        told = people_within(raster, TWO_CELLS, unit="persons")
    assert told.people == pytest.approx(10.0)
    assert (told.share_without_data, told.lack) == (pytest.approx(0.5), None)


def test_what_lies_beside_the_raster_has_no_data(tmp_path: Path) -> None:
    with kept(tmp_path, np.full((ROWS, COLUMNS), 10, "float32")) as raster:
        half_out = people_within(raster, shapely.affinity.translate(TWO_CELLS, -CELL), unit="persons")
        assert half_out.people == pytest.approx(10.0)
        assert half_out.share_without_data == pytest.approx(0.5)
        beside = shapely.affinity.translate(TWO_CELLS, -2 * CELL)
        elsewhere = box(-100.0, -30.0, -99.9, -29.9)
        for outside in (beside, elsewhere):
            assert people_within(raster, outside, unit="persons") == Headcount(None, 1.0, "outside_raster")


def test_a_polygon_that_a_plane_cannot_express_is_beside_the_raster(tmp_path: Path) -> None:
    with kept(tmp_path, people(), crs="EPSG:4547", west=WEST_M, north=NORTH_M, cell=100.0) as raster:
        told = people_within(raster, box(-70.0, 10.0, -69.0, 11.0), unit="persons")
    assert told == Headcount(None, 1.0, "outside_raster")


def test_a_polygon_of_nothing_but_cells_without_data_has_no_number(tmp_path: Path) -> None:
    values = people()
    values[0, :2] = np.nan
    with kept(tmp_path, values) as raster:
        assert people_within(raster, TWO_CELLS, unit="persons") == Headcount(None, 1.0, "no_data")


def test_nobody_where_the_raster_says_nobody_is_a_number(tmp_path: Path) -> None:
    with kept(tmp_path, np.zeros((ROWS, COLUMNS), "float32")) as raster:
        assert people_within(raster, SITE, unit="persons") == Headcount(0.0, 0.0)
        assert people_within(raster, Polygon(), unit="persons") == Headcount(0.0, 0.0)


def test_what_is_no_valid_polygon_is_refused(tmp_path: Path) -> None:
    bowtie = Polygon([(113.26, 33.70), (113.27, 33.71), (113.27, 33.70), (113.26, 33.71)])
    with kept(tmp_path, people()) as raster:
        for wrong in (bowtie, Point(113.26, 33.7)):
            with pytest.raises(InvalidGeometry, match="有效的面"):
                people_within(raster, wrong, unit="persons")


def test_more_cells_than_can_be_read_at_once_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exposure, "MOST_CELLS", 80)
    with kept(tmp_path, people()) as raster, pytest.raises(TooLarge, match="超过上限 80"):
        people_within(raster, SITE, unit="persons")


def test_a_sum_that_is_made_in_strips_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = people()
    values[45, 60:70] = np.nan
    with kept(tmp_path, values) as raster:
        whole = people_within(raster, buffer_m(SITE, 1000), unit="persons_per_km2")
        monkeypatch.setattr(exposure, "CELLS_AT_ONCE", 100)
        in_strips = people_within(raster, buffer_m(SITE, 1000), unit="persons_per_km2")
    assert in_strips.people == pytest.approx(whole.people, rel=1e-9)
    assert in_strips.share_without_data == pytest.approx(whole.share_without_data, rel=1e-6)
    assert 0 < whole.share_without_data < 0.1


# ---------------------------------------------------------------- rings


def test_a_ring_is_all_within_a_distance_but_the_site_itself() -> None:
    ring = ring_m(SITE, 500)
    assert ring.intersection(SITE).area < 1e-15
    assert area_m2(ring) == pytest.approx(area_m2(buffer_m(SITE, 500)) - area_m2(SITE), rel=1e-9)


def test_a_ring_fills_the_holes_of_a_site_and_joins_its_parts() -> None:
    yard = POLYGON_WITH_HOLE
    assert ring_m(yard, 500).covers(Point(113.265, 33.705))
    two = shapely.MultiPolygon([box(113.26, 33.70, 113.262, 33.702), box(113.264, 33.70, 113.266, 33.702)])
    assert area_m2(ring_m(two, 500)) == pytest.approx(area_m2(buffer_m(two, 500)) - area_m2(two), rel=1e-9)


def test_around_a_point_the_ring_is_the_circle() -> None:
    assert area_m2(ring_m(Point(113.2656, 33.7075), 500)) / 1e6 == pytest.approx(np.pi / 4, rel=1e-3)
