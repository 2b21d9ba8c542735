"""A small workspace in which everything fits, and the parts it is made of."""

from pathlib import Path

import numpy as np

from lpd.captions import Caption, save_captions
from lpd.collection import make_collection, write_collection
from lpd.features import write_matrix
from lpd.services.health.findings import Finding
from lpd.services.health.workspace import Health, workspace_health
from lpd.storage import Manifest, digest_bytes, write_json, write_manifest
from lpd.trec import Topic
from lpd.workspace import Workspace

SHOTS = [f"s{number}_1" for number in range(10)]
TOPICS = (Topic("1501", "a dog"), Topic("1502", "a cat"))


def add_shots(workspace: Workspace, name: str, shots: list[str]) -> None:
    import pandas as pd

    made = make_collection(name, pd.DataFrame({"shot_id": shots}), subsets={"half": shots[:5]})
    write_collection(workspace.collection_folder(name), made)


def add_matrix(folder: Path, ids: list[str], dimension: int = 3, **made_from: str) -> None:
    rows = np.arange(len(ids) * dimension, dtype=np.float32).reshape(len(ids), dimension)
    write_matrix(folder, [rows], name=folder.name, ids=ids, dtype="float32", made_from=made_from)


def add_captions(workspace: Workspace, name: str, shots: list[str], collection: str = "c") -> None:
    captions = [Caption(f"{shot}#0", shot, f"text of {shot}") for shot in shots]
    save_captions(workspace.captions_path(name), captions)
    write_json(workspace.captions_path(name).with_suffix(".json"), {"collection": collection})


def add_encoder(folder: Path, digest: str = "e1") -> None:
    write_json(folder / "encoder.json", {"kind": "bow", "name": folder.name, "digest": digest})


def add_model(workspace: Workspace, name: str = "m", *, dimension: int = 3, bi_encoder: bool = True) -> None:
    space = {"name": "text:bow", "end": "text", "feature": "bow", "width": 4, "similarity": "cosine"}
    card = {
        "format_version": 1,
        "system": "lpd",
        "model": {"text_features": {"bow": 5}, "video_features": {"f": dimension}},
        "training": {},
        "spaces": [space],
        "fusion": {"kind": "mean", "weights": []},
        "bi_encoder": bi_encoder,
        "seed": 1,
        "best": {},
        "made_from": {},
        "lpd_version": "0",
        "weights_digest": "w1",
        "parameters": 1,
    }
    write_json(workspace.model_folder(name) / "config.json", card)
    add_encoder(workspace.model_folder(name) / "text_encoders" / "bow")


def add_index(workspace: Workspace, *, model: str = "w1", feature: str | None = None) -> None:
    folder = workspace.index_folder("m", "c")
    folder.mkdir(parents=True, exist_ok=True)
    digest = feature or str(workspace.features("c", "f").digest)
    sources = {"model": model, "collection": digest_bytes("\n".join(SHOTS).encode()), "feature f": digest}
    settings = {"spaces": ["text:bow"], "widths": [4], "shots": len(SHOTS)}
    np.save(folder / "space_00.npy", np.ones((len(SHOTS), 4), dtype=np.float32))
    (folder / "ids.txt").write_text("\n".join(SHOTS) + "\n")
    write_manifest(folder, Manifest("exact index", sources, settings))


def texts_digest(texts: list[str]) -> str:
    return digest_bytes("\n".join(texts).encode())


def findings(health: Health, *, level: str | None = None) -> list[Finding]:
    found = [one for goal in health.goals for one in goal.findings]
    return [one for one in found if level in (None, one.level)]


def told(workspace: Workspace, subject: str) -> Finding:
    """Returns the first finding of a subject that is not all right."""
    found = [one for one in findings(workspace_health(workspace)) if one.subject == subject]
    return next((one for one in found if one.level != "ok"), found[0])
