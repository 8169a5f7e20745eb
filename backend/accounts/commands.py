"""`./riskmap user`: accounts from the machine itself, for the first one and for when nobody can sign in any more.

Passwords are never typed here: whoever the account is for opens a one-time link and chooses one.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.administrators import new_account
from backend.accounts.holding import check_grant, held_role, names
from backend.accounts.links import issue_link
from backend.accounts.models import Account
from backend.accounts.own_account import forget_second_factor
from backend.accounts.own_password import retire_password
from backend.accounts.schemas import NewAdministrator
from backend.accounts.sessions import end_sessions
from backend.accounts.signing_in import subject_of
from backend.audit.trail import Deed, operator, record
from backend.errors import DomainError
from backend.jurisdictions.roles import ROLES, Holders
from backend.obstacle import Obstacle
from backend.operating.opening import reachable_database
from backend.settings import Settings, read_settings

ROLE_CODES = "、".join(role.code for role in ROLES.values() if role.is_for is Holders.ACCOUNTS)

app = typer.Typer(
    help="账号：建立、列出、停用、解锁、重发链接。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Username = Annotated[str, typer.Argument(help="用户名", metavar="用户名")]
DataDir = Annotated[Path | None, typer.Option(help="数据目录（默认见 doctor）", show_default=False)]


@app.command("add", help="建立账号并授权，打印一次性链接；持有人打开链接自己设密码。")
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="姓名")],
    role: Annotated[str | None, typer.Option(help=f"角色：{ROLE_CODES}", show_default=False)] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="范围代码，可重复：街道/乡镇代码、行业代码、园区或企业的标识", show_default=False),
    ] = None,
    unit: Annotated[str | None, typer.Option(help="单位", show_default=False)] = None,
    until: Annotated[
        datetime | None, typer.Option(help="有效期到哪一天", formats=["%Y-%m-%d"], show_default=False)
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Make an account with its rights and print the link to choose a password by."""
    settings = read_settings(data_dir=data_dir)
    with written(settings) as session:
        given = NewAdministrator(username=username, name=name)
        codes = check_grant(session, role, scope or [], is_for=Holders.ACCOUNTS)
        account = new_account(
            session,
            username=given.username,
            name=given.name,
            unit=unit,
            role=role,
            codes=codes,
            valid_until=until and until.date(),
        )
        after = {"name": given.name, "unit": unit, "role": role, "codes": codes}
        record(session, operator(), Deed.CREATE_ACCOUNT, subject=subject_of(account), after=after)
        tell_link(session, account, settings)


@app.command("list", help="列出账号。")
def list_accounts(data_dir: DataDir = None) -> None:
    """Print every account with its role and scope."""
    table = Table("用户名", "姓名", "角色", "范围", "状态", box=None)
    with written(read_settings(data_dir=data_dir)) as session:
        for account in session.scalars(select(Account).order_by(Account.username)):
            role = held_role(account.role)
            named = names(session, role.scope_kind, account.scope_codes) if role else {}
            table.add_row(
                account.username,
                account.name,
                role.zh if role else "（未授权）",
                "、".join(sorted(named.values())),
                state_of(account),
            )
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@app.command("link", help="重发一次性链接：旧密码立即作废，已登录的全部退出。")
def renew_link(username: Username, data_dir: DataDir = None) -> None:
    """Let an account's holder choose another password."""
    settings = read_settings(data_dir=data_dir)
    with written(settings) as session:
        account = find(session, username)
        retire_password(session, account)
        account.locked_until, account.failed_sign_ins = None, 0
        session.flush()
        end_sessions(session, account.id)
        record(session, operator(), Deed.ISSUE_LINK, subject=subject_of(account))
        tell_link(session, account, settings)


@app.command("disable", help="停用账号，已登录的立即退出。")
def disable(username: Username, data_dir: DataDir = None) -> None:
    """Disable an account; the next request of its sessions is refused."""
    set_active(username, is_active=False, data_dir=data_dir)


@app.command("enable", help="重新启用账号。")
def enable(username: Username, data_dir: DataDir = None) -> None:
    """Enable an account again."""
    set_active(username, is_active=True, data_dir=data_dir)


@app.command("unlock", help="解除登录失败造成的锁定。")
def unlock(username: Username, data_dir: DataDir = None) -> None:
    """Let an account sign in again before its lock has run out."""
    with written(read_settings(data_dir=data_dir)) as session:
        account = find(session, username)
        account.locked_until, account.failed_sign_ins = None, 0
        record(session, operator(), Deed.UNLOCK, subject=subject_of(account))
    print(f"账号 {username} 已解锁。")


@app.command("remove-second-factor", help="停用二次验证（手机遗失时），已登录的全部退出。")
def remove_second_factor(username: Username, data_dir: DataDir = None) -> None:
    """Drop the second factor of somebody whose phone is gone."""
    with written(read_settings(data_dir=data_dir)) as session:
        account = find(session, username)
        forget_second_factor(session, account)
        end_sessions(session, account.id)
        after = {"has_second_factor": False}
        record(session, operator(), Deed.CHANGE_SECOND_FACTOR, subject=subject_of(account), after=after)
    print(f"账号 {username} 的二次验证已停用。")


@contextmanager
def written(settings: Settings) -> Iterator[Session]:
    """A transaction on the register; what stands in the way is said as a sentence."""
    with reachable_database(settings, say=lambda sentence: print(sentence, file=sys.stderr)) as engine:
        try:
            with Session(engine) as session, session.begin():
                yield session
        except DomainError as error:
            raise Obstacle(error.detail) from error
        except ValueError as error:
            raise Obstacle("用户名只能用小写字母、数字和 . _ -，2 到 64 个字符；姓名不能为空。") from error


def find(session: Session, username: str) -> Account:
    """The account with this user name."""
    account = session.scalars(
        select(Account).where(Account.username == username.lower()).with_for_update()
    ).one_or_none()
    if account is None:
        raise Obstacle(f"没有账号 {username}；./riskmap user list 列出全部账号。")
    return account


def set_active(username: str, *, is_active: bool, data_dir: Path | None) -> None:
    """Disable or enable an account."""
    with written(read_settings(data_dir=data_dir)) as session:
        account = find(session, username)
        before, account.is_active = account.is_active, is_active
        if not is_active:
            end_sessions(session, account.id)
        record(
            session,
            operator(),
            Deed.CHANGE_ACCOUNT,
            subject=subject_of(account),
            before={"is_active": before},
            after={"is_active": is_active},
        )
    print(f"账号 {username} 已{'启用' if is_active else '停用'}。")


def tell_link(session: Session, account: Account, settings: Settings) -> None:
    """Print the link to choose a password by."""
    link = issue_link(session, "activation", account.id)
    print(f"请 {account.name} 在 {link.expires_at:%Y-%m-%d %H:%M} 之前打开，自己设置密码（只显示这一次）：")
    print(f"{settings.address.rstrip('/')}{link.path}")


def state_of(account: Account) -> str:
    """Whether the holder can sign in, in a word."""
    if not account.is_active:
        return "停用"
    return "正常" if account.password_hash or account.is_demo else "待设密码"
