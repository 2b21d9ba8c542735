import numpy as np
import pytest

from app.search.feedback_run import feedback_run, feedback_tag
from app.search.marks import Marks
from lpd.search import QueryForm, open_engine, search_form
from lpd.workspace import open_workspace


@pytest.fixture(scope="module")
def workspace(demo_workspace):
    return open_workspace(demo_workspace)


def test_topics_with_marks_are_moved_and_the_others_are_not(workspace):
    edition = workspace.edition(str(workspace.defaults["edition"]))
    engine = open_engine(workspace, model="lpd", collection=edition.collection)
    moved, plain = edition.topics[:2]
    liked, disliked = engine.shot_ids[3], engine.shot_ids[8]
    marks = {moved.topic_id: Marks({liked: "relevant", disliked: "not"}, frozenset())}
    run = feedback_run(engine, edition, marks=marks, spaces=["text:bow", "video:colour"])
    assert run.tag == feedback_tag("lpd") == "lpd.feedback"
    assert list(run.topics) == [topic.topic_id for topic in edition.topics]
    alone = engine.search(plain.text, subset=edition.subset, spaces=["text:bow", "video:colour"])
    expected = alone.lists["fused"]
    np.testing.assert_allclose(run.topics[plain.topic_id].scores, expected.scores, rtol=1e-6)
    form = QueryForm((moved.text,), relevant=(liked,), not_relevant=(disliked,))
    found = search_form(engine, form, subset=edition.subset, spaces=["text:bow", "video:colour"])
    scores = run.topics[moved.topic_id].scores
    np.testing.assert_allclose(scores, found.result.lists["fused"].scores, rtol=1e-6)
    before = engine.search(moved.text, subset=edition.subset, spaces=["text:bow", "video:colour"])
    assert scores[0] != pytest.approx(before.lists["fused"].scores[0], abs=1e-4)
