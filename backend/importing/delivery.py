"""Rows as they arrived: one column of cells for each of our fields, the geometries, and how to name a row."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas
import numpy as np
from numpy.typing import NDArray

from backend.importing.checking.findings import Cells
from backend.importing.errors import MissingColumns
from backend.importing.fields import Kind
from backend.importing.files.values import as_text
from geodata.arrays import Geometries, geometry_array
from geodata.crs import Datum
from geodata.problems import RowProblem


@dataclass(frozen=True)
class Delivery:
    """What somebody delivered, in our words but not yet checked.

    Parameters
    ----------
    rows : the author's number of each row.
    source_ids : the source's key of each row; None where the cell is empty.
    cells : by field name; only fields that the delivery says something about.
    places : in `datum`; None where a row has none.
    outlines : outlines of enterprises whose place is a point, where the delivery has them.
    datum : None only where no row has a place.
    problems : what could not even be read, such as a coordinate that is no number.
    notices : what the reader noticed about the whole file.
    """

    kind: Kind
    source: str
    rows: NDArray[np.int64]
    source_ids: Cells
    cells: Mapping[str, Cells]
    places: Geometries
    datum: Datum | None
    outlines: Geometries | None = None
    problems: tuple[RowProblem, ...] = ()
    is_demo: bool = False
    notices: tuple[str, ...] = ()

    @property
    def has_places(self) -> bool:
        """Whether places were delivered that the kind takes."""
        return self.datum is not None and self.kind.place is not None


def delivery_of_frame(
    kind: Kind,
    frame: geopandas.GeoDataFrame,
    *,
    source: str,
    datum: Datum,
    accuracy_m: float | None,
    is_demo: bool,
) -> Delivery:
    """Take a frame whose columns are named like our fields; columns that are no field of the kind are ignored."""
    cells = {each.name: as_text(frame[each.name]) for each in kind.fields if each.name in frame}
    if accuracy_m is not None:
        cells["accuracy_m"] = np.full(len(frame), str(accuracy_m), dtype=object)
    return Delivery(
        kind=kind,
        source=source,
        rows=np.arange(1, len(frame) + 1),
        source_ids=as_text(frame["source_id"]),
        cells=cells,
        places=geometry_array(frame.geometry.to_numpy()),
        datum=datum,
        outlines=geometry_array(frame["outline"].to_numpy()) if "outline" in frame else None,
        is_demo=is_demo,
    )


def require_fields(kind: Kind, given: Mapping[str, object]) -> None:
    """Refuse a delivery that says nothing at all about a required field."""
    missing = [field for field in kind.fields if field.is_required and field.name not in given]
    if missing:
        named = "、".join(f"{field.label}（{field.name}）" for field in missing)
        raise MissingColumns(
            f"没有对应的列：{named}。请用 --map 字段=列名 指定，或用 --set 字段=值 填写固定值。",
            [field.label for field in missing],
        )
