"""The work that `benchmarks.training` times: synthetic pairs at the paper's sizes, and who steps on them.

Sizes: B pairs in the batch, C captions.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.plain_step import PlainLpd
from benchmarks.training_floor import Floor
from lpd.models import Lpd, build_model
from lpd.progress import no_progress
from lpd.training import PairedData, TrainingConfig, epoch_batches, overall_loss
from lpd.training.data import gather
from lpd.training.steps import TrainingRun, forward, move_weights, prepare_run

TEXT = {"blip": 256, "clip_b32": 512, "clip_l14": 768}
VIDEO = {"wsl": 2048, "clip_b32": 512, "clip_l14": 768, "ircsn": 2048, "beit": 2048, "blip": 256}
"""Source: LPD, Table 2."""

Job = Callable[[], object]
CLEAR_REFS = Path("/proc/self/clear_refs")


@dataclass
class Work:
    """Three ways to step on the same pairs.

    Args:
        run: ours.
        plain: the plain loop, with the same initial weights.
        floor: what no step can leave out.
        validation: pairs to validate on.
        rows: (batches, B) caption rows.
    """

    run: TrainingRun
    plain: PlainLpd
    floor: Floor
    validation: PairedData
    rows: np.ndarray

    def __post_init__(self) -> None:
        self._turn = cycle(self.rows)
        self._generator = torch.Generator().manual_seed(0)

    def lpd_step(self) -> None:
        """One step of ours on the next batch."""
        rows = next(self._turn)
        parts = forward(self.run, rows, mask=self.run.carriers.mask(rows), generator=self._generator)
        move_weights(self.run, parts.total)

    def plain_step(self) -> None:
        """One step of the plain loop on the next batch."""
        self.plain.step(*self.batch(next(self._turn)))

    def batch(self, rows: np.ndarray) -> tuple[Any, Any, Any]:
        """Returns text features, video features and mask of a batch, on the device."""
        run = self.run
        shots = torch.from_numpy(run.pairs.caption_shot[rows])
        mask = run.carriers.mask(rows)
        return (
            gather(run.text, torch.from_numpy(rows), device=run.device),
            gather(run.video, shots, device=run.device),
            None if mask is None else torch.from_numpy(mask).to(run.device),
        )

    def parts(self) -> dict[str, Job]:
        """Returns the parts of a step of ours on the next batch, to be called in their order, and of the
        floor.
        """
        run, model, held = self.run, self.run.model, {}
        rows = next(self._turn)

        def load() -> None:
            held["text"], held["video"], held["mask"] = self.batch(rows)

        def embed() -> None:
            with torch.autocast(run.device.type, run.precision, enabled=run.precision == torch.bfloat16):
                held["ends"] = model.embed_text(held["text"]), model.embed_video(held["video"])

        def compare() -> None:
            ends = (end.float() for end in held["ends"])
            held["loss"] = overall_loss(
                model, *ends, config=run.config, generator=self._generator, mask=held["mask"]
            ).total

        def back() -> None:
            run.optimiser.zero_grad(set_to_none=True)
            held["loss"].backward()

        def clip() -> None:
            torch.nn.utils.get_total_norm([one.grad for one in model.parameters()])

        return {
            "data loading": load,
            "forward: embeddings": embed,
            "forward: similarities and losses": compare,
            "backward": back,
            "gradient norm": clip,
            "optimiser": run.optimiser.step,
            "floor: matrix products": self.floor.matrix_products,
            "floor: optimiser": self.floor.optimiser_pass,
            "floor: embeddings": self.floor.embedding_pass,
        }


def ready(device: str, *, captions: int, precision: str) -> Work:
    """Returns the work, with all weights drawn and inputs fitted."""
    config = TrainingConfig(device=device, precision=precision)
    model = build_model({"system": "lpd", "text_features": TEXT, "video_features": VIDEO})
    assert isinstance(model, Lpd)
    pairs = synthetic_pairs(captions, seed=0)
    run = prepare_run(model, pairs, config, progress=no_progress)
    model.train()
    batches = epoch_batches(
        pairs, np.zeros(0, np.int64), batch_size=config.batch_size, rng=np.random.default_rng(1)
    )
    return Work(
        run=run,
        plain=PlainLpd(model, config),
        floor=Floor(model, batch=config.batch_size, precision=run.precision),
        validation=synthetic_pairs(max(config.batch_size, captions // 10), seed=2),
        rows=batches.rows,
    )


def synthetic_pairs(captions: int, *, seed: int) -> PairedData:
    """Returns as many captions as shots, with random features, float32."""
    rng = np.random.default_rng(seed)
    text, video = (
        {name: rng.standard_normal((captions, size), dtype=np.float32) for name, size in sizes.items()}
        for sizes in (TEXT, VIDEO)
    )
    return PairedData(text, video, caption_shot=np.arange(captions), caption_group=np.arange(captions))


def in_turns(
    jobs: Callable[[], Mapping[str, Job]], *, turns: int, times: int, device: torch.device
) -> dict[str, list[float]]:
    """Returns the milliseconds of each job in each turn, a mean over the times it is called in a row.

    Args:
        jobs: called for each turn.
        turns: a first one that does not count comes before them.
        times: calls in a row; with more than one, another call goes before the clock starts.
        device: a GPU is waited for.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for turn in range(turns + 1):
        for name, job in jobs().items():
            if times > 1:
                job()
            wait_for(device)
            began = time.perf_counter()
            for _ in range(times):
                job()
            wait_for(device)
            if turn:
                found[name].append(1000 * (time.perf_counter() - began) / times)
    return dict(found)


def wait_for(device: torch.device) -> None:
    """Returns when a GPU has done what it was told."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def peak_mib(job: Job, device: torch.device) -> float:
    """Returns the memory in MiB that a job takes at most, beyond what is there when it begins; on a CPU as
    Linux tells it, elsewhere not a number.
    """
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        job()
        wait_for(device)
        return (torch.cuda.max_memory_allocated(device) - before) / 2**20
    if not CLEAR_REFS.exists():
        return float("nan")
    CLEAR_REFS.write_text("5")  # the most ever held becomes what is held now
    before = _most_held_kib()
    job()
    return (_most_held_kib() - before) / 2**10


def _most_held_kib() -> int:
    # getrusage would name the most of the process that started this one
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
