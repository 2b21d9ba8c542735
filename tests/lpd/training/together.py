"""Small trainings in float64 without dropout, for one process or for those of torchrun:

    torchrun --nproc-per-node 2 -m tests.lpd.training.together FOLDER

Each process leaves what it found of every training in FOLDER/<number>.json.
"""

import dataclasses
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch

from lpd.errors import MismatchError
from lpd.models import build_model
from lpd.progress import no_progress
from lpd.training import ALONE, PairedData, TrainingConfig, launched, train
from lpd.training.data import ShotsOfText
from lpd.training.steps import forward, move_weights, prepare_run
from tests.lpd.training.conftest import SIZES, make_pairs

STEPS = 50
EXACT = TrainingConfig(epochs=2, batch_size=16, learning_rate=2e-3, precision="float64", device="cpu")
PLAIN = dataclasses.replace(EXACT, ef="off", dcl_weight=0.0)
CONTRASTIVE = dataclasses.replace(PLAIN, loss="infonce")
ENDS = {
    "text_features": {name: SIZES[name] for name in ("w2v", "gru")},
    "video_features": {name: SIZES[name] for name in ("colour", "shape", "motion")},
    "width": 16,
    "dropout": 0.0,
}
FRAMES = {
    "text_features": {"clip": 8, "tokens": 5},
    "video_features": {"frames:clip@3": 3 * 9},
    "frames": 3,
    "width": 8,
    "layers": 1,
    "heads": 2,
}
XCLIP = {"system": "xclip", **FRAMES, "vocabulary": 11}
CASES = {
    "lpd": ({"system": "lpd", **ENDS}, EXACT),
    "sea": ({"system": "sea", **ENDS}, EXACT),
    "lpd-random-half": ({"system": "lpd", **ENDS}, dataclasses.replace(EXACT, ef="random_half", clip=0.1)),
    "sea-batch-norm": ({"system": "sea", **ENDS, "batch_norm": True}, EXACT),
    "dual-task": (
        {"system": "dual-task", **ENDS, "text_features": {"w2v": SIZES["w2v"], "concepts": 4}},
        dataclasses.replace(PLAIN, direction="both"),
    ),
    "xclip": (XCLIP, CONTRASTIVE),
    "teachclip": ({"system": "teachclip", **FRAMES, "text_features": {"clip": 8}}, CONTRASTIVE),
}


def pairs(shots, *, seed):
    """Pairs with what every system here reads; some shots share a caption, few enough to meet in no batch: a
    shot that is twice in one ties with itself, and rounding says which of the two is the hardest negative.
    """
    plain = make_pairs(shots, repeats=shots // 10, seed=seed)
    rng = np.random.default_rng(seed)
    captions = len(plain.caption_shot)
    place = np.unique(plain.caption_group, return_inverse=True)[1]
    text = {
        "concepts": rng.integers(0, 2, (captions, 4))[place].astype(np.float32),
        "clip": rng.standard_normal((captions, 8))[place].astype(np.float32),
        "tokens": rng.integers(3, 11, (captions, 5))[place].astype(np.float32),
    }
    frames = np.concatenate([rng.standard_normal((shots, 3, 8)), np.ones((shots, 3, 1))], axis=2)
    video = {"frames:clip@3": frames.reshape(shots, -1).astype(np.float32)}
    return PairedData(plain.text | text, plain.video | video, plain.caption_shot, plain.caption_group)


def steps_of(case, processes):
    """Returns the loss of every step and the spaces that learnt from it."""
    model, config = CASES[case]
    run = prepare_run(
        build_model(model, seed=1),
        pairs(60, seed=0),
        config,
        progress=no_progress,
        processes=processes,
    )
    carriers, generator = ShotsOfText(run.pairs), torch.Generator().manual_seed(3)
    rng = np.random.default_rng(5)
    losses, selected = [], []
    for _ in range(STEPS):
        rows = rng.choice(len(run.pairs.caption_shot), config.batch_size, replace=False)
        parts = forward(run, rows, mask=carriers.mask(rows), generator=generator)
        move_weights(run, parts.total)
        losses.append(parts.total.item())
        selected.append(parts.selected.tolist())
    return {"losses": losses, "selected": selected}


def training_of(case, processes, directory=None):
    """Returns the record of a training, and a digest of its weights."""
    model, config = CASES[case]
    teachers = [build_model(XCLIP, seed=2)] if case == "teachclip" else []
    calls = []
    result = train(
        build_model(model, seed=1),
        pairs(60, seed=0),
        pairs(30, seed=5),
        config,
        teachers=teachers,
        processes=processes,
        directory=directory,
        progress=lambda *call: calls.append(call),
    )
    bits = b"".join(tensor.numpy().tobytes() for tensor in result.model.state_dict().values())
    return {
        "history": [{**row, "seconds": 0} for row in result.history],
        "best": result.best,
        "resumed_from": result.resumed_from,
        "weights": hashlib.sha256(bits).hexdigest(),
        "progress": len(calls),
    }


def refusal(processes):
    """Returns what is said of a batch that cannot be shared."""
    try:
        train(
            build_model(CASES["lpd"][0]),
            pairs(60, seed=0),
            pairs(30, seed=5),
            dataclasses.replace(EXACT, batch_size=15),
            processes=processes,
        )
    except MismatchError as error:
        return str(error)
    return None


def everything(processes, folder):
    """Returns all that is compared."""
    return {
        "steps": {case: steps_of(case, processes) for case in ("lpd", "sea")},
        "trainings": {case: training_of(case, processes) for case in CASES},
        "begun": training_of("lpd", processes, folder / "state"),
        "resumed": training_of("lpd", processes, folder / "state"),
        "refusal": refusal(processes),
        "alone": processes == ALONE,
    }


if __name__ == "__main__":
    target = Path(sys.argv[1])
    torch.set_num_threads(1)
    with launched("cpu") as together:
        found = everything(together, target)
    (target / f"{together.number}.json").write_text(json.dumps(found))
