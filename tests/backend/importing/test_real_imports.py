"""The real data sets: the numbers are those of their README."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.jurisdictions.models import Area
from backend.surroundings.models import Corridor, Receptor
from backend.zones.models import Zone
from tests.backend.importing.files import imported
from tests.real_data import real_data

pytestmark = pytest.mark.real_data

LIECHTENSTEIN = ("liechtenstein-osm", "liechtenstein_layers.gpkg")
OSM = {"id_column": "osm_id", "crs": None, "district": "LI"}
INDUSTRY = OSM | {"layer": "industrial", "columns": {"name": "name"}, "constants": {"name": "未命名用地"}}
# Our reading of OSM's kinds, for the map's sake; nobody assessed these sites.
INDUSTRY_GRADES: dict[str, int] = {
    "amenity=fuel": 1,
    "man_made=storage_tank": 1,
    "man_made=works": 2,
    "landuse=industrial": 3,
    "power=substation": 3,
    "landuse=commercial": 4,
}
CAROLINA = "us-nc-rmp"
NC = {"district": "37"}
REGISTER = NC | {
    "id_column": "epa_id",
    "crs": None,
    "datum": "NAD83",
    "columns": {"grade": "program_level", "operating_status": "status", "address": "street"},
    "words": {
        # Program level 3 asks most of a site.
        "grade": {"3": 1, "2": 2, "1": 3},
        "operating_status": {"active": "operating", "deregistered": "closed"},
    },
}


@pytest.fixture
def liechtenstein(session: Session) -> Path:
    """Lay the country's boundary as the district, with its communes as townships."""
    path = real_data(*LIECHTENSTEIN)
    admin = {"layer": "admin", "id_column": None, "crs": None}
    country = admin | {"where": "iso = 'LI'", "columns": {"code": "iso"}, "constants": {"level": "district"}}
    communes = admin | {
        "where": "admin_level = 8 AND name IS NOT NULL",
        "columns": {"code": "osm_id"},
        "constants": {"level": "township", "parent_code": "LI"},
    }
    imported(session, path, "areas", **country)
    imported(session, path, "areas", **communes)
    return path


@pytest.fixture
def carolina(session: Session) -> Path:
    """Lay North Carolina's hundred counties as the parts of district 37."""
    constants = {"level": "district", "parent_code": "37"}
    path = real_data(CAROLINA, "counties_nc.geojson")
    imported(session, path, "areas", id_column=None, crs=None, columns={"code": "id"}, constants=constants)
    return path.parent


def count(session: Session, model: type[Area | Enterprise | Zone | Receptor | Corridor]) -> int:
    return session.scalars(select(func.count()).select_from(model)).one()


def test_liechtensteins_boundary_has_its_known_area(session: Session, liechtenstein: Path) -> None:
    area = select(func.ST_Area(Area.boundary_metric) / (Area.metric_k * Area.metric_k)).where(
        Area.code == "LI"
    )
    assert session.scalars(area).one() == pytest.approx(160.39e6, rel=1e-3)


def test_industrial_polygons_are_enterprises_with_an_outline(session: Session, liechtenstein: Path) -> None:
    report = imported(session, liechtenstein, "enterprises", **INDUSTRY)
    assert report.inserted == 120
    assert session.scalars(select(func.count(Enterprise.outline))).one() == 120


def test_most_industrial_sites_lie_in_a_named_commune(session: Session, liechtenstein: Path) -> None:
    imported(session, liechtenstein, "enterprises", **INDUSTRY)
    assert session.scalars(select(func.count(Enterprise.township_code))).one() > 100


def test_the_same_polygons_are_zones_of_those_enterprises(session: Session, liechtenstein: Path) -> None:
    imported(session, liechtenstein, "enterprises", **INDUSTRY)
    columns = {"name": "name", "enterprise": "osm_id", "grade": "kind"}
    zones = INDUSTRY | {"columns": columns, "words": {"grade": INDUSTRY_GRADES}}
    assert imported(session, liechtenstein, "zones", **zones).inserted == 120
    graded = dict(session.execute(select(Zone.grade, func.count()).group_by(Zone.grade)).all())
    assert graded == {1: 12, 2: 4, 3: 73, 4: 31}


@pytest.mark.parametrize(
    ("layer", "kind", "ours", "number"),
    [
        ("poi_area", "amenity=school", "school", 16),
        ("poi", "amenity=school", "school", 2),
        ("poi_area", "amenity=hospital", "hospital", 1),
    ],
)
def test_liechtensteins_schools_and_hospital_are_receptors(
    session: Session, liechtenstein: Path, layer: str, kind: str, ours: str, number: int
) -> None:
    options = OSM | {"layer": layer, "where": f"kind = '{kind}'", "columns": {"name": "name"}}
    constants = {"name": "未命名", "kind": ours}
    assert imported(session, liechtenstein, "receptors", **options, constants=constants).inserted == number


def test_liechtensteins_railway_and_main_roads_are_corridors(session: Session, liechtenstein: Path) -> None:
    named = {"columns": {"name": "name"}}
    rail = OSM | named | {"layer": "rail", "constants": {"name": "铁路", "class": "railway"}}
    assert imported(session, liechtenstein, "corridors", **rail).inserted == 34
    road = OSM | {
        "layer": "road",
        "columns": {"name": "name", "class": "kind"},
        "constants": {"name": "道路"},
        "where": "kind IN ('primary', 'secondary', 'tertiary')",
    }
    assert imported(session, liechtenstein, "corridors", **road).inserted == 285 + 277 + 99


def test_north_carolinas_counties_are_areas(session: Session, carolina: Path) -> None:
    assert count(session, Area) == 100


def test_the_register_is_refused_whole_for_its_dirty_rows(session: Session, carolina: Path) -> None:
    report = imported(session, carolina / "rmp_facilities_nc.csv", **REGISTER)
    assert (report.rows, report.quarantined, report.is_applied) == (438, 12, False)


def test_the_registers_good_rows_are_taken_when_asked(session: Session, carolina: Path) -> None:
    report = imported(session, carolina / "rmp_facilities_nc.csv", is_partial=True, **REGISTER)
    assert (report.inserted, report.quarantined) == (426, 12)
    operating = select(func.count()).select_from(Enterprise).where(Enterprise.operating_status == "operating")
    assert session.scalars(operating).one() == 230 - dirty_and_active(carolina)


def test_the_quarantined_sites_are_those_that_the_data_set_flags(session: Session, carolina: Path) -> None:
    report = imported(session, carolina / "rmp_facilities_nc.csv", **REGISTER)
    assert {finding.row: CAUSES[finding.code] for finding in report.findings} == {
        line: row["coord_flag"] for line, row in enumerate(register(carolina), start=2) if row["coord_flag"]
    }


CAUSES = {
    "suspected_sign": "positive_longitude",
    "outside": "outside_state",
    "suspected_swap": "positive_longitude+outside_state",
}


def test_a_positive_longitude_comes_with_the_negative_one(session: Session, carolina: Path) -> None:
    report = imported(session, carolina / "rmp_facilities_nc.csv", **REGISTER)
    lincolnton = next(finding for finding in report.findings if finding.row == 12)
    assert lincolnton.hint == "经度改号后为 -81.258333, 35.45"


def test_public_schools_come_in_from_state_plane_metres(session: Session, carolina: Path) -> None:
    options = {"id_column": "objectid", "crs": "EPSG:32119", "columns": {"name": "school_nam"}}
    school = {"lon": "X", "lat": "Y", "constants": {"kind": "school"}}
    report = imported(session, carolina / "public_schools_nc.csv", "receptors", **NC, **options, **school)
    assert report.inserted == 2594


def test_nonpublic_schools_come_in_from_us_survey_feet(session: Session, carolina: Path) -> None:
    options = {"id_column": "FID", "crs": "EPSG:2264", "columns": {"name": "SchoolName"}}
    school = {"lon": "X", "lat": "Y", "constants": {"kind": "school"}}
    report = imported(session, carolina / "nonpublic_schools_nc.csv", "receptors", **NC, **options, **school)
    assert report.inserted == 971
    # The file's own longitude of its first school, derived by somebody else.
    lon = select(func.ST_X(func.ST_GeomFromEWKB(Receptor.place))).where(Receptor.source_id == "1")
    assert session.scalars(lon).one() == pytest.approx(-80.6823193, abs=1e-5)


def test_all_hospitals_are_receptors(session: Session, carolina: Path) -> None:
    options = {"id_column": "ID", "crs": "WGS84", "constants": {"kind": "hospital"}}
    assert imported(session, carolina / "hospitals_nc.csv", "receptors", **NC, **options).inserted == 157


def test_railways_without_a_key_are_known_by_their_content(session: Session, carolina: Path) -> None:
    options = {"id_column": "@content", "crs": None, "constants": {"name": "铁路", "class": "railway"}}
    first = imported(
        session, carolina / "railroads_nc.geojson", "corridors", outside="accept", **NC, **options
    )
    again = imported(
        session, carolina / "railroads_nc.geojson", "corridors", outside="accept", **NC, **options
    )
    assert (first.inserted, again.unchanged) == (40, 40)


def register(folder: Path) -> list[dict[str, str]]:
    with (folder / "rmp_facilities_nc.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def dirty_and_active(folder: Path) -> int:
    return sum(row["status"] == "active" and row["coord_flag"] != "" for row in register(folder))
