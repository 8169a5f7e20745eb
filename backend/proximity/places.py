"""Where the sites and targets of a run lie: read again as they were recorded at its moment, for its own scope."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import geopandas as gpd
import pandas as pd
from sqlalchemy.orm import Session

from backend.proximity.analysis import LAYERS, placed, together
from backend.proximity.asked import Asked
from backend.proximity.describing import moment_of
from backend.proximity.ends import read_sites, read_targets
from backend.proximity.models import ProximityRun
from backend.proximity.runs import maker_of


@dataclass(frozen=True)
class Places:
    """The placed sites that were asked for, and the targets that some are near; frames in EPSG:4490.

    `sites` : `id`, `number`, `name`, `grade`, `edge`, `enterprise`, `accuracy_m`. `targets` : `id`, `number`, `name`,
    `layer`, `kind`, `accuracy_m`, `half_width_m`; corridors are centrelines.
    """

    sites: gpd.GeoDataFrame
    targets: gpd.GeoDataFrame


SITE_COLUMNS = ["id", "number", "name", "grade", "edge", "enterprise", "accuracy_m"]
TARGET_COLUMNS = ["id", "number", "name", "kind", "accuracy_m", "half_width_m"]


def places_of(session: Session, run: ProximityRun, targets: Collection[UUID]) -> Places:
    """The places of a finished run that whoever asks may see.

    Parameters
    ----------
    targets : ids of those that are wanted.
    """
    actor, moment = maker_of(run), moment_of(run)
    asked = Asked.model_validate(run.asked).model_copy(update={"at": moment})
    sites = placed(read_sites(session, actor, asked, asked.start))
    parts = []
    for layer in LAYERS:
        frame = read_targets(session, actor, layer, moment).frame
        some = frame.loc[frame["id"].isin(set(targets)), [*TARGET_COLUMNS, "geometry"]].copy()
        some["layer"] = layer
        some["half_width_m"] = pd.to_numeric(some["half_width_m"]).astype(float)
        parts.append(some)
    return Places(sites[[*SITE_COLUMNS, "geometry"]], together(parts))
