"""Runs the service from start to end: signals, port, database, the web server, and everything put away again."""

import errno
import ipaddress
import os
import signal
import socket
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from backend.app import create_app
from backend.obstacle import Obstacle
from backend.operating import frontend
from backend.operating.opening import Say, ready_database
from backend.settings import Settings

Prepare = Callable[[Engine], None]


def run(
    settings: Settings,
    *,
    say: Say,
    prepare: Prepare | None = None,
    opens_browser: bool = False,
) -> None:
    """Serve until Ctrl-C or SIGTERM; the private cluster is up exactly as long as we need it.

    Parameters
    ----------
    say : prints a sentence to the operator.
    prepare : what to do with the migrated database before the first request, such as loading the demo.
    """
    with ending_on_signals(), reserved_port(settings.host, settings.port) as listener:
        if not frontend.is_current():
            say("正在下载网页所需的程序库……")
            frontend.bring()
        with ready_database(settings, say=say) as engine:
            if prepare:
                prepare(engine)
            app = create_app(settings, engine)
            warn_when_open_to_the_network(settings.host, say)
            try:
                listen(
                    app,
                    listener,
                    announce=lambda: _announce(address(settings), say, opens_browser=opens_browser),
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


def listen(app: FastAPI, listener: socket.socket, *, announce: Callable[[], None]) -> None:
    """Answer requests until a signal comes."""

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                announce()

    configuration = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=10,
        server_header=False,
        proxy_headers=False,
    )
    server = Server(configuration)
    server.run(sockets=[listener])
    if not server.started:
        raise Obstacle("网络服务没有启动成功，原因见上面的日志。")


def address(settings: Settings) -> str:
    """What to type into the browser.

    >>> address(Settings(host="0.0.0.0", port=8000)), address(Settings(host="::1", port=80))
    ('http://127.0.0.1:8000/', 'http://[::1]:80/')
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://[{host}]:{settings.port}/" if ":" in host else f"http://{host}:{settings.port}/"


def warn_when_open_to_the_network(host: str, say: Say) -> None:
    """Say so when others than this machine's users can reach the service."""
    if host != "localhost" and not _is_loopback(host):
        say(
            f"注意：服务监听在 {host}，局域网里的其他人可以打开。目前没有登录和加密，"
            "不要放入真实的敏感数据，或放在带 HTTPS 的反向代理之后。"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _announce(where: str, say: Say, *, opens_browser: bool) -> None:
    say(f"风险地图已就绪：{where}    按 Ctrl-C 停止。")
    # On a server without a screen `webbrowser` would start a text browser over our terminal.
    if opens_browser and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(where)
