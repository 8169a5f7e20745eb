"""The seeded generator: invented enterprises, zones, receptors, corridors and parks inside the district's outline.

The same scale and seed give the same rows on the same versions of numpy, GEOS and PROJ. Nothing here is true: names
say 演示, no row has a credit code. The larger scales are for load: they fill the same 183 km² with ever smaller plots
(50,000 enterprises are 360 on each square kilometre of land), where a real province spreads over 167,000 km².
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import geopandas
import numpy as np
import pandas as pd

from backend.demo.corridors import corridor_rows
from backend.demo.dangers import installation_columns, people_columns, risk_columns, roster_columns
from backend.demo.enterprises import enterprise_columns, settle
from backend.demo.landscape import landscape
from backend.demo.parks import lay_parks, park_rows
from backend.demo.plane import in_degrees
from backend.demo.plots import cut_plots
from backend.demo.receptors import receptor_table
from backend.demo.streets import lay_streets
from backend.demo.zones import zone_columns
from backend.grades import worst
from geodata.crs import CGCS2000

SEED = 2019


@dataclass(frozen=True)
class Scale:
    """How much there is, and how finely the ground is divided for it.

    Parameters
    ----------
    receptors : besides the units that are receptors themselves.
    subdivisions : blocks between two primary roads, west to east and south to north.
    front_m : usual width of a plot along its street.
    growth : how far the town reaches into the fields, see `streets.lay_streets`.
    """

    enterprises: int
    zones: int
    receptors: int
    subdivisions: tuple[int, int] = (4, 4)
    front_m: float = 115.0
    growth: float = 0.0


SCALES = {
    "small": Scale(60, 300, 40),
    "district": Scale(300, 1_500, 160),
    "city": Scale(5_000, 20_000, 900, (8, 8), 62.0, 0.3),
    "province": Scale(50_000, 200_000, 2_000, (8, 12), 22.0, 1.0),
}


@dataclass(frozen=True)
class DemoData:
    """Frames as the import takes them, EPSG:4490 lon/lat rounded to 1e-7 degrees; keys are those of the source demo.

    The `grade` of enterprises and zones is what their risks come to; nobody declares it.
    """

    groups: geopandas.GeoDataFrame
    enterprises: geopandas.GeoDataFrame
    zones: geopandas.GeoDataFrame
    receptors: geopandas.GeoDataFrame
    corridors: geopandas.GeoDataFrame
    risks: geopandas.GeoDataFrame
    people: geopandas.GeoDataFrame
    installations: geopandas.GeoDataFrame
    roster: geopandas.GeoDataFrame


def generate(scale: str = "district", seed: int = SEED, today: date | None = None) -> DemoData:
    """Make up a district's worth of data.

    Parameters
    ----------
    scale : one of `SCALES`.
    seed : another seed gives other streets and units in the same district.
    today : assessments are of the months before it.
    """
    today = today or datetime.now(UTC).date()
    size = SCALES[scale]
    # A stream of its own for each part: a change to one leaves the others as they were.
    streams = iter(np.random.default_rng(seed).spawn(10))
    ground = landscape()
    streets = lay_streets(ground, next(streams), subdivisions=size.subdivisions, growth=size.growth)
    parks = lay_parks(ground, streets, size.subdivisions)
    plots = cut_plots(ground, streets, parks, next(streams), front_m=size.front_m)
    sites, free = settle(plots, parks, next(streams), size.enterprises)
    enterprises = enterprise_columns(sites, parks, streets, next(streams))
    zones = zone_columns(sites, next(streams), size.zones)
    receptors = receptor_table(
        enterprises, sites.trade, free, ground.lake, next(streams), count=size.receptors
    )
    units, parts = pd.DataFrame(enterprises), pd.DataFrame(zones)
    return DemoData(
        groups=in_lonlat(pd.DataFrame(park_rows(parks))),
        enterprises=in_lonlat(units.assign(grade=site_grades(enterprises, zones))),
        zones=in_lonlat(parts),
        receptors=in_lonlat(receptors),
        corridors=in_lonlat(pd.DataFrame(corridor_rows(ground, streets)).astype({"grade": "Int64"})),
        risks=without_place(risk_columns(parts, next(streams), today)),
        people=without_place(people_columns(units, next(streams))),
        installations=in_lonlat(installation_columns(units, parts, sites.trade, next(streams))),
        roster=without_place(roster_columns(units, next(streams))),
    )


def site_grades(enterprises: Mapping[str, Any], zones: Mapping[str, Any]) -> "pd.Series[int]":
    """Grade each enterprise as its worst zone; none where no zone is graded."""
    graded = pd.Series(zones["grade"], index=zones["enterprise"]).dropna()
    by_site = graded.groupby(level=0).agg(worst)
    return by_site.reindex(enterprises["source_id"]).astype("Int64").reset_index(drop=True)


def without_place(table: pd.DataFrame) -> geopandas.GeoDataFrame:
    """Make a frame, as the import takes it, of rows that are nowhere."""
    return geopandas.GeoDataFrame(table, geometry=np.full(len(table), None, dtype=object), crs=CGCS2000)


def in_lonlat(table: pd.DataFrame) -> geopandas.GeoDataFrame:
    """Turn the drawn geometries of a table, in metres, into longitude and latitude."""
    drawn = [name for name in ("geometry", "outline") if name in table]
    moved = table.assign(**{name: in_degrees(table[name].to_numpy()) for name in drawn})
    return geopandas.GeoDataFrame(moved, geometry="geometry", crs=CGCS2000)
