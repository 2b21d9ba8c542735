"""What the Judge page keeps in the notebook, and the files that it can be taken away as."""

import io
import json
import time
import zipfile
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.charts.curve_look import LIGHT_CURVES
from app.charts.settling import settling_curves
from app.judging.standing import Standing
from app.judging.tables import (
    agreement_table,
    conflicts_frame,
    curve_frame,
    standing_table,
    topics_table,
)
from app.resources import judging
from app.views.exporting import (
    MIMES,
    ExportItem,
    chart_exports,
    file_stem,
    frame_exports,
    table_exports,
)
from app.views.judge.away import chosen_judge, chosen_rule
from app.views.judge.scene import AGREEMENT, DESK, PLANS, RESULTS, JudgeScene
from app.views.pinning import ViewFacts
from lpd.errors import LpdError
from lpd.exports import Digested, Provenance
from lpd.judging.agreement import plan_agreement, plan_contradictions
from lpd.notebook.recipes import JudgeAgain, recipe_document
from lpd.services.judging.exporting import export_plan_qrels
from lpd.services.judging.plans import judging_verdicts

__all__ = ["judge_exports", "judge_pin", "judge_provenance"]

WAIT_S = 20.0
"""So long a file or a pin waits for numbers of this moment."""


def judge_pin(scene: JudgeScene, task: str) -> ViewFacts:
    """Returns what the notebook keeps of the view; its numbers are those of the moment when it is pinned."""
    title = f"Judging of {scene.plan.edition} by plan {scene.plan.name}"
    provenance = judge_provenance(scene, "infAP with intervals of the judging")
    return ViewFacts("judge", title, scene.parameters(task), provenance, partial(_snapshot, scene))


def judge_provenance(scene: JudgeScene, measure: str) -> Provenance:
    """Returns what the numbers of a plan are made from; the plan stands for the qrels."""
    plan = scene.plan
    return Provenance(
        workspace=scene.workspace.name,
        source=scene.workspace.source,
        collection=plan.collection,
        runs=tuple(Digested(run.tag, run.digest) for run in plan.runs),
        edition=plan.edition,
        qrels=Digested(f"judging plan {plan.name}", plan.digest),
        measure=measure,
    )


def _standing(scene: JudgeScene) -> Standing:
    """How the runs stand now; waits until that is worked out."""
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        known = judging.standing(scene.workspace, judging.plan(scene.workspace, scene.plan.name))
        if known.problem is not None:
            raise known.problem
        if known.made is not None and not known.working:
            return known.made
    raise LpdError("the runs are still being measured", where=scene.plan.name, next_step="try again")


def _snapshot(scene: JudgeScene) -> dict[str, Any]:
    found = _standing(scene).table.intervals
    recipe = JudgeAgain(scene.plan.name, level=found.level, replicates=found.replicates, seed=found.seed)
    return {
        "runs": {
            tag: {"inf_ap": one.estimate, "low": one.low, "high": one.high} for tag, one in found.runs.items()
        },
        "judged": found.judged,
        "recipe": recipe_document(recipe),
    }


def judge_exports(scene: JudgeScene, task: str) -> list[ExportItem]:
    """Returns the files of a part of the page; each is made from the verdicts of the moment of the click."""
    if task == PLANS:
        return []
    stem = file_stem(scene.plan.name)
    if task == AGREEMENT:
        return _agreement_exports(scene, stem)
    items = _qrels_exports(scene, stem)
    if task in (DESK, RESULTS):
        items += _standing_exports(scene, stem)
    return items


def _qrels_exports(scene: JudgeScene, stem: str) -> list[ExportItem]:
    judge, rule = chosen_judge(), chosen_rule()

    def written(folder: Path) -> Path:
        path = folder / f"{stem}-qrels.txt"
        export_plan_qrels(scene.workspace, scene.plan, path, judge=judge, conflicts=rule)
        return path

    def plain_file() -> bytes:
        with TemporaryDirectory() as folder:
            return written(Path(folder)).read_bytes()

    def packed() -> bytes:
        told = judge_provenance(scene, f"qrels of {judge or 'all judges'}, contradictions: {rule}")
        stream = io.BytesIO()
        with TemporaryDirectory() as folder, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            path = written(Path(folder))
            archive.write(path, path.name)
            archive.writestr(f"{stem}-qrels.json", json.dumps(told.as_dict(), indent=2))
        return stream.getvalue()

    return [
        ExportItem("Qrels, five columns", f"{stem}-qrels.txt", MIMES["txt"], plain_file),
        ExportItem("Qrels with provenance", f"{stem}-qrels.zip", MIMES["zip"], packed),
    ]


def _standing_exports(scene: JudgeScene, stem: str) -> list[ExportItem]:
    told = judge_provenance(scene, "infAP with intervals of the judging")
    items = table_exports(
        lambda: standing_table(scene.plan, _standing(scene).table), f"{stem}-runs", told, label="Runs"
    )
    items += table_exports(
        lambda: topics_table(scene.plan, _standing(scene).table), f"{stem}-topics", told, label="Topics"
    )
    items += frame_exports(
        lambda: curve_frame(_standing(scene).curve), f"{stem}-settling", told, label="How it settled"
    )
    known = judging.standing(scene.workspace, scene.plan).made
    if known is not None and known.curve:
        order = sorted(known.table.intervals.runs)
        chart = settling_curves(curve_frame(known.curve), order=order, title="infAP", colours=LIGHT_CURVES)
        items += chart_exports(chart, f"{stem}-settling", told, label="Chart of how it settled")
    return items


def _agreement_exports(scene: JudgeScene, stem: str) -> list[ExportItem]:
    told = judge_provenance(scene, "agreement of the judges")

    def pairs() -> Any:
        found = plan_agreement(scene.plan, judging_verdicts(scene.workspace, scene.plan))
        return agreement_table(scene.plan, found)

    def conflicts() -> Any:
        return conflicts_frame(plan_contradictions(scene.plan, judging_verdicts(scene.workspace, scene.plan)))

    return [
        *table_exports(pairs, f"{stem}-agreement", told, label="Agreement"),
        *frame_exports(conflicts, f"{stem}-conflicts", told, label="Conflicts"),
    ]
