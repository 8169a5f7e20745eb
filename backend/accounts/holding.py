"""What an account or a key holds: a role and the codes of its scope, checked before they are written."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import Select, Uuid, column, select, table
from sqlalchemy.orm import Session

from backend.errors import DomainError
from backend.jurisdictions.models import Area, Sector, UnitGroup
from backend.jurisdictions.roles import ROLES, Holders, Role
from backend.jurisdictions.scope import NOTHING, WITH_CODES, Scope, ScopeKind

MOST_CODES = 500
# By its name only: the slice of enterprises stands above this one. Who grants a scope sees names, never facts.
ENTERPRISE = table("enterprise", column("id", Uuid), column("name"), column("township_code"))

Names = Mapping[ScopeKind, Mapping[str, str]]


class GrantUnsuitable(DomainError):
    """A role or a code that does not exist, or does not go with the other."""

    code = "grant_unsuitable"


def held_role(code: str | None) -> Role | None:
    """The role with this code; one that a later version has taken away grants nothing."""
    return None if code is None else ROLES.get(code)


def scope_of(role: Role | None, codes: Collection[str]) -> Scope:
    """The scope that a role has with these codes."""
    if role is None:
        answer = NOTHING
    elif role.scope_kind in WITH_CODES:
        answer = Scope(role.scope_kind, frozenset(codes))
    else:
        answer = Scope(role.scope_kind)
    return answer


def check_grant(session: Session, role: str | None, codes: Collection[str], *, is_for: Holders) -> list[str]:
    """The codes in order, each once, when the role takes them.

    Parameters
    ----------
    is_for : whether an account or a key is to hold it.

    Raises
    ------
    GrantUnsuitable
        Naming the role or the codes that are wrong.
    """
    wanted = held_role(role)
    if role is not None and (wanted is None or not may_hold(wanted, is_for)):
        raise GrantUnsuitable(
            "没有这个角色，或它不能授予这一类账号。", [{"pointer": "/role", "reason": "不可用的角色"}]
        )
    kind = ScopeKind.NOTHING if wanted is None else wanted.scope_kind
    if codes and kind not in WITH_CODES:
        raise GrantUnsuitable("这个角色没有范围可选。", [{"pointer": "/codes", "reason": "这个角色不带范围"}])
    if len(codes) > MOST_CODES:
        raise GrantUnsuitable(
            f"范围最多 {MOST_CODES} 项。", [{"pointer": "/codes", "reason": f"最多 {MOST_CODES} 项"}]
        )
    unknown = sorted(set(codes) - names(session, kind, codes).keys())
    if unknown:
        raise GrantUnsuitable(
            f"范围中有不存在的代码：{'、'.join(unknown[:5])[:200]}。",
            [{"pointer": "/codes", "reason": f"没有 {code[:64]}"} for code in unknown[:20]],
        )
    return sorted(set(codes))


def may_hold(role: Role, holder: Holders) -> bool:
    """Whether a role can be given to such a holder; a machine may hold what a person without administration may."""
    if holder is Holders.KEYS and role.is_for is Holders.ACCOUNTS:
        return not role.needs_second_factor
    return role.is_for is holder


def names(session: Session, kind: ScopeKind, codes: Collection[str]) -> dict[str, str]:
    """The names behind the codes of a scope; what does not exist is left out."""
    match kind:
        case ScopeKind.TOWNSHIPS:
            found: Select[str, str] = select(Area.code, Area.name).where(
                Area.level == "township", Area.code.in_(codes)
            )
        case ScopeKind.SECTORS:
            found = select(Sector.code, Sector.name_zh).where(Sector.code.in_(codes))
        case ScopeKind.GROUPS:
            groups = select(UnitGroup.id, UnitGroup.name).where(UnitGroup.id.in_(uuids(codes)))
            return {str(id_): name for id_, name in session.execute(groups)}
        case ScopeKind.ENTERPRISES:
            sites = select(ENTERPRISE.c.id, ENTERPRISE.c.name).where(ENTERPRISE.c.id.in_(uuids(codes)))
            return {str(id_): name for id_, name in session.execute(sites)}
        case _:
            return {}
    return {row[0]: row[1] for row in session.execute(found)}


def names_in(session: Session, scopes: Iterable[Scope]) -> Names:
    """The names behind the codes of many scopes, asked for once for each kind."""
    codes: dict[ScopeKind, set[str]] = {}
    for scope in scopes:
        codes.setdefault(scope.kind, set()).update(scope.codes)
    return {kind: names(session, kind, wanted) for kind, wanted in codes.items() if wanted}


def uuids(codes: Collection[str]) -> list[UUID]:
    """Those of the codes that are written as a UUID is."""
    found = []
    for code in codes:
        try:
            parsed = UUID(code)
        except ValueError:
            continue
        if str(parsed) == code:
            found.append(parsed)
    return found
