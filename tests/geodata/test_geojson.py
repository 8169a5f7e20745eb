"""The strict reader refuses with a pointer what others let pass; the writer obeys RFC 7946."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import shapely
from geojson_pydantic import FeatureCollection
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, box

from geodata.errors import GeodataError, InvalidGeoJSON, InvalidGeometry, TooLarge
from geodata.geojson import Feature, geometry_json, read_document, read_features, write_features
from geodata.geometry import orient, round_coordinates
from geodata.strict_json import FILE, INTERACTIVE, Limits
from tests import shapes


def feature(geometry: object, properties: object = None) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def refused(data: bytes | dict[str, Any]) -> InvalidGeoJSON:
    with pytest.raises(InvalidGeoJSON) as caught:
        read_features(data if isinstance(data, bytes) else json.dumps(data).encode())
    return caught.value


def test_a_collection_a_feature_and_a_bare_geometry_are_read() -> None:
    point = {"type": "Point", "coordinates": [113.27, 33.7]}
    for document in (collection(feature(point)), json.dumps(feature(point)), json.dumps(point)):
        read = read_features(document if isinstance(document, bytes) else document.encode())
        assert [one.geometry for one in read] == [Point(113.27, 33.7)]


def test_properties_and_ids_come_as_delivered() -> None:
    data = {
        **feature(None, {"名称": "演示", "代码": "0041", "层": {"数": [1, 2.5, None, True]}}),
        "id": "a-1",
    }
    (read,) = read_features(json.dumps(data).encode())
    assert read == Feature(
        1, None, {"名称": "演示", "代码": "0041", "层": {"数": [1, 2.5, None, True]}}, "a-1"
    )


@pytest.mark.parametrize("name", shapes.VALID)
def test_every_kind_of_geometry_is_read_as_shapely_reads_it(name: str) -> None:
    text = shapely.to_geojson(shapes.VALID[name])
    assert read_features(text.encode())[0].geometry.equals_exact(shapely.from_geojson(text), 0)


def test_a_byte_order_mark_is_no_reason_to_refuse() -> None:
    assert len(read_features(b"\xef\xbb\xbf" + collection())) == 0


def test_heights_are_read_so_that_they_can_be_reported() -> None:
    assert read_features(b'{"type":"Point","coordinates":[113,33,92]}')[0].geometry.has_z


@pytest.mark.parametrize(
    ("text", "pointer", "code"),
    [
        (b"", "", "malformed_json"),
        (b"{", "", "malformed_json"),
        (b"\xff\xfe", "", "malformed_json"),
        (b"[1, 2]", "", "wrong_type"),
        (b"null", "", "wrong_type"),
        (b'{"type":"Point","coordinates":[113,NaN]}', "/coordinates/1", "not_finite"),
        (b'{"type":"Point","coordinates":[113,-Infinity]}', "/coordinates/1", "not_finite"),
        (b'{"type":"Point","coordinates":[113,1e999]}', "/coordinates/1", "not_finite"),
        (b'{"type":"Point","coordinates":[113,1' + b"0" * 400 + b"]}", "/coordinates/1", "not_finite"),
        (b'{"type":"Point","coordinates":[113,1' + b"0" * 5000 + b"]}", "", "not_finite"),
        (
            b'{"type":"Feature","geometry":null,"properties":{"a/b":[1e400]}}',
            "/properties/a~1b/0",
            "not_finite",
        ),
        (b'{"type":"Point","type":"Point","coordinates":[113,33]}', "/type", "duplicate_key"),
        (b'{"type":"Feature","geometry":null,"properties":{"a":1,"a":2}}', "/properties/a", "duplicate_key"),
        (b'{"type":"Feature","geometry":null,"properties":{"a":"\\u0000"}}', "/properties/a", "bad_text"),
        (b'{"type":"Feature","geometry":null,"properties":{"a":"\\ud800"}}', "/properties/a", "bad_text"),
        (b'{"type":"Feature","geometry":null,"properties":{"\\u0000":1}}', "/properties", "bad_text"),
        (b'{"type":"point","coordinates":[113,33]}', "/type", "wrong_type"),
        (b'{"type":"GeometryCollection","geometries":[]}', "/type", "wrong_type"),
        (b'{"coordinates":[113,33]}', "/type", "wrong_type"),
        (b'{"type":["Point"],"coordinates":[113,33]}', "/type", "wrong_type"),
        (b'{"type":"FeatureCollection"}', "/features", "missing_member"),
        (b'{"type":"Point"}', "", "missing_member"),
        (b'{"type":"Point","coordinates":["113",33]}', "/coordinates/0", "bad_position"),
        (b'{"type":"Point","coordinates":[113,true]}', "/coordinates/1", "bad_position"),
        (b'{"type":"Point","coordinates":[113,null]}', "/coordinates/1", "bad_position"),
        (b'{"type":"Point","coordinates":[113]}', "/coordinates", "bad_position"),
        (b'{"type":"Point","coordinates":[113,33,1,2]}', "/coordinates", "bad_position"),
        (b'{"type":"Point","coordinates":[]}', "/coordinates", "bad_position"),
        (b'{"type":"Point","coordinates":{}}', "/coordinates", "bad_position"),
        (b'{"type":"LineString","coordinates":[]}', "/coordinates", "empty"),
        (b'{"type":"LineString","coordinates":[113,33]}', "/coordinates/0", "bad_position"),
        (b'{"type":"LineString","coordinates":[[113,33]]}', "/coordinates", "too_few_points"),
        (b'{"type":"LineString","coordinates":[[113,33],[114,34,5]]}', "/coordinates", "mixed_dimensions"),
        (b'{"type":"MultiPoint","coordinates":[[113,33],[114,34,5]]}', "/coordinates", "mixed_dimensions"),
        (b'{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}', "/coordinates/0", "too_few_points"),
        (b'{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}', "/coordinates/0", "unclosed"),
        (b'{"type":"Polygon","coordinates":[]}', "/coordinates", "empty"),
        (
            b'{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,"0"]]]]}',
            "/coordinates/0/0/3/1",
            "bad_position",
        ),
    ],
)
def test_what_is_not_geojson_is_refused_with_its_pointer(text: bytes, pointer: str, code: str) -> None:
    error = refused(text)
    assert (error.pointer, error.code) == (pointer, code)
    assert any("\u4e00" <= character <= "\u9fff" for character in str(error))


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        ({"type": "Feature", "properties": {}}, "/features/1"),
        ({"type": "Feature", "geometry": None}, "/features/1"),
        ({"type": "Feature", "geometry": 5, "properties": {}}, "/features/1/geometry"),
        ({"type": "Feature", "geometry": None, "properties": []}, "/features/1/properties"),
        ({"type": "Feature", "geometry": None, "properties": {}, "id": True}, "/features/1/id"),
        ({"type": "Point", "coordinates": [113, 33]}, "/features/1/type"),
        ("Feature", "/features/1"),
    ],
)
def test_a_malformed_feature_is_named(bad: object, pointer: str) -> None:
    assert refused(collection(feature(None), bad)).pointer == pointer


def test_a_misspelt_type_is_told_its_spelling() -> None:
    assert "应写作 Point" in str(refused(b'{"type":"point","coordinates":[113,33]}'))


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4490"])
def test_a_crs_that_changes_nothing_is_let_pass(name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    document = read_document(json.dumps({"type": "FeatureCollection", "features": [], "crs": crs}).encode())
    assert document.datum == ("EPSG:4490" if "4490" in name else "EPSG:4326")


@pytest.mark.parametrize(
    "crs", [{"type": "name", "properties": {"name": "EPSG:3857"}}, "EPSG:4326", None, {}]
)
def test_any_other_crs_is_refused(crs: object) -> None:
    error = refused({"type": "FeatureCollection", "features": [], "crs": crs})
    assert (error.pointer, error.code) == ("/crs", "unacceptable_crs")


def test_a_crs_hidden_in_a_geometry_is_refused_too() -> None:
    crs = {"type": "name", "properties": {"name": "EPSG:3857"}}
    assert refused({"type": "Point", "coordinates": [1, 2], "crs": crs}).pointer == "/crs"
    hidden = feature({"type": "Point", "coordinates": [1, 2], "crs": crs})
    assert refused(collection(hidden)).pointer == "/features/0/geometry/crs"


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_bottomless_nesting_is_refused_and_nothing_worse(opening: bytes) -> None:
    assert refused(opening * 100_000).code == "too_deep"


def test_nesting_beyond_the_limit_is_refused_where_python_would_not_mind() -> None:
    deep: object = 1
    for _ in range(40):
        deep = [deep]
    error = refused(feature(None, {"deep": deep}))
    assert error.code == "too_deep"
    assert error.pointer.startswith("/properties/deep/0/0")


def test_a_feature_with_too_many_vertices_is_refused() -> None:
    ring = shapely.get_coordinates(Point(113, 33).buffer(1, quad_segs=6_000)).tolist()
    assert refused({"type": "LineString", "coordinates": ring}).code == "too_many_vertices"
    document = json.dumps({"type": "LineString", "coordinates": ring}).encode()
    assert len(read_features(document, limits=FILE)) == 1


def test_too_many_bytes_are_not_even_parsed() -> None:
    with pytest.raises(TooLarge):
        read_features(b"[" * 11, limits=Limits(size_bytes=10, nesting=5, vertices_per_feature=5))


@pytest.mark.parametrize(
    ("limits", "reason"),
    [({"containers": 5}, "共 6 个数组和对象"), ({"features": 3}, "共 4 个要素")],
    ids=["containers", "features"],
)
def test_small_values_in_great_number_are_refused(limits: dict[str, int], reason: str) -> None:
    with pytest.raises(TooLarge, match=reason):
        read_document(collection([], [], [], []), limits=replace(FILE, **limits))


def test_the_limits_for_files_are_wider_than_for_people() -> None:
    assert INTERACTIVE.vertices_per_feature == 20_000
    assert FILE.vertices_per_feature == 200_000


def test_faulty_features_are_named_among_the_good_ones() -> None:
    good = feature({"type": "Point", "coordinates": [113, 33]})
    bad = feature({"type": "Point", "coordinates": [113, "33"]})
    document = read_document(collection(good, bad, good))
    assert [one.geometry is None for one in document.features] == [False, True, False]
    assert [(problem.row, problem.field) for problem in document.problems] == [
        (2, "/features/1/geometry/coordinates/1")
    ]


def test_a_faulty_feature_keeps_what_could_be_read_of_it() -> None:
    bad = feature({"type": "Point", "coordinates": [113]}) | {"id": "e1", "properties": {"名称": "甲"}}
    document = read_document(collection(bad, []))
    assert [(one.id, one.properties) for one in document.features] == [("e1", {"名称": "甲"}), (None, {})]
    assert [problem.is_unread for problem in document.problems] == [False, True]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
TYPES = st.sampled_from(
    [
        "Feature",
        "FeatureCollection",
        "Point",
        "LineString",
        "Polygon",
        "MultiPolygon",
        "MultiPoint",
        "point",
        3,
    ]
)
ALMOST_GEOJSON = st.fixed_dictionaries(
    {"type": TYPES},
    optional={
        "coordinates": st.lists(
            st.lists(st.floats() | st.lists(st.floats(), max_size=4), max_size=5), max_size=5
        )
        | JSON_VALUES,
        "geometry": JSON_VALUES | st.fixed_dictionaries({"type": TYPES, "coordinates": JSON_VALUES}),
        "properties": JSON_VALUES,
        "features": JSON_VALUES | st.lists(st.fixed_dictionaries({"type": TYPES, "geometry": JSON_VALUES})),
        "crs": JSON_VALUES,
        "id": JSON_VALUES,
    },
)


def read_or_refuse(data: bytes) -> None:
    with suppress(GeodataError):
        assert read_document(data).datum == "EPSG:4326"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read_or_refuse(data)


@given(JSON_VALUES | ALMOST_GEOJSON)
@settings(max_examples=300)
def test_any_json_is_read_or_refused(value: object) -> None:
    read_or_refuse(json.dumps(value).encode())


ORDINATES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
SQUARES = ORDINATES.map(lambda corner: box(*corner, corner[0] + 1, corner[1] + 1))
GEOMETRIES = st.one_of(
    st.builds(Point, ORDINATES),
    st.builds(MultiPoint, st.lists(ORDINATES, min_size=1, max_size=5)),
    st.builds(LineString, st.lists(ORDINATES, min_size=2, max_size=8)),
    st.builds(shapely.union, SQUARES, SQUARES),
)
PROPERTIES = st.dictionaries(
    TEXTS, st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS, max_size=4
)


@given(st.lists(st.tuples(st.none() | GEOMETRIES, PROPERTIES), max_size=4))
def test_what_was_written_is_read_back(rows: list[tuple[Any, dict[str, Any]]]) -> None:
    features = [Feature(number, *row) for number, row in enumerate(rows, start=1)]
    for written, read in zip(features, read_features(write_features(features)), strict=True):
        assert (read.number, read.properties) == (written.number, written.properties)
        expected = orient(round_coordinates([written.geometry]))[0]
        assert read.geometry is expected is None or shapely.equals_identical(read.geometry, expected)


def test_written_geojson_obeys_rfc_7946() -> None:
    features = [
        Feature(number, shape, {"n": number}) for number, shape in enumerate(shapes.VALID.values(), 1)
    ]
    written = write_features(features)
    assert len(FeatureCollection.model_validate_json(written).features) == len(features)
    document = json.loads(written)
    assert "crs" not in document
    clockwise = list(shapes.VALID).index("clockwise polygon")
    ring = document["features"][clockwise]["geometry"]["coordinates"][0]
    assert shapely.is_ccw(shapely.LinearRing(ring))


def test_coordinates_are_written_with_seven_decimals_and_no_height() -> None:
    assert geometry_json(Point(113.12345678901, 33.1, 92)) == {
        "type": "Point",
        "coordinates": [113.1234568, 33.1],
    }


def test_nothing_and_empty_are_written_as_such() -> None:
    assert geometry_json(None) is None
    assert geometry_json(shapes.EMPTY_POLYGON) == {"type": "Polygon", "coordinates": []}


def test_what_is_not_finite_is_not_written() -> None:
    with pytest.raises(InvalidGeometry):
        geometry_json(shapes.NOT_A_NUMBER)
