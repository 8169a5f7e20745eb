"""The row filter: SQL's sense, the same for every file, and nothing but that."""

import sqlite3
import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import GeodataError, InvalidFilter, UnknownColumn
from geodata.row_filter import matching_rows

PLANTS = pd.DataFrame(
    {
        "name": ["甲化工厂", "乙", None, "O'Hara", "100%"],
        "code": ["0041", "41", "410411", "", "n/a"],
        "level": pd.array([1, 2, None, 3, 2], dtype="Int64"),
        "load": [0.5, float("nan"), 1.0, -2.0, 1e3],
        "风险 等级": ["重大", "较大", "一般", "低", None],
        "since": pd.to_datetime(["2020-01-01", "2021-06-01", None, "2022-01-01", "2023-01-01"]),
    }
).replace({"code": {"": None}})


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ("level = 2", [1, 4]),
        ("level <> 2", [0, 3]),
        ("level >= 2", [1, 3, 4]),
        ("level != 1 AND load > 0", [4]),
        ("NOT level = 2", [0, 3]),
        ("level IS NULL", [2]),
        ("level IS NOT NULL", [0, 1, 3, 4]),
        ("level IN (1, 3)", [0, 3]),
        ("level NOT IN (1, 3)", [1, 4]),
        ("level BETWEEN 2 AND 3", [1, 3, 4]),
        ("level NOT BETWEEN 2 AND 3", [0]),
        ("level = '2'", [1, 4]),
        ("code = '0041'", [0]),
        ("code = 41", [0, 1]),
        ("code > 100", [2]),
        ("load = 1e3 OR load = -2", [3, 4]),
        ("load = .5", [0]),
        ("name = '甲化工厂'", [0]),
        ("name LIKE '%化工%'", [0]),
        ("name NOT LIKE '%化工%'", [1, 3, 4]),
        ("name LIKE '_'", [1]),
        ("name LIKE '100%'", [4]),
        ("name = 'O''Hara'", [3]),
        ("name = 'o''hara'", []),
        ("\"风险 等级\" = '重大' or \"风险 等级\" = '低'", [0, 3]),
        ("since >= '2021-01-01'", [1, 3, 4]),
        ("level = 1 OR level = 2 AND load > 0", [0, 4]),
        ("(level = 1 OR level = 2) AND load > 0", [0, 4]),
        ("(level = 2 OR level = 3) AND NOT (load < 0)", [4]),
        ("not level is null and not load is null", [0, 3, 4]),
    ],
)
def test_the_filter_chooses_these_rows(expression: str, rows: list[int]) -> None:
    assert matching_rows(PLANTS, expression).nonzero()[0].tolist() == rows


@pytest.mark.parametrize(
    "expression",
    [
        "", "level", "level =", "= 2", "level = 2 AND", "level == 2", "level = 2)", "(level = 2", "level = name",
        "level IN ()", "level IN 2", "level IS 2", "level BETWEEN 1", "level = 'many'", "name LIKE 2", "AND = 2",
        "level = 2; DROP TABLE enterprise", "level = 2 -- x", "pg_sleep(5) = 1", "since = 'soon'", "level = 2 2",
        "'a' = 'a'", "level = 2x", "level NOT = 2", "name = '没有收尾",
    ],
)  # fmt: skip
def test_what_is_no_filter_is_refused_in_chinese(expression: str) -> None:
    with pytest.raises(GeodataError) as caught:
        matching_rows(PLANTS, expression)
    assert isinstance(caught.value, InvalidFilter | UnknownColumn)
    assert any("\u4e00" <= character <= "\u9fff" for character in str(caught.value))


def test_an_unknown_column_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownColumn, match=r"grade.*name、code、level"):
        matching_rows(PLANTS, "grade = 1")


def test_deep_and_long_filters_are_refused() -> None:
    with pytest.raises(InvalidFilter, match="嵌套"):
        matching_rows(PLANTS, "(" * 50 + "level = 1" + ")" * 50)
    with pytest.raises(InvalidFilter, match="嵌套"):
        matching_rows(PLANTS, "NOT " * 400 + "level = 1")
    with pytest.raises(InvalidFilter, match="2000"):
        matching_rows(PLANTS, "level = 1 OR " * 200 + "level = 1")


def test_no_rows_match_nothing() -> None:
    assert matching_rows(PLANTS.iloc[:0], "level = 1 AND name LIKE '%'").tolist() == []


COLUMN = st.sampled_from(["a", "b"])
CONDITIONS = st.one_of(
    st.tuples(COLUMN, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), st.integers(-2, 2)).map(
        lambda parts: f"{parts[0]} {parts[1]} {parts[2]}"
    ),
    st.tuples(
        COLUMN, st.sampled_from(["IS NULL", "IS NOT NULL", "IN (0, 1)", "NOT IN (1, 2)", "BETWEEN -1 AND 1"])
    ).map(" ".join),
)
EXPRESSIONS = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda expression: f"NOT ({expression})"),
    ),
    max_leaves=6,
)
NUMBERS = st.lists(st.tuples(*[st.none() | st.integers(-2, 2)] * 2), min_size=1, max_size=8)


@given(EXPRESSIONS, NUMBERS)
def test_it_chooses_what_sqlite_chooses(expression: str, rows: list[tuple[int | None, int | None]]) -> None:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE t (a INTEGER, b INTEGER)")
        database.executemany("INSERT INTO t VALUES (?, ?)", rows)
        chosen = [
            row - 1 for (row,) in database.execute(f"SELECT rowid FROM t WHERE {expression} ORDER BY rowid")
        ]
    database.close()
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype="Int64")
    assert matching_rows(frame, expression).nonzero()[0].tolist() == chosen


@given(st.text(alphabet="abAND ORNOTIN()=<>'\"12,%._ \n", max_size=60) | st.text(max_size=30))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    frame = pd.DataFrame({"a": [1], "b": ["x"]})
    try:
        rows = matching_rows(frame, text)
    except (InvalidFilter, UnknownColumn):
        return
    assert len(rows) == 1


@given(st.text(alphabet="ab%_", max_size=8), st.lists(st.text(alphabet="ab", max_size=8), max_size=5))
def test_like_finds_what_sqlite_finds(pattern: str, texts: list[str]) -> None:
    with sqlite3.connect(":memory:") as database:
        found = [database.execute("SELECT ? LIKE ?", (each, pattern)).fetchone()[0] == 1 for each in texts]
    database.close()
    frame = pd.DataFrame({"name": pd.Series(texts, dtype="str")})
    assert matching_rows(frame, f"name LIKE '{pattern}'").tolist() == found


def test_a_pattern_of_many_wildcards_is_answered_at_once() -> None:
    frame = pd.DataFrame({"name": ["a" * 3000]})
    started = time.perf_counter()
    assert matching_rows(frame, f"name LIKE '{'%a' * 500}%b'").tolist() == [False]
    assert time.perf_counter() - started < 5
