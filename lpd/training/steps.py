"""One step of training: a batch forward, its loss back, the weights moved.

Sizes: B pairs in the batch, P processes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lpd.models import BatchExtras, Ends, SpaceModel
from lpd.progress import Progress
from lpd.training.config import TrainingConfig
from lpd.training.data import PairedData, ShotsOfText, features_on, gather, shot_labels
from lpd.training.devices import choose_device, choose_precision
from lpd.training.objective import Objective, overall_loss, ranking_losses
from lpd.training.processes import ALONE, Processes, average, gathered

__all__ = ["TrainingRun", "forward", "move_weights", "prepare_run"]

OPTIMISERS = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}
HALF = (torch.bfloat16, torch.float16)


@dataclass
class TrainingRun:
    """What the steps of one training share."""

    model: SpaceModel
    config: TrainingConfig
    device: torch.device
    precision: torch.dtype
    optimiser: torch.optim.Optimizer
    scaler: torch.amp.GradScaler
    pairs: PairedData
    text: dict[str, Tensor]
    video: dict[str, Tensor]
    carriers: ShotsOfText
    progress: Progress
    labels: Tensor | None = None
    teachers: tuple[SpaceModel, ...] = ()


def prepare_run(
    model: SpaceModel,
    training: PairedData,
    config: TrainingConfig,
    *,
    progress: Progress,
    teachers: Sequence[SpaceModel] = (),
    fit_inputs: bool = True,
) -> TrainingRun:
    """Returns everything on the device.

    Args:
        model, training, config: as in `train`.
        progress: as in `train`.
        teachers: models that say what they think of each batch; they do not learn.
        fit_inputs: fit the input normalisation on the training rows; off for a model that goes on learning.

    Raises:
        NotFoundError: if the device is not there.
        MismatchError: if the features are not those of the model.
    """
    device = choose_device(config.device)
    precision = choose_precision(config.precision, device)
    text, video = features_on(device, training.text), features_on(device, training.video)
    model.to(device)
    if fit_inputs:
        model.fit_normalisation(text, video)
    return TrainingRun(
        model=model,
        config=config,
        device=device,
        precision=precision,
        optimiser=OPTIMISERS[config.optimiser](model.parameters(), lr=config.learning_rate),
        # bfloat16 has the range of float32; only float16 needs its gradients scaled
        scaler=torch.amp.GradScaler(device.type, enabled=precision == torch.float16),
        pairs=training,
        text=text,
        video=video,
        carriers=ShotsOfText(training),
        progress=progress,
        labels=None if model.label_feature is None else shot_labels(training, model.label_feature),
        teachers=tuple(teacher.to(device).eval() for teacher in teachers),
    )


def _forward(
    run: TrainingRun, captions: np.ndarray, *, mask: np.ndarray | None, generator: torch.Generator
) -> Objective:
    """Returns the loss of one batch; ends may be of half precision, similarities and losses are float32."""
    rows = torch.from_numpy(captions)
    shots = torch.from_numpy(run.pairs.caption_shot[captions])
    text = gather(run.text, rows, device=run.device)
    video = gather(run.video, shots, device=run.device)
    known = None if mask is None else torch.from_numpy(mask).to(run.device)
    half = run.precision != torch.float32
    if not run.model.bi_encoder:
        with torch.autocast(run.device.type, dtype=run.precision if half else None, enabled=half):
            similarities = run.model(text, video)
        return ranking_losses(
            run.model, similarities.float(), config=run.config, generator=generator, mask=known
        )
    with torch.autocast(run.device.type, dtype=run.precision if half else None, enabled=half):
        ends = widened(run.model.embed_text(text)), widened(run.model.embed_video(video))
    extras = BatchExtras(
        labels=None if run.labels is None else run.labels[shots].to(run.device, torch.float32),
        lessons=tuple(teacher.teach(text, video) for teacher in run.teachers),
        reduction=run.config.reduction,
    )
    return overall_loss(
        run.model,
        *ends,
        config=run.config,
        generator=generator,
        mask=known,
        auxiliary=run.model.auxiliary_loss(text, video, ends, extras),
    )


def widened(ends: Ends) -> Ends:
    """Returns the ends in at least single precision."""
    if isinstance(ends, Tensor):
        return ends.float() if ends.dtype in HALF else ends
    return tuple(end.float() if end.dtype in HALF else end for end in ends)


def _step(run: TrainingRun, loss: Tensor) -> None:
    """Moves the weights once along the clipped gradient."""
    run.optimiser.zero_grad(set_to_none=True)
    run.scaler.scale(loss).backward()
    run.scaler.unscale_(run.optimiser)
    if run.config.clip > 0:
        _clip(list(run.model.parameters()), run.config.clip)
    run.scaler.step(run.optimiser)
    run.scaler.update()


def _clip(weights: Sequence[Tensor], bound: float) -> None:
    """Cuts the norm of all gradients together to the bound."""
    norm = torch.nn.utils.get_total_norm([weight.grad for weight in weights if weight.grad is not None])
    # torch would multiply by 1 where nothing is to be cut; a GPU would have to be waited for to know
    if norm.device.type != "cpu" or not norm <= bound:
        torch.nn.utils.clip_grads_with_norm_(weights, bound, norm)


