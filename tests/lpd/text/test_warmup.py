"""The contrastive warm-up: its loss, its measures, that it learns, stops and repeats itself."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.text import (
    BiGruSettings,
    BiGruShape,
    WarmupEpoch,
    WarmupSettings,
    build_vocabulary,
    fit_word_vectors,
    train_bigru,
)
from lpd.text.pairs import caption_turns, captioned_video
from lpd.text.retrieval import caption_retrieval
from lpd.text.warmup import info_nce, seeded
from tests.lpd.text.toy import COLOURS, THINGS, toy_pairs
from tests.reference.text import plain_caption_retrieval, plain_info_nce

SETTINGS = BiGruSettings(
    min_count=1,
    shape=BiGruShape(16, 16, 16),
    warmup=WarmupSettings(batch_size=32, epochs=12, patience=3, learning_rate=5e-3, threads=1),
)


class TextTable(torch.nn.Module):
    """Looks a text's vector up by its first word."""

    def __init__(self, table: torch.Tensor) -> None:
        super().__init__()
        self.table = table

    def forward(self, token_ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        return self.table[token_ids[:, 1] - 4]


def without_seconds(history: list[WarmupEpoch]) -> list[WarmupEpoch]:
    return [epoch._replace(seconds=0.0) for epoch in history]


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("masked", [False, True])
def test_info_nce_equals_the_plain_version(size: int, masked: bool) -> None:
    generator = np.random.default_rng(size)
    text, video = generator.normal(size=(2, size, 5))
    same = generator.random((size, size)) < 0.4 if masked else np.zeros((size, size), dtype=bool)
    ends = [torch.tensor(one, requires_grad=True) for one in (text, video)]
    loss = info_nce(*ends, logit_scale=torch.tensor(1.7, dtype=torch.float64), same=torch.from_numpy(same))
    assert loss.item() == pytest.approx(plain_info_nce(text, video, scale=1.7, same=same), abs=1e-9)
    loss.backward()
    assert all(torch.isfinite(end.grad).all() for end in ends)


def test_info_nce_of_a_two_by_two_case() -> None:
    text = video = torch.eye(2)
    loss = info_nce(text, video, logit_scale=torch.tensor(1.0), same=torch.zeros(2, 2, dtype=torch.bool))
    assert loss.item() == pytest.approx(np.log(1 + np.exp(-1.0)), abs=1e-6)
    masked = info_nce(text, video, logit_scale=torch.tensor(1.0), same=torch.ones(2, 2, dtype=torch.bool))
    assert float(masked) == 0.0


def test_caption_retrieval_equals_the_plain_version() -> None:
    generator = np.random.default_rng(0)
    texts = [f"w{n}" for n in generator.integers(12, size=40)]
    caption_shot = generator.integers(15, size=40)
    video = generator.normal(size=(20, 6)).astype(np.float32)
    vocabulary = build_vocabulary(texts)
    table = generator.normal(size=(len(vocabulary), 6)).astype(np.float32)
    table[1] = 0.0  # every shot ties
    pairs = captioned_video((texts, caption_shot, video), vocabulary)
    found = caption_retrieval(TextTable(torch.from_numpy(table)), torch.nn.Identity(), pairs)
    similarities = np.stack([table[vocabulary.row(text)] for text in texts]) @ video.T
    assert found == pytest.approx(plain_caption_retrieval(similarities, texts, caption_shot), abs=1e-9)


def test_pairs_know_which_shots_carry_a_text() -> None:
    texts = ["a", "b", "a", "c", "b b"]
    pairs = captioned_video((texts, np.array([0, 0, 2, 2, 3]), np.zeros((4, 2))), build_vocabulary(texts))
    assert pairs.caption_group.tolist() == [0, 1, 0, 2, 3]
    assert pairs.video.dtype == torch.float32
    assert pairs.carries(np.array([0, 1, 3]), np.arange(4)).tolist() == [
        [True, False, True, False],
        [True, False, False, False],
        [False, False, False, True],
    ]


def test_turns_hold_every_caption_once_under_its_shot() -> None:
    caption_shot = np.array([4, 0, 4, 2, 4])
    turns = caption_turns(caption_shot, np.random.default_rng(0))
    assert [sorted(one.tolist()) for one in turns] == [[1], [3], [0, 2, 4]]


def test_warm_up_learns_and_keeps_the_best_epoch() -> None:
    calls: list[tuple[str, int, int]] = []
    validation = toy_pairs(80, seed=2)
    encoder, history = train_bigru(
        *toy_pairs(300, seed=1),
        validation=validation,
        settings=SETTINGS,
        progress=lambda stage, done, total: calls.append((stage, done, total)),
    )
    scores = [epoch.mean_average_precision or 0.0 for epoch in history]
    assert max(scores) > 0.8
    assert scores[-1] == max(scores) or len(history) - 1 - int(np.argmax(scores)) <= SETTINGS.warmup.patience
    assert calls[0][1] == 0
    assert calls[-1][1] == calls[-1][2]
    assert [call[1] for call in calls] == sorted(call[1] for call in calls)
    named = [f"a {colour} {thing}" for colour in COLOURS for thing in THINGS]
    told = [f"the {thing} which is {colour}" for colour in COLOURS for thing in THINGS]
    nearest = (encoder.encode(named) @ encoder.encode(told).T).argmax(axis=1)
    assert np.mean(nearest == np.arange(len(named))) > 0.9


def test_warm_up_repeats_itself_and_reads_no_global_state() -> None:
    training, validation = toy_pairs(100, seed=1), toy_pairs(40, seed=2)
    settings = replace(SETTINGS, warmup=replace(SETTINGS.warmup, epochs=3))
    before = torch.get_rng_state()
    first, history = train_bigru(*training, validation=validation, settings=settings, seed=7)
    assert torch.equal(before, torch.get_rng_state())
    torch.rand(5)
    np.random.default_rng().random()
    again, same_history = train_bigru(*training, validation=validation, settings=settings, seed=7)
    assert first.digest == again.digest
    assert without_seconds(history) == without_seconds(same_history)
    other, _ = train_bigru(*training, validation=validation, settings=settings, seed=8)
    assert other.digest != first.digest


def test_warm_up_stops_when_validation_no_longer_improves() -> None:
    texts, caption_shot, video = toy_pairs(60, seed=1)
    strange = np.random.default_rng(0).normal(size=video.shape).astype(np.float32)
    settings = replace(SETTINGS, warmup=replace(SETTINGS.warmup, epochs=60, patience=2))
    _, history = train_bigru(
        texts, caption_shot, video, validation=(texts, caption_shot, strange), settings=settings
    )
    scores = [epoch.mean_average_precision or 0.0 for epoch in history]
    assert len(history) < 60
    assert len(history) - 1 - int(np.argmax(scores)) == 2


def test_warm_up_without_validation_runs_every_epoch_from_word_vectors() -> None:
    texts, caption_shot, video = toy_pairs(60, seed=1)
    vectors = fit_word_vectors(texts, dimension=7, min_count=1)
    settings = replace(SETTINGS, warmup=replace(SETTINGS.warmup, epochs=2))
    encoder, history = train_bigru(
        texts, caption_shot, video, validation=None, settings=settings, word_vectors=vectors
    )
    assert encoder.module.shape.embedding == 7
    assert [epoch.mean_average_precision for epoch in history] == [None, None]


def test_seeded_puts_threads_and_generator_back() -> None:
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    drawn = []
    for _ in range(2):
        with seeded(3, threads=1):
            assert torch.get_num_threads() == 1
            drawn.append(torch.rand(3))
    assert torch.equal(*drawn)
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    ("rows", "video", "error", "sentence"),
    [
        ([0, 1, 2], np.ones((2, 3)), MismatchError, "one row for each of 2 captions"),
        ([0, 7], np.ones((2, 3)), MismatchError, "found '7'"),
        ([0, -1], np.ones((2, 3)), MismatchError, "found '-1'"),
        ([0, 1], np.array([[1.0], [np.nan]]), FormatError, "rows '1'"),
        ([1, 1], np.ones((2, 3)), LpdError, "too few captioned shots"),
    ],
)
def test_pairs_that_do_not_fit_are_named(
    rows: list[int], video: np.ndarray, error: type[LpdError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        train_bigru(["a b", "b a"], np.array(rows), video, validation=None, settings=SETTINGS)


def test_features_of_another_width_are_named() -> None:
    texts, caption_shot, video = toy_pairs(10, seed=1)
    with pytest.raises(MismatchError, match="differ in width"):
        train_bigru(texts, caption_shot, video, validation=(texts, caption_shot, video[:, :5]))
