"""Warming a quantised index: all that its first query would wait for is there afterwards."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from lpd.search import open_index
from lpd.search.quantised import QuantisedIndex
from tests.lpd.search.quantised_cases import mixed_case, plain_case
from tests.lpd.search.test_quantised_writer import written

ROOT = Path(__file__).resolve().parents[3]
CASES = {"plain": plain_case, "mixed": mixed_case}

NOTHING_IS_LEFT_TO_COMPILE = """
    import sys
    from pathlib import Path

    import numpy as np

    from lpd.search import open_index, quantised
    from lpd.search.code_scanner import scan, select_again
    from lpd.search.rescoring import rescore

    kernels = (scan, select_again, rescore)
    index, _ = open_index(Path(sys.argv[1]))
    assert [kernel.signatures for kernel in kernels] == [[], [], []]
    index.warm_up()
    compiled = [list(kernel.signatures) for kernel in kernels]
    assert [len(signatures) for signatures in compiled] == [1, 1, 1], compiled

    one, many = (index.vectors(np.arange(count)) for count in (1, 3))
    weights, allowed = np.arange(1.0, len(index.spaces) + 1), np.arange(index.shots) % 2 == 0
    for queries in (one, many):
        for choices in ({}, {"weights": weights}, {"stretch": True}, {"allowed": allowed}):
            for quantised._FEW_SHOTS in (0, 20_000):
                index.search(queries, 5, **choices)
    assert [list(kernel.signatures) for kernel in kernels] == compiled
"""


@pytest.fixture(params=sorted(CASES))
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An index of 150 shots: a block of the scan, and one that is not whole."""
    return written(CASES[request.param](150), tmp_path / "index")


def test_no_query_compiles_anything(folder: Path) -> None:
    """In a process of its own, where nobody has used the kernels."""
    program = textwrap.dedent(NOTHING_IS_LEFT_TO_COMPILE)
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True, cwd=ROOT)


def test_stages_in_order_and_nothing_kept(folder: Path) -> None:
    index, _ = open_index(folder)
    assert isinstance(index, QuantisedIndex)
    stages: list[tuple[str, int, int]] = []
    index.warm_up(lambda *stage: stages.append(stage))
    names = list(dict.fromkeys(name for name, _, _ in stages))
    assert names == ["comparing checksums", "preparing the kernels"]
    assert stages[-2:] == [("preparing the kernels", 0, 1), ("preparing the kernels", 1, 1)]
    assert (index.warm, index.cache.held_bytes) == (True, 0)
    assert "_weights" in vars(index._maker.scanner), "a query would make them"
    index.warm_up(lambda *stage: pytest.fail("warmed again"))


def test_an_empty_index_has_nothing_to_search_with(tmp_path: Path) -> None:
    index, _ = open_index(written(plain_case(0), tmp_path / "index"))
    stages: list[str] = []
    index.warm_up(lambda stage, done, total: stages.append(stage))
    assert index.warm
    assert set(stages) == {"comparing checksums"}
