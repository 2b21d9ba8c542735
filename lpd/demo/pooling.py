"""The demo's pooled judgements: the pool comes from simple systems, the verdicts from the truth."""

from collections.abc import Sequence

import numpy as np

from lpd.demo.judgements import pooled_qrels
from lpd.demo.participants import ridge_ranking
from lpd.demo.topics import DemoTopic
from lpd.demo.truth import relevant_ids
from lpd.demo.world import Shot
from lpd.trec import Qrel
from lpd.workspace import Workspace

__all__ = ["pooled_by_participants"]


def pooled_by_participants(
    workspace: Workspace, topics: Sequence[DemoTopic], shots: Sequence[Shot], *, captioned: str, seed: int
) -> list[Qrel]:
    """Returns TRECVID-style qrels: ridge regression on each video feature, and on all, fills the pool.

    The participants are fitted in closed form on the training captions, so the pool does not depend on any of
    the models that are compared later.
    """
    from lpd.services.encoding import captioned_shots
    from lpd.text import load_text_encoder

    training = captioned_shots(workspace, "train")
    bag = load_text_encoder(workspace.text_encoder_folder("bow"))
    words = np.minimum(bag.encode(training.texts), 1)
    queries = {topic.topic_id: np.minimum(bag.encode([topic.text])[0], 1) for topic in topics}
    shot_ids = [shot.shot_id for shot in shots]
    names = workspace.feature_names(captioned)
    learned = {
        name: workspace.features(captioned, name).rows(training.shot_ids)[training.caption_shot]
        for name in names
    }
    searched = {name: workspace.features(shots[0].part, name).rows(shot_ids) for name in names}
    participants = [[name] for name in names] + [names]
    runs = [
        ridge_ranking(
            np.concatenate([learned[name] for name in features], axis=1),
            words,
            np.concatenate([searched[name] for name in features], axis=1),
            queries=queries,
            shot_ids=shot_ids,
        )
        for features in participants
    ]
    return pooled_qrels(relevant_ids(topics, shots), runs, seed=seed)
