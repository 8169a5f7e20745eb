"""Templates: what a person who fills them in sees, and that an import understands every word of it."""

import io
from typing import Any

import openpyxl
import pytest

from backend.importing.fields import FieldType, Kind
from backend.importing.files.columns import find_columns
from backend.importing.files.templates import template_entries, template_workbook, words_of
from backend.importing.kinds import AREAS, ENTERPRISES, KINDS, RECEPTORS, ZONES
from backend.importing.request import FileShape

TOWNSHIPS = [f"第{number}街道办事处" for number in range(300)]
CHOICES = {FieldType.SECTOR: ["工贸", "教育"], FieldType.TOWNSHIP: TOWNSHIPS}


def book(*kinds: Kind, choices: Any = CHOICES) -> Any:
    return openpyxl.load_workbook(io.BytesIO(template_workbook(kinds, choices)))


def headings(sheet: Any) -> list[str]:
    return [str(cell.value).removesuffix(" *") for cell in sheet[3]]


def validations(sheet: Any) -> dict[str, Any]:
    """By heading, what may be filled in."""
    found = {}
    for validation in sheet.data_validations.dataValidation:
        column = openpyxl.utils.range_boundaries(str(validation.sqref))[0]
        found[headings(sheet)[column - 1]] = validation
    return found


def test_there_is_a_sheet_a_kind_between_instructions_and_hidden_codes() -> None:
    made = book(ENTERPRISES, ZONES)
    assert made.sheetnames == ["填写说明", "企业", "风险分区", "代码表"]
    assert made["代码表"].sheet_state == "hidden"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_heading_of_a_template_is_understood(kind: Kind) -> None:
    headings = [entry.column.header for entry in template_entries(kind, CHOICES)]
    found = find_columns(kind, FileShape(), headings)
    assert set(found) == {field.name for field in kind.fields}
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_word_to_choose_is_understood_and_no_meaning_is_left_out(kind: Kind) -> None:
    for field in kind.fields:
        if field.type is FieldType.WORD and field.words is not None:
            meanings = [field.words[word.casefold()] for word in words_of(field)]
            assert sorted(map(str, meanings)) == sorted(map(str, set(field.words.values())))


def test_required_columns_are_marked_and_coloured() -> None:
    heading = {str(cell.value): cell for cell in book(ENTERPRISES)["企业"][3]}
    assert "名称 *" in heading
    assert heading["名称 *"].fill.fgColor != heading["地址"].fill.fgColor


def test_each_column_is_explained_above_its_name_and_when_a_cell_is_chosen() -> None:
    sheet = book(RECEPTORS)["防护目标"]
    explained = dict(zip(headings(sheet), (cell.value for cell in sheet[2]), strict=True))
    assert explained["人数"] == "非负整数，如 850"
    assert validations(sheet)["人数"].prompt == "非负整数，如 850"


def test_drop_downs_hold_lists_of_any_length() -> None:
    made = book(ENTERPRISES)
    validation = validations(made["企业"])["街道/乡镇"]
    sheet, cells = validation.formula1.removeprefix("=").split("!")
    assert [cell.value for (cell,) in made[sheet][cells.replace("$", "")]] == TOWNSHIPS
    assert len(",".join(TOWNSHIPS)) > 255
    assert validation.type == "list"


def test_what_the_register_does_not_know_yet_has_no_drop_down() -> None:
    assert validations(book(ENTERPRISES, choices={})["企业"])["行业"].type != "list"


def test_codes_are_text_and_days_are_days_before_anybody_types() -> None:
    sheet = book(AREAS)["行政区划"]
    formats = {}
    for dimension in sheet.column_dimensions.values():
        for column in range(dimension.min, dimension.max + 1):
            formats[headings(sheet)[column - 1]] = dimension.number_format
    assert (formats["代码"], formats["上级代码"], formats["启用日期"]) == ("@", "@", "yyyy-mm-dd")


def test_a_template_is_frozen_below_its_names_and_printed_across_on_a4() -> None:
    sheet = book(ENTERPRISES)["企业"]
    assert sheet.freeze_panes == "A4"
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.print_title_rows == "$3:$3"


def test_the_instructions_say_which_datum_and_what_is_required() -> None:
    rows = [[cell.value for cell in row] for row in book(ENTERPRISES)["填写说明"].iter_rows()]
    texts = "\n".join(str(row[0]) for row in rows)
    assert all(datum in texts for datum in ("CGCS2000", "WGS84", "GCJ-02", "BD-09"))
    assert ["企业", "名称", "必填", "文字，最多 200 字", "平顶山示例机械有限公司"] in rows


def test_the_same_template_is_the_same_file() -> None:
    assert template_workbook([ENTERPRISES], CHOICES) == template_workbook([ENTERPRISES], CHOICES)
