import pytest

from app.building import BuildState
from app.views.welcome import progress_words
from lpd.workspace import create_workspace


def test_without_a_workspace_the_demo_is_offered(open_view, tmp_path, texts):
    page = open_view(tmp_path / "workspaces" / "demo")
    assert not page.exception
    assert "There is no workspace at" in texts(page)
    assert [button.label for button in page.button] == [
        "Build the demo (about 90 s)",
        "Begin with your own data",
    ]


def test_an_empty_workspace_is_made_and_opened(open_view, tmp_path, texts):
    path = tmp_path / "workspaces" / "mine"
    page = open_view(path)
    page = page.button(key="welcome_empty").click().run()
    assert not page.exception
    assert (path / "workspace.toml").is_file()
    assert "Nothing to search yet" in texts(page)


def test_why_an_empty_workspace_cannot_be_made_is_told(open_view, tmp_path):
    path = tmp_path / "workspaces" / "mine"
    path.mkdir(parents=True)
    (path / "holiday.mp4").touch()
    page = open_view(path)
    page = page.button(key="welcome_empty").click().run()
    assert not page.exception
    assert "this folder is not empty" in page.error[0].value


def test_progress_tells_stage_share_and_time_left():
    words = progress_words(BuildState("running", "training lpd", 0.25, 12.0, 41.0))
    assert words == "training lpd 25% · 41.0 s so far · this stage about 12.0 s more"
    assert "more" not in progress_words(BuildState("running", "starting", 0.0, None, 0.5))


@pytest.mark.parametrize("address", ["", "compare", "diversity", "topics", "training"])
def test_in_an_empty_workspace_every_page_says_where_to_begin(open_view, tmp_path, texts, address):
    create_workspace(tmp_path / "workspaces" / "empty")
    page = open_view(tmp_path / "workspaces" / "empty", address)
    assert not page.exception
    assert not page.error
    assert "Nothing to search yet" in texts(page)
    assert "The workspace empty has no collection" in texts(page)
    (link,) = page.get("link_button")
    assert link.proto.url == "workspace?workspace=empty&part=bring+in&bring=shots"


def test_a_damaged_workspace_is_one_message(open_view, tmp_path):
    path = tmp_path / "workspaces" / "bad"
    path.mkdir(parents=True)
    (path / "workspace.toml").write_text("format_version = ")
    page = open_view(path)
    assert not page.exception
    assert len(page.error) == 1
