import pytest

from lpd.errors import LpdError
from lpd.judging.pooling import SAMPLINGS, Layer, best_ranks, check_layers, pool_strata

RUNS = [{"1": ["a", "b", "c", "d"], "2": ["z"]}, {"1": ["d", "e", "a", "f"]}]


def test_a_shot_lies_in_the_layer_of_its_best_rank() -> None:
    assert best_ranks("1", RUNS, 3) == {"a": 1, "b": 2, "c": 3, "d": 1, "e": 2}
    assert pool_strata("1", RUNS, [Layer(1, 1), Layer(3, 0.5)]) == [["a", "d"], ["b", "c", "e"]]
    assert pool_strata("2", RUNS, [Layer(1, 1), Layer(3, 0.5)]) == [["z"], []]
    assert pool_strata("3", RUNS, [Layer(1, 1)]) == [[]]


def test_excluded_shots_leave_the_ranks_of_the_others() -> None:
    assert pool_strata("1", RUNS, [Layer(1, 1), Layer(3, 0.5)], exclude={"a", "e"}) == [["d"], ["b", "c"]]


@pytest.mark.parametrize("name", SAMPLINGS)
def test_the_samplings_by_name_are_layers(name: str) -> None:
    check_layers(SAMPLINGS[name])


def test_the_rates_of_tv21_are_those_of_its_qrels() -> None:
    first, second, third = SAMPLINGS["tv21"]
    assert first.rate == second.rate == 1.0
    assert third.rate == pytest.approx(22_869 / 88_882, abs=5e-4)


@pytest.mark.parametrize(
    "layers",
    [
        [],
        [Layer(0, 1)],
        [Layer(5, 1), Layer(5, 1)],
        [Layer(5, 0)],
        [Layer(5, 1.01)],
        [Layer(5, float("nan"))],
    ],
    ids=["none", "depth 0", "not deeper", "rate 0", "rate above 1", "rate nan"],
)
def test_impossible_layers_are_refused(layers: list[Layer]) -> None:
    with pytest.raises(LpdError, match=r"layers of a pool|rate of a layer"):
        check_layers(layers)
