"""Accounts, rights and keys as administrators see them, and what the API takes."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from backend.accounts.schemas import LinkOut, Username
from backend.register.rows import Term
from backend.web.bodies import In, Line, Name, plain

State = Literal["pending", "active", "locked", "disabled", "expired"]
ScopeCode = Annotated[str, Field(max_length=64), AfterValidator(plain)]


class Named(BaseModel):
    """A code with the one name it has."""

    code: str
    name: str


class GrantedScope(BaseModel):
    """A scope with all its codes."""

    kind: str
    codes: list[Named]


class AccountOut(BaseModel):
    """An account; `state` says why its holder can or cannot sign in."""

    id: UUID
    username: str
    name: str
    unit: str | None
    role: Term | None
    scope: GrantedScope
    state: State
    has_second_factor: bool
    last_sign_in_at: datetime | None
    valid_until: date | None
    created_at: datetime
    version: int


class AccountsOut(BaseModel):
    """A page of accounts."""

    items: list[AccountOut]
    total: int
    page: int
    limit: int


class NewAccount(In):
    """An account to be made; its rights are granted by somebody else."""

    username: Username
    name: Name
    unit: Line | None = None
    valid_until: date | None = None


class NewAccountOut(BaseModel):
    """The account, and the link by which its holder chooses a password: shown once."""

    account: AccountOut
    link: LinkOut


class AccountChange(In):
    """What a system administrator changes; what is not named stays."""

    name: Name = ""
    unit: Line | None = None
    valid_until: date | None = None
    is_active: bool = True


class Grant(In):
    """A role and the codes of its scope; no role takes every right away."""

    role: Annotated[str, Field(max_length=64)] | None
    codes: Annotated[list[ScopeCode], Field(max_length=1000, default_factory=list)]


class RoleOut(BaseModel):
    """One row of the table of roles."""

    code: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    scope_kind: str
    actions: list[str]
    needs_second_factor: bool
    looks_are_audited: bool
    is_for: str
    may_hold_keys: bool


class RolesOut(BaseModel):
    """The whole table: which role may do what."""

    actions: list[Term]
    roles: list[RoleOut]


class TownshipOut(BaseModel):
    """A township and how many accounts answer for it."""

    code: str
    name: str
    accounts: int


class SectorOut(BaseModel):
    """A sector and how many accounts answer for it."""

    code: str
    zh: str
    en: str
    accounts: int


class GroupOut(BaseModel):
    """A park, village or grid cell and how many accounts answer for it."""

    id: UUID
    code: str
    name: str
    kind: Term
    accounts: int


class TerritoriesOut(BaseModel):
    """Everything that a scope can be made of."""

    townships: list[TownshipOut]
    sectors: list[SectorOut]
    groups: list[GroupOut]


class EnterpriseName(BaseModel):
    """An enterprise by its name, for granting it."""

    id: UUID
    name: str
    township: str | None


class EnterpriseNames(BaseModel):
    """The first that fit, and how many do."""

    items: list[EnterpriseName]
    total: int


class KeyOut(BaseModel):
    """A key without its secret."""

    id: UUID
    name: str
    role: Term | None
    scope: GrantedScope
    prefix: str
    expires_at: datetime
    last_used_at: datetime | None
    state: Literal["active", "expired", "revoked"]
    created_at: datetime


class KeysOut(BaseModel):
    """Every key, the newest first."""

    items: list[KeyOut]


class NewKey(In):
    """A key to be made; it is good until the end of its last day."""

    name: Name
    role: Annotated[str, Field(max_length=64)]
    codes: Annotated[list[ScopeCode], Field(max_length=1000, default_factory=list)]
    expires_at: date


class NewKeyOut(BaseModel):
    """The key and its secret: shown once."""

    key: KeyOut
    secret: str
