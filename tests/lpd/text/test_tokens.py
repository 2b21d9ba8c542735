"""Token ids as a text feature, literally."""

import json
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError
from lpd.text import TokenIds, WordVectors, build_vocabulary, fit_token_ids, load_text_encoder, token_vectors
from lpd.text.encoder_files import encoder_digest
from lpd.text.tokens import SPECIAL_TOKENS, token_sequences

TEXTS = ["b a b", "b a b c", "c"]  # rows: b 0, a 1, c 2


def test_rows_are_start_words_end_and_padding() -> None:
    encoder = fit_token_ids(TEXTS, min_count=1)
    assert encoder.dimension == 6
    rows = encoder.encode(["c B!", "a", "zebra a", "c c c c", ""])
    assert rows.dtype == np.float32
    assert rows.tolist() == [
        [1, 6, 4, 2, 0, 0],
        [1, 5, 2, 0, 0, 0],
        [1, 3, 5, 2, 0, 0],
        [1, 6, 6, 6, 6, 2],
        [0, 0, 0, 0, 0, 0],
    ]
    assert encoder.encode([]).shape == (0, 6)


def test_too_long_texts_end_properly_and_name_what_was_cut() -> None:
    encoder = fit_token_ids(TEXTS, min_count=1, longest=4)
    assert encoder.dimension == 4
    assert encoder.encode(["b a c c", "zebra yak c"]).tolist() == [[1, 4, 5, 2], [0, 0, 0, 0]]
    assert encoder.unknown_words("b a c c b") == ["c"]
    assert encoder.unknown_words("zebra yak c") == ["zebra", "yak", "c"]
    assert encoder.unknown_words("a b") == []


def test_rows_are_those_of_the_gru_whose_vocabulary_it_shares(oracles: Path) -> None:
    notes = json.loads((oracles / "sea_forward.json").read_text())
    words = notes["gru_vocab"]
    assert tuple(words[:4]) == SPECIAL_TOKENS
    vocabulary = build_vocabulary([" ".join(words[4:])])
    expected = [[*row, *[0] * (11 - len(row))] for row in notes["token_ids"]]
    assert TokenIds(vocabulary, 11).encode(notes["captions"]).tolist() == expected


@pytest.mark.parametrize(("longest", "length"), [(64, 64), (70, 70), (100, 82)])
def test_rows_are_as_long_as_the_captions_need_within_a_limit(longest: int, length: int) -> None:
    assert fit_token_ids(["a " * 80], min_count=1, longest=longest).dimension == length
    assert fit_token_ids(["a " * 80], min_count=1).dimension == 64


@pytest.mark.parametrize("longest", [0, 2, 4097])
def test_a_limit_without_room_for_a_word_is_refused(longest: int) -> None:
    with pytest.raises(FormatError, match="from 3 to 4096"):
        fit_token_ids(TEXTS, min_count=1, longest=longest)
    with pytest.raises(LpdError, match="at least 5 occurrences"):
        fit_token_ids(TEXTS)


@pytest.mark.parametrize("length", [2, 10**9])
def test_a_forged_length_is_refused(length: int, tmp_path: Path) -> None:
    folder = tmp_path / "tokens"
    fit_token_ids(TEXTS, min_count=1).save(folder)
    document = json.loads((folder / "encoder.json").read_text()) | {"dimension": length}
    content = {key: value for key, value in document.items() if key not in ("format_version", "digest")}
    document["digest"] = encoder_digest(content, {})
    (folder / "encoder.json").write_text(json.dumps(document))
    with pytest.raises(FormatError, match=f"from 3 to 4096; found {length}") as caught:
        load_text_encoder(folder)
    assert str(folder) in str(caught.value)


def test_sequences_without_a_limit_are_whole() -> None:
    vocabulary = build_vocabulary(TEXTS)
    sequences = token_sequences(["a " * 90, "b"], vocabulary)
    assert np.diff(sequences.offsets).tolist() == [92, 3]
    ids, lengths = token_sequences(["a c", "b"], vocabulary, longest=3).batch(np.array([1, 0]))
    assert ids.tolist() == [[1, 4, 2], [1, 5, 2]]
    assert lengths.tolist() == [3, 3]


def test_word_vectors_of_tokens() -> None:
    vocabulary = build_vocabulary(TEXTS)
    known = build_vocabulary(["c a x"])
    vectors = np.array([[1, 2], [3, 4], [5, 6]], dtype=np.float32)
    table = token_vectors(vocabulary, WordVectors(known, vectors, np.ones(3, dtype=np.float32)))
    assert table.dtype == np.float32
    assert table.tolist() == [[0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [3, 4], [1, 2]]


def test_unknown_words_alone_can_be_kept(tmp_path: Path) -> None:
    vocabulary = build_vocabulary(TEXTS)
    kept = TokenIds(vocabulary, 5, keep_unknown=True)
    assert kept.encode(["x y", "b", ""]).tolist() == [[1, 3, 3, 2, 0], [1, 4, 2, 0, 0], [1, 2, 0, 0, 0]]
    dropped = TokenIds(vocabulary, 5)
    assert dropped.encode(["x y", "b", ""]).tolist() == [[0] * 5, [1, 4, 2, 0, 0], [0] * 5]
    assert kept.digest != dropped.digest
    kept.save(tmp_path / "tokens")
    assert load_text_encoder(tmp_path / "tokens") == kept
    dropped.save(tmp_path / "other")
    assert load_text_encoder(tmp_path / "other") == dropped
