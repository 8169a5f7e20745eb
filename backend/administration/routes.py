"""The administrations over HTTP: each route names by its actor's type whose business it is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from backend.accounts.access import AccountKeeper, Administrator, AnyRole, Auditor, Granter
from backend.accounts.holding import may_hold
from backend.accounts.schemas import LinkOut
from backend.administration import accounts, keys
from backend.administration.schemas import (
    AccountChange,
    AccountOut,
    AccountsOut,
    EnterpriseNames,
    Grant,
    KeysOut,
    NewAccount,
    NewAccountOut,
    NewKey,
    NewKeyOut,
    RoleOut,
    RolesOut,
    State,
    TerritoriesOut,
)
from backend.administration.territories import enterprise_names, territories
from backend.audit.chain import Watch, verify
from backend.audit.queries import Filter, events
from backend.audit.schemas import DeedsOut, EventsOut, FaultOut, VerificationOut
from backend.audit.trail import DEEDS
from backend.database import ReadSession, WriteSession
from backend.errors import BadParameter
from backend.jurisdictions.roles import ACTIONS, ROLES, Holders
from backend.register.rows import terms
from backend.web.conditions import SeenVersion, etag
from backend.web.keeping import never_kept
from backend.web.parameters import BIGINT_MAX

router = APIRouter(prefix="/api/v1", tags=["administration"], dependencies=[Depends(never_kept)])
Words = Annotated[str | None, Query(max_length=100)]
Moment = Annotated[datetime | None, Query(description="RFC 3339 moment with its offset")]


@router.get("/roles")
def read_roles(actor: AnyRole) -> RolesOut:
    """Which role may do what."""
    return RolesOut(
        actions=terms(ACTIONS),
        roles=[
            RoleOut(
                code=role.code,
                zh=role.zh,
                en=role.en,
                about_zh=role.about_zh,
                about_en=role.about_en,
                scope_kind=role.scope_kind.value,
                actions=sorted(role.actions),
                needs_second_factor=role.needs_second_factor,
                looks_are_audited=role.looks_are_audited,
                is_for=role.is_for.value,
                may_hold_keys=may_hold(role, Holders.KEYS),
            )
            for role in ROLES.values()
        ],
    )


@router.get("/accounts")
def read_accounts(
    actor: Administrator,
    session: ReadSession,
    q: Words = None,
    role: Words = None,
    state: State | None = None,
    sort: Annotated[str, Query(max_length=40)] = "username",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AccountsOut:
    """A page of accounts; `role=none` finds those without one."""
    words = plain("q", q)
    return accounts.accounts(
        session, words=words, role=plain("role", role), state=state, sort=sort, page=page, limit=limit
    )


@router.post("/accounts", status_code=201)
def create_account(
    request: Request, given: NewAccount, actor: AccountKeeper, session: WriteSession
) -> NewAccountOut:
    """Make an account; the link to choose a password by is told once."""
    return accounts.create_account(session, actor, given, is_demo=request.app.state.is_demo)


@router.get("/accounts/{account_id}")
def read_account(
    account_id: UUID, response: Response, actor: Administrator, session: ReadSession
) -> AccountOut:
    """One account, its version as an ETag."""
    return tagged(response, accounts.read_account(session, account_id))


@router.patch("/accounts/{account_id}")
def change_account(
    account_id: UUID,
    given: AccountChange,
    response: Response,
    actor: AccountKeeper,
    seen: SeenVersion,
    session: WriteSession,
) -> AccountOut:
    """Change what an account says, or disable it."""
    return tagged(response, accounts.change_account(session, actor, account_id, seen, given))


@router.put("/accounts/{account_id}/grant")
def grant(
    account_id: UUID,
    given: Grant,
    response: Response,
    actor: Granter,
    seen: SeenVersion,
    session: WriteSession,
) -> AccountOut:
    """Give an account its role and scope."""
    return tagged(response, accounts.grant(session, actor, account_id, seen, given))


@router.post("/accounts/{account_id}/activation")
def issue_activation(account_id: UUID, actor: AccountKeeper, session: WriteSession) -> LinkOut:
    """Let an account's holder choose a new password."""
    return accounts.issue_activation(session, actor, account_id)


@router.delete("/accounts/{account_id}/sessions", status_code=204)
def end_sessions(account_id: UUID, actor: AccountKeeper, session: WriteSession) -> None:
    """Sign an account out everywhere."""
    accounts.end_all_sessions(session, actor, account_id)


@router.delete("/accounts/{account_id}/lock", status_code=204)
def unlock(account_id: UUID, actor: Granter, session: WriteSession) -> None:
    """Unlock an account."""
    accounts.unlock(session, actor, account_id)


@router.delete("/accounts/{account_id}/second-factor", status_code=204)
def remove_second_factor(account_id: UUID, actor: Granter, session: WriteSession) -> None:
    """Drop the second factor of somebody whose phone is gone."""
    accounts.remove_second_factor(session, actor, account_id)


@router.get("/territories")
def read_territories(request: Request, actor: Administrator, session: ReadSession) -> TerritoriesOut:
    """Townships, sectors and groups with the number of accounts that hold them."""
    return territories(session, request.app.state.settings.district)


@router.get("/territories/enterprises")
def read_enterprise_names(
    actor: Granter, session: ReadSession, q: Annotated[str, Query(min_length=1, max_length=100)]
) -> EnterpriseNames:
    """Enterprises by name, for granting them."""
    return enterprise_names(session, plain("q", q) or "")


@router.get("/api-keys")
def read_keys(actor: Granter, session: ReadSession) -> KeysOut:
    """Every key."""
    return keys.keys(session)


@router.post("/api-keys", status_code=201)
def create_key(request: Request, given: NewKey, actor: Granter, session: WriteSession) -> NewKeyOut:
    """Make a key; its secret is told once."""
    return keys.create_key(session, actor, given, is_demo=request.app.state.is_demo)


@router.delete("/api-keys/{key_id}", status_code=204)
def revoke_key(key_id: UUID, actor: Granter, session: WriteSession) -> None:
    """Revoke a key."""
    keys.revoke_key(session, actor, key_id)


@router.get("/audit")
def read_audit(
    actor: Auditor,
    session: ReadSession,
    q: Words = None,
    name: Annotated[str | None, Query(alias="actor", max_length=100)] = None,
    action: Words = None,
    result: Words = None,
    since: Moment = None,
    until: Moment = None,
    before: Annotated[int | None, Query(ge=1, le=BIGINT_MAX)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EventsOut:
    """A page of the audit trail, the newest first."""
    wanted = Filter(
        words=plain("q", q),
        actor=plain("actor", name),
        action=plain("action", action),
        result=plain("result", result),
        since=with_offset("since", since),
        until=with_offset("until", until),
    )
    return events(session, wanted, before=before, limit=limit)


@router.get("/audit/actions")
def read_deeds(actor: Auditor) -> DeedsOut:
    """Everything that the trail can tell of."""
    return DeedsOut(actions=terms(DEEDS))


@router.get("/audit/verification")
def read_verification(request: Request, actor: Auditor, session: ReadSession) -> VerificationOut:
    """Whether the chain over the trail holds: the whole as it was within the hour, and everything since."""
    watch: Watch = request.app.state.watch
    found = verify(session, since=watch.last)
    return VerificationOut(
        is_intact=found.is_intact,
        events=found.events,
        sealed=found.sealed,
        head=found.head,
        sealed_until=found.sealed_until,
        faults=[
            FaultOut(number=fault.number, reason_zh=fault.reason_zh, reason_en=fault.reason_en)
            for fault in found.faults[:100]
        ],
    )


def tagged(response: Response, account: AccountOut) -> AccountOut:
    """An account with its version as the answer's ETag."""
    response.headers["ETag"] = etag(account.version)
    return account


def plain(parameter: str, text: str | None) -> str | None:
    """A text that the database can hold; an empty one is none."""
    if text is not None and "\x00" in text:
        raise BadParameter(parameter, "含有不可用的字符")
    return text or None


def with_offset(parameter: str, moment: datetime | None) -> datetime | None:
    """A moment that says which clock it is of."""
    if moment is not None and moment.tzinfo is None:
        raise BadParameter(parameter, "应带时区，例如 2026-01-01T00:00:00+08:00")
    return moment
