"""What has run out does not stay."""

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from backend.accounts.administrators import new_account
from backend.accounts.links import issue_link
from backend.accounts.models import AccountLink
from backend.accounts.sessions import remove_what_is_over


def test_expired_links_are_swept_and_good_ones_stay(own_engine: Engine) -> None:
    with Session(own_engine) as session, session.begin():
        for name in ("zhang", "li4"):
            issue_link(session, "activation", new_account(session, username=name, name=name).id)
        session.execute(
            text("UPDATE account_link SET expires_at = now() - interval '1 s' WHERE ctid = '(0,1)'")
        )
    remove_what_is_over(own_engine)
    with Session(own_engine) as session:
        assert session.scalars(select(func.count()).select_from(AccountLink)).one() == 1
