"""Who asks: a person, a machine, or somebody who has not said who they are."""

from dataclasses import dataclass
from uuid import UUID

from backend.jurisdictions.roles import ROLES, Action, Role
from backend.jurisdictions.scope import EVERYTHING, NOTHING, Scope, ScopeKind


@dataclass(frozen=True)
class Actor:
    """Who asks, what exists for them, and what they may do.

    Parameters
    ----------
    name : user name, or the name of a key.
    role : None may do nothing at all.
    id : of the account or the key; None for who has neither.
    has_second_factor : whether a person has proved a second factor in this session; machines need none.
    address : where the request came from.
    """

    name: str
    scope: Scope
    role: Role | None = None
    id: UUID | None = None
    has_second_factor: bool = False
    address: str | None = None

    def may(self, action: Action) -> bool:
        """Whether the role has this action."""
        return self.role is not None and action in self.role.actions


NOBODY = Actor("anonymous", NOTHING)
PUBLIC = Actor("public", Scope(ScopeKind.PUBLIC), ROLES["public_viewer"])
# Demonstration data are fictitious and whole to every reader; nobody writes without an account.
DEMO_READER = Actor("demo-reader", EVERYTHING, ROLES["demo_reader"], has_second_factor=True)
