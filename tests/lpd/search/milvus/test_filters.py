import numpy as np
import pytest

from lpd.search.milvus import filters
from lpd.search.milvus.filters import filter_cost, listed_rows, row_filters

SHOTS = 3000
RNG = np.random.default_rng(0)
SETS = {
    "one": np.arange(SHOTS) == 7,
    "first-and-last": np.isin(np.arange(SHOTS), [0, SHOTS - 1]),
    "range": (np.arange(SHOTS) >= 500) & (np.arange(SHOTS) < 1500),
    "all-but-a-few": ~np.isin(np.arange(SHOTS), [3, 4, 2000]),
    "all-but-a-range": (np.arange(SHOTS) < 500) | (np.arange(SHOTS) >= 1500),
    "many-ranges": np.arange(SHOTS) % 600 < 400,
    "half": RNG.random(SHOTS) < 0.5,
    "range-and-half": (np.arange(SHOTS) < 1200) | (RNG.random(SHOTS) < 0.5),
    "most": RNG.random(SHOTS) < 0.95,
}


def true_rows(expression: str) -> list[int]:
    """Returns the rows for which an expression holds: its syntax is also Python's."""
    code = compile(expression, "filter", "eval")
    return [row for row in range(SHOTS) if eval(code, {"row": row})]


@pytest.mark.parametrize("costliest", [50_000, 300, 20])
@pytest.mark.parametrize("name", SETS)
def test_each_allowed_row_is_in_exactly_one_expression(
    name: str, costliest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "COSTLIEST", costliest)
    expressions = row_filters(SETS[name])
    rows = [row for expression in expressions for row in true_rows(expression)]
    assert sorted(rows) == np.flatnonzero(SETS[name]).tolist()
    assert (len(expressions) == 1) == (filter_cost(SETS[name]) <= costliest)


def test_the_cheaper_form_is_taken() -> None:
    assert row_filters(SETS["one"]) == ["row in [7]"]
    assert row_filters(SETS["range"]) == ["(row >= 500 and row < 1500)"]
    assert row_filters(SETS["all-but-a-few"]) == ["not (row in [3,4,2000])"]
    assert filter_cost(SETS["all-but-a-few"]) == 3


def test_many_ranges_are_nested_as_a_balanced_tree() -> None:
    """Milvus nests `a or b or c or ...` as deep as there are terms, and refuses what is nested too deep."""
    (expression,) = row_filters(np.arange(SHOTS * 20) % 600 < 300)
    assert expression.count(" or ") == 99
    depth = deepest = 0
    for character in expression:
        depth += {"(": 1, ")": -1}.get(character, 0)
        deepest = max(depth, deepest)
    assert deepest == 8


def test_listed_rows() -> None:
    assert listed_rows(np.array([3, 17])) == "row in [3,17]"
