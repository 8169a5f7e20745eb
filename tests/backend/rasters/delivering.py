"""A population raster in the data folder of a service, brought in as an operator does."""

from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from backend.rasters.storage import Added, Offered, add_raster
from backend.settings import Settings
from tests.rasters import delivered

# A hundred people in every cell of 0.001°, over the whole of 湛河区's surroundings.
EVENLY = np.full((100, 160), 100, "float32")


def bring_in(
    session: Session, data_dir: Path, values: Any = EVENLY, *, unit: Any = "persons", **place: Any
) -> Added:
    """Bring a raster in under the name `population`."""
    file = delivered(data_dir / "人口2025.tif", values, **place)
    offered = Offered(file, "人口格网", 2025, unit, "测试数据")
    return add_raster(session, Settings(data_dir=data_dir), "population", offered, replaces=True)
