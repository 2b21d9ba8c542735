import subprocess
import sys

import pytest

from app.map.snippet import ShownMaps, map_snippet
from lpd.exports import Provenance
from lpd.search import open_engine
from lpd.services.maps import live_map
from lpd.workspace import open_workspace


@pytest.mark.slow
def test_the_script_prints_where_the_shots_lie(demo_workspace, tmp_path) -> None:
    workspace = open_workspace(demo_workspace)
    engine = open_engine(workspace, model="lpd", collection="inland")
    shots = engine.shot_ids[3:6]
    maps = ShownMaps(workspace.path, ("text:bow",), "lpd", "inland", "pca", False, tuple(shots))
    script = map_snippet(maps, Provenance("demo"))
    path = tmp_path / "script.py"
    path.write_text(script)
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True)
    points = live_map(engine, "text:bow").points
    lines = done.stdout.splitlines()
    assert lines[0] == f"text:bow pca ({len(engine.shot_ids)}, 2)"
    for line, shot in zip(lines[1:], shots, strict=True):
        name, *place = line.split(" ")
        assert name == shot
        assert [float(one) for one in place] == points[engine.collection.row(shot)].tolist()


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "computed"])
def test_foreign_words_stay_words(tmp_path, stored) -> None:
    hostile = '"); raise SystemExit("""'
    maps = ShownMaps(tmp_path / hostile, (hostile,), hostile, hostile, "pca", stored, (hostile,))
    script = map_snippet(maps, Provenance(hostile))
    compile(script, "script", "exec")
    assert script.count(repr(hostile)) >= 4
