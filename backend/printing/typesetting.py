"""Pages set with Typst, offline: a template of ours, and data that it only ever shows.

What users have written reaches the template as JSON strings, which Typst shows as they are: it reads markup and code in
the template alone. Files are read from a folder of our own, packages from nowhere.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Literal

import typst

from backend.errors import DomainError
from backend.printing.fonts import FAMILY, font_files

# A long report keeps a processor busy for seconds; more of them at once would only be slower. Who waits keeps a turn at
# the database, so nobody waits for long.
TURN = BoundedSemaphore(1)
PATIENCE_S = 10.0
PICTURE = f"""\
#set page(width: auto, height: auto, margin: 0pt)
#set text(font: "{FAMILY}")
#image("picture.svg")
"""


class TooManySheets(DomainError):
    """More sheets are being set than this machine can in good time."""

    status = 503
    code = "busy"


def pdf(template: str, data: Mapping[str, Any], pictures: Mapping[str, str] | None = None) -> bytes:
    """Set a document.

    Parameters
    ----------
    template : Typst; it reads `data.json` and shows the pictures by their names.
    data : what can be written as JSON.
    pictures : SVG by file name.

    Raises
    ------
    MissingFont, TooManySheets
    """
    files = {"data.json": json.dumps(data, ensure_ascii=False), **(pictures or {})}
    return compiled(template, files, form="pdf")


def png(svg: str, *, dots_per_inch: int = 200) -> bytes:
    """A picture in dots, with its texts in the font of printed sheets.

    Raises
    ------
    MissingFont, TooManySheets
    """
    return compiled(PICTURE, {"picture.svg": svg}, form="png", dots_per_inch=dots_per_inch)


def compiled(
    template: str, files: Mapping[str, str], *, form: Literal["pdf", "png"], dots_per_inch: int | None = None
) -> bytes:
    """Let Typst work in a folder that holds nothing but what is given."""
    fonts = font_files()
    with tempfile.TemporaryDirectory() as name, turn():
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_text(content, "utf-8")
        source = folder / "main.typ"
        source.write_text(template, "utf-8")
        page = typst.compile(
            str(source),
            root=name,
            font_paths=[str(path.parent) for path in fonts],
            ignore_system_fonts=True,
            format=form,
            # No package is there, and none is looked for elsewhere.
            package_path=name,
            package_cache_path=name,
            ppi=dots_per_inch,
        )
    return bytes(page)


@contextmanager
def turn() -> Iterator[None]:
    """Wait until nothing else is being set.

    Raises
    ------
    TooManySheets
    """
    if not TURN.acquire(timeout=PATIENCE_S):
        raise TooManySheets("正在生成的报告太多，请稍后重试。")
    try:
        yield
    finally:
        TURN.release()
