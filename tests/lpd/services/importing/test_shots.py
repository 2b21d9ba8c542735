"""Imports: what goes in comes out, and what is malformed is named and leaves everything as it was."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from lpd.errors import LpdError
from lpd.services.importing.media import import_media, set_media_template
from lpd.services.importing.runs import import_run
from lpd.services.importing.shots import import_captions, import_shots
from lpd.services.importing.trec import import_qrels, import_topics
from lpd.services.status import workspace_status
from lpd.workspace import Workspace, create_workspace

SHOTS = ["shot1_1", "shot1_2", "shot2_1"]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path / "w")
    import_shots(
        made, "c", written(tmp_path / "ids.txt", "\n".join(SHOTS)), video_before_last_underscore=True
    )
    import_topics(made, "tv", written(tmp_path / "topics.txt", "661  a dog\n662  a cat\n"), collection="c")
    return made


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def picture(size: int = 4, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (size, size), "red").save(stream, kind)
    return stream.getvalue()


def test_shots_from_ids(workspace: Workspace) -> None:
    collection = workspace.collection("c")
    assert collection.shot_ids == SHOTS
    assert collection.shots["video_id"].tolist() == ["shot1", "shot1", "shot2"]


def test_shots_from_a_table(workspace: Workspace, tmp_path: Path) -> None:
    table = written(tmp_path / "t.csv", "shot_id,video_id,start_s,end_s\n0001,007,0,1.5\n0002,007,1.5,2\n")
    subset = written(tmp_path / "test.txt", "0002\n")
    made = import_shots(workspace, "d", table, subsets={"test": subset})
    assert made.shot_ids == ["0001", "0002"]
    assert made.shots["video_id"].tolist() == ["007", "007"]
    assert workspace.collection("d").subset_rows("test").tolist() == [1]


def test_captions(workspace: Workspace, tmp_path: Path) -> None:
    source = written(tmp_path / "c.txt", "shot1_1#0 a dog\nshot1_1#1 a puppy\nshot2_1#0 a cat\n")
    assert import_captions(workspace, "train", source, collection="c") == 3
    assert [caption.shot_id for caption in workspace.captions("train")] == ["shot1_1", "shot1_1", "shot2_1"]
    assert workspace.caption_collection("train") == "c"


def test_topics_take_the_leading_1_when_all_match_with_it(workspace: Workspace, tmp_path: Path) -> None:
    notes = import_qrels(
        workspace, "tv", written(tmp_path / "q", "1661 0 shot1_1 1 1\n1662 0 shot1_2 1 0\n"), name="q"
    )
    assert [topic.topic_id for topic in workspace.edition("tv").topics] == ["1661", "1662"]
    assert "leading 1" in notes[0]
    assert workspace.edition("tv").default_qrels == "q"


def test_topics_stay_where_they_match_as_they_are(workspace: Workspace, tmp_path: Path) -> None:
    notes = import_qrels(workspace, "tv", written(tmp_path / "q", "661 0 shot1_1 1 1\n"), name="q")
    assert [topic.topic_id for topic in workspace.edition("tv").topics] == ["661", "662"]
    assert notes == ["1 of 2 topics are not judged: '662'"]


def test_the_role_of_an_edition_stays_until_another_is_given(workspace: Workspace, tmp_path: Path) -> None:
    source = written(tmp_path / "again.txt", "661 a dog\n")
    assert workspace.edition("tv").role is None
    assert import_topics(workspace, "tv", source, collection="c", role="development").role == "development"
    assert import_topics(workspace, "tv", source, collection="c").role == "development"
    import_qrels(workspace, "tv", written(tmp_path / "q", "661 0 shot1_1 1 1\n"), name="q")
    assert import_topics(workspace, "tv", source, collection="c", role="test").role == "test"
    rows = {(row.kind, row.name): row.sentence for row in workspace_status(workspace)}
    assert rows["edition", "tv"] == "1 topic over c; qrels q; for test"


def test_runs(workspace: Workspace, tmp_path: Path) -> None:
    source = written(tmp_path / "r", "661 0 shot1_1 1 0.5 mine\n661 0 shot2_1 2 0.7 mine\n")
    assert import_run(workspace, "tv", source) == "mine"
    assert workspace.run("tv", "mine").topics["661"].shot_ids == ["shot2_1", "shot1_1"]


def test_pictures_from_an_archive(workspace: Workspace, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "t.tar", "w") as archive:
        for name in ("thumbs/shot1_1.png", "../shot2_1.png", "thumbs/unknown.png", "thumbs/notes.txt"):
            content = picture()
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    assert import_media(workspace, "c", tmp_path / "t.tar") == (2, 1)
    collection = workspace.collection("c")
    found = [workspace.media_file(collection, shot, "thumbnail") for shot in SHOTS]
    assert found[0] is not None
    assert found[0].read_bytes() == picture()
    assert found[1] is None
    assert found[2] is not None
    assert not (tmp_path / "shot2_1.png").exists()


def test_pictures_from_a_media_server(workspace: Workspace) -> None:
    set_media_template(workspace, "c", "https://media/{video}/{shot}.jpg")
    assert workspace.collection("c").media_entry("shot1_2", "thumbnail") == "https://media/shot1/shot1_2.jpg"


Bad = tuple[Callable[[Workspace, Path], object], str]


def captions_of(text: str) -> Callable[[Workspace, Path], object]:
    return lambda w, t: import_captions(w, "train", written(t / "captions.txt", text), collection="c")


def qrels_of(text: str) -> Callable[[Workspace, Path], object]:
    return lambda w, t: import_qrels(w, "tv", written(t / "qrels.txt", text), name="q")


def run_of(text: str) -> Callable[[Workspace, Path], object]:
    return lambda w, t: import_run(w, "tv", written(t / "run.txt", text))


def topics_of(text: str, **more: str) -> Callable[[Workspace, Path], object]:
    settings = {"collection": "c"} | more
    return lambda w, t: import_topics(w, "tv2", written(t / "new-topics.txt", text), **settings)


def shots_of(name: str, text: str) -> Callable[[Workspace, Path], object]:
    return lambda w, t: import_shots(w, "d", written(t / name, text))


def subset_of(text: str) -> Callable[[Workspace, Path], object]:
    return lambda w, t: import_shots(w, "d", t / "ids.txt", subsets={"test": written(t / "subset.txt", text)})


def media_of(name: str, content: bytes) -> Callable[[Workspace, Path], object]:
    def act(workspace: Workspace, folder: Path) -> object:
        (folder / "pictures").mkdir()
        (folder / "pictures" / name).write_bytes(content)
        return import_media(workspace, "c", folder / "pictures")

    return act


BAD_INPUTS: dict[str, Bad] = {
    "caption line without text id": (captions_of("shot1_1#0 ok\n#0 nothing\n"), r"captions\.txt:2"),
    "caption of unknown shots": (captions_of("nowhere#0 a dog\nshot1_1#0 b\n"), "'nowhere'"),
    "caption file missing": (
        lambda w, t: import_captions(w, "x", t / "none.txt", collection="c"),
        "none.txt",
    ),
    "qrels with three columns": (qrels_of("661 0 shot1_1 1 1\n661 0 shot1_1\n"), r"qrels\.txt:2"),
    "qrels with a word as relevance": (qrels_of("661 0 shot1_1 1 yes\n"), r"qrels\.txt:1"),
    "qrels of other topics": (qrels_of("9 0 shot1_1 1 1\n"), "'661', '662'.*'9'"),
    "qrels that are a git-lfs stub": (
        qrels_of("version https://git-lfs.github.com/spec/v1\n"),
        "(?i)git.lfs",
    ),
    "run with five columns": (run_of("661 0 shot1_1 1 0.5\n"), r"run\.txt:1"),
    "run with a word as score": (run_of("661 0 shot1_1 1 high tag\n"), r"run\.txt:1"),
    "run with a repeated shot": (run_of("661 0 shot1_1 1 .5 t\n661 0 shot1_1 2 .4 t\n"), "shot1_1"),
    "run with NaN": (run_of("661 0 shot1_1 1 nan t\n"), r"run\.txt:1"),
    "run of unknown topics": (run_of("777 0 shot1_1 1 .5 t\n"), "'777'"),
    "run of unknown shots": (run_of("661 0 nowhere 1 .5 t\n"), "'nowhere'"),
    "topics without text": (topics_of("661\n"), r"new-topics\.txt:1"),
    "captions named like an edition": (
        lambda w, t: import_captions(w, "tv", written(t / "c.txt", "shot1_1#0 a\n"), collection="c"),
        "an edition has this name",
    ),
    "topic twice": (topics_of("661 a\n661 b\n"), "661"),
    "topics over an unknown collection": (topics_of("661 a\n", collection="nothing"), "'nothing'"),
    "topics of an unknown role": (
        topics_of("661 a\n", role="valid"),
        "unknown role of an edition; expected development or test; found 'valid'",
    ),
    "topics over an unknown subset": (topics_of("661 a\n", subset="nothing"), "'nothing'"),
    "shot twice": (shots_of("d.txt", "a\nb\na\n"), "'a'|d.txt:3"),
    "shot table without ids": (shots_of("d.csv", "name\na\n"), "shot_id"),
    "shot table with strange columns": (shots_of("d.csv", "shot_id,colour\na,red\n"), "'colour'"),
    "subset with unknown shots": (subset_of("shot1_1\nnowhere\n"), "nowhere"),
    "a text file as picture": (media_of("shot1_1.png", b"not a picture"), r"shot1_1\.png"),
    "pictures of other shots": (media_of("nowhere.png", picture()), "'nowhere'"),
    "a huge picture": (media_of("shot1_1.png", picture(5000)), "too large"),
    "a template without a shot": (lambda w, t: set_media_template(w, "c", "https://m/x.jpg"), "shot"),
    "a template that is no URL": (lambda w, t: set_media_template(w, "c", "file:///{shot}"), "http"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_is_named_and_changes_nothing(name: str, workspace: Workspace, tmp_path: Path) -> None:
    act, sentence = BAD_INPUTS[name]
    before = snapshot(workspace.path)
    with pytest.raises(LpdError, match=sentence) as caught:
        act(workspace, tmp_path)
    assert "\n" not in str(caught.value)
    assert snapshot(workspace.path) == before
