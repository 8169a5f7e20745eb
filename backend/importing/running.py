"""An import on a terminal from start to end: show, ask, write."""

import errno
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.errors import DomainError
from backend.importing import screen, service
from backend.importing.choices import choices_of
from backend.importing.errors import CannotImport
from backend.importing.fields import FieldType
from backend.importing.files.values import require_fit
from backend.importing.request import ImportRequest, save_shape, saved_shape
from backend.importing.service import PreparedFile
from backend.operating.cluster import Cluster
from backend.operating.opening import reachable_database
from backend.settings import Settings
from geodata.errors import GeodataError
from geodata.workbooks import is_workbook

log = logging.getLogger(__name__)

DONE, NOT_IMPORTED = 0, 2
OBSTACLES = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "上级不是文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘只读",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.ENAMETOOLONG: "文件名太长",
}
DATABASE_FAILED = "✗ 数据库出错，导入没有完成。请用 ./riskmap doctor 检查，然后重新导入同一个文件。"


@dataclass(frozen=True)
class Choices:
    """What the user decided besides what is imported.

    Parameters
    ----------
    mapping : name of a saved shape to begin with.
    save_as : name under which the shape is kept once the import is done.
    """

    is_dry_run: bool = False
    is_confirmed: bool = False
    mapping: str | None = None
    save_as: str | None = None


def run(settings: Settings, request: ImportRequest, choices: Choices, console: Console) -> int:
    """Import a file and say what happened; the answer is the exit code."""
    try:
        reached = reachable_database(settings, say=lambda sentence: screen.say(console, sentence))
        with reached as engine, Session(engine) as session:
            code = _import(session, request, choices, console)
            if code == DONE:
                session.commit()
            return code
    except (DomainError, GeodataError) as error:
        screen.say(console, f"✗ {error}")
    except (SQLAlchemyError, psycopg.Error) as error:
        # Without what stands behind the first line: it repeats whole rows.
        log.error("%s: %s", type(error).__name__, str(error).partition("\n")[0])
        screen.say(console, DATABASE_FAILED)
    return NOT_IMPORTED


def known_choices(settings: Settings, *, say: Callable[[str], None]) -> Mapping[FieldType, Sequence[str]]:
    """Tell what templates may offer; where there is no register yet, nothing, and that is said."""
    if settings.database_url is None and not Cluster(settings.data_dir.resolve()).folder.exists():
        say("还没有登记库：模板中的行业、街道/乡镇、园区没有下拉选项，可填代码或名称。")
        return {}
    try:
        with reachable_database(settings, say=say) as engine, Session(engine) as session:
            return choices_of(session)
    except (SQLAlchemyError, psycopg.Error) as error:
        log.error("%s: %s", type(error).__name__, str(error).partition("\n")[0])
        raise CannotImport("数据库出错，没有生成模板。请用 ./riskmap doctor 检查。") from error


def _import(session: Session, request: ImportRequest, choices: Choices, console: Console) -> int:
    request = _with_saved_shape(session, request, choices)
    file = _prepare(session, request, console)
    screen.show_report(console, file.report)
    if file.quarantine is not None:
        screen.say(console, f"隔离文件：{file.quarantine}")
    if choices.is_dry_run or not file.report.differences.is_first_import:
        screen.show_differences(console, file.report.differences, is_filtered=request.shape.where is not None)
    refusal = _refusal(file) or _wait_for_consent(file, choices, console)
    if refusal:
        screen.say(console, refusal)
        return NOT_IMPORTED
    if choices.is_dry_run:
        screen.say(console, "试运行：没有写入任何数据。")
        return DONE
    return _write(session, file, choices, console)


def _prepare(session: Session, request: ImportRequest, console: Console) -> PreparedFile:
    try:
        with screen.progress_bar(console) as progress:
            return service.prepare_file(session, request, progress)
    except OSError as error:
        reason = OBSTACLES.get(error.errno or 0, f"系统错误 {error.errno}")
        raise CannotImport(f"无法读写文件 {error.filename}：{reason}") from error


def _with_saved_shape(session: Session, request: ImportRequest, choices: Choices) -> ImportRequest:
    shape = request.shape
    require_fit("映射名（--save-mapping）", choices.save_as)
    require_fit("映射名（--mapping）", choices.mapping)
    if choices.mapping is not None:
        shape = shape.over(saved_shape(session, choices.mapping, request.kind))
    return replace(request, shape=shape, quarantine=request.quarantine or _quarantine_path(request, choices))


def _quarantine_path(request: ImportRequest, choices: Choices) -> Path | None:
    """Choose a file in the present folder; a mere trial leaves none behind."""
    suffix = ".xlsx" if is_workbook(request.path) else ".csv"
    return None if choices.is_dry_run else Path(f"{request.path.name}.quarantine{suffix}")


def _refusal(file: PreparedFile) -> str | None:
    report = file.report
    if not file.is_refused:
        return None
    if report.rows == 0:
        return "✗ 没有可导入的行。"
    if report.quarantined == report.rows:
        return f"✗ 全部 {report.rows} 行都不能导入，没有写入任何数据。"
    return (
        f"✗ {report.rows} 行中有 {report.quarantined} 行不能导入，按全有或全无的规则没有写入任何数据。"
        "改好后重新导入，或加 --partial 先导入其余的行。"
    )


def _wait_for_consent(file: PreparedFile, choices: Choices, console: Console) -> str | None:
    """Ask before rows that are already there change; returns what stands against it."""
    changed = file.report.changed
    if not changed or choices.is_confirmed or choices.is_dry_run:
        return None
    if not (sys.stdin.isatty() and console.is_terminal):
        return f"✗ {changed} 行已有数据会变更，需要确认：核对上面的差异后加 --yes 再运行。没有写入任何数据。"
    answer = console.input(f"将变更 {changed} 行已有数据，确认写入？(y/N) ")
    return None if answer.strip().casefold() in ("y", "yes", "是") else "已取消，没有写入任何数据。"


def _write(session: Session, file: PreparedFile, choices: Choices, console: Console) -> int:
    with screen.progress_bar(console) as progress:
        report = service.apply_file(session, file, progress)
    if choices.save_as is not None:
        save_shape(session, choices.save_as, report.kind, file.request.shape)
    left = f"，隔离 {report.quarantined} 行" if report.quarantined else ""
    screen.say(
        console,
        f"✓ 导入完成：新增 {report.inserted} 行，变更 {report.updated} 行，不变 {report.unchanged} 行{left}。",
    )
    for sentence in report.outcome:
        screen.say(console, f"  · {sentence}")
    return DONE
