"""A report as a PDF to be printed, and as a Word document to be edited."""

from dataclasses import asdict
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from backend.jurisdictions.actors import Actor
from backend.printing import typesetting
from backend.proximity.models import ProximityRun
from backend.proximity.report_content import report_of
from backend.proximity.word import word_document

TEMPLATE = Path(__file__).with_name("report.typ")


def write_pdf(session: Session, actor: Actor, run: ProximityRun, stream: IO[bytes], district: str) -> int:
    """Write the report of a run as a PDF; gives the number of the pairs in it.

    Raises
    ------
    MissingFont
    """
    report, drawn = report_of(session, actor, run, district)
    maps = {f"map-{place}.svg": svg for place, svg in enumerate(drawn.sheets.values())}
    stream.write(typesetting.pdf(TEMPLATE.read_text("utf-8"), asdict(report), maps))
    return sum(len(table.rows) for _, table in report.pairs)


def write_word(session: Session, actor: Actor, run: ProximityRun, stream: IO[bytes], district: str) -> int:
    """Write the report of a run as a Word document; gives the number of the pairs in it.

    Raises
    ------
    MissingFont
        The map is drawn with it; the texts are set in the fonts of whoever opens the document.
    """
    report, drawn = report_of(session, actor, run, district)
    pictures = {title: typesetting.png(svg) for title, svg in drawn.sheets.items()}
    word_document(report, pictures).save(stream)
    return sum(len(table.rows) for _, table in report.pairs)
