"""A question is put down, worked out, kept, repeated and compared; and exists for one scope alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from backend.accounts.models import Account
from backend.demo.loader import reset
from backend.enterprises.models import Enterprise
from backend.proximity import analysis, runs, working
from backend.proximity.models import ProximityPair, ProximityRun
from backend.proximity.routes import ground
from backend.proximity.working import Workers, take_up, work
from tests import databases, make, signed_in
from tests.backend.proximity.saved import (
    EAST,
    NOT_THERE,
    RUNS,
    SCHOOL,
    WEST,
    begun,
    bureau,
    done,
    east_of,
    ended,
    move_school,
    office,
    pairs,
    repeated,
    service,
)
from tests.signed_in import as_role

PATHS = ("", "/pairs", "/findings")


def kept_rows(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(ProximityPair)) or 0


def test_a_run_keeps_what_the_unsaved_report_tells(web: TestClient) -> None:
    town = office(web)
    run = done(town, "每月核查")
    report = town.get("/api/v1/proximity/report?grade=1&grade=2&distance_m=500&distance_m=1000").json()
    kept = town.get(f"{RUNS}/{run['id']}/pairs").json()
    findings = town.get(f"{RUNS}/{run['id']}/findings").json()
    assert kept["items"] == report["pairs"]
    assert findings["items"] == report["findings"]
    assert len(kept["items"]) == run["pairs"] == 4
    assert len(findings["items"]) == run["findings"] == 1
    assert run["summary"]["layers"] == report["layers"]
    assert (run["summary"]["sites"], run["summary"]["unplaced"]) == (2, 1)
    assert {rule["id"] for rule in report["rules"]} <= {rule["id"] for rule in run["rules"]}
    assert (run["name"], run["progress"], run["phase"]) == ("每月核查", 1.0, None)
    assert set(run["revisions"]) == {
        "enterprise",
        "zone",
        "major_hazard_installation",
        "protective_area",
        "receptor",
        "corridor",
    }
    assert run["scope"] == {"kind": "townships", "codes": [EAST]}


def test_a_run_without_a_name_is_called_what_it_asks(web: TestClient) -> None:
    run = done(office(web), receptor=["school", "hospital"], distance_m=[300])
    assert run["name"] == "厂界 → 学校、医院（300 米）"


def test_the_list_is_searched_by_name_and_number_and_the_newest_stands_first(web: TestClient) -> None:
    town = office(web)
    first, second = done(town, "50% 的学校"), done(town, "铁路")
    told = town.get(RUNS).json()
    assert [each["id"] for each in told["items"]] == [second["id"], first["id"]]
    for q, found in (("铁", [second]), ("0%", [first]), ("%", [first]), (str(second["number"]), [second])):
        items = town.get(RUNS, params={"q": q}).json()["items"]
        assert [each["id"] for each in items] == [each["id"] for each in found]
    page = town.get(f"{RUNS}?limit=1&page=2").json()
    assert ([each["id"] for each in page["items"]], page["total"]) == ([first["id"]], 2)


# ---------------------------------------------------------------- who sees it


def answers(browser: TestClient, run: dict[str, Any], other: str) -> set[int]:
    """The status of everything that can be asked about a run."""
    address = f"{RUNS}/{run['id']}"
    asked = [browser.get(address + path).status_code for path in PATHS]
    compared = [
        browser.get(f"{RUNS}/{a}/compare?with={b}").status_code
        for a, b in ((run["id"], other), (other, run["id"]))
    ]
    changed = [
        browser.post(f"{address}/repeat", json={"as_recorded": True}).status_code,
        browser.post(f"{address}/cancel").status_code,
        browser.delete(address).status_code,
    ]
    return {*asked, *compared, *changed}


def test_another_scope_finds_no_trace_of_a_run(web: TestClient) -> None:
    run = done(office(web, EAST))
    for stranger in (
        office(web, WEST),
        as_role(web, "township", [EAST, WEST], has_second_factor=True),
        as_role(web, "sector_department", ["hazardous_chemicals"], has_second_factor=True),
    ):
        own = done(stranger)
        assert answers(stranger, run, own["id"]) == {404}
        assert [each["id"] for each in stranger.get(RUNS).json()["items"]] == [own["id"]]


def test_the_same_scope_and_the_bureau_read_a_run(web: TestClient) -> None:
    run = done(office(web, EAST))
    for reader in (office(web, EAST), bureau(web), bureau(web, "leader")):
        assert [reader.get(f"{RUNS}/{run['id']}{path}").status_code for path in PATHS] == [200, 200, 200]
        assert [each["id"] for each in reader.get(RUNS).json()["items"]] == [run["id"]]
        assert pairs(reader, run)[0][0] == "东化工厂"


def test_a_maker_whose_scope_has_changed_reads_the_run_no_more(web: TestClient, register: Engine) -> None:
    maker = signed_in.person(register, role="township", codes=[EAST, WEST], has_second_factor=True)
    browser = signed_in.enter(signed_in.another(web), maker)
    run = done(browser)
    with Session(register) as session, session.begin():
        session.get_one(Account, maker.id).scope_codes = [WEST]
    own = done(browser)
    assert answers(browser, run, own["id"]) == {404}


def test_who_has_not_signed_in_saves_nothing(register: Engine, tmp_path: Path) -> None:
    demo = service(register, tmp_path, is_demo=True)
    body = {"asked": {"grade": [1]}}
    assert demo.post(RUNS, json=body).json()["code"] == "sign_in_required"
    assert service(register, tmp_path).get(RUNS).status_code == 401
    assert demo.get(RUNS).json()["total"] == 0


def test_only_its_maker_and_reviewers_of_its_scope_delete_a_run(web: TestClient, register: Engine) -> None:
    analyst = bureau(web, "bureau_analyst")
    first, second = done(analyst), done(analyst)
    reader = bureau(web, "leader")
    refused = reader.delete(f"{RUNS}/{first['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "others_run")
    assert reader.get(f"{RUNS}/{first['id']}").json()["may_change"] is False
    assert analyst.delete(f"{RUNS}/{first['id']}").status_code == 204
    assert bureau(web).delete(f"{RUNS}/{second['id']}").status_code == 204
    assert kept_rows(register) == 0
    deeds = [event.action for event in signed_in.events(register) if event.subject_kind == "proximity_run"]
    assert deeds == ["analyse", "analyse", "discard_analysis", "discard_analysis"]


def test_the_bureau_does_not_touch_a_township_s_run(web: TestClient) -> None:
    run = done(office(web, EAST))
    admin = bureau(web)
    assert admin.delete(f"{RUNS}/{run['id']}").json()["code"] == "others_run"
    again = admin.post(f"{RUNS}/{run['id']}/repeat", json={"as_recorded": True})
    assert again.json()["code"] == "others_run"
    assert repeated(admin, run, as_recorded=False)["scope"]["kind"] == "everything"


# ---------------------------------------------------------------- repeating and comparing


def test_repeated_as_recorded_it_comes_to_the_same_whatever_has_moved_since(
    web: TestClient, register: Engine
) -> None:
    admin = bureau(web)
    run = done(admin)
    move_school(register, -100)
    again = repeated(admin, run, as_recorded=True)
    assert (again["is_identical"], again["digest"], again["moment"]) == (True, run["digest"], run["moment"])
    assert (again["repeats"], again["why_not"]) == (run["id"], None)
    assert pairs(admin, again) == pairs(admin, run)
    now = repeated(admin, run, as_recorded=False)
    assert now["digest"] != run["digest"]
    assert (now["is_identical"], now["asked"]["at"]) == (None, None)


def test_a_repetition_that_differs_says_so_and_names_the_rules_that_changed(
    web: TestClient, register: Engine
) -> None:
    """Nothing that was recorded can change; so the record of the run is changed here."""
    admin = bureau(web)
    run = done(admin)
    signed_in.run(register, "UPDATE proximity_run SET digest = 'other', rules = rules - 0")
    again = repeated(admin, run, as_recorded=True)
    assert again["is_identical"] is False
    assert "在用的规则有变动" in again["why_not"]["zh"]


def test_a_change_that_was_open_when_the_run_began_does_not_slip_in_later(
    web: TestClient, register: Engine
) -> None:
    admin = bureau(web)
    with Session(register) as open_one:
        began = open_one.scalar(select(func.now()))
        open_one.execute(text("UPDATE receptor SET name = '改名小学'"))
        run = done(admin)
        open_one.commit()
    with Session(register) as session:
        kept = session.scalars(select(ProximityRun)).one()
        assert began is not None
        assert kept.moment is not None
        assert kept.moment < began
    assert repeated(admin, run, as_recorded=True)["is_identical"] is True
    assert {target for _, target, _ in pairs(admin, run)} == {"西小学", "东大道"}


def test_two_runs_tell_what_came_went_and_moved(web: TestClient, register: Engine) -> None:
    admin = bureau(web)
    first = done(admin, receptor=["all"])
    move_school(register, 100)
    with Session(register) as session, session.begin():
        make.receptor(session, "新幼儿园", east_of(SCHOOL, 400), kind="kindergarten")
        depot = session.scalars(select(Enterprise).where(Enterprise.name == "东仓库")).one()
        make.granted(session, depot)
        depot.declared_grade = 3
    second = repeated(admin, first, as_recorded=False)
    for a, b in ((first, second), (second, first)):
        told = admin.get(f"{RUNS}/{a['id']}/compare?with={b['id']}").json()
        assert (told["before"]["id"], told["after"]["id"]) == (first["id"], second["id"])
        assert told["layers"] == [
            {"layer": "receptors", "new": 1, "gone": 1, "nearer": 1, "farther": 0, "same": 0}
        ]
        said = [(each["change"], each["by_m"]) for each in told["items"]]
        assert said == [("new", None), ("gone", None), ("nearer", pytest.approx(-100, abs=0.01))]
        assert told["items"][1]["before"]["site"]["name"] == "东仓库"
        assert told["items"][1]["after"] is None
        assert (told["total"], told["within_m"], told["notes"]) == (3, 1000, [])


def test_less_than_a_centimetre_is_no_change(web: TestClient, register: Engine) -> None:
    admin = bureau(web)
    first = done(admin, receptor=["all"])
    # A stored place is rounded to 1e-7 of a degree, about 9 mm here; so the distances of the runs are changed.
    signed_in.run(register, "UPDATE proximity_pair SET distance_m = distance_m + 0.009 WHERE rank = 0")
    signed_in.run(register, "UPDATE proximity_pair SET distance_m = distance_m + 0.010 WHERE rank = 1")
    second = repeated(admin, first, as_recorded=True)
    (layer,) = admin.get(f"{RUNS}/{first['id']}/compare?with={second['id']}").json()["layers"]
    assert (layer["nearer"], layer["same"]) == (1, 1)


def test_runs_from_different_edges_are_not_compared(web: TestClient) -> None:
    admin = bureau(web)
    outline, zone = done(admin), done(admin, start="zone")
    refused = admin.get(f"{RUNS}/{outline['id']}/compare?with={zone['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "other_edge")
    assert "从厂界量起" in refused.json()["detail"]


def test_a_comparison_goes_as_far_as_both_runs_and_says_what_else_differs(web: TestClient) -> None:
    admin = bureau(web)
    far, near = done(admin), done(admin, distance_m=[500], grade=[1])
    told = admin.get(f"{RUNS}/{far['id']}/compare?with={near['id']}").json()
    assert told["within_m"] == 500
    assert ["最远距离不同" in each["zh"] or "选的单位" in each["zh"] for each in told["notes"]] == [
        True,
        True,
    ]
    assert {each["change"] for each in told["items"]} <= {"gone"}


# ---------------------------------------------------------------- what goes wrong


@contextmanager
def held_back(engine: Engine) -> Iterator[Engine]:
    """Let every run wait when it has written its first pairs, until this block ends."""
    with databases.as_owner(engine) as owner, owner.begin() as connection:
        connection.execute(
            text("""
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NULL; END';
            CREATE TRIGGER wait AFTER INSERT ON proximity_pair FOR EACH STATEMENT EXECUTE FUNCTION wait();
            """)
        )
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(77)"))
        yield engine
        connection.execute(text("SELECT pg_advisory_unlock(77)"))


def at_writing(browser: TestClient, run: dict[str, Any]) -> None:
    """Wait until a run writes its pairs."""
    for _ in range(600):
        run = browser.get(f"{RUNS}/{run['id']}").json()
        if run["phase"] is not None and run["phase"]["code"] == "writing":
            return
        threading.Event().wait(0.05)
    raise AssertionError("the run does not come to its pairs")


def idle(browser: TestClient) -> None:
    """Wait until no run is in hand."""
    workers: Workers = browser.app.state.proximity_workers  # type: ignore[attr-defined]
    for _ in range(600):
        if not workers.in_hand:
            return
        threading.Event().wait(0.05)
    raise AssertionError("the work does not end")


@pytest.mark.parametrize("rows_at_once", [1, 2_000])
def test_a_run_that_is_cancelled_in_the_middle_keeps_nothing(
    web: TestClient, register: Engine, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    monkeypatch.setattr(working, "ROWS_AT_ONCE", rows_at_once)
    admin = bureau(web)
    with held_back(register):
        run = begun(admin)
        at_writing(admin, run)
        assert admin.delete(f"{RUNS}/{run['id']}").json()["code"] == "run_is_open"
        cancelled = admin.post(f"{RUNS}/{run['id']}/cancel")
        assert (cancelled.status_code, cancelled.json()["state"]["zh"]) == (200, "已取消")
    idle(web)
    assert admin.get(f"{RUNS}/{run['id']}").json()["state"]["code"] == "cancelled"
    assert kept_rows(register) == 0
    assert admin.get(f"{RUNS}/{run['id']}/pairs").json()["code"] == "run_not_done"
    assert admin.post(f"{RUNS}/{run['id']}/cancel").json()["code"] == "run_is_over"
    assert admin.delete(f"{RUNS}/{run['id']}").status_code == 204


def test_a_run_that_waits_is_cancelled_and_never_begun(web: TestClient, register: Engine) -> None:
    admin = bureau(web)
    with held_back(register):
        first, second = begun(admin), begun(admin)
        assert admin.post(f"{RUNS}/{second['id']}/cancel").status_code == 200
    ended(admin, first)
    idle(web)
    assert admin.get(f"{RUNS}/{second['id']}").json()["state"]["code"] == "cancelled"


def test_an_interrupted_run_is_done_again_and_its_rows_are_there_once(
    register: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "ROWS_AT_ONCE", 1)
    before = service(register, tmp_path)
    admin = bureau(before)
    complete = done(admin)
    # The service ends while it writes.
    with held_back(register):
        run = begun(admin)
        at_writing(admin, run)
        before.app.state.proximity_workers.end()  # type: ignore[attr-defined]
    idle(before)
    left = admin.get(f"{RUNS}/{run['id']}").json()
    assert left["state"]["code"] == "running"
    with service(register, tmp_path) as after:
        again = ended(bureau(after), left)
        assert (again["state"]["code"], again["digest"]) == ("done", complete["digest"])
    assert kept_rows(register) == 2 * (complete["pairs"] + complete["findings"])


def test_two_services_do_not_work_on_one_run(register: Engine, tmp_path: Path) -> None:
    web = service(register, tmp_path)
    admin = bureau(web)
    with held_back(register):
        run = begun(admin)
        at_writing(admin, run)
        other = service(register, tmp_path).app.state  # type: ignore[attr-defined]
        take_up(other.proximity_workers, register, ground(other))
        other.proximity_workers.pool.shutdown(wait=True)
        assert admin.get(f"{RUNS}/{run['id']}").json()["phase"]["code"] == "writing", "left alone"
    assert ended(admin, run)["state"]["code"] == "done"


def test_more_pairs_than_a_run_holds_are_refused_with_what_to_do(
    web: TestClient, monkeypatch: pytest.MonkeyPatch, register: Engine
) -> None:
    monkeypatch.setattr(analysis, "MOST_PAIRS", 1)
    admin = bureau(web)
    run = ended(admin, begun(admin))
    assert (run["state"]["code"], run["problem"]["code"]) == ("failed", "too_many_pairs")
    assert "请缩短距离" in run["problem"]["detail"]
    assert kept_rows(register) == 0


def test_a_run_of_a_site_that_is_not_there_fails_with_a_sentence(web: TestClient) -> None:
    admin = bureau(web)
    run = ended(admin, begun(admin, site=NOT_THERE))
    assert (run["state"]["code"], run["problem"]["code"]) == ("failed", "not_found")


def test_a_run_that_finds_nothing_is_done(web: TestClient) -> None:
    run = done(bureau(web), grade=[4])
    assert (run["pairs"], run["findings"], run["summary"]["sites"]) == (0, 0, 0)


def test_only_so_many_runs_of_a_scope_wait(web: TestClient, register: Engine) -> None:
    admin = bureau(web)
    with held_back(register):
        waiting = [begun(admin) for _ in range(5)]
        refused = admin.post(RUNS, json={"asked": {"grade": [1]}})
        assert (refused.status_code, refused.json()["code"]) == (409, "too_many_runs")
        assert begun(office(web))["state"]["code"] == "waiting", "of another scope"
        for each in waiting[1:]:
            admin.post(f"{RUNS}/{each['id']}/cancel")
    idle(web)


def test_a_scope_keeps_only_so_many_runs(web: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_KEPT", 1)
    admin = bureau(web)
    first = done(admin)
    refused = admin.post(RUNS, json={"asked": {"grade": [1]}})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_runs")
    assert begun(office(web))["state"]["code"] == "waiting", "of another scope"
    assert admin.delete(f"{RUNS}/{first['id']}").status_code == 204
    assert done(admin)["state"]["code"] == "done"
    idle(web)


def test_a_run_that_is_over_is_not_worked_on_again(web: TestClient, register: Engine) -> None:
    run = done(bureau(web))
    before = kept_rows(register)
    state = web.app.state  # type: ignore[attr-defined]
    with Session(register) as session:
        (kept,) = session.scalars(select(ProximityRun.id)).all()
    work(register, ground(state), kept, threading.Event())
    assert (str(kept), kept_rows(register)) == (run["id"], before)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"asked": {"grade": []}},
        {"asked": {"distance_m": [0]}},
        {"asked": {"site": "17"}},
        {"asked": {"at": "2099-01-01T00:00:00Z"}},
        {"asked": {}, "name": "\u202e"},
        {"asked": {}, "colour": "red"},
    ],
)
def test_what_cannot_be_asked_is_refused_before_it_is_kept(web: TestClient, body: dict[str, Any]) -> None:
    admin = bureau(web)
    assert admin.post(RUNS, json=body).status_code == 422
    assert admin.get(RUNS).json()["total"] == 0


def test_a_demonstration_that_is_reset_keeps_no_run_of_what_was_invented(
    web: TestClient, register: Engine
) -> None:
    admin = bureau(web)
    done(admin)
    reset(register)
    assert (admin.get(RUNS).json()["total"], kept_rows(register)) == (0, 0)
