"""`./riskmap proximity` as an operator meets it: files in, pairs out, one object of JSON, and 2 for what is wrong."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from click.testing import Result
from shapely import LineString, Point, box
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from backend.operating import opening
from backend.proximity import commands
from geodata.crs import wgs84_to_gcj02
from geodata.measure import distance_m
from geodata.vector_files import write_vector_file
from tests import make
from tests.backend.test_cli import ROOT, riskmap, surroundings
from tests.signed_in import events

SITES = [
    ("甲厂", 113.26, 33.70, "active"),
    ("乙厂", 113.27, 33.70, "closed"),
    ("丙厂", 113.30, 33.70, "active"),
]
SCHOOL = Point(113.265, 33.70)


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    path = tmp_path / "sites.csv"
    rows = "".join(f"{name},{lon},{lat},{status}\n" for name, lon, lat, status in SITES)
    path.write_text(f"name,lon,lat,status\n{rows}", encoding="utf-8")
    return path


@pytest.fixture
def schools(tmp_path: Path) -> Path:
    path = tmp_path / "schools.geojson"
    frame = gpd.GeoDataFrame({"name": ["一中", "二中"]}, geometry=[SCHOOL, Point(113.2, 33.6)], crs=4490)
    write_vector_file(frame, path)
    return path


def proximity(*arguments: object) -> Result:
    return CliRunner().invoke(commands.app, [str(each) for each in arguments])


def counted(sites: object, receptors: object, out: Path, *more: object) -> dict[str, object]:
    said = proximity("--sites", sites, "--receptors", receptors, "--out", out, "--json", *more)
    assert said.exit_code == 0, said.output
    found: dict[str, object] = json.loads(said.stdout)
    return found


def test_json_is_one_object_of_counts_and_nothing_else(sites: Path, schools: Path, tmp_path: Path) -> None:
    out = tmp_path / "pairs.csv"
    assert counted(sites, schools, out, "--distance", 1000, "--distance", "400", "--distance", 1000) == {
        "sites": 3,
        "receptors": 2,
        "excluded": [],
        "by_distance": [
            {"distance_m": 400, "pairs": 0, "sites": 0, "receptors": 0},
            {"distance_m": 1000, "pairs": 2, "sites": 2, "receptors": 1},
        ],
    }


def test_what_is_said_to_people_is_a_chinese_table(sites: Path, schools: Path, tmp_path: Path) -> None:
    said = proximity(
        "--sites", sites, "--receptors", schools, "--distance", "1000", "--out", tmp_path / "a.csv"
    )  # fmt: skip
    assert said.exit_code == 0
    assert "风险源（sites）3 个，防护目标（receptors）2 个" in said.stdout
    assert "│ 1000 米 │  2 │" in said.stdout


def test_the_pairs_name_both_ends_and_say_how_far(sites: Path, schools: Path, tmp_path: Path) -> None:
    out = tmp_path / "pairs.csv"
    counted(sites, schools, out, "--distance", 500, "--distance", 400)
    with out.open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["site_name"], first["receptor_name"]) == ("甲厂", "一中")
    # The line of the CSV file, and the number of the feature.
    assert (first["site"], second["site"], first["receptor"]) == ("2", "3", "1")
    assert float(first["distance_m"]) == pytest.approx(distance_m(Point(113.26, 33.70), SCHOOL), abs=0.001)
    assert (first["within_400m"], first["within_500m"]) == ("否", "是")
    line = shapely.from_wkt(first["geometry"])
    assert shapely.get_coordinates(line).ravel().tolist() == pytest.approx([113.26, 33.7, 113.265, 33.7])


@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".gpkg", ".parquet"])
def test_every_form_of_answer_can_be_read_again(
    sites: Path, schools: Path, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"pairs{suffix}"
    counted(sites, schools, out, "--distance", 1000)
    frame = gpd.read_file(out) if suffix != ".parquet" else gpd.read_parquet(out)
    assert len(frame) == 2
    assert set(frame["site_name"]) == {"甲厂", "乙厂"}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".parquet"])
def test_an_answer_without_pairs_is_a_file_without_rows(sites: Path, tmp_path: Path, suffix: str) -> None:
    far = tmp_path / "far.csv"
    far.write_text("lon,lat\n114,34\n")
    out = tmp_path / f"pairs{suffix}"
    assert counted(sites, far, out, "--distance", 10)["by_distance"] == [
        {"distance_m": 10, "pairs": 0, "sites": 0, "receptors": 0}
    ]
    assert len(gpd.read_parquet(out) if suffix == ".parquet" else gpd.read_file(out)) == 0


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp", ".parquet", ".fgb"])
def test_every_form_of_file_gives_the_same(sites: Path, tmp_path: Path, suffix: str) -> None:
    frame = gpd.GeoDataFrame({"name": ["一中"]}, geometry=[box(113.264, 33.699, 113.266, 33.701)], crs=4490)
    receptors = tmp_path / f"schools{suffix}"
    write_vector_file(frame, receptors)
    out = tmp_path / "pairs.csv"
    assert counted(sites, receptors, out, "--distance", 400)["by_distance"] == [
        {"distance_m": 400, "pairs": 2, "sites": 2, "receptors": 1}
    ]


def test_a_plane_and_degrees_meet(sites: Path, tmp_path: Path) -> None:
    receptors = tmp_path / "schools.gpkg"
    write_vector_file(gpd.GeoDataFrame(geometry=[SCHOOL], crs=4490).to_crs(4547), receptors, layer="schools")
    write_vector_file(gpd.GeoDataFrame(geometry=[Point(0.1, 0.1)], crs=4490), receptors, layer="others")
    # A datum for the degrees of the CSV leaves the file alone that has a plane of its own.
    found = counted(
        sites, receptors, tmp_path / "o.csv",
        "--distance", 500, "--receptors-layer", "schools", "--datum", "CGCS2000",
    )  # fmt: skip
    assert found["by_distance"] == [{"distance_m": 500, "pairs": 2, "sites": 2, "receptors": 1}]


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        ("status = 'active'", 2),
        ("\"status\" = 'active' AND name = '甲厂'", 1),
        ("status = 'closed' OR name LIKE '甲%'", 2),
        ("NOT (status = 'active')", 1),
        ("name IN ('甲厂', '丙厂')", 2),
        ("lon BETWEEN 113.26 AND 113.275", 2),
        ("status IS NOT NULL AND lon >= 113.3", 1),
        ("status <> 'active'", 1),
    ],
)
def test_rows_are_chosen_by_cql2_text(
    sites: Path, schools: Path, tmp_path: Path, expression: str, count: int
) -> None:
    found = counted(sites, schools, tmp_path / "o.csv", "--distance", 10, "--sites-where", expression)
    assert found["sites"] == count


def test_columns_of_other_names_are_told(tmp_path: Path, schools: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text("东经,北纬\n113.26,33.70\n")
    found = counted(path, schools, tmp_path / "o.csv", "--distance", 500, "--sites-lonlat", "东经,北纬")
    assert found["sites"] == 1


def test_columns_named_for_a_file_that_has_geometry_are_said_to_be_of_no_use(
    sites: Path, schools: Path, tmp_path: Path
) -> None:
    said = proximity(
        *bad_input(sites=sites, receptors=schools, out=tmp_path / "o.csv", receptors_lonlat="x,y")
    )  # fmt: skip
    assert said.exit_code == 0
    assert "--receptors-lonlat 只用于 CSV，schools.geojson 用它自己的几何" in said.stderr


def test_a_csv_without_a_datum_is_taken_as_wgs84_and_that_is_said(
    sites: Path, schools: Path, tmp_path: Path
) -> None:
    asked = ["--sites", sites, "--receptors", schools, "--distance", 500, "--out", tmp_path / "o.csv"]
    assert "按 WGS84 理解" in proximity(*asked).stderr
    assert "按 WGS84 理解" not in proximity(*asked, "--datum", "WGS84").stderr


def test_gcj02_is_brought_to_where_it_is(tmp_path: Path, schools: Path) -> None:
    lon, lat = wgs84_to_gcj02(113.26, 33.70)
    path = tmp_path / "sites.csv"
    path.write_text(f"lon,lat\n{float(lon)!r},{float(lat)!r}\n")
    out = tmp_path / "o.csv"
    counted(path, schools, out, "--distance", 1000, "--sites-datum", "GCJ-02")
    (metres,) = read_distances(out)
    assert metres == pytest.approx(distance_m(Point(113.26, 33.70), SCHOOL), abs=0.001)


def read_distances(path: Path) -> list[float]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [float(row["distance_m"]) for row in csv.DictReader(file)]


def test_what_cannot_be_used_is_counted_with_its_side_and_reason(schools: Path, tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text("name,lon,lat\n甲,113.26,33.70\n乙,,\n丙,abc,33.7\n丁,33.7,113.26\n戊,0,0\n己,113.27\n")
    found = counted(path, schools, tmp_path / "o.csv", "--distance", 500)
    assert found["sites"] == 1
    assert {(each["reason"], each["count"]) for each in found["excluded"]} == {  # type: ignore[attr-defined]
        ("sites：没有坐标或几何", 1),
        ("sites：坐标不是数", 1),
        ("sites：坐标超出经纬度范围，疑似经度、纬度颠倒", 1),
        ("sites：坐标为 0, 0，多半是没有填写", 1),
        ("sites：有 2 个字段，列名有 3 个", 1),
    }


def test_odd_coordinates_are_told_of_and_take_part(tmp_path: Path) -> None:
    path, schools = tmp_path / "sites.csv", tmp_path / "schools.csv"
    path.write_text("lon,lat\n-78.60,35.80\n78.62,35.80\n")
    schools.write_text("lon,lat\n" + "".join(f"-78.{n},35.8\n" for n in range(60, 70)))
    said = proximity(
        "--sites", path, "--receptors", schools, "--distance", 50, "--out", tmp_path / "o.csv", "--json"
    )
    assert "sites 有 1 行离其余数据很远，疑似经度正负号有误（如第 3 行）" in said.stderr
    assert json.loads(said.stdout)["sites"] == 2


def test_places_on_both_sides_give_gcj02_away(tmp_path: Path) -> None:
    lon, lat = np.linspace(113.2, 113.3, 5), np.linspace(33.7, 33.75, 5)
    for name, (x, y) in {"sites": (lon, lat), "schools": wgs84_to_gcj02(lon, lat)}.items():
        rows = "".join(f"学校{n},{x[n]},{y[n]}\n" for n in range(5))
        (tmp_path / f"{name}.csv").write_text(f"name,lon,lat\n{rows}", encoding="utf-8")
    said = proximity(
        "--sites", tmp_path / "sites.csv", "--receptors", tmp_path / "schools.csv",
        "--distance", 50, "--out", tmp_path / "o.csv",
    )  # fmt: skip
    assert "receptors 疑似是 GCJ-02：有 5 处同名地点与 sites 相差恰为其偏移" in said.stderr
    assert "sites 疑似是 GCJ-02" not in said.stderr


def test_stated_accuracies_make_a_pair_borderline_and_the_counts_stay(tmp_path: Path) -> None:
    for name, lon, accuracy in (("sites", 113.26, 5), ("schools", 113.265, 3)):
        (tmp_path / f"{name}.csv").write_text(f"lon,lat,accuracy_m\n{lon},33.7,{accuracy}\n")
    out = tmp_path / "o.csv"
    found = counted(
        tmp_path / "sites.csv", tmp_path / "schools.csv", out, "--distance", 465, "--distance", 480
    )
    with out.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["within_465m"], row["within_480m"]) == ("临界", "是")
    assert "不大于两端精度之和 8.0 米" in row["reason"]
    assert [each["pairs"] for each in found["by_distance"]] == [1, 1]  # type: ignore[attr-defined]


def test_a_corridor_begins_at_its_edge(sites: Path, tmp_path: Path) -> None:
    road = tmp_path / "roads.gpkg"
    line = LineString([(113.25, 33.701), (113.31, 33.701)])
    write_vector_file(gpd.GeoDataFrame({"half_width_m": [30.0]}, geometry=[line], crs=4490), road)
    out = tmp_path / "o.csv"
    counted(sites, road, out, "--distance", 200)
    assert read_distances(out) == pytest.approx([81.2] * 3, abs=0.1)
    counted(sites, road, out, "--distance", 200, "--half-width", "10")
    assert read_distances(out) == pytest.approx([101.2] * 3, abs=0.1)


def bad_input(**changes: object) -> list[str]:
    """Name the arguments of a comparison in which one thing is wrong."""
    given = {"sites": "sites.csv", "receptors": "schools.geojson", "distance": 500, "out": "o.csv"} | changes
    return [
        part for name, value in given.items() if value is not None
        for part in (f"--{name.replace('_', '-')}", str(value))
    ]  # fmt: skip


BAD = {
    "no sites": (bad_input(sites=None), "请用 --sites 指定文件"),
    "no receptors": (bad_input(receptors=None), "请用 --receptors 指定文件"),
    "no distance": (bad_input(distance=None), "请用 --distance 指定距离"),
    "no out": (bad_input(out=None), "请用 --out 指定结果文件"),
    "a distance of 0": (bad_input(distance=0), "距离必须大于 0"),
    "a negative distance": (bad_input(distance=-5), "距离必须大于 0"),
    "over 50 km": (bad_input(distance=50_001), "不超过 50 公里"),
    "no number": (bad_input(distance="nan"), "距离「nan」不是有限的数"),
    "endless": (bad_input(distance="inf"), "不是有限的数"),
    "a word": (bad_input(distance="一公里"), "距离「一公里」不是数"),
    "a missing file": (bad_input(sites="没有.csv"), "没有这个文件：没有.csv"),
    "an unknown form": (bad_input(sites="sites.docx"), "不支持 .docx 文件"),
    "an unknown form of answer": (bad_input(out="o.xlsx"), "不能写 .xlsx 文件"),
    "a missing folder": (bad_input(out="没有/o.csv"), "没有文件夹 没有"),
    "an unknown column": (
        bad_input(sites_where="grade = 1"),
        "没有字段「grade」；有：name、lon、lat、status",
    ),
    "an unfinished filter": (bad_input(sites_where="status ="), "筛选条件第 9 个字符处到此结束"),
    "an empty selection": (bad_input(sites_where="status = 'none'"), "sites：没有可用的行：筛选后是空的"),
    "unknown coordinates": (bad_input(sites_lonlat="x,y"), "没有列「x」"),
    "one coordinate": (bad_input(sites_lonlat="lon"), "应为两个列名"),
    "an unknown datum": (bad_input(datum="火星语"), "不认识的坐标系「火星语」"),
    "an old datum": (bad_input(sites_datum="EPSG:2434"), "没有公开的"),
    "a half-width below 0": (bad_input(half_width=-1), "半宽必须是 0 到"),
    "a half-width that is not there": (bad_input(half_width="宽"), "没有字段「宽」"),
    "a file without coordinates": (bad_input(sites="plain.csv"), "没有认出坐标列：请用 --sites-lonlat"),
    "a file without rows": (bad_input(sites="empty.csv"), "sites：没有可用的行"),
    "a broken file": (bad_input(receptors="broken.gpkg"), "broken.gpkg 的内容不是 .gpkg 文件"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.usefixtures("sites", "schools")
def test_what_is_wrong_is_a_chinese_sentence_and_2(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plain.csv").write_text("a,b\n1,2\n")
    (tmp_path / "empty.csv").write_text("lon,lat\n")
    (tmp_path / "broken.gpkg").write_text("nothing")
    (tmp_path / "sites.docx").write_text("nothing")
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    arguments, sentence = BAD[case]
    said = proximity(*arguments, "--json")
    assert (said.exit_code, said.stdout) == (2, "")
    assert f"✗ {sentence}" in said.stderr or sentence in said.stderr
    assert set(tmp_path.iterdir()) == before


def test_an_answer_that_is_there_is_replaced_and_stays_when_something_is_wrong(
    sites: Path, schools: Path, tmp_path: Path
) -> None:
    out = tmp_path / "o.csv"
    out.write_text("早先的")
    assert proximity(*bad_input(sites=sites, receptors=schools, out=out, distance=0)).exit_code == 2
    assert out.read_text() == "早先的"
    counted(sites, schools, out, "--distance", 1000)
    assert len(read_distances(out)) == 2


@pytest.mark.slow
def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    for name in ("sites", "schools"):
        places = shapely.points(random.uniform((113.0, 33.5), (113.1, 33.6), (6_000, 2)))
        write_vector_file(gpd.GeoDataFrame(geometry=places, crs=4490), tmp_path / f"{name}.parquet")
    before = set(tmp_path.iterdir())
    arguments = bad_input(sites="sites.parquet", receptors="schools.parquet", distance=20_000)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "backend.cli", "proximity", *arguments],
        env=surroundings(), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # Who starts the tests in the background of a shell ignores Ctrl-C, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    try:
        time.sleep(6)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode in (1, 130)
    assert b"Traceback" not in told
    assert set(tmp_path.iterdir()) == before


def test_two_files_load_nothing_of_the_database(sites: Path, schools: Path, tmp_path: Path) -> None:
    arguments = ["--sites", sites, "--receptors", schools, "--distance", 500, "--out", tmp_path / "o.csv"]
    program = (
        "import sys; from backend.proximity import commands\n"
        "commands.app(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program, *map(str, arguments)],
        env=surroundings(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not {"sqlalchemy", "psycopg", "fastapi", "backend.settings"} & set(ran.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ("--sites a.csv --receptors b.csv", "no"),
        ("--sites db --receptors b.csv", "yes"),
        ("--sites a.csv --receptors=db", "yes"),
    ],
)
def test_only_the_register_needs_postgresql(arguments: str, needed: str) -> None:
    launcher = (ROOT / "riskmap").read_text().replace('\nmain "$@"\n', "\n")
    script = f'{launcher}\nread_needs proximity {arguments}\necho "needs=$needs_database"'
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RISKMAP_")}
    ran = subprocess.run(
        ["sh", "-c", script, str(ROOT / "riskmap")],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == f"needs={needed}\n"


def test_the_command_line_mounts_it() -> None:
    helped = riskmap("proximity", "--help")
    assert helped.returncode == 0
    assert "邻近分析" in helped.stdout


@pytest.fixture
def register(own_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Let the command reach the test's own database."""

    @contextmanager
    def reachable(*_: object, **__: object) -> Iterator[Engine]:
        yield own_engine

    monkeypatch.setattr(opening, "reachable_database", reachable)
    with Session(own_engine) as session, session.begin():
        works = make.enterprise(session, "甲厂", Point(113.26, 33.70), accuracy_m=5)
        make.enterprise(session, "未上图", None)
        school = make.enterprise(session, "一中", SCHOOL)
        make.zone(session, works, "罐区", box(113.259, 33.699, 113.261, 33.701))
        make.receptor(session, "一中", SCHOOL, enterprise_id=school.id)
        make.corridor(session, "铁路", LineString([(113.25, 33.701), (113.31, 33.701)]))
    return own_engine


def test_the_register_is_compared_and_the_reading_is_in_the_trail(register: Engine, tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    found = counted("db", "db", out, "--distance", 500)
    assert found == {
        "sites": 2,
        "receptors": 1,
        "excluded": [{"reason": "sites：没有坐标或几何", "count": 1}],
        # The school that is a unit too is not near itself.
        "by_distance": [{"distance_m": 500, "pairs": 1, "sites": 1, "receptors": 1}],
    }
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["site_name"]: row for row in csv.DictReader(file)}
    assert {name: row["is_own"] for name, row in rows.items()} == {"甲厂": "False", "一中": "True"}
    (trace,) = events(register, action="export")
    assert trace.detail == {"what": "proximity", "sites": 2, "receptors": 1}


@pytest.mark.usefixtures("register")
def test_zones_and_corridors_of_the_register_are_layers(tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    layers = ["--sites-layer", "zones", "--receptors-layer", "corridors"]
    counted("db", "db", out, "--distance", 5, "--distance", 100, *layers)
    with out.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    # The zone reaches the centreline, but nobody has stated a half-width.
    assert (row["site_name"], row["receptor_name"], row["within_5m"]) == ("罐区", "铁路", "是")
    said = proximity(*bad_input(sites="db", receptors="db", out=out, sites_layer="groups"))
    assert said.exit_code == 2
    assert "登记库没有图层「groups」；有：enterprises、zones" in said.stderr


def test_a_refused_question_to_the_register_is_no_export(register: Engine, tmp_path: Path) -> None:
    asked = bad_input(sites="db", receptors="db", out=tmp_path / "o.csv", sites_where="grade = 9")
    assert proximity(*asked).exit_code == 2
    assert events(register, action="export") == []


@pytest.mark.usefixtures("register")
def test_the_register_is_compared_with_a_file(schools: Path, tmp_path: Path) -> None:
    found = counted("db", schools, tmp_path / "o.csv", "--distance", 500, "--sites-where", "name = '甲厂'")
    assert (found["sites"], found["receptors"]) == (1, 2)
