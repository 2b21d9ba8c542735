"""Two compared lists to take away: what they were made from, their rows, and a script that makes them
again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from app import resources
from app.compare.lists import Compared, Side
from app.resources.compare import Need, run_digest
from app.state import Selection
from app.systems import MODEL, RUN, System, model_weights
from lpd.exports import Digested, Provenance, digested_models
from lpd.rank_overlap import ranks_of
from lpd.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["compared_provenance", "comparison_script", "lists_frame"]


def compared_provenance(
    workspace: Workspace,
    selection: Selection,
    systems: tuple[System, System],
    *,
    need: Need | None,
    exactness: str | None = None,
) -> Provenance:
    """Returns what a comparison was made from.

    Args:
        workspace: of both systems.
        selection: the sidebar's choices.
        systems: A and B.
        need: the query or topic; None for what is over all topics of the edition.
        exactness: of the lists, in words.

    Raises:
        NotFoundError: if a model or a run is not there.
    """
    edition = selection.edition if need is None else need.edition
    tags = dict.fromkeys(one.name for one in systems if one.kind == RUN)
    judged = None
    if edition is not None and selection.qrels is not None:
        digest = resources.qrels(workspace, edition, selection.qrels).digest
        judged = Digested(selection.qrels, digest)
    subset = workspace.edition(edition).subset if edition is not None else None
    a_and_b = "; ".join(f"{letter} = {one.words}" for letter, one in zip("AB", systems, strict=True))
    return Provenance(
        workspace=workspace.name,
        source=workspace.source,
        collection=selection.collection,
        subset=subset if need is None else need.subset,
        models=digested_models(
            workspace, list(dict.fromkeys(one.name for one in systems if one.kind == MODEL))
        ),
        runs=tuple(Digested(tag, run_digest(workspace, edition, tag)) for tag in tags if edition is not None),
        edition=edition,
        qrels=judged,
        measure=f"{a_and_b}; cut-off {selection.k}",
        query=None if need is None else need.query,
        depth=resources.DEPTH,
        exactness=exactness,
    )


def lists_frame(compared: Compared) -> "pd.DataFrame":
    """Returns one row per shot of the first k of A, then of B.

    The columns are list (`A` or `B`), system, rank from 1, shot_id, video_id, start_s, end_s (absent where
    unknown), score, other_rank (in the other list, to its whole depth) and relevance (absent where the query
    is no judged topic or the shot is not in the pool).
    """
    import pandas as pd

    first, second = compared.sides
    return pd.concat(
        [_side_frame(compared, first, second), _side_frame(compared, second, first)], ignore_index=True
    )


def _side_frame(compared: Compared, side: Side, other: Side) -> "pd.DataFrame":
    import pandas as pd

    top, collection, there = compared.top(side), compared.collection, ranks_of(other.shots)
    shots = collection.shots.iloc[collection.known_rows(top)].set_index("shot_id").reindex(top)
    relevance: Mapping[str, int] = compared.relevance or {}
    columns = {
        "list": pd.array([side.letter] * len(top), dtype="string"),
        "system": pd.array([side.system.words] * len(top), dtype="string"),
        "rank": pd.array(np.arange(1, len(top) + 1), dtype="Int64"),
        "shot_id": pd.array(top, dtype="string"),
        "video_id": pd.array(shots["video_id"], dtype="string"),
        "start_s": shots["start_s"].to_numpy(np.float64),
        "end_s": shots["end_s"].to_numpy(np.float64),
        "score": side.ranked.scores[: len(top)],
        "other_rank": pd.array([there.get(shot) for shot in top], dtype="Int64"),
        "relevance": pd.array([relevance.get(shot) for shot in top], dtype="Int64"),
    }
    return pd.DataFrame(columns)


# --- the script ---------------------------------------------------------------------------------------------

SCRIPT = """\
from pathlib import Path

from lpd.list_comparison import compare_lists
from lpd.search import open_engine
from lpd.trec import rank_shots
from lpd.workspace import open_workspace

workspace = open_workspace(Path({path!r}))


def searched(model, digest, *, list_name, weights):
    engine = open_engine(workspace, model=model, collection={collection!r})
    if engine.card.digest != digest:
        raise SystemExit(f"the list was made with another model {{model}}")
    result = engine.search({query!r}, depth={depth!r}, subset={subset!r}, weights=weights)
    hits = result.lists[list_name]
    return rank_shots([engine.shot_ids[row] for row in hits.rows], hits.scores).shot_ids


def kept(tag):
    return workspace.run({edition!r}, tag).topics[{topic!r}].shot_ids


a = {a}
b = {b}
found = compare_lists(a, b, k={k!r}, p={p!r})
print("IoU", found.iou)
print("RBO", *found.rbo)
print("Kendall", found.kendall, "Spearman", found.spearman)
for shared in found.both:
    print(shared.first_rank, shared.second_rank, shared.shot)
"""


def comparison_script(
    workspace: Workspace, compared: Compared, *, need: Need, provenance: Provenance
) -> bytes:
    """Returns a Python script that makes both lists again and compares them; every word is a literal in it.

    Args:
        workspace: of both.
        compared: the two lists.
        need: the query or topic.
        provenance: its lines stand above as comments.
    """
    first, second = (_call(workspace, side.system) for side in compared.sides)
    script = SCRIPT.format(
        path=str(workspace.path),
        collection=need.collection,
        query=need.query,
        depth=resources.DEPTH,
        subset=need.subset,
        edition=need.edition,
        topic=need.topic,
        a=first,
        b=second,
        k=compared.k,
        p=compared.p,
    )
    return f"{provenance.comment('#')}\n{script}".encode()


def _call(workspace: Workspace, system: System) -> str:
    if system.kind == RUN:
        return f"kept({system.name!r})"
    card = workspace.model_card(system.name)
    weights = model_weights(system, card)
    given = None if weights is None else list(weights)
    return f"searched({card.name!r}, {card.digest!r}, list_name={system.list_name!r}, weights={given!r})"
