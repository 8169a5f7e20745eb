"""Take one Shapefile out of a zip file that came from anywhere."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections import defaultdict
from pathlib import Path, PurePosixPath

from geodata.errors import UnknownLayer, UnreadableFile, UnsafeArchive, UnsupportedFormat

MOST_MEMBERS = 100
MOST_BYTES = 500_000_000
HIGHEST_RATIO = 100
# Small members may well be compressed better than that without being a bomb.
RATIO_FREE_BYTES = 1_000_000

_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_ARCHIVES = (".zip", ".kmz", ".shz", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz")
_CHUNK = 1 << 20
# What zipfile raises on bytes that are no zip, from the header's struct to the last deflated block.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeDecodeError,
)


def shapefile_names(path: Path) -> list[str]:
    """Name the Shapefiles in a zip file.

    Raises
    ------
    UnsafeArchive, UnreadableFile
        If the archive breaks a guard or is damaged.
    """
    with _opened(path) as archive:
        return [stem for stem, _ in _shapefiles(archive)]


def unpack_shapefile(path: Path, layer: str | None, folder: Path) -> Path:
    """Unpack the named Shapefile (or the only one) to `folder` and give its .shp.

    Only the parts of that one Shapefile are written, under names of our own. The declared sizes are checked first
    and the real ones again while reading, because a bomb lies about them.
    """
    with _opened(path) as archive:
        chosen = _chosen(_shapefiles(archive), layer)
        budget = MOST_BYTES
        for suffix, member in chosen.items():
            budget -= _unpack(archive, member, folder / f"layer{suffix}", budget)
    return folder / "layer.shp"


def _opened(path: Path) -> zipfile.ZipFile:
    # Chinese Windows writes member names in GBK without saying so; CP437 reads any bytes.
    for encoding in ("gb18030", "cp437"):
        try:
            archive = zipfile.ZipFile(path, metadata_encoding=encoding)
        except UnicodeDecodeError:
            continue
        except DAMAGE as error:
            raise UnreadableFile(f"{path.name} 不是完好的 zip 文件") from error
        _require_harmless(archive)
        return archive
    raise UnreadableFile(f"{path.name} 内的文件名无法读取")


def _require_harmless(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise UnsafeArchive(f"压缩包内有 {len(members)} 个文件，超过 {MOST_MEMBERS} 个")
    for member in members:
        _require_harmless_member(member)
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        raise UnsafeArchive(f"解压后共 {total:,} 字节，超过 {MOST_BYTES:,} 字节")


def _require_harmless_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or (parts and ":" in parts[0]):
        raise UnsafeArchive(f"压缩包内的路径不安全：{name}")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UnsafeArchive(f"压缩包内有符号链接：{name}")
    if name.casefold().endswith(_ARCHIVES):
        raise UnsafeArchive(f"压缩包内还有压缩包：{name}")
    if member.flag_bits & 0x1:
        raise UnsafeArchive(f"压缩包加了密码：{name}")
    if member.file_size > max(RATIO_FREE_BYTES, HIGHEST_RATIO * member.compress_size):
        raise UnsafeArchive(f"压缩比超过 {HIGHEST_RATIO}：{name}")


def _shapefiles(archive: zipfile.ZipFile) -> list[tuple[str, dict[str, zipfile.ZipInfo]]]:
    """Give (stem, suffix -> member) for each Shapefile, the parts matched without regard to case."""
    groups: dict[str, dict[str, zipfile.ZipInfo]] = defaultdict(dict)
    for member in archive.infolist():
        name = PurePosixPath(member.filename)
        # macOS adds a shadow of every file.
        if name.suffix.casefold() in _SHAPEFILE_PARTS and "__MACOSX" not in name.parts:
            groups[str(name.with_suffix("")).casefold()][name.suffix.casefold()] = member
    found = [parts for parts in groups.values() if ".shp" in parts]
    return [(PurePosixPath(parts[".shp"].filename).stem, parts) for parts in found]


def _chosen(
    shapefiles: list[tuple[str, dict[str, zipfile.ZipInfo]]], layer: str | None
) -> dict[str, zipfile.ZipInfo]:
    if not shapefiles:
        raise UnsupportedFormat("压缩包内没有 Shapefile（.shp）")
    fitting = [parts for stem, parts in shapefiles if layer is None or stem == layer]
    if len(fitting) != 1:
        raise UnknownLayer(f"请指定压缩包内的一个图层：{'、'.join(stem for stem, _ in shapefiles)}")
    return fitting[0]


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, budget: int) -> int:
    """Write one member, counting as we go; give the bytes written."""
    allowed = min(budget, max(RATIO_FREE_BYTES, HIGHEST_RATIO * member.compress_size))
    written = 0
    try:
        with archive.open(member) as source, target.open("wb") as sink:
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                if written > allowed:
                    raise UnsafeArchive(f"解压后的大小超出声明：{member.filename}")
                sink.write(chunk)
    except DAMAGE as error:
        raise UnreadableFile(f"压缩包内的文件已损坏：{member.filename}") from error
    return written
