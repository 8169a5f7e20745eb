"""Who did something, as an office speaks of them: 姓名（单位）, not the name that they sign in with."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Account
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.contacts import told_phone


def people_named(session: Session, actor: Actor, ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Name and unit of the accounts with these ids, for who sees a record that they stand in.

    Whoever has no account (a machine, the person at the server) is not among them; a record keeps their name itself.
    A phone that somebody has written into a name or a unit is masked for who may not call.
    """
    wanted = {each for each in ids if each is not None}
    rows = session.execute(select(Account.id, Account.name, Account.unit).where(Account.id.in_(wanted)))
    return {row.id: told_phone(actor, named(row.name, row.unit)) or row.name for row in rows}


def named(name: str, unit: str | None) -> str:
    """A person with their unit, once where a unit signs as itself.

    >>> named("李四", "马庄街道办事处"), named("马庄街道办事处", "马庄街道办事处"), named("李四", None)
    ('李四（马庄街道办事处）', '马庄街道办事处', '李四')
    """
    return name if unit in (None, "", name) else f"{name}（{unit}）"
