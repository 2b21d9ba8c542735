"""Encoders, checkpoints of our own and of the official repositories, vocabularies and indexes."""

import collections
import pickle
from pathlib import Path

import numpy as np
import torch

from lpd.checkpoints import load_checkpoint, save_checkpoint
from lpd.models import build_model
from lpd.text import BagOfWords, build_vocabulary, load_text_encoder

CONFIG = {"system": "lpd", "text_features": {"bow": 4}, "video_features": {"colour": 5}, "width": 6}
TEXTS = ["a dog runs", "a cat sleeps", "a dog and a cat"]


def make_model(folder: Path) -> None:
    model = build_model(CONFIG, seed=3)
    rows = torch.linspace(-1, 1, 36)
    model.fit_normalisation({"bow": rows.reshape(9, 4)}, {"colour": rows[:35].reshape(7, 5)})
    save_checkpoint(folder / "m", model)


def read_model(folder: Path) -> object:
    checkpoint = load_checkpoint(folder / "m")
    return checkpoint.model.embed_text({"bow": torch.ones(1, 4)})


def make_encoder(folder: Path) -> None:
    BagOfWords(build_vocabulary(TEXTS, min_count=1), "bow").save(folder / "bow")


def read_encoder(folder: Path) -> object:
    return load_text_encoder(folder / "bow").encode(TEXTS)


def official() -> dict[str, object]:
    words = {"<unk>": 0, "dog": 1, "cat": 2}
    weights = collections.OrderedDict(
        {
            "module.vis_net.fc1.weight": torch.linspace(-1, 1, 20).reshape(4, 5),
            "module.vis_net.fc1.bias": torch.zeros(4, dtype=torch.float16),
        }
    )
    return {"epoch": 3, "model": weights, "best_perf": np.float64(0.5), "words": words}


def make_official(folder: Path) -> None:
    torch.save(official(), folder / "model_best.pth.tar")


def make_legacy(folder: Path) -> None:
    torch.save(official(), folder / "model_best.pth.tar", _use_new_zipfile_serialization=False)


def make_pickle(folder: Path) -> None:
    state = {"word2idx": {"dog": 0, "cat": 1}, "idx2word": {0: "dog", 1: "cat"}, "encoding": "bow"}
    body = pickle.dumps(state, protocol=2)[2:-1]
    # as the official code saves it: an instance of textlib.Vocabulary with its attributes
    (folder / "bow.pkl").write_bytes(b"\x80\x02ctextlib\nVocabulary\n)\x81" + body + b"b.")


def read_checkpoint(folder: Path) -> object:
    from lpd.checkpoints.official.restricted import read_official

    return read_official(folder / "model_best.pth.tar").parts


def read_words(folder: Path) -> object:
    from lpd.checkpoints.official.vocabularies import read_vocabulary

    return read_vocabulary(folder / "bow.pkl")


ROWS = {
    "model": (make_model, read_model, 0.05),
    "text encoder": (make_encoder, read_encoder, 0.3),
    "official checkpoint": (make_official, read_checkpoint, 0.3),
    "official legacy checkpoint": (make_legacy, read_checkpoint, 0.3),
    "vocabulary pickle": (make_pickle, read_words, 0.5),
}
