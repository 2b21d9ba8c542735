"""Models that were trained elsewhere, as people bring them in folders, and the pointers to them."""

import shutil
from pathlib import Path

from lpd.errors import NotFoundError
from lpd.pretrained import ModelPlace, file_facts
from lpd.pretrained.weights import read_weights
from lpd.text import load_text_encoder
from lpd.text.pretrained import PretrainedText
from lpd.text.pretrained_reader import open_text_reader, text_files
from lpd.video.pretrained import open_picture_reader, video_files
from tests.tiny_models import save_clip, save_sentence_encoder

TEXTS = ["a man rides a red horse", "zebra", ""]


def make_clip(folder: Path) -> None:
    save_clip(folder)


def make_sentences(folder: Path) -> None:
    save_sentence_encoder(folder, dense=True)


def read_model(folder: Path) -> object:
    """Does what an import does before it writes anything."""
    found = [text_files(folder), video_files(folder)]
    if not any(found):
        raise NotFoundError("neither texts nor pictures", where=folder)
    if found[0]:
        open_text_reader(folder).try_out(folder)
    if found[1]:
        open_picture_reader(folder).try_out(folder)
    return found


def make_torch_weights(folder: Path) -> None:
    import torch
    from safetensors.torch import load_file

    save_clip(folder / "made")
    torch.save(load_file(folder / "made" / "model.safetensors"), folder / "pytorch_model.bin")
    shutil.rmtree(folder / "made")


def read_torch_weights(folder: Path) -> object:
    return read_weights(folder, ["pytorch_model.bin"], prefixes=("",))


def make_pointer(folder: Path) -> None:
    save_sentence_encoder(folder / "model")
    files = file_facts(folder / "model", text_files(folder / "model"))
    place = ModelPlace(str(folder / "model"), False, files)
    PretrainedText("own", place, open_text_reader(folder / "model")).save(folder / "encoder")


def read_pointer(folder: Path) -> object:
    return load_text_encoder(folder / "encoder").encode(TEXTS)


ROWS = {
    "pretrained model": (make_clip, read_model, 0.1),
    "sentence encoder": (make_sentences, read_model, 0.1),
    "pretrained torch weights": (make_torch_weights, read_torch_weights, 0.2),
    "pretrained pointer": (make_pointer, read_pointer, 0.1, "encoder.json"),
}
