"""Two people at one register at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.importing.errors import CannotImport
from backend.importing.service import PreparedFile, apply_file, ignore, prepare_file
from backend.importing.writing import merging
from tests.backend.importing.files import csv_file, request, site, sites


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Make a folder for each of two people, because their files have the same name."""
    ours, theirs = tmp_path / "甲", tmp_path / "乙"
    ours.mkdir()
    theirs.mkdir()
    return ours, theirs


@pytest.fixture
def on_record(own_engine: Engine, tmp_path: Path) -> Engine:
    """Have one enterprise in the register."""
    with Session(own_engine) as session, session.begin():
        sites(session, tmp_path, [site(1)])
    return own_engine


def prepared(session: Session, folder: Path, *rows: dict[str, object]) -> PreparedFile:
    return prepare_file(session, request(csv_file(folder, rows)), ignore)


def names(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.scalars(select(Enterprise.name).order_by(Enterprise.source_id)))


def test_an_import_compares_with_what_the_one_before_it_wrote(
    own_engine: Engine, folders: tuple[Path, Path]
) -> None:
    ours, theirs = folders
    with Session(own_engine) as first, Session(own_engine) as second, ThreadPoolExecutor(1) as other:
        file = prepared(first, ours, site(1, 名称="甲"))
        waiting = other.submit(prepared, second, theirs, site(1, 名称="乙"))
        apply_file(first, file, ignore)
        first.commit()
        assert waiting.result(timeout=60).report.differences.changed == 1


def test_an_import_does_not_wait_for_another_forever(
    own_engine: Engine, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = folders
    monkeypatch.setattr(merging, "LONGEST_WAIT", "50ms")
    with Session(own_engine) as first, Session(own_engine) as second:
        prepared(first, ours, site(1))
        with pytest.raises(CannotImport, match="另一个企业导入还没有结束"):
            prepared(second, theirs, site(1))


def test_imports_of_two_sources_do_not_wait_for_each_other(
    own_engine: Engine, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = folders
    monkeypatch.setattr(merging, "LONGEST_WAIT", "50ms")
    with Session(own_engine) as first, Session(own_engine) as second:
        prepared(first, ours, site(1))
        path = csv_file(theirs, [site(1)])
        assert prepare_file(second, request(path, source="乙"), ignore).report.differences.new == 1


def test_a_row_that_was_edited_after_the_comparison_is_not_overwritten(
    on_record: Engine, folders: tuple[Path, Path]
) -> None:
    with Session(on_record) as session:
        file = prepared(session, folders[0], site(1, 名称="导入的名"))
        with Session(on_record) as editor, editor.begin():
            editor.execute(update(Enterprise).values(name="别人改的名"))
        with pytest.raises(CannotImport, match="又有变动"):
            apply_file(session, file, ignore)
        session.commit()
    assert names(on_record) == ["别人改的名"]


def test_a_row_that_appeared_after_the_comparison_is_not_overwritten(
    on_record: Engine, folders: tuple[Path, Path]
) -> None:
    with Session(on_record) as session:
        file = prepared(session, folders[0], site(2, 名称="导入的名"))
        with Session(on_record) as editor, editor.begin():
            editor.execute(
                text("INSERT INTO enterprise (name, source, source_id) VALUES ('新来的', '企业', 'e2')")
            )
        with pytest.raises(CannotImport, match="又有变动"):
            apply_file(session, file, ignore)
        session.commit()
    assert names(on_record) == ["企业1", "新来的"]
