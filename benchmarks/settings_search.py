"""The same search for every system: a small grid of settings, one seed, judged by validation captions alone.

    python -m benchmarks.settings_search WORKSPACE [--captions train] [--validation valid]
        [--set KEY=VALUE ...] [--systems lpd sea ...] [--switches] [--workers 2] [--log search.jsonl]

Every system gets the same grid (GRID); with --switches LPD's own switches are tried one by one as well
(SWITCHES), so that one can see what holds it back. No topic and no judgement is read. Each training is a line
of the log, written when it ends; what is in the log is not trained again.
"""

import argparse
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

SYSTEMS = ("w2vvpp", "dual-encoding", "laff", "sea", "txv", "lpd")
GRID = {
    "as it is": ((), ()),
    "learning rate x 3": (("learning_rate*3",), ()),
    "dropout .4": ((), ("dropout=0.4",)),
    "dropout .4, learning rate x 3": (("learning_rate*3",), ("dropout=0.4",)),
    "width x 2": ((), ("width*2",)),
}
"""Name -> changes of the training, changes of the model."""
SWITCHES = {
    "ef=off": ("ef=off",),
    "ef=random_half": ("ef=random_half",),
    "ef_end=dominant": ("ef_end=dominant",),
    "ef_end=fused": ("ef_end=fused",),
    "dcl_weight=0": ("dcl_weight=0",),
    "dcl_weight=0.05": ("dcl_weight=0.05",),
    "dcl_weight=1": ("dcl_weight=1",),
    "dcl_mode=full": ("dcl_mode=full",),
    "dcl_mode=zero": ("dcl_mode=zero",),
    "ef=off, dcl_weight=0": ("ef=off", "dcl_weight=0"),
    "sums, dcl_weight=1": ("reduction=sum", "dcl_pairs=sum", "dcl_weight=1"),
}


@dataclass(frozen=True)
class Trial:
    """One training of the search."""

    workspace: Path
    system: str
    name: str
    captions: str
    validation: str
    settings: tuple[str, ...]
    options: tuple[str, ...]
    width: int


def main() -> None:
    """Trains what the log lacks and prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--captions", default="train")
    parser.add_argument("--validation", default="valid")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--systems", nargs="+", default=SYSTEMS)
    parser.add_argument("--switches", action="store_true", help="also LPD's switches, one by one")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--log", type=Path, default=Path("search.jsonl"))
    arguments = parser.parse_args()
    rows = read_log(arguments.log)
    known = {(row["system"], row["name"]) for row in rows}
    wanted = [trial for trial in trials(arguments) if (trial.system, trial.name) not in known]
    with ProcessPoolExecutor(arguments.workers, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(run, trial) for trial in wanted]):
            rows.append(future.result())
            with arguments.log.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(rows[-1]) + "\n")
            print(
                f"{rows[-1]['system']}, {rows[-1]['name']}: validation mAP {rows[-1]['mAP']:.4f}", flush=True
            )
    print_table(rows)


def read_log(path: Path) -> list[dict[str, Any]]:
    """Returns the trainings that ended earlier."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def trials(arguments: argparse.Namespace) -> Iterator[Trial]:
    """Yields the grid of every system, then LPD's switches."""
    base = tuple(arguments.settings)
    common = (arguments.captions, arguments.validation)
    for name, (training, model) in GRID.items():
        for system in arguments.systems:
            options = tuple(option for option in model if "*" not in option)
            yield Trial(
                arguments.workspace,
                system,
                name,
                *common,
                settings=(*base, *(faster(base) if training else ())),
                options=options,
                width=arguments.width * (2 if "width*2" in model else 1),
            )
    for name, changes in SWITCHES.items() if arguments.switches else ():
        yield Trial(arguments.workspace, "lpd", name, *common, (*base, *changes), (), arguments.width)


def faster(settings: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the setting of three times the learning rate."""
    given = [one.partition("=")[2] for one in settings if one.startswith("learning_rate=")]
    return (f"learning_rate={3 * float(given[-1] if given else 1e-4):g}",)


def run(trial: Trial) -> dict[str, Any]:
    """Returns the figures of one training; no file is written. One thread, so that two run side by side."""
    import torch

    from lpd.services.model_settings import new_model, special_features
    from lpd.services.pairs import input_names, paired_data, split_names
    from lpd.services.training import ModelRequest, training_settings
    from lpd.training import train
    from lpd.workspace import open_workspace

    torch.set_num_threads(1)
    workspace = open_workspace(trial.workspace)
    request = ModelRequest(
        "search",
        trial.system,
        trial.captions,
        trial.validation,
        settings=trial.settings,
        options=trial.options,
        width=trial.width,
        device="cpu",
    )
    sets = split_names(trial.captions)
    inputs = input_names(workspace, [*sets, trial.validation], special=special_features(request))
    result = train(
        new_model(workspace, request, inputs),
        paired_data(workspace, sets, inputs),
        paired_data(workspace, [trial.validation], inputs),
        training_settings(request),
    )
    extra = {"settings": list(trial.settings), "options": list(trial.options), "width": trial.width}
    return {"system": trial.system, "name": trial.name, **result.best, "seconds": result.seconds, **extra}


def print_table(rows: list[dict[str, Any]]) -> None:
    """Prints a column per system and a row per setting, then LPD's switches."""
    found = {(row["system"], row["name"]): row["mAP"] for row in rows}
    systems = [system for system in SYSTEMS if any(row["system"] == system for row in rows)]
    print("| validation mAP |" + "".join(f" {system} |" for system in systems))
    print("| --- |" + " ---: |" * len(systems))
    for name in GRID:
        cells = [found.get((system, name)) for system in systems]
        print(f"| {name} |" + "".join(" |" if cell is None else f" {cell:.4f} |" for cell in cells))
    print("\n| LPD with | validation mAP |\n| --- | ---: |")
    for name in ("as it is", *SWITCHES):
        if ("lpd", name) in found:
            print(f"| {name} | {found['lpd', name]:.4f} |")


if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    main()
