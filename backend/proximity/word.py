"""A report as a Word document (.docx): A4, tables whose headings repeat, page numbers, fonts that every office has."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from backend.proximity.describing import Lines
from backend.proximity.report_content import PrintedTable, Report
from backend.spreadsheets import cell_text

LATIN, SONG, HEI = "Times New Roman", "宋体", "黑体"
STYLES = (("Normal", SONG, 10.5), ("Title", HEI, 20), ("Heading 1", HEI, 14), ("Heading 2", HEI, 11))
SIDE, ACROSS = (Mm(210), Mm(297)), (Mm(297), Mm(210))
MARGIN = Mm(18)


def word_document(report: Report, pictures: Mapping[str, bytes]) -> Document:
    """Set a report; its maps are pictures (PNG) by what they are of."""
    document = docx.Document()
    set_fonts(document)
    document.core_properties.title = cell_text(report.title)[:255]
    document.core_properties.author = cell_text(report.maker)[:255]
    document.core_properties.comments = report.disclaimer
    lay_out(document.sections[0], SIDE)
    number_pages(document, report.footer)
    line(document, report.title, "Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    line(document, report.subtitle).alignment = WD_ALIGN_PARAGRAPH.CENTER
    warning = line(document, report.disclaimer)
    warning.alignment = WD_ALIGN_PARAGRAPH.CENTER
    warning.runs[0].bold = True
    line(document, "一、基本情况", "Heading 1")
    facts(document, report.origin)
    line(document, "二、分析条件", "Heading 1")
    facts(document, report.parameters)
    line(document, "三、结果汇总", "Heading 1")
    listed(document, report.summary, width_mm=174)
    line(document, "　　".join(f"{who}：__________" for who in report.approval))
    lay_out(document.add_section(WD_SECTION.NEW_PAGE), ACROSS)
    line(document, "四、位置图", "Heading 1")
    for title, picture in pictures.items():
        line(document, title, "Heading 2")
        document.add_picture(BytesIO(picture), width=Mm(250))
        for note in report.map_notes:
            line(document, note, size=8)
    line(document, "五、结果表", "Heading 1").paragraph_format.page_break_before = True
    for layer, pairs in report.pairs:
        line(document, layer, "Heading 2")
        listed(document, pairs, width_mm=261)
    line(document, f"六、规则提示：{report.disclaimer}", "Heading 1")
    listed(document, report.findings, width_mm=261)
    for rule in report.rules:
        line(document, rule, size=9)
    lay_out(document.add_section(WD_SECTION.NEW_PAGE), SIDE)
    line(document, "七、量测方法和说明", "Heading 1")
    for place, method in enumerate(report.methods, 1):
        line(document, f"{place}．{method}")
    return document


def set_fonts(document: Document) -> None:
    """Song for texts and Hei for headings, as official papers have it."""
    for name, font, size in (
        ("Normal", SONG, 10.5),
        ("Title", HEI, 20),
        ("Heading 1", HEI, 14),
        ("Heading 2", HEI, 11),
    ):
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            style.font.name, style.font.size = LATIN, Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for part in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{part}"), None)
            fonts.set(qn("w:eastAsia"), font)
            # The template's headings are blue.
            style.font.color.rgb = None


def lay_out(section: "docx.section.Section", paper: tuple[Mm, Mm]) -> None:
    """Paper and margins of a section."""
    section.page_width, section.page_height = paper
    section.orientation = WD_ORIENT.LANDSCAPE if paper == ACROSS else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = Mm(15)


def line(document: Document, content: str, style: str = "Normal", *, size: float | None = None) -> Paragraph:
    """A paragraph of a text."""
    paragraph = document.add_paragraph(style=style)
    run = paragraph.add_run(cell_text(content))
    if size is not None:
        run.font.size = Pt(size)
    return paragraph


def facts(document: Document, lines: Lines) -> None:
    """Lines of a name and a text."""
    table = PrintedTable([], [list(each) for each in lines], [28, 146])
    fill(document.add_table(rows=0, cols=2, style="Table Grid"), table, width_mm=174, size=9.5)


def listed(document: Document, given: PrintedTable, *, width_mm: float) -> None:
    """A table with its headings on every page, and the line under it."""
    if not given.rows:
        line(document, "没有。")
        return
    table = document.add_table(rows=0, cols=len(given.headings), style="Table Grid")
    fill(table, given, width_mm=width_mm, size=8.5)
    line(document, given.note, size=9)


def fill(table: Table, given: PrintedTable, *, width_mm: float, size: float) -> None:
    """Write headings and rows."""
    table.autofit = False
    widths = [Mm(width * width_mm / sum(given.widths)) for width in given.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    if given.headings:
        write_row(table, given.headings, widths, size, is_heading=True)
        repeated = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in given.rows:
        write_row(table, row, widths, size)


def write_row(
    table: Table, texts: Sequence[str], widths: Sequence[Mm], size: float, *, is_heading: bool = False
) -> None:
    """Write one row."""
    row = table.add_row()  # type: ignore[no-untyped-call]
    # `row.cells` walks the whole table each time; the new row's own elements do not.
    for element, content, width in zip(row._tr.tc_lst, texts, widths, strict=True):
        cell = _Cell(element, table)
        cell.width = width
        run = cell.paragraphs[0].add_run(cell_text(content))
        run.font.size, run.bold = Pt(size), is_heading


def number_pages(document: Document, footer: str) -> None:
    """A footer with the page's number and how many there are."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.add_run(f"{cell_text(footer)}　第 ")
    add_field(paragraph, "PAGE")
    paragraph.add_run(" 页，共 ")
    add_field(paragraph, "NUMPAGES")
    paragraph.add_run(" 页")
    for run in paragraph.runs:
        run.font.size = Pt(8)


def add_field(paragraph: Paragraph, code: str) -> None:
    """A field that Word computes."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, shown = OxmlElement("w:r"), OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)
