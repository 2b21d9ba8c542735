"""Zero-shot models without captions: made, indexed and searched with any text."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError, NotFoundError
from lpd.features import write_frame_matrix, write_matrix
from lpd.search import open_engine
from lpd.services.encoding import encode_texts
from lpd.services.importing.encoder import import_encoder
from lpd.services.importing.shots import import_captions, import_shots
from lpd.services.importing.trec import import_topics
from lpd.services.indexing import index_collection
from lpd.services.status import workspace_status
from lpd.services.training import ModelRequest, train_model
from lpd.services.zero_shot import make_zero_shot
from lpd.storage import read_json, read_manifest
from lpd.text import load_text_encoder
from lpd.video.encoders import load_video_encoder
from lpd.workspace import Workspace, create_workspace

SHOTS = [f"shot{number}_1" for number in range(8)]


@pytest.fixture
def workspace(tmp_path: Path, tiny_models: Path) -> Workspace:
    """A collection whose shots have the rows of a tiny CLIP's image tower, three frames each."""
    made = create_workspace(tmp_path / "w")
    ids = tmp_path / "ids.txt"
    ids.write_text("\n".join(SHOTS))
    import_shots(made, "c", ids, video_before_last_underscore=True)
    import_encoder(made, tiny_models / "clip", name="clip")
    encoder = load_video_encoder(made.video_encoder_folder("clip"))
    generator = np.random.default_rng(0)
    frames = generator.integers(0, 256, (len(SHOTS) * 3, 24, 24, 3), dtype=np.uint8)
    rows = encoder.encode(list(frames)).reshape(len(SHOTS), 3, -1)
    means = np.stack([encoder.mean_row(one) for one in rows])
    write_matrix(made.feature_folder("c", "clip"), [means], name="clip", ids=SHOTS)
    offsets = np.arange(len(SHOTS) + 1) * 3
    write_frame_matrix(
        made.frame_feature_folder("c", "clip"),
        [rows.reshape(-1, 12)],
        name="clip",
        ids=SHOTS,
        offsets=offsets,
    )
    return made


def test_any_text_is_searched_without_training(workspace: Workspace) -> None:
    assert make_zero_shot(workspace, "clip", collection="c") == "zero-shot-clip"
    index_collection(workspace, "zero-shot-clip", "c", device="cpu")
    engine = open_engine(workspace, model="zero-shot-clip", collection="c")
    text = load_text_encoder(workspace.text_encoder_folder("clip")).encode(["a red dog nobody asked for"])[0]
    expected = workspace.features("c", "clip").rows(SHOTS) @ text
    found = engine.search("a red dog nobody asked for", depth=8)
    assert found.lists["fused"].rows.tolist() == np.argsort(-expected, kind="stable").tolist()
    np.testing.assert_allclose(found.lists["fused"].scores, np.sort(expected)[::-1], atol=1e-6)
    assert engine.encoder.missing_encoders == []
    rows = {(row.kind, row.name): row.state for row in workspace_status(workspace)}
    assert rows["model", "zero-shot-clip"] == "ok"


def test_frames_are_averaged_by_the_model(workspace: Workspace) -> None:
    name = make_zero_shot(
        workspace, "clip", video_feature="frames:clip@3", name="by-frames", options=("normalise_frames=true",)
    )
    index_collection(workspace, name, "c", device="cpu")
    make_zero_shot(workspace, "clip", name="by-shots")
    index_collection(workspace, "by-shots", "c", device="cpu")
    lists = [
        open_engine(workspace, model=one, collection="c").search("the man", depth=8).lists["fused"]
        for one in ("by-frames", "by-shots")
    ]
    assert lists[0].rows.tolist() == lists[1].rows.tolist()
    np.testing.assert_allclose(
        lists[0].scores, lists[1].scores, atol=1e-3
    )  # frames are kept in half precision


def test_models_without_weights_are_told_apart(workspace: Workspace) -> None:
    write_matrix(
        workspace.feature_folder("c", "other"), [np.eye(8, 12, dtype=np.float32)], name="other", ids=SHOTS
    )
    first = workspace.model_card(make_zero_shot(workspace, "clip", name="m"))
    index_collection(workspace, "m", "c", device="cpu")
    second = workspace.model_card(make_zero_shot(workspace, "clip", video_feature="other", name="m"))
    assert first.digest != second.digest
    with pytest.raises(LpdError, match="lpd index --model m"):
        open_engine(workspace, model="m", collection="c")
    assert make_zero_shot(workspace, "clip", name="m") == "m"
    assert workspace.model_card("m").digest == first.digest


def test_a_text_feature_without_encoder_serves_topics(workspace: Workspace, tmp_path: Path) -> None:
    topics = tmp_path / "topics.txt"
    topics.write_text("661  a man\n662  the horse\n")
    import_topics(workspace, "tv", topics, collection="c")
    assert encode_texts(workspace, "tv", device="auto") == ["clip"]
    made_from = read_manifest(workspace.text_feature_folder("tv", "clip"), "features").made_from
    document = read_json(workspace.text_encoder_folder("clip") / "encoder.json")
    assert made_from["encoder"] == document["digest"]
    shutil.rmtree(workspace.text_encoder_folder("clip"))
    make_zero_shot(workspace, "clip", name="m")
    index_collection(workspace, "m", "c", device="cpu")
    engine = open_engine(workspace, model="m", collection="c")
    assert engine.search("the horse", depth=3).lists["fused"].rows.tolist()
    with pytest.raises(LpdError, match="encoder of text feature 'clip' is not here"):
        engine.search("something else")


def test_what_does_not_fit_is_told(workspace: Workspace, tiny_models: Path) -> None:
    import_encoder(workspace, tiny_models / "bert", name="bert")
    with pytest.raises(NotFoundError, match="lpd import encoder"):
        make_zero_shot(workspace, "clip_l14")
    with pytest.raises(NotFoundError, match="no collection has this video feature"):
        make_zero_shot(workspace, "bert")
    with pytest.raises(LpdError, match="different dimensions"):
        make_zero_shot(workspace, "bert", video_feature="clip")
    with pytest.raises(NotFoundError, match="nowhere"):
        make_zero_shot(workspace, "clip", collection="nowhere")
    assert workspace.model_names() == []


def test_trained_models_carry_their_pretrained_encoders(workspace: Workspace, tmp_path: Path) -> None:
    for name, shots in (("train", SHOTS[:6]), ("valid", SHOTS[6:])):
        captions = tmp_path / f"{name}.txt"
        captions.write_text("".join(f"{shot}#0 a man number {row}\n" for row, shot in enumerate(shots)))
        import_captions(workspace, name, captions, collection="c")
        encode_texts(workspace, name)
    request = ModelRequest(
        "sea", "sea", "train", "valid", width=8, settings=("epochs=1", "batch_size=4"), device="cpu"
    )
    train_model(workspace, request)
    shutil.rmtree(workspace.text_encoder_folder("clip"))
    index_collection(workspace, "sea", "c", device="cpu")
    engine = open_engine(workspace, model="sea", collection="c")
    assert engine.search("a horse on the beach", depth=3).lists["fused"].rows.shape == (3,)
