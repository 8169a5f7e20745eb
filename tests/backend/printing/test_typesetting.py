"""Pages: set offline, in a font that is there or not at all."""

from pathlib import Path

import pypdfium2
import pytest

from backend.printing import typesetting
from backend.printing.fonts import MissingFont, font_files
from backend.printing.typesetting import pdf, png

TEMPLATE = '#let data = json("data.json")\n#set text(font: "Noto Sans CJK SC")\n#data.name'
HOSTILE = [
    '#read("/etc/passwd")',
    "$x^2$",
    "[*粗*] _斜_ `码`",
    "= 标题",
    '#import "@preview/evil:0.1.0"',
    "\\ // 注释 /* 注释 */ <标签> @引用",
]


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    page = document[0]
    words = page.get_textpage()
    said: str = words.get_text_bounded()
    for each in (words, page, document):
        each.close()
    return said


@pytest.mark.parametrize("name", HOSTILE)
def test_what_looks_like_markup_is_shown_as_it_was_written(name: str) -> None:
    assert text_of(pdf(TEMPLATE, {"name": name})).replace("\r\n", "").replace(" ", "") == name.replace(
        " ", ""
    )


def test_a_template_reads_nothing_outside_of_its_folder() -> None:
    with pytest.raises(Exception, match=r"(?i)access|denied|root|not found"):
        pdf('#read("/../../../../etc/passwd")', {})


def test_a_picture_is_set_with_chinese_text() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="10mm" viewBox="0 0 20 10">{}</svg>'
    empty, full = (
        png(svg.format(part))
        for part in ("", '<text x="1" y="8" font-size="6" font-family="Noto Sans CJK SC">重大</text>')
    )
    assert full.startswith(b"\x89PNG")
    assert len(full) > len(empty)


def test_without_the_font_nothing_is_set_and_the_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFont, match="fonts-noto-cjk"):
        font_files(tmp_path)
    (tmp_path / "NotoSansCJK-Regular.ttc").touch()
    with pytest.raises(MissingFont):
        font_files(tmp_path)


def test_who_would_wait_too_long_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "PATIENCE_S", 0.01)
    with typesetting.turn(), pytest.raises(typesetting.TooManySheets, match="稍后重试"):
        pdf(TEMPLATE, {"name": "甲"})
    assert pdf(TEMPLATE, {"name": "甲"}).startswith(b"%PDF")
