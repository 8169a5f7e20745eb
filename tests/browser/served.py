"""A server of our own application on a free port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from sqlalchemy import Engine

from backend.app import create_app
from backend.serving import reserved_port
from backend.settings import Settings


@contextmanager
def served(engine: Engine, data_dir: Path) -> Iterator[str]:
    """Serve a database and give the address."""
    with reserved_port("127.0.0.1", 0) as listener:
        app = create_app(Settings(data_dir=data_dir), engine)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()
