"""A small workspace with an edition and two runs, to be judged and written to."""

from pathlib import Path

import numpy as np
import pandas as pd

from lpd.collection import make_collection, write_collection
from lpd.editions import Edition, write_edition
from lpd.judging import JudgingPlan, Layer
from lpd.services.judging import make_judging_plan
from lpd.trec import Qrels, Topic, make_run, write_qrels, write_run
from lpd.workspace import Workspace, create_workspace, open_workspace

SHOTS = [f"s{number:03d}" for number in range(200)]
TOPICS = (Topic("1", "a dog"), Topic("2", "a cat"), Topic("3", "a bus"))
LAYERS = (Layer(10, 1.0), Layer(60, 0.5))
RELEVANT_SHOTS = {"1": set(SHOTS[:60:3]), "2": set(SHOTS[40:80:2]), "3": set(SHOTS[:5])}


def ranked(workspace: Workspace, tag: str, lists: dict[str, list[str]], *, edition: str = "tv") -> None:
    scored = {one: (shots, -np.arange(len(shots), dtype=float)) for one, shots in lists.items()}
    write_run(workspace.run_path(edition, tag), make_run(tag, scored))


def small_workspace(folder: Path) -> Workspace:
    """Runs `up` of topics 1 and 2, `down` of topic 1; `complete` qrels of all three topics."""
    workspace = create_workspace(folder)
    collection = make_collection("c", pd.DataFrame({"shot_id": SHOTS}), subsets={"half": SHOTS[:100]})
    write_collection(workspace.collection_folder("c"), collection)
    write_edition(workspace.edition_folder("tv"), Edition("tv", "c", None, TOPICS, (), None))
    rows = [
        (topic_id, shot_id, "1", int(shot_id in relevant))
        for topic_id, relevant in RELEVANT_SHOTS.items()
        for shot_id in SHOTS
    ]
    write_qrels(workspace.qrels_path("tv", "complete"), Qrels(rows))
    ranked(workspace, "up", {"1": SHOTS[:80], "2": SHOTS[20:120]})
    ranked(workspace, "down", {"1": SHOTS[80::-1]})
    return open_workspace(folder)


def small_plan(workspace: Workspace, *, overlap: float = 0.0, seed: int = 1) -> JudgingPlan:
    made = make_judging_plan(workspace, "p", edition="tv", layers=LAYERS, overlap=overlap, seed=seed)
    return made.plan
