"""Is it within the limit? Yes, no, or too near to the limit to say with the accuracy that the data claim.

`accuracy_m` of a row says how far its place may be from where it is put; no confidence goes with it, so it is taken as
a bound. The distance of two such places may then be wrong by the SUM of both, and only what lies farther than that
from the limit is 是 or 否. (For standard deviations the root of the sum of squares would be right, JCGM 100:2008,
5.1.2; it is never more than the sum, so the sum errs towards 临界, which a person looks at.)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from geodata.arrays import Booleans, Floats, geometry_array

# The outer edge of a corridor whose half-width nobody has stated lies at most so far from its centreline: a round bound
# of our own, well above the land of an eight-lane motorway.
WIDEST_UNSTATED_HALF_WIDTH_M = 100.0


class Verdict(StrEnum):
    """Whether a distance keeps to a limit."""

    YES = "yes"
    NO = "no"
    BORDERLINE = "borderline"

    @property
    def label(self) -> str:
        """What people read."""
        return {"yes": "是", "no": "否", "borderline": "临界"}[self.value]


_ANSWERS = geometry_array([Verdict.YES, Verdict.NO, Verdict.BORDERLINE])


@dataclass(frozen=True)
class Judgement:
    """A verdict and why, as a Chinese and an English sentence."""

    verdict: Verdict
    reason: str
    reason_en: str


def verdicts(
    distance_m: Floats,
    limit_m: float,
    *,
    site_accuracy_m: Floats | float = np.nan,
    receptor_accuracy_m: Floats | float = np.nan,
    is_half_width_unknown: Booleans | bool = False,
) -> NDArray[np.object_]:
    """Judge many distances at once: an object array of `Verdict`.

    Parameters
    ----------
    distance_m : edge to edge, metres; of a corridor without a half-width, to its centreline.
    site_accuracy_m, receptor_accuracy_m : metres; NaN where nothing is stated, which counts as exact.
    is_half_width_unknown : the receptor is a corridor whose edge may be nearer than was measured. 是 stays 是; what
        could come within the limit by `WIDEST_UNSTATED_HALF_WIDTH_M` is 临界.

    Examples
    --------
    >>> [each.label for each in verdicts(np.array([480.0, 502.0, 530.0]), 500, site_accuracy_m=10.0)]
    ['是', '临界', '否']
    """
    tolerance = np.nan_to_num(site_accuracy_m) + np.nan_to_num(receptor_accuracy_m)
    nearer = np.where(is_half_width_unknown, WIDEST_UNSTATED_HALF_WIDTH_M, 0.0)
    # Where nothing is inexact, a distance of just the limit keeps to it.
    is_yes = (distance_m + tolerance < limit_m) | ((tolerance == 0) & (distance_m <= limit_m))
    is_no = distance_m - tolerance - nearer > limit_m
    return _ANSWERS[np.where(is_yes, 0, np.where(is_no, 1, 2))]


def judge(
    distance_m: float,
    limit_m: float,
    *,
    site_accuracy_m: float | None = None,
    receptor_accuracy_m: float | None = None,
    is_half_width_unknown: bool = False,
) -> Judgement:
    """Judge one distance, and say why in a sentence; None is an accuracy that nobody has stated.

    >>> judge(502, 500, site_accuracy_m=5, receptor_accuracy_m=1).reason
    '实测 502.0 米，限值 500 米，相差 2.0 米，不大于两端精度之和 6.0 米，不能断定'
    """
    site, receptor = site_accuracy_m or 0.0, receptor_accuracy_m or 0.0
    (verdict,) = verdicts(
        np.array([float(distance_m)]),
        limit_m,
        site_accuracy_m=site,
        receptor_accuracy_m=receptor,
        is_half_width_unknown=is_half_width_unknown,
    )
    apart, tolerance = abs(distance_m - limit_m), site + receptor
    zh = f"实测 {distance_m:.1f} 米，限值 {limit_m:.10g} 米，相差 {apart:.1f} 米"
    en = f"measured {distance_m:.1f} m, limit {limit_m:.10g} m, {apart:.1f} m apart"
    if verdict is Verdict.BORDERLINE and apart > tolerance:
        zh += "；走廊没有半宽，实际外缘可能更近，不能断定"
        en += "; the corridor has no half-width and its edge may be nearer: undecided"
    elif verdict is Verdict.BORDERLINE:
        zh += f"，不大于两端精度之和 {tolerance:.1f} 米，不能断定"
        en += f", within the sum of both accuracies, {tolerance:.1f} m: undecided"
    else:
        zh += f"，两端精度之和 {tolerance:.1f} 米，判定为「{verdict.label}」"
        en += f", sum of both accuracies {tolerance:.1f} m: {verdict.value}"
    if site_accuracy_m is None or receptor_accuracy_m is None:
        zh += "（有一端没有给出精度，按 0 米计）"
        en += " (an accuracy is not stated and counts as 0 m)"
    return Judgement(verdict, zh, en)
