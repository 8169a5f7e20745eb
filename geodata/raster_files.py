"""Rasters of one quantity: checked when they come in, kept as Cloud Optimized GeoTIFFs, placed on the ground.

A raster that is kept has one band of floating-point numbers, north up; NaN is what has no data, and nothing else is.
"""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer
from rasterio.enums import MaskFlags
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.shutil import copy
from rasterio.transform import Affine
from rasterio.windows import Window
from shapely.geometry.base import BaseGeometry

from geodata.arrays import Floats
from geodata.crs import Datum, from_cgcs2000, to_cgcs2000
from geodata.errors import MissingCRS, TooLarge, UnreadableFile, UnsupportedFormat, UnusableRaster
from geodata.measure import CGCS2000_ELLIPSOID

# A province in cells of a hundred metres has 30 to 50 million.
MOST_CELLS = 200_000_000
MOST_BYTES = 2_000_000_000
# What a reader has to unpack at once to see any part of it.
MOST_BLOCK_BYTES = 64_000_000
# More than live anywhere in one cell; what is written for "no data" without being declared is often larger.
MOST_VALUE = 1e9
# Rows that are read together when a raster is gone through.
STRIP_CELLS = 4_000_000
# Edges in degrees are cut so fine (half a kilometre) that they stay within 3 mm of themselves in any other plane.
FINEST_EDGE_DEG = 0.005

# As GeoTIFF and PROJ name the two datums whose degrees are taken as they are.
SAME_DATUMS = ("China 2000", "World Geodetic System 1984", "World Geodetic System 1984 ensemble")
COG = {"COMPRESS": "DEFLATE", "PREDICTOR": "YES", "BLOCKSIZE": 256, "OVERVIEW_RESAMPLING": "AVERAGE"}


@dataclass(frozen=True)
class Contents:
    """What a raster was found to hold.

    Parameters
    ----------
    crs : as `EPSG:4326`, or its name where it has no code.
    cell : width and height of a cell in units of the CRS.
    with_data, without_data : numbers of cells.
    total : sum of the values, whatever their unit.
    """

    crs: str
    width: int
    height: int
    cell: tuple[float, float]
    with_data: int
    without_data: int
    total: float


def keep_raster(
    source: Path, target: Path, *, nodata: float | None = None, tags: Mapping[str, str] | None = None
) -> Contents:
    """Check a GeoTIFF of numbers that are not negative, and write it as a Cloud Optimized GeoTIFF.

    The values stay as they are; integers of up to 16 bits become float32, wider ones float64.

    Parameters
    ----------
    target : must not be there yet; nothing is left of it when the source is refused.
    nodata : value of cells without data, where the file does not declare it or declares another. NaN always is one.
    tags : metadata to keep in the file.

    Raises
    ------
    UnsupportedFormat, UnreadableFile
        If it is no GeoTIFF, or damaged.
    MissingCRS, NoDatumTransformation
        If it does not say where it lies, or nobody knows the way from there to CGCS2000.
    TooLarge
        If it is, or becomes when it is unpacked, larger than 2 GB or 200 million cells.
    UnusableRaster
        With the row and column, from 1, of the first value that cannot be.
    """
    try:
        size = source.stat().st_size
    except OSError as error:
        raise UnreadableFile(f"无法读取文件 {source}") from error
    if size > MOST_BYTES:
        raise TooLarge(f"文件有 {size / 1e9:.1f} GB，超过上限 {MOST_BYTES / 1e9:.0f} GB：请先裁剪到本区周边")
    plain = target.with_name(f"{target.name}.plain")
    try:
        with opened_geotiff(source) as raster:
            require_form(raster)
            counted = copy_checked(raster, plain, nodata=nodata, tags=tags or {})
            contents = Contents(
                crs=name_of(raster.crs),
                width=raster.width,
                height=raster.height,
                cell=(raster.transform.a, -raster.transform.e),
                **counted,
            )
        # The driver wants a whole raster to copy: overviews come before the data in the file.
        copy(plain, target, driver="COG", **COG)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        plain.unlink(missing_ok=True)
    return contents


def write_cog(
    target: Path,
    values: NDArray[np.floating[Any]],
    *,
    srid: int,
    transform: Affine,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Write numbers as a Cloud Optimized GeoTIFF of float32; NaN has no data.

    Parameters
    ----------
    values : (rows, columns), the northernmost row first.
    srid : EPSG code of the plane; x before y.
    """
    plain = target.with_name(f"{target.name}.plain")
    try:
        with rasterio.open(
            plain, "w", driver="GTiff", dtype="float32", count=1, nodata=math.nan, crs=f"EPSG:{srid}",
            transform=transform, height=values.shape[0], width=values.shape[1],
        ) as raster:  # fmt: skip
            raster.write(values.astype(np.float32), 1)
            raster.update_tags(**(tags or {}))
        copy(plain, target, driver="COG", **COG)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        plain.unlink(missing_ok=True)


# ---------------------------------------------------------------- what comes in


@contextmanager
def opened_geotiff(path: Path) -> Iterator[Any]:
    """Open a file that must be a GeoTIFF by itself: no file beside it is read, and no address inside it followed.

    Raises
    ------
    UnsupportedFormat, UnreadableFile
        If it is something else, or damaged.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head not in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        raise UnsupportedFormat(f"{path.name} 不是 GeoTIFF 文件")
    try:
        # Neither .aux.xml nor .ovr nor .tfw: what they said would be lost when the file is sent somewhere else.
        with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"), warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path.resolve(), driver="GTiff") as raster:
                yield raster
    except RasterioError as error:
        raise UnreadableFile(f"{path.name} 已损坏或不完整，无法读取") from error


def require_form(raster: Any) -> None:  # noqa: ANN401 - rasterio has no types
    """Refuse a raster whose numbers could not be read as one quantity on a known place of the ground."""
    if raster.subdatasets:
        raise UnusableRaster("文件里有多幅图：请只留下人口一幅")
    if raster.count != 1:
        raise UnusableRaster(f"有 {raster.count} 个波段，应只有 1 个")
    dtype = np.dtype(raster.dtypes[0])
    if dtype.kind not in "iuf":
        raise UnusableRaster(f"像元类型为 {dtype.name}，应为整数或实数")
    if (raster.scales[0], raster.offsets[0]) != (1.0, 0.0):
        raise UnusableRaster("像元值带有比例或偏移（scale、offset）：请先换算成真实数值")
    if MaskFlags.per_dataset in raster.mask_flag_enums[0]:
        raise UnusableRaster("用蒙版表示无数据：请改用无数据值（nodata）")
    cells = raster.width * raster.height
    if cells > MOST_CELLS:
        raise TooLarge(f"有 {cells:,} 个像元，超过上限 {MOST_CELLS:,}：请先裁剪到本区周边")
    block = math.prod(raster.block_shapes[0]) * dtype.itemsize
    if block > MOST_BLOCK_BYTES:
        raise TooLarge("分块过大，读任何一处都要解开全图：请先用 gdal_translate -co TILED=YES 转换")
    require_place(raster)


def require_place(raster: Any) -> None:  # noqa: ANN401 - rasterio has no types
    """Refuse a raster that does not say where it lies, or lies where nobody can follow."""
    if raster.crs is None:
        raise MissingCRS("没有写明坐标系：请先用 gdal_translate -a_srs EPSG:代码 写明")
    at = raster.transform
    if at.is_identity:
        raise MissingCRS("没有写明位置（地理参照）：请先配准")
    if at.b or at.d or at.a <= 0 or at.e >= 0:
        raise UnusableRaster("图像有旋转或不是上北下南：请先用 gdalwarp 转正")
    if CRS.from_wkt(raster.crs.to_wkt()).is_geographic:
        west, south, east, north = raster.bounds
        slack = 1e-6
        if west < -180 - slack or east > 180 + slack or south < -90 - slack or north > 90 + slack:
            raise UnusableRaster("范围超出经度 ±180°、纬度 ±90°")
    # Whoever cannot bring its corner to CGCS2000 says why.
    to_ground([shapely.Point(raster.bounds.left, raster.bounds.top)], raster.crs.to_wkt())


def copy_checked(
    raster: Any,  # noqa: ANN401 - rasterio has no types
    target: Path,
    *,
    nodata: float | None,
    tags: Mapping[str, str],
) -> dict[str, Any]:
    """Copy a raster strip by strip with NaN for what has no data; count and sum what has."""
    dtype = np.promote_types(raster.dtypes[0], np.float32)
    empty = raster.nodata if nodata is None else nodata
    with_data, total = 0, 0.0
    with rasterio.open(
        target, "w", driver="GTiff", dtype=dtype, count=1, nodata=math.nan, crs=raster.crs,
        transform=raster.transform, height=raster.height, width=raster.width,
        tiled=True, compress="deflate", bigtiff="if_safer",
    ) as copied:  # fmt: skip
        for window in strips(raster.width, raster.height):
            raw = raster.read(1, window=window)
            values = raw.astype(dtype)
            if empty is not None:
                values[raw == np.asarray(empty).astype(raw.dtype)] = np.nan
            require_values(values, raster, window)
            with_data += int(np.isfinite(values).sum())
            total += float(np.nansum(values, dtype=np.float64))
            copied.write(values, 1, window=window)
        copied.update_tags(**tags)
    if with_data == 0:
        raise UnusableRaster("没有任何一个像元有数据")
    return {"with_data": with_data, "without_data": raster.width * raster.height - with_data, "total": total}


def strips(width: int, height: int) -> Iterator[Window]:
    """Windows of whole rows that together are the raster."""
    rows = max(1, STRIP_CELLS // width)
    for first in range(0, height, rows):
        yield Window(0, first, width, min(rows, height - first))


def require_values(values: Floats, raster: Any, window: Window) -> None:  # noqa: ANN401 - rasterio has no types
    """Refuse what is no quantity, at its first place."""
    wrong = np.isinf(values) | (values < 0) | (values > MOST_VALUE)
    if not wrong.any():
        return
    row, column = (int(place) for place in np.argwhere(wrong)[0])
    value, row = float(values[row, column]), row + int(window.row_off)
    x, y = raster.xy(row, column)
    if not math.isfinite(value):
        reason = "不是有限的数"
    elif value < 0:
        reason = f"为负数 {value:g}"
    else:
        reason = f"为 {value:g}，大得不可信"
    raise UnusableRaster(
        f"第 {row + 1} 行第 {column + 1} 列（{x:.6f}, {y:.6f}）的值{reason}；"
        "如果它表示无数据，请用 --nodata 写明"
    )


def sha256_of(path: Path) -> str:
    """Digest of a file's bytes.

    Raises
    ------
    UnreadableFile
        If there is no such file, or it may not be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(f"无法读取文件 {path}") from error


# ---------------------------------------------------------------- where it lies


def name_of(crs: Any) -> str:  # noqa: ANN401 - rasterio has no types
    """What a CRS is called: its EPSG code, else its own name."""
    code = code_of(crs.to_wkt())
    return CRS.from_wkt(crs.to_wkt()).name if code is None else f"EPSG:{code}"


def to_plane(geometry: BaseGeometry, crs_wkt: str) -> BaseGeometry:
    """Bring a geometry from degrees (CGCS2000, lon before lat) to a raster's CRS, x before y.

    Edges are straight in degrees and stay where they are. What the CRS cannot express becomes infinite.
    """
    fine = shapely.segmentize(geometry, FINEST_EDGE_DEG)
    code = code_of(crs_wkt)
    if code is not None:
        moved: BaseGeometry = from_cgcs2000([fine], Datum(f"EPSG:{code}"))[0]
        return moved
    way = unnamed_way(crs_wkt)
    return shapely.transform(
        fine, lambda lon, lat: way.transform(lon, lat, direction="INVERSE"), interleaved=False
    )


def to_ground(geometries: list[BaseGeometry], crs_wkt: str) -> list[BaseGeometry]:
    """Bring geometries from a raster's CRS to degrees (CGCS2000, lon before lat): the way back of `to_plane`."""
    code = code_of(crs_wkt)
    if code is not None:
        return list(to_cgcs2000(geometries, Datum(f"EPSG:{code}")))
    return list(shapely.transform(geometries, unnamed_way(crs_wkt).transform, interleaved=False))


@lru_cache(maxsize=64)
def code_of(crs_wkt: str) -> int | None:
    """The EPSG code of a CRS, where it has one."""
    code: int | None = CRS.from_wkt(crs_wkt).to_epsg()
    return code


@lru_cache(maxsize=64)
def unnamed_way(crs_wkt: str) -> Transformer:
    """The way from a CRS without a code to CGCS2000: un-projected only, so its degrees must be those of WGS84."""
    crs = CRS.from_wkt(crs_wkt)
    base = crs.geodetic_crs
    if base is None or base.datum is None or base.datum.name not in SAME_DATUMS or not is_flat(crs):
        raise UnusableRaster(
            f"坐标系「{crs.name}」没有 EPSG 代码，也不在 CGCS2000 或 WGS84 上：请先用 gdalwarp 转换"
        )
    return Transformer.from_crs(crs, base, always_xy=True)


def is_flat(crs: CRS) -> bool:
    """Whether coordinates are degrees or those of a plane."""
    return bool(crs.is_geographic or crs.is_projected) and len(crs.axis_info) == 2


def cell_areas_m2(raster: Any, rows: NDArray[Any], columns: NDArray[Any]) -> Floats:  # noqa: ANN401
    """Measure cells on the ground, square metres on the CGCS2000 ellipsoid.

    A cell of degrees is cut from the strip between its parallels, exactly. A cell of a plane is what its middle lines
    span on the ground, right to (cell / radius of the Earth)².

    Parameters
    ----------
    rows, columns : of the cells, from 0; broadcast against each other.
    """
    crs, at = CRS.from_wkt(raster.crs.to_wkt()), raster.transform
    if crs.is_geographic:
        south, north = at.f + (rows + 1.0) * at.e, at.f + rows * at.e
        strip = authalic(north) - authalic(south)
        return np.asarray(np.broadcast_arrays(strip * math.radians(at.a), columns)[0])
    x, y = np.broadcast_arrays(at.c + (columns + 0.5) * at.a, at.f + (rows + 0.5) * at.e)
    plane = Proj(crs)
    _, lat = plane(x, y, inverse=True)
    # Not the projection's own areal scale: of Mollweide and others PROJ tells that of a sphere, 0.3 % away.
    east_by_x, north_by_x = difference(plane, (x - at.a / 2, y), (x + at.a / 2, y))
    east_by_y, north_by_y = difference(plane, (x, y + at.e / 2), (x, y - at.e / 2))
    e2, sine = CGCS2000_ELLIPSOID.es, np.sin(np.radians(lat))
    bend = 1 - e2 * sine**2
    # Radii of curvature: of the meridian, and of the parallel.
    meridian = CGCS2000_ELLIPSOID.a * (1 - e2) / bend**1.5
    parallel = CGCS2000_ELLIPSOID.a * np.cos(np.radians(lat)) / np.sqrt(bend)
    return np.asarray(np.abs(east_by_x * north_by_y - east_by_y * north_by_x) * meridian * parallel)


def difference(
    plane: Proj, start: tuple[Floats, Floats], end: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """How far two places of a plane are apart in longitude and latitude, radians, the short way round."""
    (lon, lat), (lon_end, lat_end) = plane(*start, inverse=True), plane(*end, inverse=True)
    return np.radians((lon_end - lon + 180) % 360 - 180), np.radians(lat_end - lat)


def authalic(lat: NDArray[Any]) -> Floats:
    """Area between the equator and a parallel, square metres for a radian of longitude (Snyder 1987, 3-12).

    >>> whole = float(authalic(np.array(90.0)) - authalic(np.array(-90.0))) * 2 * math.pi
    >>> round(whole / 1e12, 4)
    510.0656
    """
    e2 = CGCS2000_ELLIPSOID.es
    e, sine = math.sqrt(e2), np.sin(np.radians(lat))
    q = sine / (1 - e2 * sine**2) + np.arctanh(e * sine) / e
    return np.asarray(CGCS2000_ELLIPSOID.b**2 / 2 * q)
