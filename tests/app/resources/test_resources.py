"""What is opened once and shared: the same thing again, until its files change."""

import pytest

from app import resources
from lpd.errors import NotFoundError
from lpd.workspace import create_workspace, open_workspace


def test_the_package_says_what_it_offers():
    offered = list(resources.__all__)
    assert len(set(offered)) == len(offered)
    assert all(hasattr(resources, name) for name in offered)


def test_things_are_opened_once(demo_workspace, monkeypatch):
    monkeypatch.setenv("LPD_WORKSPACE", str(demo_workspace))
    workspace = resources.named_workspace(demo_workspace.name)
    assert workspace is resources.named_workspace(demo_workspace.name)
    assert resources.collection(workspace, "inland") is resources.collection(workspace, "inland")
    edition = str(workspace.defaults["edition"])
    name = workspace.edition(edition).default_qrels
    assert resources.qrels(workspace, edition, name) is resources.qrels(workspace, edition, name)
    engine = resources.engine(workspace, "lpd", "inland")
    assert engine is resources.engine(workspace, "lpd", "inland")
    assert resources.warming(workspace, "lpd", "inland").engine is engine
    asked = resources.Asked("lpd", "inland", "a dog", None)
    assert resources.search(workspace, asked) is resources.search(workspace, asked)


def test_a_changed_shot_table_is_read_again(changed_demo):
    workspace = open_workspace(changed_demo)
    first = resources.collection(workspace, "inland")
    path = workspace.collection_folder("inland") / "shots.parquet"
    table = first.shots.assign(thumbnail=None)
    path.unlink()
    table.to_parquet(path)
    second = resources.collection(workspace, "inland")
    assert second is not first
    assert second.shots["thumbnail"].isna().all()


def test_workspaces_beside_the_default_one_can_be_named(tmp_path, monkeypatch):
    for name in ("b", "a", "c"):
        create_workspace(tmp_path / name)
    (tmp_path / "no workspace").mkdir()
    monkeypatch.setenv("LPD_WORKSPACE", str(tmp_path / "b"))
    assert list(resources.workspace_paths()) == ["b", "a", "c"]
    assert resources.named_workspace("c").path == tmp_path / "c"
    with pytest.raises(NotFoundError, match=r"no such workspace; expected one of b, a, c; found '\.\./c'"):
        resources.named_workspace("../c")
