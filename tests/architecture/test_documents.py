"""Documents that are made from the code say what the code says."""

import re
from pathlib import Path

import pytest

from backend.settings import Settings
from tests.architecture.sources import ROOT
from tests.notice import NOTICE, notice, python_licences
from tests.settings_table import BETWEEN_MARKS, README, settings_table

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_the_notice_names_everything_that_is_shipped_or_run() -> None:
    assert NOTICE.read_text() == notice(), "run: python -m tests.notice"


def test_every_shipped_package_states_its_licence() -> None:
    assert [name for name, licence in python_licences().items() if not licence or licence == "UNKNOWN"] == []


def test_the_readme_names_every_setting() -> None:
    found = BETWEEN_MARKS.search(README.read_text())
    assert found
    assert found[0] == settings_table(), "run: python -m tests.settings_table"


def test_the_chinese_readme_names_the_same_settings_and_defaults() -> None:
    chinese = README.with_name("README.zh-CN.md").read_text()
    named = re.findall(r"^\| `(RISKMAP_\w+)` \|([^|]*)\|", chinese, re.MULTILINE)
    english = re.findall(r"^\| `(RISKMAP_\w+)` \|([^|]*)\|", settings_table(), re.MULTILINE)
    assert [(name, default.strip()) for name, default in named] == [
        (name, default.strip()) for name, default in english
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text("utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_setting_that_is_named_exists(document: Path) -> None:
    known = {f"RISKMAP_{name.upper()}" for name in Settings.model_fields} | {"RISKMAP_REAL_DATA"}
    named = set(re.findall(r"RISKMAP_[A-Z_]+", document.read_text("utf-8")))
    assert named <= known


def test_locks_pin_hashes_and_name_no_address() -> None:
    """A mirror of the bureau serves as well, and a swapped package is noticed."""
    for name in ("requirements.lock", "requirements-test.lock"):
        lock = (ROOT / name).read_text()
        pins = re.findall(r"^[\w.-]+==\S+", lock, re.MULTILINE)
        hashed = re.findall(r"^[\w.-]+==\S+ \\\n    --hash=sha256:", lock, re.MULTILINE)
        assert len(pins) == len(hashed) > 0
        assert "://" not in lock


def test_the_tests_run_on_the_versions_that_are_shipped() -> None:
    shipped, tested = (
        dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-test.lock")
    )
    assert {name: tested.get(name) for name in shipped} == shipped
