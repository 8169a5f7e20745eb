"""`./riskmap audit`: whether the trail is whole, and a copy of it to keep elsewhere."""

import csv
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.audit.chain import AT_ONCE, canonical, seal_all, verify
from backend.audit.models import AuditEvent, AuditSeal
from backend.audit.queries import event_out
from backend.audit.trail import Deed, operator, record
from backend.obstacle import Obstacle
from backend.operating.opening import reachable_database
from backend.settings import read_settings

# Not 1 or 2: those say that the command itself could not do its work.
BROKEN = 3

app = typer.Typer(
    help="审计记录：核对是否完整，导出留存。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
DataDir = Annotated[Path | None, typer.Option(help="数据目录（默认见 doctor）", show_default=False)]


@app.command("verify", help="从头核对审计链；退出码：0 完整，3 有改动或缺失。")
def verify_trail(
    head: Annotated[str | None, typer.Option(help="先前记下的链头，应仍在链中", show_default=False)] = None,
    data_dir: DataDir = None,
) -> None:
    """Walk the chain and say where it does not hold."""
    noted = read_head(head)
    with reachable_database(read_settings(data_dir=data_dir), say=tell) as engine:
        seal_all(engine)
        with Session(engine) as session:
            found_out = verify(session, head=noted)
    for fault in found_out.faults:
        print(f"✗ 第 {fault.number} 号：{fault.reason_zh}" if fault.number else f"✗ {fault.reason_zh}")
    print(f"审计记录 {found_out.events} 条，已封印 {found_out.sealed} 条。")
    if found_out.is_intact:
        print(f"完整。链头 {found_out.head or '（空）'}；把它记在别处，以后用 --head 核对。")
    raise typer.Exit(0 if found_out.is_intact else BROKEN)


def read_head(text: str | None) -> str | None:
    """The digest that was noted, however its letters were written down."""
    if text is None:
        return None
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text.strip()):
        raise Obstacle("--head 应为 audit verify 打印的链头：64 位十六进制数（0–9、a–f）。")
    return text.strip().lower()


@app.command("export", help="导出审计记录：.jsonl 含全部字段和封印，可另行核对；.csv 供表格软件打开。")
def export_trail(
    out: Annotated[Path, typer.Option("--out", help="写入的新文件，.jsonl 或 .csv")],
    data_dir: DataDir = None,
) -> None:
    """Write the whole trail, in the order of its chain, into a new file; that it was exported is an event itself."""
    if out.suffix not in (".jsonl", ".csv"):
        raise Obstacle("文件名应以 .jsonl 或 .csv 结尾。")
    with reachable_database(read_settings(data_dir=data_dir), say=tell) as engine:
        seal_all(engine)
        # The file ends last: it does not stay when its own event could not be written.
        with new_file(out) as file, Session(engine) as session, session.begin():
            count = write_table(session, file) if out.suffix == ".csv" else write_lines(session, file)
            file.flush()
            # A name in another encoding than UTF-8 could not be kept.
            name = os.fsencode(out.name).decode(errors="replace")
            record(session, operator(), Deed.EXPORT, detail={"what": "audit", "rows": count, "file": name})
    print(f"已导出 {count} 条到 {out}。")


@contextmanager
def new_file(out: Path) -> Iterator[TextIO]:
    """A file that is not there yet, for its owner alone; nothing of it stays when the export fails.

    Raises
    ------
    Obstacle
        When it is there already, or cannot be written.
    """
    encoding = "utf-8-sig" if out.suffix == ".csv" else "utf-8"
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
        try:
            with os.fdopen(descriptor, "w", encoding=encoding, newline="") as file:
                yield file
        except BaseException:
            out.unlink(missing_ok=True)
            raise
    except FileExistsError as error:
        raise Obstacle(f"文件 {out} 已存在，没有覆盖。") from error
    except FileNotFoundError as error:
        raise Obstacle(f"没有文件夹 {out.parent}。") from error
    except OSError as error:
        raise Obstacle(f"不能写入 {out}：{error.strerror}。") from error


def write_lines(session: Session, file: TextIO) -> int:
    """Write every event as the chain holds it, with its seal, one document a line; count them."""
    count = 0
    for event, seal in events_with_seals(session):
        held = seal and {"position": seal.position, "algorithm": seal.algorithm, "digest": seal.digest.hex()}
        line = json.loads(canonical(event)) | {"seal": held}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_table(session: Session, file: TextIO) -> int:
    """Write every event in words, one a row; count them."""
    table = csv.writer(file)
    table.writerow(HEADS)
    count = 0
    for event, seal in events_with_seals(session):
        document = event_out(event, is_sealed=seal is not None).model_dump(mode="json")
        table.writerow([inert(cell) for cell in cells(document)])
        count += 1
    return count


def events_with_seals(session: Session) -> Iterator[tuple[AuditEvent, AuditSeal | None]]:
    """Every event in the order of the chain; last come those that have no seal yet."""
    rows = (
        select(AuditEvent, AuditSeal)
        .outerjoin(AuditSeal, AuditSeal.event_number == AuditEvent.number)
        .order_by(AuditSeal.position.nulls_last(), AuditEvent.number)
    )
    yield from session.execute(rows.execution_options(yield_per=AT_ONCE))


HEADS = ("编号", "时间", "谁", "角色", "地址", "做了什么", "结果", "对象", "对象编号", "之前", "之后", "说明")


def cells(event: dict[str, Any]) -> list[str]:
    """One event as the cells of a row."""
    subject = event["subject"] or {"name": "", "id": ""}
    role = event["role"] or {"zh": ""}
    texts = [event["number"], event["at"], event["actor_name"], role["zh"], event["address"]]
    texts += [event["action"]["zh"], event["result"], subject["name"], subject["id"]]
    texts += [
        event[name] and json.dumps(event[name], ensure_ascii=False) for name in ("before", "after", "detail")
    ]
    return ["" if text is None else str(text) for text in texts]


def inert(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula.

    >>> inert("=1+1"), inert("张三")
    ("'=1+1", '张三')
    """
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def tell(sentence: str) -> None:
    """Say what is under way where it does not mix with the answer."""
    print(sentence, file=sys.stderr)
