"""The second factor: time-based one-time codes (RFC 6238), as every authenticator app shows them."""

import hmac
from datetime import datetime

import pyotp
import segno

ISSUER = "安全风险电子地图"
# A phone's clock may be half a minute off either way.
WINDOW = (0, -1, 1)


def new_secret() -> str:
    """160 random bits in base 32 (RFC 4226 §4, R6)."""
    return pyotp.random_base32()


def taken_step(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """The thirty-second step that a code is of; None when it does not fit or is not newer than `last_step`.

    A code counts once (RFC 6238 §5.2), so whoever reads it over a shoulder comes too late.
    """
    clock = pyotp.TOTP(secret)
    present = clock.timecode(now)
    for offset in WINDOW:
        step = present + offset
        is_new = last_step is None or step > last_step
        if is_new and hmac.compare_digest(clock.generate_otp(step).encode(), code.encode()):
            return step
    return None


def uri(secret: str, username: str) -> str:
    """What the QR code says to an authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def qr_code(said: str) -> str:
    """A QR code as a data URI that an image can show."""
    return segno.make(said, error="m").svg_data_uri(scale=5, border=2)
