"""Re-ranking with a model that scores pairs of a text and a shot, or with any other model."""

from collections.abc import Callable

import numpy as np
import torch

from lpd.editions import Edition
from lpd.errors import MismatchError
from lpd.rerank import Pool
from lpd.search.queries import open_query_encoder
from lpd.services.editions import topic_texts
from lpd.trec import Run
from lpd.workspace import Workspace

__all__ = ["model_order"]

_PAIRS_AT_ONCE = 256


def model_order(
    workspace: Workspace, run: Run, edition: Edition, model: str
) -> Callable[[str, Pool], np.ndarray]:
    """Returns what orders a topic's pool by a model's scores of its text with each shot, best first.

    The one text feature and the shots' rows are read from the workspace; equal scores keep the run's order.

    Args:
        workspace: of model, edition and features.
        run: to be re-ranked.
        edition: its topics.
        model: a re-ranker such as X-CLIP; a bi-encoder does too.

    Raises:
        LpdError: if a text feature of a topic cannot be had.
        MismatchError: if the run has topics that the edition does not have.
    """
    text_of = topic_texts(run, edition)
    encoder = open_query_encoder(workspace, workspace.model_card(model), edition.collection)
    inputs = {name: workspace.video_input(edition.collection, name) for name in encoder.card.video_features}
    wrong = [name for name, one in inputs.items() if one.dimension != encoder.card.video_features[name]]
    if wrong:
        raise MismatchError(
            f"video features do not fit model {model}", where=edition.collection, found=", ".join(wrong)
        )

    def order(topic_id: str, pool: Pool) -> np.ndarray:
        text = encoder.text_features([text_of[topic_id]])
        scores = []
        for start in range(0, len(pool.shot_ids), _PAIRS_AT_ONCE):
            some = pool.shot_ids[start : start + _PAIRS_AT_ONCE]
            video = {name: torch.from_numpy(one.rows(some)) for name, one in inputs.items()}
            with torch.inference_mode():
                scores.append(encoder.model.fuse(encoder.model(text, video))[0].numpy())
        return np.argsort(-np.concatenate(scores), kind="stable")

    return order
