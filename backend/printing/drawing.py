"""A map on paper as SVG: a frame in true scale, lines and areas, hatches, signs, and labels that do not overlap.

All lengths are millimetres on paper, x to the right and y downwards from the frame's upper left corner.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from backend.grades import Grade
from backend.printing.fonts import FAMILY
from geodata.arrays import Geometries, geometry_array
from geodata.crs import Datum, from_cgcs2000, metric_srid, to_cgcs2000
from geodata.measure import CGCS2000_ELLIPSOID

# Round denominators, ten times as large again and again.
SCALES = (1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 8)
BAR_STEPS = (1, 2, 5)
# The part of the map that stays free on each side of what it is of.
MARGIN = 0.05
SIGN_MM = 4.0
# Finer than a printer draws.
FINEST_MM = 0.05
# What no XML document can hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A rectangle of paper over a part of the ground.

    `srid` : the plane, a 3-degree Gauss-Krueger zone (UTM outside China). `left`, `top` : its metres at the upper left
    corner. `denominator` : of the scale in that plane.
    """

    width_mm: float
    height_mm: float
    srid: int
    left: float
    top: float
    denominator: int

    @property
    def metres_per_mm(self) -> float:
        """Metres of the plane on a millimetre of paper."""
        return self.denominator / 1000

    def on_paper(self, geometries: Geometries) -> Geometries:
        """Bring geometries of degrees (CGCS2000) onto the paper, cut off a little outside of the frame."""
        metres = from_cgcs2000(shapely.force_2d(geometries), Datum(f"EPSG:{self.srid}"))
        there = shapely.transform(
            metres, lambda xy: (xy - [self.left, self.top]) * [1, -1] / self.metres_per_mm
        )
        fine = shapely.simplify(there, FINEST_MM, preserve_topology=True)
        return geometry_array(shapely.clip_by_rect(fine, -5, -5, self.width_mm + 5, self.height_mm + 5))

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the paper lies in the frame."""
        return 0 <= x <= self.width_mm and 0 <= y <= self.height_mm

    def bar_mm(self, metres: float) -> float:
        """How long so many true metres to the east are on paper, in the middle of the frame."""
        x = self.left + self.width_mm / 2 * self.metres_per_mm
        y = self.top - self.height_mm / 2 * self.metres_per_mm
        (middle,) = to_cgcs2000(shapely.points([[x, y]]), Datum(f"EPSG:{self.srid}"))
        lon, lat, _ = CGCS2000_ELLIPSOID.fwd(middle.x, middle.y, 90.0, metres)
        (end,) = from_cgcs2000(shapely.points([[lon, lat]]), Datum(f"EPSG:{self.srid}"))
        return float(np.hypot(end.x - x, end.y - y) / self.metres_per_mm)

    def bar_m(self, longest_mm: float = 50.0) -> int:
        """The longest round number of metres whose bar is no longer than so many millimetres."""
        steps = [int(step * 10**power) for power in range(7) for step in BAR_STEPS]
        return max(step for step in steps if step == 1 or self.bar_mm(step) <= longest_mm)


def fitted(bounds: Box, width_mm: float, height_mm: float, *, least_m: float = 400.0) -> Frame:
    """A frame that shows a box of degrees (CGCS2000) at a round scale, with some room around it.

    Parameters
    ----------
    bounds : xmin, ymin, xmax, ymax. least_m : what is smaller is shown with its surroundings.
    """
    srid = int(metric_srid((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2))
    (plane,) = from_cgcs2000(geometry_array([shapely.box(*bounds)]), Datum(f"EPSG:{srid}"))
    xmin, ymin, xmax, ymax = plane.bounds
    room = 1 + 2 * MARGIN
    wanted = max(max(xmax - xmin, least_m) * room / width_mm, max(ymax - ymin, least_m) * room / height_mm)
    denominator = round_up(wanted * 1000)
    half_width, half_height = width_mm * denominator / 2000, height_mm * denominator / 2000
    return Frame(
        width_mm,
        height_mm,
        srid,
        (xmin + xmax) / 2 - half_width,
        (ymin + ymax) / 2 + half_height,
        denominator,
    )


def round_up(denominator: float) -> int:
    """The next round denominator.

    >>> round_up(11_300), round_up(80_001)
    (12500, 100000)
    """
    steps = (int(step * 10**power) for power in range(2, 9) for step in SCALES)
    return next(step for step in steps if step >= denominator)


# ---------------------------------------------------------------- SVG


def attributes(facts: dict[str, object]) -> str:
    """Attributes of an element: `stroke_width=1` is stroke-width="1"."""
    return "".join(
        f' {name.replace("_", "-")}="{escape(str(value), {chr(34): "&quot;"})}"'
        for name, value in facts.items()
        if value is not None
    )


def element(name: str, content: str = "", /, **facts: object) -> str:
    """An element; `content` is SVG already."""
    return f"<{name}{attributes(facts)}>{content}</{name}>"


def drawn(geometry: BaseGeometry, **facts: object) -> str:
    """Lines or areas of the paper as a path; nothing of what is empty."""
    rings: list[BaseGeometry] = []
    for part in shapely.get_parts(geometry):
        rings += [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
    d = "".join(path_of(ring) for ring in rings if ring.geom_type in ("LineString", "LinearRing"))
    return element("path", d=d, fill_rule="evenodd", **facts) if d else ""


def path_of(line: BaseGeometry) -> str:
    """A line as the commands of a path."""
    points = [f"{x:.2f} {y:.2f}" for x, y in shapely.get_coordinates(line).tolist()]
    close = "Z" if line.geom_type == "LinearRing" else ""
    return f"M{'L'.join(points)}{close}" if len(points) > 1 else ""


def text(content: str, x: float, y: float, size: float, **facts: object) -> str:
    """A line of text whose baseline begins at a point; what cannot be printed becomes a mark."""
    shown = escape(_UNPRINTABLE.sub("\ufffd", content))
    return element(
        "text",
        shown,
        x=f"{x:.2f}",
        y=f"{y:.2f}",
        font_size=size,
        font_family=FAMILY,
        **{"fill": "black", **facts},
    )


def haloed(content: str, x: float, y: float, size: float, **facts: object) -> str:
    """A line of text that stays legible over a map."""
    halo = text(
        content, x, y, size, **{**facts, "fill": "white", "stroke": "white", "stroke_width": size / 4}
    )
    return halo + text(content, x, y, size, **facts)


def text_width(content: str, size: float) -> float:
    """About how wide a line of text is: a Chinese character is as wide as it is high.

    >>> text_width("厂A", 2.0)
    3.2
    """
    return round(sum(1.0 if char > "\u2e7f" else 0.6 for char in content) * size, 2)


def hatch(grade: Grade) -> str:
    """The pattern of a grade, its colour with its hatch; its id is `hatch-…`."""
    marks = {
        "cross": element("path", d="M0 0L1.6 1.6M1.6 0L0 1.6", stroke="white", stroke_width=0.22),
        "diagonal": element(
            "path", d="M-0.4 0.4L0.4 -0.4M0 1.6L1.6 0M1.2 2L2 1.2", stroke=grade.stroke, stroke_width=0.22
        ),
        "dots": element("circle", cx=0.8, cy=0.8, r=0.22, fill=grade.stroke),
        "none": "",
    }[grade.hatch]
    ground = element("rect", width=1.6, height=1.6, fill=grade.colour)
    return element(
        "pattern",
        ground + marks,
        id=f"hatch-{grade.key}",
        width=1.6,
        height=1.6,
        patternUnits="userSpaceOnUse",
    )


def grade_sign(grade: Grade, x: float, y: float, size: float = SIGN_MM) -> str:
    """A square in a grade's colour with its hatch, and its letter on a plate, around a point."""
    left, top, middle = f"{x - size / 2:.2f}", f"{y - size / 2:.2f}", {"cx": f"{x:.2f}", "cy": f"{y:.2f}"}
    box = {"x": left, "y": top, "width": size, "height": size}
    return (
        # White around it, for it may lie on an area with the same hatch.
        element("rect", **box, fill="white", stroke="white", stroke_width=1.0)
        + element("rect", **box, fill=f"url(#hatch-{grade.key})", stroke=grade.stroke, stroke_width=0.3)
        + element("circle", **middle, r=size * 0.38, fill=grade.colour)
        + text(
            grade.letter,
            x,
            y + size * 0.22,
            size * 0.6,
            fill=grade.text,
            text_anchor="middle",
            font_weight="bold",
        )
    )


def letter_sign(letter: str, x: float, y: float, size: float = SIGN_MM) -> str:
    """A white disc with one character, around a point."""
    disc = element(
        "circle", cx=f"{x:.2f}", cy=f"{y:.2f}", r=size / 2, fill="white", stroke="black", stroke_width=0.25
    )
    return disc + text(letter, x, y + size * 0.25, size * 0.68, text_anchor="middle")


def north_arrow(x: float, y: float) -> str:
    """An arrow to the top of the sheet, 10 mm high, with its upper end at a point."""
    arrow = element("path", d=f"M{x} {y}l2 8l-2 -1.6l-2 1.6Z", fill="black")
    return arrow + text("北", x, y + 11.2, 3, text_anchor="middle")


def scale_bar(frame: Frame, x: float, y: float) -> str:
    """A bar of true metres in four parts, with its lower left corner at a point."""
    metres = frame.bar_m()
    length = frame.bar_mm(metres)
    parts = "".join(
        element(
            "rect",
            x=f"{x + place * length / 4:.2f}",
            y=y - 1.2,
            width=f"{length / 4:.2f}",
            height=1.2,
            fill=("black", "white")[place % 2],
            stroke="black",
            stroke_width=0.15,
        )
        for place in range(4)
    )
    label = f"{metres / 1000:g} 公里" if metres >= 1000 else f"{metres} 米"
    return (
        parts
        + text("0", x, y - 2, 2.5, text_anchor="middle")
        + text(label, x + length, y - 2, 2.5, text_anchor="middle")
    )


@dataclass
class Labels:
    """Places of the paper that are taken; who comes first is served first."""

    frame: Frame
    taken: list[Box] = field(default_factory=list)

    def take(self, x: float, y: float, size: float) -> None:
        """Keep a square around a point free of labels."""
        self.taken.append((x - size / 2, y - size / 2, x + size / 2, y + size / 2))

    def placed(
        self, content: str, x: float, y: float, size: float, *, away: float = 2.0, is_above: bool = False
    ) -> str:
        """A label beside a point where there is room, else nothing; above or below it first, if that is said."""
        width = text_width(content, size)
        for left, baseline in offers(x, y, width, size, away, is_above=is_above):
            box = (left - 0.3, baseline - size * 0.95, left + width + 0.3, baseline + size * 0.25)
            inside = self.frame.holds(box[0], box[1]) and self.frame.holds(box[2], box[3])
            if inside and not any(overlaps(box, other) for other in self.taken):
                self.taken.append(box)
                return haloed(content, left, baseline, size)
        return ""


def offers(
    x: float, y: float, width: float, size: float, away: float, *, is_above: bool
) -> list[tuple[float, float]]:
    """Where a label may begin: at the sides of a point, above and below it, then at the corners."""
    right, left, middle = x + away, x - away - width, x - width / 2
    above, level, below = y - away - size * 0.25, y + size * 0.35, y + away + size * 0.95
    sides = [(right, level), (left, level)]
    ends = [(middle, above), (middle, below)]
    corners = [(right, above), (left, above), (right, below), (left, below)]
    return [*ends, *sides, *corners] if is_above else [*sides, *ends, *corners]


def overlaps(one: Box, other: Box) -> bool:
    """Whether two boxes have a point in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def sheet(width_mm: float, height_mm: float, patterns: Sequence[str], parts: Sequence[str]) -> str:
    """A whole drawing."""
    defs = element("defs", "".join(patterns))
    content = element("rect", width=width_mm, height=height_mm, fill="white") + "".join(parts)
    return element(
        "svg",
        defs + content,
        xmlns="http://www.w3.org/2000/svg",
        width=f"{width_mm}mm",
        height=f"{height_mm}mm",
        viewBox=f"0 0 {width_mm} {height_mm}",
    )


def clipped(frame: Frame, parts: Sequence[str]) -> tuple[str, str]:
    """The pattern and the group of what is cut off at the frame."""
    area = element("rect", width=frame.width_mm, height=frame.height_mm)
    edge = element(
        "rect", width=frame.width_mm, height=frame.height_mm, fill="none", stroke="black", stroke_width=0.4
    )
    inside = element("g", "".join(parts), clip_path="url(#frame)")
    return element("clipPath", area, id="frame"), inside + edge


def geometries_of(frame: gpd.GeoDataFrame) -> Geometries:
    """The geometries of a frame as an array."""
    return geometry_array(frame.geometry.to_numpy())
