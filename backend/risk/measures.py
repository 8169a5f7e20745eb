"""How control measures (管控措施) are sorted, from `measures.csv`: three classifications, none replaces another.

`kind`: the five kinds of the general practice. `national`: CLASSIFY1 (one figure) and CLASSIFY2 (two) of the national
exchange for hazardous chemicals. `data_source`: its DATA_SRC, how one knows that the measure holds. No table
translates kinds into CLASSIFY1: 个体防护 is a kind of its own here and under 应急措施 there, training has no place
there, maintenance none here.
"""

from dataclasses import dataclass

from backend.risk.tables import rows


@dataclass(frozen=True)
class MeasureClass:
    """One class; `parent` is the code of the CLASSIFY1 that a CLASSIFY2 belongs to."""

    classification: str
    code: str
    parent: str | None
    zh: str
    en: str


def measure_class(row: dict[str, str]) -> MeasureClass:
    """Read one line of measures.csv."""
    return MeasureClass(row["classification"], row["code"], row["parent"] or None, row["zh"], row["en"])


MEASURE_CLASSES = tuple(measure_class(row) for row in rows("measures.csv"))

KINDS, NATIONAL, DATA_SOURCES = (
    {each.code: each for each in MEASURE_CLASSES if each.classification == classification}
    for classification in ("kind", "national", "data_source")
)


def subclasses(classify1: str) -> tuple[MeasureClass, ...]:
    """Every CLASSIFY2 that may stand beside a CLASSIFY1.

    >>> [each.zh for each in subclasses("2")]
    ['动设备', '静设备', '其他']
    """
    return tuple(each for each in NATIONAL.values() if each.parent == classify1)


def belongs(classify2: str, classify1: str) -> bool:
    """Whether the two codes of one measure fit each other.

    >>> belongs("4-2", "4"), belongs("4-2", "1"), belongs("4", "4")
    (True, False, False)
    """
    return any(each.code == classify2 for each in subclasses(classify1))
