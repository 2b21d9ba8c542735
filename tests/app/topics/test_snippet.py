"""The script that measures a table again, run as a person would run it."""

import subprocess
import sys

import pytest

from app.state import Selection
from app.topics.choices import RUNS, SPACES, TopicsChoice
from app.topics.gathering import gather, page_provenance
from app.topics.lists import run_lists, space_lists
from app.topics.snippet import topics_snippet
from lpd.evaluation import ComparisonSettings
from lpd.workspace import open_workspace


@pytest.mark.parametrize("kind", [RUNS, SPACES])
def test_the_script_prints_the_numbers_of_the_page(demo_workspace, kind):
    workspace = open_workspace(demo_workspace)
    edition = workspace.edition(str(workspace.defaults["edition"]))
    selection = Selection(demo_workspace.name, edition.collection, edition.name, None, "pooled", "lpd", 20)
    if kind == RUNS:
        tags = workspace.run_tags(edition.name)
        lists = run_lists(tags, dict.fromkeys(tags, "d"), models={})
    else:
        lists = [
            one for one in space_lists(workspace.model_card("lpd")) if not one.name.startswith("without")
        ]
    names = tuple(one.name for one in lists)
    choice = TopicsChoice(
        kind, "iP10", "id", names[0], ComparisonSettings(tie=0.01), 0.1, 0.3, (), names, False
    )
    page = gather(workspace, selection, choice=choice, lists=lists)
    script = topics_snippet(page, page_provenance(page))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    table = page.shown.table
    means = dict(zip(table.columns, table.means.tolist(), strict=True))
    printed = done.stdout.splitlines()
    measured = [name for name in names if name != "best space"]
    assert printed[: len(measured)] == [
        f"{name}: {means[name]:.4f} over {table.counted_words(name)}" for name in measured
    ]
    for line, one in zip(printed[len(measured) :], page.shown.comparison.columns, strict=True):
        assert line.startswith(f"{one.column}: {one.difference:+.4f}, p {one.corrected:.4f}")
