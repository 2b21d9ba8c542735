"""The Map page without a browser: what the component is given, lassos, tiles, pins, files."""

import io
import json
import os
import shutil

import numpy as np
import pandas as pd
import pytest

from app import resources
from app.map.lasso import Lasso, inside, lasso_text
from app.map.layers import plane_of
from app.parameters import parse_link
from app.resources.maps import layers
from app.views.map import making
from lpd.errors import FormatError
from lpd.maps import MapSettings
from lpd.search import open_engine
from lpd.services.jobs.work_files import work_command
from lpd.services.maps import MapRequest, build_map, live_map, query_point
from lpd.workspace import open_workspace

LEFT = ((-1.1, -1.1), (0.0, -1.1), (0.0, 1.1), (-1.1, 1.1))
SIDE = {"collection": "inland", "edition": "avs-inland", "model": "lpd"}
BOW = lasso_text(Lasso("text:bow", LEFT))
ALL = lasso_text(Lasso("fused", ((-2.0, -2.0), (2.0, -2.0), (2.0, 2.0), (-2.0, 2.0))))


@pytest.fixture(scope="module")
def engine(demo_workspace):
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


@pytest.fixture(scope="module")
def bow(engine):
    return live_map(engine, "text:bow")


@pytest.fixture
def shown(component_data):
    def found(page) -> dict:
        assert not page.exception
        assert not page.error
        (payload,) = component_data(page, "lpd_shot_map")
        return payload

    return found


@pytest.fixture
def tiles(component_data):
    def found(page) -> list[dict]:
        (payload,) = component_data(page, "lpd_shot_grid")
        return payload["lanes"][0]["tiles"]

    return found


def layer(name: str, kind: type) -> np.ndarray:
    return np.frombuffer(layers().get(name), kind)


def classes(payload: dict) -> dict[str, int]:
    return {one["words"]: one["count"] for one in payload["classes"]}


def told_address(page) -> dict:
    (address,) = [one.value for one in page.code if "?workspace=" in one.value]
    return parse_link(f"?{address.partition('?')[2]}")[1]


def test_it_begins_with_the_fusion_by_pca_in_clusters(open_view, demo_workspace, shown, engine) -> None:
    payload = shown(open_view(demo_workspace, "map", **SIDE))
    (plot,) = payload["plots"]
    assert plot["name"] == "fused"
    places = plane_of(live_map(engine, "fused").points).places
    assert layer(plot["points"], np.float32).reshape(-1, 2).tolist() == places.tolist()
    kinds = layer(plot["kinds"], np.uint8)
    assert [np.count_nonzero(kinds == one) for one in range(12)] == list(classes(payload).values())
    assert len(plot["labels"]) == 12
    assert "by clusters of Fused" in plot["alt"]


def test_what_is_sent_does_not_grow_with_the_shots(open_view, demo_workspace, shown) -> None:
    payload = shown(
        open_view(demo_workspace, "map", **SIDE, colour="video", lasso=lasso_text(Lasso("fused", LEFT)))
    )
    assert len(json.dumps(payload)) < 6000


def test_two_planes_have_the_clusters_of_the_first(open_view, demo_workspace, shown, bow) -> None:
    page = open_view(demo_workspace, "map", **SIDE, planes=["text:bow", "video:shape"])
    payload = shown(page)
    first, second = payload["plots"]
    assert [first["title"], second["title"]] == ["bow", "shape"]
    assert first["points"] != second["points"]
    assert first["kinds"] == second["kinds"]
    assert layer(first["kinds"], np.uint8).tolist() == bow.clusters.tolist()
    assert payload["title"] == "clusters of bow"


def test_the_shots_of_a_lasso_stand_below(
    open_view, demo_workspace, shown, tiles, bow, engine, texts
) -> None:
    page = open_view(demo_workspace, "map", **SIDE, planes=["text:bow"], lasso=BOW)
    rows = np.flatnonzero(inside(LEFT, plane_of(bow.points).places))
    assert [one["shot"] for one in tiles(page)] == [engine.shot_ids[row] for row in rows[:60]]
    assert f"{len(rows)} shots in the lasso · in the order of the collection" in texts(page)
    assert shown(page)["lasso"]["plot"] == "text:bow"


def test_the_other_pages_of_a_lasso_show_the_rest(open_view, demo_workspace, tiles, engine, texts) -> None:
    page = open_view(demo_workspace, "map", **SIDE, lasso=ALL, sheet="2")
    assert [one["shot"] for one in tiles(page)] == engine.shot_ids[60:]
    assert f"61 to {len(engine.shot_ids)}, in the order of the collection" in texts(page)
    page.button("sheet_before").click().run()
    assert [one["shot"] for one in tiles(page)] == engine.shot_ids[:60]
    page = open_view(demo_workspace, "map", **SIDE, lasso=ALL, sheet="999")
    assert [one["shot"] for one in tiles(page)] == engine.shot_ids[60:], "the last page there is"


def test_a_query_has_a_place_a_scale_and_its_best_shots_first(
    open_view, demo_workspace, shown, tiles, engine, bow
) -> None:
    asked = {"planes": ["text:bow", "fused"], "colour": "score", "q": "a dog", "lasso": BOW}
    page = open_view(demo_workspace, "map", **SIDE, **asked)
    payload, result = shown(page), engine.search("a dog", depth=1000)
    scores = engine.similarities(result, np.arange(len(engine.shot_ids)))
    first, second = payload["plots"]
    assert first["query"] == pytest.approx(plane_of(bow.points).at(query_point(bow, result.vectors)))
    number = 1 + engine.spaces.index("text:bow")
    kinds = layer(first["kinds"], np.uint8)
    assert kinds[scores[number].argmax()] == 253
    assert kinds[scores[number].argmin()] == 0
    assert layer(second["kinds"], np.uint8)[scores[0].argmax()] == 253
    assert first["marked"] == result.lists["fused"].rows[:20].tolist()
    rows = np.flatnonzero(inside(LEFT, plane_of(bow.points).places))
    best = rows[np.argsort(-scores[0][rows], kind="stable")][:60]
    assert [one["shot"] for one in tiles(page)] == [engine.shot_ids[row] for row in best]


def test_judgements_of_a_topic_are_counted(open_view, demo_workspace, shown, tiles) -> None:
    workspace = open_workspace(demo_workspace)
    topic = workspace.edition("avs-inland").topics[0]
    qrels = workspace.qrels("avs-inland", "pooled").judgements(topic.topic_id)
    asked = {
        "colour": "judgement",
        "q": topic.text,
        "qrels": "pooled",
        "lasso": lasso_text(Lasso("fused", LEFT)),
    }
    page = open_view(demo_workspace, "map", **SIDE, **asked)
    judged = [sum(one == kind for one in qrels.values()) for kind in (1, 0, -1)]
    shots = len(workspace.collection("inland"))
    assert list(classes(shown(page)).values()) == [*judged, shots - sum(judged)]
    words = {1: "relevant", 0: "not", -1: "unjudged"}
    for tile in tiles(page):
        assert tile["judgement"] == (words[qrels[tile["shot"]]] if tile["shot"] in qrels else "outside")


def test_videos_are_those_asked_for(open_view, demo_workspace, shown) -> None:
    shots = open_workspace(demo_workspace).collection("inland").shots["video_id"]
    named = list(shots.unique()[2:4])
    counted = classes(shown(open_view(demo_workspace, "map", **SIDE, colour="video", videos=named)))
    assert counted == {
        **{one: int((shots == one).sum()) for one in named},
        "other videos": int((~shots.isin(named)).sum()),
    }


def test_a_shot_is_found_by_its_id_or_a_part_of_it(open_view, demo_workspace, shown, engine, texts) -> None:
    assert shown(open_view(demo_workspace, "map", **SIDE, at=engine.shot_ids[9]))["found"] == 9
    page = open_view(demo_workspace, "map", **SIDE, at="no-such")
    assert shown(page)["found"] is None
    assert "No shot has &#x27;no-such&#x27; in its id" in texts(page)


def test_a_lasso_that_holds_nothing_says_so(open_view, demo_workspace, texts) -> None:
    far = lasso_text(Lasso("fused", ((5.0, 5.0), (6.0, 5.0), (6.0, 6.0))))
    assert "No shot is inside the lasso." in texts(open_view(demo_workspace, "map", **SIDE, lasso=far))
    page = open_view(demo_workspace, "map", **SIDE, lasso="fused@nonsense")
    assert "Draw a lasso around some points" in texts(page)


def test_a_map_by_umap_is_offered_to_be_made(open_view, demo_workspace, texts) -> None:
    page = open_view(demo_workspace, "map", **SIDE, method="umap", planes=["text:bow"])
    assert not page.exception
    assert "This map was not made yet" in texts(page)
    assert "lpd map build --model=lpd --collection=inland --space=text:bow --method=umap" in texts(page)
    assert page.button("map_make").label == "Make it"


def test_the_button_starts_the_command_that_it_names(open_view, demo_workspace, monkeypatch) -> None:
    begun = []

    def start(workspace, request) -> None:
        begun.append(work_command(request, workspace.path)[3:])

    monkeypatch.setattr(making, "start", start)
    page = open_view(demo_workspace, "map", **SIDE, method="umap", planes=["text:bow"])
    page.button("map_make").click().run()
    [command] = begun
    assert command[:2] == ["map", "build"]
    assert command[3:] == ["--model=lpd", "--collection=inland", "--space=text:bow", "--method=umap"]


def test_a_query_that_cannot_be_answered_leaves_the_map(
    open_view, demo_workspace, monkeypatch, shown
) -> None:
    def fail(workspace, asked) -> None:
        raise FormatError("the encoder is damaged")

    monkeypatch.setattr(resources, "search", fail)
    page = open_view(demo_workspace, "map", **SIDE, colour="score", q="a dog")
    assert [one.value for one in page.error] == ["the encoder is damaged"]
    (payload,) = [
        json.loads(one.proto.json)
        for one in page.get("bidi_component")
        if one.proto.component_name == "lpd_shot_map"
    ]
    assert payload["plots"][0]["query"] is None
    assert payload["title"] == "clusters of Fused"


def test_a_damaged_map_says_so(open_view, own, texts) -> None:
    build_map(own, MapRequest("lpd", "inland", ("text:bow",)))
    points = next(own.maps_folder("lpd", "inland").glob("*/points.npy"))
    points.write_bytes(points.read_bytes()[:-4])
    page = open_view(own.path, "map", **SIDE, planes=["text:bow"])
    assert not page.exception
    assert "damaged" in page.error[0].value
    assert "This map cannot be shown" in texts(page)
    assert page.button("map_make")


@pytest.fixture
def own(demo_workspace, tmp_path):
    path = tmp_path / "workspaces" / "own"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    return open_workspace(path)


def test_shots_outside_of_the_subset_are_not_shown(open_view, own, shown, tiles) -> None:
    ids = own.collection("inland").shot_ids[5:15]
    folder = own.collection_folder("inland") / "subsets"
    folder.mkdir(exist_ok=True)
    (folder / "ten.txt").write_text("\n".join(ids) + "\n")
    page = open_view(own.path, "map", **SIDE, subset="ten", lasso=ALL)
    assert sum(classes(shown(page)).values()) == 10
    assert [one["shot"] for one in tiles(page)] == ids


def test_a_stored_map_is_read_and_a_stale_one_made_anew(open_view, own, shown, texts) -> None:
    request = MapRequest("lpd", "inland", ("text:bow",), MapSettings(clusters=3))
    build_map(own, request)
    payload = shown(open_view(own.path, "map", **SIDE, planes=["text:bow"]))
    assert len(payload["classes"]) == 3, "the stored one"
    shots = own.collection_folder("inland") / "shots.parquet"
    frame = pd.read_parquet(shots)
    manifest = next(own.maps_folder("lpd", "inland").glob("*/manifest.json"))
    document = json.loads(manifest.read_text())
    document["made_from"] = {name: "0" * 16 for name in document["made_from"]}
    manifest.write_text(json.dumps(document))
    payload = shown(open_view(own.path, "map", **SIDE, planes=["text:bow"]))
    assert len(payload["classes"]) == 12, "computed now"
    assert "The stored map is stale" in payload["plots"][0]["notes"][1]
    assert len(frame) == payload["count"]


def test_the_view_is_pinned_with_what_makes_it_again(open_view, own) -> None:
    from lpd.notebook import pinned_views, view_snapshot
    from lpd.notebook.recipes import MapAgain, read_recipe

    asked = {"planes": ["text:bow", "video:shape"], "lasso": BOW, "colour": "video", "method": "pca"}
    page = open_view(own.path, "map", **SIDE, **asked)
    told = told_address(page)
    assert {name: told[name] for name in ("lasso", "colour", "method")} == {
        name: asked[name] for name in ("lasso", "colour", "method")
    }
    assert told["planes"] == ("text:bow", "video:shape")
    next(one for one in page.button if one.label == "Pin to the notebook").click().run()
    (view,) = pinned_views(own.notebook_path)
    snapshot = view_snapshot(own.notebook_path, view.view_id)
    recipe = read_recipe(snapshot["recipe"])
    assert isinstance(recipe, MapAgain)
    assert snapshot["taken"] == len(recipe.shots)
    places = snapshot["places"]["lpd/text:bow.pca"]
    engine = open_engine(own, model="lpd", collection="inland")
    again = live_map(engine, "text:bow")
    for shot in recipe.shots[:5]:
        assert places[shot] == again.points[engine.collection.row(shot)].tolist()


def test_a_model_that_brings_no_index_says_what_makes_one(open_view, own, texts) -> None:
    shutil.rmtree(own.index_folder("lpd", "inland"))
    page = open_view(own.path, "map", **SIDE)
    assert not page.exception
    assert "lpd map build --model=lpd --collection=inland --space=fused --method=pca" in texts(page)


def test_files_hold_the_places_and_draw_the_planes(demo_workspace, monkeypatch, open_view) -> None:
    made = {}
    import app.views.map.page as page_module

    def keep(places, *, pin=None, exports=()):
        made.update({one.file_name: one for one in exports})

    monkeypatch.setattr(page_module, "fill_actions", keep)
    page = open_view(demo_workspace, "map", **SIDE, planes=["text:bow", "video:shape"], lasso=BOW)
    assert not page.exception
    files = {name: one.make() for name, one in made.items()}
    stem = "map-lpd-text-bow-video-shape-pca"
    assert set(files) == {f"{stem}.{ending}" for ending in ("csv", "parquet", "png", "svg", "py")}
    frame = pd.read_csv(io.BytesIO(files[f"{stem}.csv"]), comment="#")
    assert list(frame.columns) == [
        "shot_id", "video_id", "text:bow x", "text:bow y", "text:bow clusters of bow",
        "video:shape x", "video:shape y", "video:shape clusters of bow",
    ]  # fmt: skip
    assert files[f"{stem}.png"].startswith(b"\x89PNG")
    assert files[f"{stem}.svg"].startswith(b"<svg")
    assert b"lpd.provenance" in files[f"{stem}.svg"]
    compile(files[f"{stem}.py"].decode(), "script", "exec")
