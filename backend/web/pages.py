"""The pages of the browser and the headers that protect them."""

import base64
import hashlib
import re
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

FRONTEND = Path(__file__).resolve().parents[2] / "frontend_static"
# Of the frontend's folder only these are served: not its tests, packages or lock files.
SERVED_FOLDERS = ("app", "styles", "vendor")
PAGES = {
    "/": "index.html",
    "/sign-in": "sign_in.html",
    "/activate": "activate.html",
    "/setup": "setup.html",
    "/account": "account.html",
    "/admin": "admin.html",
    "/docs": "docs.html",
}


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
