"""Which index a folder holds is said by its manifest."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lpd.cards import ModelCard, SpaceInfo
from lpd.errors import FormatError, MismatchError, NotFoundError, StaleError
from lpd.search import ExactIndex, build_exact_index, open_index
from lpd.search.opening import open_fitting_index
from lpd.search.quantised import QuantisedIndex
from tests.lpd.search.quantised_copies import quantise_index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "lpd@small"
    build_exact_index(
        path,
        spaces=["s"],
        widths=[2],
        shot_ids=["a", "b"],
        blocks=iter([[np.eye(2, dtype=np.float32)]]),
        made_from={"model": "m"},
    )
    return path


def test_an_exact_index_is_opened_as_one(folder: Path) -> None:
    index, manifest = open_index(folder)
    assert isinstance(index, ExactIndex)
    assert (list(index.shot_ids), manifest.made_from) == (["a", "b"], {"model": "m"})


def test_a_quantised_index_is_opened_as_one_and_checked_when_it_is_read(folder: Path) -> None:
    quantise_index(folder, depth=2)
    index, _ = open_index(folder)
    assert isinstance(index, QuantisedIndex)
    assert (list(index.shot_ids), index.recall, index.warm) == (["a", "b"], 1.0, False)
    index.warm_up()
    assert index.warm
    codes = bytearray((folder / "codes_00.npy").read_bytes())
    codes[-100] ^= 1
    (folder / "codes_00.npy").write_bytes(codes)
    damaged, _ = open_index(folder)
    with pytest.raises(FormatError, match=r"codes_00\.npy"):
        damaged.warm_up()
    with pytest.raises(FormatError, match=r"codes_00\.npy"):
        damaged.search([np.float32([[1, 0]])], 1)


def test_an_index_of_something_else_is_refused(folder: Path) -> None:
    spaces = (SpaceInfo("s", "video", None, 2, "cosine"),)
    card = ModelCard("m", "lpd", spaces, {}, {}, None, "digest", {})
    assert open_fitting_index(folder, card, sources={"model": "m"}, next_step="lpd index")[1] is None
    with pytest.raises(StaleError, match=r"another model; expected n; found m\. Next: lpd index"):
        open_fitting_index(folder, card, sources={"model": "n"}, next_step="lpd index")
    wider = replace(card, spaces=(spaces[0]._replace(width=3),))
    with pytest.raises(MismatchError, match="index of another model"):
        open_fitting_index(folder, wider, sources={"model": "m"}, next_step="lpd index")
    quantise_index(folder, depth=2)
    assert open_fitting_index(folder, card, sources={"model": "m"}, next_step="lpd index")[1] == 2


def test_an_unknown_kind_is_named(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"kind": "magic index"}))
    sentence = "expected exact index or quantised index or milvus index; found magic index"
    with pytest.raises(FormatError, match=sentence):
        open_index(folder)


def test_a_folder_that_is_absent_or_half_written(folder: Path) -> None:
    with pytest.raises(NotFoundError):
        open_index(folder.with_name("nothing"))
    (folder / "manifest.json").unlink()
    with pytest.raises(StaleError, match="half-written"):
        open_index(folder)


def test_an_exact_index_needs_neither_numba_nor_milvus_nor_torch(folder: Path) -> None:
    heavy = ("numba", "pymilvus", "torch", "faiss")
    code = (
        "import sys; from pathlib import Path; from lpd.search import open_index; "
        f"open_index(Path({str(folder)!r})); sys.exit(any(name in sys.modules for name in {heavy}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
