"""Which rows of the risk database exist for an actor: whoever sees a zone sees what stands behind its grade."""

from sqlalchemy import Select, or_, select

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import may_see
from backend.risk.models import (
    ControlMeasure,
    MajorHazardInstallation,
    ProtectiveArea,
    ResponsiblePerson,
    RiskEvent,
    RiskEventCount,
    RiskPoint,
    RosterEntry,
)
from backend.zones.models import Zone
from backend.zones.queries import visible_zones


def visible_points(actor: Actor) -> Select[RiskPoint]:
    """The risk points of visible zones, joined with their zone and its enterprise."""
    return (
        visible_zones(actor)
        .join(RiskPoint, RiskPoint.zone_id == Zone.id)
        .with_only_columns(RiskPoint, maintain_column_froms=True)
    )


def visible_events(actor: Actor) -> Select[RiskEvent]:
    """The risk events of visible zones; by columns of their own, which are the zone's."""
    return select(RiskEvent).where(
        may_see(
            actor.scope,
            townships=RiskEvent.township_codes,
            sector=RiskEvent.sector_code,
            group=RiskEvent.group_id,
            enterprise=RiskEvent.enterprise_id,
        )
    )


def visible_event_counts(actor: Actor) -> Select[RiskEventCount]:
    """How many events exist for this actor: the counts of those that `visible_events` selects."""
    return select(RiskEventCount).where(
        may_see(
            actor.scope,
            townships=RiskEventCount.township_codes,
            sector=RiskEventCount.sector_code,
            group=RiskEventCount.group_id,
            enterprise=RiskEventCount.enterprise_id,
        )
    )


def visible_measures(actor: Actor) -> Select[ControlMeasure]:
    """The measures against visible events, joined with their event."""
    return (
        visible_events(actor)
        .join(ControlMeasure, ControlMeasure.event_id == RiskEvent.id)
        .with_only_columns(ControlMeasure, maintain_column_froms=True)
    )


def visible_people(actor: Actor) -> Select[ResponsiblePerson]:
    """The people of visible enterprises and of visible zones; phones are masked where they are told."""
    enterprises = visible_enterprises(actor).with_only_columns(Enterprise.id)
    zones = visible_zones(actor).with_only_columns(Zone.id)
    return select(ResponsiblePerson).where(
        or_(ResponsiblePerson.enterprise_id.in_(enterprises), ResponsiblePerson.zone_id.in_(zones))
    )


def visible_installations(actor: Actor) -> Select[MajorHazardInstallation]:
    """The major hazard installations (重大危险源) of visible enterprises, joined with their enterprise."""
    return (
        visible_enterprises(actor)
        .join(MajorHazardInstallation, MajorHazardInstallation.enterprise_id == Enterprise.id)
        .with_only_columns(MajorHazardInstallation, maintain_column_froms=True)
    )


def visible_protective_areas(actor: Actor) -> Select[ProtectiveArea]:
    """The areas of external safety distance of visible enterprises, joined with their enterprise."""
    return (
        visible_enterprises(actor)
        .join(ProtectiveArea, ProtectiveArea.enterprise_id == Enterprise.id)
        .with_only_columns(ProtectiveArea, maintain_column_froms=True)
    )


def visible_roster(actor: Actor) -> Select[RosterEntry]:
    """The roster of one's own territory or sector, and the entry that one's own enterprise answers."""
    return (
        select(RosterEntry)
        .outerjoin(Enterprise, Enterprise.id == RosterEntry.enterprise_id)
        .where(
            may_see(
                actor.scope,
                townships=RosterEntry.township_code,
                sector=RosterEntry.sector_code,
                group=Enterprise.group_id,
                enterprise=RosterEntry.enterprise_id,
            )
        )
    )
