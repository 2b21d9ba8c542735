"""How long sample_eval's work takes: 30 topics, 1000 shots, 20 runs, judgements as large as TV21's, reading
included; lpd against the plain version of the tests, in one process. Both use one thread; what is counted is
processor time, so that other programs of the machine do not count.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lpd.evaluation import evaluate_runs
from lpd.trec import Qrels, make_run, read_qrels, read_run_rows, write_qrels, write_run
from tests.reference.evaluation import inferred_measures

__all__ = ["lines"]

TOPICS, DEPTH, RUNS = 30, 1000, 20
STRATA = (("1", 791, 1.0), ("2", 986, 1.0), ("3", 4444, 0.257))
"""Stratum, rows per topic, share that is judged: TV21 has 15,822, 19,727 and 88,882 rows of 20 topics."""

COLLECTION = 1_000_000
REPEATS, PLAIN_REPEATS = 5, 2
MEASURES = ("infAP", "infNDCG", "iP10", "iP100", "iP1000", "inum_rel", "inum_rel_ret")
SAME = 5e-12


def lines() -> list[str]:
    """Returns what was measured, as lines to print."""
    with tempfile.TemporaryDirectory() as folder:
        qrels, runs = _write_files(Path(folder))
        rows = sum(1 for _ in qrels.open("rb"))
        quick, found = _timed(lambda: _with_lpd(qrels, runs), repeats=REPEATS)
        plain, expected = _timed(lambda: _plainly(qrels, runs), repeats=PLAIN_REPEATS)
    worst = max(
        abs(found[key][name] - expected[key][name]) / max(abs(expected[key][name]), 1.0)
        for key in expected
        for name in MEASURES
    )
    if found.keys() != expected.keys() or worst > SAME:
        raise RuntimeError(f"the two differ by {worst}")
    size = f"{TOPICS} topics x {DEPTH} shots x {RUNS} runs, qrels of {rows:,} rows"
    return [
        f"evaluation, reading included: {size}",
        f"  lpd               {quick:7.2f} s   (best of {REPEATS})",
        f"  plain, per rank   {plain:7.2f} s   (best of {PLAIN_REPEATS})",
        f"  ratio             {plain / quick:7.1f}   largest difference {worst:.1e}",
    ]


def _timed(work: Callable[[], dict], *, repeats: int) -> tuple[float, dict]:
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        found = work()
        seconds.append(time.process_time() - start)
    return min(seconds), found


def _with_lpd(qrels: Path, runs: list[Path]) -> dict[tuple[str, str], dict[str, float]]:
    evaluations = evaluate_runs([read_run_rows(path) for path in runs], read_qrels(qrels))
    return {
        (path.name, topic_id): measures
        for path, evaluation in zip(runs, evaluations, strict=True)
        for topic_id, measures in evaluation.topics.items()
    }


def _plainly(qrels: Path, runs: list[Path]) -> dict[tuple[str, str], dict[str, float]]:
    rows: dict[str, list[tuple[str, str, int]]] = {}
    for line in qrels.read_text().splitlines():
        topic_id, _, shot_id, stratum, relevance = line.split()
        rows.setdefault(topic_id, []).append((shot_id, stratum, int(relevance)))
    found = {}
    for path in runs:
        scored: dict[str, dict[str, float]] = {}
        for line in path.read_text().splitlines():
            topic_id, _, shot_id, _, score, _ = line.split()
            scored.setdefault(topic_id, {})[shot_id] = float(score)
        for topic_id, shots in scored.items():
            ranking = sorted(shots, key=lambda one: (shots[one], one), reverse=True)
            found[path.name, topic_id] = inferred_measures(ranking, rows[topic_id])
    return found


def _write_files(folder: Path) -> tuple[Path, list[Path]]:
    """Writes made-up qrels and runs: better runs find more of the relevant shots, some scores are alike."""
    generator = np.random.default_rng(0)
    pools: dict[str, tuple[list[str], np.ndarray]] = {}
    rows = []
    for topic in range(TOPICS):
        total = sum(size for _, size, _ in STRATA)
        shots = [
            f"shot{one // 100 + 1:05d}_{one % 100 + 1}"
            for one in generator.choice(COLLECTION, total, replace=False)
        ]
        strata = np.repeat([name for name, _, _ in STRATA], [size for _, size, _ in STRATA])
        judged = generator.random(total) < np.repeat([s for *_, s in STRATA], [n for _, n, _ in STRATA])
        relevance = np.where(judged, generator.random(total) < np.geomspace(0.6, 0.002, total), -1).astype(
            int
        )
        pools[str(1661 + topic)] = (shots, relevance)
        rows += zip([str(1661 + topic)] * total, shots, strata.tolist(), relevance.tolist(), strict=True)
    qrels = folder / "qrels.txt"
    write_qrels(qrels, Qrels(rows))
    runs = []
    for number in range(RUNS):
        scored = {}
        for topic_id, (shots, relevance) in pools.items():
            score = np.round(generator.normal(size=len(shots)) + number / RUNS * (relevance > 0), 6)
            best = np.argsort(-score)[:DEPTH]
            scored[topic_id] = ([shots[row] for row in best], score[best])
        runs.append(folder / f"{number}.run")
        write_run(runs[-1], make_run(f"run{number}", scored))
    return qrels, runs


if __name__ == "__main__":
    print("\n".join(lines()))
