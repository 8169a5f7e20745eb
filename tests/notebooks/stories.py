"""The notebooks as files, and the tables of their answers."""

from pathlib import Path

import nbformat

from tests.real_data import PROJECT

FOLDER = PROJECT / "notebooks"
STORIES = sorted(FOLDER.glob("*.ipynb"))


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook, refused where it is not one (nbformat 4)."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def rows_shown(answer: str) -> list[str]:
    r"""Take the rows of the tables of an answer, without their headings.

    >>> rows_shown("so:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nand\n")
    ['| 1 | 2 |']
    """
    lines = [*answer.splitlines(), ""]
    is_rule = [line.startswith("|---") for line in lines]
    return [
        line
        for row, line in enumerate(lines[:-1])
        if line.startswith("|") and not is_rule[row] and not is_rule[row + 1]
    ]
