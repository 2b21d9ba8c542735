"""Slow, plain versions of what lpd.text computes."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np


def plain_cooccurrences(sentences: Sequence[Sequence[str]], window: int) -> Counter[tuple[str, str]]:
    """Returns how often each ordered pair of words stands within `window` places."""
    pairs: Counter[tuple[str, str]] = Counter()
    for words in sentences:
        for here, word in enumerate(words):
            for there, context in enumerate(words):
                if here != there and abs(here - there) <= window:
                    pairs[word, context] += 1
    return pairs


def plain_ppmi(
    pairs: Counter[tuple[str, str]], words: Sequence[str], *, shift: float, power: float
) -> np.ndarray:
    """Returns the shifted PPMI matrix with smoothed contexts, one logarithm at a time."""
    total = sum(pairs.values())
    as_word, as_context = Counter(), Counter()
    for (word, context), count in pairs.items():
        as_word[word] += count
        as_context[context] += count
    smoothed = sum(count**power for count in as_context.values())
    matrix = np.zeros((len(words), len(words)))
    for row, word in enumerate(words):
        for column, context in enumerate(words):
            if pairs[word, context]:
                together = pairs[word, context] / total
                apart = as_word[word] / total * as_context[context] ** power / smoothed
                matrix[row, column] = max(0.0, math.log(together / apart) - math.log(shift))
    return matrix


def plain_info_nce(text: np.ndarray, video: np.ndarray, *, scale: float, same: np.ndarray) -> float:
    """Returns the symmetric contrastive loss pair by pair, masked pairs left out of every sum."""
    losses = []
    for i in range(len(text)):
        allowed = [j for j in range(len(text)) if j == i or not same[i, j]]
        row = [math.exp(scale * float(text[i] @ video[j])) for j in allowed]
        losses.append(-math.log(math.exp(scale * float(text[i] @ video[i])) / sum(row)))
        allowed = [j for j in range(len(text)) if j == i or not same[j, i]]
        column = [math.exp(scale * float(text[j] @ video[i])) for j in allowed]
        losses.append(-math.log(math.exp(scale * float(text[i] @ video[i])) / sum(column)))
    return sum(losses) / len(losses)


def plain_caption_retrieval(
    similarities: np.ndarray, texts: Sequence[str], caption_shot: Sequence[int]
) -> tuple[float, float]:
    """Returns mAP and mean reciprocal rank caption by caption; (C, N) similarities."""
    precisions, reciprocals = [], []
    for row, text in zip(similarities, texts, strict=True):
        relevant = {shot for other, shot in zip(texts, caption_shot, strict=True) if other == text}
        order = sorted(range(len(row)), key=lambda shot: (-row[shot], shot in relevant))
        ranks = [rank for rank, shot in enumerate(order, start=1) if shot in relevant]
        precisions.append(sum((n + 1) / rank for n, rank in enumerate(ranks)) / len(ranks))
        reciprocals.append(1 / ranks[0])
    return sum(precisions) / len(precisions), sum(reciprocals) / len(reciprocals)


def plain_gru(tokens: Sequence[int], embeddings: np.ndarray, weights: dict[str, np.ndarray]) -> np.ndarray:
    """Returns the state after each token (L, H), one step of the recurrence at a time.

    Weights as PyTorch names them, gates in the order reset, update, new.
    """
    hidden = weights["weight_hh_l0"].shape[1]
    state, states = np.zeros(hidden), []
    for token in tokens:
        seen = weights["weight_ih_l0"] @ embeddings[token] + weights["bias_ih_l0"]
        kept = weights["weight_hh_l0"] @ state + weights["bias_hh_l0"]
        reset, update = (
            1 / (1 + np.exp(-(seen[part] + kept[part])))
            for part in (slice(hidden), slice(hidden, 2 * hidden))
        )
        new = np.tanh(seen[2 * hidden :] + reset * kept[2 * hidden :])
        state = (1 - update) * new + update * state
        states.append(state)
    return np.array(states)


def plain_netvlad(vectors: np.ndarray, assignment: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """Returns the descriptor (C E,) of a text's distinct word vectors (words, E), word by word."""
    clusters = np.zeros_like(centroids)
    for vector in vectors:
        unit = vector / math.sqrt(sum(value * value for value in vector))
        logits = [math.exp(float(row @ unit)) for row in assignment]
        for cluster, logit in enumerate(logits):
            clusters[cluster] += logit / sum(logits) * (unit - centroids[cluster])
    lengths = [math.sqrt(float(row @ row)) for row in clusters]
    flat = np.concatenate(
        [row / length if length else row for row, length in zip(clusters, lengths, strict=True)]
    )
    whole = math.sqrt(float(flat @ flat))
    return flat / whole if whole else flat
