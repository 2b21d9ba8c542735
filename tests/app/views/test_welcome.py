from app.building import BuildState
from app.views.welcome import progress_words


def test_without_a_workspace_the_demo_is_offered(open_view, tmp_path, texts):
    page = open_view(tmp_path / "workspaces" / "demo")
    assert not page.exception
    assert "There is no workspace at" in texts(page)
    assert [button.label for button in page.button] == ["Build the demo (about 90 s)"]


def test_progress_tells_stage_share_and_time_left():
    words = progress_words(BuildState("running", "training lpd", 0.25, 12.0, 41.0))
    assert words == "training lpd 25% · 41.0 s so far · this stage about 12.0 s more"
    assert "more" not in progress_words(BuildState("running", "starting", 0.0, None, 0.5))


def test_an_empty_workspace_is_one_message(open_view, tmp_path):
    from lpd.workspace import create_workspace

    create_workspace(tmp_path / "workspaces" / "empty")
    page = open_view(tmp_path / "workspaces" / "empty")
    assert not page.exception
    (error,) = page.error
    assert "has no collection" in error.value


def test_a_damaged_workspace_is_one_message(open_view, tmp_path):
    path = tmp_path / "workspaces" / "bad"
    path.mkdir(parents=True)
    (path / "workspace.toml").write_text("format_version = ")
    page = open_view(path)
    assert not page.exception
    assert len(page.error) == 1
