"""Frame-level heads written pair by pair, frame by frame and word by word, in float64."""

import math

import numpy as np


def unit(vector):
    length = math.sqrt(float(vector @ vector))
    return vector / length if length > 1e-12 else np.zeros_like(vector)


def softmax(values):
    powers = [math.exp(value - max(values)) for value in values]
    return [power / sum(powers) for power in powers]


def pooled(frames, mask):
    """Returns the mean of the unit frames that are there."""
    there = [unit(frame) for frame, kept in zip(frames, mask, strict=True) if kept]
    return sum(there) / len(there) if there else np.zeros(frames.shape[1])


def frame_softmax(sentence, frames, mask):
    """Returns the similarity of one text with one shot as TS2-Net matches them."""
    values = [float(unit(sentence) @ unit(frame)) for frame, kept in zip(frames, mask, strict=True) if kept]
    if not values:
        return 0.0
    length = math.sqrt(sum(value * value for value in values))
    weights = softmax([4 * value / length if length > 1e-12 else 0.0 for value in values])
    return sum(weight * value for weight, value in zip(weights, values, strict=True))


def attended(values, matrix, mask):
    """Returns X-CLIP's attention over similarities; what is masked is left out."""
    there = [place for place, kept in enumerate(mask) if kept]
    if not there:
        return 0.0
    chances = softmax([values[place] / 0.01 for place in there])
    total = 0.0
    for place in there:
        weight = sum(chance * matrix[other, place] for chance, other in zip(chances, there, strict=True))
        total += weight * values[place]
    return total


def multi_grained(sentence, words, word_mask, shot, frames, frame_mask, matrices):
    """Returns X-CLIP's similarity of one text with one shot.

    Args:
        matrices: by the names of `MultiGrained`'s parameters, numpy.
    """
    sentence, shot = unit(sentence), unit(shot)
    words, frames = [unit(word) for word in words], [unit(frame) for frame in frames]
    whole = float(sentence @ matrices["global_matrix"] @ shot)
    by_word = attended([float(word @ shot) for word in words], matrices["word_shot"], word_mask)
    by_frame = attended([float(sentence @ frame) for frame in frames], matrices["sentence_frame"], frame_mask)
    local = [[float(word @ matrices["local_matrix"] @ frame) for frame in frames] for word in words]
    of_frames = [
        attended([row[place] for row in local], matrices["words_of_frame"], word_mask)
        for place in range(len(frames))
    ]
    of_words = [attended(row, matrices["frames_of_word"], frame_mask) for row in local]
    fine = (
        attended(of_frames, matrices["frames_of_sentence"], frame_mask)
        + attended(of_words, matrices["words_of_shot"], word_mask)
    ) / 2
    return (whole + by_word + by_frame + fine) / 4


def correlation(one, other):
    """Returns the Pearson correlation of two lists; 0 where one is constant."""
    one, other = np.asarray(one) - np.mean(one), np.asarray(other) - np.mean(other)
    lengths = math.sqrt(float(one @ one)) * math.sqrt(float(other @ other))
    return float(one @ other) / lengths if lengths > 1e-12 else 0.0


def pearson_distance(student, teacher):
    """Returns the distances of all rows, from text to video and back: two lists."""
    both = []
    for one, other in ((student, teacher), (student.T, teacher.T)):
        both.append(
            [
                1 - correlation(softmax(a), softmax(b))
                for a, b in zip(one.tolist(), other.tolist(), strict=True)
            ]
        )
    return both
