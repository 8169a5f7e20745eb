"""Pairs of real sites and schools, against the geodesic between every two of them and against PostGIS."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Proj
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine, text

from geodata.crs import Datum, to_cgcs2000
from geodata.measure import CGCS2000_ELLIPSOID
from geodata.proximity import nearest, pairs_within, prepare
from geodata.vector_files import read_vector_file
from tests.real_data import real_data

pytestmark = pytest.mark.real_data
LIMITS = [1000.0, 1609.344, 2000.0, 5000.0]


def degrees(name: str, file: str, **options: Any) -> gpd.GeoDataFrame:
    table = read_vector_file(real_data(name, file), **options)
    assert table.datum is None or table.datum.name == "EPSG:4326"
    places = to_cgcs2000(table.frame.geometry.to_numpy(), table.datum)
    return table.frame.set_geometry(gpd.GeoSeries(places, index=table.frame.index, crs=4490))


def carolina(file: str, **options: str) -> gpd.GeoDataFrame:
    return degrees("us-nc-rmp", file, datum=Datum("EPSG:4326"), **options)


def osm(layer: str) -> gpd.GeoDataFrame:
    where = "kind IN ('primary', 'secondary')" if layer == "road" else None
    return degrees("liechtenstein-osm", "liechtenstein_layers.gpkg", layer=layer, where=where)


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("public_schools_nc.csv", {}),
        ("nonpublic_schools_nc.csv", {}),
        ("hospitals_nc.csv", {"lon": "LONGITUDE", "lat": "LATITUDE"}),
    ],
)
def test_pairs_of_points_are_those_of_the_geodesic_between_every_two(
    file: str, columns: dict[str, str]
) -> None:
    sites, receptors = carolina("rmp_facilities_nc.csv"), carolina(file, **columns)
    here, there = shapely.get_coordinates(sites.geometry), shapely.get_coordinates(receptors.geometry)
    each, other = (grid.ravel() for grid in np.mgrid[: len(here), : len(there)])
    _, _, metres = CGCS2000_ELLIPSOID.inv(*here[each].T, *there[other].T)
    pairs = pairs_within(sites, receptors, LIMITS)
    for limit in LIMITS:
        near = metres <= limit
        expected = dict(
            zip(
                zip(sites.index[each[near]], receptors.index[other[near]], strict=True),
                metres[near],
                strict=True,
            )
        )
        found = pairs[pairs["distance_m"] <= limit].set_index(["site", "receptor"])["distance_m"].to_dict()
        assert found.keys() == expected.keys()
        assert max(abs(found[pair] - expected[pair]) for pair in expected) < 1e-4


@pytest.mark.parametrize(
    ("layer", "limit"), [("poi_area", 1000.0), ("poi", 1000.0), ("road", 100.0), ("rail", 1000.0)]
)
def test_areas_and_lines_are_as_far_as_postgis_says_on_the_ellipsoid(
    engine: Engine, layer: str, limit: float
) -> None:
    sites, receptors = osm("industrial"), osm(layer)
    ready_sites, ready = prepare(sites), prepare(receptors)
    pairs = pairs_within(ready_sites, ready, limit).set_index(["site", "receptor"])["distance_m"].to_dict()
    expected = in_postgis(engine, ready_sites.frame, ready.frame, limit)
    both = sorted(pairs.keys() & expected.keys())
    assert len(both) > 100
    # PostGIS finds the nearest points on a sphere and measures between them on the ellipsoid: what it answers may be
    # some centimetres too long; too short it is only by what our straight edges are off, well below a millimetre.
    longer = np.array([expected[pair] - pairs[pair] for pair in both])
    assert -0.001 < longer.min() <= longer.max() < 0.05
    assert np.abs(np.median(longer)) < 1e-4
    assert all(limit - 0.05 < metres <= limit for pair, metres in pairs.items() if pair not in expected)
    assert expected.keys() <= pairs.keys()
    # Who is right is told by a plane around the middle of each pair.
    for pair in (both[row] for row in np.argsort(longer)[-20:]):
        between = in_a_plane_of_their_own(sites.geometry[pair[0]], receptors.geometry[pair[1]])
        assert pairs[pair] == pytest.approx(between, abs=0.001)


def in_a_plane_of_their_own(a: BaseGeometry, b: BaseGeometry) -> float:
    middle = shapely.shortest_line(a, b).centroid
    move = Proj(f"+proj=aeqd +lon_0={middle.x} +lat_0={middle.y} +ellps=GRS80")
    a, b = (shapely.transform(place, move, interleaved=False) for place in (a, b))
    return float(shapely.distance(a, b))


def in_postgis(
    engine: Engine, sites: gpd.GeoDataFrame, receptors: gpd.GeoDataFrame, limit: float
) -> dict[tuple[int, int], float]:
    """Ask PostGIS for all pairs within a distance, on the WGS84 ellipsoid."""
    with engine.connect() as connection:
        for name, frame in (("site", sites), ("receptor", receptors)):
            connection.execute(
                text(f"CREATE TEMPORARY TABLE side_{name} (id int, place geography) ON COMMIT DROP")
            )
            rows = [{"id": int(i), "place": shapely.to_wkt(g, -1)} for i, g in frame.geometry.items()]
            connection.execute(
                text(f"INSERT INTO side_{name} VALUES (:id, ST_GeogFromText('SRID=4326;' || :place))"), rows
            )
        found = connection.execute(
            text(
                "SELECT s.id, r.id, ST_Distance(s.place, r.place) FROM side_site AS s JOIN side_receptor AS r"
                " ON ST_DWithin(s.place, r.place, :limit)"
            ),
            {"limit": limit},
        ).all()
    return {(site, receptor): metres for site, receptor, metres in found}


def test_every_active_site_has_a_nearest_school() -> None:
    sites = carolina("rmp_facilities_nc.csv", where="status = 'active'")
    schools = carolina("public_schools_nc.csv")
    found = nearest(sites, schools)
    assert found["site"].tolist() == sites.index.tolist()
    here, there = shapely.get_coordinates(sites.geometry), shapely.get_coordinates(schools.geometry)
    each, other = (grid.ravel() for grid in np.mgrid[: len(here), : len(there)])
    _, _, metres = CGCS2000_ELLIPSOID.inv(*here[each].T, *there[other].T)
    least = pd.Series(metres).groupby(each).min()
    assert np.abs(found["distance_m"].to_numpy() - least.to_numpy()).max() < 0.001
