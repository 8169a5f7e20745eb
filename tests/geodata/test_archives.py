"""Zip files from anywhere: only a harmless one is opened, and only one Shapefile is taken out."""

import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.archives import MOST_BYTES, shapefile_names, unpack_shapefile
from geodata.errors import UnknownLayer, UnreadableFile, UnsafeArchive, UnsupportedFormat

Members = dict[str, bytes]


def zipped(folder: Path, members: Members, *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "upload.zip"
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def shapefile(stem: str) -> Members:
    return {f"{stem}.{suffix}": suffix.encode() for suffix in ("shp", "shx", "dbf", "prj", "cpg")}


def test_the_only_shapefile_is_unpacked_under_names_of_our_own(tmp_path: Path) -> None:
    path = zipped(tmp_path, {**shapefile("资料/企业"), "资料/说明.txt": b"x", "__MACOSX/._企业.shp": b"x"})
    target = tmp_path / "out"
    target.mkdir()
    assert shapefile_names(path) == ["企业"]
    assert unpack_shapefile(path, None, target) == target / "layer.shp"
    assert sorted(one.name for one in target.iterdir()) == [
        f"layer.{suffix}" for suffix in ("cpg", "dbf", "prj", "shp", "shx")
    ]


def test_names_written_in_gbk_are_read_as_chinese(tmp_path: Path) -> None:
    # Like Windows: GBK bytes without the UTF-8 flag. Written as Latin-1 look-alikes, then patched in the raw file.
    path = zipped(tmp_path, shapefile("qiye"), compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"qiye.", "企业".encode("gbk") + b"."))
    assert shapefile_names(path) == ["企业"]


def test_one_of_several_shapefiles_must_be_chosen(tmp_path: Path) -> None:
    path = zipped(tmp_path, shapefile("企业") | shapefile("分区"))
    with pytest.raises(UnknownLayer, match="企业、分区"):
        unpack_shapefile(path, None, tmp_path)
    assert unpack_shapefile(path, "分区", tmp_path).is_file()


def test_parts_in_capitals_belong_together(tmp_path: Path) -> None:
    unpacked = unpack_shapefile(
        zipped(tmp_path, {"A.SHP": b"1", "a.dbf": b"2", "A.Shx": b"3"}), None, tmp_path
    )
    assert unpacked.with_suffix(".dbf").read_bytes() == b"2"


@pytest.mark.parametrize(
    "name",
    [
        "../a.shp",
        "a/../../b.shp",
        "/etc/a.shp",
        "\\a.shp",
        "C:/a.shp",
        "..\\a.shp",
        "inner.zip",
        "x/y.7z",
        "a.kmz",
    ],
)
def test_paths_that_lead_away_and_archives_within_are_refused(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path, {**shapefile("a"), name: b"x"})
    with pytest.raises(UnsafeArchive):
        unpack_shapefile(path, None, tmp_path)
    with pytest.raises(UnsafeArchive):
        shapefile_names(path)


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("a.shp")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UnsafeArchive, match="符号链接"):
        unpack_shapefile(path, None, tmp_path)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {f"{number}.txt": b"" for number in range(101)})
    with pytest.raises(UnsafeArchive, match="101"):
        shapefile_names(path)


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = zipped(tmp_path, shapefile("a") | {"a.shp": b"\0" * 20_000_000})
    with pytest.raises(UnsafeArchive, match="压缩比"):
        unpack_shapefile(path, None, tmp_path)


def test_declared_sizes_are_added_up(tmp_path: Path) -> None:
    path = zipped(tmp_path, shapefile("a"))
    declare_size(path, b"dbf", MOST_BYTES + 1, compressed=MOST_BYTES)
    with pytest.raises(UnsafeArchive, match="超过 500,000,000"):
        shapefile_names(path)


def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_unfolds(tmp_path: Path) -> None:
    path = zipped(tmp_path, shapefile("a") | {"a.shp": b"\0" * 20_000_000})
    declare_size(path, b"a.shp", 1_000)
    with pytest.raises((UnsafeArchive, UnreadableFile)):
        unpack_shapefile(path, None, tmp_path)
    assert (tmp_path / "layer.shp").stat().st_size <= 1_000_000


def declare_size(path: Path, name_end: bytes, size: int, *, compressed: int | None = None) -> None:
    """Forge the sizes in the central directory entry of the member whose name ends so."""
    data = bytearray(path.read_bytes())
    entry = data.find(b"PK\x01\x02")
    while entry >= 0:
        name = data[entry + 46 : entry + 46 + int.from_bytes(data[entry + 28 : entry + 30], "little")]
        if name.endswith(name_end):
            data[entry + 24 : entry + 28] = size.to_bytes(4, "little")
            if compressed is not None:
                data[entry + 20 : entry + 24] = compressed.to_bytes(4, "little")
        entry = data.find(b"PK\x01\x02", entry + 4)
    path.write_bytes(data)


def test_a_password_is_said_to_be_one(tmp_path: Path) -> None:
    path = zipped(tmp_path, shapefile("a"))
    data = path.read_bytes()
    entry = data.index(b"PK\x01\x02")
    path.write_bytes(data[: entry + 8] + b"\x01" + data[entry + 9 :])
    with pytest.raises(UnsafeArchive, match="密码"):
        unpack_shapefile(path, None, tmp_path)


def test_damage_is_told_as_damage(tmp_path: Path) -> None:
    no_zip = tmp_path / "no.zip"
    no_zip.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(UnreadableFile):
        shapefile_names(no_zip)
    path = zipped(
        tmp_path,
        {"a.shp": bytes(range(256)) * 40, **{k: v for k, v in shapefile("a").items() if k != "a.shp"}},
    )
    data = bytearray(path.read_bytes())
    data[60:90] = b"\xff" * 30
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match="损坏"):
        unpack_shapefile(path, None, tmp_path)


def test_a_zip_without_a_shapefile_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat, match=r"\.shp"):
        unpack_shapefile(zipped(tmp_path, {"a.txt": b""}), None, tmp_path)


@given(st.data())
def test_a_zip_with_a_few_bytes_changed_is_opened_or_refused(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = zipped(Path(name), shapefile("a"))
        whole = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(whole)
        with suppress(UnreadableFile, UnsafeArchive, UnsupportedFormat, UnknownLayer):
            assert unpack_shapefile(path, None, Path(name)).is_file()
