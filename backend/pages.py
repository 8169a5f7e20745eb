"""The pages of the browser and the headers that protect them."""

import base64
import hashlib
import re
from pathlib import Path
from typing import ClassVar

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRONTEND = Path(__file__).resolve().parent.parent / "frontend_static"
# Of the frontend's folder only these are served: not its tests, packages or lock files.
SERVED_FOLDERS = ("app", "styles", "vendor")
PAGES = {"/": "index.html", "/docs": "docs.html"}


def add_pages(app: FastAPI) -> None:
    """Serve the pages with a policy that names the inline import map by its hash."""
    for path, name in PAGES.items():
        add_page(app, path, FRONTEND / name)
    for folder in SERVED_FOLDERS:
        app.mount(f"/{folder}", StaticFiles(directory=FRONTEND / folder, check_dir=False), name=folder)


def add_page(app: FastAPI, path: str, file: Path) -> None:
    """Serve one HTML file at `path`; read at start, for its policy is a hash of its text."""
    html = file.read_text("utf-8")
    headers = {"Content-Security-Policy": content_security_policy(html), "Cache-Control": "no-cache"}

    @app.get(path, include_in_schema=False, response_class=HTMLResponse)
    def page() -> HTMLResponse:
        return HTMLResponse(html, headers=headers)


def content_security_policy(html: str) -> str:
    """The policy of a page: our own files only, no eval; of inline scripts only those that stand in `html`.

    >>> "'unsafe-eval'" in content_security_policy("<html></html>")
    False
    """
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", html, re.DOTALL)
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in inline
    ]
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self'", *hashes]),
            "worker-src 'self' blob:",
            "img-src 'self' data: blob:",
            "style-src 'self' 'unsafe-inline'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


class SecurityHeaders:
    """The headers that every answer carries, whatever made it."""

    HEADERS: ClassVar[dict[str, str]] = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
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
                # What a file is named does not change with its content, so the browser asks each time.
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        await self.app(scope, receive, send_with_headers)
