"""作业条件危险性评价法 (LEC): D = L·E·C, after Graham and Kinney.

L is how likely the accident is, E how often people are exposed, C how bad the outcome would be. Which scores exist
and where the cuts between the grades lie is said by the scale (`backend.risk.scales`), with its standard and edition.
"""

from decimal import Decimal

from backend.risk.scales import Scale, multiply


def score(l: object, e: object, c: object, scale: Scale) -> Decimal:  # noqa: E741 - the method's own letter
    """D, exactly: the factors are taken as written, so that 0.1 × 10 × 70 is 70 and stays at its cut.

    Raises
    ------
    InvalidAssessment
        For each factor that is no score of the scale, naming those that are allowed.
    """
    return multiply(of_lec(scale), {"L": l, "E": e, "C": c})


def grade(l: object, e: object, c: object, scale: Scale) -> int:  # noqa: E741
    """The grade of D, 1 to 4; raises as `score` does."""
    return scale.band(score(l, e, c, scale)).grade


def of_lec(scale: Scale) -> Scale:
    """The scale itself; a scale of another method is a mistake in the program."""
    if scale.method != "lec":
        raise ValueError(f"{scale.id} is no scale for LEC")
    return scale
