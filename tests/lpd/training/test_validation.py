import numpy as np
import pytest
import torch

from lpd.caption_ranks import caption_measures, relevant_ranks
from lpd.models import build_model
from lpd.training import validate
from lpd.training import validation as module
from tests.lpd.training.conftest import SIZES, make_pairs

CONFIG = {
    "system": "lpd",
    "text_features": {name: SIZES[name] for name in ("w2v", "gru")},
    "video_features": {name: SIZES[name] for name in ("colour", "shape", "motion")},
    "width": 8,
}


def slow_measures(model, data):
    """Caption by caption, with a sort in Python."""
    text = {name: torch.from_numpy(rows) for name, rows in data.text.items()}
    video = {name: torch.from_numpy(rows) for name, rows in data.video.items()}
    with torch.no_grad():
        scores = model.fuse(model(text, video)).numpy()
    found = []
    for caption in range(len(data.caption_shot)):
        relevant = {
            int(data.caption_shot[k])
            for k in range(len(data.caption_shot))
            if data.caption_group[k] == data.caption_group[caption]
        }
        order = sorted(range(scores.shape[1]), key=lambda shot: (-scores[caption, shot], shot in relevant))
        ranks = [rank for rank, shot in enumerate(order, start=1) if shot in relevant]
        found.append((sum((i + 1) / rank for i, rank in enumerate(ranks)) / len(ranks), ranks[0]))
    best = np.array([rank for _, rank in found])
    return {
        "mAP": float(np.mean([precision for precision, _ in found])),
        "MRR": float((1 / best).mean()),
        **{f"R@{depth}": float((best <= depth).mean()) for depth in (1, 5, 10)},
        "median_rank": float(np.median(best)),
    }


def slow_back(model, data):
    """Shot by shot: the texts it carries among all distinct texts."""
    text = {name: torch.from_numpy(rows) for name, rows in data.text.items()}
    video = {name: torch.from_numpy(rows) for name, rows in data.video.items()}
    with torch.no_grad():
        scores = model.fuse(model(text, video)).numpy()
    groups = sorted(set(data.caption_group.tolist()))
    first = [int(np.flatnonzero(data.caption_group == group)[0]) for group in groups]
    best = []
    for shot in sorted(set(data.caption_shot.tolist())):
        carried = {int(g) for g, s in zip(data.caption_group, data.caption_shot, strict=True) if s == shot}
        order = sorted(range(len(groups)), key=lambda t: (-scores[first[t], shot], groups[t] in carried))
        best.append(min(rank for rank, t in enumerate(order, start=1) if groups[t] in carried))
    return {f"R@{depth}": float((np.array(best) <= depth).mean()) for depth in (1, 5, 10)}


@pytest.mark.parametrize(("shots", "repeats"), [(2, 0), (7, 3), (40, 12)])
def test_recall_sum_counts_both_directions(shots, repeats):
    data, model = make_pairs(shots, repeats=repeats), build_model(CONFIG).eval()
    measures = validate(model, data, device=torch.device("cpu"), both_directions=True)
    both = [slow_measures(model, data), slow_back(model, data)]
    expected = sum(one[f"R@{depth}"] for one in both for depth in (1, 5, 10))
    assert measures["recall_sum"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("shots", "repeats"), [(1, 0), (2, 0), (7, 3), (40, 12)])
@pytest.mark.parametrize("block", [1, 1 << 24])
def test_equals_the_sorted_lists(shots, repeats, block, monkeypatch):
    monkeypatch.setattr(module, "SCORES_AT_ONCE", block)
    monkeypatch.setattr(module, "SHOTS_AT_ONCE", 3 if block == 1 else 4096)
    data = make_pairs(shots, repeats=repeats)
    model = build_model(CONFIG).eval()
    measures = validate(model, data, device=torch.device("cpu"))
    expected = slow_measures(model, data)
    assert measures == pytest.approx(expected, abs=1e-9)


def test_ties_count_against_the_model():
    ranks = relevant_ranks(torch.zeros(1, 5), torch.tensor([[1, 3]]))
    assert ranks.tolist() == [[4, 5]]


def test_ranks_by_hand_with_padding():
    scores = torch.tensor([[0.9, 0.8, 0.7, 0.6], [0.1, 0.2, 0.3, 0.4]])
    ranks = relevant_ranks(scores, torch.tensor([[0, 2], [0, -1]]))
    assert ranks.tolist() == [[1, 3], [4, 0]]
    measures = caption_measures(ranks, torch.tensor([3, 1]))
    assert measures["mAP"] == pytest.approx((3 * (1 + 2 / 3) / 2 + 1 / 4) / 4)
    assert measures["R@1"] == pytest.approx(0.75)
    assert measures["median_rank"] == 1.0


def test_the_model_keeps_its_mode():
    model = build_model(CONFIG).train()
    validate(model, make_pairs(5), device=torch.device("cpu"))
    assert model.training
