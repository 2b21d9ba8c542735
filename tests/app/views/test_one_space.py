"""A model of one common space on every page: there is nothing to compare it with."""

import shutil
from pathlib import Path

import pytest
import torch

from lpd.services.indexing import index_collection
from lpd.services.status import workspace_status
from lpd.services.training import ModelRequest, train_model
from lpd.workspace import open_workspace


@pytest.fixture(scope="module")
def one_space(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo with w2vvpp, trained for an epoch and indexed, and one topic only."""
    path = tmp_path_factory.mktemp("one-space") / "w"
    shutil.copytree(demo_workspace, path, ignore=shutil.ignore_patterns("media", "previews"))
    edition = path / "editions" / "avs-inland"
    first = (edition / "topics.txt").read_text().splitlines(keepends=True)[0]
    (edition / "topics.txt").write_text(first)
    for qrels in (edition / "qrels").iterdir():
        lines = qrels.read_text().splitlines(keepends=True)
        qrels.write_text("".join(line for line in lines if line.split()[0] == first.split()[0]))
    workspace, threads = open_workspace(path), torch.get_num_threads()
    torch.set_num_threads(1)
    settings = ("epochs=1", "batch_size=32")
    request = ModelRequest(
        "w2vvpp", "w2vvpp", captions="train", validation="valid", settings=settings, width=16, device="cpu"
    )
    train_model(workspace, request)
    index_collection(workspace, "w2vvpp", "inland", device="cpu")
    torch.set_num_threads(threads)
    return path


def test_no_tile_is_only_here(open_view, one_space, component_data, texts) -> None:
    page = open_view(one_space, model="w2vvpp", q="a dog")
    assert not page.exception
    (payload,) = component_data(page, "lpd_shot_grid")
    assert [lane["name"] for lane in payload["lanes"]] == ["fused", "common"]
    tiles = [tile for lane in payload["lanes"] for tile in lane["tiles"]]
    assert len(tiles) == 40
    assert not any(tile["only"] or "only" in tile["alt"] for tile in tiles)
    assert not any("only here" in one or "in fused" in one for one in payload["lanes"][1]["notes"])
    assert "w2vvpp · 1 space · d 16" in texts(page)
    assert "1 topic<" in texts(page)


def test_spaces_and_topics_are_counted_in_the_singular(open_view, one_space, component_data, texts) -> None:
    page = open_view(one_space, "diversity", model="w2vvpp", models="w2vvpp")
    assert not page.exception
    assert "w2vvpp · 1 space<" in texts(page)
    assert "one space, nothing to compare" in texts(page)
    assert texts(page).count("mean over 1 topic of avs-inland") == 1
    assert texts(page).count("mean over 1 judged topic of avs-inland") == 1
    page = open_view(one_space, "topics", model="w2vvpp")
    assert not page.exception
    assert "1 of 1 topic " in texts(page)
    (payload,) = component_data(page, "lpd_topic_table")
    assert payload["columns"][0]["title"].startswith("one space; model w2vvpp, weights ")


def test_the_status_counts_them_so(one_space) -> None:
    rows = {(row.kind, row.name): row.sentence for row in workspace_status(open_workspace(one_space))}
    assert rows["edition", "avs-inland"].startswith("1 topic over inland; qrels ")
    assert rows["model", "w2vvpp"].startswith("w2vvpp, one space of 16, ")
    assert rows["collection", "inland"].startswith("89 shots of ")
