"""One step of training: a batch forward, its loss back, the weights moved.

Sizes: B pairs in the batch.
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
from lpd.training.processes import ALONE, Processes, align, averaged, gathered

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
    processes: Processes = ALONE


def prepare_run(
    model: SpaceModel,
    training: PairedData,
    config: TrainingConfig,
    *,
    progress: Progress,
    teachers: Sequence[SpaceModel] = (),
    fit_inputs: bool = True,
    processes: Processes = ALONE,
) -> TrainingRun:
    """Returns everything on the device.

    Args:
        model, training, config: as in `train`.
        progress, processes: as in `train`.
        teachers: models that say what they think of each batch; they do not learn.
        fit_inputs: fit the input normalisation on the training rows; off for a model that goes on learning.

    Raises:
        NotFoundError: if the device is not there.
        MismatchError: if the features are not those of the model.
    """
    device = choose_device(config.device)
    precision = choose_precision(config.precision, device)
    text, video = features_on(device, training.text), features_on(device, training.video)
    kind = torch.promote_types(precision, torch.float32)
    model.to(device, kind)
    if fit_inputs:
        model.fit_normalisation(text, video)
    align(model.state_dict().values(), processes)
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
        teachers=tuple(teacher.to(device, kind).eval() for teacher in teachers),
        processes=processes,
    )


def forward(
    run: TrainingRun, captions: np.ndarray, *, mask: np.ndarray | None, generator: torch.Generator
) -> Objective:
    """Returns the loss of one batch; ends may be of half precision, similarities and losses are not.

    Args:
        run: what the steps share.
        captions: (B,) rows of the batch of all processes together.
        mask: (B, B) bool, entries that are no negatives.
        generator: as in `overall_loss`.
    """
    shots = torch.from_numpy(run.pairs.caption_shot[captions])
    kind = torch.promote_types(run.precision, torch.float32)
    text = gather(run.text, torch.from_numpy(captions), device=run.device, precision=kind)
    video = gather(run.video, shots, device=run.device, precision=kind)
    known = None if mask is None else torch.from_numpy(mask).to(run.device)
    share = run.processes.share(len(captions))
    own_text = {name: rows[share] for name, rows in text.items()}
    half = run.precision in HALF
    with torch.autocast(run.device.type, dtype=run.precision if half else None, enabled=half):
        if not run.model.bi_encoder:
            scores = run.model(own_text, video).to(kind)
            similarities = gathered(scores, run.processes, axis=1)
            return ranking_losses(run.model, similarities, config=run.config, generator=generator, mask=known)
        own_video = {name: rows[share] for name, rows in video.items()}
        own_ends = run.model.embed_text(own_text), run.model.embed_video(own_video)
    text_ends, video_ends = (_of_all(end, run.processes, precision=kind) for end in own_ends)
    extras = BatchExtras(
        labels=None if run.labels is None else run.labels[shots].to(run.device, kind),
        lessons=tuple(teacher.teach(text, video) for teacher in run.teachers),
        reduction=run.config.reduction,
    )
    return overall_loss(
        run.model,
        text_ends,
        video_ends,
        config=run.config,
        generator=generator,
        mask=known,
        auxiliary=run.model.auxiliary_loss(text, video, (text_ends, video_ends), extras),
    )


def _of_all(ends: Ends, processes: Processes, *, precision: torch.dtype) -> Ends:
    """Returns one end of the whole batch from that of this process's share."""
    if isinstance(ends, Tensor):
        return gathered(ends.to(precision), processes, axis=1)
    return tuple(gathered(end.to(precision), processes, axis=0) for end in ends)


def move_weights(run: TrainingRun, loss: Tensor) -> None:
    """Moves the weights once along the clipped gradient."""
    run.optimiser.zero_grad(set_to_none=True)
    run.scaler.scale(loss).backward()
    learning = [weight for weight in run.model.parameters() if weight.grad is not None]
    gradients = averaged([weight.grad for weight in learning if weight.grad is not None], run.processes)
    for weight, gradient in zip(learning, gradients, strict=True):
        weight.grad = gradient
    run.scaler.unscale_(run.optimiser)
    if run.config.clip > 0 and not _within(gradients, run.config.clip):
        torch.nn.utils.clip_grad_norm_(learning, run.config.clip)
    run.scaler.step(run.optimiser)
    run.scaler.update()


def _within(gradients: Sequence[Tensor], bound: float) -> bool:
    """Returns whether nothing is to be cut, which saves a CPU multiplying every gradient by 1; a GPU would
    have to be waited for.
    """
    if gradients[0].device.type != "cpu":
        return False
    return bool(torch.stack([gradient.norm() for gradient in gradients]).norm() <= bound)
