"""Waiting rows that are not for who imports: put aside before anything is said about them.

Before the change and after it the enterprise that a row belongs to must exist for the actor. What a row points at is
looked up among their own (`checking/references.py`); here are the rows that are in the register already under the same
key, and those that say themselves whose they are. The same words are used whether something is hidden or not there.
"""

from collections.abc import Mapping
from typing import Any, cast

from psycopg import sql
from sqlalchemy import ColumnElement, Select, Text, Uuid, literal_column, or_, select
from sqlalchemy.dialects import postgresql

from backend.importing.checking.owning import OUT_OF_BOUNDS, own_enterprises
from backend.importing.writing.guarding import Refusal, taken_out
from backend.importing.writing.staging import Staged
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import may_see
from backend.risk.models import (
    ControlMeasure,
    MajorHazardInstallation,
    ProtectiveArea,
    ResponsiblePerson,
    RiskEvent,
    RiskPoint,
    RosterEntry,
)
from backend.risk.queries import visible_roster
from backend.zones.models import Zone

CODE = "out_of_bounds"
HINT = "只能导入本单位管辖的企业及其资料；新企业请写明街道/乡镇和行业；编号已被别处使用的，请换一个编号"
# Columns that say whose a row is, of the tables whose rows say it themselves.
OWNING: Mapping[str, tuple[str, ...]] = {
    "enterprise": ("township_code", "sector_code", "group_id"),
    "roster_entry": ("township_code", "sector_code", "enterprise_id"),
}


def own_rows(actor: Actor, table: str) -> sql.Composable:
    """Write the select of the ids of a table's rows that an actor may write."""
    return in_sql(_own_ids(actor, table))


def _own_ids(actor: Actor, table: str) -> Select[Any]:
    own = own_enterprises(actor)
    zones = select(Zone.id).where(Zone.enterprise_id.in_(own))
    match table:
        case "enterprise":
            ids: Select[Any] = own
        case "zone":
            ids = zones
        case "risk_point":
            ids = select(RiskPoint.id).where(RiskPoint.zone_id.in_(zones))
        case "risk_event":
            ids = select(RiskEvent.id).where(RiskEvent.enterprise_id.in_(own))
        case "control_measure":
            events = select(RiskEvent.id).where(RiskEvent.enterprise_id.in_(own))
            ids = select(ControlMeasure.id).where(ControlMeasure.event_id.in_(events))
        case "responsible_person":
            ids = select(ResponsiblePerson.id).where(
                or_(ResponsiblePerson.enterprise_id.in_(own), ResponsiblePerson.zone_id.in_(zones))
            )
        case "major_hazard_installation":
            ids = select(MajorHazardInstallation.id).where(MajorHazardInstallation.enterprise_id.in_(own))
        case "protective_area":
            ids = select(ProtectiveArea.id).where(ProtectiveArea.enterprise_id.in_(own))
        case "roster_entry":
            ids = visible_roster(actor).with_only_columns(RosterEntry.id)
        case _:
            raise ValueError(f"rows of {table} belong to nobody")
    return ids


def take_out_hidden(staged: Staged, actor: Actor) -> list[Refusal]:
    """Take out the rows whose key is that of a row of somebody else; they are not marked yet."""
    return taken_out(staged, _refusals(hidden(staged, actor)))


def hidden(staged: Staged, actor: Actor) -> list[int]:
    """Give the positions of waiting rows whose key is that of a row that is not the actor's."""
    rows = staged.run(
        """
        SELECT s.nth
        FROM {table} AS s
        JOIN {target} AS t ON {same_key}
        WHERE NOT EXISTS (SELECT FROM ({own}) AS o (id) WHERE o.id = t.id)
        """,
        same_key=sql.SQL(" AND ").join(
            sql.SQL("t.{0} = s.{0}").format(sql.Identifier(column)) for column in staged.key
        ),
        own=own_rows(actor, staged.kind.table),
    ).fetchall()
    return [nth for (nth,) in rows]


def take_out_foreign(staged: Staged, actor: Actor) -> list[Refusal]:
    """Take out the marked rows that would not be the actor's once they are written."""
    owning = OWNING.get(staged.kind.table)
    if owning is None:
        return []
    sent = {column.name for column in staged.columns}
    township, sector, group = (
        literal_column(f"{'s' if name in sent else 't'}.{name}", Uuid if name.endswith("_id") else Text)
        for name in owning
    )
    is_roster = staged.kind.table == RosterEntry.__tablename__
    own_id = group if is_roster else literal_column("t.id", Uuid)
    # An entry of the roster is of no group.
    mine = may_see(
        actor.scope,
        townships=cast("Any", township),
        sector=cast("Any", sector),
        group=cast("Any", literal_column("NULL", Uuid) if is_roster else group),
        enterprise=cast("Any", own_id),
    )
    rows = staged.run(
        """
        SELECT s.nth
        FROM {table} AS s
        LEFT JOIN {target} AS t ON t.id = s.found
        WHERE NOT coalesce({mine}, false)
        """,
        mine=in_sql(mine),
    ).fetchall()
    return taken_out(staged, _refusals([nth for (nth,) in rows]))


def take_out_with(staged: Staged, positions: list[int]) -> list[Refusal]:
    """Take out rows because of what they bring along, or what they belong to."""
    return taken_out(staged, _refusals(sorted(set(positions))))


def _refusals(positions: list[int]) -> list[Refusal]:
    return [Refusal(position, "source_id", OUT_OF_BOUNDS, CODE, HINT) for position in positions]


def in_sql(clause: ColumnElement[bool] | Select[Any]) -> sql.Composable:
    """Write a clause with its values in it, for statements that psycopg runs."""
    # SQLAlchemy has no type for it.
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    text = str(clause.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    # Its values are codes and ids, quoted by the compiler.
    return sql.SQL(text)
