"""What comes in as a raster: taken whole, or refused with its place."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from pyproj import CRS, Geod, Transformer
from rasterio.transform import Affine
from rasterio.windows import Window

from geodata import raster_files
from geodata.errors import (
    GeodataError,
    MissingCRS,
    NoDatumTransformation,
    TooLarge,
    UnreadableFile,
    UnsupportedFormat,
    UnusableRaster,
)
from geodata.raster_files import cell_areas_m2, keep_raster, sha256_of, write_cog
from tests.rasters import CELL, NORTH, NORTH_M, WEST, WEST_M, delivered, people

GRS80 = Geod(ellps="GRS80")
MOLLWEIDE = CRS.from_proj4("+proj=moll +datum=WGS84 +units=m").to_wkt()


def kept(tmp_path: Path, source: Path, **options: Any) -> Any:
    """The raster that is kept of a source, open."""
    keep_raster(source, tmp_path / "kept.tif", **options)
    return rasterio.open(tmp_path / "kept.tif")


def test_a_raster_is_kept_with_its_values_and_what_it_holds_is_told(tmp_path: Path) -> None:
    values = people()
    values[3, 4] = -1
    source = delivered(tmp_path / "人口.tif", values, nodata=-1)
    contents = keep_raster(source, tmp_path / "kept.tif", tags={"RISKMAP": "出处"})
    assert (contents.crs, contents.width, contents.height) == ("EPSG:4326", 160, 100)
    assert (contents.with_data, contents.without_data) == (15_999, 1)
    assert contents.total == pytest.approx(values[values >= 0].astype(float).sum(), rel=1e-12)
    assert sha256_of(source) == hashlib.sha256(source.read_bytes()).hexdigest()
    with rasterio.open(tmp_path / "kept.tif") as raster:
        again = raster.read(1)
        assert raster.tags()["RISKMAP"] == "出处"
        assert (raster.dtypes, np.isnan(raster.nodata)) == (("float32",), True)
    assert np.isnan(again[3, 4])
    again[3, 4] = -1
    assert np.array_equal(again, values)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.tif", "人口.tif"]


def test_what_is_kept_is_a_cloud_optimized_geotiff(tmp_path: Path) -> None:
    with kept(tmp_path, delivered(tmp_path / "in.tif", people(1000, 1200))) as raster:
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert raster.block_shapes == [(256, 256)]
        assert raster.overviews(1) == [2, 4, 8]


@pytest.mark.parametrize(
    ("dtype", "wider"),
    [("uint8", "float32"), ("int16", "float32"), ("int32", "float64"), ("float64", "float64")],
)
def test_every_whole_number_is_kept_exactly(tmp_path: Path, dtype: str, wider: str) -> None:
    largest = min(np.iinfo(dtype).max, 999_999_999) if dtype != "float64" else 123_456_789.123
    values = np.full((2, 2), largest, dtype)
    with kept(tmp_path, delivered(tmp_path / "in.tif", values)) as raster:
        assert raster.dtypes == (wider,)
        assert raster.read(1)[0, 0] == largest


def test_no_data_that_is_not_declared_can_be_named(tmp_path: Path) -> None:
    values = people()
    values[0, 0] = -99999
    source = delivered(tmp_path / "in.tif", values)
    with pytest.raises(
        UnusableRaster, match=r"第 1 行第 1 列（113\.200500, 33\.759500）的值为负数 -99999；.*--nodata"
    ):
        keep_raster(source, tmp_path / "kept.tif")
    assert keep_raster(source, tmp_path / "kept.tif", nodata=-99999).without_data == 1


def test_a_value_that_cannot_be_is_told_with_its_place_in_the_whole_raster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster_files, "STRIP_CELLS", 160)
    values = people()
    values[42, 7] = np.inf
    with pytest.raises(UnusableRaster, match=r"第 43 行第 8 列（113\.207500, 33\.717500）的值不是有限的数"):
        keep_raster(delivered(tmp_path / "in.tif", values), tmp_path / "kept.tif")


def test_a_number_without_data_that_is_written_as_the_largest_float_is_found(tmp_path: Path) -> None:
    values = people()
    values[1, 1] = np.finfo(np.float32).max
    with pytest.raises(UnusableRaster, match="大得不可信"):
        keep_raster(delivered(tmp_path / "in.tif", values), tmp_path / "kept.tif")


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"crs": None}, MissingCRS, "没有写明坐标系"),
        ({"values": np.ones((2, 9, 9), "float32")}, UnusableRaster, "有 2 个波段"),
        ({"values": np.ones((9, 9), "complex64")}, UnusableRaster, "complex64"),
        ({"transform": Affine(0.001, 0.0001, 113, 0.0001, -0.001, 34)}, UnusableRaster, "旋转"),
        ({"transform": Affine(0.001, 0, 113, 0, 0.001, 33)}, UnusableRaster, "上北下南"),
        ({"west": 190.0}, UnusableRaster, "±180°"),
        ({"crs": "EPSG:2436", "west": WEST_M, "north": NORTH_M, "cell": 100.0}, NoDatumTransformation, "2436"),
        ({"crs": "+proj=moll +ellps=intl +units=m", "cell": 100.0}, UnusableRaster, "没有 EPSG 代码"),
        ({"values": np.full((9, 9), -1, "float32"), "nodata": -1}, UnusableRaster, "没有任何一个像元有数据"),
    ],
    ids=["no CRS", "bands", "complex", "turned", "south up", "around", "Beijing 54", "unknown datum", "nothing"],
)  # fmt: skip
def test_a_raster_of_another_form_is_refused(
    tmp_path: Path, options: dict[str, Any], error: type[GeodataError], sentence: str
) -> None:
    source = delivered(tmp_path / "in.tif", options.pop("values", people()), **options)
    with pytest.raises(error, match=sentence):
        keep_raster(source, tmp_path / "kept.tif")
    assert [path.name for path in tmp_path.iterdir()] == ["in.tif"]


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_picture_without_a_place_is_refused(tmp_path: Path) -> None:
    source = delivered(tmp_path / "in.tif", people(), transform=Affine.identity())
    with pytest.raises(MissingCRS, match="没有写明位置"):
        keep_raster(source, tmp_path / "kept.tif")


def test_a_raster_with_scaled_values_is_refused(tmp_path: Path) -> None:
    source = delivered(tmp_path / "in.tif", people())
    with rasterio.open(source, "r+") as raster:
        raster.scales = (0.1,)
    with pytest.raises(UnusableRaster, match="比例或偏移"):
        keep_raster(source, tmp_path / "kept.tif")


def test_a_raster_with_a_mask_is_refused(tmp_path: Path) -> None:
    source = delivered(tmp_path / "in.tif", people())
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(source, "r+") as raster:
        raster.write_mask(np.eye(100, 160, dtype=bool))
    with pytest.raises(UnusableRaster, match="蒙版"):
        keep_raster(source, tmp_path / "kept.tif")


def test_what_is_no_geotiff_is_refused_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "in.tif").write_text("<VRTDataset rasterXSize='1' rasterYSize='1'/>")
    with pytest.raises(UnsupportedFormat, match=r"in\.tif 不是 GeoTIFF"):
        keep_raster(tmp_path / "in.tif", tmp_path / "kept.tif")
    with pytest.raises(UnreadableFile, match="无法读取"):
        keep_raster(tmp_path / "nothing.tif", tmp_path / "kept.tif")


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_file_that_was_cut_off_is_told_as_damaged(tmp_path: Path, share: float) -> None:
    whole = delivered(tmp_path / "in.tif", people(400, 400), compress="deflate").read_bytes()
    (tmp_path / "cut.tif").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UnreadableFile, match="已损坏或不完整"):
        keep_raster(tmp_path / "cut.tif", tmp_path / "kept.tif")
    assert not (tmp_path / "kept.tif").exists()


def test_a_small_file_that_unpacks_into_a_huge_one_is_refused_unread(tmp_path: Path) -> None:
    source = tmp_path / "in.tif"
    options = {
        "driver": "GTiff",
        "count": 1,
        "crs": "EPSG:4326",
        "transform": Affine(1e-4, 0, 113, 0, -1e-4, 34),
    }
    with rasterio.open(
        source, "w", dtype="uint8", width=300_000, height=1_000, sparse_ok=True, tiled=True, **options
    ):
        pass
    assert source.stat().st_size < 200_000
    with pytest.raises(TooLarge, match="300,000,000 个像元"):
        keep_raster(source, tmp_path / "kept.tif")
    large = {"width": 5_000, "height": 5_000, "tiled": True, "blockxsize": 4096, "blockysize": 4096}
    with rasterio.open(source, "w", dtype="float64", sparse_ok=True, **large, **options):
        pass
    with pytest.raises(TooLarge, match="分块过大"):
        keep_raster(source, tmp_path / "kept.tif")


def test_nothing_beside_the_file_is_read(tmp_path: Path) -> None:
    source = delivered(tmp_path / "in.tif", people(), crs=None)
    (tmp_path / "in.tif.aux.xml").write_text("<PAMDataset><SRS>EPSG:4326</SRS></PAMDataset>")
    with rasterio.open(source) as raster:
        assert raster.crs == "EPSG:4326"
    with pytest.raises(MissingCRS):
        keep_raster(source, tmp_path / "kept.tif")


# ---------------------------------------------------------------- cells on the ground


def test_cells_of_degrees_have_their_size_on_the_ellipsoid(tmp_path: Path) -> None:
    with kept(tmp_path, delivered(tmp_path / "in.tif", people())) as raster:
        areas = cell_areas_m2(raster, np.array([0, 99]), np.array([0, 159]))
    for row, area in zip((0, 99), areas, strict=True):
        north = NORTH - row * CELL
        # The parallels as chains of a thousand geodesics.
        along = np.linspace(WEST, WEST + CELL, 1001)
        lon = [*along, *along[::-1]]
        lat = [*np.full(1001, north - CELL), *np.full(1001, north)]
        assert area == pytest.approx(GRS80.polygon_area_perimeter(lon, lat)[0], rel=1e-9)


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:32650", MOLLWEIDE], ids=["GK", "UTM 50", "Mollweide"])
def test_cells_of_a_plane_have_their_size_on_the_ellipsoid(tmp_path: Path, crs: str) -> None:
    plane = CRS.from_user_input(crs)
    way = Transformer.from_crs(plane, 4326, always_xy=True)
    west, north = way.transform(113.2, 33.7, direction="INVERSE")
    source = delivered(tmp_path / "in.tif", people(), crs=crs, west=west, north=north, cell=100.0)
    with kept(tmp_path, source) as raster:
        (area,) = cell_areas_m2(raster, np.array([50]), np.array([80]))
        left, bottom, right, top = raster.window_bounds(Window(80, 50, 1, 1))
    lon, lat = way.transform([left, right, right, left], [bottom, bottom, top, top])
    assert area == pytest.approx(GRS80.polygon_area_perimeter(lon, lat)[0], rel=1e-6)


def test_numbers_are_written_where_they_lie(tmp_path: Path) -> None:
    write_cog(
        tmp_path / "out.tif",
        np.array([[1.0, np.nan]]),
        srid=4547,
        transform=Affine(50, 0, WEST_M, 0, -50, NORTH_M),
    )
    with rasterio.open(tmp_path / "out.tif") as raster:
        assert (raster.crs, raster.bounds.left, raster.bounds.top) == ("EPSG:4547", WEST_M, NORTH_M)
        assert np.array_equal(raster.read(1), [[1.0, np.nan]], equal_nan=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out.tif"]
