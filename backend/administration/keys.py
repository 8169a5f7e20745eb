"""Keys of machine clients."""

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.accounts.access import KEY_PREFIX
from backend.accounts.holding import Names, check_grant, held_role, names_in
from backend.accounts.models import ApiKey
from backend.accounts.tokens import hash_of, new_token
from backend.administration.accounts import granted, held_scope, role_term
from backend.administration.schemas import KeyOut, KeysOut, NewKey, NewKeyOut
from backend.audit.trail import Deed, Subject, record
from backend.district_time import DISTRICT_TIME
from backend.errors import DomainError, NotFound
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import Holders

LONGEST = timedelta(days=366)
SHOWN = len(KEY_PREFIX) + 6


class ExpiryUnsuitable(DomainError):
    """A key that would be over already, or last too long."""

    code = "expiry_unsuitable"


def keys(session: Session) -> KeysOut:
    """Every key, the newest first."""
    rows = session.scalars(select(ApiKey).order_by(ApiKey.created_at.desc())).all()
    now, named = moment(session), names_in(session, [held_scope(row) for row in rows])
    return KeysOut(items=[key_out(row, now, named) for row in rows])


def moment(session: Session) -> datetime:
    """The database's time: the one that decides."""
    now: datetime = session.scalars(select(func.now())).one()
    return now


def key_out(key: ApiKey, now: datetime, named: Names) -> KeyOut:
    """A key without its secret."""
    is_over = "expired" if key.expires_at <= now else "active"
    return KeyOut(
        id=key.id,
        name=key.name,
        role=role_term(held_role(key.role)),
        scope=granted(held_scope(key), named),
        prefix=key.prefix,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
        state="revoked" if key.revoked_at else is_over,
        created_at=key.created_at,
    )


def create_key(session: Session, actor: Actor, given: NewKey, *, is_demo: bool = False) -> NewKeyOut:
    """Make a key; its secret is told once and kept as a hash.

    Raises
    ------
    GrantUnsuitable, ExpiryUnsuitable
    """
    codes = check_grant(session, given.role, given.codes, is_for=Holders.KEYS)
    now = moment(session)
    expires_at = datetime.combine(given.expires_at, time.max, DISTRICT_TIME)
    if not now < expires_at <= now + LONGEST:
        raise ExpiryUnsuitable(
            "密钥的到期日应在今天到一年之内。", [{"pointer": "/expires_at", "reason": "应在今天到一年之内"}]
        )
    secret = KEY_PREFIX + new_token()
    key = ApiKey(
        name=given.name,
        role=given.role,
        scope_codes=codes,
        prefix=secret[:SHOWN],
        is_demo=is_demo,
        secret_hash=hash_of(secret),
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()
    record(session, actor, Deed.CREATE_KEY, subject=subject_of(key), after=given.model_dump(mode="json"))
    return NewKeyOut(key=key_out(key, now, names_in(session, [held_scope(key)])), secret=secret)


def revoke_key(session: Session, actor: Actor, key_id: UUID) -> None:
    """Make a key useless from the next request on."""
    key = session.get(ApiKey, key_id, with_for_update=True)
    if key is None or key.revoked_at is not None:
        raise NotFound
    key.revoked_at = moment(session)
    session.flush()
    record(session, actor, Deed.REVOKE_KEY, subject=subject_of(key))


def subject_of(key: ApiKey) -> Subject:
    """A key as what a deed was done to."""
    return Subject("api_key", str(key.id), key.name)
