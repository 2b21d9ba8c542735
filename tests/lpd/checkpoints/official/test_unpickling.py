"""Hostile files: nothing is executed, no header is believed, and all that comes out is one sentence."""

import os
import pickle
import resource
import shutil
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from lpd.checkpoints.official.restricted import read_official, read_pickle
from lpd.errors import FormatError, LpdError
from tests.lpd.checkpoints.official.crafted_files import (
    CONTAINERS,
    archive,
    call,
    checkpoint,
    entries,
    legacy,
    name,
    plain,
    storage,
    tensor,
)
from tests.lpd.checkpoints.official.official_files import trained

WEIGHTS = b"}" + plain("w") + tensor() + b"s"


class Evil:
    """Pickled, it asks whoever opens it to call a function."""

    def __init__(self, function, *arguments):
        self.asked = function, arguments

    def __reduce__(self):
        return self.asked


def evils(made):
    """Returns what would create the file `made` if anything of it were done."""
    shell = f"touch {made}"
    return {
        "os.system": Evil(os.system, shell),
        "exec": Evil(exec, f"open({str(made)!r}, 'w').close()"),
        "eval": Evil(eval, f"open({str(made)!r}, 'w').close()"),
        "Path.touch": Evil(Path.touch, made),
        "mkdir": Evil(os.mkdir, str(made)),
        "copyfile": Evil(shutil.copyfile, __file__, str(made)),
        "tensor of numpy": Evil(np.save, str(made), np.zeros(2)),
        "torch.save": Evil(torch.save, 3, str(made)),
    }


@pytest.mark.parametrize("what", evils("x"))
@pytest.mark.parametrize("old", [False, True])
def test_nothing_is_executed(what, old, tmp_path):
    made = tmp_path / "made.npy"
    evil = evils(made)[what]
    path = tmp_path / "model_best.pth.tar"
    content = trained({"w": torch.ones(2)}) | {"config": {"inside": [evil]}}
    torch.save(content, path, _use_new_zipfile_serialization=not old)
    file = read_official(path)
    assert file.parts[0]["w"].tolist() == [1, 1]
    assert file.refused
    assert not made.exists()
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        (tmp_path / "bow_5.pkl").write_bytes(pickle.dumps(evil, protocol=protocol))
        read_pickle(tmp_path / "bow_5.pkl")
    assert not made.exists()
    pickle.loads((tmp_path / "bow_5.pkl").read_bytes())
    assert made.exists(), "the test's file would not do anything anyway"


SYSTEM = {
    "instance": b"(" + plain("touch {}") + b"iposix\nsystem\n.",
    "object": b"(" + name("posix system") + plain("touch {}") + b"o.",
    "new object": b"\x80\x02" + name("posix system") + plain("touch {}") + b"\x85\x81.",
    "by reconstructor": b"\x80\x02"
    + call("copyreg __newobj__", [name("posix system"), plain("touch {}")])
    + b".",
    "getattr": b"\x80\x02"
    + call("builtins getattr", [call("builtins __import__", [plain("os")]), plain("system")])
    + b".",
    "a state that is set": b"\x80\x02"
    + name("collections OrderedDict")
    + b")R"
    + plain({"__class__": 3})
    + b"b.",
    "a state with code": b"\x80\x02"
    + call("some Thing", [])
    + plain({"__setstate__": 1, "__class__": 2, "__dict__": 3})
    + b"b.",
}


@pytest.mark.parametrize("way", SYSTEM)
def test_ways_to_name_a_function(way, tmp_path):
    made = tmp_path / "made"
    path = tmp_path / "gru_5.pkl"
    text = str(made).ljust(len("touch {}"), "x")
    path.write_bytes(SYSTEM[way].replace(b"touch {}", b"touch {}"[: len(text)]))
    found = read_pickle(path)
    assert not made.exists()
    assert not callable(found)


def test_refused_names_are_listed_once_each(tmp_path):
    evil = call("posix system", [plain("true")])
    path = archive(
        tmp_path / "m.pth", entries(a=evil, b=evil, c=call("builtins eval", [plain("1")]), model=WEIGHTS)
    )
    assert read_official(path).refused == ("posix.system", "builtins.eval")


HUGE = 1 << 40
LIES = {
    "a storage larger than the file": checkpoint(w=tensor(of=storage(numel=HUGE))),
    "many storages, together larger than the file": checkpoint(
        **{f"w{n}": tensor(of=storage(key=str(n), numel=200)) for n in range(9)}
    ),
    "a negative storage": checkpoint(w=tensor(of=storage(numel=-1))),
    "a storage of text": checkpoint(w=tensor(of=storage(numel="4"))),
    "a storage of objects": checkpoint(w=tensor(of=storage(kind="torch ObjectStorage"))),
    "a storage that is a function": checkpoint(w=tensor(of=storage(kind="posix system"))),
    "a storage with two types": checkpoint(w=tensor(), v=tensor(of=storage(kind="torch IntStorage"))),
    "a path for a key": checkpoint(w=tensor(of=storage(key="../../../etc/passwd"))),
    "an offset behind the end": checkpoint(w=tensor(offset=1)),
    "a huge offset": checkpoint(w=tensor(offset=HUGE)),
    "a negative offset": checkpoint(w=tensor(offset=-1)),
    "a size over the end": checkpoint(w=tensor(size=(5,))),
    "a huge size": checkpoint(w=tensor(size=(HUGE,))),
    "a stride over the end": checkpoint(w=tensor(size=(2, 2), stride=(3, 1))),
    "a huge stride": checkpoint(w=tensor(size=(2,), stride=(HUGE,))),
    "a negative stride": checkpoint(w=tensor(size=(2,), stride=(-1,))),
    "one number as a million": checkpoint(w=tensor(size=(4, 4, 4, 4, 4), stride=(0, 0, 0, 0, 0))),
    "sizes without strides": checkpoint(w=tensor(size=(2, 2), stride=(1,))),
    "a hundred dimensions": checkpoint(w=tensor(size=(1,) * 100, stride=(1,) * 100)),
    "a size of text": checkpoint(w=tensor(size=("4",))),
    "a tensor of no storage": checkpoint(w=tensor(of=plain(3))),
    "an array of another size": entries(
        model=WEIGHTS,
        x=call("numpy.core.multiarray _reconstruct", [name("numpy ndarray"), plain((0,)), plain("b")])
        + b"("
        + plain(1)
        + plain((HUGE,))
        + call("numpy dtype", [plain("f8"), plain(0), plain(1)])
        + plain(False)
        + plain("abc")
        + b"tb",
    ),
    "a number of 2^36 zeros": entries(
        model=WEIGHTS,
        x=call(
            "numpy.core.multiarray scalar",
            [call("numpy dtype", [plain("f8"), plain(0), plain(1)]), plain(1 << 36)],
        ),
    ),
    "an array of objects": entries(model=WEIGHTS, x=call("numpy dtype", [plain("O"), plain(0), plain(1)])),
    "a number of a huge type": entries(model=WEIGHTS, x=call("numpy dtype", [plain("S999999999"), plain(0)])),
    "an unhashable key": entries(model=WEIGHTS, x=b"}]Ns"),
    "a text of 2^60 letters": b"\x80\x04\x8d" + struct.pack("<Q", 1 << 60) + b"abc.",
    "bytes of 2^60": b"\x80\x04\x8e" + struct.pack("<Q", 1 << 60) + b"abc.",
    "a number of 2^30 bytes": b"\x80\x02\x8b" + struct.pack("<i", 1 << 30) + b"1.",
    "a number of many digits": b"I" + b"9" * 100_000 + b"\n.",
    "a name with an odd escape": b"cposix\nsys\\\x02tem\n)R.",
    "no end": b"\x80\x02}",
    "an empty stack": b"\x80\x02.",
    "a mark too many": b"\x80\x02(.",
    "a memory that is empty": b"\x80\x02h\x05.",
    "an instruction of an extension": b"\x80\x02\x82\x01.",
    "an unknown instruction": b"\x80\x02\xff.",
    "a call of a number": b"\x80\x02K\x01)R.",
    "a call with a list": b"\x80\x02cposix\nsystem\n]R.",
    "entries of a number": b"\x80\x02K\x01(K\x02K\x03u.",
    "a frame of 2^62": b"\x80\x04\x95" + struct.pack("<Q", 1 << 62) + b"}.",
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("lie", LIES)
def test_no_header_is_believed(lie, container, tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path = CONTAINERS[container](tmp_path / "model_best.pth.tar", LIES[lie])
    with pytest.raises(FormatError, match="model_best") as caught:
        read_official(path)
    assert len(str(caught.value)) < 600
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024, "memory in KiB"


def nested(depth):
    return b"\x80\x02" + b"]" * depth + b"a" * (depth - 1) + b"."


BOMBS = {
    "a list in a list, ten thousand times": nested(10_000),
    "tuples whose hash takes for ever": b"\x80\x02}"
    + plain("a")
    + b"\x86" * 0
    + b"0"
    + b"K\x01"
    + b"2\x86" * 60
    + b"Ns.",
    "tuples of tuples, two to the sixtieth": b"\x80\x02" + b"K\x01" + b"2\x86" * 60 + b".",
    "a place 2^32 of the memory": b"\x80\x02]r\xff\xff\xff\xff.",
    "itself, as its own item": b"\x80\x02]q\x00h\x00a.",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_do_not_go_off(bomb, tmp_path):
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    path = tmp_path / "bow_5.pkl"
    path.write_bytes(BOMBS[bomb])
    try:
        read_pickle(path)
    except LpdError as error:
        assert "bow_5.pkl" in str(error)  # noqa: PT017
    with pytest.raises(LpdError):
        read_official(archive(tmp_path / "m.pth", BOMBS[bomb]))
    assert time.process_time() - begun < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024


def test_archives_that_unpack_to_more_than_they_are(tmp_path):
    zeros = bytes(1 << 22)
    path = archive(
        tmp_path / "m.pth",
        checkpoint(w=tensor(of=storage(numel=1 << 20))),
        {"0": zeros},
        compression=zipfile.ZIP_DEFLATED,
    )
    assert path.stat().st_size < 1 << 15
    with pytest.raises(FormatError, match="compressed"):
        read_official(path)
    path = archive(tmp_path / "m.pth", checkpoint(w=tensor()))
    with zipfile.ZipFile(path, "a") as made:
        info = zipfile.ZipInfo("model/data/1")
        made.writestr(info, b"12345678")
    data = bytearray(path.read_bytes())
    place = data.rindex(b"model/data/1") - 46 + 20  # the sizes in the table of contents
    data[place : place + 8] = struct.pack("<II", 1 << 30, 1 << 30)
    path.write_bytes(data)
    with pytest.raises(FormatError, match="more than the file"):
        read_official(path)


@pytest.mark.parametrize("container", CONTAINERS)
def test_storages_that_are_not_there(container, tmp_path):
    make = CONTAINERS[container]
    with pytest.raises(FormatError, match=r"storage|differ"):
        read_official(make(tmp_path / "m.pth", checkpoint(w=tensor()), {"1": bytes(16)}))
    with pytest.raises(FormatError, match="storage"):
        read_official(make(tmp_path / "m.pth", checkpoint(w=tensor()), {"0": bytes(12)}))
    path = make(tmp_path / "m.pth", checkpoint(w=tensor()))
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(FormatError):
        read_official(path)


def test_a_legacy_file_of_the_other_byte_order(tmp_path):
    path = legacy(tmp_path / "m.pth", checkpoint(w=tensor()))
    data = path.read_bytes()
    place = data.index(b"little_endian") + len(b"little_endian") + 2
    assert data[place : place + 1] == b"\x88"
    path.write_bytes(data[:place] + b"\x89" + data[place + 1 :])
    with pytest.raises(FormatError, match="byte order"):
        read_official(path)


@pytest.mark.parametrize("fixture", ["laff_checkpoint_small.pth.tar", "laff_checkpoint_small_legacy.pth.tar"])
def test_damaged_files_end_in_a_sentence(fixture, oracles, tmp_path):
    data = (oracles / fixture).read_bytes()
    rng = np.random.default_rng(0)
    path = tmp_path / "model_best.pth.tar"
    survived = 0
    for case in range(60):
        changed = bytearray(data)
        if case % 3 == 0:
            del changed[int(rng.integers(len(data))) :]
        else:
            for place in rng.integers(len(data), size=1 + case % 4):
                changed[place] = int(rng.integers(256))
        path.write_bytes(changed)
        try:
            read_official(path)
            survived += 1  # a number of a weight may be any other number in a legacy file
        except LpdError as error:
            assert "model_best" in str(error)  # noqa: PT017
    assert survived < 50
