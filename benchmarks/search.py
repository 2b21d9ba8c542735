"""Search over generated shots at the size of V3C2: how long, how right, in how much memory, against reading
the codes once and against the plain way; all compared within one run.

    python -m benchmarks.search --shots 336000|1425443 [--setting factored|plain|both] [--folder DIR]
        [--json FILE] [--queries 240] [--calibration 40] [--threads N] [--keep]

factored: nine spaces as LPD makes them, six embeddings and three mixtures of them, clustered. plain: nine
spaces of their own, weakly correlated and hardly clustered. What is drawn, built and compared lies in DIR, at
1,425,443 shots up to 50 GB at once, and is removed at the end; with --keep the index stays for another run.
"""

import argparse
import json
import os
import shutil
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as lpd.cli does, before torch is imported

import numpy as np

from benchmarks import search_measures as measures
from benchmarks.search_build import build_index, building_floor, forget
from benchmarks.search_comparisons import against_faiss, against_plain, open_plain_in_memory
from benchmarks.search_data import SETTINGS, World, write_features
from benchmarks.search_floor import PROBES, Floor, products_ms
from benchmarks.search_recall import exact_lists, found_rows, list_recalls, space_correlations
from benchmarks.search_report import machine, print_table, spread
from lpd.search.opening import open_index
from lpd.search.quantised import QuantisedIndex
from lpd.search.quantised_files import QuantisedArrays
from lpd.search.recall import measure_recall

CALIBRATION_SEED, REPORTED_SEED = 1, 2


def main() -> None:
    """Measures each setting and prints its table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shots", type=int, required=True)
    parser.add_argument("--setting", choices=(*SETTINGS, "both"), default="both")
    parser.add_argument("--folder", type=Path, default=Path("build") / "search-benchmark")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--queries", type=int, default=240, help="that recall and times are reported on")
    parser.add_argument("--calibration", type=int, default=40, help="queries before them, which do not count")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of the index, and of the floor")
    parser.add_argument("--turns", type=int, default=10, help="of what is not measured on every query")
    parser.add_argument("--keep", action="store_true", help="leave the index where it is")
    arguments = parser.parse_args()
    if arguments.queries <= measures.TOGETHER:
        parser.error(f"--queries must be more than {measures.TOGETHER}, which are asked in one pass")
    figures: dict[str, Any] = {"machine": machine(arguments.threads)}
    print(", ".join(f"{key} {value}" for key, value in figures["machine"].items() if key != "flags"))
    for setting in SETTINGS if arguments.setting == "both" else (arguments.setting,):
        figures[setting] = Run(arguments, setting).figures()
        print_table(figures[setting])
        if arguments.json:
            arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


class Run:
    """One setting at one size.

    Args:
        arguments: of the command.
        setting: of SETTINGS.
    """

    def __init__(self, arguments: argparse.Namespace, setting: str) -> None:
        self.arguments, self.setting = arguments, setting
        self.world = World(SETTINGS[setting])
        self.folder = arguments.folder / f"{setting}-{arguments.shots}"
        self.index_folder = self.folder / "index"
        self.queries = self.world.queries(arguments.queries, seed=REPORTED_SEED)

    def figures(self) -> dict[str, Any]:
        """Returns everything that was measured, as plain JSON values."""
        found: dict[str, Any] = {"setting": self.setting, "shots": self.arguments.shots}
        try:
            if not self.index_folder.is_dir():
                found["build"] = self._build()
            return found | self._opened()
        finally:
            kept = [self.index_folder] if self.arguments.keep else []
            for folder in set(self.folder.iterdir()) - set(kept):
                shutil.rmtree(folder)
            if not kept:
                self.folder.rmdir()

    def _build(self) -> dict[str, Any]:
        features, shots = self.folder / "features", self.arguments.shots
        say("drawing features")
        write_features(self.world, features, shots, threads=self.arguments.threads)
        say("building the index")
        before = measures.anonymous_bytes()
        with measures.most_anonymous() as most:
            seconds = build_index(self.world, features, self.index_folder, shots)
        say("timing the parts of a building")
        alone = building_floor(self.world, features, self.index_folder, shots)
        shutil.rmtree(features)
        return {"seconds": seconds, "alone_s": alone, "anonymous_gib": (most[0] - before) / 2**30}

    def _opened(self) -> dict[str, Any]:
        open_index(self.index_folder)  # the first opening of a process loads the code as well
        forget(sorted(self.index_folder.iterdir()))
        opening, (opened, _) = measures.milliseconds(lambda: open_index(self.index_folder))
        assert isinstance(opened, QuantisedIndex)
        say("warming up")
        warming, _ = measures.milliseconds(opened.warm_up)
        arrays = opened.arrays
        found = {
            "form": f"{len(arrays.spaces)} spaces from {len(arrays.codes)} components",
            "opening_ms": opening,
            "warm_up_s": warming / 1000,
            "code_bytes": sum(codes.nbytes for codes in arrays.codes),
        }
        return found | self._asked(self._index(arrays), arrays)

    def _asked(self, index: QuantisedIndex, arrays: QuantisedArrays) -> dict[str, Any]:
        turns = self.arguments.turns
        floor = Floor(arrays.codes, threads=self.arguments.threads)
        plain = open_plain_in_memory(arrays, self.folder)
        say("measuring recall as an index does, on the calibration queries")
        calibration = self.world.queries(self.arguments.calibration, seed=CALIBRATION_SEED)
        own = measure_recall(index, calibration, measures.DEPTH, source="calibration")
        for number in range(self.arguments.calibration):
            index.search(measures.some(calibration, number), measures.DEPTH)
        say("asking one query at a time")
        single, blocks = measures.single_queries(index, self.queries, floor=floor, plain=plain)
        floor.close()
        found: dict[str, Any] = {"memory_gib": self._memory(index)}
        found["single_ms"] = {name: spread(values) for name, values in single.items() if values}
        found["floor"] = _floor(single, size=floor.bytes)
        say("asking 30 at once, with other weights, and from many threads")
        products = partial(products_ms, arrays, topics=measures.TOGETHER, threads=self.arguments.threads)
        together = measures.many_together(
            self._uncached(arrays), self.queries, turns=turns, products=products
        )
        found["together_ms"] = {name: measures.median(values) for name, values in together.items()}
        changed = measures.changed_weights(self._index(arrays), self.queries, count=4 * turns)
        found["weights"] = _weights(changed)
        found["threads"] = self._threads(arrays)
        say("making the exact lists")
        found["recall"], exact = self._recall(arrays, found_rows(blocks))
        found["recall"] |= {"own": {"queries": own.queries, "lowest": own.lowest}}
        found["correlation"] = _correlation(space_correlations(arrays, self.queries))
        say("asking the plain way and faiss")
        found["plain"] = against_plain(
            self._uncached(arrays),
            arrays,
            self.queries,
            folder=self.folder,
            in_memory=plain,
            single=single,
            turns=turns,
        )
        faiss = against_faiss(arrays, self.queries, exact, threads=self.arguments.threads, count=4 * turns)
        return found | ({} if faiss is None else {"faiss": faiss})

    def _index(self, arrays: QuantisedArrays) -> QuantisedIndex:
        return QuantisedIndex(arrays, threads=self.arguments.threads)

    def _uncached(self, arrays: QuantisedArrays) -> QuantisedIndex:
        """Returns an index that keeps no scores of earlier queries."""
        index = QuantisedIndex(arrays, threads=self.arguments.threads, cache_bytes=0)
        index.warm_up()
        return index

    def _memory(self, index: QuantisedIndex) -> dict[str, float]:
        """Returns GiB of the whole process, this script and its queries among them."""
        found = {}
        for name, count in (("one query", 1), (f"{measures.TOGETHER} queries", measures.TOGETHER)):
            with measures.most_anonymous() as most:
                index.search(measures.some(self.queries, 0, count), measures.DEPTH)
            found[f"anonymous, {name}"] = most[0] / 2**30
        codes = measures.resident_bytes(f"{self.index_folder.name}/codes_")
        return found | {"mapped codes": codes / 2**30}

    def _threads(self, arrays: QuantisedArrays) -> dict[str, Any]:
        rates, same = measures.many_threads(
            lambda: self._uncached(arrays),
            self.queries,
            count=min(32, self.arguments.queries),
            rounds=max(2, self.arguments.turns // 5),
        )
        one = np.array(rates[1])
        return {
            "same": same,
            "queries_per_s": {str(count): measures.median(values) for count, values in rates.items()},
            "relative": {
                str(count): measures.median((np.array(values) / one).tolist())
                for count, values in rates.items()
            },
        }

    def _recall(self, arrays: QuantisedArrays, rows: list[list[np.ndarray]]) -> tuple[dict[str, Any], Any]:
        exact = exact_lists(arrays, self.queries, measures.DEPTH)
        recall = list_recalls(arrays, self.queries, rows, exact)
        lists = {
            name: {
                "mean": float(recall.whole[number].mean()),
                "worst": float(recall.whole[number].min()),
                "top": float(recall.top[number].mean()),
                "strict": float(recall.strict[number].mean()),
            }
            for number, name in enumerate(("fused", *arrays.spaces))
        }
        return {"queries": self.arguments.queries, "lists": lists}, exact


def _floor(single: dict[str, list[float]], *, size: int) -> dict[str, Any]:
    probes = {name: spread(single[name]) for name in PROBES}
    fastest = min(probes, key=lambda name: probes[name]["median"])
    best = probes[fastest]["median"]
    return {
        "probes_ms": probes,
        "fastest": fastest,
        "gb_per_s": size / best / 1e6,
        "ratio": measures.median(single["query"]) / best,
    }


def _weights(found: dict[str, list[float]]) -> dict[str, float]:
    new, changed = measures.median(found["new"]), measures.median(found["changed"])
    return {"new_ms": new, "changed_ms": changed, "ratio": changed / new}


def _correlation(pairs: np.ndarray) -> dict[str, float]:
    return {"mean": float(pairs.mean()), "low": float(pairs.min()), "high": float(pairs.max())}


def say(stage: str) -> None:
    """Prints what is being done."""
    print(f"  {stage} ...", flush=True)


if __name__ == "__main__":
    main()
