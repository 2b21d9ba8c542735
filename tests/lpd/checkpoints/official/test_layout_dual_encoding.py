"""Dual encoding: the official numbers of the full and the reduced one, and of the mapping alone."""

from collections import OrderedDict

import numpy as np
import pytest
import torch

from lpd.checkpoints.official import ImportChoices
from lpd.errors import FormatError, MismatchError
from lpd.models import build_model
from tests.lpd.checkpoints.official.official_files import CLOSE, imported, save, state, trained, vocabulary
from tests.lpd.models.test_dual_encoding_full import frame_rows

FRAMES = "frames:resnet@6"
WORDS = [f"word{number}" for number in range(11)]
SETTINGS = {"frames": 6, "text_tokens": 7}


@pytest.fixture(scope="module")
def arrays(oracles):
    return np.load(oracles / "de_forward.npz")


def dual_encoding_file(arrays, case, **options):
    parts = [state(arrays, f"{case}::sd_vis::"), state(arrays, f"{case}::sd_txt::")]
    given = {"concate": case, "dropout": 0.3, "visual_feature": "resnet", "visual_kernel_sizes": [2, 3]}
    return trained(parts, **given | options)


def vocabulary_files(folder):
    """Writes the vocabularies that lie beside such a checkpoint."""
    name = "util.vocab.Vocabulary"
    tokens = vocabulary(WORDS, special=True, name=name, text_style="rnn")
    words = vocabulary(WORDS[:8], name=name, text_style="bow")
    return {"tokens": save(folder / "rnn.pkl", tokens), "bow": save(folder / "bow.pkl", words)}


@pytest.mark.parametrize("python2", [True, False])
@pytest.mark.parametrize("case", ["full", "reduced"])
def test_official_numbers(case, python2, arrays, tmp_path):
    path = tmp_path / "model_best.pth.tar"
    save(path, dual_encoding_file(arrays, case), python2=python2)
    found = imported(path, ImportChoices(settings=SETTINGS, vocabularies=vocabulary_files(tmp_path)))
    model, get = found.model, {name: torch.from_numpy(np.asarray(arrays[name])) for name in arrays.files}
    text = {"tokens": get["in_tokens"].float(), "bow": get["in_bow"]}
    video = {FRAMES: frame_rows(get["in_frames"], get["in_lengths"])}
    with torch.no_grad():
        ends = model.embed_text(text, unit=True), model.embed_video(video, unit=True)
    torch.testing.assert_close(ends[0][0], get[f"{case}::out_txt"], **CLOSE)
    torch.testing.assert_close(ends[1][0], get[f"{case}::out_vis"], **CLOSE)
    torch.testing.assert_close(model.similarities(*ends)[0], get[f"{case}::out_sim"], **CLOSE)
    assert model.config.dropout == 0.3
    assert model.system == "dual-encoding-full"
    names = ["bow", "tokens"] if case == "full" else ["tokens"]
    assert [one.name for one in found.text_encoders] == names
    assert list(model.text_features) == sorted(names, reverse=True)
    assert found.text_encoders[-1].encode(["a word0 word9"])[0].tolist() == [1, 3, 4, 13, 2, 0, 0]
    assert found.dropped == {}


def test_the_forms_are_told_by_their_sizes(arrays, tmp_path):
    path = tmp_path / "model_best.pth.tar"
    for case in ("full", "reduced"):
        save(path, dual_encoding_file(arrays, case, concate=None))
        found = imported(path, ImportChoices(settings=SETTINGS))
        assert found.model.config.first_level == (case == "full")
        assert any("no encoder" in note for note in found.notes)
    found = imported(path)
    assert found.model.config.frames == 64
    assert list(found.model.video_features) == ["frames:resnet@64"]
    found = imported(path, ImportChoices(settings={"frames": 12}, features={"resnet": "own"}))
    assert list(found.model.video_features) == ["frames:own"]


@pytest.mark.parametrize("said", ["conv", None])
def test_the_official_mapping_alone(said, arrays, tmp_path):
    mapping = state(arrays, "mapping::sd::")
    ends = [
        OrderedDict((f"{name}_mapping.{one}", tensor) for one, tensor in mapping.items())
        for name in ("visual", "text")
    ]
    found = imported(save(tmp_path / "a.pth.tar", trained(ends, concate=said)))
    assert found.model.system == "dual-encoding"
    rows = torch.from_numpy(arrays["mapping::in"])
    out = torch.from_numpy(arrays["mapping::out"])
    with torch.no_grad():
        text, video = {"bow": rows}, {"video": rows}
        torch.testing.assert_close(found.model.embed_text(text, unit=True)[0], out, **CLOSE)
        torch.testing.assert_close(found.model.embed_video(video, unit=True)[0], out, **CLOSE)
        torch.testing.assert_close(found.model(text, video)[0], out @ out.T, **CLOSE)


def test_a_batch_norm_from_before_it_counted_batches(arrays, tmp_path):
    content = dual_encoding_file(arrays, "full")
    for part, end in zip(content["model"], ("visual", "text"), strict=True):
        del part[f"{end}_mapping.bn_1.num_batches_tracked"]
    found = imported(save(tmp_path / "a.pth.tar", content), ImportChoices(settings=SETTINGS))
    assert int(found.model.text_mapping.batch_norm.num_batches_tracked) == 0


def broken(change):
    def change_one(content):
        change(*content["model"])

    return change_one


REFUSED = {
    "other levels": (lambda content: vars(content["opt"]).update(concate="gru"), FormatError, "gru_plus_cnn"),
    "a full one that is not": (
        lambda content: vars(content["opt"]).update(concate="reduced"),
        MismatchError,
        "reduced dual encoding",
    ),
    "a kernel is missing": (
        broken(lambda _, text: [text.pop(f"convs1.0.{kind}") for kind in ("weight", "bias")]),
        MismatchError,
        "numbers of convs1",
    ),
    "other filters": (
        broken(lambda _, text: text.update({"convs1.0.weight": torch.zeros(5, 1, 2, 6)})),
        FormatError,
        "filters",
    ),
    "an lstm": (
        broken(lambda video, _: video.update({"rnn.weight_hh_l0": torch.zeros(12, 3)})),
        FormatError,
        "LSTM",
    ),
    "no recurrence": (
        broken(lambda _, text: [text.pop(name) for name in list(text) if name.startswith("rnn.")]),
        MismatchError,
        "rnn.weight",
    ),
    "nan": (
        broken(lambda _, text: text["embed.weight"].__setitem__((0, 0), float("nan"))),
        FormatError,
        "embedding.weight",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_one_sentence(case, arrays, tmp_path):
    change, error, words = REFUSED[case]
    content = dual_encoding_file(arrays, "full")
    content["model"] = [OrderedDict((name, one.clone()) for name, one in p.items()) for p in content["model"]]
    change(content)
    with pytest.raises(error, match=words):
        imported(save(tmp_path / "a.pth.tar", content), ImportChoices(settings=SETTINGS))


def test_vocabularies_of_other_sizes(arrays, tmp_path):
    path = save(tmp_path / "a.pth.tar", dual_encoding_file(arrays, "full"))
    files = vocabulary_files(tmp_path)
    for feature, other, words in (("tokens", "bow", "11 words"), ("bow", "tokens", "8 words")):
        with pytest.raises(MismatchError, match=words):
            imported(path, ImportChoices(settings=SETTINGS, vocabularies={feature: files[other]}))


def test_what_is_imported_is_what_was_built(arrays, tmp_path):
    found = imported(save(tmp_path / "a.pth.tar", dual_encoding_file(arrays, "full")))
    again = build_model(found.model.to_config())
    again.load_state_dict(found.model.state_dict())
