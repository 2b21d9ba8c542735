"""Files as the official codes write them: pickles that name classes which are nowhere to be imported here."""

import argparse
import pickle
import struct
import sys
import types
from collections import OrderedDict
from typing import ClassVar
from unittest.mock import patch

import numpy as np
import torch

from lpd.checkpoints.official import ImportChoices, convert
from lpd.checkpoints.official.restricted import read_official

CLOSE = {"atol": 2e-6, "rtol": 0}
CLASSES = {}


def foreign(name, **attributes):
    """Returns an object of a class of an official code, `txt2vec.BowVecNSW`, with attributes."""
    if name not in CLASSES:
        module, _, short = name.rpartition(".")
        CLASSES[name] = type(short, (), {"__module__": module, "__qualname__": short})
    one = CLASSES[name]()
    vars(one).update(attributes)
    return one


def vocabulary(words, *, special=False, name="textlib.Vocabulary", **more):
    listed = (["<pad>", "<start>", "<end>", "<unk>"] if special else []) + list(words)
    rows = {word: row for row, word in enumerate(listed)}
    return foreign(name, word2idx=rows, idx2word=dict(enumerate(listed)), **more)


def text_vectors(*, bow=None, tokens=None, w2v=None, nsw=False):
    """Returns what the settings of SEA and W2VV++ hold: encoders of texts with their vocabularies."""
    end, made = "NSW" if nsw else "", {}
    common = {"norm": 0, "clean": True, "lang": "en"}
    if bow is not None:
        words = vocabulary(bow, encoding="bow")
        made["t2v_bow"] = foreign(f"txt2vec.BowVec{end}", vocab=words, ndims=len(bow), **common)
    if tokens is not None:
        words = vocabulary(tokens, special=True, encoding="gru")
        made["t2v_idx"] = foreign("txt2vec.IndexVec", vocab=words, **common)
    if w2v is not None:
        reader = foreign("bigfile.BigFile", names=["a", "b"], ndims=w2v, binary_file="/x/feature.bin")
        made["t2v_w2v"] = foreign(f"txt2vec.W2Vec{end}", w2v=reader, ndims=w2v, **common)
    return made


def state(arrays, prefix):
    """Returns the tensors of an oracle below a prefix, as a state dict with its versions."""
    found = {name: arrays[name] for name in arrays if name.startswith(prefix)}
    made = OrderedDict(
        (name.removeprefix(prefix), torch.from_numpy(np.asarray(one))) for name, one in found.items()
    )
    assert made, prefix
    made._metadata = OrderedDict([("", {"version": 1})])
    return made


def trained(parts, *, config=None, **options):
    """Returns what the official trainers save."""
    made = {"epoch": 3, "model": parts, "opt": argparse.Namespace(**options)}
    if config is None:
        return made | {"best_rsum": 123.4, "Eiters": 70}
    settings = foreign("configs.some.config", **config)
    return made | {"best_perf": np.float64(0.25), "config": settings}


class Python2Pickler(pickle._Pickler):
    """Writes texts and bytes as the byte strings of Python 2, and ordered dictionaries as lists of pairs."""

    dispatch: ClassVar = dict(pickle._Pickler.dispatch)

    def save_text(self, text):
        data = text if isinstance(text, bytes) else text.encode("latin1")
        short = len(data) < 256
        self.write(b"U" + bytes([len(data)]) if short else b"T" + struct.pack("<i", len(data)))
        self.write(data)
        self.memoize(text)

    dispatch[str] = dispatch[bytes] = save_text

    def reducer_override(self, one):
        if type(one) is OrderedDict:
            return OrderedDict, ([list(pair) for pair in one.items()],)
        return NotImplemented


def dump_python2(value, stream, protocol=2):
    Python2Pickler(stream, protocol).dump(value)


PYTHON2 = types.SimpleNamespace(__name__="pickle", Pickler=Python2Pickler, dump=dump_python2)


def save(path, value, *, python2=False, legacy=False):
    """Writes a checkpoint; the classes it names are gone afterwards."""
    modules = {}
    for name, kind in CLASSES.items():
        parts = name.split(".")[:-1]
        for length in range(1, len(parts) + 1):
            module = ".".join(parts[:length])
            modules.setdefault(module, types.ModuleType(module))
        setattr(modules[".".join(parts)], kind.__name__, kind)
    with patch.dict(sys.modules, modules):
        if python2:
            torch.save(value, path, pickle_module=PYTHON2, _use_new_zipfile_serialization=False)
        elif path.suffix == ".pkl":
            path.write_bytes(pickle.dumps(value, protocol=2))
        else:
            torch.save(value, path, _use_new_zipfile_serialization=not legacy)
    return path


def imported(path, choices=None, *, name=None):
    """Returns the model of a file."""
    with torch.no_grad():
        return convert(read_official(path), choices or ImportChoices(), name=name)


def big_file(folder, vectors):
    """Writes word vectors as the official codes read them; word -> vector."""
    folder.mkdir()
    rows = np.array(list(vectors.values()), dtype="<f4")
    (folder / "shape.txt").write_text(f"{rows.shape[0]} {rows.shape[1]}")
    (folder / "id.txt").write_text(" ".join(vectors))
    rows.tofile(folder / "feature.bin")
    return folder


def encoded(converted, texts):
    """Returns text feature -> rows of the texts, by the encoders that came with a model."""
    return {one.name: torch.from_numpy(one.encode(texts)) for one in converted.text_encoders}


def difference(found, expected):
    """Returns the largest absolute difference."""
    return float((torch.as_tensor(found).double() - torch.as_tensor(expected).double()).abs().max())
