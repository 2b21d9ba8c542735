from pathlib import Path

from lpd.judging import RELEVANT, Need, give_verdicts
from lpd.notebook import PROVENANCE_KEYS, View, delete_view, pin_view
from lpd.services.status import StatusRow, workspace_status
from lpd.workspace import create_workspace


def test_what_persons_wrote_is_counted(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    assert workspace_status(workspace) == []
    assert sorted(one.name for one in workspace.path.iterdir()) == ["workspace.toml"]
    view = View("", "./?q=dog", "a dog", dict.fromkeys(PROVENANCE_KEYS))
    delete_view(workspace.notebook_path, pin_view(workspace.notebook_path, view))
    pin_view(workspace.notebook_path, view)
    shots = {"s1": RELEVANT, "s2": RELEVANT}
    give_verdicts(workspace.judgements_path, Need("c", "a dog"), verdicts=shots, judge="Ada", view="search")
    judgements = "2 verdicts of 1 judge for 1 need; 0 shots in conflict; 2 entries with the history"
    notebook = "1 pinned view; 1 deleted that can be brought back"
    assert workspace_status(workspace) == [
        StatusRow("judgements", "judgements.sqlite", "ok", judgements),
        StatusRow("notebook", "notebook.sqlite", "ok", notebook),
    ]


def test_a_damaged_file_does_not_hide_the_other(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    workspace.notebook_path.write_bytes(b"x" * 5000)
    give_verdicts(
        workspace.judgements_path, Need("c", "a dog"), verdicts={"s1": RELEVANT}, judge="Ada", view="search"
    )
    judgements, notebook = workspace_status(workspace)
    assert (judgements.kind, judgements.state) == ("judgements", "ok")
    assert (notebook.kind, notebook.state) == ("notebook", "damaged")
    assert "move this file away" in notebook.sentence
