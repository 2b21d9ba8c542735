"""Reading: what official trainers write, what GPUs and half precision make of it, what is no checkpoint."""

import struct

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from lpd.checkpoints.official import ImportChoices, StandIn
from lpd.checkpoints.official.restricted import read_official, read_pickle
from lpd.errors import FormatError, NotFoundError
from lpd.storage import digest_file
from tests.lpd.checkpoints.official.crafted_files import CONTAINERS, archive, checkpoint, storage, tensor
from tests.lpd.checkpoints.official.official_files import foreign, imported, save, trained, vocabulary

FIXTURES = {
    "zip": "laff_checkpoint_small.pth.tar",
    "legacy": "laff_checkpoint_small_legacy.pth.tar",
}
CLASSES = ("configs.laff.config", "txt2vec.BowVecNSW", "textlib.Vocabulary", "txt2vec.IndexVec")


@pytest.mark.parametrize("container", FIXTURES)
def test_a_file_of_the_official_trainer(container, oracles):
    path = oracles / FIXTURES[container]
    file = read_official(path)
    arrays = np.load(oracles / "laff_forward.npz")
    expected = {name.split("sd__")[1]: arrays[name] for name in arrays.files if "published::sd__" in name}
    (part,) = file.parts
    assert set(part) == set(expected)
    for name, array in expected.items():
        assert part[name].dtype == torch.float32
        assert np.array_equal(part[name].numpy(), array), name
    assert file.container == container
    assert file.facts == {
        "keys": ["epoch", "model", "best_perf", "config", "opt"],
        "epoch": 7,
        "best_perf": 0.345,
    }
    assert file.refused == CLASSES
    assert file.options["parm_adjust_config"] == "0_12_0_12_0_0_1"
    assert file.config["vid_feats"] == ["f_a", "f_b", "f_c"]
    words = file.config["t2v_bow"].attributes["vocab"]
    assert isinstance(words, StandIn)
    assert words.name == "textlib.Vocabulary"
    assert words.attributes["word2idx"]["horse"] == 1
    assert (file.notes, file.digest) == ((), digest_file(path))


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("kind", ["torch FloatStorage", "torch.cuda FloatStorage"])
def test_storages_of_gpus_lie_on_the_cpu(container, kind, tmp_path):
    of = storage(kind=kind, location="cuda:3")
    path = CONTAINERS[container](
        tmp_path / "model_best.pth.tar", checkpoint(w=tensor(of=of, size=(2, 2), stride=(1, 2)))
    )
    (part,) = read_official(path).parts
    assert part["w"].device.type == "cpu"
    assert part["w"].tolist() == [[1, 3], [2, 4]]


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_other_floating_point_types_become_float32(kind, legacy, tmp_path):
    values = torch.tensor([[0.5, -1.25], [3.0, 1024.0]], dtype=kind)
    counts = torch.tensor(7)
    made = trained({"net.w": values, "net.n": counts, "net.b": torch.tensor([True])})
    file = read_official(save(tmp_path / "model_best.pth.tar", made, legacy=legacy))
    (part,) = file.parts
    assert part["net.w"].dtype == torch.float32
    assert part["net.w"].tolist() == values.tolist()
    assert (part["net.n"].dtype, part["net.b"].dtype) == (torch.int64, torch.bool)
    assert file.notes == (f"{str(kind)[6:]} weights became float32",)


@pytest.mark.parametrize("wrapped", ["module.{}", "module.module.{}", "vis_net.module.{}"])
def test_prefixes_of_several_gpus_are_taken_off(wrapped, tmp_path):
    names = ("vis_net.fc.weight", "vis_net.module_of_mine.weight", "txt_net.fc.weight")
    inside = wrapped.startswith("vis_net")
    renamed = [
        name.replace("vis_net.", "vis_net.module.") if inside else wrapped.format(name) for name in names
    ]
    made = {name: torch.zeros(2) for name in renamed}
    file = read_official(save(tmp_path / "pytorch_model.bin.3", made))
    assert tuple(file.parts[0]) == names
    assert all("module" in note for note in file.notes)
    assert file.notes


def test_forms_of_weights(tmp_path):
    one = {"w": torch.ones(2)}
    bare = read_official(save(tmp_path / "bare.bin", one))
    assert (len(bare.parts), bare.config, bare.options) == (1, {}, {})
    assert bare.facts == {"keys": ["(a bare state dict)"]}
    both = read_official(save(tmp_path / "both.pth.tar", trained([one, {"v": torch.zeros(1)}])))
    assert [list(part) for part in both.parts] == [["w"], ["v"]]
    kept = read_official(save(tmp_path / "kept.pth", {"state_dict": one, "step": 3}))
    assert list(kept.parts[0]) == ["w"]
    save_file(one, tmp_path / "model.safetensors")
    assert read_official(tmp_path / "model.safetensors").container == "safetensors"
    parameter = read_official(save(tmp_path / "parameter.bin", {"w": torch.nn.Parameter(torch.ones(2))}))
    assert parameter.parts[0]["w"].tolist() == [1, 1]


def test_numpy_values_of_the_settings(tmp_path):
    config = foreign(
        "configs.some.config",
        feature=np.str_("clip"),
        rate=np.float32(0.25),
        rows=np.arange(6, dtype=np.int32).reshape(2, 3),
        names=np.array(["a", "bc"]),
    )
    path = save(tmp_path / "m.pth.tar", trained({"w": torch.ones(1)}) | {"config": config})
    found = read_official(path).config
    assert (found["feature"], found["rate"]) == ("clip", 0.25)
    assert found["rows"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["names"].tolist() == ["a", "bc"]


def test_a_vocabulary_beside_a_checkpoint(tmp_path):
    path = save(tmp_path / "bow_5.pkl", vocabulary(["man", "dog"], encoding="bow"))
    found = read_pickle(path)
    assert found.name == "textlib.Vocabulary"
    assert found.attributes["word2idx"] == {"man": 0, "dog": 1}
    assert repr(found) == "StandIn('textlib.Vocabulary')"


NO_CHECKPOINTS = {
    "empty": b"",
    "text": b"a line of text\n",
    "a pickled list": b"\x80\x02].",
    "an archive of something else": None,
    "a damaged archive": b"PK\x03\x04 and then nothing of an archive",
    "a pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
}


@pytest.mark.parametrize("what", NO_CHECKPOINTS)
def test_what_is_no_checkpoint_is_one_sentence(what, tmp_path):
    path = tmp_path / "model_best.pth.tar"
    if NO_CHECKPOINTS[what] is None:
        archive(path, b"", {})
        path.write_bytes(path.read_bytes().replace(b"data.pkl", b"data.txt"))
    else:
        path.write_bytes(NO_CHECKPOINTS[what])
    match = "git lfs pull" if what == "a pointer" else "model_best.pth.tar"
    with pytest.raises(FormatError, match=match) as caught:
        read_official(path)
    assert "\n" not in str(caught.value)


def test_what_has_no_weights_is_refused(tmp_path):
    path = tmp_path / "model_best.pth.tar"
    for content in (
        {"epoch": 3},
        {"model": []},
        {"model": None},
        {"model": {}},
        {"model": {"w": 3.0}},
        [1, 2],
    ):
        save(path, content)
        with pytest.raises(FormatError):
            read_official(path)
    save(path, {"model": foreign("model.W2VVPP", w=torch.ones(2))})
    with pytest.raises(FormatError, match="without weights"):
        read_official(path)
    with pytest.raises(NotFoundError, match="no such file"):
        read_official(tmp_path / "none.pth.tar")
    with pytest.raises(NotFoundError):
        read_official(tmp_path)


def test_weights_that_are_not_finite_are_refused(oracles, tmp_path):
    file = read_official(oracles / FIXTURES["zip"])
    for value in (float("nan"), float("inf")):
        weights = {name: one.clone() for name, one in file.parts[0].items()}
        weights["vis_net.VisMutiTransformNet.f_b.fc1.bias"][3] = value
        path = save(tmp_path / "model_best.pth.tar", trained(weights))
        with pytest.raises(FormatError, match=r"not finite.*video_transforms.layers.1.bias"):
            imported(path, ImportChoices())


def test_numbers_of_the_other_byte_order_are_refused(tmp_path):
    path = archive(tmp_path / "m.pth", checkpoint(w=tensor()), {"0": struct.pack("<4f", 1, 2, 3, 4)})
    assert read_official(path).parts[0]["w"].tolist() == [1, 2, 3, 4]
    import zipfile

    with zipfile.ZipFile(path, "a") as made:
        made.writestr("model/byteorder", b"big")
    with pytest.raises(FormatError, match="byte order"):
        read_official(path)
