"""What an import shows on a terminal: the report, the differences, and how far it has come."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from backend.importing.kinds import KINDS
from backend.importing.report import Differences, Example, ImportReport
from backend.importing.service import PHASES
from backend.importing.service import Progress as TellProgress

MOST_CAUSES = 20
# C0, C1, what turns the direction of a line, and half characters, which cannot be printed at all.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@contextmanager
def progress_bar(console: Console) -> Iterator[TellProgress]:
    """Show the phases of an import as a bar that is gone at the end; without a terminal nothing is shown."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=len(PHASES))

        def tell(phase: str) -> None:
            bar.update(task, description=phase, completed=PHASES.index(phase))

        yield tell


def say(console: Console, sentence: str) -> None:
    """Print a sentence as it is, unbroken even where the output is a file."""
    console.print(harmless(sentence), markup=False, highlight=False, soft_wrap=True)


def harmless(text: str) -> str:
    r"""Show what files and people wrote without letting it command the terminal: controls by their picture.

    >>> harmless("名\x1b[31m称\u202e")
    '名␛[31m称�'
    """
    return CONTROLS.sub(lambda found: chr(0x2400 + ord(found[0])) if found[0] < " " else "\ufffd", text)


def show_report(console: Console, report: ImportReport) -> None:
    """Show what was read, what is to be known about it, and why rows were put aside."""
    say(console, f"{KINDS[report.kind].label}：读取 {report.rows} 行，来源「{report.source}」")
    for notice in report.notices:
        say(console, f"  · {notice}")
    for part in report.parts:
        counts = part.differences
        said = f"新增 {counts.new} 行，变更 {counts.changed} 行，不变 {counts.unchanged} 行"
        say(console, f"  · 随行带来{KINDS[part.kind].label}：{said}")
    if report.findings:
        say(console, f"不能导入 {report.quarantined} 行：")
        console.print(_causes(report))


def show_differences(console: Console, differences: Differences, *, is_filtered: bool) -> None:
    """Show how the file differs from what is in the register.

    Parameters
    ----------
    is_filtered : only a part of the file was read, so that nothing can be said about rows that it has no more.
    """
    table = _table("与已有数据相比", "行数")
    for label, count in (
        ("新增", differences.new),
        ("变更", differences.changed),
        ("不变", differences.unchanged),
        (f"{'不在本次筛选之内' if is_filtered else '文件中已不存在'}（保留不删）", differences.gone),
    ):
        table.add_row(label, str(count))
    for label, count in differences.changed_fields:
        table.add_row(f"  其中 {label}", str(count), style="dim")
    console.print(table)
    if differences.farthest_move_m is not None:
        say(console, f"位置最远移动 {differences.farthest_move_m:,.1f} 米")
    if differences.examples:
        console.print(_examples(differences.examples))


def _causes(report: ImportReport) -> Table:
    table = _table("行数", "字段", "原因", "例：行", "值", "建议")
    for finding, count in report.causes[:MOST_CAUSES]:
        row = f"{finding.row}（{finding.column} 列）" if finding.column else finding.row
        cells = (count, finding.field, finding.reason, row, finding.value, finding.hint)
        table.add_row(*(Text("" if cell is None else harmless(str(cell))) for cell in cells))
    left = len(report.causes) - MOST_CAUSES
    if left > 0:
        table.add_row("", "", f"另有 {left} 种，见隔离文件")
    return table


def _examples(examples: tuple[Example, ...]) -> Table:
    table = _table("编号", "名称", "字段", "原值", "新值", title="变更举例")
    for example in examples:
        for change in example.changes:
            cells = (example.source_id, example.name, change.field, change.old, change.new)
            table.add_row(*(Text(harmless(cell)) for cell in cells))
    return table


def _table(*headings: str, title: str | None = None) -> Table:
    table = Table(title=title)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
