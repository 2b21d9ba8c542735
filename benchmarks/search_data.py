"""Generated shots for `benchmarks.search`: features drawn block by block, and the model that embeds them.

Sizes: N shots, S spaces, C components, d dimension of a feature, D width, Q queries.

A feature of a shot is the sum of what its topic, its video, a few themes common to all features, and the
shot itself contribute; all are normally distributed, with the shares of the variance that a setting says. The
models' weights are random: what a search costs and how exact it is depends on how vectors lie, not on what
they mean.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.training_work import TEXT, VIDEO
from lpd.models import Lpd, SpaceModel, build_model
from lpd.models.spaces import unit_length

TOPICS = 2000
THEMES = 32
SHOTS_PER_VIDEO = 100
TOPICS_PER_VIDEO = 3
BLOCK = 4000
"""Shots that are drawn at once: whole videos."""


@dataclass(frozen=True)
class Setting:
    """How shots resemble each other, and who embeds them.

    Args:
        model: a configuration for `build_model`, but for the text features, which are the paper's.
        topic, video, theme: shares of a feature's variance; what is left to 1 is the shot's own.
        said: cosine of a query with the video ends of a shot that is nothing but its topic and themes.
        attention: factor on LPD's attention vectors; those of a new model weigh all features nearly alike.
    """

    model: Mapping[str, Any]
    topic: float
    video: float
    theme: float
    said: float
    attention: float = 1.0


SETTINGS = {
    "factored": Setting(
        {"system": "lpd", "video_features": VIDEO}, topic=0.4, video=0.25, theme=0.1, said=0.5, attention=3.0
    ),
    "plain": Setting(
        {"system": "txv", "video_features": {name: VIDEO[name] for name in ("wsl", "clip_b32", "clip_l14")}},
        topic=0.05,
        video=0.05,
        theme=0.12,
        said=0.4,
    ),
}
"""Name -> setting: LPD's nine spaces over six embeddings, clustered; T x V's nine, hardly clustered."""


class World:
    """Shots without end, each block of them made from its number.

    Args:
        setting: of SETTINGS.
        seed: decides topics, weights and blocks.
    """

    def __init__(self, setting: Setting, *, seed: int = 0) -> None:
        self.setting, self.seed = setting, seed
        config = {**setting.model, "text_features": TEXT, "width": 512}
        ends = {f"{end}:{name}": "none" for end in ("text", "video") for name in config[f"{end}_features"]}
        self.model: SpaceModel = build_model(config | {"normalisation": ends}, seed=seed).eval()
        if isinstance(self.model, Lpd):
            self.model.video_fusion.weight.data.mul_(setting.attention)
        self.sizes = self.model.video_features
        generator = torch.Generator().manual_seed(seed)
        self._topics = {
            name: torch.randn(TOPICS, size, generator=generator) for name, size in self.sizes.items()
        }
        self._themes = {
            name: torch.randn(THEMES, size, generator=generator) * THEMES**-0.5
            for name, size in self.sizes.items()
        }
        common = (np.arange(TOPICS) + 10.0) ** -0.8  # the largest topic is 60 times as common as the rarest
        self._common = common / common.sum()

    def features(self, block: int) -> dict[str, Tensor]:
        """Returns video feature -> (BLOCK, d) float32 of one block."""
        rng = np.random.default_rng([self.seed, block])
        generator = torch.Generator().manual_seed(int(rng.integers(1 << 62)))
        videos = BLOCK // SHOTS_PER_VIDEO
        chosen = rng.choice(TOPICS, (videos, TOPICS_PER_VIDEO), p=self._common)
        picked = rng.integers(TOPICS_PER_VIDEO, size=BLOCK)
        topics = torch.from_numpy(chosen.repeat(SHOTS_PER_VIDEO, axis=0)[np.arange(BLOCK), picked])
        themes = torch.empty(BLOCK, THEMES).normal_(generator=generator)
        setting, found = self.setting, {}
        own = 1.0 - setting.topic - setting.video - setting.theme
        for name, size in self.sizes.items():
            rows = torch.empty(BLOCK, size).normal_(generator=generator).mul_(own**0.5)
            rows.add_(self._topics[name][topics], alpha=setting.topic**0.5)
            rows.addmm_(themes, self._themes[name], alpha=setting.theme**0.5)
            of_video = torch.empty(videos, 1, size).normal_(generator=generator).mul_(setting.video**0.5)
            rows.view(videos, SHOTS_PER_VIDEO, size).add_(of_video)
            found[name] = rows
        return found

    def queries(self, count: int, *, seed: int) -> list[np.ndarray]:
        """Returns S arrays (Q, D) of unit vectors: a topic with themes, as the spaces see it, and noise."""
        generator = torch.Generator().manual_seed(seed)
        rng = np.random.default_rng([self.seed, seed])
        topics = torch.from_numpy(rng.choice(TOPICS, count, p=self._common))
        themes = torch.empty(count, THEMES).normal_(generator=generator)
        setting = self.setting
        features = {
            name: self._topics[name][topics] * setting.topic**0.5
            + themes @ self._themes[name] * setting.theme**0.5
            for name in self.sizes
        }
        with torch.inference_mode():
            ends = self.model.embed_video(features, unit=True)
            assert isinstance(ends, Tensor)
            noise = unit_length(torch.empty_like(ends).normal_(generator=generator))
            mixed = unit_length(setting.said * ends + (1 - setting.said**2) ** 0.5 * noise)
        return [np.ascontiguousarray(space.numpy()) for space in mixed]


def shot_ids(shots: int) -> list[str]:
    """Returns the ids of the first N shots."""
    return [f"shot{row // SHOTS_PER_VIDEO:05d}_{row % SHOTS_PER_VIDEO + 1}" for row in range(shots)]


def write_features(world: World, folder: Path, shots: int, *, threads: int) -> None:
    """Writes <feature>.npy, (N, d) float16 each: what the building of an index reads."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.float16, (shots, size))
        for name, size in world.sizes.items()
    }

    def draw(block: int) -> None:
        rows = slice(block * BLOCK, min((block + 1) * BLOCK, shots))
        for name, drawn in world.features(block).items():
            files[name][rows] = drawn[: rows.stop - rows.start].half().numpy()

    with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        list(pool.map(draw, range(-(-shots // BLOCK))))
    for file in files.values():
        file.flush()
