import math

import numpy as np
import pytest
import torch

from lpd.errors import FormatError, MismatchError
from lpd.losses import itrl
from lpd.models import BatchExtras, Fusion, build_model, concept_losses, count_parameters, fuse_scores
from tests.lpd.models.test_dual_encoding import CLOSE, mapping_state

SMALL = {
    "system": "dual-task",
    "text_features": {"bow": 8, "concepts": 12},
    "video_features": {"mean": 5},
    "width": 10,
    "normalisation": {"video:mean": "none"},
}
CASES = ("full", "mean_and_bow")
THETAS = (0.0, 0.3, 0.5, 1.0)


@pytest.fixture(scope="module")
def arrays(oracles):
    loaded = np.load(oracles / "dualtask_forward.npz")
    return {name: torch.from_numpy(np.asarray(loaded[name])) for name in loaded.files}


@pytest.fixture(params=CASES)
def case(request, arrays):
    return {
        name.removeprefix(f"{request.param}::"): array
        for name, array in arrays.items()
        if name.startswith(f"{request.param}::")
    }


def with_decoder(get, **changes):
    """Returns a model with the official concept decoder."""
    model = build_model({**SMALL, **changes}).eval()
    state = model.state_dict() | mapping_state(get, "sd_vis::fc_layer.", "decoder")
    model.load_state_dict(state)
    return model


def test_official_outputs_of_a_mean_and_a_bag_of_words(arrays):
    get = {name.removeprefix("mean_and_bow::"): array for name, array in arrays.items()}
    model = with_decoder(get)
    state = model.state_dict()
    state |= mapping_state(get, "sd_txt::text_mapping.", "text_mapping.transform")
    state |= mapping_state(get, "sd_vis::visual_mapping.", "video_mapping.transform")
    model.load_state_dict(state)
    text = {"bow": get["in_bow"], "concepts": get["query_concepts"][:3].float()}
    video = {"mean": get["in_mean"]}
    with torch.no_grad():
        ends = model.embed_text(text, unit=True), model.embed_video(video, unit=True)
        similarities = model.similarities(*ends)
        plain = model.embed_video(video)
    torch.testing.assert_close(ends[0][0], get["out_txt"], **CLOSE)
    torch.testing.assert_close(ends[1][0], get["out_vis"], **CLOSE)
    torch.testing.assert_close(plain[1], get["concept_prob"], **CLOSE)
    torch.testing.assert_close(similarities[0], get["out_sim"], **CLOSE)
    torch.testing.assert_close(similarities[1].double(), get["concept_scores"][:3], **CLOSE)
    matching = itrl(similarities[:1], direction="both", reduction="sum").sum()
    assert float(matching) == pytest.approx(float(get["loss_matching_sum_both"]), rel=1e-6)


def test_official_concepts(case):
    model = with_decoder(case)
    with torch.no_grad():
        probabilities = model.concept_probabilities(case["out_vis"])
    torch.testing.assert_close(probabilities, case["concept_prob"], **CLOSE)
    kept = probabilities.where(probabilities > 0.5, 0.0).double()
    torch.testing.assert_close(case["query_concepts"] @ kept.T, case["concept_scores"], **CLOSE)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_official_concept_loss(case, reduction):
    model = with_decoder(case)
    ends = (case["out_txt"], torch.empty(0)), (case["out_vis"], case["concept_prob"])
    extras = BatchExtras(labels=case["labels"].float(), reduction=reduction)
    loss = model.auxiliary_loss({}, {}, ends, extras)
    assert float(loss) == pytest.approx(float(case[f"loss_concept_{reduction}"]), rel=1e-6)


@pytest.mark.parametrize("theta", THETAS)
def test_official_fused_scores(case, theta):
    model = build_model({**SMALL, "theta": theta})
    assert model.fusion == Fusion("minmax", (1 - theta, theta))
    fused = model.fuse(torch.stack([case["embedding_scores"], case["concept_scores"]]))
    expected = case[f"fused_theta_{theta}"]
    constant = case["concept_scores"].amin(dim=1) == case["concept_scores"].amax(dim=1)
    assert torch.equal(expected.isnan().all(dim=1), constant)
    torch.testing.assert_close(fused[~constant], expected[~constant], atol=1e-12, rtol=0)
    # where the concept list is constant the official code gives nan; ours counts it as zeros
    scores = case["embedding_scores"][constant]
    lowest, highest = scores.amin(dim=1, keepdim=True), scores.amax(dim=1, keepdim=True)
    alone = (scores - lowest) / (highest - lowest)
    torch.testing.assert_close(fused[constant], (1 - theta) * alone, atol=1e-12, rtol=0)


def test_a_constant_list_of_concept_scores_counts_nothing():
    fused = fuse_scores(torch.tensor([[[0.3, 0.1]], [[0.7, 0.7]]]), Fusion("minmax", (0.0, 1.0)))
    assert fused.tolist() == [[0.0, 0.0]]


def slow_losses(probabilities, labels, share):
    found = []
    for row, given in zip(probabilities.tolist(), labels.tolist(), strict=True):
        there = [-math.log(p + 1e-5) for p, label in zip(row, given, strict=True) if label]
        others = [-math.log(1 - p + 1e-5) for p, label in zip(row, given, strict=True) if not label]
        if there:
            negative = sum(others) / len(others) if others else 0.0
            found.append(share * sum(there) / len(there) + (1 - share) * negative)
    return found


@pytest.mark.parametrize("rows", [1, 2, 7])
@pytest.mark.parametrize("share", [0.2, 0.7])
def test_concept_losses_equal_the_plain_ones(rows, share):
    generator = torch.Generator().manual_seed(rows)
    probabilities = torch.rand(rows, 5, generator=generator, dtype=torch.float64)
    probabilities[0, 0] = 1.0
    labels = (torch.rand(rows, 5, generator=generator) < 0.4).double()
    labels[0] = 1.0
    if rows > 2:
        labels[1] = labels[2] = 0.0
    probabilities.requires_grad_()
    losses = concept_losses(probabilities, labels, positive_share=share)
    assert losses.tolist() == pytest.approx(slow_losses(probabilities, labels, share), abs=1e-12)
    (gradient,) = torch.autograd.grad(losses.sum(), probabilities)
    assert torch.isfinite(gradient).all()


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_batch_without_any_concept_teaches_nothing(reduction):
    model = build_model(SMALL)
    video = {"mean": torch.randn(4, 5, generator=torch.Generator().manual_seed(0))}
    ends = (torch.zeros(4, 10), torch.zeros(4, 12)), model.embed_video(video)
    extras = BatchExtras(labels=torch.zeros(4, 12), reduction=reduction)
    loss = model.auxiliary_loss({}, video, ends, extras)
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert float(model.decoder.weight.grad.abs().max()) == 0.0


def test_there_is_no_concept_loss_without_labels():
    ends = (torch.zeros(1, 10),) * 2, (torch.zeros(1, 10), torch.zeros(1, 12))
    with pytest.raises(MismatchError, match="concepts"):
        build_model(SMALL).auxiliary_loss({}, {}, ends, BatchExtras())


def test_the_concept_loss_reaches_both_layers_of_the_video_end():
    model = build_model(SMALL)
    video = {"mean": torch.randn(4, 5, generator=torch.Generator().manual_seed(0))}
    ends = (torch.zeros(4, 10), torch.zeros(4, 12)), model.embed_video(video)
    labels = torch.zeros(4, 12)
    labels[:, 3] = 1
    loss = model.auxiliary_loss({}, video, ends, BatchExtras(labels=labels, reduction="sum"))
    loss.backward()
    assert float(model.decoder.weight.grad.abs().max()) > 0
    assert float(model.video_mapping.transform.weight.grad.abs().max()) > 0
    assert model.text_mapping.transform.weight.grad is None


def test_concepts_are_not_part_of_the_embedding():
    model = build_model(SMALL).eval()
    text = {"bow": torch.rand(3, 8), "concepts": torch.zeros(3, 12)}
    other = {**text, "concepts": torch.ones(3, 12)}
    first, second = model.embed_text(text), model.embed_text(other)
    assert torch.equal(first[0], second[0])
    assert torch.equal(second[1], other["concepts"])
    assert model.ranked_spaces == [0]
    assert model.label_feature == "concepts"


def test_the_papers_number_of_weights():
    text = {"blip": 256, "clip_b32": 512, "clip_l14": 768, "concepts": 11_147}
    video = {"wsl": 2048, "clip_b32": 512, "clip_l14": 768, "ircsn": 2048, "beit": 2048, "blip": 256}
    model = build_model({"system": "dual-task", "text_features": text, "video_features": video})
    weights = 9216 * 512 + 11_147 * 512
    # a bias, a scale and a shift for every output
    assert count_parameters(model) == weights + 3 * (512 + 512 + 11_147)
    assert model.multiply_adds() == {
        "transforms": 9216 * 512,
        "concepts": 11_147 * 512,
        "cosines": 3 * 512,
        "dot products": 11_147,
    }


BAD_CONFIGS = {
    "no concepts": ({"text_features": {"bow": 8}}, "concepts and at least one"),
    "only concepts": ({"text_features": {"concepts": 12}}, "concepts and at least one"),
    "theta 2": ({"theta": 2}, "theta"),
    "theta true": ({"theta": True}, "theta"),
    "share -1": ({"positive_share": -1}, "positive_share"),
    "scaled concepts": ({"normalisation": {"text:concepts": "zscore"}}, "text:concepts"),
}


@pytest.mark.parametrize("name", BAD_CONFIGS)
def test_a_bad_config_is_one_sentence(name):
    changes, words = BAD_CONFIGS[name]
    with pytest.raises(FormatError, match=words):
        build_model({**SMALL, **changes})
