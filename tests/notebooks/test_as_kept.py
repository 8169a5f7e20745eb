"""Notebooks as they are kept: a question, an answer, nothing of any run."""

import re
from pathlib import Path

import pytest

from tests.notebooks.stories import FOLDER, STORIES, read, rows_shown

pytestmark = pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)


def test_nothing_of_a_run_is_kept(path: Path) -> None:
    notebook = read(path)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.source for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert [cell.source for cell in notebook.cells if cell.metadata] == []


def test_it_opens_with_its_question_in_chinese_and_then_in_english(path: Path) -> None:
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# .*[\u4e00-\u9fff].*？\n[\s\S]*\n\*\*[A-Z][^*]+\?\*\*", first.source)


def test_it_ends_with_an_answer_in_both_languages_and_its_figures(path: Path) -> None:
    last = read(path).cells[-1]
    assert last.cell_type == "markdown"
    assert re.match(r"## 答案\n[\s\S]*[\u4e00-\u9fff][\s\S]*\n\*\*Answer\.\*\* [A-Z0-9]", last.source)
    assert rows_shown(last.source)


def test_the_readme_tells_of_it(path: Path) -> None:
    assert f"]({path.name})" in (FOLDER / "README.md").read_text("utf-8")


def test_its_number_follows_the_one_before(path: Path) -> None:
    assert path.name.startswith(f"{STORIES.index(path) + 1:02}_")


def test_its_links_lead_somewhere(path: Path) -> None:
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    assert [target for target in targets if not (FOLDER / target).exists()] == []
