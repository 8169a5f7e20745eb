"""The pages of the browser and the headers that protect them."""

import base64
import hashlib
import re
from pathlib import Path
from string import Template

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

FRONTEND = Path(__file__).resolve().parents[2] / "frontend_static"
# Of the frontend's folder only these are served: not its tests, packages or lock files.
SERVED_FOLDERS = ("app", "styles", "vendor")
# Pages of their own, and those that share the frame `page.html`: their titles, folders under `app/` and elements.
PAGES = {"/": "index.html", "/docs": "docs.html"}
FRAME = "page.html"
FRAMED = {
    "/sign-in": ("登录", "sign_in", "riskmap-sign-in"),
    "/activate": ("设置密码", "activation", "riskmap-activation"),
    "/setup": ("初始设置", "set_up", "riskmap-set-up"),
    "/work": ("工作台", "work", "riskmap-work"),
    "/account": ("我的账号", "account", "riskmap-account-page"),
    "/admin": ("系统管理", "administration", "riskmap-administration"),
}


def add_pages(app: FastAPI) -> None:
    """Serve the pages with a policy that names the inline import map by its hash."""
    for path, name in PAGES.items():
        add_page(app, path, (FRONTEND / name).read_text("utf-8"))
    frame = Template((FRONTEND / FRAME).read_text("utf-8"))
    for path, (title, folder, element) in FRAMED.items():
        add_page(app, path, frame.substitute(title=title, folder=folder, element=element))
    for folder in SERVED_FOLDERS:
        app.mount(f"/{folder}", StaticFiles(directory=FRONTEND / folder, check_dir=False), name=folder)


def add_page(app: FastAPI, path: str, html: str) -> None:
    """Serve one page at `path`, with the policy that goes with its text."""
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
