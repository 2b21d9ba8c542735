"""One epoch of training: batches, steps and what is recorded of them."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lpd.errors import LpdError
from lpd.training.batches import epoch_batches
from lpd.training.config import TrainingConfig
from lpd.training.data import PairedData
from lpd.training.objective import Objective, gradient_norms
from lpd.training.processes import agreed
from lpd.training.state import TrainingState
from lpd.training.steps import TrainingRun, forward, move_weights
from lpd.training.validation import validate

__all__ = ["RARELY_SELECTED", "STAGE", "steps_per_epoch", "train_epoch", "validate_epoch"]

LOGGER = logging.getLogger(__name__)
STAGE = "training"
RARELY_SELECTED = 0.01


def train_epoch(run: TrainingRun, state: TrainingState, *, steps: int) -> dict[str, Any]:
    """Returns the history row of one epoch of training; weights and carried captions are changed in place."""
    config, epoch = run.config, state.epoch
    # dropout, of each process its own; the caller's generator is put back at the end
    torch.manual_seed(_epoch_seed(config.seed, epoch, 0, run.processes.number))
    generator = torch.Generator().manual_seed(_epoch_seed(config.seed, epoch, 1))
    rng = np.random.default_rng(_epoch_seed(config.seed, epoch, 2))
    batches = epoch_batches(
        run.pairs,
        state.carried,
        batch_size=config.batch_size,
        rng=rng,
        captions_per_epoch=config.captions_per_epoch,
    )
    state.carried = batches.carried
    for group in run.optimiser.param_groups:
        group["lr"] = state.learning_rate
    run.model.train()
    run.model.start_epoch(epoch)
    logs: dict[str, list[Tensor]] = defaultdict(list)
    norms, known = (0.0, 0.0), 0
    for step, rows in enumerate(batches.rows):
        mask = run.carriers.mask(rows)
        known += 0 if mask is None else int(mask.sum())
        parts = forward(run, rows, mask=mask, generator=generator)
        if step == 0:
            norms = gradient_norms(parts, list(run.model.parameters()), processes=run.processes)
        move_weights(run, parts.total)
        _log(logs, parts)
        run.progress(STAGE, epoch * steps + min(step + 1, steps), config.epochs * steps)
    row = {
        "epoch": epoch + 1,
        "steps": len(batches.rows),
        "carried": len(batches.carried),
        "known_relevant": known,
        "learning_rate": state.learning_rate,
    }
    return row | _summary(run, logs, norms=norms, epoch=epoch)


def _log(logs: dict[str, list[Tensor]], parts: Objective) -> None:
    """Keeps the parts of a step on the device; they are read once per epoch."""
    for name, value in parts._asdict().items():
        if value is not None:
            logs[name].append(value.detach())


def _summary(
    run: TrainingRun, logs: Mapping[str, list[Tensor]], *, norms: tuple[float, float], epoch: int
) -> dict[str, Any]:
    """Returns the means of an epoch's steps, and warnings; spaces are named.

    `gradient_norms` and `gradient_ratio` are those of the epoch's first batch; the ratio is that of the two
    losses as they enter the total, dcl_weight x DcL to EF-MTRL. `extra_hard_negatives` is the share of
    hardest negatives that the spaces bring beyond one per text.
    """
    means = {name: torch.stack(values).double().mean(dim=0).cpu() for name, values in logs.items()}
    if not bool(torch.isfinite(means["total"])):
        raise LpdError(
            "the loss is no longer a finite number",
            where=f"epoch {epoch + 1}",
            next_step="lower learning_rate, or look at the scale of the features (normalisation)",
        )
    names = [run.model.spaces[number].name for number in run.model.ranked_spaces]
    rates = dict(zip(names, means["selected"].tolist(), strict=True))
    warnings = [
        f"space {name} learnt from {rate:.1%} of the batches"
        for name, rate in rates.items()
        if rate < RARELY_SELECTED
    ]
    for warning in warnings:
        LOGGER.info("epoch %d: %s", epoch + 1, warning)
    fair_norm, dcl_norm = norms
    row: dict[str, Any] = {
        "loss": float(means["total"]),
        "fair": float(means["fair"]),
        "dcl": float(means["dcl"]),
        "itrl": dict(zip(names, means["itrl"].tolist(), strict=True)),
        "selection_rate": rates,
        "gradient_norms": {"fair": fair_norm, "dcl": dcl_norm},
        "gradient_ratio": _ratio(run.config, norms),
        "warnings": warnings,
    }
    if "auxiliary" in means:
        row["auxiliary"] = float(means["auxiliary"])
    if len(names) > 1:
        row["extra_hard_negatives"] = float(means["distinct_negatives"]) - 1.0
    if "entropy" in means:
        row["entropy"] = dict(zip(names, means["entropy"].tolist(), strict=True))
    return row


def _ratio(config: TrainingConfig, norms: tuple[float, float]) -> float | None:
    fair, dcl = config.ranking_weight * norms[0], config.dcl_weight * norms[1]
    return dcl / fair if fair > 0 else None


def validate_epoch(
    run: TrainingRun, validation: PairedData, *, text: dict[str, Tensor], video: dict[str, Tensor]
) -> dict[str, float]:
    """Returns the validation measures, taken by the first process, in all of them.

    Args:
        run: with the model as it is now.
        validation: captions and the shots searched.
        text: its text features as tensors on the device.
        video: the same of the shots.
    """
    measures: dict[str, float] = {}
    if run.processes.first:
        measures = validate(
            run.model,
            validation,
            device=run.device,
            text=text,
            video=video,
            both_directions=run.config.criterion == "recall_sum",
        )
    return agreed(measures, run.processes)


def steps_per_epoch(run: TrainingRun) -> int:
    """Returns the usual number of batches; carried captions make it one more now and then."""
    shots = run.pairs.caption_shot
    rows = len(shots) if run.config.captions_per_epoch == "all" else len(np.unique(shots))
    return rows // run.config.batch_size


def _epoch_seed(seed: int, epoch: int, purpose: int, process: int = 0) -> int:
    """Returns a seed of its own for each epoch and purpose, so that an epoch can be repeated alone."""
    parts = [seed, epoch, purpose, process] if process else [seed, epoch, purpose]
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint32)[0])
