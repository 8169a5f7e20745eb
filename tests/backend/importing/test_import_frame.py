"""Frames of our own fields, as generators make them."""

import numpy as np
import pytest
import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.importing.errors import CannotImport, RowsQuarantined
from backend.importing.service import import_frame
from backend.register.revisions import revisions
from tests import shapes
from tests.backend.importing.files import frame

SITE = {"source_id": "e1", "name": "演示企业甲", "geometry": shapes.POINT}


def test_a_frame_comes_in_with_all_its_facts(session: Session) -> None:
    facts = {
        "grade": 3,
        "operating_status": "suspended",
        "sector_code": "chemical",
        "outline": shapes.POLYGON,
    }
    import_frame(session, "enterprises", frame([SITE | facts]), source="演示", accuracy_m=5, is_demo=True)
    row = session.scalars(select(Enterprise)).one()
    assert (row.grade, row.operating_status, row.sector_code, row.accuracy_m, row.is_demo) == (
        3,
        "suspended",
        "chemical",
        5.0,
        True,
    )


def test_the_outline_of_a_frame_stands_beside_its_point(session: Session) -> None:
    import_frame(session, "enterprises", frame([SITE | {"outline": shapes.POLYGON}]), source="演示")
    location, outline = session.execute(select(Enterprise.location, Enterprise.outline)).one()
    assert to_shape(location) == shapes.POINT
    assert to_shape(outline).equals(shapes.POLYGON)


def test_ungraded_rows_beside_graded_ones_stay_ungraded(session: Session) -> None:
    # Beside a missing value pandas makes floats of grades.
    rows = [SITE | {"grade": 1.0}, SITE | {"source_id": "e2", "grade": np.nan}]
    import_frame(session, "enterprises", frame(rows), source="演示")
    assert set(session.scalars(select(Enterprise.grade))) == {1, None}


def test_a_frame_with_a_bad_row_is_refused_whole(session: Session) -> None:
    rows = [SITE, SITE | {"source_id": "e2", "grade": 7}]
    with pytest.raises(RowsQuarantined, match=r"1 行不能导入.*第 2 行「风险等级」：不认识的词"):
        import_frame(session, "enterprises", frame(rows), source="演示")
    assert session.scalars(select(func.count()).select_from(Enterprise)).one() == 0


def test_a_frame_without_a_required_column_is_refused(session: Session) -> None:
    with pytest.raises(CannotImport, match="所属企业"):
        import_frame(session, "zones", frame([SITE]), source="演示")


def test_twenty_thousand_rows_arrive_each_in_its_place(session: Session) -> None:
    points = shapely.points(113.2 + np.arange(20_000) / 1e6, 33.7)
    rows = [
        {"source_id": f"e{n}", "name": f"演示企业{n}", "geometry": point} for n, point in enumerate(points)
    ]
    assert import_frame(session, "enterprises", frame(rows), source="演示").inserted == 20_000
    # Read back in the order of their keys: the sum of all longitudes tells any that went astray.
    total = session.scalars(select(func.sum(func.ST_X(func.ST_GeomFromEWKB(Enterprise.location))))).one()
    assert total == pytest.approx(113.2 * 20_000 + sum(range(20_000)) / 1e6, abs=1e-3)


def test_a_frame_that_says_nothing_new_leaves_the_tiles_as_they_are(session: Session) -> None:
    import_frame(session, "enterprises", frame([SITE]), source="演示")
    before = revisions(session, ["enterprise"])
    import_frame(session, "enterprises", frame([SITE]), source="演示")
    assert revisions(session, ["enterprise"]) == before
