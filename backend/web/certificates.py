"""What HTTPS is served with: looked at before anything starts, so that a wrong file is a sentence."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backend.obstacle import Obstacle

SOON = timedelta(days=30)
# Tags of DER.
EXPLICIT_VERSION = 0xA0
UTC_TIME = 0x17


def encryption(
    certificate: Path | None, key: Path | None, *, say: Callable[[str], None]
) -> ssl.SSLContext | None:
    """Prepare what a server encrypts with; None without a certificate.

    Parameters
    ----------
    certificate : PEM file, the service's own certificate first and those of its authorities after it.
    key : PEM file with the private key, without a password.
    say : told when the certificate ends soon.

    Raises
    ------
    Obstacle
        Naming the file that cannot be used.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise Obstacle(
            "证书和私钥必须同时给出：--tls-cert（RISKMAP_TLS_CERT）和 --tls-key（RISKMAP_TLS_KEY）。"
        )
    pem = _read(certificate, "证书")
    context = _context(certificate, key)
    _look_at_the_end(certificate, expiry(pem), say)
    return context


def expiry(pem: str) -> datetime:
    """Moment after which the first certificate of a PEM text is no longer valid.

    Read from the bytes themselves (RFC 5280 §4.1): the standard library shows it only of certificates that a
    connection has accepted.
    """
    begin, end = ssl.PEM_HEADER, ssl.PEM_FOOTER
    first = pem[pem.index(begin) : pem.index(end) + len(end)]
    ((_, whole),) = _elements(ssl.PEM_cert_to_DER_cert(first))
    (_, signed), *_ = _elements(whole)
    # Version (absent in version 1), serial number, algorithm, issuer, validity.
    fields = [content for tag, content in _elements(signed) if tag != EXPLICIT_VERSION]
    _, (tag, moment) = _elements(fields[3])
    pattern = "%y%m%d%H%M%SZ" if tag == UTC_TIME else "%Y%m%d%H%M%SZ"
    return datetime.strptime(moment.decode("ascii"), pattern).replace(tzinfo=UTC)


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of the elements that follow each other in DER (X.690 §8.1)."""
    place = 0
    while place < len(der):
        tag, size, start = der[place], der[place + 1], place + 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(der[place + 2 : start], "big")
        yield tag, der[start : start + size]
        place = start + size


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    if "ENCRYPTED" in _read(key, "私钥"):
        # OpenSSL would ask for the password on the terminal, and a service has none.
        raise Obstacle(f"私钥文件 {key} 设有密码，请先去掉：openssl pkey -in {key} -out 新文件。")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise Obstacle(f"私钥 {key} 与证书 {certificate} 不是一对。") from error
        raise Obstacle(
            f"证书 {certificate} 或私钥 {key} 不能使用，两者都应是 PEM 格式：{error.reason or error}。"
        ) from error
    return context


def _read(file: Path, what: str) -> str:
    try:
        return file.read_text("ascii", errors="replace")
    except FileNotFoundError as error:
        raise Obstacle(f"没有{what}文件 {file}。") from error
    except OSError as error:
        raise Obstacle(f"不能读取{what}文件 {file}：{error.strerror}。") from error


def _look_at_the_end(certificate: Path, end: datetime, say: Callable[[str], None]) -> None:
    day, left = f"{end.astimezone():%Y-%m-%d}", end - datetime.now(UTC)
    if left <= timedelta(0):
        raise Obstacle(f"证书 {certificate} 已于 {day} 过期，请换新证书。")
    if left <= SOON:
        say(f"注意：证书 {certificate} 将于 {day} 过期，只剩 {left.days} 天，请及时更换。")
