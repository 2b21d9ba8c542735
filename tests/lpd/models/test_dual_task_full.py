"""DualTask over frames and words: the official numbers, learning, and configurations that cannot be."""

import numpy as np
import pytest
import torch

from lpd.errors import FormatError, MismatchError
from lpd.losses import itrl
from lpd.models import BatchExtras, Fusion, build_model, count_parameters
from tests.lpd.models.test_dual_encoding import CLOSE, mapping_state
from tests.lpd.models.test_dual_encoding_full import SMALL as LEVELS
from tests.lpd.models.test_dual_encoding_full import frame_rows, levels_state, small_inputs

SMALL = {
    **LEVELS,
    "system": "dual-task-full",
    "text_features": {"tokens": 7, "bow": 8, "concepts": 12},
}
FRAMES = "frames:clip"


@pytest.fixture(scope="module")
def get(oracles):
    loaded = np.load(oracles / "dualtask_forward.npz")
    return {name.removeprefix("full::"): torch.from_numpy(np.asarray(loaded[name])) for name in loaded.files}


@pytest.fixture(scope="module")
def official(get):
    model = build_model(SMALL)
    model.load_state_dict(
        {"embedding.weight": get["sd_txt::embed.weight"]}
        | levels_state(get, "sd_txt::", "text_levels")
        | levels_state(get, "sd_vis::", "video_levels")
        | mapping_state(get, "sd_txt::text_mapping.", "text_mapping")
        | mapping_state(get, "sd_vis::visual_mapping.", "video_mapping")
        | mapping_state(get, "sd_vis::fc_layer.", "decoder")
    )
    return model.eval()


def official_inputs(get):
    concepts = get["query_concepts"][:3].float()
    text = {"tokens": get["in_tokens"].float(), "bow": get["in_bow"], "concepts": concepts}
    return text, {FRAMES: frame_rows(get["in_frames"], get["in_lengths"])}


def test_official_outputs(official, get):
    text, video = official_inputs(get)
    with torch.no_grad():
        plain = official.embed_video(video)
        ends = official.embed_text(text, unit=True), official.embed_video(video, unit=True)
        similarities = official.similarities(*ends)
    torch.testing.assert_close(ends[0][0], get["out_txt"], **CLOSE)
    torch.testing.assert_close(plain[0], get["out_vis"], **CLOSE)
    torch.testing.assert_close(plain[1], get["concept_prob"], **CLOSE)
    torch.testing.assert_close(similarities[0], get["out_sim"], **CLOSE)
    torch.testing.assert_close(similarities[1].double(), get["concept_scores"][:3], **CLOSE)
    matching = itrl(similarities[:1], direction="both", reduction="sum").sum()
    assert float(matching) == pytest.approx(float(get["loss_matching_sum_both"]), rel=1e-6)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_official_concept_loss(official, get, reduction):
    text, video = official_inputs(get)
    with torch.no_grad():
        ends = official.embed_text(text), official.embed_video(video)
        extras = BatchExtras(labels=get["labels"].float(), reduction=reduction)
        loss = official.auxiliary_loss(text, video, ends, extras)
    assert float(loss) == pytest.approx(float(get[f"loss_concept_{reduction}"]), rel=1e-5)
    with pytest.raises(MismatchError, match="concepts"):
        official.auxiliary_loss(text, video, ends, BatchExtras())


def test_concepts_are_no_part_of_the_mapping():
    model = build_model(SMALL, seed=2).eval()
    text, _ = small_inputs()
    ends = [model.embed_text({**text, "concepts": rows}) for rows in (torch.zeros(5, 12), torch.ones(5, 12))]
    assert torch.equal(ends[0][0], ends[1][0])
    assert torch.equal(ends[1][1], torch.ones(5, 12))
    assert model.label_feature == "concepts"
    assert model.ranked_spaces == [0]
    assert model.fusion == Fusion("minmax", (0.7, 0.3))
    assert model.config.normalisation["text:concepts"] == "none"


def test_every_weight_learns():
    model = build_model(SMALL, seed=2).train()
    text, video = small_inputs()
    text["concepts"] = torch.zeros(5, 12)
    labels = torch.zeros(5, 12)
    labels[:, 3] = 1
    ends = model.embed_text(text), model.embed_video(video)
    loss = itrl(model.similarities(*ends)[:1], direction="both").sum()
    loss = loss + model.auxiliary_loss(text, video, ends, BatchExtras(labels=labels))
    loss.backward()
    assert all(torch.isfinite(weight.grad).all() for weight in model.parameters())
    assert float(model.decoder.weight.grad.abs().max()) > 0
    assert float(model.video_levels.gru.weight_ih_l0.grad.abs().max()) > 0


def test_counts_by_hand():
    model, without = build_model(SMALL), build_model(LEVELS)
    assert model.multiply_adds() == without.multiply_adds() | {"concepts": 12 * 10, "dot products": 12}
    assert count_parameters(model) == count_parameters(without) + 12 * 10 + 3 * 12


BAD_CONFIGS = {
    "no concepts": ({"text_features": {"tokens": 7, "bow": 8}}, "concepts"),
    "only concepts": ({"text_features": {"concepts": 12}}, "tokens and a bag of words"),
    "no bag of words": ({"text_features": {"tokens": 7, "concepts": 12}}, "tokens and a bag of words"),
    "no features": ({"text_features": None}, "concepts"),
    "theta": ({"theta": 2}, "theta"),
    "share": ({"positive_share": True}, "positive_share"),
    "scaled concepts": ({"normalisation": {"text:concepts": "zscore"}}, "text:concepts"),
}


@pytest.mark.parametrize("case", BAD_CONFIGS)
def test_a_bad_config_is_one_sentence(case):
    changes, words = BAD_CONFIGS[case]
    with pytest.raises(FormatError, match=words):
        build_model({**SMALL, **changes})
