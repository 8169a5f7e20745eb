"""Uploads in the words of the API."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from backend.web.bodies import In, Line, Name, plain

# What stands in a file's heading may be of several lines; it only has to be the same.
Heading = Annotated[str, StringConstraints(min_length=1, max_length=500)]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(plain)]


class Reading(In):
    """How a file is to be read.

    `columns` names the file's column of a field, `constants` what stands for a field in all rows (with a column: in its
    empty cells). `id_column` may be `@content`: a row is then known by what it says.
    """

    sheet: Line | None = None
    source: Line | None = None
    datum: Name | None = None
    encoding: Name | None = None
    id_column: Heading | None = None
    lon: Heading | None = None
    lat: Heading | None = None
    columns: dict[Name, Heading] = Field(default={}, max_length=100)
    constants: dict[Name, Line] = Field(default={}, max_length=100)
    mapping: Name | None = Field(default=None, description="a saved mapping to begin with")
    partial: bool = Field(default=False, description="take the good rows even when others are bad")


class Sending(In):
    """What is said beside a file that is sent; more can be said later, when its columns are known."""

    kind: Name
    name: FileName
    sheet: Line | None = None
    source: Line | None = None
    datum: Name | None = None
    mapping: Name | None = None
    scale: Name | None = Field(default=None, description="the scale that a whole risk list was assessed by")
    partial: bool = False


class Committing(In):
    """What is agreed to: with `partial` the good rows although others are bad; and the name to save the mapping by."""

    partial: bool | None = None
    save_mapping: Name | None = None


class FindingOut(BaseModel):
    """What is wrong with one row, and where it stands in the file."""

    row: int
    sheet: str | None
    column: str | None = Field(description="letter of the column of a workbook")
    field: str | None
    value: str | None
    reason: str
    hint: str | None
    code: str


class CauseOut(BaseModel):
    """One cause, and how many rows suffer from it."""

    field: str | None
    value: str | None
    reason: str
    hint: str | None
    code: str
    rows: int


class ChangeOut(BaseModel):
    """One field of a row: what the register says and what the file says."""

    field: str
    old: str
    new: str


class ExampleOut(BaseModel):
    """One row that would change."""

    source_id: str
    name: str
    changes: list[ChangeOut]


class FieldCount(BaseModel):
    """In how many rows a field differs."""

    field: str
    rows: int


class PartOut(BaseModel):
    """What the file changes in one table."""

    kind: str
    label: str
    new: int
    changed: int
    unchanged: int
    gone: int = Field(description="rows of the same source that the file has no more; they stay")
    changed_fields: list[FieldCount]
    examples: list[ExampleOut]
    farthest_move_m: float | None


class ReportOut(BaseModel):
    """What a file would do, or did."""

    rows: int
    quarantined: int
    source: str
    sheet: str | None
    columns: list[str]
    mapped: dict[str, str]
    id_column: str | None
    main: PartOut | None = Field(description="null when the file could not be read as far")
    parts: list[PartOut]
    causes: list[CauseOut]
    findings: list[FindingOut]
    findings_total: int
    notices: list[str]
    outcome: list[str]


class ProblemOut(BaseModel):
    """Why a file could not be read as it is, or was not written."""

    code: str
    detail: str
    fields: list[str] = []


class UploadBrief(BaseModel):
    """One upload in a list."""

    id: UUID
    number: int
    kind: str
    kind_label: str
    file_name: str
    size_bytes: int
    state: Literal["working", "previewed", "refused", "committing", "committed"]
    author: str
    new: int | None
    changed: int | None
    unchanged: int | None
    quarantined: int | None
    created_at: datetime
    updated_at: datetime


class UploadOut(UploadBrief):
    """One upload with everything that is known of it."""

    file_sha256: str
    reading: dict[str, Any]
    phase: str | None
    is_own: bool = Field(description="whether the actor may change, write and delete it")
    has_rejected: bool
    is_writable: bool = Field(
        description="whether there are good rows, and no bad ones that forbid to write them"
    )
    report: ReportOut | None
    problem: ProblemOut | None
    version: int


class UploadsOut(BaseModel):
    """A page of uploads, the newest first."""

    items: list[UploadBrief]
    total: int
    page: int
    limit: int


class FieldOut(BaseModel):
    """A field that a column can be read into."""

    name: str
    label: str
    is_required: bool
    headings: list[str]


class KindOut(BaseModel):
    """What can be imported."""

    name: str
    label: str
    has_place: bool
    has_official_code: bool
    fields: list[FieldOut]


class KindsOut(BaseModel):
    """Everything that somebody may import, the datums of coordinates, and the endings of files with their limits."""

    kinds: list[KindOut]
    datums: list[str]
    files: dict[str, int]


class MappingOut(BaseModel):
    """A saved mapping."""

    name: str
    kind: str
    columns: dict[str, str]
    constants: dict[str, str]
    updated_at: datetime


class MappingsOut(BaseModel):
    """All mappings that somebody may use."""

    items: list[MappingOut]
