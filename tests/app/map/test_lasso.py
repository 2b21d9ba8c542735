import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.map.lasso import MOST_CORNERS, Lasso, inside, lasso_of_event, lasso_text, read_lasso

SQUARE = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
CORNERS = st.lists(
    st.tuples(*[st.integers(-30_000, 30_000).map(lambda one: one / 10_000)] * 2), min_size=3, max_size=12
)


def plain(corners, place) -> bool:
    """Crossings of a ray to the right, counted one edge after another."""
    x, y = place
    crossings = 0
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


@given(CORNERS, st.integers(0, 2**32 - 1))
def test_inside_is_what_counting_crossings_says(corners, seed) -> None:
    places = np.random.default_rng(seed).uniform(-3, 3, (60, 2)).astype(np.float32)
    expected = [plain(corners, place) for place in places.astype(np.float64).tolist()]
    assert inside(tuple(corners), places).tolist() == expected


def test_a_polygon_with_a_hollow_leaves_its_hollow_out() -> None:
    corners = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (0.0, -0.5), (-1.0, 1.0))
    places = np.array([[0.0, -0.8], [0.0, 0.5], [0.9, 0.5], [5.0, 0.0]], np.float32)
    assert inside(corners, places).tolist() == [True, False, True, False]


@given(CORNERS)
def test_the_address_holds_a_lasso_exactly(corners) -> None:
    lasso = Lasso("text:bow", tuple(corners))
    assert read_lasso(lasso_text(lasso)) == lasso


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "text:bow",
        "@1.1_2.2_3.3",
        "text:bow@1.1_2.2",
        "text:bow@1.1_2.2_x",
        "a@1_2_3",
        "a@" + "_".join(["1.1"] * (MOST_CORNERS + 1)),
        "a@1.1_2.2_3." + "9" * 40,
    ],
    ids=["none", "empty", "no corners", "no plot", "two corners", "word", "no pairs", "too many", "too far"],
)
def test_what_is_no_lasso_is_none(text) -> None:
    assert read_lasso(text) is None


def test_a_plot_may_have_an_at_sign() -> None:
    lasso = Lasso("a@b", SQUARE)
    assert read_lasso(lasso_text(lasso)) == lasso


def test_an_event_is_read_with_its_corners_rounded() -> None:
    polygon = [[0.123456, 1], [2, -0.00001], [3, 4]]
    found = lasso_of_event({"plot": "fused", "polygon": polygon, "count": 3})
    assert found == Lasso("fused", ((0.1235, 1.0), (2.0, 0.0), (3.0, 4.0)))


@pytest.mark.parametrize(
    "event",
    [
        None,
        {"plot": "", "polygon": []},
        {"plot": "fused", "polygon": [[0, 0], [1, 1]]},
        {"plot": "fused", "polygon": [[0, 0], [1, 1], ["x", 2]]},
        {"plot": "fused", "polygon": [[0, 0], [1, 1], [float("nan"), 2]]},
        {"plot": "fused", "polygon": [[0, 0], [1, 1], [1e12, 2]]},
        {"plot": 3, "polygon": [[0, 0], [1, 1], [2, 2]]},
        {"plot": "fused", "polygon": [[0, 0, 0]] * 3},
    ],
    ids=["nothing", "let go", "two corners", "a word", "not a number", "too far", "no name", "three numbers"],
)
def test_an_event_that_is_no_lasso_is_none(event) -> None:
    assert lasso_of_event(event) is None
