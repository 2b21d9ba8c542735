"""Models of strangers: weights are read as tensors only, and what does not fit is told in one sentence."""

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.pretrained import TEXT_TOWERS, VIDEO_TOWERS, find_model_folder, load_tower, tower_class
from lpd.pretrained.weights import read_weights, weight_files

WEIGHTS = "model.safetensors"


@pytest.fixture
def bert(tiny_models: Path, tmp_path: Path) -> Path:
    shutil.copytree(tiny_models / "bert", tmp_path / "bert")
    return tmp_path / "bert"


def opened(folder: Path) -> torch.nn.Module:
    kind = tower_class(folder, TEXT_TOWERS)
    assert kind is not None
    return load_tower(folder, kind).module


def change_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def change_weights(folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    tensors = load_file(folder / WEIGHTS)
    change(tensors)
    save_file(tensors, folder / WEIGHTS)


def same_weights(found: torch.nn.Module, expected: torch.nn.Module) -> bool:
    own, other = found.state_dict(), expected.state_dict()
    return own.keys() == other.keys() and all(torch.equal(own[name], other[name]) for name in own)


def as_torch_file(folder: Path) -> None:
    torch.save(load_file(folder / WEIGHTS), folder / "pytorch_model.bin")


def as_old_torch_file(folder: Path) -> None:
    torch.save(
        load_file(folder / WEIGHTS), folder / "pytorch_model.bin", _use_new_zipfile_serialization=False
    )


def as_parts(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    names = {name: f"model-{number % 2}.safetensors" for number, name in enumerate(tensors)}
    for part in set(names.values()):
        save_file({name: tensors[name] for name, own in names.items() if own == part}, folder / part)
    (folder / f"{WEIGHTS}.index.json").write_text(json.dumps({"weight_map": names}))


@pytest.mark.parametrize("store", [as_torch_file, as_old_torch_file, as_parts])
def test_weights_in_other_files_are_the_same(bert: Path, store: Callable[[Path], None]) -> None:
    expected = opened(bert)
    store(bert)
    (bert / WEIGHTS).unlink()
    assert same_weights(opened(bert), expected)


def test_half_precision_is_widened(bert: Path) -> None:
    expected = opened(bert)
    change_weights(bert, lambda tensors: tensors.update({name: one.half() for name, one in tensors.items()}))
    found = opened(bert)
    assert {one.dtype for one in found.parameters()} == {torch.float32}
    for one, other in zip(found.parameters(), expected.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-3, rtol=1e-3)


class Writes:
    """Would write a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


@pytest.mark.parametrize("form", ["zip", "plain"])
def test_code_in_a_weights_file_is_not_run(bert: Path, tmp_path: Path, form: str) -> None:
    (bert / WEIGHTS).unlink()
    touched = tmp_path / "touched"
    content = {"embeddings": Writes(touched)}
    if form == "zip":
        torch.save(content, bert / "pytorch_model.bin")
    else:
        (bert / "pytorch_model.bin").write_bytes(pickle.dumps(content))
    with pytest.raises(FormatError, match=r"pytorch_model\.bin"):
        opened(bert)
    assert not touched.exists()


def damage(content: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / WEIGHTS).write_bytes(content((folder / WEIGHTS).read_bytes()))

    return change


def other_file(name: str, content: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / WEIGHTS).unlink()
        (folder / name).write_bytes(content)

    return change


def index(weight_map: object) -> Callable[[Path], None]:
    return other_file(f"{WEIGHTS}.index.json", json.dumps({"weight_map": weight_map}).encode())


LYING_HEADER = (1 << 40).to_bytes(8, "little") + b"{}"


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (damage(lambda data: data[: len(data) // 2]), FormatError, "damaged or cut short"),
        (damage(lambda data: LYING_HEADER), FormatError, "damaged or cut short"),
        (damage(lambda data: b""), FormatError, "damaged or cut short"),
        (other_file("pytorch_model.bin", b"nothing"), FormatError, r"pytorch_model\.bin"),
        (other_file("ViT-B-32.pt", b"x"), NotFoundError, r"'ViT-B-32\.pt'.*save_pretrained"),
        (other_file("model.h5", b"x"), NotFoundError, r"no weights.*model\.h5"),
        (index({"a": "../other.safetensors"}), FormatError, "elsewhere"),
        (index({"a": "part.safetensors"}), NotFoundError, r"parts.*part\.safetensors"),
        (index([]), FormatError, "weight_map"),
        (lambda path: change_config(path, model_type="gpt9"), FormatError, "gpt9.*lpd import features"),
        (lambda path: change_config(path, model_type=None), FormatError, "not known here"),
        (lambda path: change_config(path, hidden_size=10**12), FormatError, "hidden_size 1000000000000"),
        (lambda path: change_config(path, num_hidden_layers=10**9), FormatError, "num_hidden_layers"),
        (lambda path: change_config(path, vocab_size=-1), FormatError, "vocab_size"),
        (lambda path: change_config(path, hidden_act="no_such_act"), FormatError, "cannot use"),
        (lambda path: change_config(path, hidden_size="x"), FormatError, "cannot use"),
        (lambda path: change_config(path, hidden_size=18), LpdError, "bert"),
        (lambda path: change_config(path, quantization_config={"bits": 4}), FormatError, "quantised"),
        (lambda path: change_config(path, num_hidden_layers=3), MismatchError, r"missing.*layer\.2"),
        (lambda path: (path / "adapter_config.json").write_text("{}"), FormatError, "adapter"),
        (lambda path: (path / "config.json").write_text("{"), FormatError, "not valid JSON"),
        (lambda path: (path / "config.json").unlink(), NotFoundError, "missing"),
        (
            lambda path: change_weights(path, lambda one: one.pop("embeddings.LayerNorm.bias")),
            MismatchError,
            r"missing.*embeddings\.LayerNorm\.bias",
        ),
        (
            lambda path: change_weights(
                path, lambda one: one["embeddings.LayerNorm.bias"].fill_(float("nan"))
            ),
            FormatError,
            r"not finite.*embeddings\.LayerNorm\.bias",
        ),
    ],
)
def test_what_cannot_be_built_is_told(
    bert: Path, change: Callable[[Path], object], error: type[LpdError], words: str
) -> None:
    change(bert)
    with pytest.raises(error, match=words) as caught:
        opened(bert)
    assert "\n" not in str(caught.value)


def test_code_beside_a_model_is_not_imported(bert: Path, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    (bert / "modeling.py").write_text(
        f"from pathlib import Path\nPath({str(touched)!r}).touch()\nclass Own: pass\n"
    )
    change_config(bert, auto_map={"AutoModel": "modeling.Own", "AutoConfig": "modeling.Own"})
    opened(bert)
    assert not touched.exists()


def test_a_blip_for_captions_has_no_joint_space(tiny_models: Path, tmp_path: Path) -> None:
    folder = tmp_path / "blip"
    shutil.copytree(tiny_models / "blip", folder)
    change_weights(folder, lambda tensors: tensors.pop("vision_proj.weight"))
    kind = tower_class(folder, VIDEO_TOWERS)
    assert kind is not None
    with pytest.raises(MismatchError, match="for image-text retrieval"):
        load_tower(folder, kind)


def test_only_the_tower_is_read(tiny_models: Path) -> None:
    kind = TEXT_TOWERS["clip"]
    found = read_weights(tiny_models / "clip", weight_files(tiny_models / "clip"), prefixes=kind.prefixes)
    assert {name.split(".")[0] for name in found} == {"text_model", "text_projection"}
    assert tower_class(tiny_models / "bert", VIDEO_TOWERS) is None


def test_models_of_the_cache_are_found_offline(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    revision = "0123456789abcdef0123456789abcdef01234567"
    kept = tmp_path / "hub" / "models--some--model"
    shutil.copytree(tiny_models / "bert", kept / "snapshots" / revision)
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text(revision)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    assert find_model_folder("some/model") == (kept / "snapshots" / revision).resolve()
    with pytest.raises(NotFoundError, match="nothing is downloaded"):
        find_model_folder("some/other")
    with pytest.raises(NotFoundError, match="no such folder"):
        find_model_folder("../../some")
