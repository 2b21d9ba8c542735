"""Encoders from elsewhere: pointers and copies, both towers, other workspaces."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, NotFoundError, StaleError
from lpd.services.health.workspace import workspace_health
from lpd.services.importing.encoder import EncoderNames, import_encoder
from lpd.services.importing.shots import import_shots
from lpd.services.status import workspace_status
from lpd.text import fit_bag_of_words, load_text_encoder
from lpd.text.bigru import BiGru, BiGruEncoder, BiGruShape
from lpd.text.vocabulary import build_vocabulary
from lpd.video.encoders import load_video_encoder
from lpd.video.two_tower import FrameNetwork, FrameNetworkShape, VideoTower
from lpd.workspace import Workspace, create_workspace

TEXTS = ["a man rides a horse", "two dogs"]
FRAME = np.full((30, 20, 3), 90, dtype=np.uint8)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def test_both_towers_of_clip_become_partners(workspace: Workspace, tiny_models: Path) -> None:
    assert import_encoder(workspace, tiny_models / "clip", name="clip_b32") == EncoderNames(
        "clip_b32", "clip_b32"
    )
    assert workspace.text_encoder_names() == workspace.video_encoder_names() == ["clip_b32"]
    text = load_text_encoder(workspace.text_encoder_folder("clip_b32"))
    video = load_video_encoder(workspace.video_encoder_folder("clip_b32"))
    assert text.name == video.name == video.partner == "clip_b32"
    assert text.dimension == video.dimension == 12
    assert text.encode(TEXTS).shape == (2, 12)
    assert video.encode([FRAME]).shape == (1, 12)
    kept = [path for path in workspace.path.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert max(path.stat().st_size for path in kept) < 4000  # pointers only


def test_each_tower_points_to_its_own_files(workspace: Workspace, tiny_models: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_models / "clip", tmp_path / "clip")
    import_encoder(workspace, tmp_path / "clip", name="clip")
    path = tmp_path / "clip" / "preprocessor_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"do_normalize": False}))
    assert load_text_encoder(workspace.text_encoder_folder("clip")).encode(TEXTS).any()
    with pytest.raises(StaleError, match="preprocessor_config"):
        load_video_encoder(workspace.video_encoder_folder("clip"))


def test_status_and_doctor_name_changed_files(
    workspace: Workspace, tiny_models: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_models / "bert", tmp_path / "bert")
    import_encoder(workspace, tmp_path / "bert", name="bert")
    [row] = [row for row in workspace_status(workspace) if row.kind == "text encoder"]
    assert (row.state, row.sentence) == ("ok", f"pretrained, at {tmp_path / 'bert'}")
    (tmp_path / "bert" / "tokenizer.json").unlink()
    [row] = [row for row in workspace_status(workspace) if row.kind == "text encoder"]
    assert row.state == "damaged"
    assert "tokenizer.json" in row.sentence
    (tmp_path / "ids.txt").write_text("shot1_1\n")
    import_shots(workspace, "c", tmp_path / "ids.txt")
    [problem] = [one for one in workspace_health(workspace).problems if one.subject == "text encoder bert"]
    assert "tokenizer.json" in problem.sentence
    assert problem.command == "lpd import encoder FOLDER --name bert"


def test_texts_alone_and_pictures_alone(workspace: Workspace, tiny_models: Path, tmp_path: Path) -> None:
    text = import_encoder(workspace, tiny_models / "sentences", name="minilm")
    assert (text.text, text.video) == ("minilm", None)
    assert text.notes == ("no pictures: the folder has no preprocessor_config.json, or the model reads none",)
    picture = import_encoder(workspace, str(tiny_models / "vit"), name="vit")
    assert (picture.text, picture.video) == (None, "vit")
    assert load_video_encoder(workspace.video_encoder_folder("vit")).partner is None
    shutil.copytree(tiny_models / "clip", tmp_path / "clip")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "clip" / name).unlink()
    alone = import_encoder(workspace, tmp_path / "clip", name="clip")
    assert (alone.text, alone.video) == (None, "clip")
    (tmp_path / "clip" / "preprocessor_config.json").unlink()
    with pytest.raises(NotFoundError, match="neither a tokenizer"):
        import_encoder(workspace, tmp_path / "clip", name="clip")


def test_a_copy_moves_with_its_workspace(workspace: Workspace, tiny_models: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_models / "clip", tmp_path / "clip")
    import_encoder(workspace, tmp_path / "clip", name="clip", copy=True)
    shutil.rmtree(tmp_path / "clip")
    expected = load_text_encoder(workspace.text_encoder_folder("clip")).encode(TEXTS)
    moved = Workspace(tmp_path / "moved", "moved", {})
    shutil.move(workspace.path, moved.path)
    model = moved.model_folder("m") / "text_encoders" / "clip"  # where trained models keep theirs
    shutil.copytree(moved.text_encoder_folder("clip"), model)
    for folder in (moved.text_encoder_folder("clip"), model):
        np.testing.assert_array_equal(load_text_encoder(folder).encode(TEXTS), expected)
    assert load_video_encoder(moved.video_encoder_folder("clip")).encode([FRAME]).any()
    shutil.copytree(model, tmp_path / "outside")
    with pytest.raises(NotFoundError, match="lies in none"):
        load_text_encoder(tmp_path / "outside")


def test_a_two_tower_pair_of_another_workspace_is_taken_over(workspace: Workspace, tmp_path: Path) -> None:
    other = create_workspace(tmp_path / "other")
    vocabulary = build_vocabulary(TEXTS, min_count=1)
    text = BiGru(vocabulary, BiGruEncoder(len(vocabulary), BiGruShape(4, 4, 6)), "twotower")
    video = VideoTower(FrameNetwork(FrameNetworkShape(4, 6)))
    text.save(other.text_encoder_folder("twotower"))
    video.save(other.video_encoder_folder("twotower"))
    assert import_encoder(workspace, other.path, name="twotower") == EncoderNames("twotower", "twotower")
    shutil.rmtree(other.path)
    assert load_text_encoder(workspace.text_encoder_folder("twotower")).digest == text.digest
    found = load_video_encoder(workspace.video_encoder_folder("twotower"))
    assert (found.digest, found.partner) == (video.digest, "twotower")


def test_a_pretrained_encoder_of_another_workspace_is_taken_over(
    workspace: Workspace, tiny_models: Path, tmp_path: Path
) -> None:
    other = create_workspace(tmp_path / "other")
    import_encoder(other, tiny_models / "clip", name="clip", copy=True)
    import_encoder(other, tiny_models / "bert", name="bert", pooling="cls")
    import_encoder(workspace, other.path, name="bert")
    import_encoder(workspace, other.path, name="clip")
    digests = [load_text_encoder(other.text_encoder_folder(name)).digest for name in ("bert", "clip")]
    shutil.rmtree(other.path)  # a copy is copied again, a pointer leads to the same place
    found = [load_text_encoder(workspace.text_encoder_folder(name)).digest for name in ("bert", "clip")]
    assert found == digests


def test_what_cannot_be_brought_leaves_the_workspace_as_it_was(
    workspace: Workspace, tiny_models: Path, tmp_path: Path
) -> None:
    fit_bag_of_words(TEXTS, min_count=1).save(workspace.text_encoder_folder("bow"))
    before = sorted(str(path) for path in workspace.path.rglob("*"))
    shutil.copytree(tiny_models / "clip", tmp_path / "clip")
    (tmp_path / "clip" / "model.safetensors").write_bytes(b"")
    other = create_workspace(tmp_path / "other")
    for source, words in (
        (tmp_path / "clip", "damaged or cut short"),
        (tmp_path / "nowhere", "no such folder"),
        (other.path, "no such encoder"),
        (workspace.path, "the same"),
    ):
        with pytest.raises(LpdError, match=words):
            import_encoder(workspace, source, name="bow")
    with pytest.raises(FormatError, match="not a name"):
        import_encoder(workspace, tiny_models / "bert", name="../bert")
    assert sorted(str(path) for path in workspace.path.rglob("*")) == before
