"""Imports from start to end: read, check, stage, compare, merge. The caller commits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import geopandas
from sqlalchemy.orm import Session

from backend.audit.trail import Deed, Subject, operator, record
from backend.importing.checking.owning import is_limited
from backend.importing.checking.rows import Checked, check
from backend.importing.delivery import Delivery, delivery_of_frame
from backend.importing.errors import BureauOnly, RowsQuarantined
from backend.importing.fields import Kind
from backend.importing.files import rejected
from backend.importing.files.reading import ReadFile, file_sha256, read_file
from backend.importing.kinds import AREAS, BUREAU_ONLY, ENTERPRISES, KINDS, ROSTER, kind_named
from backend.importing.models import ImportBatch
from backend.importing.report import ImportReport, PartReport
from backend.importing.request import ImportRequest
from backend.importing.writing.merging import await_turn
from backend.importing.writing.quarantine import write_quarantine
from backend.importing.writing.roster import answer_roster
from backend.importing.writing.waiting import Waiting, await_writing, forget, write
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.territory import Territory, find_territory
from geodata.crs import parse_datum
from geodata.problems import RowProblem

Progress: TypeAlias = Callable[[str], None]
"""Told the name of each phase as it begins."""

PHASES = ("读取", "核对", "排队", "暂存", "比较", "写入")
UNKNOWN_DISTRICT = "没有导入辖区 {} 的边界，无法核对位置是否在辖区内"


@dataclass(frozen=True)
class Prepared:
    """An import that is checked and compared, and waits in the transaction to be merged."""

    report: ImportReport
    waiting: Waiting


@dataclass(frozen=True)
class PreparedFile:
    """The same of a file.

    Parameters
    ----------
    sha256 : the file's fingerprint when it was read; somebody may save it anew before it is applied.
    quarantine : where the bad rows were written.
    read : the file as it was read.
    actor : who imports; None is the operator.
    """

    request: ImportRequest
    sha256: str
    prepared: Prepared
    quarantine: Path | None
    read: ReadFile
    actor: Actor | None = None

    @property
    def report(self) -> ImportReport:
        """What would happen."""
        return self.prepared.report

    @property
    def is_refused(self) -> bool:
        """Whether bad rows, or the lack of good ones, forbid to apply it."""
        has_bad, has_good = self.report.quarantined > 0, self.report.quarantined < self.report.rows
        return not has_good or (has_bad and not self.request.is_partial)


def import_file(session: Session, request: ImportRequest, progress: Progress) -> ImportReport:
    """Import a file: all rows, or with `is_partial` the good ones. The report says whether anything was changed.

    Raises
    ------
    CannotImport, GeodataError
        If the file as a whole cannot be imported.
    """
    file = prepare_file(session, request, progress)
    if file.is_refused:
        forget(file.prepared.waiting)
        return file.report
    return apply_file(session, file, progress)


def prepare_file(
    session: Session, request: ImportRequest, progress: Progress, actor: Actor | None = None
) -> PreparedFile:
    """Read, check and compare a file and write its bad rows to the quarantine; the register is not changed yet.

    Parameters
    ----------
    actor : who imports; rows that are not theirs are put aside. None is the operator, for whom all are.
    """
    require_right(kind_named(request.kind), actor)
    progress("读取")
    read, sha256 = read_file(request), file_sha256(request)
    progress("核对")
    district = None if read.delivery.kind is AREAS else find_territory(session, request.district)
    delivery = _tell_unchecked(read.delivery, district, request.district)
    checked = check(
        session,
        delivery,
        words=request.shape.words,
        district=district,
        outside=request.outside,
        actor=actor,
    )
    prepared = prepare(session, delivery, checked, progress, actor)
    findings = tuple(map(read.layout.located, prepared.report.findings))
    prepared = replace(prepared, report=replace(prepared.report, findings=findings))
    quarantine = None
    if findings and request.quarantine is not None:
        quarantine = _put_aside(request.quarantine, read, findings)
    return PreparedFile(request, sha256, prepared, quarantine, read, actor)


def require_right(kind: Kind, actor: Actor | None) -> None:
    """Refuse what is not for a township or a sector to import.

    Raises
    ------
    BureauOnly
        If the kind belongs to everybody, and the actor answers for a part.
    """
    if kind.name in BUREAU_ONLY and is_limited(actor):
        raise BureauOnly(f"{kind.label}由应急局统一导入，本单位不能导入。")


def _put_aside(wanted: Path, read: ReadFile, findings: Sequence[RowProblem]) -> Path:
    """Write the bad rows as a workbook or as CSV, as the wanted name says."""
    is_place_told = read.has_place_columns
    if wanted.suffix.casefold() == rejected.SUFFIX:
        return rejected.write_rejected(
            wanted, read.frame, findings, layout=read.layout, has_place_columns=is_place_told
        )
    return write_quarantine(wanted, read.frame, findings, has_place_columns=is_place_told)


def apply_file(session: Session, file: PreparedFile, progress: Progress) -> ImportReport:
    """Merge what waits and record the batch."""
    progress("写入")
    report, request = apply(session, file.prepared, file.actor), file.request
    batch = ImportBatch(
        kind=report.kind,
        source=report.source,
        file_name=request.file_name,
        file_sha256=file.sha256,
        options=request.options,
        inserted=report.inserted,
        updated=report.updated,
        unchanged=report.unchanged,
        quarantined=report.quarantined,
    )
    session.add(batch)
    session.flush()
    subject = Subject("import_batch", str(batch.id), f"{report.kind} {request.file_name}")
    record_import(session, report, subject, actor=file.actor, file_sha256=file.sha256)
    return replace(report, batch_id=batch.id)


def record_import(
    session: Session, report: ImportReport, subject: Subject, *, actor: Actor | None = None, **facts: str
) -> None:
    """Leave one trace of a whole batch: what each row said before is a matter of its history."""
    counted = {name: getattr(report, name) for name in ("inserted", "updated", "unchanged", "quarantined")}
    after: dict[str, object] = {"source": report.source, **facts, **counted}
    for part in report.parts:
        after[part.kind] = {"inserted": part.differences.new, "updated": part.differences.changed}
    record(session, actor or operator(), Deed.IMPORT, subject=subject, after=after)


def import_frame(
    session: Session,
    kind: str,
    frame: geopandas.GeoDataFrame,
    *,
    source: str,
    datum: str = "EPSG:4490",
    accuracy_m: float | None = None,
    is_demo: bool = False,
) -> ImportReport:
    """Bring a frame whose columns are named like our fields into the register: all rows or none.

    Parameters
    ----------
    kind : a name of `backend.importing.kinds.KINDS`.
    frame : a row a feature, with `source_id` and the fields of `backend.importing.fields`; geometries in `datum`,
        x before y, None for an enterprise without a place. `enterprise` is an enterprise's source id.
    accuracy_m : how exact the places are, metres.

    Raises
    ------
    RowsQuarantined
        If any row cannot be taken; nothing was changed then.
    """
    delivery = delivery_of_frame(
        kind_named(kind),
        frame,
        source=source,
        datum=parse_datum(datum),
        accuracy_m=accuracy_m,
        is_demo=is_demo,
    )
    checked = check(session, delivery, words={}, district=None, outside="accept")
    if checked.findings:
        raise rows_quarantined(checked.findings)
    prepared = prepare(session, delivery, checked, ignore)
    if prepared.report.findings:
        forget(prepared.waiting)
        raise rows_quarantined(prepared.report.findings)
    report = apply(session, prepared)
    record_import(session, report, Subject("frame", source, f"{kind} {source}"))
    return report


def prepare(
    session: Session,
    delivery: Delivery,
    checked: Checked,
    progress: Progress,
    actor: Actor | None = None,
) -> Prepared:
    """Stage the good rows, compare them with the register and put aside what may not go in; nothing is changed yet."""
    progress("排队")
    await_turn(session, delivery.kind, delivery.source)
    progress("暂存")
    waiting = await_writing(session, delivery, checked, comparing=lambda: progress("比较"), actor=actor)
    findings = sorted((*checked.findings, *waiting.refused), key=lambda finding: finding.row)
    report = ImportReport(
        kind=delivery.kind.name,
        source=delivery.source,
        rows=len(delivery.rows),
        findings=tuple(findings),
        notices=(*checked.notices, *waiting.notices),
        differences=waiting.main.differences,
        parts=tuple(PartReport(part.staged.kind.name, part.differences) for part in waiting.parts),
    )
    return Prepared(report, waiting)


def apply(session: Session, prepared: Prepared, actor: Actor | None = None) -> ImportReport:
    """Merge what waits into the register.

    Raises
    ------
    CannotImport
        If the register has changed since the comparison.
    """
    differences = prepared.report.differences
    write(prepared.waiting)
    forget(prepared.waiting)
    kind = KINDS[prepared.report.kind]
    return replace(
        prepared.report,
        inserted=differences.new,
        updated=differences.changed,
        unchanged=differences.unchanged,
        outcome=answer_roster(session, actor) if kind in (ENTERPRISES, ROSTER) else (),
        is_applied=True,
    )


def rows_quarantined(findings: Sequence[RowProblem]) -> RowsQuarantined:
    """Say in one sentence what is wrong with the rows, with the first of them as the errors."""
    rows = len({finding.row for finding in findings})
    first = findings[0]
    errors = [
        {"pointer": f"/{finding.row}/{finding.field or ''}", "reason": finding.reason, "hint": finding.hint}
        for finding in findings[:20]
    ]
    where = f"第 {first.row} 行" + (f"「{first.field}」" if first.field else "")
    return RowsQuarantined(f"{rows} 行不能导入，全部未导入。例如{where}：{first.reason}。", errors)


def _tell_unchecked(delivery: Delivery, district: Territory | None, code: str) -> Delivery:
    """Add to the notices that places could not be held against a district; areas are what districts are made of."""
    if district is not None or delivery.kind is AREAS or not delivery.has_places:
        return delivery
    return replace(delivery, notices=(*delivery.notices, UNKNOWN_DISTRICT.format(code)))


def ignore(phase: str) -> None:
    """Tell nobody about progress."""
