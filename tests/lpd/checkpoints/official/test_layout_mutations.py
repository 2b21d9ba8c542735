"""Files that are nearly of a layout: a model comes of them, or one sentence; never another error."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from lpd.checkpoints.official import Converted, ImportChoices, StandIn, convert
from lpd.checkpoints.official.restricted import read_official
from lpd.errors import LpdError
from tests.lpd.checkpoints.official.official_files import big_file, save, trained
from tests.lpd.checkpoints.official.test_layout_dual_encoding import dual_encoding_file
from tests.lpd.checkpoints.official.test_layout_dual_task import dual_task_file
from tests.lpd.checkpoints.official.test_layout_frame_heads import bare
from tests.lpd.checkpoints.official.test_layout_laff import laff_file
from tests.lpd.checkpoints.official.test_layout_lpd import likely, own_model
from tests.lpd.checkpoints.official.test_layout_sea import sea_file
from tests.lpd.checkpoints.official.test_layout_txv import txv_file
from tests.lpd.checkpoints.official.test_layout_w2vvpp import w2vvpp_file

SHAPES = ((), (1,), (2, 1), (1, 2, 3), (0, 4), (3, 1, 2, 2))
VALUES = (
    -1,
    "x",
    1.5,
    [],
    {},
    [[]],
    True,
    StandIn("a.B"),
    StandIn("txt2vec.BowVec", attributes={"vocab": 1}),
)
FILES = ("sea", "sea-netvlad", "w2vvpp", "dual-encoding", "dual-task", "txv", "teachclip", "laff", "lpd")


def content(name, oracles):
    """Returns what an official trainer saves."""
    stem = {"dual-encoding": "de", "dual-task": "dualtask"}.get(name, name.partition("-")[0])
    arrays = np.load(oracles / ("frame_heads.npz" if name == "teachclip" else f"{stem}_forward.npz"))
    words = oracles / f"{stem}_forward.json"
    notes = json.loads(words.read_text()) if words.is_file() else None
    made = {
        "sea": lambda: sea_file(arrays, notes, "bow_w2v_bigru_bert"),
        "sea-netvlad": lambda: sea_file(arrays, notes, "bow_netvlad"),
        "w2vvpp": lambda: w2vvpp_file(arrays, notes),
        "dual-encoding": lambda: dual_encoding_file(arrays, "full"),
        "dual-task": lambda: dual_task_file({one: arrays[one] for one in arrays.files}, "full"),
        "txv": lambda: txv_file(arrays, notes),
        "teachclip": lambda: bare(arrays),
        "laff": lambda: laff_file(arrays),
        "lpd": lambda: trained(likely(own_model(), named=True)),
    }
    return made[name]()


@pytest.fixture(params=FILES)
def official(request, oracles, tmp_path):
    """A file of a layout as it was read, and the choices it needs."""
    file = read_official(save(tmp_path / "model_best.pth.tar", content(request.param, oracles)))
    vectors = {f"word{number}": [float(number)] * 6 for number in range(1, 4)}
    netvlad = request.param == "sea-netvlad"
    choices = ImportChoices(word_vectors=big_file(tmp_path / "vectors", vectors) if netvlad else None)
    return file, choices


def tried(file, choices):
    """Returns whether a model came of a file."""
    try:
        found = convert(file, choices)
    except LpdError:
        return False
    assert isinstance(found, Converted)
    return True


def test_tensors_of_other_shapes(official):
    file, choices = official
    assert tried(file, choices)
    taken = 0
    for number, part in enumerate(file.parts):
        for position, name in enumerate(part):
            shape = SHAPES[(position + len(name)) % len(SHAPES)]
            if part[name].shape != shape:
                other = dict(part) | {name: torch.zeros(shape)}
                parts = (*file.parts[:number], other, *file.parts[number + 1 :])
                taken += tried(replace(file, parts=parts), choices)
    assert taken <= 12, "only what is dropped may have any shape, and one number be a row of one"


def test_tensors_that_are_missing(official):
    file, choices = official
    for number, part in enumerate(file.parts):
        for name in part:
            other = {one: tensor for one, tensor in part.items() if one != name}
            tried(replace(file, parts=(*file.parts[:number], other, *file.parts[number + 1 :])), choices)
    assert not tried(replace(file, parts=()), choices)
    assert not tried(replace(file, parts=tuple({} for _ in file.parts)), choices)


def test_settings_of_other_kinds(official):
    file, choices = official
    for key, value in [(key, value) for key in {**file.config, **file.options} for value in VALUES]:
        where = "config" if key in file.config else "options"
        tried(replace(file, **{where: {**getattr(file, where), key: value}}), choices)


def test_choices_of_other_kinds(official):
    file, choices = official
    keys = ("dropout", "frames", "heads", "normalisation", "pooling", "text_encoding", "text_features")
    keys += ("text_tokens", "theta", "video_feature", "video_features", "w2v_dimension", "width", "concate")
    for key in keys:
        for value in VALUES[:7]:
            tried(file, replace(choices, settings={key: value}))
