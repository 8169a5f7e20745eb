"""`./riskmap user`: accounts from the machine itself, for the first one and for when nobody can sign in any more.

Passwords are never typed here: whoever the account is for opens a one-time link and chooses one.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.accounts.models import Account
from backend.accounts.schemas import LinkOut
from backend.administration import accounts
from backend.administration.schemas import AccountChange, AccountOut, Grant, NewAccount, State
from backend.audit.trail import operator
from backend.errors import DomainError, reason
from backend.jurisdictions.roles import ROLES, Holders
from backend.obstacle import Obstacle
from backend.operating.opening import reachable_database
from backend.settings import Settings, read_settings

ROLE_CODES = "、".join(role.code for role in ROLES.values() if role.is_for is Holders.ACCOUNTS)
# More than there are people in a district.
EVERY_ONE = 10_000_000
STATES: dict[State, str] = {
    "pending": "待设密码",
    "active": "正常",
    "locked": "已锁定",
    "disabled": "已停用",
    "expired": "已到期",
}
TYPED = {
    "username": "用户名",
    "name": "姓名",
    "unit": "单位",
    "valid_until": "有效期",
    "role": "角色",
    "codes": "范围",
}

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
        last_day = until and until.date()
        refuse_past(session, last_day)
        given = NewAccount(username=username, name=name, unit=unit, valid_until=last_day)
        made = accounts.create_account(session, operator(), given)
        if role is not None or scope:
            rights = Grant(role=role, codes=scope or [])
            accounts.grant(session, operator(), made.account.id, made.account.version, rights)
    tell_link(made.account, made.link, settings)


@app.command("list", help="列出账号。")
def list_accounts(data_dir: DataDir = None) -> None:
    """Print every account with its role and scope."""
    table = Table("用户名", "姓名", "角色", "范围", "状态", box=None)
    with written(read_settings(data_dir=data_dir)) as session:
        found = accounts.accounts(
            session, words=None, role=None, state=None, sort="username", page=1, limit=EVERY_ONE
        )
        for told in found.items:
            cells = (
                told.username,
                told.name,
                told.role.zh if told.role else "（未授权）",
                "、".join(sorted(code.name for code in told.scope.codes)),
                STATES[told.state],
            )
            # What people have typed is no markup: a name may hold brackets.
            table.add_row(*(Text(cell) for cell in cells))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@app.command("link", help="重发一次性链接并解锁：旧密码立即作废，已登录的全部退出。")
def renew_link(username: Username, data_dir: DataDir = None) -> None:
    """Let an account's holder choose another password, whatever has kept them out."""
    settings = read_settings(data_dir=data_dir)
    with written(settings) as session:
        account = find(session, username)
        refuse_dead_link(account)
        if account.state == "locked":
            accounts.unlock(session, operator(), account.id)
        link = accounts.issue_activation(session, operator(), account.id)
    tell_link(account, link, settings)


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
        accounts.unlock(session, operator(), find(session, username).id)
    print(f"账号 {username} 已解锁。")


@app.command("remove-second-factor", help="停用二次验证（手机遗失时），已登录的全部退出。")
def remove_second_factor(username: Username, data_dir: DataDir = None) -> None:
    """Drop the second factor of somebody whose phone is gone."""
    with written(read_settings(data_dir=data_dir)) as session:
        account = find(session, username)
        if account.has_second_factor:
            accounts.remove_second_factor(session, operator(), account.id)
    print(
        f"账号 {username} 的二次验证已停用。"
        if account.has_second_factor
        else f"账号 {username} 没有启用二次验证，没有改动。"
    )


@contextmanager
def written(settings: Settings) -> Iterator[Session]:
    """A transaction on the register; what stands in the way is said as a sentence."""
    with reachable_database(settings, say=lambda sentence: print(sentence, file=sys.stderr)) as engine:
        try:
            with Session(engine) as session, session.begin():
                yield session
        except DomainError as error:
            raise Obstacle(error.detail) from error
        except ValidationError as error:
            raise Obstacle("".join(mistyped(error))) from error


def mistyped(error: ValidationError) -> Iterator[str]:
    """What cannot be taken as it was typed, a sentence for each."""
    for item in error.errors():
        what = TYPED[str(item["loc"][0])]
        if item["type"] == "string_pattern_mismatch":
            yield f"{what}只能用字母、数字和 . _ -，以字母或数字开头。"
        else:
            yield f"{what}{reason(item)}。"


def refuse_past(session: Session, last_day: date | None) -> None:
    """Refuse an account that would be over before it begins, by the calendar that signing in reads."""
    today: date = session.scalars(select(func.current_date())).one()
    if last_day is not None and last_day < today:
        raise Obstacle(f"有效期 {last_day} 已经过去；今天是 {today}。")


def find(session: Session, username: str) -> AccountOut:
    """The account with this user name; nobody else changes it meanwhile."""
    account_id = session.scalars(
        select(Account.id).where(Account.username == username.lower()).with_for_update()
    ).one_or_none()
    if account_id is None:
        raise Obstacle(f"没有账号 {username}；./riskmap user list 列出全部账号。")
    return accounts.read_account(session, account_id)


def refuse_dead_link(account: AccountOut) -> None:
    """Refuse a link that would let nobody in."""
    if account.state == "disabled":
        raise Obstacle(
            f"账号 {account.username} 已停用，链接打不开；请先 ./riskmap user enable {account.username}。"
        )
    if account.state == "expired":
        raise Obstacle(
            f"账号 {account.username} 已于 {account.valid_until} 到期，设了密码也不能登录；请系统管理员先延长有效期。"
        )


def set_active(username: str, *, is_active: bool, data_dir: Path | None) -> None:
    """Disable or enable an account."""
    with written(read_settings(data_dir=data_dir)) as session:
        account = find(session, username)
        change = AccountChange(is_active=is_active)
        accounts.change_account(session, operator(), account.id, account.version, change)
    print(f"账号 {username} 已{'启用' if is_active else '停用'}。")


def tell_link(account: AccountOut, link: LinkOut, settings: Settings) -> None:
    """Print the link to choose a password by."""
    until = link.expires_at.astimezone()
    print(f"请 {account.name} 在 {until:%Y-%m-%d %H:%M} 之前打开，自己设置密码（只显示这一次）：")
    print(f"{settings.link_address.rstrip('/')}{link.path}")
