"""A dossier: the facts of an enterprise and all its parts, as changes name them, with the version of each row."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import orjson
from geoalchemy2 import Geometry
from sqlalchemy import Select, func, select, type_coerce
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.errors import NotFound
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.contacts import told_phone
from backend.jurisdictions.models import UnitGroup
from backend.risk.documents import given
from backend.risk.models import MajorHazardInstallation, ResponsiblePerson, RiskEvent
from backend.submissions.applying import VISIBLE
from backend.submissions.changes import KINDS
from backend.zones.models import Zone

GRADED: Mapping[str, type[Enterprise] | type[Zone] | type[RiskEvent]] = {
    "enterprise": Enterprise,
    "zone": Zone,
    "risk_event": RiskEvent,
}
DECIMALS = 7


def dossier(session: Session, actor: Actor, enterprise_id: UUID) -> list[dict[str, Any]]:
    """Every row of an enterprise that exists for `actor`: `kind`, `id`, `version`, `name`, `facts`, and its grades.

    Raises
    ------
    NotFound
    """
    of = {
        "enterprise": Enterprise.id == enterprise_id,
        "zone": Zone.enterprise_id == enterprise_id,
        "risk_point": Zone.enterprise_id == enterprise_id,
        "risk_event": RiskEvent.enterprise_id == enterprise_id,
        "measure": RiskEvent.enterprise_id == enterprise_id,
        "person": ResponsiblePerson.enterprise_id == enterprise_id,
        "installation": MajorHazardInstallation.enterprise_id == enterprise_id,
    }
    found = [
        row for kind in KINDS for row in rows_of(session, actor, kind, VISIBLE[kind](actor).where(of[kind]))
    ]
    if not found or found[0]["kind"] != "enterprise":
        raise NotFound
    return found


def rows_of(session: Session, actor: Actor, name: str, rows: Select[Any]) -> Iterator[dict[str, Any]]:
    """Some rows of one kind, with their facts under the names that changes use."""
    kind = KINDS[name]
    columns: dict[str, Any] = {
        fact: func.ST_AsGeoJSON(type_coerce(getattr(kind.model, fact), Geometry), DECIMALS, 0)
        if fact in kind.places
        else getattr(kind.model, kind.columns.get(fact, fact))
        for fact in kind.facts.model_fields
    }
    if name == "enterprise":
        # A group by its code, as everywhere else.
        columns["group"] = select(UnitGroup.code).where(UnitGroup.id == Enterprise.group_id).scalar_subquery()
    graded = GRADED.get(name)
    grades = {} if graded is None else {"grade": graded.grade, "residual_grade": graded.residual_grade}
    selected = rows.with_only_columns(
        kind.model.id.label("row_id"),
        kind.model.version.label("row_version"),
        kind.model.name.label("row_name"),
        *(column.label(f"own_{label}") for label, column in grades.items()),
        *(column.label(f"fact_{fact}") for fact, column in columns.items()),
        maintain_column_froms=True,
    ).order_by(kind.model.number)
    for row in session.execute(selected).mappings():
        yield {
            "kind": name,
            "id": row["row_id"],
            "version": row["row_version"],
            "name": row["row_name"],
            **{label: row[f"own_{label}"] for label in grades},
            "facts": {
                fact: told(actor, kind.places.get(fact), fact, row[f"fact_{fact}"]) for fact in columns
            },
        }


def told(actor: Actor, place: str | None, fact: str, value: Any) -> Any:  # noqa: ANN401 (a fact's JSON)
    """A column as a change would write it."""
    if value is None:
        return None
    if place is not None:
        return orjson.loads(value)
    if fact == "phone":
        return told_phone(actor, value)
    return given(value) if fact in ("inherent", "residual") else value
