"""What a vector file gives when read: its rows, its datum, and the rows that need a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.arrays import Geometries
from geodata.crs import Datum
from geodata.problems import RowProblem
from geodata.strict_json import JSON


@dataclass(frozen=True)
class VectorTable:
    """The rows of a file, nothing converted and nothing left out.

    `frame` : attributes as read and a column `geometry` in the file's OWN coordinates, x before y, None where the row
    has no place (or one that could not be read: then `problems` says so). The index is what the user sees: the line
    in a text editor for CSV (the header is line 1), the feature's number from 1 for all others.
    `datum` : what the coordinates are measured in; None for a table without coordinates.
    `encoding` : of the attribute texts.
    `has_place_columns` : the places stand in two columns of the frame, as in a CSV, and not beside it.
    """

    frame: gpd.GeoDataFrame
    datum: Datum | None
    encoding: str
    problems: list[RowProblem] = field(default_factory=list)
    has_place_columns: bool = False


def geo_frame(
    attributes: pd.DataFrame, geometries: Geometries | Sequence[object], datum: Datum | None
) -> gpd.GeoDataFrame:
    """Join attributes and geometries; an attribute that is itself called "geometry" becomes "geometry_"."""
    attributes = attributes.rename(columns={"geometry": "geometry_"})
    crs = f"EPSG:{datum.epsg}" if datum is not None and datum.epsg is not None else None
    places = gpd.GeoSeries(list(geometries), index=attributes.index, crs=crs)
    return gpd.GeoDataFrame(attributes, geometry=places, crs=crs)


def attribute_column(values: Sequence[JSON], index: pd.Index[int]) -> pd.Series[JSON]:
    """Lay JSON values in a column whose type loses nothing: whole numbers stay whole beside missing ones.

    >>> attribute_column([410411, None], pd.RangeIndex(2)).tolist()
    [410411, <NA>]
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str}:
        return pd.Series(values, index=index, dtype="str")
    if kinds == {int} and all(value is None or abs(value) < 2**63 for value in values):
        return pd.Series(values, index=index, dtype="Int64" if None in values else "int64")
    if kinds <= {int, float}:
        return pd.Series([np.nan if value is None else float(value) for value in values], index=index)
    return pd.Series(list(values), index=index, dtype=object)
