"""Questions that try to learn of rows that are not the asker's, and the judge of every answer."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from itertools import combinations, product
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile

import shapely
from fastapi.testclient import TestClient
from pyproj import Transformer
from shapely import box
from shapely.geometry.base import BaseGeometry

from tests import probing
from tests.backend.jurisdictions.world import (
    SECTORS,
    TOWNSHIPS,
    WORLD,
    Reader,
    Sign,
    Thing,
    Visible,
    World,
    bounds_of,
    number_sign,
    reaches_into,
    signs,
    tile_numbers,
    word,
)
from tests.probing import Caller
from tiles.grid import Tile, bounds

MERCATOR = Transformer.from_crs(4326, 3857, always_xy=True)
GAUSS_KRUEGER = Transformer.from_crs(4490, 4547, always_xy=True)
# Published layers as this test knows them: table, which geometry, zoom levels.
LAYERS = {
    "areas": ("area", "place", 0, 14),
    "risk_grid": ("cell", "place", 8, 14),
    "corridors": ("corridor", "place", 6, 16),
    "receptors": ("receptor", "place", 10, 16),
    "enterprise_outlines": ("enterprise", "outline", 12, 16),
    "zones": ("zone", "place", 12, 16),
    "enterprises": ("enterprise", "place", 6, 16),
    "major_hazard_installations": ("major_hazard_installation", "place", 6, 16),
}
# Nobody looks for these by a name, or they have no facts of their own to be dated.
NOT_SEARCHED = ("enterprise_outlines", "risk_grid", "major_hazard_installations")
FACTS = {"enterprises": "enterprise", "zones": "zone", "receptors": "receptor", "corridors": "corridor"}
NOBODY_S = "00000000-0000-4000-8000-000000000000"
CLOSED = (
    "/api/v1/accounts",
    f"/api/v1/accounts/{NOBODY_S}",
    "/api/v1/territories",
    "/api/v1/territories/enterprises?q=机密",
    "/api/v1/api-keys",
    "/api/v1/audit",
    "/api/v1/audit?q=机密",
    "/api/v1/audit/actions",
    "/api/v1/audit/verification",
)


@dataclass(frozen=True)
class Principal:
    """Somebody with a session or a key, whom the oracle judges as `reader`.

    Parameters
    ----------
    refusal : status with which looking is refused; None for who may look.
    own : signs of the account, the session and the scope that are their own.
    business : addresses that are the principal's own as an administrator.
    """

    caller: Caller
    reader: Reader
    may_export: bool = False
    may_edit: bool = False
    may_review: bool = False
    may_call: bool = False
    refusal: int | None = None
    has_session: bool = True
    own: frozenset[Sign] = frozenset()
    business: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.caller.name


@dataclass(frozen=True)
class Probe:
    """One question of one principal; `judge` says what the answer should have been.

    Parameters
    ----------
    told : signs that this question may be answered with and no other.
    """

    kind: str
    principal: Principal
    path: str
    judge: "Callable[[Bench, Probe, Any], Iterator[str]]"
    subject: Any = None
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    told: frozenset[Sign] = frozenset()


@dataclass
class Bench:
    """The application with the world behind it, and what its answers have told so far."""

    world: World
    clients: dict[str, TestClient]
    principals: list[Principal]
    recorded: dict[str, datetime] = field(default_factory=dict)
    visible: dict[str, Visible] = field(default_factory=dict)
    tags: dict[str, dict[str, Reader]] = field(default_factory=lambda: defaultdict(dict))
    asked: int = 0

    def __post_init__(self) -> None:
        self.visible = {each.name: self.world.visible(each.reader) for each in self.principals}

    def ask(self, probe: Probe, **headers: str) -> Any:
        """The answer to a probe."""
        self.asked += 1
        body = {} if probe.body is None else {"json": probe.body}
        return probing.ask(
            self.clients[probe.principal.caller.app],
            probe.principal.caller,
            probe.method,
            probe.path,
            headers={**probe.headers, **headers},
            **body,
        )

    def faults(self, probe: Probe) -> list[str]:
        """What an answer tells and should not, or does not tell and should."""
        answer = self.ask(probe)
        said = [f"leak {sign}" for sign in sorted(self.leaks(probe, answer))]
        said += probe.judge(self, probe, answer)
        return [
            f"{probe.kind}: {probe.principal.name} {probe.method} {probe.path}: {fault}" for fault in said
        ]

    def leaks(self, probe: Probe, answer: Any) -> set[Sign]:
        """Signs of what does not exist for the principal; what they typed themselves is no news."""
        given = {*signs(self.world, answer.content), *signs(self.world, repr(answer.headers).encode())}
        if "mapbox-vector-tile" in answer.headers.get("content-type", ""):
            given |= {
                ("k", number, "number") if layer == "risk_grid" else number_sign(number)
                for layer, numbers in tile_numbers(answer.content).items()
                for number in numbers
            }
        typed = signs(self.world, probe.path.encode()) | signs(self.world, json.dumps(probe.body).encode())
        return {sign for sign in given - typed - probe.told if not self.may_know(probe.principal, sign)}

    def may_know(self, principal: Principal, sign: Sign) -> bool:
        """Whether a sign is one of a row that exists for the principal.

        Of the enterprise behind a zone that reaches into a territory, the name is told and nothing else.
        """
        letter, index, what = sign
        visible = self.visible[principal.name]
        if sign in principal.own:
            return True
        match letter:
            case "e":
                is_own = any(site.index == index for site in visible.enterprises)
                is_owner = any(zone.facts["enterprise"] == index for zone in visible.zones)
                return is_own or (what == "name" and is_owner)
            case "z":
                return any(zone.index == index for zone in visible.zones)
            case "g":
                # Who answers for the whole district puts enterprises into groups, so all of them are told.
                is_told = principal.reader.kind == "everything" or any(
                    site.facts["group"] == index for site in visible.enterprises
                )
                return is_told and what in ("name", "code")
            case "h":
                return any(each.index == index for each in visible.installations)
            case "b":
                return any(each.index == index for each in self.submissions(principal))
            case "d":
                return any(site.index == index for site in visible.enterprises)
            case "k":
                return any(cell.index == index for cell in visible.cells)
            case "p" | "v" | "m":
                return any(zone.index == index for zone in visible.zones)
            case "w":
                return self.may_know_person(principal, index, what)
            case "o":
                return any(
                    self.world.sees_entry(principal.reader, row) and row.index == index
                    for row in rows_of(self.world, "roster_entry")
                )
            case "a" | "r" | "c":
                return bool(visible.open)
            case _:
                return False

    def submissions(self, principal: Principal) -> list[Thing]:
        """The submissions that exist for a principal."""
        return [
            row
            for row in rows_of(self.world, "submission")
            if self.world.sees_submission(principal.reader, row, may_edit=principal.may_edit)
        ]

    def may_know_person(self, principal: Principal, index: int, what: str) -> bool:
        """Who is in charge of a visible zone; the contacts of one's own enterprises, and phones of them alone."""
        visible = self.visible[principal.name]
        (person,) = (row for row in rows_of(self.world, "responsible_person") if row.index == index)
        is_own = self.world.owner(person) in visible.enterprises
        if what == "phone":
            # Of the roles that the judged hold, those that edit may call.
            return is_own and principal.may_call
        return is_own or (person.facts["zone"] is not None and any(z.index == index for z in visible.zones))

    def placed(self, principal: Principal, layer: str) -> list[Thing]:
        """Rows of a layer that exist for the principal and have a place."""
        table, where, *_ = LAYERS[layer]
        return [row for row in self.visible[principal.name].of(table) if place_of(row, where) is not None]


def place_of(row: Thing, where: str) -> BaseGeometry | None:
    return row.place if where == "place" else row.facts[where]


# ---------------------------------------------------------------- judges


def judge_refusal(bench: Bench, probe: Probe, answer: Any, status: int | None = None) -> Iterator[str]:
    """Refused, and not a word more."""
    wanted = status or probe.principal.refusal
    if answer.status_code != wanted:
        yield f"answered {answer.status_code}, not {wanted}"
    elif probe.method != "HEAD" and set(answer.json()) - PROBLEM:
        yield f"tells more than a refusal: {sorted(answer.json())}"


PROBLEM = {"type", "title", "status", "detail", "code", "errors", "trace_id"}


def judge_row(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """There for whom it exists; for everybody else as if it never was."""
    row, told = probe.subject
    if row is not None and told:
        if answer.status_code != 200:
            yield f"missing: {answer.status_code}"
            return
        document = answer.json()
        if document["id"] != row.id:
            yield "another row"
        yield from judge_owner(bench, probe.principal, row, document.get("properties", document))
        yield from judge_cell(bench, probe.principal, row, document.get("properties", document))
    else:
        yield from judge_absence(bench, probe, answer)


def judge_absence(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """As if it never was: the same answer as for an id that nobody has."""
    never = bench.ask(Probe("", probe.principal, absent(probe.path), judge_refusal, method=probe.method,
                            headers=probe.headers, body=probe.body))  # fmt: skip
    if (answer.status_code, never.status_code) != (404, 404):
        yield f"answered {answer.status_code}, and {never.status_code} for what never was"
    elif without_trace(answer) != without_trace(never):
        yield "another answer than for what never was"


def absent(path: str) -> str:
    """The same address for an id or a number that nobody has."""
    address, mark, query = path.partition("?")
    parts = address.split("/")
    # What is told behind a row comes after its key.
    place = -1 if parts[-1].isdigit() or "-" in parts[-1] else -2
    parts[place] = "7" * 10 if parts[place].isdigit() else NOBODY_S
    return f"{'/'.join(parts)}{mark}{query}"


def without_trace(answer: Any) -> dict[str, Any]:
    document = answer.json() if answer.content else {}
    told = ("content-type", "cache-control", "vary", "content-length")
    return {**document, "trace_id": None, "headers": {name: answer.headers.get(name) for name in told}}


def judge_owner(bench: Bench, principal: Principal, row: Thing, told: dict[str, Any]) -> Iterator[str]:
    """Of the enterprise behind a row, as much as the principal may know."""
    if row.table not in ("zone", "receptor"):
        return
    owner = bench.world.owner(row)
    is_own = owner in bench.visible[principal.name].enterprises
    id_ = owner.id if owner and is_own else None
    number = owner.number if owner and is_own else None
    if isinstance(told.get("enterprise"), dict):
        if (told["enterprise"]["id"], told["enterprise"]["number"]) != (id_, number):
            yield f"enterprise is told as {told['enterprise']}"
    elif told["enterprise_id"] != id_:
        yield f"enterprise_id is {told['enterprise_id']}"
    if row.table == "zone" and not is_own and (told.get("sector") or told.get("township")):
        yield f"tells sector {told['sector']} and township {told['township']} of a hidden enterprise"


def judge_cell(bench: Bench, principal: Principal, row: Thing, told: dict[str, Any]) -> Iterator[str]:
    """A square of the grid counts what exists for the principal in it, and nothing else."""
    for cell in bench.visible[principal.name].cells:
        if cell == row:
            given = [told[word] for word in ("major", "considerable", "general", "low", "ungraded")]
            wanted = [cell.grades.count(grade) for grade in (1, 2, 3, 4, None)]
            worst = min((grade for grade in cell.grades if grade), default=None)
            if (given, told["grade"]) != (wanted, worst):
                yield f"cell {row.number} is told as {given} {told['grade']}, not {wanted} {worst}"


def judge_area_risk(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """Counts of areas that are wholly the principal's, of what exists for them; of others the name alone."""
    level, sector = probe.subject
    if answer.status_code != 200:
        yield f"answered {answer.status_code}"
        return
    visible, reader = bench.visible[probe.principal.name], probe.principal.reader
    for area in answer.json()["areas"]:
        is_own = is_told_of(bench.world, reader, level, area["code"], sector)
        if area["is_told"] != is_own:
            yield f"{area['code']} is_told: {area['is_told']}"
        elif not is_own and any(told is not None for name, told in area.items() if name not in NAMES):
            yield f"leak: {area}"
        elif is_own:
            zones = [
                zone
                for zone in visible.zones
                if is_counted(bench.world, visible, zone, level, area["code"], sector)
            ]
            if Counter(area["units"]) != Counter(
                {"1": 0, "2": 0, "3": 0, "4": 0, "null": 0} | classes(zones, "grade")
            ):
                yield f"{area['code']} counts {area['units']}, not {classes(zones, 'grade')}"


NAMES = ("code", "name", "is_told")


def is_told_of(world: World, reader: Reader, level: str, code: str, sector: str | None) -> bool:
    match reader.kind:
        case "everything":
            return True
        case "sectors":
            return bool(reader.codes) and (sector is None or sector in reader.codes)
        case "townships" if level == "group":
            return any(g.word("code") == code and g.facts["township"] in reader.codes for g in world.groups)
        case "townships":
            return level == "township" and code in reader.codes
        case "groups":
            return level == "group" and any(
                g.word("code") == code and g.id in reader.codes for g in world.groups
            )
        case _:
            return False


def is_counted(
    world: World, visible: Visible, zone: Thing, level: str, code: str, sector: str | None
) -> bool:
    """Whether a visible zone counts in an area; by its enterprise only where that exists for the reader."""
    site = world.owner(zone)
    assert site is not None
    is_own = site in visible.enterprises
    if sector is not None and not (is_own and site.facts["sector"] == sector):
        return False
    if level == "group":
        group = site.facts["group"]
        return is_own and group is not None and world.groups[group].word("code") == code
    codes = {code} if level == "township" else set(TOWNSHIPS)
    return site.facts["township"] in codes or any(
        area.facts["code"] in codes and reaches_into(area.place, zone.place) for area in world.areas
    )


def judge_behind(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """An explanation has the grade of the map; behind a zone is what was put there."""
    row, told = probe.subject
    if not told:
        yield from judge_absence(bench, probe, answer)
        return
    if answer.status_code != 200:
        yield f"missing: {answer.status_code}"
        return
    document = answer.json()
    if probe.path.endswith("explanation"):
        if (document["id"], document["grade"]) != (row.id, row.facts["grade"]):
            yield f"explains {document['id']} with grade {document['grade']}, not {row.facts['grade']}"
        if row.table == "zone":
            yield from judge_owner(bench, probe.principal, row, document)
    elif probe.path.endswith("events"):
        names = [item["name"] for item in document["items"]]
        if names != [f"机密 {word('v', row.index, 'name')}"]:
            yield f"missing: tells {len(names)} events"


def judge_submissions(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """The submissions that exist for the principal, in the chosen states, and how many there are of each."""
    if answer.status_code != 200:
        yield f"missing: {answer.status_code}"
        return
    rows = bench.submissions(probe.principal)
    chosen = [row for row in rows if probe.subject in (None, row.facts["state"])]
    document = answer.json()
    if {item["id"] for item in document["items"]} != {row.id for row in chosen}:
        yield f"tells of {len(document['items'])} submissions, not of {len(chosen)}"
    counts = dict(Counter(row.facts["state"] for row in rows))
    if (document["total"], document["states"]) != (len(chosen), counts):
        yield f"counts {document['total']} {document['states']}, not {len(chosen)} {counts}"


def judge_nothing_decided(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    if answer.status_code != 200:
        yield f"missing: {answer.status_code}"
    elif (told := answer.json()) and (told["items"], told["total"], told["states"]) != ([], 0, {}):
        yield f"tells of {told['total']} decided submissions"


def judge_downgrades(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """The downgrades of the enterprises that exist for the principal."""
    if answer.status_code != 200:
        yield f"missing: {answer.status_code}"
        return
    sites = bench.visible[probe.principal.name].enterprises
    document = answer.json()
    if (len(document["items"]), document["total"]) != (len(sites), len(sites)):
        yield f"tells of {document['total']} downgrades, not of {len(sites)}"


def judge_dossier(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """Told to who may edit the enterprise, with the zones that are its own; to everybody else as if it never was."""
    site = probe.subject
    if not probe.principal.may_edit:
        yield from judge_refusal(bench, probe, answer, probe.principal.refusal or 403)
    elif site not in bench.visible[probe.principal.name].enterprises:
        yield from judge_absence(bench, probe, answer)
    elif answer.status_code != 200:
        yield f"missing: {answer.status_code}"
    else:
        zones = {row["id"] for row in answer.json()["rows"] if row["kind"] == "zone"}
        wanted = {zone.id for zone in bench.world.zones if zone.facts["enterprise"] == site.index}
        if zones != wanted:
            yield f"tells of {len(zones)} zones, not of {len(wanted)}"


def judge_list(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """The rows that fit, and their counts; a filter on a fact of an enterprise finds one's own alone."""
    which, by, wanted = probe.subject
    if by == "enterprise" and wanted not in bench.visible[probe.principal.name].enterprises:
        if answer.status_code != 404:
            yield f"answered {answer.status_code}, not 404"
        return
    if answer.status_code != 200:
        yield f"missing: {answer.status_code}"
        return
    rows = fitting(bench, probe.principal, which, by, wanted)
    document = answer.json()
    # Behind each zone stands one event of the same index.
    given = {bench.world.by_id[item["id"].encode()].index for item in document["items"]}
    if given != {row.index for row in rows}:
        there = {row.index for row in rows}
        yield f"{sorted(given - there)} too many, {sorted(there - given)} missing"
    counts = {"1": 0, "2": 0, "3": 0, "4": 0, "null": 0} | classes(rows, "grade")
    if (document["counts"], document["total"]) != (counts, len(rows)):
        yield f"counts {document['counts']}, not {counts}"
    if which != "events" and sum(document["on_map"].values()) != sum(row.place is not None for row in rows):
        yield f"{document['on_map']} on the map"


def fitting(bench: Bench, principal: Principal, which: str, by: str, wanted: Any) -> list[Thing]:
    """The zones (for events those that they are in) or enterprises that a list holds."""
    visible = bench.visible[principal.name]
    rows = visible.enterprises if which == "enterprises" else visible.zones
    return [row for row in rows if fits(bench, principal, row, by, wanted)]


def fits(bench: Bench, principal: Principal, row: Thing, by: str, wanted: Any) -> bool:
    site = row if row.table == "enterprise" else bench.world.owner(row)
    assert site is not None
    is_own = site in bench.visible[principal.name].enterprises
    match by:
        case "everything":
            return True
        case "grade":
            return ("none" if row.facts["grade"] is None else str(row.facts["grade"])) in wanted
        case "sector":
            return is_own and bool(site.facts["sector"] == wanted)
        case "enterprise":
            return is_own and site == wanted
        case "credit":
            # Of a zone's enterprise the name is told and searched, and nothing else.
            return row.table == "enterprise" and site == wanted
        case "township":
            if row.table == "enterprise":
                return bool(site.facts["township"] == wanted)
            # Of a neighbour's zone only that it reaches into the reader's own territory.
            is_asked = is_own or principal.reader.kind != "townships" or wanted in principal.reader.codes
            belongs = is_own and site.facts["township"] == wanted
            return is_asked and (
                belongs
                or site.facts["township"] == wanted
                or any(
                    area.facts["code"] == wanted and reaches_into(area.place, row.place)
                    for area in bench.world.areas
                )
            )
        case _:
            return False


def judge_file(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """As many rows as the list has, and no sign of others, packed or not."""
    if not probe.principal.may_export:
        yield from judge_refusal(bench, probe, answer, probe.principal.refusal or 403)
        return
    if answer.status_code != 200:
        yield f"missing: {answer.status_code}"
        return
    content = answer.content
    if probe.path.startswith("/api/v1/risk-list.xlsx"):
        with ZipFile(BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    told = signs(bench.world, content)
    yield from (f"leak {sign}" for sign in sorted(told) if not bench.may_know(probe.principal, sign))
    letter = {"zones": "z", "events": "v", "enterprises": "e"}[probe.subject[0]]
    given = {index for sign, index, what in told if (sign, what) == (letter, "name")}
    there = {row.index for row in fitting(bench, probe.principal, *probe.subject)}
    # Of the sites of zones and events the names are told as well.
    if given != there:
        yield f"{sorted(given - there)} too many, {sorted(there - given)} missing"


def judge_roster(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """The entries of one's own, with the site only where it exists for the reader."""
    world, principal = bench.world, probe.principal
    wanted = {
        row.id: row for row in rows_of(world, "roster_entry") if world.sees_entry(principal.reader, row)
    }
    document = answer.json()
    if ({item["id"] for item in document["items"]}, document["total"]) != (set(wanted), len(wanted)):
        yield f"{document['total']} entries, not {len(wanted)}"
        return
    for item in document["items"]:
        site = world.owner(wanted[item["id"]])
        is_own = site is not None and site in bench.visible[principal.name].enterprises
        told = (item["is_matched"], item["enterprise_id"])
        if told != (site is not None, site.id if site and is_own else None):
            yield f"entry {wanted[item['id']].index} is told as {told}"


def judge_coverage(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """The sums over one's own entries and sites."""
    world, principal = bench.world, probe.principal
    entries = [row for row in rows_of(world, "roster_entry") if world.sees_entry(principal.reader, row)]
    sites = [site for entry in entries if (site := world.owner(entry)) is not None]
    own = [site for site in sites if site in bench.visible[principal.name].enterprises]
    wanted = {
        "due": len(entries),
        "registered": len(sites),
        "elsewhere": len(sites) - len(own),
        "mapped": sum(site.place is not None for site in own),
        "graded": sum(site.facts["grade"] is not None for site in own),
        "unplaced": sum(site.place is None for site in own),
    }
    document = answer.json()
    if any(document["whole"][name] != number for name, number in wanted.items()):
        yield f"{ {name: document['whole'][name] for name in wanted} }, not {wanted}"
    for name in wanted:
        if sum(row[name] for row in document["rows"]) != document["whole"][name]:
            yield f"the rows do not add up to {name}"


def judge_enterprise(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """An enterprise with all its zones."""
    yield from judge_row(bench, probe, answer)
    row, told = probe.subject
    if row is not None and told and answer.status_code == 200:
        wanted = {zone.id for zone in bench.world.zones if zone.facts["enterprise"] == row.index}
        if {zone["id"] for zone in answer.json()["zones"]} != wanted:
            yield "missing: other zones than its own"


def judge_page(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """All that exists, page by page, each once, and counted right."""
    layer, view, is_export = probe.subject
    if not is_export:
        yield from judge_refusal(bench, probe, answer, probe.principal.refusal or 403)
        return
    placed = bench.placed(probe.principal, layer)
    surely, perhaps = ({row.id for row in placed if meets(row, layer, view, by)} for by in (-EDGE, EDGE))
    given: list[str] = []
    document = answer.json()
    while True:
        if not len(surely) <= document["numberMatched"] <= len(perhaps):
            yield f"counts {document['numberMatched']}, not {len(surely)}"
        for feature in document["features"]:
            given.append(feature["id"])
            row = bench.world.by_id[feature["id"].encode()]
            yield from judge_owner(bench, probe.principal, row, feature["properties"])
            yield from judge_cell(bench, probe.principal, row, feature["properties"])
        following = [link["href"] for link in document["links"] if link["rel"] == "next"]
        if not following:
            break
        page = Probe(probe.kind, probe.principal, following[0].removeprefix(probing.ADDRESS), judge_page)
        answer = bench.ask(page)
        yield from (f"leak {sign}" for sign in sorted(bench.leaks(page, answer)))
        document = answer.json()
    if len(given) != len(set(given)):
        yield "the same row twice"
    if not surely <= set(given) <= perhaps:
        yield f"{len(set(given) - perhaps)} too many, {len(surely - set(given))} missing"


# PostGIS compares boxes in single precision: what ends within a metre of a view may be in it or not.
EDGE = 0.00002


def meets(row: Thing, layer: str, view: tuple[float, ...] | None, wider: float) -> bool:
    """Whether the boxes meet, as `bbox` asks, in a view that is wider on each side, degrees."""
    place = place_of(row, LAYERS[layer][1])
    if view is None or place is None:
        return place is not None
    xmin, ymin, xmax, ymax = view
    return box(*place.bounds).intersects(box(xmin - wider, ymin - wider, xmax + wider, ymax + wider))


def judge_tile(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """What lies in the tile and exists for the principal; a tag that nobody of another scope has."""
    layers, tile = probe.subject
    if answer.status_code != 200:
        yield f"answered {answer.status_code}"
        return
    principal = probe.principal
    other = bench.tags[probe.path].setdefault(answer.headers["etag"], principal.reader)
    if other != principal.reader:
        yield f"leak: the same tag as for {other}"
    if probe.method == "HEAD":
        if answer.content:
            yield "HEAD with a body"
        return
    numbers = tile_numbers(answer.content)
    for layer in layers:
        surely, perhaps = expected(bench.placed(principal, layer), layer, tile)
        given = numbers.pop(layer, set())
        if not surely <= given <= perhaps:
            yield f"{layer}: {sorted(given - perhaps)} too many, {sorted(surely - given)} missing"
    if numbers:
        yield f"layers that nobody asked for: {sorted(numbers)}"


def expected(rows: list[Thing], layer: str, tile: Tile) -> tuple[set[int], set[int]]:
    """Numbers that must be in a tile, and those that may: at its edge the encoder's rounding decides."""
    _, where, least, most = LAYERS[layer]
    if not least <= tile.z <= most:
        return set(), set()
    west, south, east, north = projected(box(*bounds(tile))).bounds
    unit = (east - west) / 4096
    inner = box(west + 3 * unit, south + 3 * unit, east - 3 * unit, north - 3 * unit)
    outer = box(west - 70 * unit, south - 70 * unit, east + 70 * unit, north + 70 * unit)
    surely, perhaps = set(), set()
    for row in rows:
        place = projected(place_of(row, where))
        if place.intersects(outer):
            perhaps.add(row.number)
        part = place.intersection(inner)
        is_large = part.area > 16 * unit**2 or (place.dwithin(inner, 0) and place.geom_type == "Point")
        if is_large or (place.geom_type == "LineString" and part.length > 8 * unit):
            surely.add(row.number)
    return surely, perhaps


def projected(place: BaseGeometry | None) -> BaseGeometry:
    assert place is not None
    return shapely.transform(place, lambda lon, lat: MERCATOR.transform(lon, lat), interleaved=False)


def judge_warm_tile(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """Tags of everybody else do not open a tile; one's own does."""
    own = answer.headers.get("etag")
    yield from judge_tile(bench, probe, answer)
    others = [tag for tag, reader in bench.tags[probe.path].items() if reader != probe.principal.reader]
    again = bench.ask(probe, **{"If-None-Match": ", ".join(others) or '"none"'})
    if again.status_code != 200 or again.content != answer.content:
        yield f"leak: a tag of somebody else is answered {again.status_code}"
    same = bench.ask(probe, **{"If-None-Match": f'"x", {own}'})
    if (same.status_code, same.content, same.headers.get("etag")) != (304, b"", own):
        yield f"one's own tag is answered {same.status_code}"


def judge_extent(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """A box around what exists for the principal, and around nothing else."""
    layers = probe.subject
    rows = [(row, layer) for layer in layers for row in bench.placed(probe.principal, layer)]
    wanted = bounds_of(place_of(row, LAYERS[layer][1]) for row, layer in rows)
    document = answer.json()
    given = document.get("bounds")
    if "extent" in document:
        (given,) = document["extent"]["spatial"]["bbox"]
    if not is_close(given, wanted):
        yield f"bounds {given}, not {wanted}"


def judge_collections(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    for document in answer.json()["collections"]:
        rows = bench.placed(probe.principal, document["id"])
        wanted = bounds_of(place_of(row, LAYERS[document["id"]][1]) for row in rows)
        given = document["extent"]["spatial"]["bbox"][0] if "extent" in document else None
        if not is_close(given, wanted):
            yield f"{document['id']}: extent {given}, not {wanted}"


def is_close(given: Any, wanted: tuple[float, ...] | None) -> bool:
    if given is None or wanted is None:
        return given is wanted
    return all(abs(a - b) < 1e-6 for a, b in zip(given, wanted, strict=True))


def judge_search(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """Names that hold the word, and the enterprise whose credit code it is."""
    wanted = {
        row.id
        for layer, (table, *_) in LAYERS.items()
        if layer not in NOT_SEARCHED
        for row in bench.visible[probe.principal.name].of(table)
        if probe.subject.lower() in row.name.lower()
        or (row.table == "enterprise" and probe.subject.upper() == row.word("credit").upper())
    }
    document = answer.json()
    given = {hit["id"] for hit in document["results"]}
    if document["total"] != len(wanted):
        yield f"counts {document['total']}, not {len(wanted)}"
    if not given <= wanted or len(given) != min(len(wanted), 100):
        yield f"{len(given - wanted)} too many of {len(given)}; {len(wanted)} are there"


def judge_counts(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    document, (view, sector) = answer.json(), probe.subject
    visible = bench.visible[probe.principal.name]
    for layer, by_class in (
        ("enterprises", "grade"),
        ("zones", "grade"),
        ("corridors", "grade"),
        ("receptors", "kind"),
    ):
        rows = [
            row
            for row in bench.placed(probe.principal, layer)
            if is_of_sector(bench.world, visible, row, sector)
        ]
        told = document["layers"][layer]
        for what, shown in (("total", None), ("in_view", view)):
            if what == "in_view" and view is None:
                continue
            least, most = (
                classes([row for row in rows if meets(row, layer, shown, by)], by_class)
                for by in (-EDGE, EDGE)
            )
            if not all(least[name] <= count <= most[name] for name, count in told[what].items()):
                yield f"{layer} {what}: {told[what]}, not {dict(least)}"
            if missing := [name for name in least if name not in told[what]]:
                yield f"{layer} {what}: {missing} missing"
    sites = [site for site in visible.enterprises if is_of_sector(bench.world, visible, site, sector)]
    unplaced = sum(site.place is None for site in sites)
    if document["unplaced"] != unplaced:
        yield f"unplaced {document['unplaced']}, not {unplaced}"


def is_of_sector(world: World, visible: Visible, row: Thing, sector: str | None) -> bool:
    """Whether a row counts for a sector: an enterprise of one's own and its zones, and all that is of no sector."""
    if sector is None or row.table not in ("enterprise", "zone"):
        return True
    site = row if row.table == "enterprise" else world.owner(row)
    return site in visible.enterprises and site.facts["sector"] == sector


def classes(rows: list[Thing], by: str) -> Counter[str]:
    return Counter("null" if row.facts[by] is None else str(row.facts[by]) for row in rows)


def judge_district(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    document, visible = answer.json(), bench.visible[probe.principal.name]
    if document["is_demo"] != any(site.facts["is_demo"] for site in visible.enterprises):
        yield "is_demo tells of other rows"
    rows = (*visible.enterprises, *visible.zones, *visible.open, *visible.installations)
    newest = max(bench.recorded[row.id] for row in rows)
    if datetime.fromisoformat(document["data_as_of"]) != newest:
        yield f"data as of {document['data_as_of']}, not {newest}"


def judge_closed(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    yield from judge_refusal(bench, probe, answer, probe.subject)


def judge_status(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    if answer.status_code not in probe.subject:
        yield f"answered {answer.status_code}, not {probe.subject}"


def judge_own_sessions(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    if answer.status_code != 200 or not any(item["is_current"] for item in answer.json()["items"]):
        yield "one's own session is missing"


def judge_edit(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """A change of a version that never was: 412 for one's own, with its state; nothing for anybody else's."""
    row, is_own = probe.subject
    if not probe.principal.may_review:
        yield from judge_refusal(bench, probe, answer, probe.principal.refusal or 403)
    elif not is_own:
        yield from judge_absence(bench, probe, answer)
    elif answer.status_code != 412 or answer.json()["current"]["id"] != row.id:
        yield f"missing: answered {answer.status_code}"


def judge_exposure(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """Around one's own; of a zone's enterprise nothing, and of what is not there no more than of what never was."""
    row, told = probe.subject
    if told and row.place is None and row.facts["outline"] is None:
        if answer.status_code != 422:
            yield f"answered {answer.status_code}, not 422"
    elif not told:
        never = f"{probe.path.partition('=')[0]}={NOBODY_S}"
        same = bench.ask(Probe("", probe.principal, never, judge_refusal))
        if (answer.status_code, without_trace(answer)) != (404, without_trace(same)):
            yield f"answered {answer.status_code} otherwise than for what never was"
    elif answer.status_code != 200:
        yield f"missing: {answer.status_code}"
    elif answer.json()["subject"]["id"] != row.id:
        yield "another row"


def judge_picture(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """A tag that nobody of another scope has; one's own opens the tile, and nobody else's does."""
    if answer.status_code != 200:
        yield f"answered {answer.status_code}"
        return
    principal, own = probe.principal, answer.headers["etag"]
    other = bench.tags[probe.path].setdefault(own, principal.reader)
    if other != principal.reader:
        yield f"leak: the same tag as for {other}"
    others = [tag for tag, reader in bench.tags[probe.path].items() if reader != principal.reader]
    again = bench.ask(probe, **{"If-None-Match": ", ".join(others) or '"none"'})
    if again.status_code != 200 or again.content != answer.content:
        yield f"leak: a tag of somebody else is answered {again.status_code}"
    if bench.ask(probe, **{"If-None-Match": own}).status_code != 304:
        yield "one's own tag is not answered 304"


def judge_density(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """The density reaches as far as a bandwidth around the graded units that exist for the principal."""
    visible = bench.visible[probe.principal.name]
    zones = [zone for zone in visible.zones if zone.facts["grade"] is not None]
    with_zones = {zone.facts["enterprise"] for zone in bench.world.zones}
    sites = [
        site for site in visible.enterprises
        if site.facts["grade"] is not None and site.place is not None and site.index not in with_zones
    ]  # fmt: skip
    places = [metric(row.place) for row in (*zones, *sites)]
    given = answer.json().get("bounds")
    if given is None or not places:
        if bool(given) != bool(places):
            yield f"bounds {given} around {len(places)} units"
        return
    told = metric(box(*given))
    # Each unit is somewhere in its own box; the surface ends on whole cells.
    least = shapely.box(*shapely.total_bounds([shapely.centroid(place) for place in places])).buffer(700)
    most = shapely.box(*shapely.total_bounds(places)).buffer(900, join_style="mitre")
    if not (told.buffer(1).covers(least) and most.buffer(1).covers(told)):
        yield f"bounds {given} around {len(places)} units"


def judge_near(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """Own sites whole; of others by their name and not by their id, and only who answers for the receptor."""
    visible, surely, perhaps = probe.subject
    if answer.status_code != 200:
        yield f"missing: {answer.status_code}"
        return
    given = {}
    for item in answer.json()["items"]:
        ((_, index, _),) = signs(bench.world, item["name"].encode())
        given[index] = (item["id"], item["number"])
    if not surely <= set(given) <= perhaps:
        yield f"{sorted(set(given) - perhaps)} too many, {sorted(surely - set(given))} missing"
    for site in bench.world.enterprises:
        keys = (site.id, site.number) if site in visible.enterprises else (None, None)
        if given.get(site.index, keys) != keys:
            yield f"site {site.index} is told as {given[site.index]}"


RUN_FILES = ("/pairs.xlsx", "/pairs.geojson", "/pairs.gpkg", "/report.docx", "/report.pdf")
STARTS = {"outline": "enterprise", "zone": "zone", "installation": "major_hazard_installation"}


def judge_report(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """Every graded site that exists for the reader is measured, or told to have no place; no other is."""
    start, visible = probe.subject
    if answer.status_code != 200:
        yield f"missing: {answer.status_code}"
        return
    rows = {
        row.id
        for row in visible.of(STARTS[start])
        if (bench.world.owner(row) if start == "installation" else row).facts["grade"] is not None
    }
    document = answer.json()
    if document["sites"] + document["unplaced"] != len(rows):
        yield f"measures {document['sites']} + {document['unplaced']} sites, not {len(rows)}"
    if not {pair["site"]["id"] for pair in document["pairs"]} <= rows:
        yield "measures sites that do not exist for the reader"


def judge_around(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """Within ten kilometres lies everything that exists for the reader and has a place, and nothing else is told."""
    if answer.status_code != 200:
        yield f"missing: {answer.status_code}"
        return
    placed = {
        site.id
        for site in probe.subject.enterprises
        if site.place is not None or site.facts.get("outline") is not None
    }
    if (told := {site["id"] for site in answer.json()["sites"]}) != placed:
        yield f"{len(told - placed)} sites too many, {len(placed - told)} missing"


def report_questions(bench: Bench, principal: Principal) -> Iterator[Probe]:
    """What is near the sites that exist for somebody, from each edge; and of one that does not exist for them."""
    visible = bench.visible[principal.name]
    for start, table in STARTS.items():
        path = f"/api/v1/proximity/report?start={start}&grade=1&grade=2&grade=3&grade=4&distance_m=2000&limit=2000"
        yield Probe("report", principal, path, judge_report, (start, visible))
        for row in rows_of(bench.world, table)[::5]:
            told = row in visible.of(table)
            path = f"/api/v1/proximity/report?start={start}&site={row.id}"
            yield Probe("report of one", principal, path, judge_status, (200,) if told else (404,))
    yield Probe("rules", principal, "/api/v1/proximity/rules", judge_status, (200,))
    lon, lat = box(*WORLD).centroid.coords[0]
    path = f"/api/v1/proximity/around?lon={lon}&lat={lat}&distance_m=10000"
    yield Probe("around", principal, path, judge_around, visible)
    for start in STARTS:
        path = f"/api/v1/proximity/groups?start={start}&grade=1&grade=2&grade=3&grade=4&distance_m=2000"
        yield Probe("groups", principal, path, judge_status, (200,))
    for corridor in rows_of(bench.world, "corridor"):
        path = f"/api/v1/proximity/corridors/{corridor.number}/sections?start=zone&distance_m=2000"
        yield Probe("sections", principal, path, judge_status, (200,))
    # Who is told of which conflict is asked in tests/backend/alarms. Names of others' sites, and nothing else of them,
    # are told to nobody but who answers for a receptor.
    answers = any(answers_for(bench.world, principal.reader, visible, each) for each in bench.world.receptors)
    names = frozenset(("e", site.index, "name") for site in bench.world.enterprises if answers)
    for state in ("open", "answered", "ended", "standing"):
        path = f"/api/v1/alarms?state={state}"
        yield Probe("alarms", principal, path, judge_status, (200,), told=names)
    # Runs are of one scope, and nobody here has any (tests/backend/proximity asks about those of others).
    yield Probe("runs", principal, "/api/v1/proximity/runs", judge_status, (200,))
    for path in ("", "/pairs", "/findings", f"/compare?with={NOBODY_S}", *RUN_FILES):
        path = f"/api/v1/proximity/runs/{NOBODY_S}{path}"
        yield Probe("run", principal, path, judge_status, (403, 404))


def near(world: World, reader: Reader, visible: Visible, receptor: Thing, radius_m: float) -> set[int]:
    """Indexes of the graded sites around a receptor that a reader is to be told of; of others' the worst two grades."""
    place = metric(receptor.place)
    owner, answers_for_it = world.owner(receptor), answers_for(world, reader, visible, receptor)
    return {
        site.index
        for site in world.enterprises
        if (where := site.facts["outline"] or site.place) is not None
        and site.facts["grade"] is not None
        and site is not owner
        and (site in visible.enterprises or (answers_for_it and site.facts["grade"] <= 2))
        and metric(where).distance(place) <= radius_m
    }


def answers_for(world: World, reader: Reader, visible: Visible, receptor: Thing) -> bool:
    """Whether a receptor is a reader's to protect: its unit is theirs, or it lies in their townships."""
    return world.owner(receptor) in visible.enterprises or any(
        area.facts["code"] in reader.codes
        and area.place is not None
        and area.place.intersects(receptor.place)
        for area in world.areas
        if reader.kind == "townships" and area.facts["level"] == "township" and area.facts["is_in_force"]
    )


def metric(place: BaseGeometry | None) -> BaseGeometry:
    """In the zone of the district's meridian, whose scale is 1.00006 here: 6 cm in a kilometre."""
    assert place is not None
    return shapely.transform(place, lambda lon, lat: GAUSS_KRUEGER.transform(lon, lat), interleaved=False)


# ---------------------------------------------------------------- questions


# What is computed has no changes of its own.
COMPUTED = frozenset({"risk_grid"})


def judge_changes(bench: Bench, probe: Probe, answer: Any) -> Iterator[str]:
    """Since before the beginning all that exists has appeared, and nothing else has happened."""
    placed = bench.placed(probe.principal, probe.subject)
    document = answer.json()
    if {change["id"] for change in document["changes"]} != {row.id for row in placed}:
        yield f"tells of {len(document['changes'])} rows, not of {len(placed)}"
    if {kind for change in document["changes"] for kind in change["kinds"]} - {"appeared"}:
        yield "more than appeared"
    red = sum(change["grade_after"] == 1 for change in document["changes"])
    if (document["summary"]["appeared"], document["summary"]["new_red"]) != (len(placed), red):
        yield f"counts {document['summary']}, not {len(placed)}, of them {red} red"


def then_questions(bench: Bench, principal: Principal, tiles: list[Tile]) -> Iterator[Probe]:
    """The same as of a moment: the world does not change, so the answers are the same as of now."""
    world, visible = bench.world, bench.visible[principal.name]
    then = f"datetime={datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for folder, table in FACTS.items():
        judge = judge_enterprise if table == "enterprise" else judge_row
        for row in rows_of(world, table)[::5] if table in ("enterprise", "zone") else []:
            told = row in visible.of(table)
            yield Probe("facts then", principal, f"/api/v1/{folder}/{row.id}?{then}", judge, (row, told))
    for layer, (table, where, *_) in LAYERS.items():
        path = f"/ogc/collections/{layer}/items?limit=10000&{then}"
        yield Probe("items then", principal, path, judge_page, (layer, None, principal.may_export))
        for row in rows_of(world, table)[::5]:
            told = row in visible.of(table) and place_of(row, where) is not None
            path = f"/ogc/collections/{layer}/items/{row.id}?{then}"
            yield Probe("item then", principal, path, judge_row, (row, told))
        if layer not in COMPUTED:
            path = f"/api/v1/changes?layer={layer}&from=2000-01-01T00:00:00Z&limit=10000"
            yield Probe("changes", principal, path, judge_changes, layer)
    for tile in tiles:
        path = f"/tiles/{','.join(LAYERS)}/{tile.z}/{tile.x}/{tile.y}.mvt?{then}"
        yield Probe("tile then", principal, path, judge_tile, (tuple(LAYERS), tile))
    yield Probe("counts then", principal, f"/api/v1/counts?{then}", judge_counts, (None, None))


def every_probe(bench: Bench, chance: random.Random) -> Iterator[Probe]:
    """Every question of everybody."""
    # The same for everybody, so that the tags of others are there to be tried.
    tiles = tiles_of_the_world(chance)
    for principal in bench.principals:
        if principal.refusal is None:
            yield from questions(bench, principal, tiles, chance)
        else:
            yield from refused_questions(bench, principal, chance)
        yield from closed_questions(principal)
        yield from edits(bench, principal)


def questions(
    bench: Bench, principal: Principal, tiles: list[Tile], chance: random.Random
) -> Iterator[Probe]:
    """What somebody asks who may look."""
    world, visible = bench.world, bench.visible[principal.name]
    for folder, table in FACTS.items():
        judge = judge_enterprise if table == "enterprise" else judge_row
        for row in rows_of(world, table):
            told = row in visible.of(table)
            yield Probe("facts", principal, f"/api/v1/{folder}/{row.id}", judge, (row, told))
            yield Probe("facts", principal, f"/api/v1/{folder}/{row.number}", judge, (row, told))
    yield from behind_questions(bench, principal)
    yield from list_questions(bench, principal, chance)
    yield from submission_questions(bench, principal)
    for receptor in world.receptors:
        # Within half a metre of the circle the two ways of measuring may part.
        least, most = (
            near(world, principal.reader, visible, receptor, radius_m) for radius_m in (999.5, 1000.5)
        )
        for key in (receptor.id, receptor.number):
            names = frozenset(("e", index, "name") for index in most)
            path = f"/api/v1/proximity/receptors/{key}/sites"
            yield Probe("near", principal, path, judge_near, (visible, least, most), told=names)
    yield from report_questions(bench, principal)
    yield from raster_questions(bench, principal, tiles)
    for layer, (table, where, *_) in LAYERS.items():
        for row in rows_of(world, table):
            told = row in visible.of(table) and place_of(row, where) is not None
            path = f"/ogc/collections/{layer}/items/{row.id}"
            yield Probe("item", principal, path, judge_row, (row, told))
            if not told:
                yield Probe("head", principal, path, judge_status, (404,), "HEAD")
        for query, view in pages(chance):
            path = f"/ogc/collections/{layer}/items?{query}"
            yield Probe("items", principal, path, judge_page, (layer, view, principal.may_export))
        yield Probe("collection", principal, f"/ogc/collections/{layer}", judge_extent, (layer,))
    yield Probe("collections", principal, "/ogc/collections", judge_collections)
    for words in searched(world):
        yield Probe("search", principal, f"/api/v1/search?limit=100&q={quote(words)}", judge_search, words)
    for tile in tiles:
        yield from tile_questions(principal, tile, chance)
    yield from then_questions(bench, principal, tiles)
    for layers in layer_lists(chance):
        yield Probe("tilejson", principal, f"/tiles/{','.join(layers)}.json", judge_extent, layers)
    for view in (None, *(some_view(chance) for _ in range(20))):
        query = "" if view is None else f"?bbox={','.join(map(str, view))}"
        yield Probe("counts", principal, f"/api/v1/counts{query}", judge_counts, (view, None))
    for sector in SECTORS:
        yield Probe("counts", principal, f"/api/v1/counts?sector={sector}", judge_counts, (None, sector))
    for level, sector in product(("township", "district", "group"), (None, *SECTORS)):
        rule = chance.choice(["highest", "weighted-index", "grid-share"])
        query = f"level={level}&rule={rule}" + (f"&sector={sector}" if sector else "")
        yield Probe("area-risk", principal, f"/api/v1/area-risk?{query}", judge_area_risk, (level, sector))
    yield Probe("district", principal, "/api/v1/district", judge_district)
    for path in ("/openapi.json", "/api/v1/vocabulary", "/ogc", "/ogc/conformance", "/api/v1/session"):
        yield Probe("documents", principal, path, judge_status, (200,))
    for site in world.enterprises:
        yield from mistakes(principal, site)


def raster_questions(bench: Bench, principal: Principal, tiles: list[Tile]) -> Iterator[Probe]:
    """Who is exposed around a row, and how dense risk is."""
    for table in ("enterprise", "zone"):
        for row in rows_of(bench.world, table):
            subject = (row, row in bench.visible[principal.name].of(table))
            for key in (row.id, row.number):
                yield Probe("exposure", principal, f"/api/v1/exposure?{table}={key}", judge_exposure, subject)
    drawing = {"geometry": {"type": "Point", "coordinates": [113.26, 33.70]}, "distances_m": [50_000]}
    yield Probe(
        "exposure", principal, "/api/v1/exposure", judge_status, (200,), "POST", WRITING, body=drawing
    )
    yield Probe("density", principal, "/raster/risk_density.json", judge_density)
    yield Probe("documents", principal, "/api/v1/rasters", judge_status, (200,))
    for tile in tiles:
        path = f"/raster/risk_density/{tile.z}/{tile.x}/{tile.y}.png"
        yield Probe("picture", principal, path, judge_picture)


# What is told behind a row, and of which row.
BEHIND = {
    "/api/v1/zones/{}/explanation": "zone",
    "/api/v1/zones/{}/events": "zone",
    "/api/v1/enterprises/{}/explanation": "enterprise",
    "/api/v1/enterprises/{}/installations": "enterprise",
}


def behind_questions(bench: Bench, principal: Principal) -> Iterator[Probe]:
    """What stands behind the grades."""
    world, visible = bench.world, bench.visible[principal.name]
    for path, table in BEHIND.items():
        for row in rows_of(world, table):
            for key in (row.id, row.number):
                subject = (row, row in visible.of(table))
                yield Probe("behind", principal, path.format(key), judge_behind, subject)
    for event in rows_of(world, "risk_event"):
        told = world.zones[event.index] in visible.zones
        for key in (event.id, event.number):
            yield Probe("event", principal, f"/api/v1/events/{key}", judge_row, (event, told))


def submission_questions(bench: Bench, principal: Principal) -> Iterator[Probe]:
    """What is proposed, and what is asked for; trying to write of it or to decide it is as good as asking."""
    for state in (None, "submitted", "draft", "returned"):
        query = f"&state={state}" if state else ""
        path = f"/api/v1/submissions?limit=200{query}"
        yield Probe("submissions", principal, path, judge_submissions, state)
    # Nobody has decided anything in this world yet.
    path = "/api/v1/submissions?decided=true"
    yield Probe("submissions", principal, path, judge_nothing_decided)
    for row in rows_of(bench.world, "submission"):
        told = bench.world.sees_submission(principal.reader, row, may_edit=principal.may_edit)
        yield Probe("submission", principal, f"/api/v1/submissions/{row.id}", judge_row, (row, told))
        if principal.may_edit and not told:
            path = f"/api/v1/submissions/{row.id}/check"
            yield Probe("submission", principal, path, judge_absence, row, "POST", WRITING)
    for site in bench.world.enterprises[::3]:
        yield Probe("dossier", principal, f"/api/v1/enterprises/{site.id}/dossier", judge_dossier, site)
    yield Probe("downgrades", principal, "/api/v1/downgrades?limit=200", judge_downgrades)
    yield Probe("documents", principal, "/api/v1/submissions/vocabulary", judge_status, (200,))
    # Uploads are somebody's own, and nobody here has any (tests/backend/uploads asks about those of others).
    paths = ("", "/kinds", "/template?kind=enterprises", f"/{NOBODY_S}", f"/{NOBODY_S}/rejected.xlsx")
    for path in (*(f"/api/v1/imports{path}" for path in paths), "/api/v1/import-mappings"):
        yield Probe("imports", principal, path, judge_status, (200, 403, 404))


WRITING = {"X-CSRF": "1"}


def list_questions(bench: Bench, principal: Principal, chance: random.Random) -> Iterator[Probe]:
    """The lists, whole and filtered by what may be somebody else's to know."""
    world = bench.world
    for which in ("zones", "events", "enterprises"):
        for grade in ("1,2", "none", "1,2,3,4,none"):
            yield listing(principal, which, f"grade={grade}", ("grade", grade.split(",")))
        for sector in SECTORS:
            yield listing(principal, which, f"sector={sector}", ("sector", sector))
        for code in TOWNSHIPS:
            yield listing(principal, which, f"township={code}", ("township", code))
        for site in chance.sample(world.enterprises, 12):
            yield listing(principal, which, f"enterprise={site.id}", ("enterprise", site))
            yield listing(principal, which, f"q={site.word('credit')}", ("credit", site))
        for sort in ("-enterprise", "-name", "updated_at", "-review_due"):
            if (which, sort) != ("enterprises", "-enterprise"):
                yield listing(principal, which, f"sort={sort}", ("everything", None))
        for query in ("", "sector=health&overdue=false"):
            subject = ("everything" if not query else "sector", "health")
            for form in ("csv", "xlsx"):
                path = f"/api/v1/risk-list.{form}?list={which}&{query}"
                yield Probe("list file", principal, path, judge_file, (which, *subject))
    for group in world.groups:
        path = f"/api/v1/risk-list?group={group.word('code')}"
        yield Probe("mistake", principal, path, judge_status, (200, 400))
    yield from choices(principal)
    yield Probe("roster", principal, "/api/v1/roster?limit=200", judge_roster)
    yield Probe("coverage", principal, "/api/v1/coverage", judge_coverage)


def choices(principal: Principal) -> Iterator[Probe]:
    """What each list can be filtered by."""
    for which in ("zones", "events", "enterprises"):
        path = f"/api/v1/risk-list/choices?list={which}"
        yield Probe("choices", principal, path, judge_status, (200,))


def listing(principal: Principal, which: str, query: str, subject: tuple[str, Any]) -> Probe:
    path = f"/api/v1/risk-list?list={which}&limit=200&{query}"
    return Probe("list", principal, path, judge_list, (which, *subject))


def rows_of(world: World, table: str) -> list[Thing]:
    return [row for row in (*world.things(), *world.cells) if row.table == table]


def pages(chance: random.Random) -> Iterator[tuple[str, tuple[float, ...] | None]]:
    """Listings: whole, in small pages, in views."""
    yield "limit=10000", None
    yield "limit=7", None
    for _ in range(4):
        view = some_view(chance)
        yield f"limit=50&bbox={','.join(map(str, view))}", view


def some_view(chance: random.Random) -> tuple[float, ...]:
    lon, lat = chance.uniform(*WORLD[::2]), chance.uniform(*WORLD[1::2])
    return round(lon - 0.005, 7), round(lat - 0.005, 7), round(lon + 0.005, 7), round(lat + 0.005, 7)


def searched(world: World) -> Iterator[str]:
    """Words that lead to a row, and words that should not."""
    yield from ("机密", "zq", "%", "zqe")
    for site in world.enterprises:
        yield from (site.word(what) for what in ("name", "credit", "address", "source"))
    for zone in world.zones[::2]:
        yield zone.word("name")
    yield from (receptor.word("name") for receptor in world.receptors[::4])


def tiles_of_the_world(chance: random.Random) -> list[Tile]:
    """Tiles of all zoom levels around places of the world."""
    chosen = [Tile(0, 0, 0), Tile(9, 417, 205)]
    for z in (11, 12, 13, 14, 14, 15, 15, 16, 16, 16):
        lon, lat = chance.uniform(*WORLD[::2]), chance.uniform(*WORLD[1::2])
        x, y = MERCATOR.transform(lon, lat)
        half = 20037508.342789244
        chosen.append(Tile(z, int((x + half) / (2 * half) * 2**z), int((half - y) / (2 * half) * 2**z)))
    return chosen


def layer_lists(chance: random.Random) -> list[tuple[str, ...]]:
    several = [*combinations(LAYERS, 2), *combinations(LAYERS, 3), tuple(LAYERS)]
    return [*((layer,) for layer in LAYERS), tuple(LAYERS), *chance.sample(several, 6)]


def tile_questions(principal: Principal, tile: Tile, chance: random.Random) -> Iterator[Probe]:
    for layers in layer_lists(chance):
        path = f"/tiles/{','.join(layers)}/{tile.z}/{tile.x}/{tile.y}.mvt"
        subject = (layers, tile)
        yield Probe("tile", principal, path, judge_tile, subject)
        if len(layers) in (1, len(LAYERS)):
            yield Probe("warm tile", principal, path, judge_warm_tile, subject)
    whole = f"/tiles/{','.join(LAYERS)}/{tile.z}/{tile.x}/{tile.y}.mvt"
    yield Probe("head", principal, whole, judge_tile, (tuple(LAYERS), tile), "HEAD")
    headers = {"Range": "bytes=0-99999", "Accept-Encoding": "gzip"}
    yield Probe("range", principal, whole, judge_tile, (tuple(LAYERS), tile), headers=headers)


def mistakes(principal: Principal, site: Thing) -> Iterator[Probe]:
    """Questions that cannot be answered, about a row that may be somebody else's."""
    for path in (
        f"/ogc/collections/{site.id}",
        f"/ogc/collections/enterprises/items/{site.number}",
        f"/ogc/collections/enterprises/items?{site.word('name')}={site.id}",
        f"/tiles/{site.word('name')}/14/13346/6560.mvt",
        f"/api/v1/enterprises/{site.word('name')}",
        f"/api/v1/zones/{site.id}",
        f"/api/v1/counts?bbox={site.id}",
    ):
        # Without the right to export an error of the parameters may come first or not.
        yield Probe("mistake", principal, path, judge_status, (400, 403, 404))


def refused_questions(bench: Bench, principal: Principal, chance: random.Random) -> Iterator[Probe]:
    """What somebody asks who may not look at all: a refusal, whether the row is there or not."""
    world = bench.world
    rows = chance.sample([*world.enterprises, *world.zones, *world.receptors], 60)
    folder = {"enterprise": "enterprises", "zone": "zones", "receptor": "receptors"}
    paths = [f"/api/v1/{folder[row.table]}/{row.id}" for row in rows]
    paths += [f"/ogc/collections/{folder[row.table]}/items/{row.id}" for row in rows]
    paths += [f"/tiles/{','.join(LAYERS)}/{t.z}/{t.x}/{t.y}.mvt" for t in tiles_of_the_world(chance)]
    paths += [f"/api/v1/search?q={quote(words)}" for words in chance.sample([*searched(world)], 30)]
    paths += [f"/api/v1/changes?layer={layer}&from=2000-01-01T00:00:00Z" for layer in LAYERS]
    paths += [path.format(row.id) for path, table in BEHIND.items() for row in rows if row.table == table]
    paths += ["/api/v1/submissions", "/api/v1/downgrades", "/api/v1/submissions/vocabulary"]
    paths += [f"/api/v1/submissions/{row.id}" for row in rows_of(world, "submission")[::9]]
    paths += ["/api/v1/risk-list?list=events", "/api/v1/risk-list.csv", "/api/v1/roster", "/api/v1/coverage"]
    paths += ["/api/v1/counts", "/api/v1/district", "/ogc/collections", "/ogc", "/tiles/zones.json"]
    paths += ["/api/v1/area-risk?level=township", "/tiles/risk_grid.json", "/ogc/collections/risk_grid"]
    paths += ["/raster/risk_density.json", "/raster/population.json", "/raster/risk_density/12/3336/1640.png"]
    paths += [f"/api/v1/exposure?enterprise={row.id}" for row in world.enterprises[::9]]
    for path in paths:
        yield Probe("refused", principal, path, judge_refusal)


def closed_questions(principal: Principal) -> Iterator[Probe]:
    """What is the administrations' business, and other people's sessions."""
    status = 401 if principal.refusal == 401 else 403
    for path in CLOSED:
        if path.partition("?")[0] not in principal.business:
            yield Probe("closed", principal, path, judge_closed, status)
    session_status = None if principal.has_session else 401
    for path in ("/api/v1/account", "/api/v1/account/sessions"):
        if session_status:
            yield Probe("closed", principal, path, judge_closed, session_status)
        elif path.endswith("sessions"):
            yield Probe("own", principal, path, judge_own_sessions)
        else:
            yield Probe("own", principal, path, judge_status, (200,))


def edits(bench: Bench, principal: Principal) -> Iterator[Probe]:
    for site in bench.world.enterprises:
        yield Probe(
            "edit",
            principal,
            f"/api/v1/enterprises/{site.id}",
            judge_edit,
            (site, site in bench.visible[principal.name].enterprises),
            "PATCH",
            {"If-Match": '"999"'},
            {"address": "改过的地址"},
        )
