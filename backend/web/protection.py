"""What is done with every request, whatever route it is for.

Its host, its method, its origin and its body are checked, HEAD is answered, headers are set.
"""

import ipaddress
import socket
from collections.abc import Collection
from typing import ClassVar
from urllib.parse import urlsplit

from anyio import fail_after
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
        "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
        # What is no page may load and run nothing, but the map's worker, whose policy is that of its own file, must
        # fetch tiles.
        "Content-Security-Policy": "default-src 'none'; connect-src 'self'; frame-ancestors 'none'",
        # The reader's own browser may keep an answer, but asks each time; nobody in between may.
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie, Authorization",
    }
    # Said over plain HTTP it would have no effect (RFC 6797 §7.2).
    OF_HTTPS: ClassVar[dict[str, str]] = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""
        protective = self.HEADERS | (self.OF_HTTPS if scope.get("scheme") == "https" else {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in protective.items():
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


class KnownMethods:
    """Refuses methods that no route has: TRACE would show a page what its reader's browser sends along."""

    KNOWN = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when a route could answer it."""
        if scope["type"] != "http" or scope["method"] in self.KNOWN:
            await self.app(scope, receive, send)
        else:
            answer = problem(405, "method_not_allowed", "这个地址不支持该操作。")
            answer.headers["Allow"] = ", ".join(self.KNOWN)
            await answer(scope, receive, send)


STREAMED = frozenset({("POST", "/api/v1/imports")})
"""Requests whose content is a file: the route takes it piece by piece, and holds it against limits of its own."""
FILE_TYPE = "application/octet-stream"


def is_streamed(scope: Scope) -> bool:
    """Whether a request brings a file."""
    return (scope["method"], scope["path"]) in STREAMED


def media_type(headers: Headers) -> str:
    """The type of a request's content, without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


class SameOriginWrites:
    """Lets nothing be changed by pages from elsewhere, which a browser would send our own cookie along with.

    A header of our own can be set by a page of our own only: another's would need our leave (a CORS preflight), and we
    give none. Nor could a form send JSON. Who shows a key in `Authorization` is no browser that was led astray.
    """

    HARMLESS = ("GET", "HEAD", "OPTIONS")

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when it changes nothing, or comes from our own page or from no page."""
        if scope["type"] != "http" or scope["method"] in self.HARMLESS:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # A page of elsewhere cannot make a browser send a key; what a proxy has made it remember is none.
        has_key = headers.get("authorization", "").lower().startswith("bearer ")
        if not has_key and not is_from_our_own_page(scope["scheme"], headers):
            said = "修改只能从本服务自己的页面提交；经反向代理访问时，请管理员检查 RISKMAP_TRUSTED_PROXIES。"
            await problem(403, "cross_site", said)(scope, receive, send)
        elif is_streamed(scope) and media_type(headers) == FILE_TYPE:
            # Nor is this a type that a form could send.
            await self.app(scope, receive, send)
        elif has_body(headers) and not is_json(headers):
            said = "提交的内容必须是 JSON（Content-Type: application/json）。"
            await problem(415, "unsupported_media_type", said)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def is_from_our_own_page(scheme: str, headers: Headers) -> bool:
    """Whether a request was sent by a script of the page that this service itself delivered.

    >>> own = {"host": "map.bureau.lan", "x-csrf": "1", "origin": "https://map.bureau.lan"}
    >>> is_from_our_own_page("https", Headers(own)), is_from_our_own_page("http", Headers(own))
    (True, False)
    """
    return (
        "x-csrf" in headers
        and headers.get("sec-fetch-site", "same-origin") == "same-origin"
        and ("origin" not in headers or is_same_origin(headers["origin"], scheme, headers.get("host", "")))
    )


def is_same_origin(origin: str, scheme: str, host: str) -> bool:
    """Whether an Origin header names the scheme, host and port that the request itself came to.

    >>> is_same_origin("https://Map.bureau.lan:443", "https", "map.bureau.lan")
    True
    >>> [is_same_origin(each, "http", "[::1]:8000") for each in ("http://[::1]:8000", "http://[::1]", "null", "http://[")]
    [True, False, False, False]
    """
    try:
        return place(origin) == place(f"{scheme}://{host}")
    except ValueError:
        return False


def place(origin: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port, the usual port where none is named."""
    parts = urlsplit(origin)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def has_body(headers: Headers) -> bool:
    """Whether a request says that content follows its head (RFC 9112 §6.3)."""
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def is_json(headers: Headers) -> bool:
    """Whether a request's content is JSON, whatever parameters its type has.

    >>> types = ("application/json", "Application/JSON; charset=utf-8", "text/plain", "application/json-seq")
    >>> [is_json(Headers({"content-type": each})) for each in types]
    [True, True, False, False]
    """
    return media_type(headers) == "application/json"


class BoundedBody:
    """Takes a request's content whole before anybody works on it, and neither more of it nor later than we can bear.

    Parameters
    ----------
    max_bytes : of content; a request of more is refused as soon as that is known.
    seconds : from the request's head to the end of its content.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = 1 << 20, seconds: float = 15.0) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its content at hand."""
        if scope["type"] != "http" or (is_streamed(scope) and media_type(Headers(scope=scope)) == FILE_TYPE):
            await self.app(scope, receive, send)
            return
        try:
            self._require_few(int(Headers(scope=scope).get("content-length", "0")))
            with fail_after(self.seconds):
                content = await self._whole(receive)
        except _TooLarge:
            said = f"提交的内容太大，最多 {self.max_bytes // 1024} KiB。"
            await problem(413, "content_too_large", said)(scope, receive, send)
        except TimeoutError:
            answer = problem(408, "request_timeout", f"提交的内容没有在 {self.seconds:g} 秒内到达，请重试。")
            # What may still come is no request.
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
        except _Gone:
            pass  # nobody is there to answer
        else:
            await self.app(scope, _told_first(content, receive), send)

    async def _whole(self, receive: Receive) -> bytes:
        content, has_more = bytearray(), True
        while has_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            content += message.get("body", b"")
            has_more = message.get("more_body", False)
            self._require_few(len(content))
        return bytes(content)

    def _require_few(self, size: int) -> None:
        if size > self.max_bytes:
            raise _TooLarge


class _TooLarge(Exception):
    """More content than we take."""


class _Gone(Exception):
    """The client went away before its content was complete."""


def _told_first(content: bytes, receive: Receive) -> Receive:
    """Hand over content that was read before; what comes after it is whatever comes after it."""
    messages: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again
