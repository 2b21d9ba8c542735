"""What changed since a view was pinned."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lpd.notebook import pinned_view
from lpd.notebook.recipes import JudgeAgain, recipe_document
from lpd.services.notebook import WorkspaceNow, changed_sources, view_changes
from lpd.workspace import Workspace, open_workspace


def replace(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text, encoding="utf-8")


def changes(own: Workspace, view_id: int) -> tuple[str, ...]:
    path = own.notebook_path
    return view_changes(WorkspaceNow(open_workspace(own.path)), path, pinned_view(path, view_id))


def test_nothing_changed(own, pin, provenance) -> None:
    assert changes(own, pin()) == ()
    assert changed_sources(own, provenance) == []


def another_model(own: Workspace) -> None:
    shutil.rmtree(own.model_folder("lpd"))
    shutil.copytree(own.model_folder("laff"), own.model_folder("lpd"))


def another_index(own: Workspace) -> None:
    path = own.index_folder("lpd", "inland") / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["made_from"]["model"] = "0" * 16
    replace(path, json.dumps(manifest))


def another_qrels(own: Workspace) -> None:
    path = own.qrels_path("avs-inland", "pooled")
    lines = path.read_text().splitlines()
    replace(path, "\n".join(lines[:-1]) + "\n")


def another_run(own: Workspace) -> None:
    path = own.run_path("avs-inland", "laff")
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data + b"\n")


CHANGES: dict[str, tuple[Callable[[Workspace], None], str]] = {
    "model gone": (
        lambda own: shutil.rmtree(own.model_folder("lpd")),
        "Model lpd is gone or cannot be read.",
    ),
    "model": (another_model, "Model lpd is another one now: "),
    "index gone": (
        lambda own: shutil.rmtree(own.index_folder("lpd", "inland")),
        "The index of lpd over inland is gone.",
    ),
    "index": (another_index, "The index of lpd over inland was made from another model."),
    "qrels gone": (
        lambda own: own.qrels_path("avs-inland", "pooled").unlink(),
        "Qrels pooled of avs-inland are gone or cannot be read.",
    ),
    "qrels": (another_qrels, "Qrels pooled of avs-inland were changed: "),
    "run gone": (
        lambda own: own.run_path("avs-inland", "laff").unlink(),
        "Run laff of avs-inland is gone or cannot be read.",
    ),
    "run": (another_run, "Run laff of avs-inland was changed: "),
    "edition gone": (
        lambda own: shutil.rmtree(own.edition_folder("avs-inland")),
        "Edition avs-inland is gone.",
    ),
    "collection gone": (
        lambda own: shutil.rmtree(own.collection_folder("inland")),
        "Collection inland is gone or cannot be read.",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_is_told(own, pin, name) -> None:
    view, (change, sentence) = pin(), CHANGES[name]
    change(own)
    [told] = changes(own, view)
    assert told.startswith(sentence)
    assert told.endswith(".")


def test_another_workspace_and_a_subset_that_is_gone(own, pin) -> None:
    told = changes(own, pin(workspace="elsewhere", subset="old"))
    assert told == (
        "Subset old of inland is gone.",
        f"It was pinned in workspace elsewhere, this is {own.name}.",
    )


def test_a_judging_plan_that_is_gone(own, pin) -> None:
    view = pin({"runs": {}, "recipe": recipe_document(JudgeAgain("mine"))})
    [told] = changes(own, view)
    assert told.startswith("Judging plan mine: no such judging plan")


def test_a_judging_plan_that_stands_for_qrels(own, pin) -> None:
    from lpd.judging.pooling import Layer
    from lpd.services.judging import extend_judging_plan, judging_plan, make_judging_plan

    runs, layers = ["lpd", "laff"], [Layer(50, 0.5)]
    make_judging_plan(own, "mine", edition="avs-inland", runs=runs, layers=layers)
    before = judging_plan(own, "mine").digest
    view = pin(qrels="judging plan mine", qrels_digest=before)
    assert changes(own, view) == ()
    extend_judging_plan(own, "mine", [1.0])
    after = judging_plan(own, "mine").digest
    assert changes(own, view) == (f"Judging plan mine was changed: {before[:8]} then, {after[:8]} now.",)


def test_a_provenance_of_any_form_is_no_error(own) -> None:
    odd = {"workspace": 3, "model": ["x"], "runs": "x", "edition": {}, "qrels": 1, "collection": []}
    assert changed_sources(own, odd) == []
    assert changed_sources(own, {"runs": [3, {}], "edition": "avs-inland"}) == [
        "Run  of avs-inland is gone or cannot be read."
    ]


def test_what_was_kept_may_be_damaged(own, pin) -> None:
    view = pin({"lists": {}})
    with closing(sqlite3.connect(own.notebook_path)) as connection:
        connection.execute("UPDATE snapshots SET document = '{'")
        connection.commit()
    [told] = changes(own, view)
    assert told.startswith("What was kept of it cannot be read: ")
