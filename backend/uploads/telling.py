"""Reports of imports as they are kept and told, in words that fit a page instead of a command line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from backend.importing.files.reading import Outline
from backend.importing.kinds import KINDS
from backend.importing.report import Differences, ImportReport
from backend.importing.service import PreparedFile
from backend.jurisdictions.actors import Actor
from backend.settings import Settings
from backend.uploads.models import State, Upload
from backend.uploads.queries import is_of
from backend.uploads.schemas import UploadBrief, UploadOut
from backend.uploads.storage import rejected_of

MOST_FINDINGS = 2_000
MOST_CAUSES = 50
MOST_COLUMNS = 300
PHASES = {
    "读取": "reading",
    "核对": "checking",
    "排队": "queueing",
    "暂存": "staging",
    "比较": "comparing",
    "写入": "writing",
}
# What the command line calls its options, and what the page calls them.
OPTIONS = (
    (
        r"。?请用 --map 字段=列名 指定，或用 --set 字段=值 填写固定值。",
        "。请在「列对应」中选择这些列，或填写固定值。",
    ),
    (r"请用 --id-field 指定每行的编号列", "请选择每行的编号列"),
    (r"没有编号时可用 --id-field @content，按内容识别", "没有编号时可选「按内容识别」"),
    (r"。用 --crs \S+ 或 --datum \S+ 这样说明。?", "。请选择坐标系。"),
    (r"不用 --id-field；代码所在的列用 --map code=列名 指定", "不用编号列；请选择代码所在的列"),
    (r"。请用 --map 字段=列名 说明", "。请在「列对应」中说明"),
    (r"请用 --layer 工作表名 指定一个", "请填写工作表名"),
    (r"按 --set 填写", "按固定值填写"),
    (r"（--[a-z-]+）", ""),
    (r"--(lon|lat)\b", "经纬度列"),
)


def in_words_of_the_page(text: str) -> str:
    """Say the same without the options of the command line.

    >>> in_words_of_the_page("没有对应的列：名称（name）。请用 --map 字段=列名 指定，或用 --set 字段=值 填写固定值。")
    '没有对应的列：名称（name）。请在「列对应」中选择这些列，或填写固定值。'
    """
    for pattern, words in OPTIONS:
        text = re.sub(pattern, words, text)
    return text


def report_of(file: PreparedFile, report: ImportReport) -> dict[str, Any]:
    """What is kept of an import."""
    read, findings = file.read, report.findings
    return kept_facts(
        {
            "rows": report.rows,
            "quarantined": report.quarantined,
            "source": report.source,
            "sheet": read.layout.sheet,
            "columns": list(read.frame.columns.drop("geometry"))[:MOST_COLUMNS],
            "mapped": dict(read.mapped),
            "id_column": read.id_column,
            "main": part_of(report.kind, report.differences),
            "parts": [part_of(part.kind, part.differences) for part in report.parts],
            "causes": [
                {
                    "field": first.field,
                    "value": first.value if first.code.startswith("unknown_") else None,
                    "reason": first.reason,
                    "hint": first.hint,
                    "code": first.code,
                    "rows": rows,
                }
                for first, rows in report.causes[:MOST_CAUSES]
            ],
            "findings": [
                {
                    "row": each.row,
                    "sheet": each.sheet,
                    "column": each.column,
                    "field": each.field,
                    "value": each.value,
                    "reason": each.reason,
                    "hint": each.hint,
                    "code": each.code,
                }
                for each in findings[:MOST_FINDINGS]
            ],
            "findings_total": len(findings),
            "notices": list(report.notices),
            "outcome": list(report.outcome),
        }
    )


def outline_of(outline: Outline, source: str) -> dict[str, Any]:
    """What is kept of a file of which only the columns could be read."""
    return kept_facts(
        {
            "rows": 0,
            "quarantined": 0,
            "source": source,
            "sheet": None,
            "columns": list(outline.columns)[:MOST_COLUMNS],
            "mapped": dict(outline.mapped),
            "id_column": outline.id_column,
            "main": None,
            "parts": [],
            "causes": [],
            "findings": [],
            "findings_total": 0,
            "notices": [],
            "outcome": [],
        }
    )


def part_of(kind: str, differences: Differences) -> dict[str, Any]:
    """The differences in one table."""
    return {
        "kind": kind,
        "label": KINDS[kind].label,
        "new": differences.new,
        "changed": differences.changed,
        "unchanged": differences.unchanged,
        "gone": differences.gone,
        "changed_fields": [{"field": field, "rows": rows} for field, rows in differences.changed_fields],
        "examples": [asdict(example) for example in differences.examples],
        "farthest_move_m": differences.farthest_move_m,
    }


def kept(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    """A JSON value that the database can hold: no NUL, nothing that is no character; options in the page's words."""
    if isinstance(value, str):
        return in_words_of_the_page(value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode())
    if isinstance(value, Mapping):
        return {kept(name): kept(each) for name, each in value.items()}
    if isinstance(value, Iterable):
        return [kept(each) for each in value]
    return value


def kept_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The same of an object."""
    return {kept(name): kept(each) for name, each in facts.items()}


def brief_facts(upload: Upload) -> dict[str, Any]:
    """What a list tells of an upload."""
    report = upload.report or {}
    main = report.get("main") or {}
    return {
        "id": upload.id,
        "number": upload.number,
        "kind": upload.kind,
        "kind_label": KINDS[upload.kind].label,
        "file_name": upload.file_name,
        "size_bytes": upload.size_bytes,
        "state": upload.state,
        "author": upload.author_name,
        "new": main.get("new"),
        "changed": main.get("changed"),
        "unchanged": main.get("unchanged"),
        "quarantined": report.get("quarantined") if main else None,
        "created_at": upload.created_at,
        "updated_at": upload.updated_at,
    }


def brief(upload: Upload) -> UploadBrief:
    """An upload in a list."""
    return UploadBrief(**brief_facts(upload))


def upload_out(settings: Settings, actor: Actor, upload: Upload) -> UploadOut:
    """An upload with everything that is known of it."""
    report = upload.report or {}
    good = report.get("rows", 0) - report.get("quarantined", 0)
    shape = {name: value for name, value in upload.options.items() if value}
    return UploadOut(
        **brief_facts(upload),
        file_sha256=upload.file_sha256,
        reading={**shape, "partial": upload.is_partial},
        phase=upload.phase,
        is_own=is_of(actor, upload),
        has_rejected=rejected_of(settings, upload.id).is_file(),
        is_writable=upload.state == State.PREVIEWED and good > 0,
        report=upload.report,
        problem=upload.problem,
        version=upload.version,
    )
