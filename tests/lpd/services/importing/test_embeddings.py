"""Vectors brought from elsewhere: the same lists as the model they came from, and what is refused."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lpd.cards import FusionInfo
from lpd.embeddings import space_folder, unit_rows
from lpd.errors import LpdError, MismatchError, NotFoundError, StaleError
from lpd.search import ExactIndex, SearchEngine, open_engine, read_query_form, search_form
from lpd.services import shot_vectors
from lpd.services.doctor import examine_index
from lpd.services.editions import edition_runs, evaluate_edition
from lpd.services.health.workspace import workspace_health
from lpd.services.importing.embeddings import Asked, import_embeddings
from lpd.services.indexing import index_collection, measuring_engine
from lpd.services.status import workspace_status
from lpd.workspace import Workspace
from tests.lpd.brought_vectors import write_bigfile
from tests.lpd.services.importing.small_vectors import (
    QUERIES,
    SHOTS,
    SMALL,
    changed_rows,
    make_shots,
    make_topics,
)

EDITION = "avs-inland"
BROUGHT = Asked("brought", "inland")


def brought_engine(workspace: Workspace, source: Path, asked: Asked = BROUGHT) -> SearchEngine:
    import_embeddings(workspace, source, asked=asked)
    index_collection(workspace, asked.model, asked.collection, device="cpu")
    return open_engine(workspace, model=asked.model, collection=asked.collection)


# --- the same numbers -------------------------------------------------------------------------------------


def test_lists_and_measures_are_those_of_the_model(copy: Workspace, exported: Path) -> None:
    edition = copy.edition(EDITION)
    told = import_embeddings(copy, exported, asked=BROUGHT)
    assert told.shots == len(copy.collection("inland").shot_ids)
    assert told.topics == {EDITION: len(edition.topics)}
    assert index_collection(copy, "brought", "inland", device="cpu") == "exact"
    original = edition_runs(open_engine(copy, model="lpd", collection="inland"), edition)
    brought = edition_runs(open_engine(copy, model="brought", collection="inland"), edition)
    assert set(brought) == set(original)
    for name, run in original.items():
        for topic, ranked in run.topics.items():
            assert brought[name].topics[topic].shot_ids == ranked.shot_ids
            np.testing.assert_allclose(brought[name].topics[topic].scores, ranked.scores, atol=1e-6, rtol=0)
    unindexed = edition_runs(measuring_engine(copy, "brought", edition, device="cpu"), edition)
    assert {one: ranked.shot_ids for one, ranked in unindexed["fused"].topics.items()} == {
        one: ranked.shot_ids for one, ranked in brought["fused"].topics.items()
    }
    qrels = copy.qrels(EDITION)
    expected, found = evaluate_edition(original, qrels), evaluate_edition(brought, qrels)
    assert {name: one.topics for name, one in found.items()} == {
        name: one.topics for name, one in expected.items()
    }


def test_shots_find_the_same_shots(copy: Workspace, exported: Path) -> None:
    brought = brought_engine(copy, exported)
    original = open_engine(copy, model="lpd", collection="inland")
    shot = original.shot_ids[7]
    expected, found = (engine.search_shot(shot, depth=50) for engine in (original, brought))
    for name, hits in expected.lists.items():
        assert found.lists[name].rows.tolist() == hits.rows.tolist()


def test_a_quantised_index_is_measured_over_the_topics(copy: Workspace, exported: Path) -> None:
    import_embeddings(copy, exported, asked=BROUGHT)
    assert index_collection(copy, "brought", "inland", kind="quantised", device="cpu") == "quantised"
    engine = open_engine(copy, model="brought", collection="inland")
    topics = [topic.text for topic in copy.edition(EDITION).topics]
    assert f"over {len(topics)} queries" in engine.exactness.words
    exact = open_engine(copy, model="lpd", collection="inland")
    for one, other in zip(engine.search_many(topics), exact.search_many(topics), strict=True):
        assert one.lists["fused"].rows[:5].tolist() == other.lists["fused"].rows[:5].tolist()
    report = examine_index(copy, "brought", "inland")
    assert any("are those that were brought" in check for check in report.checks)


# --- forms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pointer", [False, True])
def test_other_forms_and_orders_are_the_same(copy: Workspace, own: Path, pointer: bool) -> None:
    """BigFile for one space, other order and more rows of its own for another, numbers without the 1."""
    expected = open_engine(copy, model="lpd", collection="inland")
    shots = own / "shots"
    ids = (shots / "ids.txt").read_text().split()
    write_bigfile(shots / "text-bow", ids, np.load(shots / "text-bow.npy"))
    (shots / "text-bow.npy").unlink()
    turned = np.load(shots / "text-w2v.npy")[::-1]
    np.save(shots / "text-w2v.npy", np.concatenate([turned, np.ones_like(turned[:3])]))
    (shots / "text-w2v.ids.txt").write_text("\n".join([*ids[::-1], "other1", "other2", "other3"]))
    topics = own / "topics" / "ids.txt"
    (own / "topics" / "video-shape.ids.txt").write_text(topics.read_text())
    topics.write_text("\n".join(one.removeprefix("1") for one in topics.read_text().split()))
    names = [f'"{space}" = "{space.replace(":", "-")}"' for space in expected.spaces]
    (own / "embeddings.toml").write_text("\n".join(["[spaces]", *names]))
    told = import_embeddings(copy, own, asked=Asked("brought", "inland", (EDITION,), pointer=pointer))
    assert list(told.spaces) == expected.spaces
    assert told.rows_left_out == (0 if pointer else 3)
    stored = copy.embeddings_folder("brought") / "shots" / "inland" / space_folder(0)
    assert (stored / "pointer.json").is_file() == pointer
    index_collection(copy, "brought", "inland", device="cpu")
    found = open_engine(copy, model="brought", collection="inland")
    for topic in copy.edition(EDITION).topics[:3]:
        one, other = found.search(topic.text), expected.search(topic.text)
        for name, hits in other.lists.items():
            assert one.lists[name].rows.tolist() == hits.rows.tolist()


def test_cosines_and_dot_products_are_those_of_the_definition(small: Workspace, vectors: Path) -> None:
    rows, query = SHOTS["text:a"], QUERIES["text:a"][0]
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(query)
    expected = {"cosine": rows @ query / lengths, "dot": rows @ query}
    for similarity, values in expected.items():
        engine = brought_engine(small, vectors, Asked(similarity, "c", similarity=similarity, fusion="sum"))
        hits = engine.search("a dog").lists["text:a"]
        np.testing.assert_allclose(hits.scores, values[hits.rows], rtol=1e-6)
        assert (np.diff(hits.scores) <= 0).all()
        assert [(one.end, one.feature, one.similarity) for one in engine.card.spaces] == [
            ("head", None, similarity),
            ("text", "a", similarity),
        ]
        assert engine.card.fusion.kind == "sum"
        assert engine.search("1601").lists["text:a"].rows.tolist() == hits.rows.tolist()


@pytest.mark.parametrize("form", ["npz", "h5", "parquet", "float64", "float16"])
def test_other_files_hold_the_same(small: Workspace, vectors: Path, form: str) -> None:
    for end, key, ids in (("shots", "shot_id", ["s2", "s0", "s1"]), ("topics", "topic_id", ["1602", "1601"])):
        path = vectors / end / "b.npy"
        turned = np.load(path)[[2, 0, 1] if end == "shots" else [1, 0]]
        path.unlink()
        if form == "npz":
            np.savez(path.with_suffix(".npz"), ids=np.array(ids), matrix=turned)
        elif form == "h5":
            h5py = pytest.importorskip("h5py")
            with h5py.File(path.with_suffix(".h5"), "w") as file:
                file["ids"], file["data"] = ids, turned
        elif form == "parquet":
            table = pd.DataFrame({key: ids, "vector": list(turned)})
            table.to_parquet(path.with_suffix(".parquet"))
        else:
            np.save(path, turned.astype(form))
            (vectors / end / "b.ids.txt").write_text(" ".join(ids))
    engine = brought_engine(small, vectors, Asked("m", "c", similarity="dot"))
    hits = engine.search("a dog").lists["b"]
    assert (hits.rows.tolist(), hits.scores.tolist()) == ([0, 2, 1], [3.0, 1.5, -6.0])


def test_unit_rows_leave_what_is_at_unit_length_as_it_is() -> None:
    rows = np.random.default_rng(0).normal(size=(50, 7)).astype(np.float32)
    once = unit_rows(rows)
    np.testing.assert_allclose(np.linalg.norm(once.astype(np.float64), axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(unit_rows(once), once)
    np.testing.assert_array_equal(unit_rows(np.zeros((1, 3))), np.zeros((1, 3)))


def test_the_manifest_says_order_similarity_fusion_and_places(small: Workspace, vectors: Path) -> None:
    make_topics(small, "e2", "a bird")
    (vectors / "topics").rename(vectors / "first")
    (vectors / "second").mkdir()
    (vectors / "second" / "ids.txt").write_text("1601")
    for name, row in (("a", [[0.0, 1.0]]), ("b", [[1.0]])):
        np.save(vectors / "second" / f"{name}.npy", np.array(row, np.float32))
    for name in ("shots", "first"):
        (vectors / name / "text-a.npy").rename(vectors / name / "a.npy")
    told = {"spaces": {"video:b": "b", "text:a": "a"}, "similarity": {"video:b": "dot"}}
    told |= {"fusion": "minmax", "weights": [0.2, 0.8], "topics": {"e": "first", "e2": "second"}}
    (vectors / "embeddings.json").write_text(json.dumps(told))
    engine = brought_engine(small, vectors, SMALL)
    assert engine.spaces == ["video:b", "text:a"]
    assert [space.similarity for space in engine.card.spaces] == ["dot", "cosine"]
    assert engine.card.fusion == FusionInfo("minmax", (0.2, 0.8))
    assert engine.search("a bird").lists["text:a"].rows.tolist() == [2, 0, 1]
    assert engine.search("a bird").lists["video:b"].scores.tolist() == [1, 0.5, -2]


# --- what is asked ----------------------------------------------------------------------------------------


def test_free_text_is_refused_with_what_it_would_need(small: Workspace, vectors: Path) -> None:
    engine = brought_engine(small, vectors, SMALL)
    for query in ("a dog nobody asked for", "9999"):
        with pytest.raises(LpdError, match=r"vectors only.*topic of e;.*lpd import checkpoint.*lpd train"):
            engine.search(query)
    with pytest.raises(LpdError, match=r"these texts cannot be searched.*'one thing', 'another'"):
        engine.search_many(["a dog", "one thing", "another"])
    with pytest.raises(LpdError, match="the query is empty"):
        engine.search("  ")
    by_number, by_text = engine.search("1601"), engine.search("  a dog ")
    assert by_number.lists["fused"].rows.tolist() == by_text.lists["fused"].rows.tolist()
    assert by_text.unknown_words == {}
    with pytest.raises(LpdError, match=r"how it mixed .* is not known"):
        engine.fusion_weights(0)


def test_texts_beside_a_topic_are_refused_and_shots_are_not(small: Workspace, vectors: Path) -> None:
    engine = brought_engine(small, vectors, SMALL)
    marked = {"wordings": ["a dog"], "relevant": ["s2"], "not_relevant": ["s1"]}
    moved, plain = search_form(engine, read_query_form(marked)).result, engine.search("a dog")
    assert moved.lists["fused"].scores.tolist() != plain.lists["fused"].scores.tolist()
    assert search_form(engine, read_query_form({"wordings": ["a dog", "a cat"], "without": ["1602"]}))
    for parts in ({"wordings": ["a dog", "any text"]}, {"wordings": ["a dog"], "without": ["any text"]}):
        with pytest.raises(LpdError, match=r"vectors only.*found 'any text'"):
            search_form(engine, read_query_form(parts))


def test_topics_that_changed_since_are_not_searched_by_old_vectors(small: Workspace, vectors: Path) -> None:
    assert brought_engine(small, vectors, SMALL).search("a cat")
    make_topics(small, "e", "a dog", "a cat")
    again = open_engine(small, model="m", collection="c")
    for query in ("a dog", "1601", "a cat"):
        with pytest.raises(LpdError, match="topics of e changed since their vectors were brought"):
            again.search(query)


def test_a_number_of_two_texts_stands_for_neither(small: Workspace, vectors: Path) -> None:
    make_topics(small, "e2", "a bird", "a cat")
    engine = brought_engine(small, vectors, SMALL)
    for query in ("a bird", "a cat", "1602"):
        assert engine.search(query)
    with pytest.raises(LpdError, match="number of a topic of e, e2; found '1601'"):
        engine.search("1601")


def test_an_edition_without_vectors_is_left_out_and_named(small: Workspace, vectors: Path) -> None:
    (vectors / "topics" / "ids.txt").write_text("1601 other")
    told = import_embeddings(small, vectors, asked=SMALL)
    assert told.topics == {}
    assert told.editions_left_out == ["e"]
    index_collection(small, "m", "c", device="cpu")
    with pytest.raises(LpdError, match="no edition yet"):
        open_engine(small, model="m", collection="c").search("a dog")
    (vectors / "topics" / "ids.txt").write_text("1601 1602")
    shutil.rmtree(vectors / "shots")
    assert import_embeddings(small, vectors, asked=SMALL).topics == {"e": 2}
    assert open_engine(small, model="m", collection="c").search("a dog")


# --- beside the models of the workspace -------------------------------------------------------------------


def test_it_stands_beside_models_but_is_none_that_has_weights(copy: Workspace, exported: Path) -> None:
    import_embeddings(copy, exported, asked=BROUGHT)
    assert "brought" in copy.model_names()
    assert "brought" in copy.searchable_models()
    assert "brought" not in copy.checkpoint_names()
    card, original = copy.model_card("brought"), copy.model_card("lpd")
    assert not card.has_weights
    assert sorted(card.spaces) == sorted(original.spaces)
    rows = {(row.kind, row.name): row for row in workspace_status(copy)}
    assert rows["model", "brought"].sentence.startswith("vectors of shots of inland and of topics of avs-inl")
    assert rows["index", "brought@inland"].state == "missing"
    assert ("index", "brought@coast") not in rows


def test_what_needs_weights_says_so(copy: Workspace, exported: Path) -> None:
    from lpd.services.reranking import RerankRequest, write_reranked_run
    from lpd.services.training import ModelRequest, train_model

    import_embeddings(copy, exported, asked=BROUGHT)
    request = ModelRequest("m", "lpd", captions="train", validation="valid", init_from="brought", width=16)
    with pytest.raises(LpdError, match="vectors only, without its weights, so a training cannot begin"):
        train_model(copy, request)
    run = copy.run(EDITION, copy.run_tags(EDITION)[0])
    again = RerankRequest(method="model", model="brought")
    with pytest.raises(LpdError, match="vectors only, without its weights, so nothing can be encoded"):
        write_reranked_run(copy, run, edition=EDITION, request=again)


def test_another_collection_does_not_make_the_first_index_stale(small: Workspace, vectors: Path) -> None:
    brought_engine(small, vectors, SMALL)
    before = small.model_card("m").digest
    make_shots(small, "c2")
    import_embeddings(small, vectors, asked=Asked("m", "c2"))
    assert small.model_card("m").digest != before
    assert open_engine(small, model="m", collection="c").search("a dog")
    assert set(small.embeddings("m").shots) == {"c", "c2"}


def test_other_vectors_make_the_index_stale(small: Workspace, vectors: Path) -> None:
    brought_engine(small, vectors, SMALL)
    changed_rows(vectors / "shots" / "text-a.npy", lambda rows: rows[:, ::-1])
    import_embeddings(small, vectors, asked=SMALL)
    with pytest.raises(StaleError, match=r"another set of vectors.*lpd index --model m"):
        open_engine(small, model="m", collection="c")
    rows = {(row.kind, row.name): row.state for row in workspace_status(small)}
    assert rows["index", "m@c"] == "stale"


def test_the_doctor_says_what_can_be_asked(small: Workspace, vectors: Path) -> None:
    make_shots(small, "c2")
    make_topics(small, "e2", "a bird", collection="c2")
    brought_engine(small, vectors, SMALL)
    health = workspace_health(small)
    found = {one.subject: one for goal in health.goals for one in goal.findings}
    assert found["model m"].command == "lpd import checkpoint FILE --name m"
    assert "vectors are here" in found["model m"].sentence
    assert "index m@c" in found
    assert "index m@c2" not in found


def test_vectors_serve_a_checkpoint_whose_features_are_absent(copy: Workspace, exported: Path) -> None:
    text = "a dog in the water"
    expected = open_engine(copy, model="lpd", collection="inland").search(text)
    shutil.rmtree(copy.feature_folder("inland", "colour"))
    shutil.rmtree(copy.index_folder("lpd", "inland"))
    with pytest.raises(NotFoundError, match="video feature"):
        index_collection(copy, "lpd", "inland", device="cpu")
    import_embeddings(copy, exported, asked=Asked("lpd", "inland"))
    assert copy.model_card("lpd").has_weights
    index_collection(copy, "lpd", "inland", device="cpu")
    found = open_engine(copy, model="lpd", collection="inland").search(text)
    for name, hits in expected.lists.items():
        assert found.lists[name].rows.tolist() == hits.rows.tolist()


def test_a_checkpoint_that_comes_later_finds_its_spaces_by_name(copy: Workspace, own: Path) -> None:
    """Vectors stand in the order of their names where nobody told another one."""
    names = [f'"{space.name}"' for space in reversed(copy.model_card("lpd").spaces)]
    (own / "embeddings.toml").write_text(f"spaces = [{', '.join(names)}]")
    expected = open_engine(copy, model="lpd", collection="inland").search("a dog")
    away = copy.path / "away"
    copy.model_folder("lpd").rename(away)
    import_embeddings(copy, own, asked=Asked("lpd", "inland"))
    assert not copy.model_card("lpd").has_weights
    away.rename(copy.model_folder("lpd"))
    shutil.rmtree(copy.feature_folder("inland", "colour"))
    index_collection(copy, "lpd", "inland", device="cpu")
    found = open_engine(copy, model="lpd", collection="inland").search("a dog")
    for name, hits in expected.lists.items():
        assert found.lists[name].rows.tolist() == hits.rows.tolist()
    copy.embeddings_folder("lpd").rename(copy.embeddings_folder("laff"))
    shutil.rmtree(copy.feature_folder("inland", "layout"))
    with pytest.raises(MismatchError, match=r"other spaces than its checkpoint.*head:1 .*found .*text:bow"):
        index_collection(copy, "laff", "inland", device="cpu")


def test_vectors_of_topics_serve_a_checkpoint_whose_encoder_is_absent(copy: Workspace, own: Path) -> None:
    topic = copy.edition(EDITION).topics[0].text
    expected = open_engine(copy, model="lpd", collection="inland").search(topic)
    shutil.rmtree(copy.model_folder("lpd") / "text_encoders" / "w2v")
    shutil.rmtree(copy.text_feature_folder(EDITION, "w2v"))
    with pytest.raises(LpdError, match="encoder of text feature 'w2v'"):
        open_engine(copy, model="lpd", collection="inland").search(topic)
    import_embeddings(copy, own, asked=Asked("lpd", "inland"))
    found = open_engine(copy, model="lpd", collection="inland").search(topic)
    assert found.lists["fused"].rows.tolist() == expected.lists["fused"].rows.tolist()


def test_blocks_follow_each_other(small: Workspace, vectors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = brought_engine(small, vectors, SMALL).index
    monkeypatch.setattr(shot_vectors, "_MOST_SHOTS", 2)
    found = brought_engine(small, vectors, Asked("again", "c")).index
    assert isinstance(expected, ExactIndex)
    assert isinstance(found, ExactIndex)
    for one, other in zip(found.arrays, expected.arrays, strict=True):
        np.testing.assert_array_equal(one, other)
