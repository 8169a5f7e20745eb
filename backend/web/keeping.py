"""What a browser may keep of an answer."""

from fastapi import Response


def never_kept(response: Response) -> None:
    """Tell the browser to keep nothing: accounts, sessions, secrets that are shown once, and the trail."""
    response.headers["Cache-Control"] = "private, no-store"
