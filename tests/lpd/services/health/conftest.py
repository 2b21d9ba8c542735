"""Workspaces whose health is looked at."""

from pathlib import Path

import numpy as np
import pytest

from lpd.editions import Edition, write_edition
from lpd.trec import Qrels, make_run, write_qrels, write_run
from lpd.workspace import Workspace, create_workspace, open_workspace
from tests.lpd.services.health.whole_workspace import (
    SHOTS,
    TOPICS,
    add_captions,
    add_encoder,
    add_index,
    add_matrix,
    add_model,
    add_shots,
    texts_digest,
)


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


@pytest.fixture
def whole(empty: Workspace) -> Workspace:
    """Everything there is to examine, in order."""
    add_shots(empty, "c", SHOTS)
    add_matrix(empty.feature_folder("c", "f"), SHOTS)
    add_encoder(empty.text_encoder_folder("bow"))
    add_model(empty)
    add_index(empty)
    write_edition(empty.edition_folder("tv"), Edition("tv", "c", None, TOPICS, (), None))
    judged = Qrels([(topic.topic_id, shot, "1", 1) for topic in TOPICS for shot in SHOTS])
    write_qrels(empty.qrels_path("tv", "nist"), judged)
    lists = {topic.topic_id: (SHOTS, np.arange(10.0)) for topic in TOPICS}
    write_run(empty.run_path("tv", "r"), make_run("r", lists))
    topics = [topic.text for topic in TOPICS]
    ids = [topic.topic_id for topic in TOPICS]
    add_matrix(empty.text_feature_folder("tv", "bow"), ids, encoder="e1", texts=texts_digest(topics))
    for name, shots in (("train", SHOTS[:6]), ("valid", SHOTS[6:])):
        add_captions(empty, name, shots)
        captions = [f"text of {shot}" for shot in shots]
        folder = empty.text_feature_folder(name, "bow")
        add_matrix(folder, [f"{shot}#0" for shot in shots], encoder="e1", texts=texts_digest(captions))
    return open_workspace(empty.path)
