"""Where rasters lie: in the data folder, each file its own record.

What is known of a raster (its title, year, unit, origin, digest) stands in a tag of the TIFF itself, so that a copy of
the file tells it too, and neither a table nor a second file can disagree with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

import rasterio
from pydantic import BaseModel
from sqlalchemy.orm import Session

from backend.audit.trail import Deed, Subject, operator, record
from backend.errors import DomainError, NotFound
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import ScopeKind
from backend.jurisdictions.territory import Territory, find_territory
from backend.settings import Settings
from geodata.exposure import Headcount, Unit, people_within
from geodata.raster_files import Contents, keep_raster, sha256_of

RasterName = Literal["population"]
NAMES: dict[RasterName, tuple[str, str]] = {"population": ("人口", "Population")}
UNITS: Mapping[str, tuple[str, str]] = {
    "persons": ("人/像元", "People per cell"),
    "persons_per_km2": ("人/平方千米", "People per km²"),
}
TAG = "RISKMAP"


class AlreadyThere(DomainError):
    """A raster of this name is in use."""

    status = 409
    code = "already_there"


class BesideTheDistrict(DomainError):
    """A raster that says nothing of the district."""

    code = "beside_the_district"


class RasterRecord(BaseModel):
    """What is known of a raster that was brought in.

    Parameters
    ----------
    sha256 : of the file as it came.
    """

    title: str
    year: int
    unit: Unit
    source: str
    original_name: str
    sha256: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True)
class StoredRaster:
    """A raster that can be opened, and what is known of it."""

    path: Path
    record: RasterRecord


@dataclass(frozen=True)
class Offered:
    """A file that an operator brings, and what they say of it."""

    file: Path
    title: str
    year: int
    unit: Unit
    source: str
    nodata: float | None = None


@dataclass(frozen=True)
class Added:
    """What has come in.

    Parameters
    ----------
    district : None where no boundary is loaded yet; then `within` is None too.
    """

    record: RasterRecord
    contents: Contents
    district: Territory | None
    within: Headcount | None


def folder_of(settings: Settings, *inside: str) -> Path:
    """The folder of the rasters, or one inside; nobody else on the machine looks into it."""
    folder = settings.data_dir / "rasters"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in inside:
        folder /= name
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def find_raster(settings: Settings, name: RasterName) -> StoredRaster | None:
    """The raster of this name, where one was brought in."""
    path = settings.data_dir / "rasters" / f"{name}.tif"
    if not path.exists():
        return None
    with rasterio.open(path) as raster:
        return StoredRaster(path, RasterRecord.model_validate_json(raster.tags()[TAG]))


def visible_population(actor: Actor, settings: Settings) -> StoredRaster | None:
    """The population raster for who has signed in; to the public there is none."""
    if actor.scope.kind in (ScopeKind.PUBLIC, ScopeKind.NOTHING):
        return None
    return find_raster(settings, "population")


def add_raster(
    session: Session, settings: Settings, name: RasterName, offered: Offered, *, replaces: bool
) -> Added:
    """Check a file, keep it under `name` and record who brought it.

    Raises
    ------
    AlreadyThere
        When there is one and it is not to be replaced.
    BesideTheDistrict
        When it knows nothing of the district.
    GeodataError
        When it is no raster that can be used; see `geodata.raster_files.keep_raster`.
    """
    former = find_raster(settings, name)
    if former is not None and not replaces:
        said = f"{NAMES[name][0]}栅格已有「{former.record.title}」；要换成新的请加 --replace"
        raise AlreadyThere(said)
    known = RasterRecord(
        **{field: getattr(offered, field) for field in ("title", "year", "unit", "source")},
        original_name=offered.file.name,
        sha256=sha256_of(offered.file),
        added_at=datetime.now(UTC),
        added_by=operator().name,
    )
    folder = folder_of(settings)
    arriving = folder / f".{uuid4().hex}.tif"
    try:
        contents = keep_raster(
            offered.file, arriving, nodata=offered.nodata, tags={TAG: known.model_dump_json()}
        )
        district = find_territory(session, settings.district)
        within = None if district is None else people_of(arriving, district, offered.unit)
        if district is not None and within is not None and within.people is None:
            raise BesideTheDistrict(f"栅格在{district.name}范围内没有任何数据，没有入库")
        record(
            session,
            operator(),
            Deed.ADD_RASTER,
            subject=subject_of(name, known),
            before=None if former is None else former.record.model_dump(mode="json"),
            after=known.model_dump(mode="json"),
            detail={
                "crs": contents.crs,
                "cells": contents.width * contents.height,
                "without_data": contents.without_data,
                "share_of_district_without_data": within and within.share_without_data,
            },
        )
        session.flush()
        # Last, and at once: a reader has the former raster or the new one.
        arriving.replace(folder / f"{name}.tif")
    finally:
        arriving.unlink(missing_ok=True)
    return Added(known, contents, district, within)


def people_of(path: Path, district: Territory, unit: Unit) -> Headcount:
    """The people of a district by a raster."""
    with rasterio.open(path) as raster:
        return people_within(raster, district.geometry, unit=unit)


def remove_raster(session: Session, settings: Settings, name: RasterName) -> RasterRecord:
    """Remove a raster and record it."""
    former = find_raster(settings, name)
    if former is None:
        raise NotFound(f"没有{NAMES[name][0]}栅格。")
    record(
        session,
        operator(),
        Deed.REMOVE_RASTER,
        subject=subject_of(name, former.record),
        before=former.record.model_dump(mode="json"),
    )
    session.flush()
    former.path.unlink()
    return former.record


def subject_of(name: RasterName, known: RasterRecord) -> Subject:
    """A raster as the trail names it."""
    return Subject("raster", name, known.title)
