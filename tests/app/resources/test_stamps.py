"""Cache keys: what is built anew on disk gets a new one, what is not keeps its own."""

import os
from pathlib import Path

from app.resources.stamps import collection_stamp, edition_stamp, engine_stamp, searched_stamp, stamp
from lpd.workspace import open_workspace


def replaced(path: Path) -> None:
    """Writes a file anew: the copy of the demo is made of links."""
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content + b" ")


def test_a_stamp_is_time_and_size_and_zeros_for_what_is_absent(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("four")
    os.utime(file, ns=(1, 123_456_789))
    assert stamp(file, tmp_path / "gone", tmp_path) == ((123_456_789, 4), (0, 0), (0, 0))
    assert stamp() == ()


def test_a_new_index_changes_what_comes_from_it(changed_demo):
    workspace = open_workspace(changed_demo)
    edition = str(workspace.defaults["edition"])
    before = [
        engine_stamp(workspace, "lpd", "inland"),
        searched_stamp(workspace, "lpd", "inland"),
        edition_stamp(workspace, "lpd", edition),
    ]
    shots = collection_stamp(workspace, "inland")
    assert engine_stamp(workspace, "lpd", "inland") == before[0]
    replaced(workspace.index_folder("lpd", "inland") / "manifest.json")
    after = [
        engine_stamp(workspace, "lpd", "inland"),
        searched_stamp(workspace, "lpd", "inland"),
        edition_stamp(workspace, "lpd", edition),
    ]
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert collection_stamp(workspace, "inland") == shots


def test_a_new_subset_changes_the_lists_and_not_the_engine(changed_demo):
    workspace = open_workspace(changed_demo)
    engine, searched = (
        engine_stamp(workspace, "lpd", "inland"),
        searched_stamp(workspace, "lpd", "inland"),
    )
    folder = workspace.collection_folder("inland") / "subsets"
    folder.mkdir(exist_ok=True)
    (folder / "new.txt").write_text("")
    assert engine_stamp(workspace, "lpd", "inland") == engine
    assert searched_stamp(workspace, "lpd", "inland") != searched


def test_changed_topics_change_the_lists_of_their_edition(changed_demo):
    workspace = open_workspace(changed_demo)
    edition = str(workspace.defaults["edition"])
    before = edition_stamp(workspace, "lpd", edition)
    replaced(workspace.edition_folder(edition) / "topics.txt")
    assert edition_stamp(workspace, "lpd", edition) != before
