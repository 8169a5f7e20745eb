"""The demonstration is loaded once, whole or not at all, and facts stay apart from inventions."""

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from backend.accounts.administrators import new_account
from backend.accounts.models import Account
from backend.demo import district, loader
from backend.demo.accounts import role_links
from backend.demo.generator import SCALES
from backend.downgrades.models import Downgrade
from backend.enterprises.models import Enterprise
from backend.importing.service import import_frame
from backend.jurisdictions.models import Area, UnitGroup
from backend.jurisdictions.roles import ROLES, Holders
from backend.jurisdictions.scope import WITH_CODES
from backend.obstacle import Obstacle
from backend.submissions.models import Submission
from backend.surroundings.models import Receptor
from backend.zones.models import Zone
from tests.shapes import POLYGON

SMALL = SCALES["small"]
NO_RISKS = {"risk_list": 0, "responsible_people": 0, "hazard_installations": 0, "roster": 0}


def test_what_is_loaded_is_what_was_generated(own_engine: Engine) -> None:
    counts = loader.load(own_engine, scale="small")
    delivered = dict.fromkeys(loader.Counts._fields, 0)
    for delivery in loader.deliveries("small"):
        delivered[delivery.kind] += len(delivery.frame)
    assert counts._asdict() == delivered
    assert (counts.zones, counts.enterprises) == (SMALL.zones, SMALL.enterprises + 2)


def test_a_second_load_changes_nothing(own_engine: Engine) -> None:
    first = loader.load(own_engine, scale="small")
    said: list[str] = []
    assert loader.load(own_engine, scale="city", progress=said.append) == first
    assert said == ["库中已有演示数据，--scale 不起作用；要换规模请加 --reset。"]


def test_progress_is_told_for_every_step(own_engine: Engine) -> None:
    said: list[str] = []
    loader.load(own_engine, scale="small", progress=said.append)
    assert said[0] == "生成演示数据"
    assert f"载入风险分区 {SMALL.zones} 行（demo）" in said


def test_there_is_something_to_review(own_engine: Engine) -> None:
    loader.load(own_engine, scale="small")
    with Session(own_engine) as session:
        states = session.scalars(select(Submission.state).order_by(Submission.number)).all()
        assert states == ["submitted", "submitted", "returned", "draft"]
        assert session.scalars(select(Downgrade.state)).all() == ["asked"]
        assert session.scalar(select(func.count()).where(~Submission.is_demo)) == 0


def test_a_load_that_is_interrupted_leaves_nothing(own_engine: Engine) -> None:
    def interrupt(sentence: str) -> None:
        if "交通干线" in sentence:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loader.load(own_engine, scale="small", progress=interrupt)
    with Session(own_engine) as session:
        assert session.scalar(select(func.count()).select_from(Area)) == 0


def test_facts_are_told_apart_from_inventions(own_engine: Engine) -> None:
    loader.load(own_engine, scale="small")
    with Session(own_engine) as session:
        real = session.scalars(select(Enterprise).where(~Enterprise.is_demo)).all()
        assert {site.name for site in real} == {"姚孟电厂", "姚孟电厂1–4号机组（已关停）"}
        assert {site.source for site in real} == {district.POWER_PLANTS}
        assert {site.original_datum for site in real} == {"EPSG:4326"}
        assert [site.grade for site in real] == [None, None]
        zoned = session.scalars(select(Zone.enterprise_id)).all()
        assert not {site.id for site in real} & set(zoned)
        assert session.scalars(select(Receptor.name).where(~Receptor.is_demo)).all() == ["白龟山水库"]


def test_the_district_hangs_between_city_and_townships(own_engine: Engine) -> None:
    loader.load(own_engine, scale="small")
    with Session(own_engine) as session:
        parents = {row.code: row.parent_code for row in session.execute(select(Area.code, Area.parent_code))}
    assert parents["410411"] == "410400"
    assert parents["410400"] == "410000"
    assert {code for code, parent in parents.items() if parent == "410411"} == set(district.townships())


def test_every_boundary_is_loaded_as_indicative(own_engine: Engine) -> None:
    loader.load(own_engine, scale="small")
    with Session(own_engine) as session:
        told = session.execute(select(Area.is_indicative, Area.boundary.is_not(None), Area.is_demo)).all()
    assert all(is_indicative == is_drawn for is_indicative, is_drawn, _ in told)
    assert not any(is_demo for _, _, is_demo in told)


def test_a_reset_deletes_what_was_invented_and_nothing_else(own_engine: Engine) -> None:
    before = loader.load(own_engine, scale="small")
    join_a_park(own_engine)
    loader.reset(own_engine)
    with Session(own_engine) as session:
        left = loader.counts(session)
        assert session.scalars(select(Enterprise.group_id).where(Enterprise.source == "register")).all() == [
            None
        ]
        assert session.scalar(text("SELECT count(*) FROM zone_history")) == 0
        # The real enterprise in the invented park keeps its past.
        assert session.scalars(text("SELECT name FROM enterprise_history")).all() == ["某厂"]
    assert left == loader.Counts(13, 104, 2, zones=0, receptors=1, corridors=0, **NO_RISKS)
    assert loader.load(own_engine, scale="small") == before


def join_a_park(engine: Engine) -> None:
    """Register a real enterprise in an invented park."""
    with Session(engine) as session, session.begin():
        park = session.scalars(select(UnitGroup.id).where(UnitGroup.source == loader.DEMO)).first()
        session.add(Enterprise(name="某厂", source="register", source_id="1", group_id=park))


def test_a_surveyed_boundary_is_not_overwritten(own_engine: Engine) -> None:
    surveyed = district.district_area().assign(geometry=[POLYGON], is_indicative=False)
    with Session(own_engine) as session, session.begin():
        import_frame(session, "areas", surveyed, source="survey")
    loader.load(own_engine, scale="small")
    with Session(own_engine) as session:
        district_row = select(Area.source, Area.is_indicative).where(Area.code == "410411")
        assert session.execute(district_row).one() == ("survey", False)


def test_the_demonstration_keeps_away_from_a_register_in_real_use(own_engine: Engine) -> None:
    loader.load(own_engine, scale="small")
    loader.refuse_real_data(own_engine)
    with Session(own_engine) as session, session.begin():
        new_account(session, username="zhang", name="张三")
    with pytest.raises(Obstacle, match="没有启动"):
        loader.refuse_real_data(own_engine)


def test_every_role_of_the_demonstration_has_a_link(own_engine: Engine) -> None:
    loader.load(own_engine, scale="small")
    first = role_links(own_engine)
    assert {link.role.code for link in first} == {
        role.code for role in ROLES.values() if role.is_for is Holders.ACCOUNTS
    }
    with Session(own_engine) as session:
        empty = session.scalars(
            select(Account.role).where(
                Account.role.in_([role.code for role in ROLES.values() if role.scope_kind in WITH_CODES]),
                func.cardinality(Account.scope_codes) == 0,
            )
        ).all()
    assert empty == []
    assert not {link.path for link in role_links(own_engine)} & {link.path for link in first}
