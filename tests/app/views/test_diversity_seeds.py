"""Seeds of a reproduced model on the Diversity page."""

import os
import shutil

import numpy as np
import pytest

from lpd.diversity import mean_off_diagonal
from lpd.progress import no_progress
from lpd.reproduce.measuring import TopicRequest, measure_on_topics
from lpd.search import open_engine
from lpd.services.diversity import edition_diversity
from lpd.services.richness import model_richness
from lpd.workspace import open_workspace
from tests.app.views.diversity_page import finished, heatmaps, printed, rows_of


@pytest.fixture(scope="module")
def with_seeds(demo_workspace, tmp_path_factory):
    """A demo whose models lpd and lpd-no-dcl stand for two seeds of a reproduced one, measured."""
    path = tmp_path_factory.mktemp("seeds") / "w"
    shutil.copytree(demo_workspace, path, copy_function=os.link, ignore=shutil.ignore_patterns("runs"))
    workspace = open_workspace(path)
    for name, model in (("rep-lpd-s0", "lpd"), ("rep-lpd-s1", "lpd-no-dcl")):
        shutil.copytree(path / "models" / model, path / "models" / name)
        request = TopicRequest(name, name, "avs-inland", device="cpu")
        measure_on_topics(workspace, request, progress=no_progress)
    return path


def means_of(path, k: int) -> list[float]:
    workspace = open_workspace(path)
    edition = workspace.edition("avs-inland")
    found = []
    for model in ("lpd", "lpd-no-dcl"):
        engine = open_engine(workspace, model=model, collection="inland")
        found.append(mean_off_diagonal(edition_diversity(engine, edition, k=k)))
    return found


def test_the_seeds_of_a_reproduced_model_stand_beside_it(open_view, with_seeds, texts):
    page = open_view(with_seeds, "diversity", models="lpd", k="20")
    assert not page.exception
    means = means_of(with_seeds, 20)
    words = f"{printed(np.mean(means))} ± {printed(np.std(means, ddof=1))}"
    assert f"rep-lpd, 2 seeds: mean off the diagonal {words}" in texts(page)


def test_seeds_are_shown_together_at_the_k_that_was_measured(open_view, with_seeds, texts):
    page = open_view(with_seeds, "diversity", models="rep-lpd", k="20")
    assert not page.exception
    means = means_of(with_seeds, 20)
    words = f"{printed(np.mean(means))} ± {printed(np.std(means, ddof=1))}"
    assert f"mean off the diagonal {words}" in texts(page)
    assert all(row["spread"].startswith("± ") for row in rows_of(heatmaps(page)[0], 0))
    assert "there are no lists to look at" in texts(page).lower()


@pytest.mark.slow
def test_at_another_k_the_topics_are_searched_with_the_seeds(open_view, with_seeds, texts, grids, worth):
    page = open_view(with_seeds, "diversity", models="rep-lpd", k="50")
    assert not page.exception
    assert heatmaps(page) == []
    assert "These seeds were measured at k = 20; k is 50 now." in texts(page)
    page.button(key="search_rep-lpd").click().run()
    page = finished(page)
    assert not page.exception
    means = means_of(with_seeds, 50)
    words = f"{printed(np.mean(means))} ± {printed(np.std(means, ddof=1))}"
    assert f"mean off the diagonal {words}" in texts(page)
    page.selectbox(key="pair_model").select("rep-lpd-s1")
    page.selectbox(key="pair_a").select("text:bow")
    page.selectbox(key="pair_b").select("video:colour").run()
    assert not page.exception
    assert "columns" in grids(page)
    check_worth_of_seeds(page, with_seeds, worth(page))


def check_worth_of_seeds(page, path, rows: dict[str, dict[str, str]]) -> None:
    """The heatmap has the mean and spread of infAP over the seeds, the table that of the seed looked at."""
    workspace = open_workspace(path)
    edition, found = workspace.edition("avs-inland"), []
    for model in ("lpd", "lpd-no-dcl"):
        engine = open_engine(workspace, model=model, collection="inland")
        found.append(
            model_richness(engine, edition, qrels=workspace.qrels(edition.name, edition.default_qrels))
        )
    of_seeds = [one.inf_ap["text:bow"] for one in found]
    column = {row["row"]: row for row in rows_of(heatmaps(page)[0], 2)}
    assert column["text:bow"]["inf_ap"] == pytest.approx(np.mean(of_seeds), abs=1e-12)
    assert column["text:bow"]["spread"] == f"± {np.std(of_seeds, ddof=1):.4f}"
    assert rows["text:bow"]["infAP"] == printed(of_seeds[1])
    assert "without it" not in rows["text:bow"]


def test_of_one_query_seeds_have_nothing_to_show(open_view, with_seeds):
    page = open_view(with_seeds, "diversity", models="rep-lpd", over="one query", q="a dog")
    assert not page.exception
    assert "these seeds have no index" in page.error[0].value.replace("\\", "")
