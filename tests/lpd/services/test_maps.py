"""Maps of the demo: from the index, the model, vectors brought here; stale and damaged ones; queries."""

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lpd.cards import FusionInfo
from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError, StaleError
from lpd.features import write_matrix
from lpd.maps import FUSED, MapSettings
from lpd.search import open_engine
from lpd.services.contents import workspace_contents
from lpd.services.health.workspace import workspace_health
from lpd.services.importing.embeddings import Asked, import_embeddings
from lpd.services.indexing import index_collection
from lpd.services.jobs.requests import map_request
from lpd.services.jobs.workspace_jobs import start_work, work_state
from lpd.services.map_requests import MapName, MapRequest, map_command
from lpd.services.map_spaces import map_folder, map_spaces, why_no_fused_map
from lpd.services.map_states import map_states
from lpd.services.maps import build_map, live_map, map_names, open_map, query_point
from lpd.services.status import workspace_status
from lpd.storage import read_manifest
from lpd.workspace import Workspace, open_workspace
from tests.lpd.brought_vectors import export_vectors
from tests.reference.maps import principal_coordinates

ASKED = MapRequest("lpd", "inland")
BOW = MapRequest("lpd", "inland", ("text:bow",))
NAME = MapName("text:bow", "pca")


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media", "previews"))
    return open_workspace(tmp_path / "w")


def source_of(workspace: Workspace, model: str, name: MapName) -> object:
    folder = map_folder(workspace, workspace.model_card(model), "inland", name=name)
    return read_manifest(folder, "map").settings["source"]


def states(workspace: Workspace) -> dict[tuple[str, str], str]:
    return {(one.model, one.space): one.state for one in map_states(workspace)}


def test_every_space_and_the_fusion_have_a_map(copy: Workspace) -> None:
    made = build_map(copy, ASKED, device="cpu")
    engine = open_engine(copy, model="lpd", collection="inland")
    rows = np.arange(engine.index.shots)
    spaces = dict(zip(engine.spaces, engine.index.vectors(rows), strict=True))
    spaces[FUSED] = np.concatenate([space / np.sqrt(len(spaces)) for space in spaces.values()], axis=1)
    assert [one.facts.space for one in made] == [FUSED, *engine.spaces]
    for one in made:
        expected, variances, total = principal_coordinates(spaces[one.facts.space], 2)
        np.testing.assert_allclose(one.points, expected, atol=1e-5)
        np.testing.assert_allclose(one.facts.explained, variances / total, rtol=1e-6)
    assert map_names(copy, "lpd", "inland") == [MapName(one.facts.space, "pca") for one in made]
    for one in made:
        kept = open_map(copy, model="lpd", collection="inland", name=MapName(one.facts.space, "pca"))
        assert kept.digest == one.digest
        np.testing.assert_array_equal(kept.points, one.points)


def test_one_space_alone_and_once_more(copy: Workspace) -> None:
    [first] = build_map(copy, BOW, device="cpu")
    assert map_names(copy, "lpd", "inland") == [NAME]
    folder = map_folder(copy, copy.model_card("lpd"), "inland", name=NAME)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    [again] = build_map(copy, BOW, device="cpu")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    assert again.digest == first.digest
    [other] = build_map(copy, replace(BOW, settings=MapSettings(clusters=3)), device="cpu")
    assert other.facts.clusters == 3
    assert other.digest != first.digest


def test_without_an_index_the_model_embeds(copy: Workspace) -> None:
    [by_index] = build_map(copy, BOW, device="cpu")
    assert source_of(copy, "lpd", NAME) == "the index"
    shutil.rmtree(copy.index_folder("lpd", "inland"))
    [by_model] = build_map(copy, BOW, device="cpu")
    assert source_of(copy, "lpd", NAME) == "the model, which embedded the shots"
    np.testing.assert_allclose(by_model.points, by_index.points, atol=1e-5)
    index_collection(copy, "lpd", "inland", kind="quantised", device="cpu")
    [by_codes] = build_map(copy, BOW, device="cpu")
    np.testing.assert_allclose(by_codes.points, by_index.points, atol=2e-3)  # half floats


def test_vectors_brought_here_have_maps(copy: Workspace, tmp_path: Path) -> None:
    [original] = build_map(copy, replace(ASKED, spaces=(FUSED,)), device="cpu")
    source = export_vectors(copy, tmp_path / "v", model="lpd", edition="avs-inland")
    import_embeddings(copy, source, asked=Asked("brought", "inland"))
    asked = MapRequest("brought", "inland", (FUSED,))
    [unindexed] = build_map(copy, asked, device="cpu")
    assert source_of(copy, "brought", MapName(FUSED, "pca")) == "vectors brought here"
    np.testing.assert_allclose(np.abs(unindexed.points), np.abs(original.points), atol=1e-5)
    index_collection(copy, "brought", "inland", device="cpu")
    [indexed] = build_map(copy, asked, device="cpu")
    np.testing.assert_allclose(indexed.points, unindexed.points, atol=1e-6)
    assert open_map(copy, model="brought", collection="inland", name=MapName(FUSED, "pca")).digest


def test_a_live_map_is_the_one_that_is_built(copy: Workspace) -> None:
    engine = open_engine(copy, model="lpd", collection="inland")
    for made in build_map(copy, ASKED, device="cpu")[:3]:
        live = live_map(engine, made.facts.space)
        assert live.facts == made.facts
        np.testing.assert_allclose(live.points, made.points, atol=1e-6)


def test_a_query_lies_where_its_vectors_lie(copy: Workspace) -> None:
    engine = open_engine(copy, model="lpd", collection="inland")
    result = engine.search("a dog on a beach", depth=5)
    fused, bow = build_map(copy, replace(ASKED, spaces=(FUSED, "text:bow")), device="cpu")
    vector = result.vectors[engine.spaces.index("text:bow")].astype(np.float64)
    expected = (vector - bow.axes.mean) @ bow.axes.components[:2].T
    np.testing.assert_allclose(query_point(bow, result.vectors), expected, atol=1e-6)
    joined = np.concatenate(result.vectors) / np.sqrt(len(engine.spaces))
    expected = (joined - fused.axes.mean) @ fused.axes.components[:2].T
    np.testing.assert_allclose(query_point(fused, result.vectors), expected, atol=1e-6)


def test_a_fusion_without_vectors_of_shots_has_no_map(copy: Workspace) -> None:
    card = copy.model_card("lpd")
    assert why_no_fused_map(card) == ""
    stretched = replace(card, fusion=FusionInfo("minmax"))
    assert "stretched for each query" in why_no_fused_map(stretched)
    assert map_spaces(stretched) == [space.name for space in card.spaces]
    assert "one space" in why_no_fused_map(replace(card, spaces=card.spaces[:1]))
    wide = replace(card, spaces=tuple(space._replace(width=2048) for space in card.spaces))
    assert "18,432 numbers are more than the 8,192" in why_no_fused_map(wide)
    with pytest.raises(LpdError, match="no map of the fusion of lpd: it fuses scores"):
        map_folder(copy, stretched, "inland", name=MapName(FUSED, "pca"))


def test_what_is_not_there_is_told(copy: Workspace) -> None:
    with pytest.raises(
        NotFoundError, match="Next: lpd map build --model lpd --collection inland --space text:bow"
    ):
        open_map(copy, model="lpd", collection="inland", name=NAME)
    with pytest.raises(NotFoundError, match=r"no such space.*found 'text:none'"):
        build_map(copy, replace(ASKED, spaces=("text:none",)))
    with pytest.raises(NotFoundError, match="no such collection"):
        build_map(copy, replace(ASKED, collection="none"))


def test_a_map_of_another_model_is_stale_and_named_with_its_command(copy: Workspace) -> None:
    build_map(copy, replace(ASKED, spaces=(FUSED, "text:bow")), device="cpu")
    path = copy.model_folder("lpd") / "config.json"
    document = json.loads(path.read_text())
    document["weights_digest"] = "0" * 16
    path.write_text(json.dumps(document))
    with pytest.raises(StaleError, match=r"made from another model\. Next: lpd map build --model lpd"):
        open_map(copy, model="lpd", collection="inland", name=NAME)
    assert states(copy) == {("lpd", FUSED): "stale", ("lpd", "text:bow"): "stale"}
    [row] = [row for row in workspace_status(copy) if row.kind == "maps"]
    assert (row.name, row.state) == ("lpd@inland/pca", "stale")
    assert row.sentence.endswith("next: lpd map build --model lpd --collection inland")
    problems = {one.subject: one for one in workspace_health(copy).problems}
    assert problems["maps lpd@inland/pca"].command == "lpd map build --model lpd --collection inland"


def test_other_rows_of_a_feature_are_a_problem(copy: Workspace) -> None:
    build_map(copy, BOW, device="cpu")
    name = next(iter(copy.model_card("lpd").video_features))
    feature = copy.features("inland", name)
    rows = np.array(feature.matrix, dtype=np.float32) + 1
    write_matrix(copy.feature_folder("inland", name), iter([rows]), name=name, ids=feature.ids)
    problems = {one.subject: one for one in workspace_health(copy).problems}
    told = problems["maps lpd@inland/pca"]
    assert f"made from other rows of video feature {name}" in told.sentence
    assert told.command == map_command(replace(BOW, settings=MapSettings()))


def test_damage_and_leftovers_hide_no_other_map(copy: Workspace) -> None:
    build_map(copy, replace(ASKED, spaces=(FUSED, "text:bow", "text:w2v")), device="cpu")
    folder = map_folder(copy, copy.model_card("lpd"), "inland", name=NAME)
    (folder / "points.npy").write_bytes(b"")
    (map_folder(copy, copy.model_card("lpd"), "inland", name=MapName(FUSED, "pca")) / "mean.npy").unlink()
    shutil.copytree(folder.parent, copy.path / "maps" / "gone@inland")
    with pytest.raises(FormatError, match=r"points\.npy: damaged"):
        open_map(copy, model="lpd", collection="inland", name=NAME)
    found = states(copy)
    assert found["lpd", FUSED] == "damaged"
    assert found["lpd", "text:w2v"] == "ok"
    assert found["gone", "fused"] == "stale"
    rows = {row.name: row for row in workspace_status(copy) if row.kind == "maps"}
    assert rows["lpd@inland/pca"].state == "damaged"
    assert "model gone is gone; its folder can be removed" in rows["gone@inland/pca"].sentence
    things = {thing.group: thing for thing in workspace_contents(copy) if thing.name.startswith("maps of")}
    assert (things["model lpd"].name, things["model lpd"].state) == ("maps of inland by pca", "damaged")
    assert things["model lpd"].size is not None
    assert things["model lpd"].size > 1000


def test_a_map_in_the_place_of_another_is_refused(copy: Workspace) -> None:
    build_map(copy, BOW, device="cpu")
    card = copy.model_card("lpd")
    wrong = MapName("text:w2v", "pca")
    shutil.copytree(map_folder(copy, card, "inland", name=NAME), map_folder(copy, card, "inland", name=wrong))
    with pytest.raises(MismatchError, match="another map than its place says; expected text:w2v"):
        open_map(copy, model="lpd", collection="inland", name=wrong)


def test_a_job_makes_what_is_asked_for() -> None:
    request = MapRequest("lpd", "inland", ("text:bow", FUSED), MapSettings("umap", 5, 7))
    job = map_request(request)
    assert job.title == "maps by umap of lpd@inland (text:bow, fused)"
    assert job.typed == (
        "lpd map build --model=lpd --collection=inland --space=text:bow --space=fused "
        "--method=umap --clusters=5 --seed=7"
    )
    assert map_command(request) == (
        "lpd map build --model lpd --collection inland --space text:bow --space fused "
        "--method umap --clusters 5 --seed 7"
    )


@pytest.mark.slow
def test_umap_of_the_demo_places_queries_among_shots(copy: Workspace) -> None:
    [made] = build_map(copy, replace(BOW, settings=MapSettings("umap")), device="cpu")
    assert made.facts.fitted == made.facts.shots
    kept = open_map(copy, model="lpd", collection="inland", name=MapName("text:bow", "umap"))
    np.testing.assert_array_equal(kept.points, made.points)
    engine = open_engine(copy, model="lpd", collection="inland")
    place = query_point(kept, engine.search("a dog on a beach", depth=5).vectors)
    assert (kept.points.min(axis=0) <= place).all()
    assert (place <= kept.points.max(axis=0)).all()


@pytest.mark.slow
def test_a_job_makes_a_map_in_a_process_of_its_own(copy: Workspace) -> None:
    begun = start_work(copy, map_request(BOW))
    until = time.monotonic() + 120
    while work_state(copy, begun.name).state == "running":
        assert time.monotonic() < until
        time.sleep(0.1)
    ended = work_state(copy, begun.name)
    assert (ended.state, ended.log) == ("finished", "")
    assert map_names(copy, "lpd", "inland") == [NAME]
