"""HTTPS: which files are taken, and what is served with them."""

import shutil
import signal
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from backend.obstacle import Obstacle
from backend.web import certificates
from tests.backend.test_cli import free_port, riskmap, service

FILES = Path(__file__).parent / "tls"
CERTIFICATE, KEY = FILES / "test-only.pem", FILES / "test-only.key"
EXPIRED, OTHER_KEY = FILES / "expired-test-only.pem", FILES / "other-test-only.key"


def refusal(certificate: Path | None, key: Path | None) -> str:
    with pytest.raises(Obstacle) as refused:
        certificates.encryption(certificate, key, say=print)
    return str(refused.value)


def test_the_end_of_a_certificate_is_read_in_both_of_its_spellings() -> None:
    # As `openssl x509 -enddate` says them; the first is beyond 2049 and has a year of four digits.
    assert certificates.expiry(CERTIFICATE.read_text()) == datetime(2126, 11, 2, 9, 32, 19, tzinfo=UTC)
    assert certificates.expiry(EXPIRED.read_text()) == datetime(2020, 2, 1, tzinfo=UTC)


def test_without_files_nothing_is_encrypted() -> None:
    assert certificates.encryption(None, None, say=print) is None


def test_a_good_pair_is_taken_without_a_word() -> None:
    said: list[str] = []
    context = certificates.encryption(CERTIFICATE, KEY, say=said.append)
    assert context is not None
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert said == []


def test_one_file_alone_is_refused() -> None:
    assert "必须同时给出" in refusal(CERTIFICATE, None)
    assert "必须同时给出" in refusal(None, KEY)


@pytest.mark.parametrize("missing", ["certificate", "key"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    nowhere = tmp_path / "nowhere.pem"
    files = {"certificate": CERTIFICATE, "key": KEY} | {missing: nowhere}
    assert f"文件 {nowhere}" in refusal(files["certificate"], files["key"])


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert f"不能读取私钥文件 {tmp_path}" in refusal(CERTIFICATE, tmp_path)


def test_a_key_of_another_certificate_is_refused() -> None:
    assert f"私钥 {OTHER_KEY} 与证书 {CERTIFICATE} 不是一对" in refusal(CERTIFICATE, OTHER_KEY)


def test_an_expired_certificate_is_refused_with_its_day() -> None:
    assert f"证书 {EXPIRED} 已于 2020-0" in refusal(EXPIRED, KEY)


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "map.pem"
    other.write_bytes(b"\x30\x82\x00\xff")
    assert f"证书 {other}" in refusal(other, KEY)


def test_a_key_with_a_password_is_refused_rather_than_asked_for(tmp_path: Path) -> None:
    locked = tmp_path / "map.key"
    locked.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\n-----END ENCRYPTED PRIVATE KEY-----\n")
    assert f"{locked} 设有密码" in refusal(CERTIFICATE, locked)


def test_a_certificate_that_ends_soon_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "SOON", timedelta(days=40_000))
    said: list[str] = []
    assert certificates.encryption(CERTIFICATE, KEY, say=said.append)
    assert f"证书 {CERTIFICATE} 将于 2126-11-02 过期" in said[0]


def test_a_wrong_certificate_starts_nothing(data_dir: Path) -> None:
    refused = riskmap(
        "serve", "--port", str(free_port()), "--data-dir", str(data_dir),
        "--tls-cert", str(CERTIFICATE), "--tls-key", str(OTHER_KEY),
    )  # fmt: skip
    assert refused.returncode == 1
    assert "不是一对" in refused.stderr
    assert list(data_dir.iterdir()) == []


def test_a_service_with_a_certificate_is_reached_by_https_alone(data_dir: Path) -> None:
    trusted = ssl.create_default_context(cafile=CERTIFICATE)
    with service(data_dir, "--tls-cert", str(CERTIFICATE), "--tls-key", str(KEY)) as (process, address):
        assert address.startswith("https://127.0.0.1:")
        with urlopen(f"{address}healthz", timeout=10, context=trusted) as answer:
            assert answer.status == 200
            assert "max-age=31536000" in answer.headers["strict-transport-security"]
        port = int(address.rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"HTTP" not in plain.recv(100)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_files_of_the_settings_are_taken_too(data_dir: Path, tmp_path: Path) -> None:
    shutil.copy(EXPIRED, tmp_path / "old.pem")
    refused = riskmap(
        "serve", "--port", str(free_port()), "--data-dir", str(data_dir),
        RISKMAP_TLS_CERT=str(tmp_path / "old.pem"), RISKMAP_TLS_KEY=str(KEY),
    )  # fmt: skip
    assert "已于 2020-0" in refused.stderr
