"""The one gate: who asks, and which rows exist for them.

A scope is exactly one kind, and an empty one sees nothing. Every select of rows that belong to enterprises is
built from it; nobody filters by township, sector or enterprise anywhere else.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute


class ScopeKind(StrEnum):
    """What the codes of a scope are."""

    EVERYTHING = "everything"
    TOWNSHIPS = "townships"
    SECTORS = "sectors"
    ENTERPRISES = "enterprises"


@dataclass(frozen=True)
class Scope:
    """The part of the register that exists for somebody."""

    kind: ScopeKind
    codes: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> str:
        """The same for equal scopes only; part of every cache key and ETag.

        >>> a = Scope(ScopeKind.TOWNSHIPS, frozenset({"410411001", "410411002"}))
        >>> b = Scope(ScopeKind.TOWNSHIPS, frozenset({"410411002", "410411001"}))
        >>> a.fingerprint == b.fingerprint != EVERYTHING.fingerprint
        True
        """
        said = "\x1f".join([self.kind, *sorted(self.codes)])
        return hashlib.sha256(said.encode()).hexdigest()[:16]


EVERYTHING = Scope(ScopeKind.EVERYTHING)


@dataclass(frozen=True)
class Actor:
    """Who asks."""

    name: str
    scope: Scope


# Demonstration data are fictitious and whole to every reader; accounts will put signed-in people here.
VIEWER = Actor("viewer", EVERYTHING)


def current_actor() -> Actor:
    """The actor of a request."""
    return VIEWER


CurrentActor = Annotated[Actor, Depends(current_actor)]


def may_see(
    scope: Scope,
    *,
    township: InstrumentedAttribute[Any],
    sector: InstrumentedAttribute[Any],
    enterprise: InstrumentedAttribute[Any],
) -> ColumnElement[bool]:
    """The predicate of a scope over the columns that say whose a row is.

    Parameters
    ----------
    township, sector, enterprise : columns with the row's township code, sector code and enterprise id.
        A scope without codes sees nothing, and so does a row without a code.
    """
    if scope.kind is ScopeKind.EVERYTHING:
        answer: ColumnElement[bool] = true()
    elif scope.kind is ScopeKind.TOWNSHIPS:
        answer = township.in_(sorted(scope.codes))
    elif scope.kind is ScopeKind.SECTORS:
        answer = sector.in_(sorted(scope.codes))
    else:
        answer = enterprise.in_([UUID(code) for code in sorted(scope.codes)])
    return answer
