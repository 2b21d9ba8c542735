"""Vectors brought from elsewhere: the same lists as the model they came from, and what is refused."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lpd.cards import FusionInfo
from lpd.collection import make_collection, write_collection
from lpd.editions import Edition, write_edition
from lpd.embeddings import read_embeddings, space_folder, unit_rows
from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError, StaleError
from lpd.search import ExactIndex, SearchEngine, open_engine, read_query_form, search_form
from lpd.services import shot_vectors
from lpd.services.doctor import examine_index
from lpd.services.editions import edition_runs, evaluate_edition
from lpd.services.health.workspace import workspace_health
from lpd.services.importing.embeddings import Asked, import_embeddings
from lpd.services.indexing import index_collection, measuring_engine
from lpd.services.status import workspace_status
from lpd.trec import Topic
from lpd.workspace import Workspace, create_workspace, open_workspace
from tests.lpd.brought_vectors import export_vectors, write_bigfile

EDITION = "avs-inland"
BROUGHT = Asked("brought", "inland")


@pytest.fixture(scope="module")
def exported(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vectors of the demo's model lpd; not to be written to."""
    folder = tmp_path_factory.mktemp("exported") / "lpd"
    return export_vectors(open_workspace(demo_workspace), folder, model="lpd", edition=EDITION)


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Workspace:
    """The demo; its files are links, to be removed or replaced only."""
    skipped = shutil.ignore_patterns("media", "previews")
    shutil.copytree(demo_workspace, tmp_path / "w", copy_function=os.link, ignore=skipped)
    return open_workspace(tmp_path / "w")


@pytest.fixture
def own(exported: Path, tmp_path: Path) -> Path:
    """The vectors in a folder that may be changed."""
    return Path(shutil.copytree(exported, tmp_path / "own"))


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


# --- a small workspace: three shots, two topics, two spaces -----------------------------------------------


SMALL = Asked("m", "c")
SHOTS = {"text:a": np.array([[3.0, 4.0], [0.1, 0.0], [0.0, 9.0]]), "b": np.array([[1.0], [-2.0], [0.5]])}
QUERIES = {"text:a": np.array([[2.0, 0.0], [1.0, 1.0]]), "b": np.array([[3.0], [-1.0]])}


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    workspace = create_workspace(tmp_path / "small")
    make_shots(workspace, "c")
    make_topics(workspace, "e", "a  dog", "a cat")
    return workspace


def make_shots(workspace: Workspace, name: str) -> None:
    collection = make_collection(name, pd.DataFrame({"shot_id": ["s0", "s1", "s2"]}), subsets={})
    write_collection(workspace.collection_folder(name), collection)


def make_topics(workspace: Workspace, name: str, *texts: str, collection: str = "c") -> None:
    topics = tuple(Topic(str(1601 + number), text) for number, text in enumerate(texts))
    write_edition(workspace.edition_folder(name), Edition(name, collection, None, topics, (), None))


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    for name, ids, spaces in (("shots", "s0 s1 s2", SHOTS), ("topics", "1601 1602", QUERIES)):
        (tmp_path / "v" / name).mkdir(parents=True)
        (tmp_path / "v" / name / "ids.txt").write_text(ids)
        for space, rows in spaces.items():
            np.save(tmp_path / "v" / name / f"{space.replace(':', '-')}.npy", rows.astype(np.float32))
    return tmp_path / "v"


def changed_rows(path: Path, change: Callable[[np.ndarray], np.ndarray]) -> None:
    np.save(path, np.ascontiguousarray(change(np.load(path))))


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


# --- what is refused --------------------------------------------------------------------------------------


def no_space(v: Path) -> None:
    (v / "shots" / "b.npy").unlink()
    (v / "topics" / "b.npy").unlink()
    (v / "embeddings.toml").write_text('spaces = ["text:a", "b"]')


def too_few(v: Path) -> None:
    (v / "shots" / "ids.txt").write_text("s0 x1 x2")
    (v / "topics" / "ids.txt").write_text("1601 7")


def other_widths(v: Path) -> None:
    changed_rows(v / "topics" / "text-a.npy", lambda rows: rows[:, :1])
    changed_rows(v / "topics" / "b.npy", lambda rows: np.repeat(rows, 3, axis=1))


def put(place: str, row: int, value: float) -> Callable[[Path], None]:
    def damage(v: Path) -> None:
        rows = np.load(v / place)
        rows[row] = value
        np.save(v / place, rows)

    return damage


def cut_short(v: Path) -> None:
    path = v / "shots" / "b.npy"
    path.write_bytes(path.read_bytes()[:-1])


def told(text: str) -> Callable[[Path], object]:
    return lambda v: (v / "embeddings.toml").write_text(text)


def two_files(v: Path) -> None:
    write_bigfile(v / "shots" / "b", ["s0", "s1", "s2"], SHOTS["b"])


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a space without files": (no_space, "space b: shots: .*no vectors.*space b: topics of e: .*no vectors"),
    "ids that are not there": (
        too_few,
        r"spaces b, text:a: no vector of 2 of 3 shots \('s1', 's2'\); "
        r"spaces b, text:a: no vector of 1 of 2 topics of e \('1602'\)",
    ),
    "ids that repeat": (
        lambda v: (v / "shots" / "ids.txt").write_text("s0 s1 s1"),
        r"spaces b, text:a: shots: ids occur more than once \('s1'\)",
    ),
    "widths that differ": (other_widths, "b: widths differ: 1 of shots, 3 of topics of e; space text:a: wid"),
    "no list of ids": (lambda v: (v / "shots" / "ids.txt").unlink(), "no list of ids"),
    "no shots at all": (lambda v: shutil.rmtree(v / "shots"), "no vectors of shots"),
    "nothing": (lambda v: shutil.rmtree(v), "no such folder"),
    "NaN in a shot": (put("shots/b.npy", 1, np.nan), "NaN or infinite values in 1 row.*row 1"),
    "infinity in a topic": (put("topics/b.npy", 0, np.inf), "NaN or infinite values in 1 row.*row 0"),
    "cut short": (cut_short, r"b\.npy"),
    "two files": (two_files, "a space has two files.*'b'"),
    "not TOML": (told("spaces = ["), "not valid TOML"),
    "unknown keys": (told("space = 1\nfussion = 2"), "unknown keys.*'space', 'fussion'"),
    "a space twice": (told('spaces = ["b", "b"]'), "named twice"),
    "a file elsewhere": (told('[spaces]\nb = "../b"'), "not names of files"),
    "spaces of another kind": (told("spaces = 7"), "neither a list nor a table"),
    "another similarity": (told('similarity = "l2"'), "expected cosine or dot"),
    "another fusion": (told('fusion = "max"'), "is none of mean, sum, minmax"),
    "too many weights": (told("weights = [1, 2, 3]"), "3 weights for 2 spaces"),
    "weights of another kind": (told('weights = ["x", "y"]'), "could not convert"),
    "a folder that is not there": (told('topics = "elsewhere"'), "elsewhere: no such folder"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_told_at_once_and_nothing_is_kept(
    name: str, small: Workspace, vectors: Path
) -> None:
    damage, sentence = REFUSED[name]
    damage(vectors)
    with pytest.raises(LpdError, match=sentence) as caught:
        import_embeddings(small, vectors, asked=Asked("m", "c", ("e",)))
    assert "\n" not in str(caught.value)
    assert small.model_names() == []


@pytest.mark.parametrize("weights", ["[-1, 2]", "[0, 0]", "[inf, 1]"])
def test_impossible_weights_are_refused(small: Workspace, vectors: Path, weights: str) -> None:
    told(f"weights = {weights}")(vectors)
    with pytest.raises(LpdError, match="weights"):
        import_embeddings(small, vectors, asked=SMALL)


def test_vectors_must_be_those_of_the_checkpoint(copy: Workspace, exported: Path) -> None:
    with pytest.raises(MismatchError, match=r"no vectors of spaces head:1, .*text:bow, .* not of model laff"):
        import_embeddings(copy, exported, asked=Asked("laff", "inland"))
    other = Asked("lpd", "inland", similarity="dot", fusion="minmax")
    with pytest.raises(MismatchError, match=r"similarity dot, the model's is cosine.*fusion minmax"):
        import_embeddings(copy, exported, asked=other)
    assert copy.embeddings_names() == []


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked("m", "nowhere"), "no such collection"),
        (Asked("m", "c", ("tv99",)), "no such edition"),
        (Asked("a/b", "c"), "not a name for a model"),
        (Asked("m", "c", fusion="max"), "unknown fusion"),
        (Asked("m", "c", similarity="l2"), "unknown similarity"),
    ],
    ids=["collection", "edition", "model", "fusion", "similarity"],
)
def test_wrong_names_are_refused(small: Workspace, vectors: Path, asked: Asked, sentence: str) -> None:
    with pytest.raises(LpdError, match=sentence):
        import_embeddings(small, vectors, asked=asked)


# --- what may happen to it afterwards ---------------------------------------------------------------------


def half_brought(w: Workspace) -> None:
    folder = w.embeddings_folder("m") / "shots" / "c"
    shutil.rmtree(folder / space_folder(0))
    shutil.copytree(folder / space_folder(1), folder / space_folder(0))


def cut_matrix(w: Workspace) -> None:
    path = w.embeddings_folder("m") / "shots" / "c" / space_folder(1) / "matrix.npy"
    path.write_bytes(path.read_bytes()[:-8])


def edit_card(change: Callable[[dict], object]) -> Callable[[Workspace], None]:
    def edit(w: Workspace) -> None:
        path = w.embeddings_folder("m") / "embeddings.json"
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document))

    return edit


DAMAGED = {
    "half brought": (half_brought, "not brought to an end"),
    "cut short": (cut_matrix, r"matrix\.npy"),
    "another version": (edit_card(lambda one: one.update(format_version=9)), "another format version"),
    "no spaces": (edit_card(lambda one: one.update(spaces=[])), "damaged"),
    "a digest too few": (edit_card(lambda one: one["shots"]["c"]["digests"].pop()), "damaged"),
    "another width": (edit_card(lambda one: one["spaces"][0].update(width=7)), "width of space"),
    "nothing of this collection": (edit_card(lambda one: one.update(shots={})), "no vectors of the shots of"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_named(name: str, small: Workspace, vectors: Path) -> None:
    damage, sentence = DAMAGED[name]
    import_embeddings(small, vectors, asked=SMALL)
    damage(small)
    with pytest.raises(LpdError, match=sentence):
        index_collection(small, "m", "c", device="cpu")
    assert workspace_status(small)


def test_a_pointed_to_file_that_changed_is_named(small: Workspace, vectors: Path) -> None:
    import_embeddings(small, vectors, asked=Asked("m", "c", pointer=True))
    changed_rows(vectors / "shots" / "text-a.npy", lambda rows: rows[:-1])
    with pytest.raises(StaleError, match="has changed since import"):
        index_collection(small, "m", "c", device="cpu")


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_embeddings(tmp_path)
    (tmp_path / "embeddings.json").write_text("[]")
    with pytest.raises(FormatError):
        read_embeddings(tmp_path)


def test_blocks_follow_each_other(small: Workspace, vectors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = brought_engine(small, vectors, SMALL).index
    monkeypatch.setattr(shot_vectors, "_MOST_SHOTS", 2)
    found = brought_engine(small, vectors, Asked("again", "c")).index
    assert isinstance(expected, ExactIndex)
    assert isinstance(found, ExactIndex)
    for one, other in zip(found.arrays, expected.arrays, strict=True):
        np.testing.assert_array_equal(one, other)
