"""Maps on paper: a true scale, labels with room, texts as they were written, grades without colour."""

from xml.etree import ElementTree as ET

import pytest
from pyproj import Geod
from shapely import Point, box

from backend.grades import GRADES, UNGRADED
from backend.printing.drawing import (
    Frame,
    Labels,
    drawn,
    fitted,
    grade_sign,
    hatch,
    overlaps,
    sheet,
    text,
)
from geodata.arrays import geometry_array

GEOD = Geod(ellps="GRS80")


@pytest.mark.parametrize("lon", [114.0, 115.4])
def test_the_bar_is_as_long_as_the_same_metres_on_the_map(lon: float) -> None:
    """Also at the edge of a zone, where the plane is a quarter of a metre longer in each kilometre."""
    frame = fitted((lon - 0.05, 33.65, lon + 0.05, 33.75), 200, 150)
    end = GEOD.fwd(lon, 33.7, 90, 1000)
    one, other = frame.on_paper(geometry_array([Point(lon, 33.7), Point(end[0], end[1])]))
    assert one.distance(other) == pytest.approx(frame.bar_mm(1000), abs=1e-3)


def test_a_frame_holds_what_it_is_of_at_a_round_scale() -> None:
    of = box(113.2, 33.6, 113.4, 33.7)
    frame = fitted(of.bounds, 200, 150)
    (there,) = frame.on_paper(geometry_array([of]))
    assert box(0, 0, 200, 150).contains(there)
    assert frame.denominator == 125_000
    assert frame.bar_m() == 5_000


def test_what_lies_far_outside_is_cut_off() -> None:
    frame = fitted((113.2, 33.6, 113.21, 33.61), 100, 100)
    (there,) = frame.on_paper(geometry_array([box(100, 20, 120, 40)]))
    assert there.bounds == (-5, -5, 105, 105)


def test_labels_at_one_place_do_not_overlap() -> None:
    labels = Labels(Frame(200, 150, 4547, 0, 0, 10_000))
    placed = [labels.placed(f"第{place}化工厂", 100 + place % 3, 70, 2.5) for place in range(40)]
    assert 1 < sum(map(bool, placed)) < 40
    pairs = [(a, b) for place, a in enumerate(labels.taken) for b in labels.taken[:place]]
    assert not any(overlaps(a, b) for a, b in pairs)


def test_a_label_without_room_is_left_out_and_none_leaves_the_frame() -> None:
    labels = Labels(Frame(20, 20, 4547, 0, 0, 10_000))
    assert labels.placed("一个比图幅还长的名称放不下", 10, 10, 2.5) == ""


@pytest.mark.parametrize("name", ['</text><image href="/etc/passwd"/>', "甲&乙", '"', "\x00\x1b\ud800"])
def test_a_name_is_text_whatever_it_says(name: str) -> None:
    root = ET.fromstring(sheet(10, 10, [], [text(name, 1, 1, 2)]))
    kinds = [each.tag.rpartition("}")[2] for each in root.iter()]
    assert kinds == ["svg", "defs", "rect", "text"]


def test_each_grade_has_its_letter_and_a_pattern_of_its_own() -> None:
    patterns = {
        hatch(grade).replace(grade.colour, "").replace(grade.stroke, "").replace(grade.key, "")
        for grade in GRADES
    }
    assert len(patterns) == len(GRADES)
    for grade in (*GRADES, UNGRADED):
        assert f">{grade.letter}</text>" in grade_sign(grade, 0, 0)
        assert f"url(#hatch-{grade.key})" in grade_sign(grade, 0, 0)


def test_a_hole_stays_a_hole() -> None:
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    assert drawn(ring).count("M") == 2
    assert 'fill-rule="evenodd"' in drawn(ring)
    assert drawn(Point()) == ""
