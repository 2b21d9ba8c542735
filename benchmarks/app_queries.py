"""Queries that a workspace's own words make, none of them a topic."""

import numpy as np

from lpd.errors import NotFoundError
from lpd.workspace import Workspace

SEED = 5


def some_queries(workspace: Workspace) -> list[str]:
    """Returns the distinct captions of a workspace, shuffled; those that are topics are left out, since more
    is measured and drawn for them.

    Raises:
        NotFoundError: if it has no captions.
    """
    topics = {
        " ".join(topic.text.split())
        for edition in workspace.edition_names()
        for topic in workspace.edition(edition).topics
    }
    texts = {
        " ".join(caption.text.split())
        for name in workspace.caption_sets()
        for caption in workspace.captions(name)
    }
    found = sorted(text for text in texts - topics if text and text.isprintable())
    if not found:
        raise NotFoundError(
            "there are no captions to query with", where=workspace.path, next_step="lpd import captions"
        )
    return [found[place] for place in np.random.default_rng(SEED).permutation(len(found))]
