"""Areas of external safety distance (外部安全防护距离): what an evaluation report says in place of a distance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import geopandas as gpd
from sqlalchemy import func
from sqlalchemy.orm import Session

from backend.jurisdictions.actors import Actor
from backend.proximity.ends import Column, frame_of
from backend.register.history import as_of
from backend.risk.models import ProtectiveArea
from backend.risk.queries import visible_protective_areas
from geodata.proximity import Prepared, pairs_within, prepare

TOUCHING_M = 0.001
"""What is nearer than this reaches into an area."""


@dataclass(frozen=True)
class ReportArea:
    """The area that was used for a pair, and whether the target reaches into it."""

    name: str
    report: str
    reported_on: date | None
    is_inside: bool


@dataclass(frozen=True)
class Areas:
    """The areas of some enterprises: `frame` has `enterprise_id`, `name`, `report`, `reported_on`, the newest first."""

    frame: gpd.GeoDataFrame

    @property
    def owners(self) -> frozenset[UUID]:
        """The enterprises that have an area."""
        return frozenset(self.frame["enterprise_id"])

    def reached(self, targets: Prepared) -> Mapping[tuple[UUID, int], ReportArea]:
        """By enterprise and position of a target: the newest of its areas that the target reaches into.

        A corridor reaches in with its outer edge.
        """
        if not len(self.frame):
            return {}
        pairs = pairs_within(prepare(self.frame, is_checked=True), targets, TOUCHING_M)
        found: dict[tuple[UUID, int], ReportArea] = {}
        for pair in pairs.sort_values("site", kind="stable").itertuples():
            owner = self.frame["enterprise_id"].iloc[pair.site]
            found.setdefault((owner, int(pair.receptor)), self.told(pair.site, is_inside=True))
        return found

    def beyond(self, owner: UUID) -> ReportArea:
        """The newest area of an enterprise, for a target that reaches into none of them."""
        return self.told(self.frame.index[self.frame["enterprise_id"] == owner][0], is_inside=False)

    def told(self, row: int, *, is_inside: bool) -> ReportArea:
        """An area as a pair is told of it."""
        area = self.frame.iloc[row]
        return ReportArea(area["name"], area["report"], area["reported_on"], is_inside)


def read_areas(session: Session, actor: Actor, owners: Iterable[UUID], moment: datetime | None) -> Areas:
    """The areas of some enterprises that exist for the actor, as they were recorded at a moment."""
    columns: list[Column] = [
        ProtectiveArea.enterprise_id,
        ProtectiveArea.name,
        ProtectiveArea.report,
        ProtectiveArea.reported_on,
        ProtectiveArea.accuracy_m,
        func.ST_AsBinary(ProtectiveArea.boundary).label("place"),
    ]
    rows = (
        visible_protective_areas(actor)
        .where(ProtectiveArea.enterprise_id.in_(list(owners)))
        .with_only_columns(*columns, maintain_column_froms=True)
        .order_by(ProtectiveArea.reported_on.desc().nulls_last(), ProtectiveArea.number.desc())
    )
    return Areas(frame_of(session, as_of(rows, moment)))
