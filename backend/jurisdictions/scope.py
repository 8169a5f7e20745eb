"""The one gate: which rows exist for somebody.

A scope is exactly one kind, and an empty one sees nothing. Every select of rows that belong to enterprises is
built from it; nobody filters by township, sector, group or enterprise anywhere else.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, cast, false, true
from sqlalchemy.orm import InstrumentedAttribute


class ScopeKind(StrEnum):
    """What the codes of a scope are; those of groups and enterprises are their ids."""

    EVERYTHING = "everything"
    TOWNSHIPS = "townships"
    SECTORS = "sectors"
    GROUPS = "groups"
    ENTERPRISES = "enterprises"
    PUBLIC = "public"
    NOTHING = "nothing"


# The kinds that name whose rows they see.
WITH_CODES = frozenset({ScopeKind.TOWNSHIPS, ScopeKind.SECTORS, ScopeKind.GROUPS, ScopeKind.ENTERPRISES})


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
NOTHING = Scope(ScopeKind.NOTHING)


def may_see(
    scope: Scope,
    *,
    townships: InstrumentedAttribute[Any],
    sector: InstrumentedAttribute[Any],
    group: InstrumentedAttribute[Any],
    enterprise: InstrumentedAttribute[Any],
) -> ColumnElement[bool]:
    """The predicate of a scope over the columns that say whose a row is.

    Parameters
    ----------
    townships : column with the row's township code, or with the list of them all.
    sector, group, enterprise : columns with the row's sector code, group id and enterprise id.
        A scope without codes sees nothing, and so does a row without a code. The public sees nothing that
        belongs to an enterprise.
    """
    codes = sorted(scope.codes)
    match scope.kind:
        case ScopeKind.EVERYTHING:
            answer: ColumnElement[bool] = true()
        case ScopeKind.TOWNSHIPS if isinstance(townships.type, ARRAY):
            answer = townships.overlap(cast(codes, ARRAY(Text)))
        case ScopeKind.TOWNSHIPS:
            answer = townships.in_(codes)
        case ScopeKind.SECTORS:
            answer = sector.in_(codes)
        case ScopeKind.GROUPS:
            answer = group.in_([UUID(code) for code in codes])
        case ScopeKind.ENTERPRISES:
            answer = enterprise.in_([UUID(code) for code in codes])
        case ScopeKind.PUBLIC | ScopeKind.NOTHING:
            answer = false()
    return answer


def lies_in(scope: Scope, townships: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether a row that everybody may see, with the list of its townships, lies where a scope answers for it."""
    match scope.kind:
        case ScopeKind.EVERYTHING:
            answer: ColumnElement[bool] = true()
        case ScopeKind.TOWNSHIPS:
            answer = townships.overlap(cast(sorted(scope.codes), ARRAY(Text)))
        case _:
            answer = false()
    return answer
