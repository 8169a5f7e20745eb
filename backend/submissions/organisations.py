"""Who belongs together: people whose scopes share something are of one organisation for the guard."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import WITH_CODES, ScopeKind


@dataclass(frozen=True)
class Organisation:
    """What somebody answers for: the kind of their scope and its codes; the bureau answers for everything."""

    kind: ScopeKind
    codes: frozenset[str]

    def is_apart_from(self, other: "Organisation") -> bool:
        """Whether two are surely not the same: of another kind, or without a code in common."""
        if self.kind != other.kind:
            return True
        return self.kind in WITH_CODES and not self.codes & other.codes


def organisation(actor: Actor) -> Organisation:
    """The organisation of who asks."""
    return Organisation(actor.scope.kind, actor.scope.codes)


def author(actor: Actor) -> dict[str, Any]:
    """Who wrote, as a submission remembers them: with the organisation that they belonged to then."""
    mine = organisation(actor)
    return {
        "id": str(actor.id),
        "name": actor.name,
        "kind": mine.kind.value,
        "codes": sorted(mine.codes),
    }


def with_author(authors: Iterable[Mapping[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    """The authors and one more; who wrote for two organisations is remembered for both."""
    known = [dict(each) for each in authors]
    wrote = author(actor)
    return known if wrote in known else [*known, wrote]


def is_author(authors: Iterable[Mapping[str, Any]], actor: Actor) -> bool:
    """Whether somebody has written of a submission themselves."""
    return any(each["id"] == str(actor.id) for each in authors)


def is_apart(authors: Iterable[Mapping[str, Any]], actor: Actor) -> bool:
    """Whether somebody is neither an author nor of the organisation of one."""
    mine = organisation(actor)
    return not is_author(authors, actor) and all(
        mine.is_apart_from(Organisation(ScopeKind(each["kind"]), frozenset(each["codes"])))
        for each in authors
    )
