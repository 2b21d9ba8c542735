"""Contrastive warm-up: a text and a video encoder learn one joint space from the training pairs."""

import copy
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from lpd.errors import LpdError
from lpd.progress import Progress, no_progress
from lpd.text.pairs import CaptionedVideo, caption_turns
from lpd.text.retrieval import caption_retrieval

__all__ = [
    "JointSpace",
    "WarmupEpoch",
    "WarmupSettings",
    "contrastive_warmup",
    "info_nce",
    "seeded",
]

LARGEST_LOGIT_SCALE = 100.0
LAST_RATE = 0.1


@dataclass(frozen=True)
class WarmupSettings:
    """How the warm-up runs; the defaults were chosen on RSICD's validation captions.

    Args:
        batch_size: pairs per step, about; the shots are cut into batches of near-equal size.
        epochs: most epochs; in an epoch every shot comes once, with one of its captions in turn.
        patience: stop after so many epochs without a better validation mAP.
        learning_rate: of Adam at the start; it falls along a cosine to a tenth.
        temperature: at the start; it is learned.
        clip_norm: largest gradient norm.
        threads: torch's threads meanwhile; None leaves them as they are.
    """

    batch_size: int = 128
    epochs: int = 8
    patience: int = 3
    learning_rate: float = 1e-3
    temperature: float = 0.07
    clip_norm: float = 2.0
    threads: int | None = None


class WarmupEpoch(NamedTuple):
    """One epoch of a warm-up; the two measures are None where there was no validation."""

    epoch: int
    loss: float
    temperature: float
    mean_average_precision: float | None
    mean_reciprocal_rank: float | None
    seconds: float


class JointSpace(nn.Module):
    """The two encoders and the learned temperature between them.

    Args:
        text: (token ids (B, L), lengths (B,) on the CPU) -> unit rows (B, D).
        video: rows of the video data -> unit rows (B, D).
        temperature: at the start.
    """

    def __init__(self, text: nn.Module, video: nn.Module, *, temperature: float) -> None:
        super().__init__()
        self.text = text
        self.video = video
        self.log_scale = nn.Parameter(torch.tensor(-math.log(temperature)))

    def loss(self, pairs: CaptionedVideo, captions: np.ndarray) -> Tensor:
        """Returns the loss of a batch of captions (B,), rows of `pairs`, of distinct shots."""
        device = pairs.video.device
        shots = pairs.caption_shot[captions]
        token_ids, lengths = pairs.tokens.batch(captions)
        text = self.text(token_ids.to(device), lengths)
        video = self.video(pairs.video[torch.from_numpy(shots).to(device)])
        same = torch.from_numpy(pairs.carries(pairs.caption_group[captions], shots)).to(device)
        return info_nce(
            text, video, logit_scale=self.log_scale.exp().clamp(max=LARGEST_LOGIT_SCALE), same=same
        )


def info_nce(text: Tensor, video: Tensor, *, logit_scale: Tensor, same: Tensor) -> Tensor:
    """Returns the symmetric cross-entropy of a batch of pairs, a scalar.

    Args:
        text: (B, D) unit rows.
        video: (B, D) unit rows; row i belongs to text i.
        logit_scale: one over the temperature.
        same: (B, B) bool, video j carries text i as well; such pairs off the diagonal count as neither
            positive nor negative.

    Source: Radford et al. 2021 (CLIP), figure 3; the mask is ours.
    """
    own = torch.eye(len(text), dtype=torch.bool, device=text.device)
    logits = (logit_scale * text @ video.T).masked_fill(same & ~own, -torch.inf)
    target = torch.arange(len(text), device=text.device)
    both = nn.functional.cross_entropy(logits, target) + nn.functional.cross_entropy(logits.T, target)
    return both / 2


@contextmanager
def seeded(seed: int, *, device: str = "cpu", threads: int | None = None) -> Iterator[None]:
    """Runs a block on torch's generators freshly seeded, with so many threads; both are put back after."""
    before = torch.get_num_threads()
    devices = [torch.device(device)] if device.startswith("cuda") else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        torch.set_num_threads(threads or before)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def contrastive_warmup(
    encoders: tuple[nn.Module, nn.Module],
    training: CaptionedVideo,
    *,
    validation: CaptionedVideo | None,
    settings: WarmupSettings,
    seed: int,
    progress: Progress = no_progress,
) -> list[WarmupEpoch]:
    """Returns the history; the two encoders are left with the weights of the best validated epoch.

    Without validation pairs every epoch is run and the last weights stay. Runs on the device of
    `training.video`; same seed, machine and threads give the same weights on a CPU.

    Args:
        encoders: text encoder and video encoder as `JointSpace` takes them, changed in place.
        training: pairs to learn from.
        validation: pairs of other shots that decide when to stop.
        settings: see `WarmupSettings`.
        seed: of dropout and of the order of the batches.
        progress: called after every step.

    Raises:
        LpdError: if fewer than two shots have captions, or the loss is no longer finite.
    """
    device = str(training.video.device)
    space = JointSpace(*encoders, temperature=settings.temperature).to(device)
    history: list[WarmupEpoch] = []
    best_weights: dict[str, Tensor] | None = None
    with seeded(seed, device=device, threads=settings.threads):
        for epoch in _epochs(space, training, settings, np.random.default_rng(seed), progress):
            started = time.perf_counter() - epoch.seconds
            if validation is not None:
                precision, reciprocal = caption_retrieval(space.text, space.video, validation)
                epoch = epoch._replace(
                    mean_average_precision=precision,
                    mean_reciprocal_rank=reciprocal,
                    seconds=time.perf_counter() - started,
                )
            history.append(epoch)
            best = _best_epoch(history)
            if validation is not None and best == epoch.epoch:
                best_weights = copy.deepcopy(space.state_dict())
            if validation is not None and epoch.epoch - best >= settings.patience:
                break
    if best_weights is not None:
        space.load_state_dict(best_weights)
    steps = settings.epochs * _batches(training, settings)
    progress("warm-up", steps, steps)
    return history


def _best_epoch(history: list[WarmupEpoch]) -> int:
    return max(history, key=lambda one: (one.mean_average_precision or 0.0, -one.epoch)).epoch


def _batches(training: CaptionedVideo, settings: WarmupSettings) -> int:
    return max(1, len(np.unique(training.caption_shot)) // settings.batch_size)


def _epochs(
    space: JointSpace,
    training: CaptionedVideo,
    settings: WarmupSettings,
    generator: np.random.Generator,
    progress: Progress,
) -> Iterator[WarmupEpoch]:
    """Yields each epoch, without validation, after its steps were taken."""
    turns = caption_turns(training.caption_shot, generator)
    batches = _batches(training, settings)
    total = batches * settings.epochs
    optimizer = torch.optim.Adam(space.parameters(), lr=settings.learning_rate)
    progress("warm-up", 0, total)
    for epoch in range(settings.epochs):
        started = time.perf_counter()
        captions = generator.permutation(np.array([one[epoch % len(one)] for one in turns]))
        losses = []
        for step, batch in enumerate(np.array_split(captions, batches), start=epoch * batches):
            for group in optimizer.param_groups:
                group["lr"] = settings.learning_rate * _rate(step / total)
            losses.append(_step(space.train().loss(training, batch), optimizer, settings.clip_norm))
            progress("warm-up", min(step + 1, total - 1), total)
        temperature = math.exp(-float(space.log_scale.detach()))
        yield WarmupEpoch(
            epoch, float(np.mean(losses)), temperature, None, None, time.perf_counter() - started
        )


def _rate(share: float) -> float:
    return LAST_RATE + (1.0 - LAST_RATE) * 0.5 * (1.0 + math.cos(math.pi * share))


def _step(loss: Tensor, optimizer: torch.optim.Optimizer, clip_norm: float) -> float:
    value = float(loss.detach())
    if not math.isfinite(value):
        raise LpdError("the warm-up diverged", found=f"loss {value}", next_step="lower its learning_rate")
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], clip_norm)
    optimizer.step()
    return value
