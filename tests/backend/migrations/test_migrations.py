"""The migrations build what the models say, and the database's own metres agree with PROJ."""

import re

import numpy as np
import pytest
from geoalchemy2 import Geometry
from pyproj import Proj
from sqlalchemy import DateTime, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from backend.database import Base
from backend.downgrades.models import DECISIONS, WAYS
from backend.enterprises.models import OPERATING_STATUSES
from backend.enterprises.vocabulary import DEMONSTRATION_STATUSES, HAZARD_INSTALLATION_KINDS, SCALES
from backend.importing.models import ImportBatch, ImportMapping
from backend.jurisdictions.models import AREA_LEVELS, GROUP_KINDS
from backend.operating.cluster import Cluster
from backend.register.history import recorded_tables
from backend.register.revisions import TableRevision, revisions
from backend.risk.measures import KINDS
from backend.risk.models import RiskEvent
from backend.risk.vocabulary import RISK_POINT_KINDS
from backend.submissions.models import STATES, Submission
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS
from backend.zones.models import Zone
from geodata import crs
from tests import databases, make

METADATA = Base.metadata
# Importing a model declares its table; those of the register come along with the zones.
DECLARED = (ImportBatch, ImportMapping, RiskEvent, Submission, TableRevision, Zone)


def test_the_migrations_build_the_tables_of_the_models(engine: Engine) -> None:
    found = inspect(engine)
    tables = set(found.get_table_names()) - {"alembic_version", "spatial_ref_sys"}
    assert tables == set(METADATA.tables) | {f"{kept.name}_history" for kept in recorded_tables()}
    for table in METADATA.tables.values():
        built = {column["name"]: column for column in found.get_columns(table.name)}
        assert {name: column["nullable"] for name, column in built.items()} == {
            column.name: bool(column.nullable) for column in table.columns
        }, table.name
        assert {name for name, column in built.items() if "computed" in column} == {
            column.name for column in table.columns if column.computed is not None
        }, table.name


def test_a_history_has_the_columns_of_its_table_in_the_same_order(engine: Engine) -> None:
    found = inspect(engine)
    for kept in recorded_tables():
        present, history = (
            [(column["name"], str(column["type"])) for column in found.get_columns(name)]
            for name in (kept.name, f"{kept.name}_history")
        )
        assert [("recorded_to", "TIMESTAMP"), *present] == history, kept.name


def test_every_moment_is_stored_with_its_time_zone(engine: Engine) -> None:
    moments = [
        column["type"]
        for table in inspect(engine).get_table_names()
        for column in inspect(engine).get_columns(table)
        if isinstance(column["type"], DateTime)
    ]
    assert moments
    assert all(moment.timezone for moment in moments)


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        ("area_level_check", AREA_LEVELS),
        ("unit_group_kind_check", GROUP_KINDS),
        ("enterprise_operating_status_check", OPERATING_STATUSES),
        ("enterprise_scale_check", SCALES),
        ("enterprise_demonstration_check", DEMONSTRATION_STATUSES),
        ("major_hazard_installation_kind_check", HAZARD_INSTALLATION_KINDS),
        ("risk_point_kind_check", RISK_POINT_KINDS),
        ("control_measure_kind_check", KINDS),
        ("submission_state_check", STATES),
        ("downgrade_way_check", WAYS),
        ("downgrade_state_check", DECISIONS),
        ("receptor_kind_check", RECEPTOR_KINDS),
        ("corridor_class_check", CORRIDOR_CLASSES),
    ],
)
def test_the_database_takes_the_words_that_the_models_know(
    session: Session, constraint: str, words: dict[str, tuple[str, str]]
) -> None:
    said = session.execute(
        text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
        {"name": constraint},
    ).scalar_one()
    assert set(re.findall(r"'(\w+)'", said)) == set(words)


def test_the_canonical_places_are_typed_as_the_models_say(session: Session) -> None:
    built = session.execute(
        text(
            "SELECT f_table_name, f_geometry_column, type, srid FROM geometry_columns"
            " WHERE srid = 4490 AND f_table_name NOT LIKE '%\\_history'"
        )
    ).all()
    declared = [
        (table.name, column.name, column.type.geometry_type, column.type.srid)
        for table in METADATA.tables.values()
        for column in table.columns
        if isinstance(column.type, Geometry) and column.type.srid == 4490
    ]
    assert sorted(tuple(row) for row in built) == sorted(declared)


PLACES = [
    (113.2656, 33.7075),
    (73.6, 39.5),
    (134.9, 47.9),
    (109.5, 18.2),
    (9.55, 47.15),
    (-78.6, 35.8),
    (-84.0, 35.1),
    (180.0, -20.0),
]


@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_the_metric_zone_is_the_one_that_geodata_chooses(session: Session, lon: float, lat: float) -> None:
    srid = session.execute(text("SELECT metric_srid(:lon, :lat)"), {"lon": lon, "lat": lat}).scalar_one()
    assert srid == crs.metric_srid(np.array([lon]), np.array([lat]))[0]


@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_the_scale_factor_is_that_of_proj(session: Session, lon: float, lat: float) -> None:
    srid, k = session.execute(
        text("SELECT metric_srid(:lon, :lat), metric_k(:lon, :lat)"), {"lon": lon, "lat": lat}
    ).one()
    factors = Proj(f"EPSG:{srid}").get_factors(lon, lat)
    assert k == pytest.approx(factors.meridional_scale, abs=1e-9)


def test_a_place_is_kept_in_its_metric_zone_too(session: Session) -> None:
    site = make.enterprise(session)
    row = session.execute(
        text(
            "SELECT metric_srid, metric_k, ST_X(location_metric) AS x, ST_Y(location_metric) AS y"
            " FROM enterprise WHERE id = :id"
        ),
        {"id": site.id},
    ).one()
    # E 431 920.23, N 3 731 459.56, k 1.000057: pyproj, EPSG:4547.
    assert (row.metric_srid, round(row.x, 2), round(row.y, 2)) == (4547, 431920.23, 3731459.56)
    assert row.metric_k == pytest.approx(1.000057, abs=1e-6)


def test_the_database_refuses_an_invalid_polygon(session: Session) -> None:
    site = make.enterprise(session)
    with pytest.raises(IntegrityError, match="zone_boundary_check"):
        session.execute(
            text(
                "INSERT INTO zone (name, source, source_id, enterprise_id, boundary) VALUES ('x', 't', 'x', :id,"
                " 'SRID=4490;MULTIPOLYGON(((113 33, 113.1 33.1, 113.1 33, 113 33.1, 113 33)))')"
            ),
            {"id": site.id},
        )


@pytest.mark.parametrize("place", ["POINT(500 33)", "POINT(113 -91)", "POINT EMPTY"])
def test_the_database_refuses_a_place_that_is_not_on_the_earth(session: Session, place: str) -> None:
    with pytest.raises(DBAPIError, match=r"enterprise_location_check|Invalid coordinate"):
        session.execute(
            text("INSERT INTO enterprise (name, source, source_id, location) VALUES ('x', 't', 'x', :place)"),
            {"place": f"SRID=4490;{place}"},
        )


def test_every_writer_moves_the_row_s_version_and_the_table_s_revision(session: Session) -> None:
    site = make.enterprise(session)
    before = revisions(session, ["enterprise"])
    session.execute(text("UPDATE enterprise SET name = '改名' WHERE id = :id"), {"id": site.id})
    session.refresh(site)
    assert (site.version, site.name) == (2, "改名")
    assert revisions(session, ["enterprise"]) != before


def test_two_databases_never_share_a_revision(cluster: Cluster, own_engine: Engine) -> None:
    with databases.own_database(cluster) as other, Session(own_engine) as here, Session(other) as there:
        for session in (here, there):
            make.enterprise(session)
        assert revisions(here, ["enterprise"]) != revisions(there, ["enterprise"])
