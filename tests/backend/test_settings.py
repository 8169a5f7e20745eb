"""Settings are read from the environment, under one prefix."""

from pathlib import Path

import pytest

from backend.settings import Settings, default_data_dir


def test_the_environment_sets_what_nobody_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKMAP_PORT", "8123")
    assert Settings().port == 8123
    assert Settings(port=8124).port == 8124


def test_a_person_keeps_data_in_their_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/home/clerk/data")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert default_data_dir() == Path("/home/clerk/data/riskmap")


def test_root_keeps_data_in_the_systems_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert default_data_dir() == Path("/var/lib/riskmap")
