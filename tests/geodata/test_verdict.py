"""是, 否 or 临界: what the stated accuracies leave open."""

import numpy as np
import pytest

from geodata.verdict import WIDEST_UNSTATED_HALF_WIDTH_M, Verdict, judge, verdicts


@pytest.mark.parametrize(
    ("distance", "expected"),
    [(493.9, "是"), (494.0, "临界"), (500.0, "临界"), (506.0, "临界"), (506.1, "否")],
)
def test_a_distance_as_near_to_the_limit_as_both_accuracies_together_is_borderline(
    distance: float, expected: str
) -> None:
    # The root of the sum of squares would be 4.2 m, and 494.0 m a 是.
    judged = judge(distance, 500, site_accuracy_m=3, receptor_accuracy_m=3)
    assert judged.verdict.label == expected


@pytest.mark.parametrize(("distance", "expected"), [(499.999, "是"), (500.0, "是"), (500.001, "否")])
def test_without_accuracies_the_limit_itself_is_kept(distance: float, expected: str) -> None:
    assert judge(distance, 500).verdict.label == expected


def test_an_accuracy_that_nobody_stated_is_said_to_count_as_nothing() -> None:
    judged = judge(499, 500, site_accuracy_m=3)
    assert judged.verdict is Verdict.BORDERLINE
    assert "按 0 米计" in judged.reason
    assert "counts as 0 m" in judged.reason_en


def test_a_corridor_without_a_half_width_may_be_nearer_but_not_farther() -> None:
    limit = 100.0
    metres = np.array([90.0, 150.0, limit + WIDEST_UNSTATED_HALF_WIDTH_M + 1])
    judged = verdicts(metres, limit, is_half_width_unknown=True)
    assert [each.label for each in judged] == ["是", "临界", "否"]
    assert "没有半宽" in judge(150, limit, is_half_width_unknown=True).reason


def test_many_are_judged_as_each_alone() -> None:
    random = np.random.default_rng(1)
    metres, site, receptor = (
        random.uniform(0, 1000, 500),
        random.uniform(0, 30, 500),
        random.uniform(0, 30, 500),
    )
    unknown = random.random(500) < 0.3
    many = verdicts(
        metres, 500, site_accuracy_m=site, receptor_accuracy_m=receptor, is_half_width_unknown=unknown
    )
    alone = [
        judge(d, 500, site_accuracy_m=a, receptor_accuracy_m=b, is_half_width_unknown=bool(u)).verdict
        for d, a, b, u in zip(metres, site, receptor, unknown, strict=True)
    ]
    assert many.tolist() == alone
    assert set(alone) == set(Verdict)
