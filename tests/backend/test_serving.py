"""The web server around the application: who is believed, who is waited for, and what an operator is told."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from fastapi import FastAPI
from fastapi import Request as Asked

from backend import serving
from backend.settings import Settings
from backend.web import certificates, connections
from tests.backend.test_https import CERTIFICATE, KEY

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@contextmanager
def served(**options: Any) -> Iterator[int]:
    """Serve an application that says who asks, as the service would; gives the port."""
    settings = Settings(**options)
    app = FastAPI()

    @app.get("/")
    async def who(request: Asked) -> list[str]:
        return [request.url.scheme, request.client.host if request.client else ""]

    @app.post("/")
    async def unread() -> str:
        return "answered before the body came"

    encryption = certificates.encryption(settings.tls_cert, settings.tls_key, say=print)
    with serving.reserved_port("127.0.0.1", 0) as listener:
        server = serving.Server(serving.configuration(app, settings, encryption))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service wait for a second where it would wait for ten."""
    monkeypatch.setattr(connections, "HEAD_TIMEOUT_S", 1.0)
    monkeypatch.setattr(serving, "HEAD_TIMEOUT_S", 1.0)


def seconds_until_closed(client: socket.socket, *, drip: bytes = b"") -> float:
    """Send one byte of `drip` every tenth of a second until the other side has had enough."""
    begun, client_timeout = time.monotonic(), 0.1
    client.settimeout(client_timeout)
    while time.monotonic() - begun < 8:
        try:
            client.sendall(drip[:1])
            if client.recv(4096) == b"":
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    return time.monotonic() - begun


def ask(port: int, **headers: str) -> str:
    with urlopen(Request(f"http://127.0.0.1:{port}/", headers=headers), timeout=10) as answer:
        return str(answer.read().decode())


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("begun", [b"", b"GET", HEAD])
def test_who_does_not_end_a_request_s_head_is_not_waited_for(begun: bytes) -> None:
    with served() as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(begun)
        assert 0.8 < seconds_until_closed(client) < 3


@pytest.mark.usefixtures("brief")
def test_what_drips_in_does_not_prolong_the_time() -> None:
    with served() as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(HEAD + b"X-Slow: ")
        assert 0.8 < seconds_until_closed(client, drip=b"x") < 3


@pytest.mark.usefixtures("brief")
def test_a_second_request_on_a_connection_has_as_little_time() -> None:
    with served() as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(HEAD + b"\r\n")
        assert b"200 OK" in client.recv(4096)
        time.sleep(1.5)  # a pause between two requests is no request that does not come
        client.sendall(HEAD)
        assert 0.8 < seconds_until_closed(client) < 3


@pytest.mark.usefixtures("brief")
def test_a_body_that_nobody_waits_for_does_not_hold_the_connection() -> None:
    with served() as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")
        assert b"200 OK" in client.recv(4096)
        assert seconds_until_closed(client, drip=b"x") < 3


@pytest.mark.usefixtures("brief")
def test_who_does_not_greet_in_tls_is_not_waited_for() -> None:
    with (
        served(tls_cert=CERTIFICATE, tls_key=KEY) as port,
        socket.create_connection(("127.0.0.1", port)) as client,
    ):
        client.sendall(b"\x16\x03\x01")
        assert 0.8 < seconds_until_closed(client) < 3


def test_three_hundred_half_open_connections_keep_nobody_from_an_answer() -> None:
    with served() as port, ExitStack() as open_ones:
        for _ in range(300):
            client = open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(HEAD)
        begun = time.monotonic()
        assert "http" in ask(port)
        assert time.monotonic() - begun < 2


def test_a_stranger_is_not_believed_to_speak_for_others() -> None:
    with served() as port:
        said = ask(port, **{"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https"})
        assert said == '["http","127.0.0.1"]'


def test_a_trusted_proxy_says_who_asks_and_how() -> None:
    with served(trusted_proxies=["127.0.0.1"]) as port:
        said = ask(port, **{"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https"})
        assert said == '["https","10.1.2.3"]'


def test_another_proxy_than_the_trusted_one_is_not_believed() -> None:
    with served(trusted_proxies=["192.0.2.1"]) as port:
        assert ask(port, **{"X-Forwarded-For": "10.1.2.3"}) == '["http","127.0.0.1"]'


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"host": "127.0.0.1"}, None),
        ({"host": "localhost"}, None),
        ({"host": "::1", "insecure_http": True}, None),
        ({"host": "0.0.0.0"}, "从其他机器不能登录"),
        ({"host": "map.bureau.lan"}, "RISKMAP_TRUSTED_PROXIES"),
        ({"host": "0.0.0.0", "insecure_http": True}, "明文"),
        ({"host": "0.0.0.0", "insecure_http": True, "trusted_proxies": ["10.0.0.1"]}, "明文"),
        ({"host": "0.0.0.0", "trusted_proxies": ["10.0.0.1"]}, None),
        ({"host": "0.0.0.0", "tls_cert": Path("map.pem"), "tls_key": Path("map.key")}, None),
    ],
)
def test_an_operator_is_told_what_an_open_port_means(options: dict[str, Any], words: str | None) -> None:
    said: list[str] = []
    serving.warn_when_open_to_the_network(Settings(**options), said.append)
    assert said == [] if words is None else words in said[0]
