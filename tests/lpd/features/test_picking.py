"""Rows in another order: the same whether they are read in order, asked for or sorted through a file."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpd.errors import FormatError
from lpd.features import FeatureMatrix, picked_blocks
from lpd.features.streams import FeatureStream, stream_of


def stream(values: np.ndarray, *, mapped: bool) -> FeatureStream:
    ids = [f"s{row}" for row in range(len(values))]
    made = stream_of(FeatureMatrix("f", ids, values), where="f.npz")
    return made if mapped else FeatureStream("f", ids, made.dimension, made.dtype, made.read, "f.npz")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_way_gives_the_rows_asked_for(tmp_path: Path, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 40))
    chosen = data.draw(st.lists(st.integers(0, count - 1), unique=True, min_size=1))
    if data.draw(st.booleans()):
        chosen.sort()
    values = np.random.default_rng(count).standard_normal((count, 3)).astype(np.float32)
    targets = np.full(count, -1)
    targets[chosen] = np.arange(len(chosen))
    for mapped in (True, False):
        with (
            pytest.MonkeyPatch.context() as patch,
            picked_blocks(stream(values, mapped=mapped), targets, scratch=tmp_path) as blocks,
        ):
            for module in ("streams", "picking"):
                patch.setattr(f"lpd.features.{module}.BLOCK_BYTES", 60)
            np.testing.assert_array_equal(np.concatenate(list(blocks)), values[chosen])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mapped", [True, False])
@pytest.mark.parametrize("targets", [[0, 1, -1, 2], [2, 0, -1, 1]])
def test_rows_that_are_taken_must_be_finite_and_others_need_not(
    tmp_path: Path, mapped: bool, targets: list[int]
) -> None:
    values = np.zeros((4, 2), dtype=np.float32)
    values[2] = np.nan
    with picked_blocks(stream(values, mapped=mapped), np.array(targets), scratch=tmp_path) as blocks:
        assert sum(len(block) for block in blocks) == 3
    values[3, 1] = np.inf
    with (
        pytest.raises(FormatError, match=r"f\.npz: NaN or infinite values in 1 row; .*found 'row 3: s3'"),
        picked_blocks(stream(values, mapped=mapped), np.array(targets), scratch=tmp_path) as blocks,
    ):
        list(blocks)
    assert list(tmp_path.iterdir()) == []
