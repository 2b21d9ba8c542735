"""A toy world for the text tests: shots with a colour and a thing, captions that name them."""

import numpy as np

COLOURS = ("red", "green", "blue", "yellow", "white")
THINGS = ("dog", "car", "tree", "boat", "house")


def toy_pairs(shots: int, *, seed: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Returns two captions per shot, their shots, and noisy features (N, 12) of colour and thing."""
    generator = np.random.default_rng(seed)
    colours = generator.integers(len(COLOURS), size=shots)
    things = generator.integers(len(THINGS), size=shots)
    video = generator.normal(0.0, 0.3, size=(shots, 12)).astype(np.float32)
    video[np.arange(shots), colours] += 1.0
    video[np.arange(shots), 5 + things] += 1.0
    texts = []
    for colour, thing in zip(colours, things, strict=True):
        texts += [f"a {COLOURS[colour]} {THINGS[thing]}", f"the {THINGS[thing]} which is {COLOURS[colour]}"]
    return texts, np.repeat(np.arange(shots), 2), video
