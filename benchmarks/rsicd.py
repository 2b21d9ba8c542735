"""The documented path with one's own data, run on RSICD: import, encode, train (LPD, without DcL, without
EF-MTRL), index, measure.

    python -m benchmarks.rsicd DATA WORKSPACE [--seeds 1] [--json FILE]

DATA holds what `lpd import` takes: train|valid|test.ids.txt, train|valid.caption.txt, features/*.npy with
features/id.txt, thumbs.tar, dev.topics.txt and dev.qrels.txt. Every step is one `lpd` command, printed before
it runs.
"""

import argparse
import json
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

VIDEO_FEATURES = ("mbv1_1.0", "mbv1_0.5", "mbv2_ptq", "colour")
SYSTEMS = {"lpd": (), "lpd-no-dcl": ("--set", "dcl_weight=0"), "lpd-no-ef": ("--set", "ef=off")}
QUERY = "a stadium with stands around the field"


def main() -> None:
    """Runs the sequence and prints the table of results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--seeds", type=int, default=1, help="trainings per system")
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    if not (arguments.workspace / "workspace.toml").exists():
        import_everything(arguments.data, arguments.workspace)
    rows = []
    for seed in range(arguments.seeds):
        for system, switches in SYSTEMS.items():
            name = system if arguments.seeds == 1 else f"{system}-seed{seed}"
            rows.append(measure(arguments.workspace, name, seed=seed, switches=switches))
    run(arguments.workspace, "search", QUERY, "--model", rows[0]["model"], "--collection", "rsicd", "-k", "5")
    print_rows(rows)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def import_everything(data: Path, workspace: Path) -> None:
    """Makes the workspace: shots, pictures, features, captions, topics, qrels, text features."""
    command("init", str(workspace), "--name", "rsicd")
    subsets = [f"--subset={name}={data / f'{name}.ids.txt'}" for name in ("train", "valid", "test")]
    ids = data / "features" / "id.txt"
    run(workspace, "import", "shots", str(ids), "--collection", "rsicd", *subsets)
    run(workspace, "import", "media", str(data / "thumbs.tar"), "--collection", "rsicd")
    for name in VIDEO_FEATURES:
        source = str(data / "features" / f"{name}.npy")
        run(
            workspace,
            "import",
            "features",
            source,
            "--ids",
            str(ids),
            "--collection",
            "rsicd",
            "--name",
            name,
        )
    for name in ("train", "valid"):
        run(
            workspace,
            "import",
            "captions",
            str(data / f"{name}.caption.txt"),
            "--collection",
            "rsicd",
            "--set",
            name,
        )
    topics = str(data / "dev.topics.txt")
    run(
        workspace, "import", "topics", topics, "--edition", "dev", "--collection", "rsicd", "--subset", "test"
    )
    run(workspace, "import", "qrels", str(data / "dev.qrels.txt"), "--edition", "dev", "--name", "judged")
    run(workspace, "encode", "dev", "--fit-on", "train", "--validate-on", "valid")


def measure(workspace: Path, name: str, *, seed: int, switches: tuple[str, ...]) -> dict[str, Any]:
    """Trains one model, indexes all shots, and returns its figures."""
    training = run(
        workspace,
        *(
            "train",
            "lpd",
            "--name",
            name,
            "--captions",
            "train",
            "--validation",
            "valid",
            "--seed",
            str(seed),
        ),
        *("--set", "captions_per_epoch=one", *switches, "--json"),
    )
    run(workspace, "index", "--model", name, "--collection", "rsicd")
    runs = run(workspace, "run", "--model", name, "--edition", "dev", "--per-space", "--json")["runs"]
    measured = run(workspace, "evaluate", *runs, "--edition", "dev", "--json")["runs"]
    diverse = run(workspace, "diversity", "--model", name, "--edition", "dev", "-k", "20", "--json")[
        "models"
    ][0]
    return {
        "model": name,
        "seed": seed,
        "epoch": training["best"]["epoch"],
        "validation mAP": training["best"]["mAP"],
        "validation R@10": training["best"]["R@10"],
        "training s": training["seconds"],
        "mean IoU@20": diverse["mean_off_diagonal"],
        "infAP": {
            one["tag"].removeprefix(name).lstrip(".") or "fused": one["mean"]["infAP"] for one in measured
        },
    }


def run(workspace: Path, *arguments: str) -> dict[str, Any]:
    """Runs one verb on the workspace; returns its JSON document, empty where none was asked for."""
    return command(*arguments, "--workspace", str(workspace))


def command(*arguments: str) -> dict[str, Any]:
    """Prints and runs one `lpd` command; ends the script with its exit code where it fails."""
    print(f"$ lpd {shlex.join(arguments)}", flush=True)
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "lpd", *arguments], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)
    print(f"  {time.perf_counter() - started:.1f} s", flush=True)
    if "--json" in arguments:
        return dict(json.loads(done.stdout))
    if done.stdout:
        print(done.stdout)
    return {}


def print_rows(rows: list[dict[str, Any]]) -> None:
    """Prints a table: one row per figure, one column per model."""
    print("| figure |" + "".join(f" {row['model']} |" for row in rows))
    print("| --- |" + " --- |" * len(rows))
    for key in ("epoch", "validation mAP", "validation R@10", "training s", "mean IoU@20"):
        print(f"| {key} |" + "".join(f" {row[key]:.4g} |" for row in rows))
    for name in rows[0]["infAP"]:
        print(f"| infAP {name} |" + "".join(f" {row['infAP'][name]:.4f} |" for row in rows))


if __name__ == "__main__":
    main()
