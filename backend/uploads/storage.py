"""Where uploaded files lie: each in a folder of its own in the data folder, under names that we give them."""

import hashlib
import shutil
from pathlib import Path
from uuid import UUID

from anyio import fail_after, to_thread
from fastapi import Request
from starlette.requests import ClientDisconnect

from backend.errors import DomainError
from backend.importing.files import rejected
from backend.settings import Settings
from geodata.archives import MOST_BYTES as LARGEST_ARCHIVE
from geodata.csv_files import LARGEST_BYTES as LARGEST_CSV
from geodata.strict_json import FILE as GEOJSON
from geodata.workbook_parts import MOST_BYTES as LARGEST_WORKBOOK

LARGEST = {
    ".xlsx": LARGEST_WORKBOOK,
    ".csv": LARGEST_CSV,
    ".tsv": LARGEST_CSV,
    ".txt": LARGEST_CSV,
    ".geojson": GEOJSON.size_bytes,
    ".json": GEOJSON.size_bytes,
    ".zip": LARGEST_ARCHIVE,
    ".gpkg": LARGEST_ARCHIVE,
    ".fgb": LARGEST_ARCHIVE,
}
"""Most bytes of a file, by its ending, as its reader takes it; a Shapefile, which is several files, comes as .zip."""
SLOWEST_S = 600.0
"""From the head of a request to the end of its file: 200 MB at 3 Mbit/s, a slow office's line."""


class UnknownFile(DomainError):
    """A file of a form that we do not read."""

    code = "unsupported_format"


class TooLargeFile(DomainError):
    """More than the reader of this form takes."""

    status = 413
    code = "content_too_large"


class EmptyFile(DomainError):
    """Nothing was sent."""

    code = "empty_file"


class TooSlow(DomainError):
    """The file did not come in time."""

    status = 408
    code = "request_timeout"


def folder_of(settings: Settings, upload_id: UUID) -> Path:
    """The folder of one upload."""
    return settings.data_dir / "uploads" / str(upload_id)


def file_of(settings: Settings, upload_id: UUID, file_name: str) -> Path:
    """The uploaded file; of the sender's name only a known ending is used."""
    return folder_of(settings, upload_id) / f"file{suffix_of(file_name)}"


def rejected_of(settings: Settings, upload_id: UUID) -> Path:
    """The workbook of the rows that were put aside."""
    return folder_of(settings, upload_id) / f"rejected{rejected.SUFFIX}"


def suffix_of(file_name: str) -> str:
    """The ending of a file's name, when it is one that we read.

    >>> suffix_of("2026年企业台账.XLSX")
    '.xlsx'
    """
    suffix = Path(file_name).suffix.casefold()
    if suffix not in LARGEST:
        hint = "；旧的 .xls 请在 Excel 中另存为 .xlsx" if suffix == ".xls" else ""
        raise UnknownFile(f"不能导入「{suffix or file_name}」文件；可用：{'、'.join(LARGEST)}{hint}。")
    return suffix


def remove(settings: Settings, upload_id: UUID) -> None:
    """Remove all files of an upload."""
    shutil.rmtree(folder_of(settings, upload_id), ignore_errors=True)


async def receive(request: Request, settings: Settings, upload_id: UUID, file_name: str) -> tuple[str, int]:
    """Write what a request brings, piece by piece; returns its fingerprint and its size.

    Raises
    ------
    DomainError
        If there is nothing, too much, or it does not come in time; no file is left then.
    """
    path, largest = file_of(settings, upload_id, file_name), LARGEST[suffix_of(file_name)]
    await to_thread.run_sync(make_folder, path.parent)
    sha256, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as file, fail_after(SLOWEST_S):
            async for piece in request.stream():
                size += len(piece)
                if size > largest:
                    raise TooLargeFile(f"文件超过 {largest // 1_000_000} MB。")
                sha256.update(piece)
                await to_thread.run_sync(file.write, piece)
        if size == 0:
            raise EmptyFile("文件是空的。")
    except BaseException as error:
        remove(settings, upload_id)
        if isinstance(error, TimeoutError):
            raise TooSlow(f"文件没有在 {SLOWEST_S / 60:g} 分钟内传完，请重试。") from error
        if isinstance(error, ClientDisconnect):
            raise EmptyFile("文件没有传完。") from error
        raise
    return sha256.hexdigest(), size


def make_folder(folder: Path) -> None:
    """Make a folder that nobody else on the machine looks into."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
