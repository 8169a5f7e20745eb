"""`./riskmap audit`: whether the trail is whole, and a copy of it to keep elsewhere."""

import csv
import json
import sys
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from sqlalchemy.orm import Session

from backend.audit.chain import AT_ONCE, seal_all, verify
from backend.audit.models import AuditEvent
from backend.audit.queries import Filter, event_out, found
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
    with reachable_database(read_settings(data_dir=data_dir), say=tell) as engine:
        seal_all(engine)
        with Session(engine) as session:
            found_out = verify(session, head=head)
    for fault in found_out.faults:
        print(f"✗ 第 {fault.number} 号：{fault.reason_zh}" if fault.number else f"✗ {fault.reason_zh}")
    print(f"审计记录 {found_out.events} 条，已封印 {found_out.sealed} 条。")
    if found_out.is_intact:
        print(f"完整。链头 {found_out.head or '（空）'}；把它记在别处，以后用 --head 核对。")
    raise typer.Exit(0 if found_out.is_intact else BROKEN)


@app.command("export", help="导出审计记录：.jsonl 含全部字段，.csv 供表格软件打开。")
def export_trail(
    out: Annotated[Path, typer.Option("--out", help="写入的新文件，.jsonl 或 .csv")],
    data_dir: DataDir = None,
) -> None:
    """Write the whole trail, the oldest event first, into a new file; that it was exported is an event itself."""
    if out.suffix not in (".jsonl", ".csv"):
        raise Obstacle("文件名应以 .jsonl 或 .csv 结尾。")
    with reachable_database(read_settings(data_dir=data_dir), say=tell) as engine:
        seal_all(engine)
        with Session(engine) as session, session.begin():
            count = write(session, out)
            record(
                session, operator(), Deed.EXPORT, detail={"what": "audit", "rows": count, "file": out.name}
            )
    print(f"已导出 {count} 条到 {out}。")


def write(session: Session, out: Path) -> int:
    """Write every event and count them; a file that is there already stays."""
    written = 0
    with new_file(out) as file:
        table = csv.writer(file)
        if out.suffix == ".csv":
            table.writerow(HEADS)
        rows = found(Filter()).order_by(AuditEvent.number).execution_options(yield_per=AT_ONCE)
        for event, position in session.execute(rows):
            document = event_out(event, is_sealed=position is not None).model_dump(mode="json")
            written += 1
            if out.suffix == ".csv":
                table.writerow([inert(cell) for cell in cells(document)])
            else:
                file.write(json.dumps(document, ensure_ascii=False) + "\n")
    return written


def new_file(out: Path) -> TextIO:
    """Open a file that is not there yet, for writing."""
    try:
        return out.open("x", encoding="utf-8-sig" if out.suffix == ".csv" else "utf-8", newline="")
    except FileExistsError:
        raise Obstacle(f"文件 {out} 已存在，没有覆盖。") from None
    except FileNotFoundError:
        raise Obstacle(f"没有文件夹 {out.parent}。") from None


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
