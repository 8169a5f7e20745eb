"""Sessions and accounts as the API tells them, and what it takes."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from backend.accounts.passwords import LONGEST
from backend.accounts.sessions import Stage, Transport
from backend.register.rows import Term
from backend.web.bodies import In, Name

# By these the trail calls who has no account.
RESERVED = frozenset({"anonymous", "demo-reader", "operator", "public", "setup"})


def not_reserved(username: str) -> str:
    """A user name that is nobody else's in the audit trail."""
    if username in RESERVED:
        raise ValueError("这个名称由系统使用")
    return username


Username = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        min_length=2,
        max_length=64,
        # Held against what was typed, before that is put into small letters.
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
    ),
    AfterValidator(not_reserved),
]
"""What people type to sign in: small letters and figures, so that no two look alike."""
# As it is typed: no stripping, no truncation. Longer than the policy allows is read, and refused with a reason.
Password = Annotated[str, StringConstraints(min_length=1, max_length=4 * LONGEST)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200)]
OneTimeCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$")]


class Credentials(In):
    """A user name and a password."""

    # Whatever is typed: a name that cannot exist is wrong in the same way as one that does not.
    username: str = Field(max_length=200)
    password: Password


class CodeIn(In):
    """A code of a second factor."""

    code: OneTimeCode


class TokenIn(In):
    """The token of a one-time link."""

    token: Token


class PasswordChange(In):
    """The present password and the next."""

    current: Password
    new: Password


class Reauthentication(In):
    """The present password, for what must not be done by whoever finds a screen unlocked."""

    password: Password


class SecondFactorStart(In):
    """The present password; not needed where setting a second factor up is part of signing in."""

    password: Password | None = None


class Activation(In):
    """A one-time link and the password that its holder chooses."""

    token: Token
    password: Password


class NewAdministrator(In):
    """Who will hold one of the three administrations."""

    username: Username
    name: Name


class Administrators(In):
    """System, security and audit administration, in three hands (三权分立)."""

    system: NewAdministrator
    security: NewAdministrator
    audit: NewAdministrator


class SetUp(In):
    """The link that the operator's terminal shows, and who the administrators are."""

    token: Token
    administrators: Administrators


class LinkOut(BaseModel):
    """A one-time link, shown once."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    expires_at: datetime


class SetUpOut(BaseModel):
    """A link for each administrator, to choose a password by."""

    links: dict[str, LinkOut]


class ScopeOut(BaseModel):
    """A scope in words: the names of its codes (the first twenty) and how many there are."""

    kind: str
    names: list[str]
    count: int


class ActorOut(BaseModel):
    """Who asks, and what they may do."""

    username: str
    name: str
    role: Term | None
    scope: ScopeOut
    actions: list[str]


class SessionOut(BaseModel):
    """Where somebody stands between the sign-in page and the map."""

    stage: Stage
    actor: ActorOut | None
    transport: Transport
    needs_set_up: bool
    is_demo: bool
    idle_minutes: int


class RuleOut(BaseModel):
    """A rule in both languages."""

    zh: str
    en: str


class PolicyOut(BaseModel):
    """What a password must be like."""

    minimum_length: int
    classes: int
    max_age_days: int | None
    history: int
    rules: list[RuleOut]


class OwnAccountOut(BaseModel):
    """What somebody is told of their own account."""

    id: UUID
    username: str
    name: str
    unit: str | None
    role: Term | None
    scope: ScopeOut
    has_second_factor: bool
    needs_second_factor: bool
    password_changed_at: datetime | None
    password_expires_at: datetime | None
    last_sign_in_at: datetime | None
    valid_until: date | None
    version: int


class SecondFactorOut(BaseModel):
    """A secret that waits to be confirmed by its first code; `qr_svg` is a data URI."""

    secret: str
    uri: str
    qr_svg: str


class OwnSession(BaseModel):
    """A browser that is signed in."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime
    address: str | None
    user_agent: str | None
    is_current: bool


class OwnSessions(BaseModel):
    """Every browser that is signed in."""

    items: list[OwnSession]


class WhoIsThis(BaseModel):
    """Whose password a link lets its holder choose."""

    username: str
    name: str
