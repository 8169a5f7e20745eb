"""风险矩阵法 (LS): R = L·S, how likely times how bad, each from 1 to 5.

Only 14 products exist (1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 25). The cuts between the grades are said by the
scale (`backend.risk.scales`), with its standard and edition.
"""

from decimal import Decimal

from backend.risk.scales import Scale, multiply


def score(l: object, s: object, scale: Scale) -> Decimal:  # noqa: E741 - the method's own letter
    """R.

    Raises
    ------
    InvalidAssessment
        For each factor that is no score of the scale, naming those that are allowed.
    """
    return multiply(of_ls(scale), {"L": l, "S": s})


def grade(l: object, s: object, scale: Scale) -> int:  # noqa: E741
    """The grade of R, 1 to 4; raises as `score` does."""
    return scale.band(score(l, s, scale)).grade


def of_ls(scale: Scale) -> Scale:
    """The scale itself; a scale of another method is a mistake in the program."""
    if scale.method != "ls":
        raise ValueError(f"{scale.id} is no scale for LS")
    return scale
