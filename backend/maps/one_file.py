"""Zones and enterprises in the four colours as a page of one file that opens with no network at all.

folium loads Leaflet, and much that a map does not need, from addresses on the internet. Here Leaflet is in the page,
as npm brought it for `frontend_static/vendor/`, and a policy in the page's head lets the browser load nothing else.
"""

import base64
import html
import re
from pathlib import Path
from typing import cast

import folium
import geopandas as gpd
import pandas as pd
from branca.element import Element, Figure

from backend.grades import GRADES, UNGRADED, Grade, Hatch
from backend.obstacle import Obstacle
from backend.operating import frontend
from geodata.crs import WGS84
from geodata.geometry import round_coordinates

# Everything stands in the page; what somebody adds that does not is not loaded rather than asked for outside.
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
ALL_GRADES = (*GRADES, UNGRADED)
BY_CODE = {grade.code: grade for grade in GRADES}
BY_KEY = {grade.key: grade for grade in ALL_GRADES}
# A metre is then about four pixels.
MAX_ZOOM = 19
# Of one repeat of a hatch, in pixels; lines are turned by 45 degrees.
REPEAT_PX = 8
HATCHES: dict[Hatch, str] = {
    "cross": '<path d="M0 4H8M4 0V8"/>',
    "diagonal": '<path d="M0 4H8"/>',
    "dots": '<circle cx="4" cy="4" r="0.7"/>',
    "none": "",
}

STYLE = """
.leaflet-container { background: Canvas; }
.legend { position: fixed; right: 10px; bottom: 10px; z-index: 1000; max-width: 22rem; padding: 8px 12px;
  background: Canvas; color: CanvasText; border: 1px solid GrayText; font: 14px/1.4 sans-serif; }
.legend h1 { margin: 0 0 4px; font-size: 16px; }
.legend p { margin: 4px 0 0; }
.legend th { font-weight: normal; text-align: left; }
.legend td { padding: 1px 6px; text-align: right; }
.legend svg, .legend rect { width: 28px; height: 16px; }
"""


def one_file_map(
    zones: gpd.GeoDataFrame, enterprises: gpd.GeoDataFrame, *, title: str, note: str = ""
) -> folium.Map:
    """Draw zones as areas and enterprises as circles, each in the colour and hatch of its grade.

    Parameters
    ----------
    zones, enterprises : in EPSG:4490 or 4326, with the columns `name` and `grade` (a code of `backend.grades`; missing
        is 未评定) and, of zones, `enterprise`. Rows without a geometry (未上图) are counted in the legend, not drawn.
        Of an enterprise with an outline a point inside it is drawn.
    title, note : text, not HTML: what the page is called, and what its reader must know of it.

    Returns
    -------
    A map that shows itself in a notebook and writes its page with `save(path)`. More layers of folium can be added;
    background tiles and the pictures of `folium.Marker` cannot, they would be files of somebody else's.

    Raises
    ------
    Obstacle
        If nothing has a place, or Leaflet has not been brought yet.
    """
    places = pd.concat([zones.geometry, enterprises.geometry]).dropna()
    if places.empty:
        raise Obstacle("没有可画的位置：分区和企业都没有几何")
    west, south, east, north = places.total_bounds.tolist()
    page = folium.Map(tiles=None, attribution_control=False, control_scale=True)
    # The argument of that name is of background tiles, which there are none of.
    page.options["max_zoom"] = MAX_ZOOM
    figure = stand_alone(page, title)
    add_layer(page, zones, zones["enterprise"] + " · " + zones["name"], "风险分区")
    points = enterprises.set_geometry(enterprises.geometry.representative_point())
    add_layer(page, points, enterprises["name"], "企业")
    folium.LayerControl(collapsed=False).add_to(page)
    page.fit_bounds([[south, west], [north, east]])
    figure.html.add_child(Verbatim(patterns() + legend(zones, enterprises, title, note)))
    return page


def stand_alone(page: folium.Map, title: str) -> Figure:
    """Put Leaflet and its style into a page in place of folium's links, and forbid every other request."""
    if not frontend.is_current():
        raise Obstacle("缺少地图程序库 Leaflet：请先运行一次 ./riskmap demo 或 ./riskmap serve")
    leaflet = frontend.VENDOR / "leaflet"
    # The last line would have a browser's tools ask for a file that is not there.
    script = (leaflet / "dist/leaflet.js").read_text("utf-8").partition("//# sourceMappingURL")[0]
    licence = (leaflet / "LICENSE").read_text("utf-8")
    page.default_js, page.default_css = [], []
    figure = cast(Figure, page.get_root())
    figure.title = html.escape(title)
    for name, text in (
        ("policy", f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
        ("leaflet_css", f"<style>{style_with_pictures(leaflet / 'dist/leaflet.css')}</style>"),
        ("leaflet", f"<!-- Leaflet\n{licence}\n--><script>{script}</script>"),
        ("style", f"<style>{STYLE}</style>"),
    ):
        figure.header.add_child(Verbatim(text), name=name)
    return figure


def style_with_pictures(path: Path) -> str:
    """A style sheet with the pictures of its folder inside."""

    def picture(found: re.Match[str]) -> str:
        return (
            f"url(data:image/png;base64,{base64.b64encode((path.parent / found[1]).read_bytes()).decode()})"
        )

    return re.sub(r"url\((images/[^)]+)\)", picture, path.read_text("utf-8"))


class Verbatim(Element):
    """Text for a page as it stands; given as a template, what somebody typed into it would be run."""

    def __init__(self, text: str) -> None:
        super().__init__("{{ this.text }}")
        self.text = text


def add_layer(page: folium.Map, rows: gpd.GeoDataFrame, labels: "pd.Series[str]", name: str) -> None:
    """Draw rows with a `grade`, the worst on top; where none has a place there is no layer."""
    grades = rows["grade"].map(grade_of)
    drawn = gpd.GeoDataFrame(
        {
            "grade": [grade.key for grade in grades],
            "label": [as_html(f"{label} · {grade.zh}") for label, grade in zip(labels, grades, strict=True)],
        },
        geometry=list(round_coordinates(rows.geometry.to_numpy())),
        # Degrees of both datums are one here, as everywhere (`geodata.crs`).
        crs=WGS84,
    )
    drawn = drawn[drawn.geometry.notna()]
    if drawn.empty:
        return
    worst_last = [grade.key for grade in reversed(ALL_GRADES)]
    folium.GeoJson(
        drawn.sort_values("grade", key=lambda keys: keys.map(worst_last.index)),
        name=name,
        marker=folium.CircleMarker(radius=6),
        style_function=lambda feature: style(BY_KEY[feature["properties"]["grade"]]),
        tooltip=folium.GeoJsonTooltip(["label"], labels=False),
    ).add_to(page)


def as_html(text: str) -> str:
    """Text for a tooltip, which is HTML; a brace is written as an entity, for folium runs what is in them.

    >>> as_html("<b>{{ 6 * 7 }}")
    '&lt;b&gt;&#123;&#123; 6 * 7 }}'
    """
    return html.escape(text).replace("{", "&#123;")


def grade_of(code: float | None) -> Grade:
    """The grade of a code; without one it is 未评定.

    >>> grade_of(1).zh, grade_of(None).zh, grade_of(float("nan")).zh
    ('重大', '未评定', '未评定')
    """
    return UNGRADED if code is None or pd.isna(code) else BY_CODE[int(code)]


def style(grade: Grade) -> dict[str, object]:
    """How Leaflet draws a shape of a grade: a hatch of the page as the fill, which only its SVG can."""
    return {
        "fill": True,
        "fillColor": f"url(#{grade.key})",
        "fillOpacity": 1,
        "color": grade.stroke,
        "weight": 1,
    }


def patterns() -> str:
    """The hatches as SVG patterns, each under the key of its grade."""
    return f'<svg width="0" height="0" style="position:absolute"><defs>{"".join(map(pattern, ALL_GRADES))}</defs></svg>'


def pattern(grade: Grade) -> str:
    """One repeat of a grade's hatch on its colour."""
    turn = "" if grade.hatch == "dots" else ' patternTransform="rotate(45)"'
    side = f'width="{REPEAT_PX}" height="{REPEAT_PX}"'
    return (
        f'<pattern id="{grade.key}" {side} patternUnits="userSpaceOnUse"{turn}><rect {side} fill="{grade.colour}"/>'
        f'<g stroke="{grade.text}" fill="{grade.text}">{HATCHES[grade.hatch]}</g></pattern>'
    )


def legend(zones: gpd.GeoDataFrame, enterprises: gpd.GeoDataFrame, title: str, note: str) -> str:
    """What each sign means and how often it occurs, with what is not on the map (未上图)."""
    columns = [
        rows["grade"].map(lambda code: grade_of(code).key).value_counts() for rows in (zones, enterprises)
    ]
    lines = [
        f'<tr><td><svg><rect fill="url(#{grade.key})" stroke="{grade.stroke}"/></svg></td><td>{grade.letter}</td>'
        f"<th>{grade.zh} <small>{grade.en}</small></th>"
        + "".join(f"<td>{counts.get(grade.key, 0):,}</td>" for counts in columns)
        + "</tr>"
        for grade in ALL_GRADES
    ]
    unplaced = [f"<td>{int(rows.geometry.isna().sum()):,}</td>" for rows in (zones, enterprises)]
    return (
        f'<section class="legend"><h1>{html.escape(title)}</h1><table>'
        "<tr><td></td><td></td><td></td><td>分区</td><td>企业</td></tr>"
        f"{''.join(lines)}<tr><td></td><td></td><th>其中未上图</th>{''.join(unplaced)}</tr></table>"
        f"<p>{html.escape(note)}</p></section>"
    )
