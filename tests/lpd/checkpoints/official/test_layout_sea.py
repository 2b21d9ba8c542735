"""SEA: files as the official trainer writes them give the official numbers, from captions to scores."""

import json

import numpy as np
import pytest
import torch

from lpd.checkpoints import load_checkpoint, save_checkpoint
from lpd.checkpoints.official import ImportChoices
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

CASES = {
    "bow_w2v_gru": ("bow", "w2v", "gru"),
    "bow_w2v_bigru_bert": ("bow", "w2v", "bigru", "bert"),
    "bow_netvlad": ("bow", "netvlad"),
    "w2v_grulast_bn": ("w2v", "gru"),
}


@pytest.fixture(scope="module")
def arrays(oracles):
    return np.load(oracles / "sea_forward.npz")


@pytest.fixture(scope="module")
def notes(oracles):
    return json.loads((oracles / "sea_forward.json").read_text())


def sea_file(arrays, notes, case, *, change=None, **settings):
    """Returns what the official trainer saves of a case of the oracle."""
    names = CASES[case]
    config = text_vectors(
        bow=notes["bow_vocab"] if "bow" in names else None,
        tokens=notes["gru_vocab"][4:] if {"gru", "bigru"} & set(names) else None,
        w2v=6 if {"w2v", "netvlad"} & set(names) else None,
    )
    config |= {"vis_fc_layers": [9, 10], "txt_fc_layers": [0, 10], "pre_norm": 0, "rnn_dropout": 0}
    if {"gru", "bigru"} & set(names):
        config |= {"pooling": "last" if "grulast" in case else "mean", "we": torch.zeros(26, 8)}
    parts = [state(arrays, f"{case}::sd_vis::"), state(arrays, f"{case}::sd_txt::")]
    return trained(change(parts) if change else parts, config=config | settings, num_epochs=80)


def choices(tmp_path, notes, **more):
    return ImportChoices(word_vectors=big_file(tmp_path / "vectors", notes["w2v"]), **more)


@pytest.mark.parametrize("case", CASES)
def test_official_numbers_from_captions_on(case, arrays, notes, tmp_path):
    names = CASES[case]
    path = save(tmp_path / "model_best.pth.tar", sea_file(arrays, notes, case), legacy=case == "bow_w2v_gru")
    settings = {"text_encoding": "bow@w2v@bigru_mean@bert_precomputed"} if "bert" in names else {}
    found = imported(path, choices(tmp_path, notes, settings=settings))
    text = encoded(found, notes["captions"])
    if "bert" in names:
        text["bert"] = torch.tensor([notes["bert"][f"c{i}"] for i in range(5)])
    model, get = found.model, lambda name: torch.from_numpy(arrays[f"{case}::{name}"])
    with torch.no_grad():
        inputs = model.text_inputs(text)
        ends = model.embed_text(text), model.embed_video({"video": get("in_vis")})
        scores = model.fuse(model.similarities(*ends))
    assert {space.feature for space in model.spaces} == set(names)
    for number, space in enumerate(model.spaces):
        i = names.index(space.feature)
        torch.testing.assert_close(inputs[space.feature], get(f"encoded_{i}_{space.feature}"), **CLOSE)
        torch.testing.assert_close(ends[0][number], get(f"txt_emb_{i}"), **CLOSE)
        torch.testing.assert_close(ends[1][number], get(f"vis_emb_{i}"), **CLOSE)
    torch.testing.assert_close(scores, get("out_sim_sum"), **CLOSE)
    assert found.dropped == {}
    assert not model.training
    assert model.config.batch_norm == case.endswith("_bn")
    assert set(model.config.normalisation.values()) == {"none"}


def test_a_training_on_several_gpus_in_half_precision(arrays, notes, tmp_path):
    def half(parts):
        return [
            {f"module.{name}": one.half() if one.is_floating_point() else one for name, one in part.items()}
            for part in parts
        ]

    case = "bow_w2v_gru"
    path = save(tmp_path / "model_best.pth.tar", sea_file(arrays, notes, case, change=half))
    found = imported(path, choices(tmp_path, notes))
    with torch.no_grad():
        text = encoded(found, notes["captions"])
        similarities = found.model(text, {"video": torch.from_numpy(arrays[f"{case}::in_vis"])})
    scores = torch.from_numpy(arrays[f"{case}::out_sim_sum"])
    torch.testing.assert_close(found.model.fuse(similarities), scores, atol=5e-3, rtol=0)
    assert {one.dtype for one in found.model.parameters()} == {torch.float32}


def test_what_was_imported_is_kept_as_a_checkpoint_of_ours(arrays, notes, tmp_path):
    path = save(tmp_path / "model_best.pth.tar", sea_file(arrays, notes, "bow_netvlad"))
    found = imported(path, choices(tmp_path, notes, features={"bow": "counts", "video": "resnext"}))
    save_checkpoint(tmp_path / "model", found.model)
    again = load_checkpoint(tmp_path / "model").model
    text = encoded(found, ["people dance", "a red car"])
    video = {"resnext": torch.randn(3, 9, generator=torch.Generator().manual_seed(0))}
    assert set(text) == {"counts", "tokens"}
    assert torch.equal(again(text, video), found.model(text, video))
    assert again.to_config() == found.model.to_config()


def test_what_the_file_does_not_hold_is_told(arrays, notes, tmp_path):
    path = save(tmp_path / "model_best.pth.tar", sea_file(arrays, notes, "w2v_grulast_bn"))
    found = imported(path)
    assert any("dropout" in note and "0.2" in note for note in found.notes)
    assert any("no encoder of the text features w2v" in note for note in found.notes)
    assert not any("pooling" in note for note in found.notes)
    assert [one.name for one in found.text_encoders] == ["tokens"]
    chosen = ImportChoices(settings={"dropout": 0.1, "pooling": "mean", "text_tokens": 9})
    other = imported(path, chosen)
    assert other.model.config.dropout == 0.1
    assert other.model.config.encoders["gru"].pooling == "mean"
    assert other.model.text_features["tokens"] == 9
    assert not any("dropout" in note for note in other.notes)


def test_stop_words_and_norms_of_the_bag_of_words(arrays, notes, tmp_path):
    content = sea_file(arrays, notes, "bow_w2v_gru")
    bow = vars(content["config"])["t2v_bow"]
    words = foreign("txt2vec.BowVecNSW", vocab=bow.vocab, ndims=7, norm=2, data_path="bow_nsw_5.pkl")
    vars(content["config"])["t2v_bow"] = words
    found = imported(save(tmp_path / "model_best.pth.tar", content))
    assert found.text_encoders[0].stop_words is False
    assert found.model.config.normalisation["text:bow"] == "l2"
    words.norm = 1
    with pytest.raises(FormatError, match="norm of the bag of words"):
        imported(save(tmp_path / "other.pth.tar", content))


REFUSED = {
    "an activation": ({"activation": "relu"}, {}, FormatError, "relu"),
    "a setting": ({}, {"widths": 3}, FormatError, "widths"),
    "too few encodings": ({}, {"text_encoding": "bow@w2v"}, MismatchError, "3 parted by @"),
    "an unknown encoding": ({}, {"text_encoding": "bow@infersent@gru"}, FormatError, "infersent"),
    "equal encodings": ({}, {"text_encoding": "bow@bow@gru"}, FormatError, "of one kind"),
    "tokens of a row": ({}, {"text_tokens": 2}, FormatError, "3 to 4096"),
    "normalisation": ({}, {"normalisation": "l2"}, FormatError, "normalisation"),
    "an unknown feature": ({}, {"normalisation": {"text:x": "l2"}}, FormatError, "text:x"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_one_sentence(case, arrays, notes, tmp_path):
    settings, chosen, error, words = REFUSED[case]
    path = save(tmp_path / "model_best.pth.tar", sea_file(arrays, notes, "bow_w2v_gru", **settings))
    with pytest.raises(error, match=words):
        imported(path, ImportChoices(settings=chosen))


def test_netvlad_wants_word_vectors(arrays, notes, tmp_path):
    path = save(tmp_path / "model_best.pth.tar", sea_file(arrays, notes, "bow_netvlad"))
    with pytest.raises(MismatchError, match="NetVLAD reads the vectors of words"):
        imported(path)


def test_tensors_missing_left_over_and_of_other_vocabularies(arrays, notes, tmp_path):
    def without(parts):
        del parts[1]["txt_nets.1.transformer.fc1.bias"]
        return parts

    def more(parts):
        parts[0]["vis_nets.0.extra.weight"] = torch.zeros(2)
        return parts

    for change, words in ((without, "txt_nets.1.transformer.fc1.bias"), (more, "vis_nets.0.extra.weight")):
        content = sea_file(arrays, notes, "bow_w2v_gru", change=change)
        with pytest.raises(MismatchError, match=words):
            imported(save(tmp_path / "model_best.pth.tar", content))
    notes = notes | {"gru_vocab": notes["gru_vocab"][:-1]}
    with pytest.raises(MismatchError, match="22 words"):
        imported(save(tmp_path / "model_best.pth.tar", sea_file(arrays, notes, "bow_w2v_gru")))


def test_netvlad_beside_a_recurrent_net_reads_its_words(arrays, notes, tmp_path):
    def joined(parts):
        video, text = parts
        other = state(arrays, "bow_netvlad::sd_txt::")
        text |= {
            name.replace("txt_nets.1.", "txt_nets.0."): other[name]
            for name in other
            if name.startswith("txt_nets.1.")
        }
        return [video, text]

    content = sea_file(arrays, notes, "w2v_grulast_bn", change=joined)
    for part in content["model"]:
        for name in [name for name in part if ".bn1." in name]:
            del part[name]
    found = imported(save(tmp_path / "model_best.pth.tar", content), choices(tmp_path, notes))
    assert [space.feature for space in found.model.spaces] == ["netvlad", "gru"]
    table = found.model.text_inputs.encoders[0].table
    assert table.shape == (26, 6)
    words = found.text_encoders[-1].vocabulary.words
    assert words == tuple(notes["gru_vocab"][4:])
    vector = torch.tensor(notes["w2v"]["dance"])
    torch.testing.assert_close(table[4 + words.index("dance")], vector / vector.norm())
    assert any("NetVLAD" in note for note in found.notes)
