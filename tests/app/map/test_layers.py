import threading

import numpy as np
import pytest

from app.map.layers import LayerStore, layer_name, plane_of


def test_a_layer_is_made_once_and_is_the_bytes_of_its_array() -> None:
    store, made = LayerStore(1000), []

    def make() -> np.ndarray:
        made.append(1)
        return np.arange(6, dtype=np.float32).reshape(3, 2)[:, ::-1]

    name = store.keep(("points", 1), make)
    assert store.keep(("points", 1), make) == name == layer_name(("points", 1))
    assert made == [1]
    assert np.frombuffer(store.get(name), np.float32).tolist() == [1, 0, 3, 2, 5, 4]
    assert store.get("another") is None


def test_what_was_not_asked_for_longest_goes_and_can_come_again() -> None:
    store = LayerStore(20)
    first, second = (store.keep((one,), lambda: np.zeros(8, np.uint8)) for one in "ab")
    assert store.get(first) is not None
    third = store.keep(("c",), lambda: np.zeros(8, np.uint8))
    assert [store.get(one) is None for one in (first, second, third)] == [False, True, False]
    assert store.keep(("b",), lambda: np.ones(8, np.uint8)) == second
    assert store.get(second) == b"\1" * 8


def test_a_layer_larger_than_the_store_is_held_alone() -> None:
    store = LayerStore(4)
    names = [store.keep((one,), lambda: np.zeros(8, np.uint8)) for one in "ab"]
    assert [store.get(one) is None for one in names] == [True, False]


def test_many_threads_may_ask() -> None:
    store = LayerStore(100)

    def ask(seed: int) -> None:
        for one in np.random.default_rng(seed).integers(0, 30, 200).tolist():
            name = store.keep((one,), lambda: np.zeros(10, np.uint8))
            assert store.get(name) in (None, b"\0" * 10)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_plane_keeps_lengths_equal_and_fills_its_larger_side() -> None:
    points = np.array([[10, 5], [14, 5], [12, 6]], np.float32)
    plane = plane_of(points)
    assert plane.places.tolist() == [[-1, -0.25], [1, -0.25], [0, 0.25]]
    assert plane.at((14.0, 6.0)) == (1.0, 0.25)
    assert plane.places.dtype == np.float32


@pytest.mark.parametrize(
    "points", [np.zeros((0, 2)), np.ones((1, 2)), np.ones((3, 2))], ids=["none", "one", "same"]
)
def test_points_without_extent_lie_in_the_middle(points) -> None:
    assert not plane_of(points.astype(np.float32)).places.any()
