"""Small files brought in at once, from a path and from an upload."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.workspace.bringing import MOST_BYTES, Uploaded, bring_path, bring_upload, kept_upload
from lpd.collection import make_collection, write_collection
from lpd.errors import LpdError
from lpd.trec import make_run, write_run
from lpd.workspace import Workspace, create_workspace

TOPICS = b"1501 a dog\n1502 a cat\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = create_workspace(tmp_path / "w")
    made = make_collection("c", pd.DataFrame({"shot_id": ["s1", "s2"]}), subsets={"half": ["s1"]})
    write_collection(workspace.collection_folder("c"), made)
    return workspace


@pytest.fixture
def edition(workspace: Workspace) -> Workspace:
    bring_upload(workspace, "topics", {"edition": "tv", "collection": "c"}, Uploaded("t.txt", TOPICS))
    return workspace


def test_topics_make_an_edition(workspace: Workspace, tmp_path: Path) -> None:
    values = {"edition": "tv", "collection": "c", "subset": "half", "role": "test"}
    sentence = bring_upload(workspace, "topics", values, Uploaded("tv21.txt", TOPICS))
    assert sentence == "tv: 2 topics over c"
    made = workspace.edition("tv")
    assert (made.subset, made.role, len(made.topics)) == ("half", "test", 2)
    path = tmp_path / "more.txt"
    path.write_bytes(TOPICS)
    values = {"edition": "more", "collection": "c", "subset": "", "role": "", "source": str(path)}
    assert bring_path(workspace, "topics", values) == "more: 2 topics over c"
    assert workspace.edition("more").subset is None


def test_judgements_and_runs_come_in(edition: Workspace, tmp_path: Path) -> None:
    judged = Uploaded("avs.qrels.tv21", b"1501 0 s1 1\n1501 0 s2 0\n")
    sentence = bring_upload(edition, "qrels", {"edition": "tv", "name": "nist"}, judged)
    assert sentence == "tv: qrels nist; 1 of 2 topics are not judged: '1502'"
    path = tmp_path / "team.run.gz"
    write_run(path, make_run("team", {"1501": (["s2", "s1"], np.array([2.0, 1.0]))}))
    uploaded = Uploaded("team.run.gz", path.read_bytes())
    assert bring_upload(edition, "run", {"edition": "tv", "tag": ""}, uploaded) == "tv: run team"
    assert bring_upload(edition, "run", {"edition": "tv", "tag": "mine"}, uploaded) == "tv: run mine"
    assert edition.run_tags("tv") == ["mine", "team"]


def test_a_mistake_names_the_file_as_the_person_knows_it(edition: Workspace) -> None:
    bad = Uploaded("my qrels.txt", b"1501 0\n")
    with pytest.raises(LpdError, match=r"^my qrels\.txt:1: ") as caught:
        bring_upload(edition, "qrels", {"edition": "tv", "name": "nist"}, bad)
    assert "tmp" not in str(caught.value)
    assert edition.edition("tv").qrels_names == ()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.txt", ".gz", "x" * 300, "\0.xml"])
def test_the_name_of_an_upload_is_no_path(workspace: Workspace, tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(LpdError):
        bring_upload(workspace, "topics", {"edition": "tv", "collection": "c"}, Uploaded(name, b"\x00\xff"))
    assert [path for path in sorted(tmp_path.rglob("*")) if path.name != ".writer.lock"] == before


def test_what_is_too_large_is_refused(workspace: Workspace) -> None:
    large = Uploaded("big.txt", b"0" * (MOST_BYTES + 1))
    with pytest.raises(LpdError, match=r"big\.txt: too large to be uploaded; expected at most 20 MiB"):
        bring_upload(workspace, "topics", {"edition": "tv", "collection": "c"}, large)


def test_what_work_reads_later_is_kept_once_by_its_content(workspace: Workspace) -> None:
    first, again = (
        kept_upload(workspace, Uploaded(name, b"[tensors]")) for name in ("n.toml", "../../evil/m.toml")
    )
    other = kept_upload(workspace, Uploaded("n.json", b"{}"))
    assert first == again
    assert first.read_bytes() == b"[tensors]"
    assert {first.suffix, other.suffix} == {".toml", ".json"}
    assert sorted(first.parent.iterdir()) == sorted([first, other])
    assert first.parent == workspace.path / "uploads"
    with pytest.raises(LpdError, match="too large to be uploaded"):
        kept_upload(workspace, Uploaded("big.toml", b"0" * (MOST_BYTES + 1)))
