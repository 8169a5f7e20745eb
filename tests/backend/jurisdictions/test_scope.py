"""The gate: each kind of scope, and the empty ones."""

import pytest
from sqlalchemy.orm import Session

from backend.enterprises.queries import visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from tests import make

MAZHUANG, NANHUAN = "410411001", "410411002"


@pytest.fixture
def names(session: Session) -> dict[str, str]:
    """Three enterprises by name with their ids: two townships, two sectors, and one that belongs to nobody."""
    for code in (MAZHUANG, NANHUAN):
        make.area(session, code, code, None, level="township")
    rows = [
        make.enterprise(session, "甲", township_code=MAZHUANG, sector_code="education"),
        make.enterprise(session, "乙", township_code=NANHUAN, sector_code="health"),
        make.enterprise(session, "丙"),
    ]
    return {row.name: str(row.id) for row in rows}


def seen(session: Session, scope: Scope) -> set[str]:
    return {row.name for row in session.scalars(visible_enterprises(Actor("somebody", scope)))}


def test_everything_is_seen_by_who_may_see_everything(session: Session, names: dict[str, str]) -> None:
    assert seen(session, EVERYTHING) == {"甲", "乙", "丙"}


@pytest.mark.parametrize(
    ("kind", "code"), [(ScopeKind.TOWNSHIPS, MAZHUANG), (ScopeKind.SECTORS, "education")]
)
def test_a_township_or_sector_sees_its_own(
    session: Session, names: dict[str, str], kind: ScopeKind, code: str
) -> None:
    assert seen(session, Scope(kind, frozenset({code}))) == {"甲"}


def test_an_enterprise_sees_itself(session: Session, names: dict[str, str]) -> None:
    assert seen(session, Scope(ScopeKind.ENTERPRISES, frozenset({names["乙"]}))) == {"乙"}


@pytest.mark.parametrize("kind", [ScopeKind.TOWNSHIPS, ScopeKind.SECTORS, ScopeKind.ENTERPRISES])
def test_an_empty_scope_sees_nothing(session: Session, names: dict[str, str], kind: ScopeKind) -> None:
    assert seen(session, Scope(kind)) == set()
