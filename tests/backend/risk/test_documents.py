"""What is kept of an assessment is enough to compute it again."""

import pytest

from backend.risk.documents import document, given, recomputed
from backend.risk.grading import assess


@pytest.mark.parametrize(
    "said",
    [
        {"method": "lec", "scale": "lec-2019-general", "factors": {"L": "6", "E": 6, "C": "１５"}},
        {"method": "lec", "scale": "lec-2019-general", "factors": {"L": 0.5, "E": 0.5, "C": 1}},
        {"method": "declared", "grade": "3", "source": " 普查 "},
        {"method": "declared", "grade": 4, "source": "普查", "clauses": None},
    ],
)
def test_a_document_comes_to_the_same_again(said: dict[str, object]) -> None:
    kept = document(said)
    assert kept["grade"] == assess(said).grade == recomputed(kept).grade
    assert document(given(kept)) == kept


def test_a_clause_raises_what_was_declared_and_both_are_kept() -> None:
    from backend.risk.direct import clauses

    clause = next(iter(clauses()))
    kept = document({"method": "declared", "grade": 4, "source": "普查", "clauses": [clause]})
    assert (kept["declared"], kept["grade"], kept["clauses"]) == (4, 1, [clause])
    assert recomputed(kept).grade == 1
