"""Why somebody is not let in, in words that tell an attacker nothing."""

from backend.errors import DomainError


class SignInRequired(DomainError):
    """Nobody has said who they are, or the session has ended."""

    status = 401
    code = "sign_in_required"

    def __init__(self) -> None:
        super().__init__("请先登录；如果刚才已登录，可能是太久没有操作，登录已过期。")

    @property
    def headers(self) -> dict[str, str]:
        """What a client should try (RFC 9110 §11.6.1)."""
        return {"WWW-Authenticate": "Bearer"}


class WrongCredentials(DomainError):
    """The same for a wrong password, an unknown user, and an account that is locked, disabled or expired."""

    status = 401
    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__("用户名或密码不对，或账号暂时不能登录（锁定、停用、到期）。连续错五次会锁定账号。")


class WrongCode(DomainError):
    """A second factor that does not fit, or was used before."""

    status = 401
    code = "wrong_code"

    def __init__(self) -> None:
        super().__init__("验证码不对，或已经用过；请等手机上出现下一个再输入。")


class WrongPassword(DomainError):
    """Somebody who is signed in does not know the password."""

    status = 403
    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__("当前密码不对。", [{"pointer": "/current", "reason": "当前密码不对"}])


class LinkInvalid(DomainError):
    """A one-time link that was used, has expired, or never was."""

    status = 404
    code = "link_invalid"

    def __init__(self) -> None:
        super().__init__("这个链接无效：已经用过、已过期，或者不完整。请向管理员要一个新的。")


class NotPermitted(DomainError):
    """Signed in, but the role has no such right."""

    status = 403
    code = "not_permitted"

    def __init__(self) -> None:
        super().__init__("您的角色没有这项权限；需要时请联系安全管理员授权。")


class SecondFactorRequired(DomainError):
    """The role has the right, but only for who has proved a second factor."""

    status = 403
    code = "second_factor_required"

    def __init__(self) -> None:
        super().__init__("这项操作需要二次验证：请在「我的账号」中启用后重新登录。")


class InsecureTransport(DomainError):
    """A password would travel in the clear."""

    status = 403
    code = "insecure_transport"

    def __init__(self) -> None:
        super().__init__("当前连接没有加密，不能登录：请用 https:// 打开，或请管理员为服务配置证书。")


class TooManyAttempts(DomainError):
    """Guessing from one address."""

    status = 429
    code = "too_many_attempts"

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"失败次数太多，请 {wait_s} 秒后再试。")
        self.wait_s = wait_s

    @property
    def headers(self) -> dict[str, str]:
        """When to come again."""
        return {"Retry-After": str(self.wait_s)}


class PasswordUnsuitable(DomainError):
    """A new password that breaks the policy, with every rule that it breaks."""

    code = "password_unsuitable"

    def __init__(self, reasons: list[str], pointer: str) -> None:
        super().__init__(
            f"这个密码不能用：{'；'.join(reasons)}。",
            [{"pointer": pointer, "reason": reason} for reason in reasons],
        )


class OwnAccount(DomainError):
    """An administrator at their own account: rights are given by somebody else."""

    status = 409
    code = "own_account"

    def __init__(self) -> None:
        super().__init__("不能在这里改自己的账号，请由另一位管理员操作。")


class NameTaken(DomainError):
    """Two accounts of one user name."""

    status = 409
    code = "name_taken"

    def __init__(self) -> None:
        super().__init__("这个用户名已经有人用了。", [{"pointer": "/username", "reason": "已经有人用了"}])
