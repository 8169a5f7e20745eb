"""Runs the service from start to end: signals, port, database, the web server, and everything put away again."""

import asyncio
import errno
import ipaddress
import os
import resource
import signal
import socket
import ssl
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from backend.app import create_app
from backend.obstacle import Obstacle
from backend.operating import frontend
from backend.operating.opening import Say, ready_database
from backend.settings import Settings
from backend.web import certificates
from backend.web.connections import HEAD_TIMEOUT_S, ImpatientProtocol

Prepare = Callable[[Engine], None]
Greet = Callable[[Engine], list[str]]

# Whoever comes beyond these is answered with 503.
MOST_CONNECTIONS = 1000
# Each connection is an open file, and so is much else.
FILES_BESIDE = 500
KEEP_ALIVE_S = 15


def run(
    settings: Settings,
    *,
    say: Say,
    prepare: Prepare | None = None,
    greet: Greet | None = None,
    is_demo: bool = False,
    opens_browser: bool = False,
) -> None:
    """Serve until Ctrl-C or SIGTERM; the private cluster is up exactly as long as we need it.

    Parameters
    ----------
    say : prints a sentence to the operator.
    prepare : what to do with the migrated database before the first request, such as loading the demo.
    greet : what to say once we serve, such as the links to sign in by.
    is_demo : whether everybody may read; see `create_app`.
    """
    encryption = certificates.encryption(settings.tls_cert, settings.tls_key, say=say)
    with ending_on_signals(), reserved_port(settings.host, settings.port) as listener:
        if not frontend.is_current():
            say("正在下载网页所需的程序库……")
            frontend.bring()
        with ready_database(settings, say=say) as engine:
            if prepare:
                prepare(engine)
            app = create_app(settings, engine, is_demo=is_demo)
            greeting = greet(engine) if greet else []
            warn_when_open_to_the_network(settings, say)
            try:
                listen(
                    configuration(app, settings, encryption),
                    listener,
                    announce=lambda: _announce(settings, greeting, say, opens_browser=opens_browser),
                )
            finally:
                say("正在停止……")


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Let the first Ctrl-C, SIGTERM or closed terminal end us in order; more of them do not disturb that."""
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # `nohup` has the hang-up ignored, and means it.
    signals = [each for each in wanted if signal.getsignal(each) != signal.SIG_IGN]

    def end(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, end) for each in signals}
    try:
        yield
    except KeyboardInterrupt:
        pass  # what an operator asked for is no failure
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def reserved_port(host: str, port: int) -> Iterator[socket.socket]:
    """Take the port before the long work starts; nobody is answered until the web server listens.

    Raises
    ------
    Obstacle
        When another program has it, or this machine has no such address.
    """
    with bound_socket(host, port) as listener:
        yield listener


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket that has the port, or a sentence why not."""
    try:
        family, _, _, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise Obstacle(f"本机没有地址 {host}，请检查 --host。") from error
        if error.errno == errno.EADDRINUSE:
            raise Obstacle(
                f"端口 {port} 已被别的程序占用，请用 --port 另选一个，例如 --port {port + 1}。"
            ) from error
        if error.errno == errno.EACCES:
            raise Obstacle(f"没有权限使用端口 {port}，请选 1024 以上的端口，例如 --port 8000。") from error
        raise
    return listener


def configuration(app: FastAPI, settings: Settings, encryption: ssl.SSLContext | None) -> uvicorn.Config:
    """Say how requests are taken: by whom, how many at once, and what is believed of proxies."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=10,
        server_header=False,
        http=ImpatientProtocol,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_S,
        # Otherwise anybody could say in a header which address they come from, and that they came by HTTPS.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        ssl_context_factory=(lambda config, default: encryption) if encryption else None,
    )


def listen(configuration: uvicorn.Config, listener: socket.socket, *, announce: Callable[[], None]) -> None:
    """Answer requests until a signal comes."""

    class Announced(Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                announce()

    allow_open_files(MOST_CONNECTIONS + FILES_BESIDE)
    server = Announced(configuration)
    server.run(sockets=[listener])
    if not server.started:
        raise Obstacle("网络服务没有启动成功，原因见上面的日志。")


class Server(uvicorn.Server):
    """Gives the greetings of TLS no more time than a request's head, where asyncio would give a minute."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen; uvicorn has no setting for this time."""
        if self.config.is_ssl:
            loop = asyncio.get_running_loop()
            create = partial(loop.create_server, ssl_handshake_timeout=HEAD_TIMEOUT_S)
            loop.create_server = create  # type: ignore[method-assign]
        await super().startup(sockets)


def allow_open_files(wanted: int) -> None:
    """Raise this process's own limit of open files, as far as the machine lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    possible = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < possible:
        resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))


def warn_when_open_to_the_network(settings: Settings, say: Say) -> None:
    """Say what it means that others than this machine's users can reach the service without encryption."""
    if settings.tls_cert or settings.host == "localhost" or _is_loopback(settings.host):
        return
    if settings.insecure_http:
        say(
            f"注意：服务监听在 {settings.host}，已设置 RISKMAP_INSECURE_HTTP：从其他机器登录时，"
            "密码和数据在网络上以明文传输，会被同一网络中的人截获。"
        )
    elif not settings.trusted_proxies:
        say(
            f"注意：服务监听在 {settings.host}，没有加密，从其他机器不能登录。请用 --tls-cert 和 --tls-key 指定证书，"
            "或放在 HTTPS 反向代理之后并设置 RISKMAP_TRUSTED_PROXIES；"
            "确实要以明文传输密码时，设置 RISKMAP_INSECURE_HTTP=true。"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _announce(settings: Settings, greeting: list[str], say: Say, *, opens_browser: bool) -> None:
    say(f"风险地图已就绪：{settings.address}    按 Ctrl-C 停止。")
    for sentence in greeting:
        say(sentence)
    # On a server without a screen `webbrowser` would start a text browser over our terminal.
    if opens_browser and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(settings.address)
