"""Who may come in: every route says by the type of its actor what right it needs."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.accounts.errors import InsecureTransport, NotPermitted, SecondFactorRequired, SignInRequired
from backend.accounts.holding import held_role, scope_of
from backend.accounts.models import ApiKey
from backend.accounts.sessions import SignedIn, Stage, address_of, cookie_of, find_session, transport
from backend.accounts.throttle import Throttle
from backend.accounts.tokens import hash_of
from backend.audit.trail import Deed, record
from backend.database import Turn, own_transaction
from backend.jurisdictions.actors import NOBODY, Actor
from backend.jurisdictions.roles import NEEDS_SECOND_FACTOR, Action

KEY_PREFIX = "rmk_"
USED_AGAIN_AFTER = timedelta(minutes=1)


def current_session(request: Request, turn: Turn) -> SignedIn | None:
    """The session of the browser that asks, at whatever stage; None where it has none."""
    token = cookie_of(request)
    # A key speaks for itself; and what would travel in the clear lets nobody in.
    if token is None or "authorization" in request.headers or transport(request) == "refused":
        return None
    with own_transaction(request) as session:
        return find_session(session, token, request)


CurrentSession = Annotated[SignedIn | None, Depends(current_session, scope="function")]


def current_actor(request: Request, signed_in: CurrentSession) -> Actor:
    """Who asks: the holder of a key, somebody who is signed in, or who this service takes everybody else for."""
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return key_holder(request, authorization)
    if signed_in is not None and signed_in.stage is Stage.COMPLETE:
        return signed_in.actor
    anonymous: Actor = request.app.state.anonymous
    return anonymous


CurrentActor = Annotated[Actor, Depends(current_actor, scope="function")]


def key_holder(request: Request, authorization: str) -> Actor:
    """The actor of an `Authorization: Bearer rmk_…` header.

    Raises
    ------
    SignInRequired
        For every other header, and for a key that is unknown, expired or revoked.
    """
    if transport(request) == "refused":
        raise InsecureTransport
    throttle: Throttle = request.app.state.throttle
    address = address_of(request)
    scheme, _, secret = authorization.partition(" ")
    with own_transaction(request) as session:
        key = find_key(request, session, secret.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            throttle.count_unknown_key(address)
            record(
                session,
                Actor(NOBODY.name, NOBODY.scope, address=address),
                Deed.REFUSAL,
                result="refused",
                detail={"path": path_of(request), "reason": "unknown key"},
            )
        else:
            role = held_role(key.role)
            # No user name has a colon: a key is never taken for a person.
            return Actor(f"key:{key.name}", scope_of(role, key.scope_codes), role, key.id, True, address)
    raise SignInRequired


def find_key(request: Request, session: Session, secret: str) -> ApiKey | None:
    """The key with this secret while it is good."""
    found = session.execute(
        select(ApiKey, func.now()).where(
            ApiKey.secret_hash == hash_of(secret),
            ApiKey.expires_at > func.now(),
            ApiKey.revoked_at.is_(None),
            ApiKey.is_demo.in_([False, request.app.state.is_demo]),
        )
    ).one_or_none()
    if found is None:
        return None
    key, now = found
    if key.last_used_at is None or now - key.last_used_at > USED_AGAIN_AFTER:
        key.last_used_at = now
    return key


def someone(request: Request, signed_in: CurrentSession) -> SignedIn:
    """A session at whatever stage, for what everybody may do with their own account."""
    if signed_in is None:
        raise SignInRequired
    return signed_in


def holder(signed_in: Annotated[SignedIn, Depends(someone, scope="function")]) -> SignedIn:
    """A session that is complete."""
    if signed_in.stage is not Stage.COMPLETE:
        raise SignInRequired
    return signed_in


Someone = Annotated[SignedIn, Depends(someone, scope="function")]
Holder = Annotated[SignedIn, Depends(holder, scope="function")]


@dataclass(frozen=True)
class Permission:
    """A dependency that lets in who may do one of `actions`, and leaves a trace of who may not."""

    actions: tuple[Action, ...]

    def __call__(self, request: Request, actor: CurrentActor) -> Actor:
        """The actor, when the role has the right."""
        if actor.role is None and actor.id is None:
            raise SignInRequired
        allowed = [action for action in self.actions if actor.may(action)]
        if actor.role is None or not allowed:
            self.trace(request, actor)
            raise NotPermitted
        if not actor.has_second_factor and NEEDS_SECOND_FACTOR.issuperset(allowed):
            self.trace(request, actor)
            raise SecondFactorRequired
        if actor.role.looks_are_audited:
            with own_transaction(request) as session:
                record(session, actor, Deed.LOOK, detail=asked(request))
        return actor

    def trace(self, request: Request, actor: Actor) -> None:
        """Record a refusal."""
        # Whoever has not signed in is refused all day long; that tells nothing about anybody.
        if actor.id is not None:
            throttle: Throttle = request.app.state.throttle
            throttle.count_refusal(actor.name)
            with own_transaction(request) as session:
                record(session, actor, Deed.REFUSAL, result="refused", detail=asked(request))


def asked(request: Request) -> dict[str, str]:
    """What a request was for, as the trail keeps it."""
    return {"method": request.method, "path": path_of(request), "query": request.url.query[:300]}


def path_of(request: Request) -> str:
    """The path that was asked for, without the NUL that no text of the database can hold."""
    return request.url.path[:300].replace("\x00", "\ufffd")


def record_export(request: Request, actor: Actor, *, what: str, rows: int) -> None:
    """Leave a trace of data that leave the service, before they do."""
    with own_transaction(request) as session:
        record(session, actor, Deed.EXPORT, detail={**asked(request), "what": what, "rows": rows})


Viewer = Annotated[Actor, Depends(Permission((Action.LOOK,)), scope="function")]
Exporter = Annotated[Actor, Depends(Permission((Action.EXPORT,)), scope="function")]
Editor = Annotated[Actor, Depends(Permission((Action.EDIT,)), scope="function")]
Reviewer = Annotated[Actor, Depends(Permission((Action.REVIEW,)), scope="function")]
AccountKeeper = Annotated[Actor, Depends(Permission((Action.MANAGE_ACCOUNTS,)), scope="function")]
Granter = Annotated[Actor, Depends(Permission((Action.GRANT,)), scope="function")]
Auditor = Annotated[Actor, Depends(Permission((Action.READ_AUDIT,)), scope="function")]
Administrator = Annotated[
    Actor, Depends(Permission((Action.MANAGE_ACCOUNTS, Action.GRANT)), scope="function")
]
AnyRole = Annotated[Actor, Depends(Permission(tuple(Action)), scope="function")]
