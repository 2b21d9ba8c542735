"""LPD: one of our own models under LAFF's names comes back with equal numbers, and also by a mapping."""

import json

import pytest
import torch

from lpd.checkpoints.official import ImportChoices, find_layout
from lpd.checkpoints.official.layout_mapped import names_to_map, with_mapping
from lpd.checkpoints.official.restricted import read_official
from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.models import build_model
from tests.lpd.checkpoints.official.official_files import CLOSE, imported, save, text_vectors, trained

TEXT = {"blip": 3, "clip_b32": 4}
VIDEO = {"wsl": 5, "clip_b32": 4, "beit": 6}
HEAD = "{}_net.attention_layer.attention_layer.{}.embedding_common.0."


def own_model(text=TEXT, video=VIDEO, **more):
    inputs = [f"text:{name}" for name in (*text, *more.get("encoders", {})) if name != "tokens"]
    config = {
        "system": "lpd",
        "text_features": text,
        "video_features": video,
        "width": 8,
        "normalisation": dict.fromkeys([*inputs, *(f"video:{name}" for name in video)], "none"),
        **more,
    }
    return build_model(config, seed=1).eval()


def likely(model, *, named, texts=TEXT):
    """Returns the weights under the names that LAFF's code would give them."""
    state, made = model.state_dict(), {}
    transforms = [
        ("video", i, f"vis_net.VisMutiTransformNet.{name}") for i, name in enumerate(model.video_features)
    ]
    transforms += [("text", i, f"txt_net.transform_layer.{name}_transform") for i, name in enumerate(texts)]
    for end, i, target in transforms:
        for kind in ("weight", "bias"):
            made[f"{target}.fc1.{kind}"] = state[f"{end}_transforms.layers.{i}.{kind}"]
    for end, net, dominant in (("video", "vis", texts), ("text", "txt", model.video_features)):
        for i, name in enumerate(dominant):
            place = HEAD.format(net, name if named else i)
            made[f"{place}weight"] = state[f"{end}_fusion.weight"][i : i + 1]
            made[f"{place}bias"] = state[f"{end}_fusion.bias"][i : i + 1]
        made[f"{net}_net.attention_layer.layer_norm.weight"] = torch.ones(8)
    return made


def rows(model):
    draw = torch.Generator().manual_seed(2)
    text = {name: torch.randn(4, size, generator=draw) for name, size in model.text_features.items()}
    return text, {name: torch.randn(5, size, generator=draw) for name, size in model.video_features.items()}


def assert_same(found, expected):
    assert (found.text_features, found.video_features) == (expected.text_features, expected.video_features)
    text, video = rows(expected)
    with torch.no_grad():
        assert torch.equal(found(text, video), expected(text, video))


@pytest.mark.parametrize("named", [False, True])
def test_our_own_model_comes_back(named, tmp_path):
    model = own_model()
    path = save(tmp_path / "model_best.pth.tar", trained(likely(model, named=named)))
    assert find_layout(read_official(path)) == "lpd"
    found = imported(path)
    assert_same(found.model, model)
    assert [space.name for space in found.model.spaces] == [space.name for space in model.spaces]
    assert len(found.dropped) == 2
    assert any("no official LPD code" in note for note in found.notes)


def test_as_many_text_features_as_video_features(tmp_path):
    model = own_model(video={"wsl": 5, "beit": 6})
    path = save(tmp_path / "model_best.pth.tar", trained(likely(model, named=False)))
    assert find_layout(read_official(path)) == "laff", "LAFF with two heads has the very same names"
    assert_same(imported(path, name="lpd").model, model)
    path = save(tmp_path / "model_best.pth.tar", trained(likely(model, named=True)))
    assert find_layout(read_official(path)) == "lpd"
    assert_same(imported(path).model, model)


def test_named_spaces_may_stand_in_any_order(tmp_path):
    model = own_model()
    weights = likely(model, named=True)
    path = save(tmp_path / "model_best.pth.tar", trained(dict(reversed(weights.items()))))
    found = imported(path).model
    text, video = rows(model)
    with torch.no_grad():
        spaces = dict(zip([space.name for space in found.spaces], found(text, video), strict=True))
        for space, expected in zip(model.spaces, model(text, video), strict=True):
            torch.testing.assert_close(spaces[space.name], expected)


def test_trained_text_encoders_and_missing_biases(tmp_path):
    encoder = {"kind": "gru", "vocabulary": 3, "embedding": 6, "hidden": 4}
    model = own_model({"bow": 3, "tokens": 64}, encoders={"gru": encoder})
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith("bias"):
                weight.zero_()
    official = {"bow_encoder": 3, "rnn_encoder": 4}
    weights = likely(model, named=False, texts=official)
    weights = {name: one for name, one in weights.items() if not name.endswith(("fc1.bias", "common.0.bias"))}
    # in the file the recurrent encoder stands first, so that its space is number 0
    first = {name: one for name, one in weights.items() if "rnn_encoder_transform" in name}
    names = [HEAD.format("vis", i) + "weight" for i in (0, 1)]
    weights |= {names[0]: weights[names[1]], names[1]: weights[names[0]]}
    state = model.state_dict()
    weights |= {
        f"txt_net.encoder.rnn_encoder.rnn.{name.rpartition('.')[2]}": one
        for name, one in state.items()
        if ".gru." in name
    }
    weights["txt_net.encoder.rnn_encoder.we.weight"] = state["text_inputs.encoders.0.embedding.weight"]
    words = ("man", "dog", "red")
    content = trained({**first, **weights}, config=text_vectors(bow=words, tokens=words))
    found = imported(save(tmp_path / "model_best.pth.tar", content))
    text, video = rows(model)
    text["tokens"] = torch.zeros(4, 64)
    text["tokens"][:, :3] = torch.tensor([1, 5, 2])
    with torch.no_grad():
        assert torch.equal(found.model(text, video), model(text, video))
    assert [one.name for one in found.text_encoders] == ["bow", "tokens"]


MAPPING = """
system = "lpd"
[model]
width = 8
text_features = {{ blip = 3, clip_b32 = 4 }}
video_features = {{ wsl = 5, clip_b32 = 4, beit = 6 }}
[tensors]
{}
"""


def foreign_names(model):
    """Returns weights under names of nobody, and our name -> what a mapping says of it."""
    weights, said = {"optimizer.step": torch.zeros(3)}, {}
    for number, (name, one) in enumerate(model.state_dict().items()):
        if name.endswith("fusion.weight"):
            pieces = {f"net.{number}.space_{i}": row for i, row in enumerate(one)}
            weights |= pieces
            said[name] = list(pieces)
        elif name.endswith("fusion.bias"):
            said[name] = 0
        else:
            weights[f"net.{number}"] = one
            said[name] = f"net.{number}"
    return weights, said


@pytest.mark.parametrize("form", ["toml", "json"])
def test_a_mapping_names_what_nobody_knows(form, tmp_path):
    model = own_model()
    weights, said = foreign_names(model)
    checkpoint = save(tmp_path / "their.pt", {"model": weights})
    path = tmp_path / f"names.{form}"
    if form == "toml":
        path.write_text(
            MAPPING.format("\n".join(f'"{name}" = {json.dumps(one)}' for name, one in said.items()))
        )
    else:
        features = {"text_features": TEXT, "video_features": VIDEO}
        path.write_text(json.dumps({"system": "lpd", "model": {"width": 8, **features}, "tensors": said}))
    choices = with_mapping(ImportChoices(), path)
    assert set(names_to_map("lpd", choices.model)) == set(said)
    found = imported(checkpoint, choices)
    text, video = rows(model)
    with torch.no_grad():  # a bias of the attention cancels in its softmax, but for rounding
        torch.testing.assert_close(found.model(text, video), model(text, video), **CLOSE)
    assert found.dropped == {"optimizer.step": "the mapping does not name it"}
    assert set(found.model.config.normalisation.values()) == {"none"}


def test_what_a_mapping_cannot_be(tmp_path):
    model = own_model()
    weights, said = foreign_names(model)
    checkpoint = save(tmp_path / "their.pt", {"model": weights})
    path = tmp_path / "names.json"
    features = {"text_features": TEXT, "video_features": VIDEO}
    whole = {"system": "lpd", "model": {"width": 8, **features}, "tensors": said}
    some = dict(list(said.items())[:-1])
    cases = [
        ({**whole, "more": 1}, FormatError, "other keys"),
        ({**whole, "tensors": []}, FormatError, "tables"),
        ({**whole, "tensors": {"a": None}}, FormatError, "a name, a list"),
        ({**whole, "tensors": some}, MismatchError, "video_fusion.bias"),
        ({**whole, "tensors": {**said, "my.own": 3}}, MismatchError, "my.own"),
        ({**whole, "tensors": {**said, "video_fusion.weight": "net.99"}}, MismatchError, "net.99"),
        ({**whole, "tensors": {**said, "video_fusion.weight": "net.0"}}, MismatchError, "of another shape"),
        ({**whole, "system": "soup"}, NotFoundError, "soup"),
        ({**whole, "model": {"width": 8}}, FormatError, "text_features"),
        ({"model": whole["model"], "tensors": said}, FormatError, "system"),
    ]
    for document, error, match in cases:
        path.write_text(json.dumps(document))
        with pytest.raises(error, match=match):
            imported(checkpoint, with_mapping(ImportChoices(), path))
    for text in ("[", '{"a": ' * 2000, "\udc80"):
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(FormatError, match="damaged"):
            with_mapping(ImportChoices(), path)
    with pytest.raises(NotFoundError):
        with_mapping(ImportChoices(), tmp_path / "none.toml")


def test_names_that_a_mapping_must_give():
    example = names_to_map("lpd", {})
    assert example["text_fusion.weight"] == [2, 512]
    assert not any("inputs" in name for name in example), "nothing is fitted on features"
    with pytest.raises(FormatError, match=r"\[model\]"):
        names_to_map("sea", {})
    with pytest.raises(LpdError, match="soup"):
        names_to_map("soup", {})
