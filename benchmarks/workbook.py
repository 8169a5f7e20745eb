"""Writing the same list with our writer, with openpyxl and with pandas: CPU seconds and memory, and their ratios.

    .venv/bin/python -m benchmarks.workbook [ROWS]

Each writer runs in a process of its own, one after the other. Its memory is the process's peak, and how much of that
came on top of what its imports and a list of ten rows take. CPU seconds do not count what else the machine does.
"""

import datetime
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROWS, COLUMNS = 20_000, 25
PLAIN = 17


def rows(count: int) -> Iterator[list[object]]:
    """A risk list as it is exported: names, codes, counts, measures, days, grades."""
    for number in range(count):
        yield [
            f"湛河区第{number}号企业有限公司",
            f"91410411{number:010d}",
            number,
            number * 1.25,
            datetime.date(2026, 1 + number % 12, 1 + number % 28),
            ("重大", "较大", "一般", "低")[number % 4],
            f"湛南路{number}号",
            None,
            *(f"措施{number % 97}-{each}" for each in range(PLAIN)),
        ]


def ours(path: Path, count: int) -> None:
    """Write with `backend.spreadsheets`, formats and colours included."""
    from backend.grades import GRADES
    from backend.spreadsheets import Column, Fill, write_table

    kinds = ("text", "code", "integer", "number", "date", "grade")
    columns = [Column(f"列{each}", kind) for each, kind in enumerate(kinds)]
    columns += [Column(f"列{each}") for each in range(len(kinds), COLUMNS)]
    fills = {grade.zh: Fill(grade.colour, grade.text) for grade in GRADES}
    with path.open("wb") as stream:
        write_table(stream, "风险清单", columns, rows(count), fills=fills)


def openpyxl(path: Path, count: int) -> None:
    """Write with openpyxl's write-only mode, without any format."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("风险清单")
    sheet.append([f"列{each}" for each in range(COLUMNS)])
    for row in rows(count):
        sheet.append(row)
    book.save(path)


def pandas(path: Path, count: int) -> None:
    """Write with `DataFrame.to_excel`, which takes openpyxl by default, without any format."""
    from pandas import DataFrame

    frame = DataFrame(list(rows(count)), columns=[f"列{each}" for each in range(COLUMNS)])
    frame.to_excel(path, index=False, engine="openpyxl")


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "riskmap write_table": ours,
    "openpyxl write-only": openpyxl,
    "pandas to_excel": pandas,
}


def measured(name: str, count: int) -> tuple[float, float, float]:
    """Run one writer in a process of its own: CPU seconds, peak MB, MB on top."""
    command = [sys.executable, "-m", "benchmarks.workbook", "--one", name, str(count)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, most, more = json.loads(run.stdout)
    return seconds, most, more


def one(name: str, count: int) -> None:
    """Write once small, so that imports do not count, then the list; print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        WRITERS[name](Path(folder) / "small.xlsx", 10)
        before = peak()
        begun = time.process_time()
        WRITERS[name](Path(folder) / "list.xlsx", count)
        print(json.dumps([time.process_time() - begun, peak(), peak() - before]))


def peak() -> float:
    """The process's highest memory so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(count: int) -> None:
    """Print the table."""
    print(f"{count:,} rows × {COLUMNS} columns\n")
    print(f"{'writer':<22}{'CPU s':>9}{'× ours':>9}{'peak MB':>10}{'MB more':>10}")
    first: float | None = None
    for name in WRITERS:
        seconds, most, more = measured(name, count)
        first = first or seconds
        print(f"{name:<22}{seconds:>9.1f}{seconds / first:>9.2f}{most:>10.0f}{more:>10.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
