"""Scales: every value in exactly one band, cuts on the side that the file says, mistakes in a file named."""

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from backend.risk import direct, lec, ls
from backend.risk.data_files import BrokenFile
from backend.risk.faults import InvalidAssessment
from backend.risk.scales import FOLDER, read_scale, read_scales, scales

GENERAL, INCLUSIVE = scales()["lec-2019-general"], scales()["lec-2019-inclusive"]
SHANDONG = scales()["ls-2016-shandong"]
LEC = [scale for scale in scales().values() if scale.method == "lec"]

# The scores, written a second time on purpose: tenths as integers, so that nothing can be rounded.
L10 = (100, 60, 30, 10, 5, 2, 1)
E10 = (100, 60, 30, 20, 10, 5)
C = (100, 40, 15, 7, 3, 1)


def test_files_that_were_published_are_never_edited() -> None:
    """An assessment names its scale and must give the same grade for ever: a correction is a new file."""
    published = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for folder in (FOLDER, direct.FOLDER)
        for path in folder.iterdir()
    }
    assert published == PUBLISHED


PUBLISHED = {
    "lec-2019-general.json": "15a18cce00f3d4c1",
    "lec-2019-inclusive.json": "fe1e21c4dac1d36a",
    "ls-2016-shandong.json": "aa93220d9ad5496a",
    "direct-2016-shandong.json": "93eab6c8b65ffac9",
}


@pytest.mark.parametrize("scale", scales().values(), ids=str)
def test_every_value_lies_in_exactly_one_band(scale: Any) -> None:
    for value in scale.values():
        assert sum(band.holds(value) for band in scale.bands) == 1


def test_all_252_combinations_of_lec_against_integers() -> None:
    for l10, e10, c in product(L10, E10, C):
        d100 = l10 * e10 * c
        given = (l10 / 10, e10 / 10, c)
        assert lec.score(*given, GENERAL) * 100 == d100
        above = 1 if d100 > 32000 else 2 if d100 > 16000 else 3 if d100 > 7000 else 4
        from_on = 1 if d100 >= 32000 else 2 if d100 >= 16000 else 3 if d100 >= 7000 else 4
        assert lec.grade(*given, GENERAL) == above
        assert lec.grade(*given, INCLUSIVE) == from_on


@pytest.mark.parametrize(
    ("factors", "d", "general", "inclusive"),
    [
        ((1, 0.5, 100), 50, 4, 4),
        ((0.2, 3, 100), 60, 4, 4),
        ((1, 10, 7), 70, 4, 3),  # D = 70, the cut itself
        ((0.1, 10, 100), 100, 3, 3),
        ((10, 1, 7), 70, 4, 3),
        ((3, 3, 7), 63, 4, 4),
        ((6, 2, 7), 84, 3, 3),
        ((0.2, 10, 40), 80, 3, 3),
        ((10, 0.5, 40), 200, 2, 2),
    ],
)
def test_worked_combinations(factors: tuple[float, ...], d: int, general: int, inclusive: int) -> None:
    assert lec.score(*factors, GENERAL) == d
    assert (lec.grade(*factors, GENERAL), lec.grade(*factors, INCLUSIVE)) == (general, inclusive)


@pytest.mark.parametrize(("cut", "lower", "higher"), [("320", 2, 1), ("160", 3, 2), ("70", 4, 3)])
def test_a_cut_belongs_to_the_side_that_its_scale_says(cut: str, lower: int, higher: int) -> None:
    value = Decimal(cut)
    assert GENERAL.band(value).grade == lower
    assert INCLUSIVE.band(value).grade == higher
    step = Decimal("0.001")
    for scale in LEC:
        assert scale.band(value - step).grade == lower
        assert scale.band(value + step).grade == higher


def test_tenths_do_not_slip_over_a_cut() -> None:
    """In binary 0.1 × 3 × 100 is above 30 and would lie over a cut there."""
    assert 0.1 * 3 * 100 > 30
    assert lec.score(0.1, 3, 100, GENERAL) == 30
    assert lec.score("0.2", "3.0", 100, GENERAL) == 60


# R of every cell, L down and S across, with the grade by hand: 20–25, 15–16, 9–12, up to 8.
MATRIX = """
1/4 2/4 3/4 4/4 5/4
2/4 4/4 6/4 8/4 10/3
3/4 6/4 9/3 12/3 15/2
4/4 8/4 12/3 16/2 20/1
5/4 10/3 15/2 20/1 25/1
"""


def test_all_25_cells_of_the_matrix() -> None:
    cells = [row.split() for row in MATRIX.split("\n") if row]
    values = set()
    for (i, l), (j, s) in product(enumerate(range(1, 6)), enumerate(range(1, 6))):  # noqa: E741
        r, grade = map(int, cells[i][j].split("/"))
        assert ls.score(l, s, SHANDONG) == r
        assert ls.grade(l, s, SHANDONG) == grade
        values.add(r)
    assert len(values) == 14
    assert values == SHANDONG.values()


def test_a_product_in_a_gap_of_the_matrix_has_no_band() -> None:
    for impossible in (13, 14, 17, 18, 19):
        assert not any(band.holds(Decimal(impossible)) for band in SHANDONG.bands)


def test_a_score_that_is_none_is_named_with_those_that_are() -> None:
    with pytest.raises(InvalidAssessment) as error:
        lec.score(5, "每天", None, GENERAL)
    first, second, third = error.value.faults
    assert (first.field, first.value, first.hint) == ("L", "5", "可取 10、6、3、1、0.5、0.2、0.1")
    assert (second.field, second.value, second.reason) == ("E", "每天", "人员暴露的频繁程度的分值应为数值")
    assert (third.field, third.value, third.reason) == ("C", "", "缺少事故后果的严重程度的分值")


@pytest.mark.parametrize(
    "value", [True, "1_0", "NaN", float("inf"), "6,0", -6, [6], "0x6", pytest.param(10**5000, id="huge")]
)
def test_what_is_no_score_is_refused(value: object) -> None:
    with pytest.raises(InvalidAssessment):
        lec.score(value, 6, 15, GENERAL)


def test_a_scale_of_another_method_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="no scale for LEC"):
        lec.score(1, 1, 1, SHANDONG)
    with pytest.raises(ValueError, match="no scale for LS"):
        ls.score(1, 1, GENERAL)


def test_scales_are_read_once() -> None:
    assert scales() is scales()
    assert direct.clauses() is direct.clauses()


Change = Callable[[dict[str, Any]], object]


def edit(place: str, value: object) -> Change:
    """Put a value at a place like `bands.1.lower`; `...` takes it away."""

    def change(said: dict[str, Any]) -> None:
        *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
        inner: Any = said
        for part in path:
            inner = inner[part]
        if value is ...:
            del inner[last]
        else:
            inner[last] = value

    return change


@pytest.mark.parametrize(
    ("name", "change", "field", "reason"),
    [
        ("lec-2019-general", edit("bands.1.upper_inclusive", False), "bands[1]", "分界值 320 应恰好归入一档"),
        ("lec-2019-general", edit("bands.0.lower_inclusive", True), "bands[1]", "分界值 320 应恰好归入一档"),
        ("lec-2019-general", edit("bands.1.lower", 100), "bands[2]", "不重叠"),
        ("lec-2019-general", edit("bands.2.upper", 100), "bands[2]", "100 与 160 之间有空档"),
        ("lec-2019-general", edit("bands.3.lower", 1), "bands", "落在 0 档里"),
        ("lec-2019-general", edit("bands.0", ...), "bands", "最高一档应没有上限"),
        ("lec-2019-general", edit("bands", []), "bands", "最高一档应没有上限"),
        ("lec-2019-general", edit("bands.0.grade", 3), "bands[1].grade", "等级不能更高"),
        ("lec-2019-general", edit("bands.3.grade", 5), "bands[3].grade", "1、2、3、4"),
        ("lec-2019-general", edit("bands.3.grade", "低"), "bands[3].grade", "类型不对"),
        ("lec-2019-general", edit("bands.3.grade", True), "bands[3].grade", "类型不对"),
        ("lec-2019-general", edit("bands.3.zh", " "), "bands[3].zh", "不能为空"),
        (
            "lec-2019-general",
            edit("bands.3.lower_inclusive", ...),
            "bands[3].lower_inclusive",
            "缺少这个字段",
        ),
        ("lec-2019-general", edit("bands.3.lowest", 0), "bands[3].lowest", "没有这个字段"),
        ("lec-2019-general", edit("bands.3", 0), "bands[3]", "应为一个对象"),
        ("lec-2019-general", edit("factors.0.scores.1.score", 10), "factors[0].scores", "由高到低"),
        ("lec-2019-general", edit("factors.0.scores.6.score", 0), "factors[0].scores", "都大于 0"),
        ("lec-2019-general", edit("factors.0", ...), "factors", "应依次为 L、E、C"),
        ("lec-2019-general", edit("verified", "no"), "verified", "类型不对"),
        ("lec-2019-general", edit("note", "x"), "note", "没有这个字段"),
        ("lec-2019-general", edit("source", ...), "source", "缺少这个字段"),
        ("lec-2019-general", edit("method", "mes"), "method", "lec、ls"),
        ("lec-2019-general", edit("id", "lec-2019"), "id", "应与文件名相同"),
        ("lec-2019-general", edit("edition", "2018"), "id", "应含版次 2018"),
        ("ls-2016-shandong", edit("bands.0.lower", 17), "bands[1]", None),
        ("ls-2016-shandong", edit("bands.1.upper", 15), "bands", "得分 16 落在 0 档里"),
        ("ls-2016-shandong", edit("bands.0.lower", 16), "bands[1]", "分界值 16 应恰好归入一档"),
        ("ls-2016-shandong", edit("bands.0.lower", 26), "bands[0]", "没有任何得分落在这一档"),
        ("ls-2016-shandong", edit("factors.0.scores.0.score", 6), "factors", "5、4、3、2、1"),
    ],
)
def test_a_mistake_in_a_file_is_named(
    tmp_path: Path, name: str, change: Change, field: str, reason: str | None
) -> None:
    said = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    change(said)
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    if reason is None:  # a hole is widened where no product can fall
        assert read_scale(path).bands[0].lower == said["bands"][0]["lower"]
        return
    with pytest.raises(BrokenFile) as error:
        read_scales(tmp_path)
    assert (error.value.path, error.value.field) == (path, field)
    assert reason in error.value.reason
    assert str(error.value).startswith(f"{name}.json：{field}：")


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    for text in ("{", "[]"):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(BrokenFile, match=r"x\.json：文件"):
            read_scales(tmp_path)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (edit("clauses", []), "clauses"),
        (edit("clauses.0.grade", 0), "clauses[0].grade"),
        (edit("clauses.0.key", "crowd"), "clauses"),
        (edit("clauses.0.zh", ""), "clauses[0].zh"),
        (edit("id", "direct-2017"), "id"),
        (edit("note", "x"), "note"),
    ],
)
def test_a_mistake_in_a_rule_is_named(tmp_path: Path, change: Change, field: str) -> None:
    (published,) = direct.FOLDER.iterdir()
    said = json.loads(published.read_text("utf-8"))
    change(said)
    path = tmp_path / published.name
    path.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    with pytest.raises(BrokenFile) as error:
        direct.read_clauses(tmp_path)
    assert (error.value.path, error.value.field) == (path, field)
