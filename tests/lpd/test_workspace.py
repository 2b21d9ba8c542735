from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from lpd.collection import make_collection, write_collection
from lpd.editions import Edition, read_edition, write_edition
from lpd.errors import FormatError, LpdError, NotFoundError
from lpd.trec import Topic
from lpd.workspace import Workspace, create_workspace, default_workspace_path, open_workspace, write_settings


def test_created_and_opened_again(tmp_path: Path) -> None:
    made = create_workspace(tmp_path / "w", name='a "quoted" name')
    assert open_workspace(tmp_path / "w") == made
    assert made.collection_names() == made.model_names() == made.edition_names() == made.caption_sets() == []


def test_defaults_survive(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, "w", {"collection": "c", "k": 20}, source="a world")
    write_settings(workspace)
    assert open_workspace(tmp_path) == workspace


def test_an_existing_workspace_is_not_overwritten(tmp_path: Path) -> None:
    create_workspace(tmp_path)
    with pytest.raises(LpdError, match="already"):
        create_workspace(tmp_path)


def test_a_folder_with_other_files_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(LpdError, match="not empty"):
        create_workspace(tmp_path)


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        (None, NotFoundError, "lpd demo"),
        ("format_version = 99\nname = 'w'", FormatError, "expected 1; found 99"),
        ("name = 'w'", FormatError, "damaged"),
        ("not toml", FormatError, "damaged"),
    ],
)
def test_bad_workspaces(tmp_path: Path, content: str | None, error: type[LpdError], sentence: str) -> None:
    if content is not None:
        (tmp_path / "workspace.toml").write_text(content)
    with pytest.raises(error, match=sentence):
        open_workspace(tmp_path)


def test_default_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LPD_WORKSPACE", raising=False)
    assert default_workspace_path() == Path("workspaces/demo")
    monkeypatch.setenv("LPD_WORKSPACE", "elsewhere")
    assert default_workspace_path() == Path("elsewhere")


@pytest.mark.parametrize("name", ["../up", "", ".hidden", "a/b", "a b", "-x", "x" * 200, "a\0b"])
def test_names_never_become_other_paths(tmp_path: Path, name: str) -> None:
    workspace = create_workspace(tmp_path / "w")
    for place in (workspace.collection_folder, workspace.model_folder, workspace.edition_folder):
        with pytest.raises(FormatError):
            place(name)
    with pytest.raises(FormatError):
        workspace.run_path("edition", name)


def test_unknown_things_name_the_known(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    for ask in (workspace.collection, workspace.captions, workspace.edition, workspace.model_card):
        with pytest.raises(NotFoundError, match="none yet"):
            ask("nothing")
    write_edition(workspace.edition_folder("tv21"), Edition("tv21", "c", None, (Topic("1", "a"),), (), None))
    with pytest.raises(NotFoundError, match="one of tv21"):
        workspace.edition("tv22")


def test_editions_round_trip(tmp_path: Path) -> None:
    topics = (Topic("1661", "a hang glider"), Topic("1662", "a woman"))
    write_edition(tmp_path / "tv21", Edition("tv21", "v3c1", "test", topics, (), "pooled"))
    for name in ("complete", "pooled"):
        (tmp_path / "tv21" / "qrels").mkdir(exist_ok=True)
        (tmp_path / "tv21" / "qrels" / f"{name}.txt").write_text("1661 0 a 1 1\n")
    edition = read_edition(tmp_path / "tv21")
    assert edition == Edition("tv21", "v3c1", "test", topics, ("complete", "pooled"), "pooled")
    assert edition.topic("1662").text == "a woman"
    with pytest.raises(NotFoundError, match="1661, 1662"):
        edition.topic("1663")


@pytest.mark.parametrize("role", ["development", "test"])
def test_an_edition_may_be_marked_as_development_or_test(tmp_path: Path, role: str) -> None:
    marked = Edition("tv21", "v3c1", None, (Topic("1661", "a hang glider"),), (), None, role)
    write_edition(tmp_path / "tv21", marked)
    text = (tmp_path / "tv21" / "edition.toml").read_text(encoding="utf-8")
    assert text == f'collection = "v3c1"\nrole = "{role}"\n'
    assert read_edition(tmp_path / "tv21") == marked


def test_another_role_is_refused(tmp_path: Path) -> None:
    (tmp_path / "edition.toml").write_text("collection = 'c'\nrole = 'validation'\n")
    (tmp_path / "topics.txt").write_text("1 a\n")
    with pytest.raises(FormatError) as caught:
        read_edition(tmp_path)
    place = tmp_path / "edition.toml"
    assert str(caught.value) == f"{place}: unknown role; expected development or test; found 'validation'"


@pytest.mark.parametrize("content", ["", "collection = '../up'", "collection = 3", "[broken"])
def test_bad_editions(tmp_path: Path, content: str) -> None:
    (tmp_path / "edition.toml").write_text(content)
    (tmp_path / "topics.txt").write_text("1 a\n")
    with pytest.raises(FormatError):
        read_edition(tmp_path)


def test_media_are_looked_up_by_id_and_never_leave_their_folder(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    folder = workspace.collection_folder("c")
    table = pd.DataFrame(
        {"shot_id": ["a", "b", "../x", "d"], "thumbnail": ["t/0.png", None, "t/9.png", "t/link.png"]}
    )
    collection = make_collection("c", table)
    write_collection(folder, collection)
    (folder / "media" / "t").mkdir(parents=True)
    Image.new("RGB", (2, 2)).save(folder / "media" / "t" / "0.png")
    (folder / "media" / "t" / "link.png").symlink_to(folder / "shots.parquet")
    found = workspace.media_file(collection, "a", "thumbnail")
    assert found is not None
    assert found.name == "0.png"
    for shot in ("b", "../x", "d", "unknown", "t/0.png"):
        assert workspace.media_file(collection, shot, "thumbnail") is None
    assert workspace.media_file(collection, "a", "preview") is None


def test_templates_are_filled_and_quoted() -> None:
    table = pd.DataFrame(
        {"shot_id": ["s/1"], "video_id": ["v&1"], "thumbnail": ["https://m/{video}/{shot}.jpg"]}
    )
    collection = make_collection("c", table)
    assert collection.media_entry("s/1", "thumbnail") == "https://m/v%261/s%2F1.jpg"
