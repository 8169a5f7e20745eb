"""What docs/security.md claims is there."""

import re

import pytest

from tests.architecture.sources import ROOT

DOCUMENT = (ROOT / "docs/security.md").read_text("utf-8")
TESTS = "\n".join(
    path.read_text("utf-8") for path in ROOT.glob("tests/**/*.py") if path.name != "test_documents.py"
)


def test_every_row_of_the_checklist_is_answered_once() -> None:
    assert [int(number) for number in re.findall(r"^\| (\d+) \|", DOCUMENT, re.MULTILINE)] == list(
        range(1, 44)
    )


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", DOCUMENT))))
def test_every_test_that_is_named_exists(name: str) -> None:
    assert f"def {name}(" in TESTS


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w/.]+)`", DOCUMENT))))
def test_every_file_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).is_file()
