"""A ranked list as rows, as a run, and as a script that makes it again."""

import ast
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from lpd.collection import make_collection
from lpd.errors import FormatError, LpdError, NotFoundError
from lpd.exports import (
    Digested,
    Provenance,
    SearchRecipe,
    frame_csv,
    frame_parquet,
    list_frame,
    list_provenance,
    list_run,
    python_snippet,
    search_again,
    write_export,
    write_run_export,
)
from lpd.search import Exactness, HitList, SearchEngine, SearchResult, open_engine
from lpd.trec import read_run
from lpd.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[3]

COLLECTION = make_collection(
    "c",
    pd.DataFrame(
        {
            "shot_id": ["a#1", "b", "c", "d"],
            "video_id": ["v1", "v1", "v2", "v2"],
            "start_s": [0.0, 1.5, None, None],
            "end_s": [1.5, 2.25, None, None],
        }
    ),
)


def hits(rows: list[int], scores: list[float]) -> HitList:
    return HitList(np.array(rows, dtype=np.int64), np.array(scores, dtype=np.float32))


RESULT = SearchResult(
    query="a dog",
    lists={
        "fused": hits([2, 0, 3], [0.75, 0.5, 0.1]),
        "text:bow": hits([0, 1, 2], [1.0, 0.5, 0.25]),
        "video:colour": hits([3, 2, 1], [0.5, 0.25, -0.5]),
    },
    vectors=(),
    shares=np.array([0.5, 0.5], dtype=np.float32),
    shots_searched=4,
    exactness=Exactness("exact", True),
    timings_ms={},
)
PROVENANCE = Provenance("demo", version="1.2.3", made_at="2026-01-02T03:04:05Z", query="a #dog")

CSV = """\
# lpd: 1.2.3
# made at: 2026-01-02T03:04:05Z
# workspace: demo
# query: a #dog
"rank","shot_id","video_id","start_s","end_s","score","rank text:bow","rank video:colour"
1,"c","v2","","",0.75,3,2
2,"a#1","v1",0.0,1.5,0.5,1,""
3,"d","v2","","",0.10000000149011612,"",1
"""


def test_a_list_is_these_rows() -> None:
    assert frame_csv(list_frame(COLLECTION, RESULT), PROVENANCE).decode() == CSV


def test_a_list_of_a_space_has_the_fused_rank_beside() -> None:
    frame = list_frame(COLLECTION, RESULT, list_name="video:colour", k=2)
    assert list(frame.columns[6:]) == ["rank fused", "rank text:bow"]
    assert frame["shot_id"].tolist() == ["d", "c"]
    assert frame["rank fused"].tolist() == [3, 1]
    assert frame["rank text:bow"].tolist() == [pd.NA, 3]
    with pytest.raises(NotFoundError, match="expected one of fused, text:bow, video:colour; found 'x'"):
        list_frame(COLLECTION, RESULT, list_name="x")


def test_pandas_reads_what_was_written() -> None:
    frame = list_frame(COLLECTION, RESULT)
    read = pd.read_csv(io.BytesIO(frame_csv(frame, PROVENANCE)), comment="#")
    assert read["shot_id"].tolist() == ["c", "a#1", "d"]
    assert read["score"].tolist() == frame["score"].tolist()
    data = frame_parquet(frame, PROVENANCE)
    table = pq.read_table(io.BytesIO(data))
    assert json.loads(table.schema.metadata[b"lpd.provenance"]) == PROVENANCE.as_dict()
    assert table.schema.field("rank text:bow").type == "int64"
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(data)), frame, check_dtype=False)


def test_an_empty_list_keeps_its_columns() -> None:
    empty = SearchResult("x", {"fused": hits([], [])}, (), np.array([1.0]), 0, Exactness("exact", True), {})
    frame = list_frame(COLLECTION, empty)
    assert list(frame.columns) == ["rank", "shot_id", "video_id", "start_s", "end_s", "score"]
    assert len(pd.read_csv(io.BytesIO(frame_csv(frame, PROVENANCE)), comment="#")) == 0
    assert pd.read_parquet(io.BytesIO(frame_parquet(frame, PROVENANCE))).empty


def test_a_run_lies_beside_what_it_was_made_from(tmp_path: Path) -> None:
    run = list_run(COLLECTION, RESULT, topic_id="1661", tag="lpd")
    beside = write_run_export(tmp_path / "a.run", run, PROVENANCE)
    assert (tmp_path / "a.run").read_text() == (
        "1661 0 c 1 0.75 lpd\n1661 0 a#1 2 0.5 lpd\n1661 0 d 3 0.10000000149011612 lpd\n"
    )
    assert beside == tmp_path / "a.run.provenance.json"
    assert json.loads(beside.read_text()) == PROVENANCE.as_dict()
    assert read_run(tmp_path / "a.run").topics["1661"].shot_ids == ["c", "a#1", "d"]
    with pytest.raises(FormatError, match="run tag is not one word"):
        list_run(COLLECTION, RESULT, topic_id="1661", tag="my run")


SNIPPET = """\
# lpd: 1.2.3
# made at: 2026-01-02T03:04:05Z
# workspace: demo
# model: lpd (4d28)
# post-processing: mmr
# this script makes the list as it was before its post-processing

from pathlib import Path

from lpd.search import open_engine
from lpd.workspace import open_workspace

workspace = open_workspace(Path('work/demo'))
engine = open_engine(workspace, model='lpd', collection='inland')
if engine.card.digest != '4d28':
    raise SystemExit("the list was made with another model of this name")
result = engine.search(
    'it\\'s a "dog"',
    depth=1000,
    subset='test',
    weights=[0.5, 0.25],
    spaces=['text:bow'],
)
hits = result.lists['fused']
ranked = [(engine.shot_ids[row], float(score)) for row, score in zip(*hits, strict=True)][:20]
for rank, (shot_id, score) in enumerate(ranked, start=1):
    print(rank, shot_id, score)
"""


def test_a_script_is_this_text() -> None:
    recipe = SearchRecipe(
        workspace=Path("work/demo"),
        model="lpd",
        collection="inland",
        query='it\'s a "dog"',
        subset="test",
        weights=(np.float64(0.5), 0.25),
        spaces=("text:bow",),
        k=20,
    )
    provenance = Provenance(
        "demo",
        version="1.2.3",
        made_at="2026-01-02T03:04:05Z",
        models=(Digested("lpd", "4d28"),),
        post_processing=("mmr",),
    )
    assert python_snippet(recipe, provenance) == SNIPPET


@pytest.mark.parametrize(
    "hostile",
    [
        "'); import os; os._exit(7) #",
        '"""\nraise SystemExit(7)',
        "\\' + exit() + '",
        "a\nexit()",
        "\u2028x\x00\ud800",
    ],
    ids=["quote", "triple", "backslash", "line", "unprintable"],
)
def test_no_word_leaves_its_place_in_a_script(hostile: str) -> None:
    recipe = SearchRecipe(
        Path(hostile.replace("\x00", "")), hostile, hostile, hostile, subset=hostile, list_name=hostile, k=3
    )
    provenance = Provenance(hostile, query=hostile, models=(Digested(hostile, hostile),))
    text = python_snippet(recipe, provenance).encode("utf-8").decode("utf-8")
    tree = ast.parse(text)
    kinds = [type(node).__name__ for node in tree.body]
    assert kinds == ["ImportFrom"] * 3 + ["Assign"] * 2 + ["If"] + ["Assign"] * 3 + ["For"]
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert called == {
        *("open_workspace", "Path", "open_engine", "SystemExit", "engine.search"),
        *("float", "zip", "enumerate", "print"),
    }
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert words.count(hostile) >= 5


def test_a_recipe_is_of_a_text_or_of_a_shot() -> None:
    for query, like in ((None, None), ("a", "b")):
        with pytest.raises(LpdError, match="with a text or with a shot"):
            SearchRecipe(Path("w"), "m", "c", query, like)


@pytest.fixture(scope="module")
def engine(demo_workspace: Path) -> SearchEngine:
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


def recipes(workspace: Path, engine: SearchEngine) -> list[SearchRecipe]:
    shot = engine.shot_ids[3]
    video = str(engine.collection.shots["video_id"].iloc[3])
    weights = tuple(float(number + 1) for number in range(len(engine.spaces)))
    place = (workspace, "lpd", "inland")
    return [
        SearchRecipe(*place, query="a dog under a tree", k=7),
        SearchRecipe(*place, query="two people", weights=weights, list_name=engine.spaces[2], depth=50),
        SearchRecipe(*place, like=shot, video=video, spaces=tuple(engine.spaces[:2])),
    ]


def test_the_script_prints_the_same_list(demo_workspace: Path, engine: SearchEngine, tmp_path: Path) -> None:
    """One real process runs all scripts, one after the other."""
    opened = open_workspace(demo_workspace)
    expected = []
    for number, recipe in enumerate(recipes(demo_workspace, engine)):
        result = search_again(engine, recipe)
        provenance = list_provenance(opened, engine, result, recipe=recipe)
        assert provenance.models == (("lpd", engine.card.digest),)
        assert provenance.exactness == result.exactness.words
        text = python_snippet(recipe, provenance)
        write_export(tmp_path / f"list{number}.py", text.encode("utf-8"))
        frame = list_frame(engine.collection, result, list_name=recipe.list_name, k=recipe.k)
        expected += [f"{row.rank} {row.shot_id} {row.score!r}" for row in frame.itertuples()]
    scripts = sorted(str(path) for path in tmp_path.glob("*.py"))
    runs = "import runpy, sys; [runpy.run_path(one) for one in sys.argv[1:]]"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_WAIT_POLICY": "PASSIVE"}
    done = subprocess.run(
        [sys.executable, "-c", runs, *scripts], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == expected
    assert len(expected) > 7 + 20


def test_the_script_stops_at_another_model(demo_workspace: Path, tmp_path: Path) -> None:
    recipe = SearchRecipe(demo_workspace, "lpd", "inland", "a dog", k=1)
    text = python_snippet(recipe, Provenance("demo", models=(Digested("lpd", "other"),)))
    with pytest.raises(SystemExit, match="made with another model of this name"):
        exec(compile(text, "list.py", "exec"), {})


def test_ranks_are_those_of_the_lists(engine: SearchEngine, demo_workspace: Path) -> None:
    result = search_again(engine, SearchRecipe(demo_workspace, "lpd", "inland", "a dog", depth=60))
    frame = list_frame(engine.collection, result)
    for row in frame.itertuples(index=False):
        for place, name in enumerate(engine.spaces):
            ids = [engine.shot_ids[one] for one in result.lists[name].rows]
            expected = ids.index(row.shot_id) + 1 if row.shot_id in ids else pd.NA
            found = row[6 + place]
            assert (found is pd.NA) if expected is pd.NA else found == expected
