"""Fill a database with the demonstration: facts under their own sources, invented rows under the source "demo"."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import geopandas
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Engine,
    Text,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Session

from backend.accounts.models import Account
from backend.demo import district
from backend.demo.generator import generate
from backend.demo.submissions import submit_some
from backend.downgrades.models import Downgrade
from backend.enterprises.models import Enterprise
from backend.grades import CONSIDERABLE
from backend.importing.kinds import KINDS
from backend.importing.service import import_frame
from backend.jurisdictions.models import Area, UnitGroup
from backend.obstacle import Obstacle
from backend.proximity.models import ProximityRun
from backend.risk.models import MajorHazardInstallation, ResponsiblePerson, RiskEvent, RosterEntry
from backend.submissions.models import Submission
from backend.surroundings.models import Corridor, Receptor
from backend.zones.models import Zone

DEMO = "demo"
SOURCES = (DEMO, district.DIVISIONS, district.OUTLINE, district.POWER_PLANTS)
# Any number: two processes that start at once must not both load.
LOCK = 410411

Progress: TypeAlias = Callable[[str], None]
"""Told a Chinese sentence as each step begins."""


class Counts(NamedTuple):
    """How many rows of the demonstration there are, facts included."""

    areas: int
    groups: int
    enterprises: int
    zones: int
    receptors: int
    corridors: int
    risk_list: int
    responsible_people: int
    hazard_installations: int
    roster: int


@dataclass(frozen=True)
class Delivery:
    """One frame on its way into the register."""

    kind: str
    frame: geopandas.GeoDataFrame
    source: str
    datum: str = "EPSG:4490"


def load(engine: Engine, *, scale: str | None = None, progress: Progress | None = None) -> Counts:
    """Load the demonstration in one transaction; where there is one already, of whatever scale, leave it as it is.

    `scale` is one of `SCALES`; without it, "district".

    Areas and groups that somebody has imported from another source, such as a surveyed boundary, stay theirs.
    """
    say = progress or (lambda sentence: None)
    with Session(engine) as session, session.begin():
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        if is_loaded(session):
            if scale is not None:
                say("库中已有演示数据，--scale 不起作用；要换规模请加 --reset。")
        else:
            say("生成演示数据")
            for delivery in deliveries(scale or "district"):
                bring(session, delivery, say)
            say(f"提交演示填报 {submit_some(session)} 份")
            # Only their owner may analyze tables; the function does it for us.
            session.execute(text("SELECT analyze_register()"))
        return counts(session)


def refuse_real_data(engine: Engine) -> None:
    """Keep the demonstration, which everybody may read, away from a register in real use.

    Raises
    ------
    Obstacle
        Where there are enterprises of another source, or accounts of people.
    """
    with Session(engine) as session:
        strangers = session.scalar(
            select(Enterprise.id).where(Enterprise.source.not_in(SOURCES), ~Enterprise.is_demo).limit(1)
        )
        people = session.scalar(select(Account.id).where(~Account.is_demo).limit(1))
    if strangers or people:
        raise Obstacle(
            "这个数据目录里有真实的企业或账号，而演示不登录就能查看，所以没有启动。"
            "正式使用请运行 ./riskmap serve；看演示请用 --data-dir 另选一个目录。"
        )


def reset(engine: Engine) -> None:
    """Delete what was invented and its history, in one transaction; facts stay, and so does what has another source.

    What others have attached to an invented enterprise goes with it (zones) or loses the link (receptors).
    """
    with Session(engine) as session, session.begin():
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        parks = select(UnitGroup.id).where(UnitGroup.source == DEMO)
        session.execute(update(Enterprise).where(Enterprise.group_id.in_(parks)).values(group_id=None))
        grant_ourselves(session)
        # By what they are, not by their source: what was entered in a demonstration is of it too.
        for model in (RosterEntry, Zone, Receptor, Corridor, Enterprise, Downgrade, Submission, UnitGroup):
            session.execute(delete(model).where(model.is_demo))
        # Nobody's real rows are in a database that a demonstration is allowed in, nor in its analyses.
        session.execute(delete(ProximityRun))
        # Earlier versions of what was invented; only their owner may delete any, and the function no others.
        session.execute(text("SELECT forget_demo_history()"))


def grant_ourselves(session: Session) -> None:
    """Let this transaction delete what was invented with a grade of 重大 or 较大, which otherwise needs an approval."""
    invented = Enterprise.source == DEMO
    sites = select(Enterprise.id, Enterprise.name, Enterprise.grade, null()).where(invented)
    zones = select(Enterprise.id, Enterprise.name, Zone.grade, Zone.id).join(
        Enterprise, Enterprise.id == Zone.enterprise_id
    )
    columns = ["enterprise_id", "enterprise_name", "from_grade", "zone_id"]
    for rows, grade in (
        (sites, Enterprise.grade),
        (zones.where(or_(invented, Zone.source == DEMO)), Zone.grade),
    ):
        granted: dict[str, ColumnElement[Any]] = {
            "way": literal("deletion"),
            "asked_by_name": literal("演示"),
            "state": literal("granted"),
            "granted_in": cast(cast(func.pg_current_xact_id(), Text), BigInteger),
            "is_demo": true(),
        }
        told = rows.where(grade <= CONSIDERABLE.code).add_columns(*granted.values())
        # The model's own default id would be one for all rows; the table has a default too.
        granting = insert(Downgrade).from_select([*columns, *granted], told, include_defaults=False)
        session.execute(granting)


def bring(session: Session, delivery: Delivery, say: Progress) -> None:
    """Import one delivery, but for the rows that another source has taken over."""
    frame = delivery.frame
    for kind, model in (("areas", Area), ("groups", UnitGroup)):
        if delivery.kind == kind:
            taken_over = session.scalars(select(model.code).where(model.source.not_in(SOURCES)))
            frame = frame[~frame["code"].isin(list(taken_over))]
    say(f"载入{KINDS[delivery.kind].label} {len(frame)} 行（{delivery.source}）")
    import_frame(
        session,
        delivery.kind,
        frame,
        source=delivery.source,
        datum=delivery.datum,
        is_demo=delivery.source == DEMO,
    )


def is_loaded(session: Session) -> bool:
    """Tell whether the register holds enterprises of the demonstration."""
    return session.scalar(select(Enterprise.id).where(Enterprise.source == DEMO).limit(1)) is not None


def deliveries(scale: str) -> Iterator[Delivery]:
    """List the frames in an order in which every reference finds its row."""
    invented = generate(scale)
    yield Delivery("areas", district.division_areas(), district.DIVISIONS)
    yield Delivery("areas", district.district_area(), district.OUTLINE)
    yield Delivery("groups", district.village_groups(), district.DIVISIONS)
    yield Delivery("groups", invented.groups, DEMO)
    yield Delivery("enterprises", district.power_stations(), district.POWER_PLANTS, "EPSG:4326")
    # The grade of an enterprise follows from its zones, and theirs from the risks, where they have some.
    yield Delivery("enterprises", invented.enterprises.drop(columns="grade"), DEMO)
    if len(invented.risks):
        yield Delivery("zones", invented.zones.drop(columns="grade"), DEMO)
        yield Delivery("risk_list", invented.risks, DEMO)
    else:
        yield Delivery("zones", invented.zones, DEMO)
    yield Delivery("responsible_people", invented.people, DEMO)
    yield Delivery("hazard_installations", invented.installations, DEMO)
    yield Delivery("roster", invented.roster, DEMO)
    yield Delivery("receptors", district.reservoir(), district.POWER_PLANTS, "EPSG:4326")
    yield Delivery("receptors", invented.receptors, DEMO)
    yield Delivery("corridors", invented.corridors, DEMO)


def counts(session: Session) -> Counts:
    """Count the rows of the demonstration's sources."""
    register = (Area, UnitGroup, Enterprise, Zone, Receptor, Corridor)
    models = (*register, RiskEvent, ResponsiblePerson, MajorHazardInstallation, RosterEntry)
    return Counts(
        *(
            session.scalar(select(func.count()).select_from(model).where(model.source.in_(SOURCES))) or 0
            for model in models
        )
    )
