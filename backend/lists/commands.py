"""`./riskmap export`: the risk lists as files, written by the operator for whoever may have them."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated

import typer
from sqlalchemy.orm import Session

from backend.audit.trail import Deed, operator, record
from backend.errors import DomainError
from backend.jurisdictions.scope import EVERYTHING
from backend.lists import exporting, service
from backend.lists.columns import LISTS
from backend.lists.filters import Filters
from backend.lists.service import Wanted
from backend.obstacle import Obstacle
from backend.operating.opening import reachable_database
from backend.settings import read_settings

app = typer.Typer(
    help="导出清单文件。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def exports() -> None:
    """Keep `risk-list` a command of its own, for others to stand beside it."""


class ListName(StrEnum):
    """Which list."""

    ZONES = "zones"
    EVENTS = "events"
    ENTERPRISES = "enterprises"


class Form(StrEnum):
    """Which kind of file."""

    XLSX = "xlsx"
    CSV = "csv"


Codes = Annotated[str | None, typer.Option(help="编号，多个用逗号分开", show_default=False)]
Flag = Annotated[bool | None, typer.Option(show_default=False)]


@app.command("risk-list", help="导出安全风险清单、风险辨识管控清单或企业清单（全部数据，写审计）。")
def export_risk_list(
    listed: Annotated[ListName, typer.Option("--list", help="哪一张清单")] = ListName.ZONES,
    form: Annotated[Form, typer.Option("--format", help="文件格式")] = Form.XLSX,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="写入的新文件（默认：清单名_日期）", show_default=False)
    ] = None,
    grade: Codes = None,
    residual_grade: Codes = None,
    township: Codes = None,
    sector: Codes = None,
    group: Codes = None,
    status: Codes = None,
    kind: Codes = None,
    accident_type: Codes = None,
    q: Annotated[str | None, typer.Option("--q", help="名称中的文字", show_default=False)] = None,
    overdue: Flag = None,
    unplaced: Flag = None,
    unassessed: Flag = None,
    sort: Annotated[str, typer.Option(help="按哪一列排序，前面加 - 为倒序")] = "grade",
    data_dir: Annotated[
        Path | None, typer.Option(help="数据目录（默认见 doctor）", show_default=False)
    ] = None,
) -> None:
    """Write one list, whole or filtered."""
    filters = Filters(
        grade=codes(grade),
        residual_grade=codes(residual_grade),
        township=codes(township),
        sector=codes(sector),
        group=codes(group),
        status=codes(status),
        kind=codes(kind),
        accident_type=codes(accident_type),
        q=q,
        overdue=overdue,
        unplaced=unplaced,
        unassessed=unassessed,
    )
    wanted = Wanted(LISTS[listed], filters, sort)
    # Who has the machine has its data.
    reader = replace(operator(), scope=EVERYTHING)
    path = out or Path(exporting.file_name(wanted, form.value))
    with (
        reachable_database(read_settings(data_dir=data_dir), say=tell) as engine,
        # The file ends last: it does not stay when its own event could not be written.
        new_file(path) as file,
        Session(engine) as session,
        session.begin(),
    ):
        try:
            rows = service.total(session, reader, wanted)
            written = exporting.write_list(session, reader, wanted, file, form.value, progress=counter(rows))
        except DomainError as error:
            raise Obstacle(error.detail) from error
        # A name in another encoding than UTF-8 could not be kept.
        name = os.fsencode(path.name).decode(errors="replace")
        detail = {"what": f"risk-list {listed.value}", "rows": written, "file": name}
        record(session, operator(), Deed.EXPORT, detail=detail)
    print(f"已导出 {written} 行到 {path}。")


def codes(text: str | None) -> tuple[str, ...]:
    """Codes that are divided by commas."""
    return tuple(code.strip() for code in (text or "").split(",") if code.strip())


def counter(rows: int) -> Callable[[int], None]:
    """What says how far an export is, on one line where there is a screen."""
    is_screen = sys.stderr.isatty()

    def say(written: int) -> None:
        if is_screen:
            print(f"\r已写 {written} / {rows} 行", end="\n" if written >= rows else "", file=sys.stderr)
        elif written % 10_000 == 0:
            tell(f"已写 {written} / {rows} 行")

    return say


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that is not there yet, for its owner alone; nothing of it stays when the export fails.

    Raises
    ------
    Obstacle
        When it is there already, or cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode=0o600)
    except FileExistsError as error:
        raise Obstacle(f"文件 {path} 已存在，没有覆盖。") from error
    except FileNotFoundError as error:
        raise Obstacle(f"没有文件夹 {path.parent}。") from error
    except OSError as error:
        raise Obstacle(f"不能写入 {path}：{error.strerror}。") from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Obstacle(f"不能写入 {path}：{error.strerror}。") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def tell(sentence: str) -> None:
    """Say what is under way where it does not mix with the answer."""
    print(sentence, file=sys.stderr)
