"""Fixed features and trainable encoders under one set of names, alone and inside of LPD and LAFF."""

import json

import pytest
import torch

from lpd.checkpoints import load_checkpoint, save_checkpoint
from lpd.errors import FormatError, MismatchError
from lpd.losses import itrl
from lpd.models import build_model, count_parameters, default_normalisation
from lpd.models.text_inputs import EncoderConfig, TextInputs

WORDS = 9
TEXT = {"bow": 4, "tokens": 6, "w2v": 3}
VIDEO = {"colour": 5, "shape": 2}
ENCODERS = {
    "gru": {"kind": "gru", "vocabulary": WORDS, "embedding": 5, "hidden": 3},
    "netvlad": {"kind": "netvlad", "vocabulary": WORDS, "embedding": 5, "clusters": 2},
    "back": {"kind": "bigru", "vocabulary": WORDS, "embedding": 5, "hidden": 2, "pooling": "mean_last"},
}
DIMENSIONS = {"bow": 4, "w2v": 3, "gru": 3, "netvlad": 10, "back": 8}


def features(rows, *, seed=0):
    generator = torch.Generator().manual_seed(seed)
    tokens = torch.zeros(rows, 6)
    for row in range(rows - 1):  # the last one is empty
        length = 1 + row % 4
        tokens[row, 0] = 1
        tokens[row, 1 : length + 1] = torch.randint(3, 4 + WORDS, (length,), generator=generator).float()
        tokens[row, length + 1] = 2
    text = {name: torch.randn(rows, TEXT[name], generator=generator) for name in ("bow", "w2v")}
    video = {name: torch.randn(rows, size, generator=generator) for name, size in VIDEO.items()}
    return text | {"tokens": tokens}, video


def word_table():
    table = torch.randn(4 + WORDS, 5, generator=torch.Generator().manual_seed(7))
    table[:4] = 0
    table[6] = 0
    return table


def config(system, **changes):
    plain = {"text_features": TEXT, "video_features": VIDEO, "encoders": ENCODERS, "width": 6}
    return {"system": system, **plain, **changes}


def built(system="lpd", **changes):
    model = build_model(config(system, **changes), seed=3)
    model.text_inputs.start_from(word_table())
    return model


def test_without_encoders_features_pass_untouched():
    inputs = TextInputs({"bow": 4, "w2v": 3}, {})
    assert inputs.dimensions == {"bow": 4, "w2v": 3}
    assert not inputs.state_dict()
    text, _ = features(2)
    assert inputs(text) is text
    inputs.reset(torch.Generator())
    inputs.check_ready()


def test_names_order_and_values():
    inputs = TextInputs(TEXT, ENCODERS)
    assert inputs.dimensions == DIMENSIONS
    inputs.reset(torch.Generator().manual_seed(0))
    inputs.start_from(word_table())
    text, _ = features(5)
    encoded = inputs(text)
    assert {name: rows.shape for name, rows in encoded.items()} == {
        name: (5, size) for name, size in DIMENSIONS.items()
    }
    assert list(encoded) == list(DIMENSIONS)
    assert encoded["bow"] is text["bow"]
    for name, encoder in zip(ENCODERS, inputs.encoders, strict=True):
        assert torch.equal(encoded[name], encoder(text["tokens"].long()))
        assert encoded[name][:4].any(dim=1).all()
        assert not encoded[name][4].any()


def test_resetting_draws_from_the_generator_and_leaves_word_vectors():
    inputs = TextInputs(TEXT, ENCODERS)
    states = []
    for seed in (0, 0, 1):
        inputs.reset(torch.Generator().manual_seed(seed))
        inputs.start_from(word_table())
        states.append({name: value.clone() for name, value in inputs.state_dict().items()})
    same = {name for name, value in states[0].items() if torch.equal(value, states[2][name])}
    assert same == {"encoders.1.table"}
    assert all(torch.equal(value, states[1][name]) for name, value in states[0].items())
    embedding, table = states[0]["encoders.0.embedding.weight"], word_table()
    assert torch.equal(embedding[[4, 5, 7]], table[[4, 5, 7]])
    assert embedding[6].any()
    torch.testing.assert_close(states[0]["encoders.1.table"], torch.nn.functional.normalize(table, dim=1))


@pytest.mark.parametrize("kind", ["gru", "bigru", "netvlad"])
@pytest.mark.parametrize("pooling", ["mean", "last", "mean_last"])
def test_a_config_knows_the_width_of_its_encoder(kind, pooling):
    settings = EncoderConfig(kind, WORDS, embedding=5, hidden=3, pooling=pooling, clusters=2)
    assert settings.build().dimension == settings.dimension


def test_default_sizes_are_the_official_ones():
    assert EncoderConfig("netvlad", 100).dimension == 16_000
    assert EncoderConfig("gru", 100).dimension == 1024
    assert EncoderConfig("bigru", 100).dimension == 2048


ONE = {"kind": "gru", "vocabulary": WORDS}
BAD = {
    "tokens without encoders": (TEXT, {}, "need each other"),
    "encoders without tokens": ({"bow": 4}, {"gru": ONE}, "need each other"),
    "taken name": (TEXT, {"bow": ONE, "tokens": ONE, "gru": ONE}, "found bow, tokens"),
    "vocabularies": (TEXT, {"a": ONE, "b": {"kind": "gru", "vocabulary": 8}}, "one size of vocabulary"),
    "no mapping": (TEXT, ["gru"], "name -> settings"),
    "no settings": (TEXT, {"gru": "gru"}, "text encoder gru"),
    "unknown and missing": (TEXT, {"gru": {"kind": "gru", "heads": 3}}, r"\['heads'\], missing \['vocab"),
    "unknown kind": (TEXT, {"gru": {"kind": "lstm", "vocabulary": 9}}, "bigru, gru, netvlad; found lstm"),
    "unknown pooling": (TEXT, {"gru": {**ONE, "pooling": "max"}}, "last, mean, mean_last; found max"),
    "zero": (TEXT, {"gru": {**ONE, "hidden": 0}}, "'hidden': 0"),
    "true": (TEXT, {"gru": {**ONE, "clusters": True}}, "'clusters': True"),
    "huge": (TEXT, {"gru": {**ONE, "vocabulary": 1 << 40}}, "'vocabulary'"),
    "huge output": (
        TEXT,
        {"v": {"kind": "netvlad", "vocabulary": 9, "embedding": 1 << 20, "clusters": 1 << 20}},
        "at most 16777216 wide",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_encoders_are_one_sentence(case):
    text, encoders, words = BAD[case]
    with pytest.raises(FormatError, match=words):
        TextInputs(text, encoders)
    for system in ("lpd", "laff"):
        with pytest.raises(FormatError, match=words) as caught:
            build_model(config(system, text_features=text, encoders=encoders))
        assert "\n" not in str(caught.value)


def test_bad_tokens_and_missing_features_are_named():
    inputs = TextInputs(TEXT, ENCODERS)
    text, _ = features(3)
    with pytest.raises(MismatchError, match="another vocabulary"):
        inputs(text | {"tokens": torch.full((3, 6), 13.0)})
    with pytest.raises(MismatchError, match="do not fit"):
        inputs(text | {"tokens": torch.ones(3, 7)})
    with pytest.raises(MismatchError, match="missing"):
        inputs({"bow": text["bow"], "tokens": text["tokens"]})


def test_netvlad_without_word_vectors_is_refused_before_training():
    text, video = features(4)
    model = build_model(config("lpd"))
    with pytest.raises(FormatError, match=r"netvlad.*give them vectors"):
        model.fit_normalisation(text, video)
    model.text_inputs.start_from(word_table())
    model.fit_normalisation(text, video)
    with pytest.raises(MismatchError, match="word vectors do not fit"):
        model.text_inputs.start_from(torch.zeros(3, 3))


def test_default_normalisation_leaves_encoders_and_counts_alone():
    kinds = default_normalisation(["bow", "bow_nsw", "concepts", "gru", "w2v"], ["gru"], encoders=["gru"])
    assert kinds == {
        "text:bow": "none",
        "text:bow_nsw": "none",
        "text:concepts": "none",
        "text:gru": "none",
        "text:w2v": "zscore",
        "video:gru": "zscore",
    }


@pytest.mark.parametrize("system", ["lpd", "laff"])
def test_normalisation_is_over_the_encoded_names(system):
    model = built(system, normalisation={"text:netvlad": "l2"})
    kinds = model.to_config()["normalisation"]
    assert {name: kind for name, kind in kinds.items() if name.startswith("text:")} == {
        "text:bow": "none",
        "text:w2v": "zscore",
        "text:gru": "none",
        "text:netvlad": "l2",
        "text:back": "none",
    }
    for name, words in (("text:tokens", "unknown feature"), ("text:gru", "untrained")):
        with pytest.raises(FormatError, match=words):
            build_model(config(system, normalisation={name: "zscore"}))
    text, video = features(8)
    model.fit_normalisation(text, video)
    torch.testing.assert_close(model.text_transforms.inputs[1].mean, text["w2v"].mean(dim=0))
    with pytest.raises(MismatchError, match="missing"):
        model.fit_normalisation({"tokens": text["tokens"], "bow": text["bow"]}, video)


def test_lpd_has_a_space_per_encoder():
    model = built()
    names = [*(f"text:{name}" for name in DIMENSIONS), "video:colour", "video:shape"]
    assert [space.name for space in model.spaces] == names
    assert model.text_features == TEXT
    text, video = features(5)
    model.eval()
    assert model(text, video).shape == (7, 5, 5)
    assert list(model.video_attention(video)) == names[:5]
    assert {name: tuple(rows.shape) for name, rows in model.text_attention(text).items()} == {
        "video:colour": (5, 5),
        "video:shape": (5, 5),
    }
    assert model.multiply_adds()["transforms"] == (sum(DIMENSIONS.values()) + 7) * 6


@pytest.mark.parametrize("system", ["lpd", "laff"])
def test_a_model_sees_what_its_encoders_put_out(system):
    changes = {"heads": 2} if system == "laff" else {}
    model = built(system, **changes).eval()
    text, _ = features(5)
    encoded = model.text_inputs(text)
    fixed = {key: value for key, value in model.to_config().items() if key != "encoders"}
    plain = build_model(fixed | {"text_features": DIMENSIONS}).eval()
    state = {name: value for name, value in model.state_dict().items() if "text_inputs" not in name}
    plain.load_state_dict(state)
    assert torch.equal(plain.embed_text(encoded), model.embed_text(text))
    assert plain.multiply_adds() == model.multiply_adds()
    extra = count_parameters(model) - count_parameters(plain)
    assert extra == sum(weight.numel() for weight in model.text_inputs.parameters()) > 0


@pytest.mark.parametrize("system", ["lpd", "laff"])
def test_a_training_step_moves_the_encoders_but_not_the_word_vectors(system):
    model = built(system)
    text, video = features(6)
    model.fit_normalisation(text, video)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    optimiser = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    itrl(model(text, video), reduction="mean").sum().backward()
    optimiser.step()
    moved = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    encoders = {name for name, _ in model.text_inputs.named_parameters(prefix="text_inputs")}
    assert encoders <= moved
    assert "text_inputs.encoders.1.table" not in moved


@pytest.mark.parametrize("system", ["lpd", "laff"])
def test_checkpoints_carry_the_encoders(system, tmp_path):
    model = built(system)
    text, video = features(6)
    model.fit_normalisation(text, video)
    save_checkpoint(tmp_path / "model", model)
    card = json.loads((tmp_path / "model" / "config.json").read_text())
    assert card["model"]["encoders"]["gru"]["hidden"] == 3
    assert card["model"]["text_features"] == TEXT
    opened = load_checkpoint(tmp_path / "model").model
    assert opened.to_config() == model.to_config()
    assert torch.equal(opened.embed_text(text), model.eval().embed_text(text))
    assert not opened.text_inputs.encoders[1].table.requires_grad
    card["model"]["encoders"]["gru"]["hidden"] = 1 << 23
    (tmp_path / "model" / "config.json").write_text(json.dumps(card))
    with pytest.raises(MismatchError, match="of another shape"):
        load_checkpoint(tmp_path / "model")


def test_an_old_card_without_encoders_opens(tmp_path):
    model = build_model({"system": "lpd", "text_features": {"bow": 4}, "video_features": VIDEO, "width": 6})
    save_checkpoint(tmp_path / "model", model)
    card = json.loads((tmp_path / "model" / "config.json").read_text())
    assert card["model"].pop("encoders") == {}
    (tmp_path / "model" / "config.json").write_text(json.dumps(card))
    opened = load_checkpoint(tmp_path / "model").model
    assert set(opened.state_dict()) == set(model.state_dict())
