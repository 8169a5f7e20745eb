"""What is done with every request, whatever route it is for: the host is checked, HEAD is answered, headers are set."""

import ipaddress
import socket
from collections.abc import Collection
from typing import ClassVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.errors import problem


class ProtectiveHeaders:
    """Sets the headers that protect the reader, where the route has not set its own."""

    HEADERS: ClassVar[dict[str, str]] = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        # What is no page may load and run nothing, but the map's worker, whose policy is that of its own file, must
        # fetch tiles.
        "Content-Security-Policy": "default-src 'none'; connect-src 'self'; frame-ancestors 'none'",
        # The reader's own browser may keep an answer, but asks each time; nobody in between may.
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie, Authorization",
    }

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class HeadAsGet:
    """Answers HEAD as GET without the body (RFC 9110 §9.3.2); the framework's routes know GET only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for the whole answer and send its head."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, send_head)


class KnownHosts:
    """Refuses requests for names that are not ours.

    A page from elsewhere can make its own name point to this machine (DNS rebinding) and would then read the map
    through its reader's browser. It cannot do that with an address in figures, so those are always known.
    """

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app = app
        self.names = {"localhost", socket.gethostname().lower(), *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when its host is known."""
        if scope["type"] != "http" or self.is_known(Headers(scope=scope).get("host", "")):
            await self.app(scope, receive, send)
        else:
            said = "这个主机名不属于本服务；请在设置 RISKMAP_ALLOWED_HOSTS 中加入它。"
            await problem(421, "unknown_host", said)(scope, receive, send)

    def is_known(self, host: str) -> bool:
        """Whether a Host header names this service.

        >>> known = KnownHosts(None, ["map.bureau.lan"])
        >>> [known.is_known(host) for host in ("127.0.0.1:8000", "[::1]:8000", "Map.bureau.lan", "evil.example")]
        [True, True, True, False]
        """
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return name.lower() in self.names
        return True
