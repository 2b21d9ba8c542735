"""The scripts are run and print the lists that are shown."""

import contextlib
import io
from dataclasses import replace

import pytest

from app import resources
from app.search.request import Fold, Rerank
from app.search.shown_lists import Shape
from app.search.snippet import form_snippet
from lpd.exports import Digested, Provenance
from lpd.search import QueryForm
from lpd.workspace import open_workspace
from tests.app.search_files import collection_of, file_of


@pytest.fixture(scope="module")
def workspace(demo_workspace):
    return open_workspace(demo_workspace)


SHOT = "inland shot"

FORMS = {
    "text": (QueryForm(("a dog",)), {}),
    "hostile": (QueryForm(('a "dog"\n\x00 """ <img> \\',)), {}),
    "weighed": (
        QueryForm(("a dog",)),
        {"weights": (1.0, *(0.5,) * 8), "spaces": ("text:bow", "video:colour")},
    ),
    "shot": (QueryForm(shot=SHOT), {}),
    "form": (
        QueryForm(("a dog", "a hound"), without=("grass",), relevant=(SHOT,), then="a boat", within_s=60.0),
        {},
    ),
    "filtered": (QueryForm(("a dog",)), {"from_s": 1.0, "to_s": 30.0, "hidden": frozenset({SHOT, "gone"})}),
}


SHAPES = {
    "score": Shape(minimum=0.1),
    "folded": Shape(fold=Fold("colour", 0.9), best_per_video=True, depth=60),
    "space": Shape(fold=Fold("video:colour", 0.9), rerank=Rerank("xquad", 0.5), depth=60, pool=20),
    "mmr": Shape(rerank=Rerank("mmr", 0.3), depth=50, pool=30),
    "mmr by": Shape(minimum=0.05, rerank=Rerank("mmr", 0.3, "colour"), depth=50, pool=30),
}


def with_shot(form: QueryForm, shot: str) -> QueryForm:
    return replace(form, shot=shot if form.shot else None, relevant=tuple(shot for _ in form.relevant))


def check(workspace, file):
    """Runs the script of a file and compares what it prints with what is shown."""
    printed = io.StringIO()
    script = form_snippet(workspace, file, depth=resources.DEPTH)
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "snippet", "exec"), {})
    lines = [line.split() for line in printed.getvalue().splitlines()]
    ids, hits = collection_of(workspace).shot_ids, file.shown[file.name].hits
    assert [line[1] for line in lines] == [ids[row] for row in hits.rows.tolist()]
    assert [float(line[2]) for line in lines] == hits.scores.tolist()


@pytest.mark.parametrize("case", list(FORMS))
def test_the_script_prints_the_list(workspace, case):
    form, asked = FORMS[case]
    shot = collection_of(workspace).shot_ids[5]
    check(workspace, file_of(workspace, with_shot(form, shot), name="text:bow", **asked))


@pytest.mark.parametrize("case", list(SHAPES))
def test_the_script_shapes_the_list(workspace, case):
    plain = file_of(workspace, QueryForm(("a dog",)))
    file = file_of(workspace, QueryForm(("a dog",)), SHAPES[case])
    assert file.shown["fused"].hits.rows.tolist() != plain.shown["fused"].hits.rows.tolist()
    check(workspace, file)


def test_the_script_stops_for_another_model(workspace):
    file = file_of(workspace, QueryForm(("a dog", "a hound")))
    other = Provenance("demo", models=(Digested("lpd", "another digest"),))
    script = form_snippet(workspace, replace(file, provenance=other), depth=10)
    with pytest.raises(SystemExit, match="another model"):
        exec(compile(script, "snippet", "exec"), {})
