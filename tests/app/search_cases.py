"""A small model, its collection and a result, for tests of what the Search page makes of one."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lpd.cards import ModelCard, SpaceInfo
from lpd.collection import Collection, make_collection
from lpd.search import Exactness, HitList, SearchResult

CARD = ModelCard(
    name="lpd",
    system="lpd",
    spaces=(
        SpaceInfo("text:bow", "text", "bow", 8, "cosine"),
        SpaceInfo("video:colour", "video", "colour", 8, "cosine"),
        SpaceInfo("head:1", "head", None, 8, "cosine"),
    ),
    text_features={"bow": 4, "w2v": 4},
    video_features={"colour": 3, "shape": 3, "motion": 3},
    seed=1,
    digest="abc",
    config={},
)
IDS = [f"s{n}" for n in range(6)]
LISTS = {
    "fused": (0, 1, 2, 3, 4, 5),
    "text:bow": (0, 3, 1, 2, 4, 5),
    "video:colour": (1, 0, 5, 2, 3, 4),
    "head:1": (0, 1, 4, 2, 3, 5),
}


def hits(*rows: int) -> HitList:
    return HitList(np.array(rows, dtype=np.int64), np.linspace(0.9, 0.1, len(rows), dtype=np.float32))


def make_result(lists: Mapping[str, tuple[int, ...]] = LISTS) -> SearchResult:
    made = {name: hits(*rows) for name, rows in lists.items()}
    shares = np.ones(len(made) - 1) / max(1, len(made) - 1)
    timings = {"encode": 1.0, "search": 2.0}
    return SearchResult("q", made, (), shares, 6, Exactness("exact", True), timings)


def small_collection() -> Collection:
    pictures = ["t/0.webp", None, "https://m/{shot}.jpg", None, None, None]
    videos = ["v0", "v0", "v1", "v1", "v2", "v2"]
    return make_collection("c", pd.DataFrame({"shot_id": IDS, "video_id": videos, "thumbnail": pictures}))
