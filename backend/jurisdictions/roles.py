"""Which role may do what: `roles.csv` is the table, one row a role, ● for yes; a spreadsheet opens it."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from backend.jurisdictions.scope import ScopeKind

TABLE = Path(__file__).with_name("roles.csv")
YES = {"●": True, "": False}


class Action(StrEnum):
    """What somebody can be allowed to do; a column of the table."""

    LOOK = "look"
    EXPORT = "export"
    EDIT = "edit"
    REVIEW = "review"
    CONTACTS = "contacts"
    MANAGE_ACCOUNTS = "manage_accounts"
    GRANT = "grant"
    READ_AUDIT = "read_audit"


ACTIONS: Mapping[Action, tuple[str, str]] = {
    Action.LOOK: ("查看", "Look"),
    Action.EXPORT: ("导出", "Export"),
    Action.EDIT: ("修改登记资料", "Edit the register"),
    Action.REVIEW: ("审核发布", "Review and publish"),
    # Whole phone numbers are for who may have to call (duty officers, who supervises) and for who edits: a number that
    # was masked on the screen would be saved over the real one. To look, to analyse and to export needs none of them.
    Action.CONTACTS: ("查看联系方式", "See phone numbers"),
    Action.MANAGE_ACCOUNTS: ("管理账号", "Manage accounts"),
    Action.GRANT: ("授权", "Grant"),
    Action.READ_AUDIT: ("查看审计", "Read the audit trail"),
}
# What may only be done after a second factor, whoever does it at a keyboard.
NEEDS_SECOND_FACTOR = frozenset({Action.EXPORT, Action.MANAGE_ACCOUNTS, Action.GRANT, Action.READ_AUDIT})


class Holders(StrEnum):
    """Who can hold a role: people with accounts, machines with keys, or everybody who has not signed in."""

    ACCOUNTS = "accounts"
    KEYS = "keys"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Role:
    """One row of the table.

    Parameters
    ----------
    scope_kind : what the codes of its holders' scopes are.
    needs_second_factor : whether it cannot even sign in without one.
    looks_are_audited : whether each look at data leaves a row in the audit trail.
    """

    code: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    scope_kind: ScopeKind
    actions: frozenset[Action]
    needs_second_factor: bool
    looks_are_audited: bool
    is_for: Holders


def read_table(path: Path = TABLE) -> dict[str, Role]:
    """The roles by their code; a cell that is neither ● nor empty is an error."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: role_of(row) for row in csv.DictReader(file)}


def role_of(row: Mapping[str, str]) -> Role:
    """One row of the table as a role."""
    return Role(
        code=row["code"],
        zh=row["zh"],
        en=row["en"],
        about_zh=row["about_zh"],
        about_en=row["about_en"],
        scope_kind=ScopeKind(row["scope"]),
        actions=frozenset(action for action in Action if YES[row[action]]),
        needs_second_factor=YES[row["second_factor"]],
        looks_are_audited=YES[row["looks_audited"]],
        is_for=Holders(row["is_for"]),
    )


ROLES: Mapping[str, Role] = read_table()
# 三权分立: three hands, each with its part.
ADMINISTRATIONS = frozenset(
    role.code
    for role in ROLES.values()
    if role.actions & {Action.MANAGE_ACCOUNTS, Action.GRANT, Action.READ_AUDIT}
)
