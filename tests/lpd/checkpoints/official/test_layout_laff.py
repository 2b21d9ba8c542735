"""LAFF: the official numbers of both fixtures and of all switches, and the shipped bypasses."""

import json
import re

import numpy as np
import pytest
import torch

from lpd.checkpoints.official import ImportChoices, find_layout
from lpd.checkpoints.official.restricted import read_official
from lpd.errors import FormatError, MismatchError
from tests.lpd.checkpoints.official.official_files import (
    CLOSE,
    big_file,
    encoded,
    foreign,
    imported,
    save,
    state,
    text_vectors,
    trained,
)

CASES = ("published", "no_split", "with_average", "batchnorm_mul")
FIXTURES = ("laff_checkpoint_small.pth.tar", "laff_checkpoint_small_legacy.pth.tar")


@pytest.fixture(scope="module")
def arrays(oracles):
    loaded = np.load(oracles / "laff_forward.npz")
    return {name: loaded[name] for name in loaded.files}


@pytest.fixture(scope="module")
def notes(oracles):
    return json.loads((oracles / "laff_forward.json").read_text())


def laff_file(arrays, case="published"):
    """Returns what the official trainer saves of a case, most settings in the file."""
    words = ("man", "horse", "dogs", "grass", "people", "red")
    config = text_vectors(bow=words, tokens=[f"word{number}" for number in range(16)], nsw=True)
    config |= {"attention_param_each_head": {"with_ave": False, "mul": False}, "pooling": "mean"}
    config |= {"vis_attention": "Multi_head_MyApply_Attention", "vid_feats": ["f_a", "f_b", "f_c"]}
    return trained(state(arrays, f"{case}::sd__"), config=config, parm_adjust_config="0_12_0_12_0_0_1")


def inputs(arrays, notes, case, length=64):
    """Returns text and video features of a case, the recurrent encoder's as token ids."""
    get = {
        name.split("::")[1]: torch.from_numpy(np.asarray(one))
        for name, one in arrays.items()
        if name.startswith(f"{case}::")
    }
    tokens = torch.zeros(len(notes[case]["token_ids"]), length)
    for row, ids in zip(tokens, notes[case]["token_ids"], strict=True):
        row[: len(ids)] = torch.tensor(ids)
    text = {"bow": get["in_txt__bow_encoder"], "w2v": get["in_txt__w2v_encoder"], "tokens": tokens}
    return get, text, {name: get[f"in_vis__{name}"] for name in notes[case]["vis_order"]}


def check_numbers(model, arrays, notes, case):
    get, text, video = inputs(arrays, notes, case)
    with torch.no_grad():
        ends = model.embed_text(text), model.embed_video(video)
        similarities = model.similarities(*ends)
        states = model.text_inputs(text)["gru"]
    torch.testing.assert_close(states, get["in_txt__rnn_encoder"], **CLOSE)
    torch.testing.assert_close(ends[0].transpose(0, 1), get["out_txt"], **CLOSE)
    torch.testing.assert_close(ends[1].transpose(0, 1), get["out_vis"], **CLOSE)
    torch.testing.assert_close(similarities, get["out_sim_per_head"], **CLOSE)
    torch.testing.assert_close(model.fuse(similarities), get["out_sim"], **CLOSE)


@pytest.mark.parametrize("fixture", FIXTURES)
def test_the_official_trainers_file_gives_the_official_numbers(fixture, oracles, arrays, notes):
    found = imported(oracles / fixture)
    check_numbers(found.model, arrays, notes, "published")
    assert found.model.config.split_head
    assert {one.name: one.kind for one in found.text_encoders} == {"bow": "bow", "tokens": "tokens"}
    bow, tokens = found.text_encoders
    assert bow.vocabulary.words == ("man", "horse", "dogs", "grass", "people", "red")
    assert not bow.stop_words
    captions, expected = notes["published"]["captions"], notes["published"]["token_ids"]
    assert [[int(id_) for id_ in row if id_] for row in tokens.encode(captions)] == expected
    assert all("layer_norm" in name or "global_emb_weight_net" in name for name in found.dropped)
    assert len(found.dropped) == 4 + 6
    assert any("no encoder of the text features w2v" in note for note in found.notes)


@pytest.mark.parametrize("told_by", ["settings", "command line", "person"])
@pytest.mark.parametrize("case", CASES)
def test_all_switches(case, told_by, arrays, notes, tmp_path):
    switches = {name: notes[case][name] for name in ("with_ave", "mul")}
    weights = state(arrays, f"{case}::sd__")
    content, chosen = weights, {}
    if told_by == "settings":
        content = trained(weights, config={"attention_param_each_head": switches, "dropout": 0.1})
    elif told_by == "command line":
        digits = "_".join(str(int(switches[name])) for name in ("with_ave", "mul"))
        content = trained(weights, parm_adjust_config=f"0_12_0_12_{digits}_1")
    else:
        chosen = switches
    found = imported(save(tmp_path / "model_best.pth.tar", content), ImportChoices(settings=chosen))
    check_numbers(found.model, arrays, notes, case)
    assert found.model.config.heads == notes[case]["heads"]
    assert found.model.config.split_head == notes[case]["split_head"]
    assert found.model.config.dropout == (0.1 if told_by == "settings" else 0.2)
    settings = ("dropout", "pooling", "with_ave", "mul")
    unsaid = {name for name in settings if any(f"does not hold {name}:" in note for note in found.notes)}
    assert unsaid == ({"pooling"} if told_by == "settings" else {"dropout", "pooling"})


SMALLER = {4096: 48, 512: 6, 768: 5, 2048: 7, 3072: 12, 1024: 4, 500: 3}


@pytest.fixture(scope="module")
def shipped(oracles):
    """The shipped configuration's tensors with smaller numbers, and pieces of the CLIP inside."""
    keys = json.loads((oracles / "laff_state_dict_keys.json").read_text())["keys"]
    draw = torch.Generator().manual_seed(0)
    made = {}
    for name, shape in keys.items():
        if name.endswith("num_batches_tracked"):
            made[name] = torch.tensor(5)
            continue
        made[name] = torch.randn([SMALLER.get(size, size) for size in shape], generator=draw)
        if name.endswith("running_var"):
            made[name] = made[name].square() + 0.1
    for name in ("visual.conv1.weight", "transformer.resblocks.0.attn.in_proj_weight", "logit_scale"):
        made[f"txt_net.encoder.CLIP_encoder.ClipModel.{name}"] = torch.full((2, 2), torch.inf)
    return made


def normalised(rows, weights, prefix):
    mean, var = weights[f"{prefix}running_mean"], weights[f"{prefix}running_var"]
    return (rows - mean) / (var + 1e-5).sqrt() * weights[f"{prefix}weight"] + weights[f"{prefix}bias"]


def by_hand(weights, prefix, net, rows):
    """Returns an end of the shipped model: feature -> rows, with what the paper's code says, head by head."""
    embedded = []
    for name, one in rows.items():
        place = prefix.format(name)
        if f"{place}fc1.weight" in weights:
            embedded.append((one @ weights[f"{place}fc1.weight"].T + weights[f"{place}fc1.bias"]).tanh())
        else:
            embedded.append(normalised(torch.cat([one] * 8, dim=1), weights, f"{place}bn1."))
    heads = []
    for head in range(8):
        seen = torch.stack([one[:, 6 * head : 6 * head + 6] for one in embedded], dim=1)
        place = f"{net}.attention_layer.attention_layer.{head}.embedding_common.0."
        shares = (seen @ weights[f"{place}weight"].T + weights[f"{place}bias"]).softmax(dim=1)
        fused = (shares * seen).sum(dim=1)
        heads.append(fused / fused.norm(dim=1, keepdim=True))
    return torch.stack(heads)


def test_the_shipped_configuration(shipped, tmp_path):
    path = save(tmp_path / "model_best.pth.tar", trained(shipped, parm_adjust_config="0_12_0_12_0_0_1"))
    found = imported(path, ImportChoices(features={"clip": "clip_ft", "X3D_L": "x3d"}))
    config = found.model.config
    clip = "clip_finetune_8frame_uniform_1103"
    assert config.video_features == {
        clip: 6,
        "HowTo100M_TimeSformer_divST_96x4_224": 5,
        "x3d": 7,
        "mean_irCSN_152_ig65m_from_scratch": 7,
    }
    assert config.text_features == {"w2v": 3, "bow": 11, "clip_ft": 6, "tokens": 64}
    assert set(config.bypassed) == {f"video:{clip}", "text:clip_ft"}
    assert (config.width, config.heads, config.split_head, config.normed) == (48, 8, True, [])
    assert set(found.dropped.values()) == {
        "the official code makes it and never uses it",
        "the weight of the average, which is switched off",
        "the pretrained encoder itself; text feature clip takes its place",
    }
    draw = torch.Generator().manual_seed(1)
    text = {name: torch.randn(5, size, generator=draw) for name, size in config.text_features.items()}
    text["tokens"] = torch.zeros(5, 64)
    text["tokens"][:, :4] = torch.tensor(
        [[1, 4, 5, 2], [1, 6, 2, 0], [1, 3, 2, 0], [1, 12, 7, 2], [1, 8, 2, 0]]
    )
    video = {name: torch.randn(4, size, generator=draw) for name, size in config.video_features.items()}
    with torch.no_grad():
        states = found.model.text_inputs(text)["gru"]
        ends = found.model.embed_text(text), found.model.embed_video(video)
    rows = {"rnn_encoder": states, "w2v_encoder": text["w2v"], "bow_encoder": text["bow"]}
    rows["CLIP_encoder"] = text["clip_ft"]
    expected = by_hand(shipped, "txt_net.transform_layer.{}_transform.", "txt_net", rows)
    torch.testing.assert_close(ends[0], expected, **CLOSE)
    rows = {{"x3d": "X3D_L"}.get(name, name): one for name, one in video.items()}
    expected = by_hand(shipped, "vis_net.VisMutiTransformNet.{}.", "vis_net", rows)
    torch.testing.assert_close(ends[1], expected, **CLOSE)


def test_one_head_and_transforms_that_alone_are_normalised(shipped, tmp_path):
    place = re.compile(r"attention_layer\.attention_layer\.\d\.")
    weights = {}
    for name, one in shipped.items():
        if "CLIP_encoder" not in name and "clip_finetune" not in name:
            weights[place.sub("attention_layer.", name)] = (
                torch.randn(1, 48) if "common.0.weight" in name else one
            )
    target = "txt_net.transform_layer.bert_encoder_transform."
    weights |= {f"{target}fc1.weight": torch.randn(48, 9), f"{target}fc1.bias": torch.randn(48)}
    for kind in ("weight", "bias", "running_mean", "running_var"):
        weights[f"{target}bn1.{kind}"] = torch.rand(48) + 0.5
    weights[f"{target}bn1.num_batches_tracked"] = torch.tensor(3)
    found = imported(save(tmp_path / "model_best.pth.tar", trained(weights)))
    assert (found.model.config.heads, found.model.config.split_head) == (1, False)
    assert found.model.config.normed == ["text:bert"]
    rows = torch.randn(4, 9)
    transforms = found.model.text_transforms
    layer = transforms.layers[list(transforms.features).index("bert")]
    expected = (rows @ weights[f"{target}fc1.weight"].T + weights[f"{target}fc1.bias"]).tanh()
    with torch.no_grad():
        torch.testing.assert_close(layer(rows), normalised(expected, weights, f"{target}bn1."), **CLOSE)


def test_word_vectors_of_the_person(oracles, tmp_path):
    vectors = {"man": [1, 2, 3], "the": [4, 5, 6], "dogs": [3, 2, 1], "sea-side": [9, 9, 9]}
    folder = big_file(tmp_path / "vec", vectors)
    found = imported(oracles / FIXTURES[0], ImportChoices(word_vectors=folder))
    rows = encoded(found, ["The man", "the", "dogs, man, dogs"])["w2v"]
    assert rows.tolist() == [[1, 2, 3], [0, 0, 0], [2, 2, 2]]
    assert not any("no encoder" in note for note in found.notes)
    own = ImportChoices(word_vectors=folder, stop_words=frozenset({"dogs"}))
    rows = encoded(imported(oracles / FIXTURES[0], own), ["The man", "dogs"])["w2v"]
    assert rows.tolist() == [[2.5, 3.5, 4.5], [0, 0, 0]]


def changed(weights, *, without=(), **tensors):
    kept = {name: one for name, one in weights.items() if not name.startswith(tuple(without) or ("-",))}
    return kept | tensors


def test_what_does_not_fit_is_one_sentence(arrays, tmp_path):
    weights = state(arrays, "published::sd__")
    path = tmp_path / "model_best.pth.tar"
    wrong = [
        ({"vis_net.expert_embedding.weight": torch.zeros(3, 24)}, (), MismatchError, "expert_embedding"),
        ({}, ("vis_net.VisMutiTransformNet.f_a.fc1.bias",), MismatchError, "f_a.fc1.bias"),
        ({}, ("vis_net.attention_layer.attention_layer.1",), MismatchError, "heads"),
        ({"txt_net.encoder.rnn_encoder.we.weight": torch.zeros(19, 7)}, (), MismatchError, "weight_ih_l0"),
        ({"txt_net.encoder.rnn_encoder.rnn.weight_ih_l1": torch.zeros(12, 4)}, (), FormatError, "one layer"),
        (
            {"vis_net.VisMutiTransformNet.f_b.fc1.bias": torch.zeros(23)},
            (),
            MismatchError,
            "of another shape",
        ),
    ]
    for tensors, without, error, match in wrong:
        save(path, trained(changed(weights, without=without, **tensors)))
        with pytest.raises(error, match=match):
            imported(path)
    layer_norm = {"vis_attention": "Multi_head_Attention_layer_norm"}
    for config, match in ((layer_norm, "layer"), ({"activation": "relu"}, "relu")):
        save(path, trained(weights, config=config))
        with pytest.raises(FormatError, match=match):
            imported(path)
    save(path, trained(weights))
    for choices, match in (
        ({"settings": {"head": 3}}, "--set"),
        ({"settings": {"mul": 3}}, "mul"),
        ({"features": {"f_a": "f_b"}}, "one name"),
        ({"features": {"f_a": "../x"}}, "not a name"),
    ):
        with pytest.raises(FormatError, match=match):
            imported(path, ImportChoices(**choices))


def test_a_vocabulary_of_another_size_is_refused(arrays, oracles, tmp_path):
    config = dict(read_official(oracles / FIXTURES[0]).config)
    words = {word: row for row, word in enumerate(("man", "horse", "dogs"))}
    inside = foreign("textlib.Vocabulary", word2idx=words)
    config = {"t2v_bow": foreign("txt2vec.BowVecNSW", vocab=inside, ndims=3, norm=0)}
    save(tmp_path / "m.pth.tar", trained(state(arrays, "published::sd__"), config=config))
    with pytest.raises(MismatchError, match="6 words"):
        imported(tmp_path / "m.pth.tar")


def test_a_laff_over_frames_is_told_and_refused(tmp_path):
    names = ("vis_net.clip.fc1.weight", "vis_net.frame_attention.clip.0.embedding_common.0.weight")
    path = save(tmp_path / "model_best.pth.tar", trained({name: torch.zeros(2, 2) for name in names}))
    assert find_layout(read_official(path)) == "laff-frames"
    with pytest.raises(FormatError, match="attends to frames"):
        imported(path)
