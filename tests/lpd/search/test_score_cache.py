import numpy as np

from lpd.search.index import HitList
from lpd.search.score_cache import ScoreCache, Scores, query_key


def scores(floats: int, *spaces: int) -> Scores:
    return Scores(np.zeros((1, floats), dtype=np.float32), frozenset(spaces))


def test_bounded_over_all_queries_and_the_longest_unused_goes_first():
    cache = ScoreCache(100)
    cache.put(b"first", scores(10, 0))
    cache.put(b"second", scores(10, 0))
    assert cache.get(b"first", frozenset({0})) is not None  # used again
    cache.put(b"third", scores(10, 0))
    assert cache.held_bytes == 80
    assert cache.get(b"second", frozenset({0})) is None
    assert cache.get(b"first", frozenset({0})) is not None


def test_scores_larger_than_the_cache_are_not_kept():
    cache = ScoreCache(39)
    cache.put(b"large", scores(10, 0))
    assert cache.held_bytes == 0


def test_lists_made_later_count_as_well():
    cache = ScoreCache(100)
    first, second = scores(10, 0), scores(10, 0)
    cache.put(b"first", first)
    cache.put(b"second", second)
    second.lists[0, 1, b""] = HitList(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.float32))
    assert cache.held_bytes == 92
    second.ranges[b""] = np.zeros((1, 2), dtype=np.float64)
    assert cache.held_bytes == 108
    cache.trim()
    assert cache.held_bytes == 68
    assert cache.get(b"first", frozenset({0})) is None


def test_scores_of_some_spaces_do_not_answer_for_others():
    cache = ScoreCache(1000)
    cache.put(b"query", scores(10, 1, 2))
    assert cache.get(b"query", frozenset({1})) is not None
    assert cache.get(b"query", frozenset({0, 1})) is None


def test_the_key_is_of_all_vectors():
    one, other = np.float32([1, 2]), np.float32([3])
    assert query_key([one, other]) == query_key([one.copy(), other.copy()])
    assert query_key([one, other]) != query_key([one, other + 1])
