"""The losses written as loops, word for word from the paper; float64, slow."""

import math

import numpy as np


def itrl(similarities, *, margin, direction, reduction, hardest_only, mask=None):
    size = len(similarities)
    total, terms = 0.0, 0
    for way in ("t2v", "v2t"):
        if direction not in (way, "both"):
            continue
        matrix = similarities if way == "t2v" else similarities.T
        excluded = np.zeros((size, size), bool) if mask is None else (mask if way == "t2v" else mask.T)
        terms = size if hardest_only else size * size
        for i in range(size):
            hinges = [
                max(0.0, margin + matrix[i, j] - matrix[i, i])
                for j in range(size)
                if j != i and not excluded[i, j]
            ]
            if hinges:
                total += max(hinges) if hardest_only else sum(hinges)
    return total if reduction == "sum" else total / terms


def pearson(first, second):
    """Correlation of two lists; 0 where one of them does not vary."""
    if len(first) < 2:
        return 0.0
    a = [x - sum(first) / len(first) for x in first]
    b = [x - sum(second) / len(second) for x in second]
    lengths = [math.sqrt(sum(x * x for x in one)) for one in (a, b)]
    if min(lengths) <= 1e-8:
        return 0.0
    return sum(x * y for x, y in zip(a, b, strict=True)) / (lengths[0] * lengths[1])


def row_values(matrix, i, mode):
    row = [float(value) for value in matrix[i]]
    if mode == "remove":
        return row[:i] + row[i + 1 :]
    if mode == "zero":
        row[i] = 0.0
    return row


def dcl(similarities, *, mode, pairs):
    spaces, batch = similarities.shape[:2]
    values = []
    for m in range(spaces):
        for n in range(m + 1, spaces):
            rows = [
                abs(pearson(row_values(similarities[m], i, mode), row_values(similarities[n], i, mode)))
                for i in range(batch)
            ]
            values.append(sum(rows) / batch)
    if not values:
        return 0.0
    return sum(values) / len(values) if pairs == "mean" else sum(values)


def entropy(features):
    """Entropy of one space's features (rows, D)."""
    rows, width = features.shape
    counts = [0] * 100
    for d in range(width):
        column = [float(value) for value in features[:, d]]
        low, high = min(column), max(column)
        for value in column:
            place = 0.0 if high == low else (value - low) / (high - low)
            counts[min(math.floor(place * 100), 99)] += 1
    shares = [count / (rows * width) for count in counts]
    return -sum(share * math.log(share + 1e-12) for share in shares)


def selection(entropies):
    raised = [math.exp(math.tanh(h)) for h in entropies]
    weights = [value / sum(raised) for value in raised]
    chosen = [weight > 1 / len(weights) + 1e-12 for weight in weights]
    return chosen if any(chosen) else [True] * len(chosen)
