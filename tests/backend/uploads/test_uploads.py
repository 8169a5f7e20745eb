"""A file is sent, looked at, mended, agreed to and written."""

import io
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.importing.models import ImportBatch
from backend.jurisdictions.roles import ROLES, Action
from backend.operating.cluster import Cluster
from backend.settings import Settings
from backend.uploads import service as service_of_uploads
from backend.uploads import storage
from backend.uploads.models import Upload
from backend.uploads.service import remove_old
from tests import databases, signed_in
from tests.backend.uploads.offices import (
    SOUTH,
    bureau,
    commit,
    lay_out,
    names,
    office,
    previewed,
    rested,
    row,
    send,
    service,
    workbook,
)


@pytest.fixture
def register(cluster: Cluster) -> Iterator[Engine]:
    with databases.own_database(cluster) as engine:
        lay_out(engine)
        yield engine


@pytest.fixture
def web(register: Engine, tmp_path: Path) -> TestClient:
    return service(register, tmp_path)


def folders(tmp_path: Path) -> list[str]:
    return [each.name for each in (tmp_path / "uploads").iterdir()]


def test_a_file_is_looked_at_and_then_written(web: TestClient, register: Engine) -> None:
    town = office(web)
    upload = previewed(town, [row("北1", "改名厂", 街道="北街道"), row("北9", "新厂", 街道="北街道")])
    main = upload["report"]["main"]
    assert (upload["state"], main["new"], main["changed"]) == ("previewed", 1, 1)
    assert main["examples"][0]["changes"] == [{"field": "名称", "old": "北街道1厂", "new": "改名厂"}]
    assert names(register)["北1"] == "北街道1厂", "only looked at"
    done = rested(town, commit(town, upload).json())
    assert (done["state"], done["problem"]) == ("committed", None)
    assert (names(register)["北1"], names(register)["北9"]) == ("改名厂", "新厂")
    with Session(register) as session:
        batch = session.scalars(select(ImportBatch)).one()
        assert (batch.file_name, batch.inserted, batch.updated) == ("企业台账.xlsx", 1, 1)
    trail = [
        event for event in signed_in.events(register, action="import") if event.subject_kind == "import_batch"
    ]
    assert [(event.role, event.after["inserted"]) for event in trail] == [("township", 1)]
    assert commit(town, done).status_code == 409, "once only"


def test_bad_rows_are_told_by_place_and_come_back_as_a_workbook(web: TestClient, register: Engine) -> None:
    town = office(web)
    upload = previewed(town, [row("北1", "改名厂", 从业人数="很多"), row("北2", "好厂")])
    [finding] = upload["report"]["findings"]
    assert (finding["sheet"], finding["row"], finding["column"], finding["value"]) == ("企业", 2, "C", "很多")
    rejected = town.get(f"/api/v1/imports/{upload['id']}/rejected.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(rejected.content)).active
    assert sheet is not None
    cells = [cell.value for line in sheet.iter_rows() for cell in line]
    assert {"改名厂", finding["reason"]} <= set(cells)
    assert "好厂" not in cells
    refused = commit(town, upload)
    assert (refused.status_code, refused.json()["reason"]) == (409, "rows_quarantined")
    assert names(register)["北2"] == "北街道2厂", "all or nothing"
    again = town.get(f"/api/v1/imports/{upload['id']}").json()
    assert rested(town, commit(town, again, partial=True).json())["state"] == "committed"
    assert (names(register)["北1"], names(register)["北2"]) == ("北街道1厂", "好厂")


def test_what_was_not_told_is_not_written(web: TestClient, register: Engine) -> None:
    town = office(web)
    upload = previewed(town, [row("北1", "改名厂")])
    signed_in.run(register, "UPDATE enterprise SET staff = 77 WHERE source_id = '北1'")
    refused = commit(town, upload)
    assert (refused.status_code, refused.json()["reason"]) == (409, "differences_changed")
    assert names(register)["北1"] == "北街道1厂"
    current = refused.json()["current"]
    assert rested(town, commit(town, current).json())["state"] == "committed", (
        "what is told now may be agreed to"
    )


def test_another_file_than_was_looked_at_is_not_written(
    web: TestClient, register: Engine, tmp_path: Path
) -> None:
    town = office(web)
    upload = previewed(town, [row("北1", "改名厂")])
    (tmp_path / "uploads" / upload["id"] / "file.xlsx").write_bytes(workbook([row("北1", "别的厂")]))
    assert commit(town, upload).json()["reason"] == "file_changed"
    assert names(register)["北1"] == "北街道1厂"


def test_a_version_must_be_named_and_be_the_present_one(web: TestClient) -> None:
    town = office(web)
    upload = previewed(town, [row("北1", "改名厂")])
    assert town.post(f"/api/v1/imports/{upload['id']}/commit", json={}).status_code == 428
    assert commit(town, {**upload, "version": upload["version"] - 1}).status_code == 412


def test_unknown_headings_are_mapped_and_the_mapping_is_saved(web: TestClient, register: Engine) -> None:
    town = office(web)
    strange = [{"号": "北1", "厂子": "改名厂"}]
    upload = previewed(town, strange)
    assert (upload["state"], upload["problem"]["code"]) == ("refused", "no_header")
    assert "--" not in upload["problem"]["detail"]
    assert upload["report"]["columns"] == ["号", "厂子"]
    known = previewed(town, [{"数据编号": "北1", "厂子": "改名厂"}])
    assert (known["problem"]["code"], known["problem"]["fields"]) == ("missing_columns", ["名称"])
    assert (known["report"]["id_column"], "--" in known["problem"]["detail"]) == ("数据编号", False)
    said = {"source": "台账", "id_column": "号", "columns": {"name": "厂子"}}
    answer = town.patch(
        f"/api/v1/imports/{upload['id']}", json=said, headers={"If-Match": f'"{upload["version"]}"'}
    )
    upload = rested(town, answer.json())
    assert (upload["state"], upload["report"]["main"]["changed"]) == ("previewed", 1)
    assert rested(town, commit(town, upload, save_mapping="北街道月报").json())["state"] == "committed"
    assert names(register)["北1"] == "改名厂"
    assert town.get("/api/v1/import-mappings").json()["items"][0]["columns"] == {"name": "厂子"}
    assert previewed(town, strange, mapping="北街道月报")["report"]["main"]["unchanged"] == 1
    neighbour = office(web, SOUTH)
    assert neighbour.get("/api/v1/import-mappings").json()["items"] == []
    assert send(neighbour, workbook(strange), mapping="北街道月报").status_code == 422
    own = previewed(neighbour, [row("南1", "改名厂")])
    assert commit(neighbour, own, save_mapping="北街道月报").json()["code"] == "name_taken"


def test_uploads_are_seen_by_their_own_office_and_the_bureau(web: TestClient) -> None:
    town, neighbour, chief = office(web), office(web, SOUTH), bureau(web)
    upload = previewed(town, [row("北1", "改名厂")])
    path = f"/api/v1/imports/{upload['id']}"
    assert neighbour.get(path).status_code == neighbour.delete(path).status_code == 404
    assert neighbour.get(f"{path}/rejected.xlsx").status_code == commit(neighbour, upload).status_code == 404
    assert [each.get("/api/v1/imports").json()["total"] for each in (town, neighbour, chief)] == [1, 0, 1]
    assert office(web).get(path).status_code == 200, "a colleague"
    assert chief.get(path).json()["is_own"] is False
    assert (commit(chief, upload).status_code, chief.delete(path).status_code) == (409, 409)


def test_an_upload_is_forgotten_with_its_file(web: TestClient, tmp_path: Path) -> None:
    town = office(web)
    upload = previewed(town, [row("北1", "改名厂")])
    assert folders(tmp_path) == [upload["id"]]
    assert town.delete(f"/api/v1/imports/{upload['id']}").status_code == 204
    assert folders(tmp_path) == []
    assert town.get(f"/api/v1/imports/{upload['id']}").status_code == 404


def test_long_work_tells_how_far_it_is(web: TestClient, register: Engine) -> None:
    town = office(web)
    with register.begin() as another_import:
        another_import.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended('riskmap import enterprises 台账', 0))")
        )
        upload = send(town, workbook([row("北1", "改名厂")])).json()
        assert (upload["state"], upload["report"]) == ("working", None)
        until = time.monotonic() + 20
        while upload["phase"] != "queueing" and time.monotonic() < until:
            upload = town.get(f"/api/v1/imports/{upload['id']}").json()
        assert upload["phase"] == "queueing"
        assert commit(town, upload).json()["code"] == "upload_busy"
        assert town.delete(f"/api/v1/imports/{upload['id']}").json()["code"] == "upload_busy"
    upload = rested(town, upload)
    assert (upload["state"], upload["phase"], upload["changed"]) == ("previewed", None, 1)


def test_old_uploads_and_lost_files_are_removed(web: TestClient, register: Engine, tmp_path: Path) -> None:
    town = office(web)
    old, young = (previewed(town, [row("北1", "改名厂")]) for _ in range(2))
    signed_in.run(
        register, "UPDATE upload SET created_at = now() - interval '8 days' WHERE id = :id", id=old["id"]
    )
    lost = tmp_path / "uploads" / "lost"
    lost.mkdir()
    long_ago = time.time() - 86_400
    for folder in (lost, tmp_path / "uploads" / old["id"]):
        os.utime(folder, (long_ago, long_ago))
    remove_old(register, Settings(data_dir=tmp_path))
    assert folders(tmp_path) == [young["id"]]
    with Session(register) as session:
        assert [str(each.id) for each in session.scalars(select(Upload))] == [young["id"]]


def test_work_that_was_cut_off_can_be_taken_up_again(
    web: TestClient, register: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = office(web)
    upload = previewed(town, [row("北1", "改名厂")])
    signed_in.run(register, "UPDATE upload SET state = 'committing'")
    assert commit(town, {**upload, "version": upload["version"] + 1}).json()["code"] == "upload_busy"
    remove_old(register, Settings(data_dir=tmp_path))
    assert town.get(f"/api/v1/imports/{upload['id']}").json()["state"] == "committing", "it may be at work"
    monkeypatch.setattr(service_of_uploads, "LOST", timedelta(0))
    remove_old(register, Settings(data_dir=tmp_path))
    upload = town.get(f"/api/v1/imports/{upload['id']}").json()
    assert (upload["state"], upload["problem"]["code"]) == ("previewed", "failed")
    assert rested(town, commit(town, upload).json())["state"] == "committed"


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("企业.exe", b"x", 422, "unsupported_format"),
        ("企业.xls", b"x", 422, "unsupported_format"),
        ("../../etc/passwd", b"x", 422, "unsupported_format"),
        ("企业.xlsx", b"", 422, "empty_file"),
    ],
)
def test_what_is_no_file_of_ours_is_refused(
    web: TestClient, tmp_path: Path, name: str, content: bytes, status: int, code: str
) -> None:
    answer = send(office(web), content, name)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not (tmp_path / "uploads").exists() or folders(tmp_path) == []


def test_a_broken_file_is_told_of_by_its_own_name(web: TestClient, tmp_path: Path) -> None:
    upload = rested(office(web), send(office(web), b"PK\x03\x04 broken", "../台账.xlsx").json())
    assert upload["state"] == "refused"
    assert "../台账.xlsx" in upload["problem"]["detail"]
    assert str(tmp_path) not in str(upload)
    assert [each.name for each in (tmp_path / "uploads" / upload["id"]).iterdir()] == ["file.xlsx"]


def test_a_file_larger_than_its_reader_takes_is_refused_and_removed(
    web: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(storage.LARGEST, ".csv", 10)
    answer = send(office(web), b"x" * 11, "企业.csv")
    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")
    assert folders(tmp_path) == []


def test_a_page_from_elsewhere_sends_no_file(web: TestClient) -> None:
    town = office(web)
    del town.headers["X-CSRF"]
    assert send(town, workbook([row("北1", "改名厂")])).status_code == 403


def test_other_routes_take_no_files(web: TestClient) -> None:
    answer = bureau(web).post(
        "/api/v1/submissions", content=b"x", headers={"Content-Type": "application/octet-stream"}
    )
    assert answer.status_code == 415


def test_a_template_offers_the_own_townships_alone(web: TestClient) -> None:
    def words(of: TestClient) -> set[object]:
        answer = of.get("/api/v1/imports/template?kind=enterprises&kind=zones")
        assert answer.status_code == 200, answer.text
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        return {cell.value for sheet in book for line in sheet.iter_rows() for cell in line}

    assert {"北街道", "南街道"} & words(office(web)) == {"北街道"}
    assert {"北街道", "南街道"} <= words(bureau(web))
    assert office(web).get("/api/v1/imports/template?kind=areas").json()["code"] == "bureau_only"


@pytest.mark.parametrize("kind", ["areas", "groups", "receptors", "corridors"])
def test_what_belongs_to_everybody_is_the_bureau_s(web: TestClient, kind: str) -> None:
    assert send(office(web), workbook([]), kind=kind).json()["code"] == "bureau_only"
    offered = {each["name"] for each in office(web).get("/api/v1/imports/kinds").json()["kinds"]}
    assert kind not in offered


def test_who_imports_may_see_the_phones_that_differences_show() -> None:
    assert all(Action.CONTACTS in role.actions for role in ROLES.values() if Action.REVIEW in role.actions)


def test_the_demonstration_stays_invented(register: Engine, tmp_path: Path) -> None:
    demo = service(register, tmp_path, is_demo=True)
    town = office(demo)
    upload = previewed(town, [row("北9", "新厂", 街道="北街道")])
    rested(town, commit(town, upload).json())
    with Session(register) as session:
        assert session.scalars(select(Enterprise.is_demo).where(Enterprise.source_id == "北9")).one() is True
