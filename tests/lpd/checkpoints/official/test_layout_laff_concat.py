"""LAFF's code without attention: a W2VV++ with text features in LAFF's order."""

import pytest
import torch

from lpd.checkpoints.official import ImportChoices
from lpd.errors import FormatError, MismatchError
from lpd.models import build_model
from tests.lpd.checkpoints.official.official_files import imported, save, text_vectors, trained

SIZES = {"gru": 4, "bert": 768, "bow": 3, "w2v": 5}
OURS = ("bert", "bow", "w2v", "gru")
WORDS = ("man", "dog", "red")
ENCODING = {
    "bow_encoding": {"name": "bow"},
    "w2v_encoding": {"name": "w2v_nsw"},
    "rnn_encoding": {"name": "gru_mean"},
    "bert_encoding": {"name": "bert-base-uncased"},
    "CLIP_encoding": {"name": "noCLIP"},
    "NetVLAD_encoding": {"name": "noNetVLAD"},
}


@pytest.fixture(scope="module")
def model():
    """One of ours, to be saved as that code would."""
    encoder = {"kind": "gru", "vocabulary": 3, "embedding": 6, "hidden": 4}
    config = {
        "system": "w2vvpp",
        "text_features": {name: SIZES[name] for name in OURS[:3]} | {"tokens": 64},
        "video_features": {"a+b": 7},
        "width": 8,
        "encoders": {"gru": encoder},
        "normalisation": dict.fromkeys([*(f"text:{name}" for name in OURS), "video:a+b"], "none"),
    }
    return build_model(config, seed=3).eval()


@pytest.fixture(scope="module")
def weights(model):
    state = model.state_dict()
    columns = dict(
        zip(OURS, state["text_transform.weight"].split([SIZES[name] for name in OURS], dim=1), strict=True)
    )
    made = {
        "vis_net.fc1.weight": state["video_transform.weight"],
        "vis_net.fc1.bias": state["video_transform.bias"],
        "txt_net.transformer.fc1.weight": torch.cat([columns[name] for name in SIZES], dim=1),
        "txt_net.transformer.fc1.bias": state["text_transform.bias"],
        "txt_net.encoder.rnn_encoder.we.weight": state["text_inputs.encoders.0.embedding.weight"],
        "txt_net.encoder.bert_encoder.BertModel.pooler.dense.weight": torch.zeros(2, 2),
    }
    recurrent = "text_inputs.encoders.0.gru."
    return made | {
        f"txt_net.encoder.rnn_encoder.rnn.{name.removeprefix(recurrent)}": one
        for name, one in state.items()
        if name.startswith(recurrent)
    }


def test_text_features_stand_in_laffs_order(model, weights, tmp_path):
    config = text_vectors(bow=WORDS, tokens=WORDS, w2v=5) | {
        "text_encoding": ENCODING,
        "vid_feats": ["a", "b"],
    }
    path = save(tmp_path / "model_best.pth.tar", trained(weights, config=config))
    found = imported(path)
    assert found.model.system == "w2vvpp"
    assert dict(found.model.text_features) == {"bert": 768, "bow": 3, "w2v": 5, "tokens": 64}
    draw = torch.Generator().manual_seed(0)
    text = {name: torch.randn(2, size, generator=draw) for name, size in SIZES.items() if name != "gru"}
    text["tokens"] = torch.zeros(2, 64)
    text["tokens"][:, :3] = torch.tensor([[1, 5, 2], [1, 3, 2]])
    video = {"a+b": torch.randn(3, 7, generator=draw)}
    with torch.no_grad():
        assert torch.equal(found.model(text, video), model(text, video))
    assert len(found.dropped) == 1
    bare = save(tmp_path / "bare.pth.tar", weights)
    chosen = ImportChoices(settings={"text_encoding": "gru,bert,bow,w2v", "video_feature": "c+d"})
    with pytest.raises(MismatchError, match="add up"):  # 500 columns of word vectors are usual
        imported(bare, chosen)


def test_what_cannot_be_taken_over(weights, tmp_path):
    path = tmp_path / "model_best.pth.tar"
    save(path, trained(weights | {"vis_net.bn1.weight": torch.ones(8)}))
    with pytest.raises(FormatError, match="batch normalisation"):
        imported(path)
    save(path, trained(weights))
    with pytest.raises(MismatchError, match="780 columns"):
        imported(path)
    with pytest.raises(FormatError, match="soup"):
        imported(path, ImportChoices(settings={"text_encoding": "soup"}))
