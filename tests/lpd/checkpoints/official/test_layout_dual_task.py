"""DualTask: embeddings, concept probabilities and fused scores are the official ones."""

import numpy as np
import pytest
import torch

from lpd.checkpoints.official import ImportChoices
from lpd.errors import MismatchError
from tests.lpd.checkpoints.official.official_files import CLOSE, imported, save, state, trained, vocabulary
from tests.lpd.models.test_dual_encoding_full import frame_rows

SYSTEMS = {"full": "dual-task-full", "mean_and_bow": "dual-task"}
OPTIONS = {"full": {"concate": "full"}, "mean_and_bow": {"vconcate": "conv", "tconcate": "conv"}}
SETTINGS = {"frames": 6, "text_tokens": 7}
CONCEPTS = [f"concept{number}" for number in range(12)]


@pytest.fixture(scope="module")
def arrays(oracles):
    loaded = np.load(oracles / "dualtask_forward.npz")
    return {name: loaded[name] for name in loaded.files}


def dual_task_file(arrays, case):
    parts = [state(arrays, f"{case}::sd_vis::"), state(arrays, f"{case}::sd_txt::")]
    made = trained(parts, visual_feature="resnet", multiclass_loss_lamda=0.4, dropout=0.2, **OPTIONS[case])
    del made["best_rsum"]
    return made | {"matching_best_rsum": 1.5, "classification_best_rsum": 0.5}


def inputs(arrays, case, queries):
    get = {name: torch.from_numpy(np.asarray(array)) for name, array in arrays.items()}
    text = {"bow": get["in_bow"], "concepts": queries}
    if case == "mean_and_bow":
        return text, {"resnet": get["in_mean"]}
    rows = frame_rows(get["in_frames"], get["in_lengths"])
    return text | {"tokens": get["in_tokens"].float()}, {"frames:resnet@6": rows}


@pytest.mark.parametrize("case", SYSTEMS)
def test_official_numbers(case, arrays, tmp_path):
    path = save(tmp_path / "model_best.pth.match.tar", dual_task_file(arrays, case))
    found = imported(path, ImportChoices(settings=SETTINGS))
    model, get = found.model, lambda name: torch.from_numpy(np.asarray(arrays[f"{case}::{name}"]))
    text, video = inputs(arrays, case, get("query_concepts")[:3].float())
    with torch.no_grad():
        plain = model.embed_video(video)
        ends = model.embed_text(text, unit=True), model.embed_video(video, unit=True)
        similarities = model.similarities(*ends)
    assert model.system == SYSTEMS[case]
    assert (model.config.theta, model.config.positive_share) == (0.3, 0.4)
    torch.testing.assert_close(ends[0][0], get("out_txt"), **CLOSE)
    torch.testing.assert_close(plain[0], get("out_vis"), **CLOSE)
    torch.testing.assert_close(plain[1], get("concept_prob"), **CLOSE)
    torch.testing.assert_close(similarities[0], get("out_sim"), **CLOSE)
    torch.testing.assert_close(similarities[1].double(), get("concept_scores")[:3], **CLOSE)
    reasons = set(found.dropped.values())
    assert (reasons == set()) if case == "full" else all("does not map" in one for one in reasons)
    assert any("theta" in note for note in found.notes)


@pytest.mark.parametrize("case", SYSTEMS)
@pytest.mark.parametrize("theta", [0.0, 0.3, 0.5, 1.0])
def test_official_fused_scores(case, theta, arrays, tmp_path):
    path = save(tmp_path / "model_best.pth.class.tar", dual_task_file(arrays, case))
    model = imported(path, ImportChoices(settings={**SETTINGS, "theta": theta})).model
    given = {name: arrays[f"{case}::{name}"] for name in ("embedding_scores", "concept_scores")}
    fused = model.fuse(torch.from_numpy(np.stack(list(given.values()))))
    expected = torch.from_numpy(arrays[f"{case}::fused_theta_{theta}"])
    there = ~expected.isnan().any(dim=1)  # a constant list gives nan there, and zeros here
    assert there.any()
    torch.testing.assert_close(fused[there], expected[there], atol=1e-12, rtol=0)


def test_concepts_of_the_file_beside(arrays, tmp_path):
    path = save(tmp_path / "model_best.pth.match.tar", dual_task_file(arrays, "mean_and_bow"))
    listed = vocabulary(CONCEPTS, name="util.build_concept.Concept", text_style="bow")
    files = {"concepts": save(tmp_path / "concept_list_gt5.pkl", listed)}
    (encoder,) = imported(path, ImportChoices(vocabularies=files)).text_encoders
    assert encoder.encode(["concept3 concept3 and concept0"])[0].tolist() == [1, 0, 0, 1] + [0] * 8
    files["concepts"] = tmp_path / "concept_frequency_count_gt5.txt"
    files["concepts"].write_text("".join(f"{word} {number}\n" for number, word in enumerate(CONCEPTS[:3])))
    with pytest.raises(MismatchError, match="12 words"):
        imported(path, ImportChoices(vocabularies=files))
