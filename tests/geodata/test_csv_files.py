"""CSV as a person sees it: by line, as text, in whatever encoding, and nothing guessed."""

import csv
import tempfile
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.crs import Datum
from geodata.errors import MissingCRS, TooLarge, UnknownColumn, UnreadableEncoding, UnreadableFile
from geodata.vector_files import read_vector_file
from geodata.vector_table import VectorTable

WGS84 = Datum("EPSG:4326")


@pytest.fixture
def table(tmp_path: Path) -> "Table":
    return Table(tmp_path / "企业.csv")


class Table:
    """Writes a text to a file and reads it as a table."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, text: str | bytes, encoding: str = "utf-8", **options: object) -> VectorTable:
        self.path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        named = options.pop("encoding_name", None)
        return read_vector_file(self.path, datum=WGS84, encoding=named, **options)


def test_points_come_in_the_order_lon_lat(table: Table) -> None:
    read = table("name,lat,lon\n演示,33.7,113.27\n")
    assert read.frame.geometry.iloc[0].coords[0] == (113.27, 33.7)
    assert read.datum == WGS84
    assert read.problems == []


def test_codes_keep_their_zeros_and_nothing_is_missing(table: Table) -> None:
    read = table("code,note,lon,lat\n0041,,113.27,33.70\n")
    assert read.frame.loc[2, "code"] == "0041"
    assert read.frame.loc[2, "lat"] == "33.70"
    assert pd.isna(read.frame.loc[2, "note"])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_rows_are_numbered_as_a_text_editor_numbers_lines(table: Table, ending: str) -> None:
    lines = [
        "name,lon,lat",
        '"two',
        'lines",113,33',
        "",
        "next,114,34",
        '"a ""b""',
        "",
        'c",115,35',
        "last,116,36",
    ]
    read = table(ending.join(lines))
    assert read.frame.index.tolist() == [2, 5, 6, 9]
    assert read.frame.loc[9, "name"] == "last"
    assert read.frame.loc[2, "name"] == f"two{ending}lines"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_encoding_is_found_out(table: Table, encoding: str, found: str) -> None:
    read = table("名称,经度,纬度\n平顶山演示厂,113.27,33.7\n", encoding)
    assert read.encoding == found
    assert read.frame.loc[2, "名称"] == "平顶山演示厂"


def test_a_rare_character_of_gb18030_is_read(table: Table) -> None:
    assert table("名称,lon,lat\n㛃𠮷,113,33\n", "gb18030").frame.loc[2, "名称"] == "㛃𠮷"


def test_no_encoding_at_all_is_an_error_and_not_mojibake(table: Table) -> None:
    with pytest.raises(UnreadableEncoding, match="GB18030"):
        table(b"name,lon,lat\n\x81\x30\xff,113,33\n")
    with pytest.raises(UnreadableEncoding, match="klingon"):
        read_vector_file(table.path, datum=WGS84, encoding="klingon")


@pytest.mark.parametrize(
    ("lon", "code", "hint"),
    [
        ("１１３.２７", "full_width", "应为 113.27"),
        ("113。27", "not_a_number", None),
        ("113°16'12\"", "not_a_number", None),
        ("113,27", "not_a_number", None),
        ("E113.27", "not_a_number", None),
        ("nan", "not_a_number", None),
        ("inf", "not_a_number", None),
        ("1e999", "not_a_number", None),
        ("٣", "not_a_number", None),
        ("1_000", "not_a_number", None),
        ("", "missing_coordinate", None),
        ("  ", "missing_coordinate", None),
    ],
)
def test_what_is_no_plain_number_is_a_problem_of_its_row(
    table: Table, lon: str, code: str, hint: str | None
) -> None:
    quoted = lon.replace('"', '""')
    read = table(f'name,lon,lat\ngood,113,33\nbad,"{quoted}",33.7\n')
    assert [(problem.row, problem.field, problem.code, problem.hint) for problem in read.problems] == [
        (3, "lon", code, hint)
    ]
    assert read.problems[0].value == (lon if lon.strip() else None)
    assert read.frame.geometry.isna().tolist() == [False, True]


@pytest.mark.parametrize("lon", ["113.27", " 113.27 ", "+113.27", "1.1327e2", "113.", "-0"])
def test_plain_numbers_are_numbers(table: Table, lon: str) -> None:
    read = table(f"lon,lat\n{lon},33\n")
    assert read.problems == []
    assert read.frame.geometry.iloc[0].x == float(lon)


def test_a_row_without_a_place_is_no_problem(table: Table) -> None:
    read = table("name,lon,lat\n未上图,,\n")
    assert read.problems == []
    assert read.frame.geometry.isna().all()


def test_rows_of_another_width_are_problems(table: Table) -> None:
    read = table("name,lon,lat\nshort,113\nlong,113,33,extra\ngood,113,33\n")
    assert [(problem.row, problem.code) for problem in read.problems] == [
        (2, "ragged_row"),
        (3, "ragged_row"),
        (2, "missing_coordinate"),
    ]


def test_a_nul_is_a_problem_before_the_database_says_so(table: Table) -> None:
    assert [problem.code for problem in table("name,lon,lat\na\0b,113,33\n").problems] == ["bad_text"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_usual_delimiters_are_read(table: Table, delimiter: str) -> None:
    read = table(f"name{delimiter}lon{delimiter}lat\na{delimiter}113.5{delimiter}33\n")
    assert read.frame.geometry.iloc[0].x == 113.5


def test_x_and_y_are_never_guessed(table: Table) -> None:
    # On Chinese drawings X points north.
    read = table("X,Y\n3731459,431920\n")
    assert read.datum is None
    assert read.frame.geometry.isna().all()
    named = table("X,Y\n3731459,431920\n", lon="Y", lat="X")
    assert named.frame.geometry.iloc[0].x == 431920


def test_two_candidates_for_a_coordinate_are_not_chosen_between(table: Table) -> None:
    assert table("lon,lng,lat\n113,114,33\n").datum is None


def test_coordinates_without_a_datum_are_refused(table: Table) -> None:
    table("lon,lat\n113,33\n")
    with pytest.raises(MissingCRS):
        read_vector_file(table.path)


def test_a_table_without_coordinates_needs_no_datum(table: Table) -> None:
    table("code,name\n410411001,姚孟街道\n")
    read = read_vector_file(table.path)
    assert read.datum is None
    assert read.frame.loc[2, "code"] == "410411001"


@pytest.mark.parametrize("options", [{"lon": "E", "lat": "lat"}, {"lon": "lon"}])
def test_coordinate_columns_that_are_not_there_are_named(table: Table, options: dict[str, str]) -> None:
    with pytest.raises(UnknownColumn):
        table("lon,lat\n113,33\n", **options)


@pytest.mark.parametrize(
    "text", ["", "\n\n", ",,\n", "a,a\n1,2\n", "a,,b\n1,2,3\n", 'a,b\n"1,2\n', 'a,b\n"1"x,2\n']
)
def test_what_is_no_table_is_refused(table: Table, text: str) -> None:
    with pytest.raises(UnreadableFile):
        table(text)


def test_empty_columns_at_the_end_are_no_columns(table: Table) -> None:
    read = table(",,\nname,lon,lat,,\na,113,33,,\nb,113,33\n")
    assert read.problems == []
    assert read.frame.index.tolist() == [3, 4]
    assert read.frame.columns.tolist() == ["name", "lon", "lat", "geometry"]


def test_a_header_alone_is_an_empty_table(table: Table) -> None:
    read = table("name,lon,lat\n")
    assert len(read.frame) == 0
    assert read.frame.columns.tolist() == ["name", "lon", "lat", "geometry"]


def test_the_numbers_of_the_rows_survive_a_filter(table: Table) -> None:
    read = table("name,grade,lon,lat\na,1,113,33\nb,2,x,33\nc,3,113,33\n", where="grade >= 3")
    assert read.frame.index.tolist() == [4]
    assert read.problems == []


ROWS = st.lists(
    st.tuples(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8),
        st.floats(-180, 180),
        st.floats(-90, 90),
    ),
    max_size=6,
)


@given(ROWS)
def test_what_the_csv_module_writes_is_read_back(rows: list[tuple[str, float, float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([("name", "lon", "lat"), *rows])
        read = read_vector_file(path, datum=WGS84)
    assert read.problems == []
    assert read.frame["name"].tolist() == [name for name, _, _ in rows]
    assert [(point.x, point.y) for point in read.frame.geometry] == [(lon, lat) for _, lon, lat in rows]


def test_a_table_of_absurd_width_is_refused_at_once(table: Table) -> None:
    started = time.perf_counter()
    with pytest.raises(TooLarge, match="有 200000 列，超过 1000 列"):
        table(",".join(f"c{number}" for number in range(200_000)) + "\n")
    assert time.perf_counter() - started < 5


def test_what_is_no_csv_is_said_in_our_words(table: Table) -> None:
    with pytest.raises(UnreadableFile, match="第 2 行起不是合法的 CSV：引号没有成对"):
        table('name\n"a"b\n')


@pytest.mark.parametrize("name", ["rot13", "undefined", "base64", "utf-7", "no\0ne"])
def test_only_encodings_of_texts_can_be_named(table: Table, name: str) -> None:
    with pytest.raises(UnreadableEncoding, match="不认识的编码"):
        table("name\na\n", encoding_name=name)


def test_the_mark_of_utf_8_is_no_part_of_the_first_heading(table: Table) -> None:
    assert table("\ufeffname\na\n", encoding_name="UTF-8").frame.columns.tolist() == ["name", "geometry"]
