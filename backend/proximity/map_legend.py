"""The legend of a printed map: every sign that is on it with how many there are, the scale and the north."""

from collections import Counter

import geopandas as gpd
import pandas as pd
import shapely

from backend.printing.drawing import Frame, element, grade_sign, north_arrow, scale_bar, text
from backend.proximity.map_signs import (
    BY_GRADE,
    CONNECTION,
    DISTRICT,
    TOWNSHIP,
    grade_of,
    line_sign,
    target_sign,
)
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS
from geodata.arrays import Geometries

ROW_MM = 4.9


def legend_parts(
    frame: Frame, sites: pd.DataFrame, targets: pd.DataFrame, areas: gpd.GeoDataFrame, lines: Geometries
) -> list[str]:
    """North arrow, scale, and every sign that is on the map with how many there are."""
    x = frame.width_mm + 5
    connections = int((~shapely.is_empty(lines)).sum())
    rows = legend_rows(sites, targets, areas, connections)
    # Above the scale; a long legend is drawn smaller.
    heights = [ROW_MM * (1.4 if sign is None else 1.0) for sign, _ in rows]
    smaller = min(1.0, (frame.height_mm - 26) / sum(heights))
    table, y = [], 0.0
    for (sign, said), height in zip(rows, heights, strict=True):
        y += height
        if sign is None:
            table.append(text(said, 0, y - 1, 3.0, font_weight="bold"))
        else:
            table.append(element("g", sign, transform=f"translate(3.5 {y - 2.1:.2f})"))
            table.append(text(said, 9, y - 1, 3.0))
    bottom = frame.height_mm - 1.5
    return [
        north_arrow(x + 46, 1),
        text("图例", x, 6, 4.2, font_weight="bold"),
        element("g", "".join(table), transform=f"translate({x} 8) scale({smaller:.3f})"),
        scale_bar(frame, x + 1, bottom - 5.5),
        text(f"比例尺 1:{frame.denominator:,}".replace(",", " "), x, bottom - 1, 3.0),
    ]


def legend_rows(
    sites: pd.DataFrame, targets: pd.DataFrame, areas: gpd.GeoDataFrame, connections: int
) -> list[tuple[str | None, str]]:
    """Signs with their words; a heading has no sign."""
    inside = sites[sites["is_inside"]]
    graded = Counter(grade_of(row).code for _, row in inside.iterrows())
    rows: list[tuple[str | None, str]] = [(None, "单位（风险等级）")]
    rows += [
        (grade_sign(grade, 0, 0), f"{grade.zh}　{graded[code]} 个")
        for code, grade in BY_GRADE.items()
        if graded[code] or code in (1, 2, 3, 4)
    ]
    if len(inside) < len(sites):
        rows.append(("", f"图幅以外　{len(sites) - len(inside)} 个"))
    for layer, heading, words in (
        ("receptors", "防护目标", RECEPTOR_KINDS),
        ("corridors", "交通干线", CORRIDOR_CLASSES),
    ):
        is_there = (targets["layer"] == layer) & ~shapely.is_empty(targets["shape"].to_numpy())
        counted = Counter(targets.loc[is_there, "kind"])
        if counted:
            rows.append((None, heading))
        rows += [
            (
                target_sign(layer, kind),
                f"{words[kind][0]}　{counted[kind]} {'个' if layer == 'receptors' else '条'}",
            )
            for kind in words
            if counted[kind]
        ]
    rows.append((None, "其他"))
    rows.append((line_sign(CONNECTION), f"最近连线　{connections} 对"))
    levels = set(areas["level"])
    if levels - {"township"}:
        rows.append((line_sign(DISTRICT), "区县界"))
    if "township" in levels:
        rows.append((line_sign(TOWNSHIP), "街道（乡镇）界"))
    return rows
