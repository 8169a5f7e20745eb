"""An assessment as it is kept: what was given, and what it came to, in one document beside the risk event.

The document is never computed anew: whoever reads it finds the scale and the edition that it was made with, and
`recomputed` proves that the grade follows from them.
"""

from collections.abc import Mapping
from typing import Any

from backend.risk.faults import is_blank, number
from backend.risk.grading import Assessment, Result, assess, plain


def document(said: Mapping[str, object], result: Result | None = None) -> dict[str, Any]:
    """Keep an assessment: `method`, `scale`, `factors`, `clauses`, `source` as given, `value` and `grade` as computed.

    Parameters
    ----------
    said : the fields of `Assessment`; blanks are left out.
    result : what `assess` has said of it, if it was asked already.

    Raises
    ------
    InvalidAssessment

    Examples
    --------
    >>> document({"method": "declared", "grade": 2, "source": "2025 年普查"})
    {'method': 'declared', 'source': '2025 年普查', 'declared': 2, 'grade': 2}
    """
    result = assess(Assessment.of(said)) if result is None else result
    kept: dict[str, Any] = {"method": str(said["method"]).strip()}
    if result.scale is not None:
        kept["scale"] = result.scale.id
        factors: Any = said["factors"]
        kept["factors"] = {
            factor.key: plain(score)
            for factor in result.scale.factors
            if (score := number(factors[factor.key])) is not None
        }
    if result.clauses:
        kept["clauses"] = [clause.id for clause in result.clauses]
    if not is_blank(said.get("source")):
        kept["source"] = str(said["source"]).strip()
    if result.value is not None:
        kept["value"] = plain(result.value)
    if kept["method"] == "declared":
        kept["declared"] = int(str(said["grade"]))
    return kept | {"grade": result.grade}


def given(kept: Mapping[str, Any]) -> dict[str, object]:
    """What was given when a document was made."""
    said = {name: kept[name] for name in ("method", "scale", "factors", "clauses", "source") if name in kept}
    return said | ({"grade": kept["declared"]} if "declared" in kept else {})


def recomputed(kept: Mapping[str, Any]) -> Result:
    """What the inputs of a document come to, by the scale that it names."""
    return assess(given(kept))
