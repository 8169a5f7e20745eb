"""Notebooks as a reader runs them: from the first cell to the last, on the demonstration and on the real data."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from backend.demo import loader
from backend.operating.cluster import Cluster
from tests import databases
from tests.guides.reading import lines_not_printed
from tests.notebooks.stories import FOLDER, STORIES, read, rows_shown
from tests.real_data import PROJECT, real_data, real_data_folder

pytestmark = [pytest.mark.slow, pytest.mark.real_data]

Run = Callable[[str], NotebookNode]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder for what notebooks write."""
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="module")
def run(cluster: Cluster, folder: Path) -> Iterator[Run]:
    """Give what runs a notebook, each once, on a database with the demonstration as `./riskmap demo` makes it."""
    with databases.own_database(cluster) as engine, pytest.MonkeyPatch.context() as environment:
        loader.load(engine)
        data = str(real_data_folder().resolve())
        for name in [name for name in os.environ if name.startswith("RISKMAP_")]:
            environment.delenv(name)
        environment.setenv("RISKMAP_REAL_DATA", data)
        environment.setenv("RISKMAP_DATABASE_URL", engine.url.render_as_string(hide_password=False))
        environment.setenv("RISKMAP_OWNER_DATABASE_URL", databases.owner_url(engine))
        environment.setenv("PYTHONPATH", str(PROJECT))

        @cache
        def run(name: str) -> NotebookNode:
            notebook = read(FOLDER / name)
            return NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()

        yield run


def printed(notebook: NotebookNode) -> str:
    """Join everything that the cells of a run have printed."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.output_type == "stream")


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_its_answer_is_what_it_comes_to(path: Path, run: Run) -> None:
    if "us-nc-rmp" in path.read_text("utf-8"):
        real_data("us-nc-rmp")
    notebook = run(path.name)
    assert lines_not_printed(tuple(rows_shown(notebook.cells[-1].source)), printed(notebook)) == []


def test_the_district_is_shown_and_left_as_a_file(run: Run, folder: Path) -> None:
    notebook = run("01_district_in_four_colours.ipynb")
    (shown,) = notebook.cells[-2].outputs
    page = (folder / "district_in_four_colours.html").read_text("utf-8")
    assert "Content-Security-Policy" in shown.data["text/html"]
    # All zones, and the enterprises but those without coordinates.
    assert page.count('"grade": "') == 1_500 + 302 - 12
