"""Pretrained text encoders give what transformers itself gives, whatever the order and the batch."""

import json
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from lpd.errors import FormatError, LpdError, MissingExtraError, NotFoundError, StaleError
from lpd.pretrained import TEXT_TOWERS, ModelPlace, file_facts
from lpd.text import TextEncoder, fit_bag_of_words, load_text_encoder
from lpd.text.pretrained import PretrainedText
from lpd.text.pretrained_reader import open_text_reader, text_files
from tests.tiny_models import TEXT, save, save_bert, save_bert_tokenizer, save_sentence_encoder

TEXTS = ["a man rides a red horse", "two dogs run", "the beach", "man", "a man and a zebra sing"]


def saved(folder: Path, place: Path, *, pooling: str = "mean") -> TextEncoder:
    """Returns the encoder of a model's folder, after saving and opening its pointer."""
    files = file_facts(folder, text_files(folder))
    reader = open_text_reader(folder, pooling=pooling)
    PretrainedText("own", ModelPlace(str(folder), False, files), reader).save(place)
    return load_text_encoder(place)


def tokens(folder: Path, text: str, longest: int) -> dict[str, torch.Tensor]:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    return tokenizer(text, return_tensors="pt", truncation=True, max_length=longest)


def unit(vector: torch.Tensor) -> torch.Tensor:
    return vector / vector.norm()


def by_clip(folder: Path, text: str) -> torch.Tensor:
    from transformers import CLIPModel

    model = CLIPModel.from_pretrained(folder, local_files_only=True).eval()
    return unit(model.get_text_features(**tokens(folder, text, 12)).pooler_output[0])


def by_blip(folder: Path, text: str) -> torch.Tensor:
    from transformers import BlipForImageTextRetrieval

    model = BlipForImageTextRetrieval.from_pretrained(folder, local_files_only=True).eval()
    given = tokens(folder, text, 16)
    states = model.text_encoder(input_ids=given["input_ids"], attention_mask=given["attention_mask"])
    return unit(model.text_proj(states.last_hidden_state[0, 0]))


def states_of_bert(folder: Path, text: str, longest: int = 12) -> torch.Tensor:
    from transformers import BertModel

    model = BertModel.from_pretrained(folder, local_files_only=True).eval()
    return model(**tokens(folder, text, longest)).last_hidden_state[0]


def by_bert(folder: Path, text: str) -> torch.Tensor:
    return states_of_bert(folder, text).mean(dim=0)


def by_sentences(folder: Path, text: str) -> torch.Tensor:
    return unit(states_of_bert(folder, text, 10).mean(dim=0))


DIRECT: dict[str, Callable[[Path, str], torch.Tensor]] = {
    "clip": by_clip,
    "blip": by_blip,
    "bert": by_bert,
    "sentences": by_sentences,
}


@pytest.fixture(params=sorted(DIRECT))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_vectors_are_those_of_transformers(tiny_models: Path, tmp_path: Path, kind: str) -> None:
    encoder = saved(tiny_models / kind, tmp_path / "encoder")
    found = encoder.encode(TEXTS)
    assert found.dtype == np.float32
    assert found.shape == (len(TEXTS), encoder.dimension)
    with torch.inference_mode():
        for text, row in zip(TEXTS, found, strict=True):
            np.testing.assert_allclose(row, DIRECT[kind](tiny_models / kind, text).numpy(), atol=1e-6, rtol=0)


def test_neither_order_nor_batch_matters(tiny_models: Path, tmp_path: Path, kind: str) -> None:
    encoder = saved(tiny_models / kind, tmp_path / "encoder")
    whole = encoder.encode(TEXTS * 30)
    np.testing.assert_array_equal(whole[: len(TEXTS)], whole[-len(TEXTS) :])
    np.testing.assert_allclose(encoder.encode(TEXTS[::-1])[::-1], whole[: len(TEXTS)], atol=1e-6, rtol=0)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(alone, whole[: len(TEXTS)], atol=1e-6, rtol=0)
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_the_first_tokens_state_is_pooled_where_asked(tiny_models: Path, tmp_path: Path) -> None:
    encoder = saved(tiny_models / "bert", tmp_path / "encoder", pooling="cls")
    with torch.inference_mode():
        expected = states_of_bert(tiny_models / "bert", TEXTS[0])[0].numpy()
    np.testing.assert_allclose(encoder.encode(TEXTS[:1])[0], expected, atol=1e-6, rtol=0)
    assert encoder.digest != saved(tiny_models / "bert", tmp_path / "mean").digest
    with pytest.raises(FormatError, match="mean or cls"):
        open_text_reader(tiny_models / "bert", pooling="max")


def test_a_bert_with_its_head_is_read_without(tmp_path: Path) -> None:
    save_bert(tmp_path / "masked", masked=True)
    encoder = saved(tmp_path / "masked", tmp_path / "encoder")
    with torch.inference_mode():
        expected = by_bert(tmp_path / "masked", TEXTS[1]).numpy()
    np.testing.assert_allclose(encoder.encode(TEXTS[1:2])[0], expected, atol=1e-6, rtol=0)


def test_linear_layers_of_sentence_encoders(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    folder = tmp_path / "model"
    save_sentence_encoder(folder, pooling="cls", dense=True)
    encoder = saved(folder, tmp_path / "encoder")
    layer = load_file(folder / "2_Dense" / "model.safetensors")
    with torch.inference_mode():
        state = states_of_bert(folder, TEXTS[0], 10)[0]
        expected = unit(torch.tanh(layer["linear.weight"] @ state + layer["linear.bias"])).numpy()
    assert encoder.dimension == 6
    np.testing.assert_allclose(encoder.encode(TEXTS[:1])[0], expected, atol=1e-6, rtol=0)


def test_a_sentence_encoders_prompt_and_lower_case(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    save_sentence_encoder(folder)
    plain = saved(folder, tmp_path / "plain").encode(["a man two dogs"])
    prompts = {"default_prompt_name": "query", "prompts": {"query": "a man "}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    (folder / "sentence_bert_config.json").write_text(
        json.dumps({"max_seq_length": 6, "do_lower_case": True})
    )
    encoder = saved(folder, tmp_path / "prompted")
    np.testing.assert_allclose(encoder.encode(["TWO dogs"]), plain, atol=1e-6, rtol=0)
    assert encoder.unknown_words("two dogs run red") == ["run", "red"]  # the prompt takes two of four places


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: save_pooling(path, pooling_mode_max_tokens=True), "mean or cls"),
        (lambda path: save_pooling(path, pooling_mode_cls_token=True), "mean, cls"),
        (
            lambda path: (path / "modules.json").write_text('[{"type": "x.Transformer", "path": "../y"}]'),
            "outside",
        ),
        (lambda path: (path / "modules.json").write_text('[{"type": "x.Router"}]'), "Router"),
        (lambda path: (path / "modules.json").write_text("{"), "not a list of modules"),
        (lambda path: (path / "modules.json").write_text('[{"type": 3}, 4]'), "not a list of modules"),
    ],
    ids=["pooling", "two-poolings", "outside", "unknown-module", "no-json", "no-module"],
)
def test_sentence_layouts_that_are_not_computed(
    tmp_path: Path, change: Callable[[Path], object], words: str
) -> None:
    save_sentence_encoder(tmp_path / "model")
    change(tmp_path / "model")
    with pytest.raises(FormatError, match=words):
        text_files(tmp_path / "model")


def save_modules(folder: Path, text: str) -> None:
    (folder / "modules.json").write_text(text)


def save_pooling(folder: Path, **switches: bool) -> None:
    path = folder / "1_Pooling" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | switches))


def test_words_that_leave_no_trace(tiny_models: Path, tmp_path: Path) -> None:
    bert = saved(tiny_models / "bert", tmp_path / "bert")
    assert bert.unknown_words("A zebra and a man singing") == ["zebra", "and"]
    cut = bert.unknown_words("two dogs and a man on a red beach the beach sings horse")
    assert cut == ["and", "sings", "horse"]
    rows = bert.encode(["", "zebra", "?!", "a zebra"])
    assert not rows[:3].any()
    assert rows[3].any()
    clip = saved(tiny_models / "clip", tmp_path / "clip")
    assert clip.unknown_words("the red zébra") == []
    assert clip.unknown_words("the red zebra and the rest") == ["rest"]
    assert not clip.encode([""]).any()


def test_equal_encoders_have_one_digest_wherever_they_lie(tiny_models: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_models / "bert", tmp_path / "elsewhere")
    here, there = saved(tiny_models / "bert", tmp_path / "a"), saved(tmp_path / "elsewhere", tmp_path / "b")
    assert here.digest == there.digest
    here.save(tmp_path / "c")
    assert load_text_encoder(tmp_path / "c").digest == here.digest


def test_changed_and_missing_files_are_named(tmp_path: Path) -> None:
    folder, place = tmp_path / "model", tmp_path / "encoder"
    save_bert(folder)
    saved(folder, place)
    weights = folder / "model.safetensors"
    weights.touch()  # another time, the same content
    assert load_text_encoder(place).kind == "pretrained"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(StaleError, match=r"model\.safetensors.*lpd import encoder again"):
        load_text_encoder(place)
    weights.unlink()
    with pytest.raises(NotFoundError, match=r"gone.*model\.safetensors"):
        load_text_encoder(place)


def test_a_file_that_came_later_is_named(tmp_path: Path) -> None:
    folder, place = tmp_path / "model", tmp_path / "encoder"
    save_bert(folder)
    saved(folder, place)
    (folder / "added_tokens.json").write_text('{"zebra": 19}')
    with pytest.raises(StaleError, match=r"added.*added_tokens\.json"):
        load_text_encoder(place)


def test_without_the_package_the_pip_line_is_named(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tiny_models / "bert", tmp_path / "encoder")
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'lpd-explorer\[pretrained\]'"):
        load_text_encoder(tmp_path / "encoder")


def test_nothing_is_asked_of_the_network(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def refuse(*unused: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert saved(tiny_models / kind, tmp_path / "encoder").encode(["a man"]).any()


def test_other_encoders_open_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fit_bag_of_words(["a man", "a dog"], min_count=1).save(tmp_path / "bow")
    monkeypatch.setitem(sys.modules, "transformers", None)
    assert load_text_encoder(tmp_path / "bow").kind == "bow"


FAMILY = {
    "albert": ("AlbertConfig", {"embedding_size": 8, **TEXT}),
    "distilbert": ("DistilBertConfig", {"dim": 16, "hidden_dim": 24, "n_layers": 2, "n_heads": 2}),
    "electra": ("ElectraConfig", {"embedding_size": 8, **TEXT}),
    "mpnet": ("MPNetConfig", TEXT),
    "roberta": ("RobertaConfig", TEXT),
    "xlm-roberta": ("XLMRobertaConfig", TEXT),
}
LONG = "a man rides a red horse on the beach two dogs run on the beach a man rides a red horse"


@pytest.mark.parametrize("model", sorted(FAMILY))
def test_the_kin_of_bert(tmp_path: Path, model: str) -> None:
    import transformers

    folder = tmp_path / "model"
    size = save_bert_tokenizer(folder, longest=1000)  # longer than the model reads
    name, sizes = FAMILY[model]
    places = {"vocab_size": size, "max_position_embeddings": 14, "pad_token_id": 0, "bos_token_id": 2}
    config = getattr(transformers, name)(**sizes, **places, eos_token_id=3)
    kind = getattr(transformers, TEXT_TOWERS[model].name)
    save(kind, config, folder, 0)
    encoder = saved(folder, tmp_path / "encoder")
    longest = {"mpnet": 12, "roberta": 13, "xlm-roberta": 13}.get(model, 14)
    direct = kind.from_pretrained(folder, local_files_only=True).eval()
    with torch.inference_mode():
        for text in (TEXTS[0], LONG):
            given = tokens(folder, text, longest)
            states = direct(input_ids=given["input_ids"], attention_mask=given["attention_mask"])
            expected = states.last_hidden_state[0].mean(dim=0).numpy()
            np.testing.assert_allclose(encoder.encode([text])[0], expected, atol=1e-6, rtol=0)
    # most of what is cut off stands before it as well
    assert encoder.unknown_words(LONG) == {12: ["dogs", "run"], 13: ["run"], 14: []}[longest]


def test_a_tokenizer_of_another_model_is_refused(tiny_models: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_models / "bert", folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tiny_models / "clip" / name, folder / name)
    with pytest.raises(LpdError, match="tokenizer and model do not fit"):
        open_text_reader(folder)
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(FormatError, match="cannot read this tokenizer"):
        open_text_reader(folder)
