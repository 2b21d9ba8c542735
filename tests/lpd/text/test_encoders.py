"""Saved encoders: equality after loading, and one sentence for each kind of damage."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.text import (
    TEXT_ENCODERS,
    BiGru,
    BiGruEncoder,
    BiGruShape,
    TextEncoder,
    build_vocabulary,
    fit_bag_of_words,
    fit_concepts,
    fit_token_ids,
    fit_word_vectors,
    load_text_encoder,
)
from lpd.text.encoder_files import encoder_digest, write_encoder
from lpd.text.warmup import seeded
from tests.lpd.text.toy import toy_pairs

TEXTS = toy_pairs(30, seed=0)[0]
QUERIES = ["a red dog", "zebra", "", "the the boat which a a a blue tree is", "red", "zebra red"]


def make_bigru() -> BiGru:
    vocabulary = build_vocabulary(TEXTS)
    with seeded(5):
        return BiGru(vocabulary, BiGruEncoder(len(vocabulary), BiGruShape(6, 5, 4)))


ENCODERS: dict[str, Callable[[], TextEncoder]] = {
    "bow": lambda: fit_bag_of_words(TEXTS),
    "w2v": lambda: fit_word_vectors(TEXTS, dimension=5),
    "bigru": make_bigru,
    "tokens": lambda: fit_token_ids(TEXTS),
    "concepts": lambda: fit_concepts(TEXTS),
}


FITTED = sorted(TEXT_ENCODERS.keys() - {"pretrained"})  # those point to files; see test_pretrained.py


@pytest.mark.parametrize("kind", FITTED)
def test_saved_encoders_open_to_the_same_vectors(kind: str, tmp_path: Path) -> None:
    encoder = ENCODERS[kind]()
    encoder.save(tmp_path / "encoder")
    loaded = load_text_encoder(tmp_path / "encoder")
    assert (loaded.kind, loaded.name, loaded.dimension) == (kind, kind, encoder.dimension)
    assert loaded.digest == encoder.digest
    np.testing.assert_array_equal(loaded.encode(QUERIES), encoder.encode(QUERIES))
    assert loaded.unknown_words("zebra red yak zebra") == ["zebra", "yak"]


@pytest.mark.parametrize("kind", FITTED)
def test_texts_without_known_words_are_zeros(kind: str) -> None:
    vectors = ENCODERS[kind]().encode(QUERIES)
    assert vectors.dtype == np.float32
    assert vectors.any(axis=1).tolist() == [True, False, False, True, True, True]


def test_encoding_does_not_depend_on_the_company() -> None:
    encoder = make_bigru()
    together = encoder.encode([*QUERIES, *TEXTS])
    alone = np.concatenate([encoder.encode([text]) for text in [*QUERIES, *TEXTS]])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(together[[0, 3, 4]], axis=1), 1.0, atol=1e-6)
    assert encoder.encode([]).shape == (0, 4)


def test_padding_has_no_influence_in_the_module() -> None:
    module = make_bigru().module
    ids = torch.tensor([[1, 4, 5, 2]])
    padded = torch.tensor([[1, 4, 5, 2, 0, 0, 0], [1, 4, 5, 6, 7, 8, 2]])
    alone = module(ids, torch.tensor([4]))
    torch.testing.assert_close(module(padded, torch.tensor([4, 7]))[:1], alone, atol=1e-6, rtol=0)


def truncate_weights(folder: Path) -> None:
    path = folder / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-7])


def empty_weights(folder: Path) -> None:
    (folder / "weights.safetensors").write_bytes(b"")


def pickle_weights(folder: Path) -> None:
    torch.save({"vectors": torch.ones(3)}, folder / "weights.safetensors")


def remove_weights(folder: Path) -> None:
    (folder / "weights.safetensors").unlink()


def remove_document(folder: Path) -> None:
    (folder / "encoder.json").unlink()


def break_json(folder: Path) -> None:
    path = folder / "encoder.json"
    path.write_text(path.read_text()[:40])


def edit_document(**changes: object) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / "encoder.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    return edit


def forge(
    *, tensors: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]] | None = None, **changes: object
) -> Callable[[Path], None]:
    """Edits the files and makes the digest fit again, as somebody who knows the format would."""

    def edit(folder: Path) -> None:
        path = folder / "encoder.json"
        weights = load_file(folder / "weights.safetensors")
        weights = weights if tensors is None else tensors(weights)
        save_file(weights, folder / "weights.safetensors")
        document = {**json.loads(path.read_text()), **changes}
        content = {key: value for key, value in document.items() if key not in ("format_version", "digest")}
        path.write_text(json.dumps({**document, "digest": encoder_digest(content, weights)}))

    return edit


DAMAGE = [
    ("bow", remove_document, NotFoundError, "no encoder here"),
    ("bow", break_json, FormatError, "not valid JSON"),
    (
        "bow",
        edit_document(kind="clip"),
        FormatError,
        "expected one of bigru, bow, concepts, pretrained, tokens, w2v; found clip",
    ),
    ("bow", edit_document(kind=["bow"]), FormatError, "encoder without its kind"),
    ("bow", edit_document(format_version=9), FormatError, "another format version"),
    (
        "bow",
        edit_document(vocabulary={"words": ["a"], "counts": [1]}),
        FormatError,
        "does not fit its digest",
    ),
    ("bow", edit_document(kind="w2v"), NotFoundError, "weights of the encoder are missing"),
    ("w2v", edit_document(kind="bow"), FormatError, "does not fit its digest"),
    ("w2v", truncate_weights, FormatError, "weights are damaged or truncated"),
    ("w2v", remove_weights, NotFoundError, "weights of the encoder are missing"),
    ("w2v", forge(dimension=4), MismatchError, "weights do not fit the encoder"),
    ("w2v", forge(dimension="5"), FormatError, "wrong size dimension"),
    ("w2v", forge(vocabulary={"words": ["a"], "counts": [1]}), MismatchError, "weights do not fit"),
    ("w2v", forge(tensors=lambda t: {**t, "vectors": t["vectors"] * np.nan}), FormatError, "NaN or infinite"),
    ("bigru", truncate_weights, FormatError, "weights are damaged or truncated"),
    ("bigru", empty_weights, FormatError, "0 bytes"),
    ("bigru", pickle_weights, FormatError, "expected a safetensors file"),
    ("bigru", forge(hidden=10**9), MismatchError, "weights do not fit the encoder"),
    ("bigru", forge(hidden=0), FormatError, "wrong size hidden"),
    ("bigru", forge(kind="w2v"), MismatchError, "vectors missing"),
    ("bigru", forge(vocabulary={"words": ["a"], "counts": [1]}), MismatchError, "embedding.weight"),
    (
        "bigru",
        forge(tensors=lambda t: {**t, "output.bias": t["output.bias"].astype(np.float16)}),
        MismatchError,
        "float16",
    ),
]


@pytest.mark.parametrize(("kind", "damage", "error", "sentence"), DAMAGE)
def test_damaged_encoders_are_named(
    kind: str, damage: Callable[[Path], None], error: type[LpdError], sentence: str, tmp_path: Path
) -> None:
    folder = tmp_path / "encoder"
    ENCODERS[kind]().save(folder)
    damage(folder)
    with pytest.raises(error) as caught:
        load_text_encoder(folder)
    assert type(caught.value) is error
    message = str(caught.value)
    assert sentence in message
    assert str(folder) in message
    assert "\n" not in message


def test_saving_replaces_the_old_encoder_wholly(tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    ENCODERS["w2v"]().save(folder)
    ENCODERS["bow"]().save(folder)
    assert load_text_encoder(folder).kind == "bow"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["encoder.json"]


def test_a_failed_save_leaves_the_old_encoder(tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    encoder = ENCODERS["w2v"]()
    encoder.save(folder)
    with pytest.raises(ValueError, match="JSON"):
        write_encoder(folder, {"kind": "w2v", "dimension": float("nan")}, {})
    assert load_text_encoder(folder).digest == encoder.digest
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]
