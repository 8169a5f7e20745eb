"""The inside of an .xlsx file from anywhere: what kind of file it is, how large, and what its cells do not say.

A workbook is a zip of XML. Every part that will be read is unpacked once, counted while it is unpacked, and parsed by
expat without document types, so without entities; on the way a sheet tells what a reader of values leaves out: hidden
rows, formulas, error cells. The parts go into a copy that holds nothing else: who reads that sees what was looked at.
Macros, links to elsewhere and pictures are in no part that is read.
"""

from __future__ import annotations

import errno
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO
from xml.parsers import expat

from geodata.archives import DAMAGE
from geodata.errors import TooLarge, UnreadableFile, UnsafeArchive, UnsupportedFormat

MOST_BYTES = 200_000_000
MOST_MEMBERS = 5_000
MOST_ROWS = 1_048_576
LAST_COLUMN = 16_384
MOST_COLUMNS = 500
# Readers lay a sheet out whole, empty cells too, up to its last row and column: a full sheet of 25 columns.
MOST_CELLS = MOST_ROWS * 25
# The table of contents of a workbook; real ones have a few kilobytes.
MOST_CONTENTS_BYTES = 5_000_000

_CHUNK = 1 << 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EACCES)
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为「Excel 工作簿（.xlsx）」后再试"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTENTS, _TOP_RELATIONS = "[Content_Types].xml", "_rels/.rels"
_Attributes = Mapping[str, str]
_OnStart = Callable[[str, dict[str, str]], object]


@dataclass
class Survey:
    """What a sheet's XML says besides the values; rows and columns count from 1.

    `last_row`, `columns` : of cells with content.
    `hidden_rows`, `hidden_columns` : how many of these are hidden.
    `formulas` : how many cells are calculated; `unvalued` are those that no program has calculated yet.
    `errors` : what stands in error cells, such as #N/A.
    """

    last_row: int = 0
    columns: set[int] = field(default_factory=set)
    hidden_rows: int = 0
    hidden_columns: int = 0
    formulas: int = 0
    unvalued: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """One worksheet by its name on the tab."""

    name: str
    is_hidden: bool
    survey: Survey


@dataclass(frozen=True)
class Parts:
    """A workbook that was looked through.

    `copy` : a file with the parts that were, and no others.
    `is_1904` : days are counted from 1904, as old Macintosh files do.
    """

    copy: Path
    sheets: list[Sheet]
    is_1904: bool


def look_through(path: Path, folder: Path) -> Parts:
    """Check a workbook and copy what is to be read of it into `folder`.

    Raises
    ------
    UnsupportedFormat, UnreadableFile
        If the file is no .xlsx (whatever its name says), or damaged.
    UnsafeArchive, TooLarge
        If it breaks a guard: document types, size, cells far apart.
    """
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge(f"{path.name} 超过 {MOST_BYTES // 1_000_000} MB")
    _require_workbook(path)
    try:
        with zipfile.ZipFile(path) as archive, zipfile.ZipFile(folder / "copy.xlsx", "w") as copy:
            return _Looking(archive, copy, path.name).run(folder / "copy.xlsx")
    except expat.ExpatError as error:
        raise UnreadableFile(f"{path.name} 已损坏：内部的 XML 不完整") from error
    except DAMAGE as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise
        raise UnreadableFile(f"{path.name} 已损坏，不是完好的 Excel 工作簿") from error


def column_letter(number: int) -> str:
    """Name a column as spreadsheets do.

    >>> column_letter(1), column_letter(28), column_letter(16_384)
    ('A', 'AB', 'XFD')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@lru_cache(maxsize=LAST_COLUMN)
def column_number(letters: str) -> int:
    """Count a column from 1; 0 if it is none.

    >>> column_number("AB"), column_number("XFE"), column_number("a1")
    (28, 0, 0)
    """
    if re.fullmatch("[A-Z]{1,3}", letters) is None:
        return 0
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number if number <= LAST_COLUMN else 0


def _require_workbook(path: Path) -> None:
    """Say what a file really is that only calls itself a workbook."""
    with path.open("rb") as file:
        head = file.read(4096)
        if head.startswith(_ZIP):
            return
        whole = head + (file.read() if head.startswith(_OLE) else b"")
    if not head:
        raise UnsupportedFormat(f"{path.name} 是空文件")
    raise UnsupportedFormat(f"{path.name} {_really(whole)}")


def _really(data: bytes) -> str:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "加了密码：请先在 Excel 或 WPS 中取消密码"
        return f"是旧格式（.xls 或 .et），不是 .xlsx：{_SAVE_AS}"
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<"):
        what = "XML 表格" if b"schemas-microsoft-com:office:spreadsheet" in text else "网页（HTML）"
        return f"其实是{what}，不是 Excel 工作簿：{_SAVE_AS}"
    if b"\0" not in data and any(mark in data for mark in (b",", b"\t", b";")):
        return "其实是文本（CSV），不是 Excel 工作簿：请把文件名改为 .csv 后导入"
    return "不是 Excel 工作簿"


class _Looking:
    """One pass through the parts, with what is left of the allowed bytes."""

    def __init__(self, archive: zipfile.ZipFile, copy: zipfile.ZipFile, name: str) -> None:
        self.archive, self.copy, self.name = archive, copy, name
        self.members = {member.filename: member for member in archive.infolist()}
        self.left = MOST_BYTES

    def run(self, copy: Path) -> Parts:
        if len(self.members) > MOST_MEMBERS:
            raise UnsafeArchive(f"{self.name} 内有 {len(self.members)} 个文件，超过 {MOST_MEMBERS} 个")
        workbook = self.workbook()
        relations = self.relations(workbook)
        self.take(_CONTENTS, lambda name, attributes: None)
        for kind in ("sharedStrings", "styles"):
            for member in [member for each, member in relations.values() if each == kind]:
                self.take(member, lambda name, attributes: None)
        is_1904, listed = self.listed(workbook)
        sheets = []
        for name, state, relation in listed:
            kind, part = relations.get(relation, ("", ""))
            if kind == "worksheet":
                sheets.append(Sheet(name, state != "visible", self.survey(name, part)))
        return Parts(copy, sheets, is_1904)

    def workbook(self) -> str:
        """Find the part that lists the sheets; anything else is another kind of document."""
        if _TOP_RELATIONS not in self.members:
            other = "OpenDocument 表格（.ods）" if "mimetype" in self.members else "压缩包"
            raise UnsupportedFormat(f"{self.name} 其实是{other}，不是 Excel 工作簿：{_SAVE_AS}")
        found = [member for kind, member in self.relations("").values() if kind == "officeDocument"]
        if not found or found[0].endswith(".bin") or "/workbook" not in f"/{found[0]}":
            other = "二进制工作簿（.xlsb）" if found and found[0].endswith(".bin") else "另一种 Office 文档"
            raise UnsupportedFormat(f"{self.name} 是{other}，不是 .xlsx：{_SAVE_AS}")
        return found[0]

    def relations(self, member: str) -> dict[str, tuple[str, str]]:
        """Give by its id what a part points at: the kind of thing and the member; nothing outside of the file."""
        folder, base = posixpath.split(member)
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, attributes: _Attributes) -> None:
            if _local(name) == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                found[attributes.get("Id", "")] = (
                    attributes.get("Type", "").rpartition("/")[2],
                    target.lstrip("/"),
                )

        self.take(posixpath.join(folder, "_rels", f"{base}.rels"), start, most=MOST_CONTENTS_BYTES)
        return found

    def listed(self, workbook: str) -> tuple[bool, list[tuple[str, str, str]]]:
        """Tell how days are counted, and each sheet's name, state and relation."""
        sheets: list[tuple[str, str, str]] = []
        is_1904 = False

        def start(name: str, attributes: _Attributes) -> None:
            nonlocal is_1904
            if _local(name) == "workbookPr":
                is_1904 = attributes.get("date1904", "0") in ("1", "true")
            elif _local(name) == "sheet":
                relation = [value for key, value in attributes.items() if key.endswith("/relationships id")]
                sheets.append(
                    (
                        attributes.get("name", ""),
                        attributes.get("state", "visible"),
                        relation[0] if relation else "",
                    )
                )

        self.take(workbook, start, most=MOST_CONTENTS_BYTES)
        return is_1904, sheets

    def survey(self, name: str, member: str) -> Survey:
        surveyor = _Surveyor(name)
        self.take(member, surveyor.start, with_parser=surveyor.begin)
        surveyor.finish()
        return surveyor.survey

    def take(
        self,
        member: str,
        start: _OnStart,
        *,
        most: int = MOST_BYTES,
        with_parser: Callable[[expat.XMLParserType], None] | None = None,
    ) -> None:
        """Copy one part while it is parsed and counted."""
        if member not in self.members or member in self.copy.namelist():
            raise UnreadableFile(f"{self.name} 已损坏：缺少 {member}，或它被多次引用")
        # Names of attributes matter in the small parts only; with a separator they come with their namespace.
        parser = expat.ParserCreate() if with_parser else expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self.refuse_doctype
        parser.StartElementHandler = start
        if with_parser:
            with_parser(parser)
        with self.archive.open(self.members[member]) as source, self.copy.open(member, "w") as sink:
            for chunk in self.counted(source, member, most):
                parser.Parse(chunk, False)
                sink.write(chunk)
        parser.Parse(b"", True)

    def counted(self, source: IO[bytes], member: str, most: int) -> Iterator[bytes]:
        """Read a part as long as it keeps to the limits, whatever its header declares."""
        taken = 0
        while chunk := source.read(_CHUNK):
            taken += len(chunk)
            self.left -= len(chunk)
            if self.left < 0 or taken > most:
                raise UnsafeArchive(
                    f"{self.name} 解压后超过 {(most if taken > most else MOST_BYTES) // 1_000_000} MB（{member}）"
                )
            yield chunk

    def refuse_doctype(self, *_: object) -> None:
        raise UnsafeArchive(
            f"{self.name} 含有 XML 文档类型声明（可引用外部实体），Excel 不会这样写，已拒绝读取"
        )


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


class _Surveyor:
    """Hears the elements of one sheet."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.survey = Survey()
        self.row, self.row_text, self.column, self.type = 0, "0", 0, ""
        self.prefix: int | None = None
        self.hidden_columns: list[range] = []
        self.is_row_hidden = False

    def begin(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        # Otherwise every line break of a text is told apart.
        parser.buffer_text = True

    def start(self, name: str, attributes: dict[str, str]) -> None:
        # Some programs write <x:c> for <c>: the root tells which.
        if self.prefix is None:
            self.prefix = name.find(":") + 1
        tag = name[self.prefix :]
        if tag == "c":
            self.cell(attributes.get("r"), attributes.get("t", ""))
        elif tag in ("v", "is"):
            self.content()
        elif tag == "f":
            self.formula()
        elif tag == "row":
            self.new_row(attributes)
        elif tag == "col" and _is_true(attributes.get("hidden")):
            first, last = _number(attributes.get("min")), _number(attributes.get("max"))
            self.hidden_columns.append(range(first, last + 1))

    def new_row(self, attributes: _Attributes) -> None:
        self.row = _number(attributes["r"]) if "r" in attributes else self.row + 1
        if not 1 <= self.row <= MOST_ROWS:
            raise TooLarge(f"工作表「{self.sheet}」的行号超过 {MOST_ROWS:,}")
        self.row_text, self.column = str(self.row), 0
        self.is_row_hidden = _is_true(attributes.get("hidden"))

    def cell(self, reference: str | None, type_: str) -> None:
        self.parser.CharacterDataHandler = None
        self.type = type_
        if reference is None:
            self.column += 1
        else:
            self.column = column_number(reference.removesuffix(self.row_text))
            if not self.column:
                raise UnreadableFile(
                    f"工作表「{self.sheet}」第 {self.row} 行的单元格编号「{reference[:20]}」不对"
                )

    def content(self) -> None:
        self.note()
        place = self.row, self.column
        if self.type == "e":
            self.survey.errors[place] = ""
            self.parser.CharacterDataHandler = self.value_text
        elif place in self.survey.unvalued:
            # An empty text is a value as well.
            if self.type == "str":
                self.survey.unvalued.discard(place)
            self.parser.CharacterDataHandler = self.value_text

    def formula(self) -> None:
        self.note()
        self.survey.formulas += 1
        self.survey.unvalued.add((self.row, self.column))

    def note(self) -> None:
        survey = self.survey
        survey.last_row = max(survey.last_row, self.row)
        survey.columns.add(self.column)
        survey.hidden_rows += self.is_row_hidden
        self.is_row_hidden = False

    def value_text(self, text: str) -> None:
        place, written = (self.row, self.column), text.strip()
        if written and self.type == "e":
            self.survey.errors[place] += written[:20]
        if written:
            self.survey.unvalued.discard(place)

    def finish(self) -> None:
        survey = self.survey
        survey.hidden_columns = sum(
            any(column in hidden for hidden in self.hidden_columns) for column in survey.columns
        )
        if len(survey.columns) > MOST_COLUMNS:
            raise TooLarge(
                f"工作表「{self.sheet}」有 {len(survey.columns)} 列有内容，超过 {MOST_COLUMNS} 列：请删去用不到的列"
            )
        last = max(survey.columns, default=0)
        if survey.last_row * last > MOST_CELLS:
            raise TooLarge(
                f"工作表「{self.sheet}」的内容一直到 {column_letter(last)}{survey.last_row}，"
                f"共 {survey.last_row * last:,} 格，超过 {MOST_CELLS:,} 格：请删去远处的单元格，或分成几个文件"
            )


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")


def _number(text: str | None) -> int:
    """Read a count; 0 if it is none."""
    return int(text) if text and len(text) < 9 and text.isascii() and text.isdecimal() else 0
