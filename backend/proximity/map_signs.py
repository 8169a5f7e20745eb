"""The signs of a printed map: corridors by their lines, receptors by a letter, sites by their grade."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from backend.grades import GRADES, UNGRADED, Grade
from backend.printing.drawing import element, letter_sign

BY_GRADE: Mapping[int | None, Grade] = {grade.code: grade for grade in (*GRADES, UNGRADED)}
SIGNS = {
    "school": "学",
    "kindergarten": "幼",
    "hospital": "医",
    "nursing_home": "养",
    "welfare": "福",
    "residential": "居",
    "culture": "文",
    "sports": "体",
    "transport_hub": "枢",
    "market": "市",
    "government": "政",
    "religious": "宗",
    "heritage": "物",
    "water_source": "水",
    "other": "他",
}
Stroke = Mapping[str, object]


def stroke(colour: str, width: float, dashes: str | None = None) -> Stroke:
    """How a line is drawn."""
    return {"stroke": colour, "stroke_width": width, "stroke_dasharray": dashes, "fill": "none"}


# One over the other. Told apart without colour, as on a topographic map: a road is a double line, a railway is barred.
STROKES: Mapping[str, Sequence[Stroke]] = {
    "railway": (stroke("black", 0.9), stroke("white", 0.55, "1.6 1.6")),
    "motorway": (stroke("black", 1.5), stroke("white", 1.1), stroke("black", 0.25)),
    "trunk": (stroke("black", 1.2), stroke("silver", 0.8)),
    "primary": (stroke("dimgray", 1.0), stroke("white", 0.65)),
    "secondary": (stroke("gray", 0.75), stroke("white", 0.45)),
    "tertiary": (stroke("gray", 0.35),),
    "pipeline": (stroke("black", 0.4, "2.4 0.8 0.5 0.8"),),
    "waterway": (stroke("black", 0.4, "0.5 0.9"),),
    "other": (stroke("gray", 0.4, "1.5 1"),),
}
DISTRICT, TOWNSHIP = stroke("black", 0.7, "2.8 0.8 0.7 0.8"), stroke("gray", 0.35, "2 1")
CONNECTION = stroke("black", 0.3)


def grade_of(row: "pd.Series[Any]") -> Grade:
    """The grade of a site."""
    code = row["grade"]
    return BY_GRADE[None if pd.isna(code) else int(code)]


def target_sign(layer: str, kind: str) -> str:
    """A receptor's disc, or a piece of a corridor, around the origin."""
    return letter_sign(SIGNS[kind], 0, 0) if layer == "receptors" else line_sign(*STROKES[kind])


def line_sign(*strokes: Stroke) -> str:
    """A piece of a line, around the origin."""
    return "".join(element("path", d="M-3.2 0L3.2 0", **each) for each in strokes)
