"""A served map with the small demonstration, and Debian's Chromium to look at it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from backend.demo import loader
from backend.operating.cluster import Cluster
from tests import databases
from tests.browser.served import served

CHROMIUM = Path("/usr/bin/chromium")
SOFTWARE_WEBGL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
NOTHING_FROM_OUTSIDE = [
    "--no-first-run", "--disable-quic", "--disable-sync", "--disable-background-networking",
    "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip

# A wrong page stays wrong; a busy machine only takes longer to draw a right one.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives Chromium, so that the fast tier leaves it out."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def base_url(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the small demonstration, committed to a database of its own, on a free port."""
    with databases.own_database(cluster) as engine:
        loader.load(engine, scale="small", progress=lambda sentence: None)
        with served(engine, tmp_path_factory.mktemp("data")) as address:
            yield address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start Debian's Chromium, drawing WebGL in software; root needs it without its sandbox."""
    arguments = ["--no-sandbox", *SOFTWARE_WEBGL, *NOTHING_FROM_OUTSIDE]
    return {**browser_type_launch_args, "executable_path": str(CHROMIUM), "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Look at the map as an office in China does."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1280, "height": 800},
    }
