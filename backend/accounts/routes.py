"""Signing in and one's own account over HTTP.

Secrets are hashed before a transaction is opened, so most of these open their own.
"""

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from backend.accounts import own_account, own_password, signing_in
from backend.accounts.access import CurrentSession, Holder, Someone
from backend.accounts.administrators import has_accounts, set_up
from backend.accounts.links import account_of_link
from backend.accounts.models import Account
from backend.accounts.passwords import HashingTurn
from backend.accounts.schemas import (
    Activation,
    ActorOut,
    CodeIn,
    Credentials,
    OwnAccountOut,
    OwnSessions,
    PasswordChange,
    PolicyOut,
    Reauthentication,
    RuleOut,
    SecondFactorOut,
    SecondFactorStart,
    SessionOut,
    SetUp,
    SetUpOut,
    TokenIn,
    WhoIsThis,
)
from backend.accounts.sessions import (
    SignedIn,
    Stage,
    address_of,
    end_sessions,
    find_session,
    forget,
    hand_over,
    transport,
)
from backend.accounts.throttle import Throttle
from backend.audit.trail import Deed, record
from backend.database import ReadSession, WriteSession, own_transaction
from backend.jurisdictions.actors import Actor
from backend.register.rows import Term
from backend.settings import Settings
from backend.web.keeping import never_kept

router = APIRouter(prefix="/api/v1", tags=["account"], dependencies=[Depends(never_kept)])
# A turn for hashing is waited for before the session is looked up, so that nobody waits with a turn at the database.


@router.get("/session")
def read_session(request: Request, signed_in: CurrentSession) -> SessionOut:
    """Who asks, and what they have to do next."""
    return session_out(request, signed_in)


@router.post("/session")
def sign_in(request: Request, response: Response, given: Credentials, turn: HashingTurn) -> SessionOut:
    """Sign in with a user name and a password."""
    return handed_over(request, response, signing_in.sign_in(request, given))


@router.post("/session/second-factor")
def prove_second_factor(
    request: Request, response: Response, given: CodeIn, signed_in: Someone
) -> SessionOut:
    """Prove the second factor."""
    token = signing_in.prove_second_factor(request, signed_in, given.code)
    return handed_over(request, response, token)


@router.post("/session/link")
def sign_in_by_link(request: Request, response: Response, given: TokenIn) -> SessionOut:
    """Sign in with a link of the demonstration."""
    return handed_over(request, response, signing_in.sign_in_by_link(request, given.token))


@router.delete("/session", status_code=204)
def sign_out(request: Request, response: Response, signed_in: CurrentSession, session: WriteSession) -> None:
    """Sign out; without a session there is nothing to do."""
    if signed_in is not None:
        own_account.end_own_session(session, signed_in, signed_in.session_id, deed=Deed.SIGN_OUT)
    forget(request, response)


@router.get("/password-policy")
def read_policy(request: Request) -> PolicyOut:
    """What a password must be like."""
    policy = own_password.policy_of(request)
    rules = [
        (f"至少 {policy.minimum_length} 个字符", f"at least {policy.minimum_length} characters"),
        (
            "不含用户名、姓名、单位和本区的名称",
            "without your user name, name or unit, or the district's name",
        ),
        ("不是常见密码", "not a common password"),
    ]
    if policy.classes > 1:
        rules.append(
            (
                f"大写字母、小写字母、数字、其他字符中至少 {policy.classes} 类",
                f"at least {policy.classes} of: capital letters, small letters, figures, others",
            )
        )
    if policy.history:
        rules.append((f"与最近 {policy.history} 次的都不同", f"none of your last {policy.history}"))
    return PolicyOut(
        minimum_length=policy.minimum_length,
        classes=policy.classes,
        max_age_days=policy.max_age_days,
        history=policy.history,
        rules=[RuleOut(zh=zh, en=en) for zh, en in rules],
    )


@router.get("/account")
def read_own_account(request: Request, signed_in: Someone, session: ReadSession) -> OwnAccountOut:
    """One's own account."""
    return own_account.own_account(session, signed_in, request.app.state.settings)


@router.put("/account/password")
def change_password(
    request: Request, response: Response, given: PasswordChange, turn: HashingTurn, signed_in: Someone
) -> SessionOut:
    """Choose another password; every other session ends."""
    return handed_over(request, response, own_password.change_password(request, signed_in, given))


@router.post("/account/second-factor")
def start_second_factor(
    request: Request, given: SecondFactorStart, turn: HashingTurn, signed_in: Someone
) -> SecondFactorOut:
    """Begin with a second factor; it counts once its first code has come."""
    return own_account.start_second_factor(request, signed_in, given.password)


@router.put("/account/second-factor")
def confirm_second_factor(
    request: Request, response: Response, given: CodeIn, signed_in: Someone
) -> SessionOut:
    """Confirm a second factor by its first code."""
    token = own_account.confirm_second_factor(request, signed_in, given.code)
    return handed_over(request, response, token)


@router.post("/account/second-factor/removal")
def remove_second_factor(
    request: Request, given: Reauthentication, turn: HashingTurn, signed_in: Holder
) -> SessionOut:
    """Do without a second factor, where the role allows it."""
    own_account.remove_second_factor(request, signed_in, given.password)
    return session_out(request, signed_in)


@router.get("/account/sessions")
def read_own_sessions(request: Request, signed_in: Holder, session: ReadSession) -> OwnSessions:
    """Every browser that is signed in to one's account."""
    return OwnSessions(items=own_account.own_sessions(session, signed_in, request.app.state.settings))


@router.delete("/account/sessions", status_code=204)
def end_other_sessions(signed_in: Holder, session: WriteSession) -> None:
    """End every session but this one."""
    ended = end_sessions(session, signed_in.account_id, but=signed_in.session_id)
    record(session, signed_in.actor, Deed.END_SESSIONS, detail={"ended_sessions": ended})


@router.delete("/account/sessions/{session_id}", status_code=204)
def end_own_session(session_id: UUID, signed_in: Holder, session: WriteSession) -> None:
    """End one of one's own sessions."""
    own_account.end_own_session(session, signed_in, session_id)


@router.post("/activation")
def read_activation(request: Request, given: TokenIn) -> WhoIsThis:
    """Whose password an activation link lets its holder choose."""
    signing_in.require_encryption(request)
    throttle: Throttle = request.app.state.throttle
    with throttle.counting(address_of(request)), own_transaction(request) as session:
        account = account_of_link(session, "activation", given.token)
        return WhoIsThis(username=account.username, name=account.name)


@router.put("/activation", status_code=204)
def activate(request: Request, given: Activation, turn: HashingTurn) -> None:
    """Choose a password by an activation link."""
    signing_in.require_encryption(request)
    throttle: Throttle = request.app.state.throttle
    with throttle.counting(address_of(request)):
        own_password.activate(request, given.token, given.password)


@router.post("/setup")
def set_up_service(request: Request, given: SetUp) -> SetUpOut:
    """Name the first administrators by the link that the operator's terminal shows."""
    signing_in.require_encryption(request)
    throttle: Throttle = request.app.state.throttle
    with throttle.counting(address_of(request)), own_transaction(request) as session:
        return set_up(session, given, address_of(request))


def handed_over(request: Request, response: Response, token: str) -> SessionOut:
    """Give the browser its new token, and tell it where it stands."""
    hand_over(request, response, token)
    with own_transaction(request) as session:
        signed_in = find_session(session, token, request)
    return session_out(request, signed_in)


def session_out(request: Request, signed_in: SignedIn | None) -> SessionOut:
    """Where somebody stands; before they are through, they are told nothing of what they may do."""
    settings: Settings = request.app.state.settings
    anonymous: Actor = request.app.state.anonymous
    actor = anonymous if signed_in is None or signed_in.stage is not Stage.COMPLETE else signed_in.actor
    with own_transaction(request) as session:
        name = None if signed_in is None else session.get_one(Account, signed_in.account_id).name
        needs_set_up = not request.app.state.is_demo and not has_accounts(session)
        told = actor.role and ActorOut(
            username=actor.name,
            name=name or actor.name,
            role=Term(code=actor.role.code, zh=actor.role.zh, en=actor.role.en),
            scope=own_account.scope_out(session, actor),
            actions=sorted(actor.role.actions),
        )
    return SessionOut(
        stage=Stage.ANONYMOUS if signed_in is None else signed_in.stage,
        actor=told,
        transport=transport(request),
        needs_set_up=needs_set_up,
        is_demo=request.app.state.is_demo,
        idle_minutes=settings.idle_minutes,
    )
