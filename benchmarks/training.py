"""How long a training step and an epoch of LPD take at the paper's sizes, against a plain loop over spaces
and pairs of spaces (plain_step.py) and against the floor (training_floor.py): ratios in one run on the same
work.

    python -m benchmarks.training [--device cpu] [--threads N] [--turns 15] [--json FILE]

Everything is timed in turns, so that what else the machine does hits all alike. A ratio is taken within each
turn; the median over the turns is printed, and the quartiles. Where a GPU works, the clock is read when it is
done.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as lpd.cli does, before torch is imported

import numpy as np
import torch
from torch.profiler import ProfilerActivity, profile

from benchmarks.training_work import Work, in_turns, peak_mib, ready, wait_for
from lpd.training import TrainingState, epoch_batches, validate
from lpd.training.epoch import train_epoch

FEW_CAPTIONS = 256
"""For the memory of a step: what comes before it should take less."""


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="float32", help="of our step and the floor; or bfloat16")
    parser.add_argument("--threads", type=int, help="of a CPU; else PyTorch's choice")
    parser.add_argument("--captions", type=int, default=2560, help="of the training, one per shot")
    parser.add_argument("--turns", type=int, default=15)
    parser.add_argument("--steps", type=int, default=3, help="of each in a turn")
    parser.add_argument("--epochs", type=int, default=3, help="turns of whole epochs")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument(
        "--memory-of", choices=("lpd", "plain"), help="only the memory of these steps, in MiB"
    )
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    if arguments.memory_of:
        print(memory(arguments))
        return
    work = ready(arguments.device, captions=arguments.captions, precision=arguments.precision)
    figures = {
        "machine": machine(work),
        "step": steps(work, turns=arguments.turns, times=arguments.steps),
        "parts": in_turns(work.parts, turns=2 * arguments.turns, times=1, device=work.run.device),
        "epoch": epochs(work, turns=arguments.epochs),
        "operations": operations(work),
        "memory MiB": {name: memory_of(name, arguments) for name in ("lpd", "plain")},
    }
    print_figures(figures)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def machine(work: Work) -> dict[str, Any]:
    """Returns what it ran on."""
    device = work.run.device
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine()
    return {
        "device": f"{device.type} ({name})",
        "precision": str(work.run.precision).removeprefix("torch."),
        "threads": torch.get_num_threads(),
        "cores": os.cpu_count(),
        "torch": torch.__version__,
    }


def steps(work: Work, *, turns: int, times: int) -> dict[str, list[float]]:
    """Returns the milliseconds per step of each in each turn; on a GPU also until ours was handed over."""
    device = work.run.device
    jobs = {"lpd": work.lpd_step, "plain": work.plain_step, "floor": work.floor.step}
    found = in_turns(lambda: jobs, turns=turns, times=times, device=device)
    if device.type == "cuda":
        found["lpd, handed over"] = [handed_over(work, times=times) for _ in range(turns)]
    return found


def handed_over(work: Work, *, times: int) -> float:
    """Returns the milliseconds per step until the GPU has been told everything."""
    wait_for(work.run.device)
    began = time.perf_counter()
    for _ in range(times):
        work.lpd_step()
    told = time.perf_counter() - began
    wait_for(work.run.device)
    return 1000 * told / times


def epochs(work: Work, *, turns: int) -> dict[str, list[float]]:
    """Returns the milliseconds of whole epochs, ours and of plain steps on the same batches with the same
    validation, and of what is in ours beside the steps' arithmetic.
    """
    run = work.run
    state = TrainingState(learning_rate=run.config.learning_rate)
    number = len(work.rows)

    def measure() -> None:
        validate(run.model, work.validation, device=run.device)

    def ours() -> None:
        state.carried = state.carried[:0]
        train_epoch(run, state, steps=number)
        measure()

    def plain() -> None:
        for rows in deal(work):
            work.plain.step(*work.batch(rows))
        measure()

    def load() -> None:
        for rows in deal(work):
            work.batch(rows)

    def floor() -> None:
        for _ in range(number):
            work.floor.step()

    jobs = {"lpd": ours, "plain": plain, "floor": floor, "data loading": load, "validation": measure}
    return in_turns(lambda: jobs, turns=turns, times=1, device=run.device)


def deal(work: Work) -> np.ndarray:
    """Returns the batches of an epoch, dealt anew."""
    config = work.run.config
    rng = np.random.default_rng(3)
    return epoch_batches(work.run.pairs, np.zeros(0, np.int64), batch_size=config.batch_size, rng=rng).rows


def operations(work: Work, *, times: int = 5, shown: int = 12) -> dict[str, Any]:
    """Returns how many operations a step of ours consists of, and the share of time of the longest ones."""
    on_gpu = work.run.device.type == "cuda"
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if on_gpu else [])]
    with profile(activities=activities) as profiled:
        for _ in range(times):
            work.lpd_step()
        wait_for(work.run.device)
    spent = {
        event.key: event.self_device_time_total if on_gpu else event.self_cpu_time_total
        for event in profiled.key_averages()
    }
    total = sum(spent.values())
    count = sum(event.count for event in profiled.key_averages() if event.key.startswith("aten::"))
    longest = sorted(spent, key=spent.__getitem__, reverse=True)[:shown]
    return {"in a step": count / times, "share": {name: spent[name] / total for name in longest}}


def memory_of(name: str, arguments: argparse.Namespace) -> float:
    """Returns what the steps of a contender take, measured in a process of their own."""
    command = [sys.executable, "-m", "benchmarks.training", "--memory-of", name]
    command += ["--device", arguments.device, "--precision", arguments.precision]
    command += ["--threads", str(torch.get_num_threads())]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def memory(arguments: argparse.Namespace) -> float:
    """Returns what three steps take beyond data, weights and the floor's own tensors."""
    work = ready(arguments.device, captions=FEW_CAPTIONS, precision=arguments.precision)
    step = work.lpd_step if arguments.memory_of == "lpd" else work.plain_step
    return peak_mib(lambda: [step() for _ in range(3)], work.run.device)


def ratio(one: list[float], other: list[float]) -> str:
    """Returns the median ratio of two lists of equal length, and its quartiles."""
    low, middle, high = np.percentile(np.array(one) / np.array(other), [25, 50, 75])
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def print_figures(figures: dict[str, Any]) -> None:
    """Prints every table."""
    print(", ".join(f"{key} {value}" for key, value in figures["machine"].items()))
    for name in ("step", "epoch"):
        times = figures[name]
        print(f"\n| {name} | ms | lpd takes times as long |\n| --- | --- | --- |")
        for key, values in times.items():
            print(f"| {key} | {np.median(values):.1f} | {ratio(times['lpd'], values)} |")
    loading, validation = (
        np.median(np.array(figures["epoch"][key]) / np.array(figures["epoch"]["lpd"]))
        for key in ("data loading", "validation")
    )
    print(f"\nof an epoch: data loading {loading:.1%}, validation {validation:.1%}")
    parts = {name: float(np.median(values)) for name, values in figures["parts"].items()}
    whole = sum(value for name, value in parts.items() if not name.startswith("floor"))
    print("\n| part of a step | ms | share |\n| --- | --- | --- |")
    for name, value in parts.items():
        print(f"| {name} | {value:.2f} | {value / whole:.1%} |")
    found = figures["operations"]
    print(f"\n{found['in a step']:.0f} operations in a step; the longest by their own time:")
    print(", ".join(f"{name} {share:.1%}" for name, share in found["share"].items()))
    print("\npeak memory of the steps beyond data and weights, MiB: ", end="")
    print(", ".join(f"{name} {value:.0f}" for name, value in figures["memory MiB"].items()))
    print(bound(figures))


def bound(figures: dict[str, Any]) -> str:
    """Returns one sentence on what the step waits for."""
    step = figures["step"]
    if "lpd, handed over" in step:
        told = float(np.median(step["lpd, handed over"]) / np.median(step["lpd"]))
        who = "handing operations to the GPU" if told > 0.9 else "the GPU's own work"
        return f"a step is bound by {who}: all is handed over after {told:.0%} of its time"
    parts = {name: float(np.median(values)) for name, values in figures["parts"].items()}
    whole = sum(value for name, value in parts.items() if not name.startswith("floor"))
    least = sum(value for name, value in parts.items() if name.startswith("floor"))
    products = parts["floor: matrix products"]
    shares = f"matrix products {products / whole:.0%}, the whole floor {least / whole:.0%}"
    return f"of the sum of a step's parts, timed alone: {shares}"


if __name__ == "__main__":
    main()
