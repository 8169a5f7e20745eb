"""The two kinds of array everything here is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Geometries = NDArray[np.object_]
"""Shapely geometries; a missing one is None."""


def geometry_array(geometries: Sequence[Any] | Geometries) -> Geometries:
    """Lay geometries (a list, an object array, a GeoSeries) in a one-dimensional object array.

    >>> import shapely
    >>> geometry_array([shapely.Point(1, 2), None]).shape
    (2,)
    """
    # np.asarray([...]) would look inside geometries that are sequences; filling an empty array does not.
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries if isinstance(geometries, np.ndarray) else list(geometries)
    return array
