"""What becomes of a file's coordinates."""

import json
from pathlib import Path
from typing import Any

import pytest
from geoalchemy2.shape import to_shape
from shapely import MultiPoint, Point, box
from shapely.geometry import mapping
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.importing.errors import CannotImport
from backend.surroundings.models import Corridor
from geodata.crs import from_cgcs2000, parse_datum
from geodata.measure import distance_m
from tests import shapes
from tests.backend.importing.files import csv_file, district, imported, only_finding, site, sites


def place(session: Session, column: Any) -> Any:
    """Return the one value of a geometry column as a shape; None where it is null."""
    value = session.scalars(select(column)).one()
    return None if value is None else to_shape(value)


def geojson_file(folder: Path, geometry: Any, **properties: object) -> Path:
    path = folder / "图.geojson"
    feature = {
        "type": "Feature",
        "geometry": mapping(geometry),
        "properties": {"编号": "1", "name": "甲", **properties},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def test_coordinates_in_gcj_02_are_moved_six_hundred_metres_and_kept_as_delivered(
    session: Session, tmp_path: Path
) -> None:
    sites(session, tmp_path, [site(1, 经度=113.2656, 纬度=33.7075)], crs=None, datum="GCJ-02")
    original, location = place(session, Enterprise.original), place(session, Enterprise.location)
    assert (original.x, original.y) == (113.2656, 33.7075)
    # 598 to 614 m in this district, west-north-west.
    assert 598 < distance_m(original, location) < 614
    assert location.x < original.x


def test_a_datum_wins_over_the_degrees_that_hide_it(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1)], crs="EPSG:4326", datum="GCJ-02")
    assert session.scalars(select(Enterprise.original_datum)).one() == "GCJ-02"


def test_a_datum_that_contradicts_the_coordinate_system_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="互相矛盾"):
        sites(session, tmp_path, [site(1)], crs="EPSG:4547", datum="GCJ-02")


def test_a_plane_and_the_datum_it_stands_on_agree(session: Session, tmp_path: Path) -> None:
    rows = [site(1, 经度=431920.23, 纬度=3731459.56)]
    sites(session, tmp_path, rows, crs="EPSG:4547", datum="CGCS2000")
    location = place(session, Enterprise.location)
    assert (round(location.x, 5), round(location.y, 5)) == (113.2656, 33.7075)


def test_coordinates_without_a_coordinate_system_are_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="--crs"):
        sites(session, tmp_path, [site(1)], crs=None)


def test_places_are_rounded_to_a_centimetre(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 经度=113.26000004, 纬度=33.69999996)])
    assert place(session, Enterprise.location) == Point(113.26, 33.7)


def test_an_enterprise_may_have_no_place(session: Session, tmp_path: Path) -> None:
    report = sites(session, tmp_path, [site(1, 经度="", 纬度="")])
    assert report.inserted == 1
    assert place(session, Enterprise.location) is None
    assert any("未上图" in notice for notice in report.notices)


def test_a_list_without_coordinate_columns_needs_no_coordinate_system(
    session: Session, tmp_path: Path
) -> None:
    report = sites(session, tmp_path, [{"编号": "e1", "名称": "企业甲"}], crs=None)
    assert report.inserted == 1


def test_a_receptor_needs_a_place(session: Session, tmp_path: Path) -> None:
    rows = [{"编号": "r1", "名称": "学校", "类型": "学校", "经度": "", "纬度": ""}]
    assert only_finding(imported(session, csv_file(tmp_path, rows), "receptors")).reason == "没有坐标"


def test_a_coordinate_that_is_no_number_is_quarantined_not_left_off_the_map(
    session: Session, tmp_path: Path
) -> None:
    finding = only_finding(sites(session, tmp_path, [site(1, 经度="东经113度")]))
    assert (finding.field, finding.value) == ("经度", "东经113度")


@pytest.mark.parametrize(
    ("lon", "lat", "cause", "mend"),
    [
        (33.7075, 113.2656, "suspected_swap", "113.2656, 33.7075"),
        (-113.2656, 33.7075, "suspected_sign", "113.2656, 33.7075"),
        (113.2656, -33.7075, "suspected_sign", "113.2656, 33.7075"),
        (0, 0, "zero", ""),
        (431920.23, 3731459.56, "out_of_range", "平面坐标"),
    ],
)
def test_unusable_coordinates_are_quarantined_with_the_probable_mend(
    session: Session, tmp_path: Path, lon: float, lat: float, cause: str, mend: str
) -> None:
    district(session)
    finding = only_finding(sites(session, tmp_path, [site(1, 经度=lon, 纬度=lat)], outside="accept"))
    assert finding.code == cause
    assert mend in (finding.hint or "")


def test_a_northing_in_the_column_of_eastings_is_recognised(session: Session, tmp_path: Path) -> None:
    district(session)
    finding = only_finding(
        sites(session, tmp_path, [site(1, 经度=3731459.56, 纬度=431920.23)], crs="EPSG:4547")
    )
    assert (finding.code, finding.hint) == ("suspected_swap", "对调后为 431920.23, 3731459.56")


# One hundredth of a degree east of the boundary is 930 m here, a tenth 9.3 km.
NEAR, FAR = 113.36, 113.45


@pytest.mark.parametrize(
    ("rule", "lon", "is_taken"),
    [
        ("warn", NEAR, True),
        ("warn", FAR, False),
        ("accept", FAR, True),
        ("quarantine", NEAR, False),
        ("quarantine", 113.34, True),
    ],
)
def test_a_place_outside_the_district_is_judged_by_the_rule(
    session: Session, tmp_path: Path, rule: str, lon: float, is_taken: bool
) -> None:
    district(session)
    assert sites(session, tmp_path, [site(1, 经度=lon)], outside=rule).is_applied == is_taken


def test_a_place_a_little_outside_is_mentioned(session: Session, tmp_path: Path) -> None:
    district(session)
    report = sites(session, tmp_path, [site(1, 经度=NEAR)])
    assert "1 行的位置在湛河区界外，请核对" in report.notices


def test_a_place_far_outside_is_quarantined_with_its_distance(session: Session, tmp_path: Path) -> None:
    district(session)
    finding = only_finding(sites(session, tmp_path, [site(1, 经度=FAR)]))
    assert (finding.reason, finding.hint) == ("在湛河区界外", "距边界约 9.3 公里")


def test_places_that_gcj_02_would_bring_inside_raise_a_suspicion(session: Session, tmp_path: Path) -> None:
    district(session)
    # 300 m east of the boundary: what GCJ-02 makes of places just inside it.
    rows = [site(number, 经度=113.3533, 纬度=33.7 + number / 1000) for number in range(5)]
    assert any("GCJ-02" in notice for notice in sites(session, tmp_path, rows).notices)


def test_without_a_boundary_the_report_says_that_places_could_not_be_checked(
    session: Session, tmp_path: Path
) -> None:
    assert any("无法核对" in notice for notice in sites(session, tmp_path, [site(1)]).notices)


def test_the_parts_of_a_district_serve_as_its_boundary(session: Session, tmp_path: Path) -> None:
    path = geojson_file(tmp_path, box(113.2, 33.6, 113.3, 33.8), code="410411001", parent_code="410411")
    imported(session, path, "areas", id_column=None, crs=None, constants={"level": "township"})
    assert not sites(session, tmp_path, [site(1, 经度=FAR)]).is_applied


def test_an_enterprise_drawn_as_an_area_has_its_point_inside(session: Session, tmp_path: Path) -> None:
    imported(session, geojson_file(tmp_path, shapes.POLYGON), crs=None)
    outline, location = place(session, Enterprise.outline), place(session, Enterprise.location)
    assert outline.geom_type == "MultiPolygon"
    assert outline.contains(location)


def test_a_multipoint_of_one_point_is_a_point(session: Session, tmp_path: Path) -> None:
    imported(session, geojson_file(tmp_path, MultiPoint([(113.26, 33.7)])), crs=None)
    assert place(session, Enterprise.location) == Point(113.26, 33.7)


def test_a_single_line_becomes_a_multiline(session: Session, tmp_path: Path) -> None:
    path = geojson_file(tmp_path, shapes.LINE, **{"class": "铁路"})
    imported(session, path, "corridors", crs=None)
    assert place(session, Corridor.centreline).geom_type == "MultiLineString"


def test_heights_are_dropped_and_mentioned(session: Session, tmp_path: Path) -> None:
    report = imported(session, geojson_file(tmp_path, shapes.POINT_Z), crs=None)
    assert not place(session, Enterprise.original).has_z
    assert any("高程" in notice for notice in report.notices)


def test_a_shape_that_crosses_itself_is_quarantined_with_the_place(session: Session, tmp_path: Path) -> None:
    finding = only_finding(imported(session, geojson_file(tmp_path, shapes.BOWTIE), crs=None))
    assert finding.code == "self_intersection"
    assert "113.265, 33.705" in finding.reason


def test_a_point_is_no_corridor(session: Session, tmp_path: Path) -> None:
    path = geojson_file(tmp_path, shapes.POINT, **{"class": "铁路"})
    assert only_finding(imported(session, path, "corridors", crs=None)).code == "wrong_type"


def test_one_point_for_many_rows_raises_a_suspicion(session: Session, tmp_path: Path) -> None:
    report = sites(session, tmp_path, [site(number, 经度=113.26) for number in range(5)])
    assert any("5 行的坐标同为 113.26, 33.7" in notice for notice in report.notices)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4547"])
def test_a_broken_shape_is_only_broken_not_outside(session: Session, tmp_path: Path, crs: str) -> None:
    district(session)
    plane = from_cgcs2000([shapes.BOWTIE], parse_datum(crs))[0]
    finding = only_finding(imported(session, geojson_file(tmp_path, plane), crs=crs))
    assert finding.code == "self_intersection"
