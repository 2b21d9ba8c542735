"""What several tests of pages read out of a page."""

import pytest

from app.lanes import FUSED
from lpd.search import open_engine, search_form
from lpd.workspace import open_workspace


@pytest.fixture(scope="module")
def engine(demo_workspace):
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


@pytest.fixture
def lanes(component_data):
    """Name -> shots of every list of the page."""

    def shown(page):
        assert not page.exception
        assert not page.error
        (payload,) = component_data(page, "lpd_shot_grid")
        return {lane["name"]: [tile["shot"] for tile in lane["tiles"]] for lane in payload["lanes"]}

    return shown


@pytest.fixture
def notes(component_data):
    """Name -> notes of every list of the page, on one line."""

    def told(page):
        (payload,) = component_data(page, "lpd_shot_grid")
        return {lane["name"]: " · ".join(lane["notes"]).replace("\xa0", " ") for lane in payload["lanes"]}

    return told


@pytest.fixture
def expected(engine):
    """The fused shots of a query by the library alone."""

    def found(form, count=20, name=FUSED, **scope):
        hits = search_form(engine, form, subset=None, **scope).result.lists[name]
        return [engine.shot_ids[row] for row in hits.rows[:count].tolist()]

    return found


@pytest.fixture
def grids(component_data):
    """The grids of the page: that of the pair has columns, that of the shots found by one space has lanes."""

    def found(page) -> dict[str, dict]:
        return {payload["layout"]: payload for payload in component_data(page, "lpd_shot_grid")}

    return found


@pytest.fixture
def worth(component_data):
    """The table of what the spaces are worth: name of the list -> cells by column."""

    def found(page) -> dict[str, dict[str, str]]:
        (payload,) = component_data(page, "lpd_space_table")
        heads = [column["label"] for column in payload["columns"]]
        return {
            row["title"]: dict(zip(heads, (cell["text"] for cell in row["cells"]), strict=True))
            for row in payload["rows"]
        }

    return found
