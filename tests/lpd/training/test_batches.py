from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpd.errors import MismatchError
from lpd.training import PairedData, ShotsOfText, check_batch_size, epoch_batches

NONE = np.zeros(0, dtype=np.int64)


def captions_only(shots, groups):
    shots = np.asarray(shots)
    return PairedData(
        text={"t": np.zeros((len(shots), 1), np.float32)},
        video={"v": np.zeros((int(shots.max()) + 1, 1), np.float32)},
        caption_shot=shots,
        caption_group=np.asarray(groups),
    )


@st.composite
def captioned(draw):
    shots = draw(
        st.lists(st.integers(0, 12), min_size=12, max_size=80).filter(lambda rows: len(set(rows)) > 1)
    )
    groups = draw(st.lists(st.integers(0, 25), min_size=len(shots), max_size=len(shots)))
    data = captions_only(shots, groups)
    return data, draw(st.integers(2, min(6, len(set(shots)))))


def relevant(data, i, j):
    """Whether the shot of caption j carries the text of caption i, as a plain search says."""
    return any(
        data.caption_group[k] == data.caption_group[i]
        for k in np.flatnonzero(data.caption_shot == data.caption_shot[j])
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(captioned(), st.integers(0, 5))
def test_properties_over_three_epochs(case, seed):
    data, size = case
    shots_of_text = ShotsOfText(data)
    carried, seen = NONE, Counter()
    for epoch in range(3):
        rng = np.random.default_rng([seed, epoch])
        before = Counter(carried.tolist())
        rows, carried = epoch_batches(data, carried, batch_size=size, rng=rng)
        assert rows.shape[1] == size
        assert len(carried) < size
        # every caption once, besides what was carried in and out: nothing lost, nothing made up
        expected = Counter(range(len(data.caption_shot))) + before
        assert Counter(rows.flatten().tolist()) + Counter(carried.tolist()) == expected
        seen += Counter(rows.flatten().tolist())
        for batch in rows:
            mask = shots_of_text.mask(batch)
            plain = np.array([[relevant(data, i, j) for j in batch] for i in batch]) & ~np.eye(
                size, dtype=bool
            )
            assert np.array_equal(np.zeros_like(plain) if mask is None else mask, plain)
            # a shot or a text that comes twice is always masked
            for i in range(size):
                for j in range(size):
                    same = (
                        data.caption_shot[batch[i]] == data.caption_shot[batch[j]]
                        or data.caption_group[batch[i]] == data.caption_group[batch[j]]
                    )
                    assert i == j or not same or plain[i, j]
    assert sum(seen.values()) + len(carried) == 3 * len(data.caption_shot)


def test_where_it_can_be_no_shot_and_no_text_comes_twice():
    shots = np.repeat(np.arange(200), 5)
    groups = np.arange(1000)
    groups[::7] = 0  # 143 captions of one text, 62 batches... so some must wait
    groups[::31] = 1
    data = captions_only(shots, groups)
    rows, carried = epoch_batches(data, NONE, batch_size=6, rng=np.random.default_rng(0))
    assert len(rows) == 166
    assert len(carried) == 4
    assert all(len(set(shots[batch])) == 6 and len(set(groups[batch])) == 6 for batch in rows)


def test_a_text_with_more_captions_than_batches_is_masked_not_dropped():
    data = captions_only(np.arange(20), np.where(np.arange(20) < 15, 0, np.arange(20)))
    rows, carried = epoch_batches(data, NONE, batch_size=4, rng=np.random.default_rng(0))
    assert len(rows) == 5
    assert len(carried) == 0
    masks = [ShotsOfText(data).mask(batch) for batch in rows]
    assert any(mask is not None for mask in masks)
    assert all(mask is None or not mask.diagonal().any() for mask in masks)


def test_the_mask_knows_a_text_that_the_other_shot_carries_through_another_caption():
    data = captions_only([0, 1, 1, 2], [7, 8, 7, 9])
    mask = ShotsOfText(data).mask(np.array([0, 1, 3]))  # texts 7, 8, 9; shot 1 also carries text 7
    assert mask.tolist() == [[False, True, False], [False, False, False], [False, False, False]]


def test_same_seed_same_batches():
    data = captions_only(np.repeat(np.arange(30), 3), np.arange(90))
    first, second, other = (
        epoch_batches(data, NONE, batch_size=8, rng=np.random.default_rng(seed)).rows for seed in (1, 1, 2)
    )
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_rounds_bring_every_shot_once_before_any_comes_again():
    data = captions_only(np.repeat(np.arange(12), 3), np.arange(36))
    rows = epoch_batches(data, NONE, batch_size=4, rng=np.random.default_rng(0)).rows
    for third in range(3):
        assert sorted(data.caption_shot[rows[3 * third : 3 * third + 3]].flatten()) == list(range(12))


def test_one_caption_per_shot_and_epoch():
    data = captions_only(np.repeat(np.arange(10), 4), np.arange(40))
    drawn = set()
    for epoch in range(8):
        rows, carried = epoch_batches(
            data, NONE, batch_size=5, rng=np.random.default_rng(epoch), captions_per_epoch="one"
        )
        assert sorted(data.caption_shot[rows.flatten()]) == list(range(10))
        assert len(carried) == 0
        drawn |= set(rows.flatten().tolist())
    assert len(drawn) > 30  # another caption each time


def test_a_batch_larger_than_the_number_of_shots_is_refused():
    data = captions_only(np.repeat(np.arange(5), 40), np.arange(200))
    with pytest.raises(MismatchError, match="at most 5"):
        check_batch_size(data, 6)
    check_batch_size(data, 5)
