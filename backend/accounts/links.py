"""One-time links: whoever opens one may do one thing without a password.

The token stands behind the # of the address, where no log sees it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from backend.accounts.errors import LinkInvalid
from backend.accounts.models import Account, AccountLink
from backend.accounts.tokens import hash_of, new_token

Purpose = Literal["setup", "activation", "demo"]

PAGES: dict[Purpose, str] = {"setup": "/setup#", "activation": "/activate#", "demo": "/sign-in#link="}
LIFETIMES: dict[Purpose, timedelta] = {
    "setup": timedelta(hours=24),
    "activation": timedelta(days=3),
    # As long as somebody looks at a demonstration.
    "demo": timedelta(days=7),
}


@dataclass(frozen=True)
class Link:
    """A link as it is shown, once."""

    path: str
    expires_at: datetime


def issue_link(session: Session, purpose: Purpose, account_id: UUID | None = None) -> Link:
    """Make a link; an earlier one of the same purpose for the same account is void."""
    session.execute(
        delete(AccountLink).where(
            AccountLink.purpose == purpose, AccountLink.account_id.is_not_distinct_from(account_id)
        )
    )
    token = new_token()
    now: datetime = session.scalars(select(func.now())).one()
    expires_at = now + LIFETIMES[purpose]
    session.add(
        AccountLink(token_hash=hash_of(token), purpose=purpose, account_id=account_id, expires_at=expires_at)
    )
    session.flush()
    return Link(PAGES[purpose] + token, expires_at)


def account_of_link(session: Session, purpose: Purpose, token: str) -> Account:
    """The account that a link is for, while both are good.

    Raises
    ------
    LinkInvalid
    """
    account = session.scalars(
        select(Account)
        .join(AccountLink, AccountLink.account_id == Account.id)
        .where(is_good(purpose, token), Account.is_active)
    ).one_or_none()
    if account is None:
        raise LinkInvalid
    return account


def use_up(session: Session, purpose: Purpose, token: str) -> None:
    """Void a link; of two who use it at once, the second is refused.

    Raises
    ------
    LinkInvalid
    """
    used = session.scalars(
        delete(AccountLink).where(is_good(purpose, token)).returning(AccountLink.token_hash)
    ).one_or_none()
    if used is None:
        raise LinkInvalid


def is_good(purpose: Purpose, token: str) -> ColumnElement[bool]:
    """Whether a row is the link with this token, and has not expired."""
    return and_(
        AccountLink.token_hash == hash_of(token),
        AccountLink.purpose == purpose,
        AccountLink.expires_at > func.now(),
    )
