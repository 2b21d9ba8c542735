"""Files that no code would write by itself: pickles put together by hand, and archives around them."""

import pickle
import struct
import zipfile

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


def plain(value):
    """Returns the instructions that push a plain value; what it remembers is never asked for."""
    return pickle.dumps(value, protocol=2)[2:-1]


def name(text):
    """Returns the instruction that pushes a class or function, `torch FloatStorage`."""
    module, _, short = text.partition(" ")
    return b"c" + module.encode() + b"\n" + short.encode() + b"\n"


def call(text, arguments):
    """Returns the instructions that call something with arguments, which are instructions themselves."""
    return name(text) + b"(" + b"".join(arguments) + b"tR"


def storage(*, kind="torch FloatStorage", key="0", location="cpu", numel=4):
    pieces = [plain("storage"), name(kind), plain(key), plain(location), plain(numel)]
    return b"(" + b"".join(pieces) + b"tQ"


def tensor(*, offset=0, size=(4,), stride=(1,), of=None):
    pieces = [of if of is not None else storage(), plain(offset), plain(size), plain(stride), plain(False)]
    return call("torch._utils _rebuild_tensor_v2", [*pieces, call("collections OrderedDict", [])])


def entries(**values):
    """Returns a whole pickle of a dictionary with these entries, each a row of instructions."""
    return b"\x80\x02}(" + b"".join(plain(key) + value for key, value in values.items()) + b"u."


def checkpoint(**tensors):
    """Returns the pickle of a checkpoint with these tensors as its model."""
    inner = b"}(" + b"".join(plain(key) + value for key, value in tensors.items()) + b"u"
    return entries(model=inner)


def archive(path, pickled, storages=None, *, compression=zipfile.ZIP_STORED):
    """Writes an archive as torch.save does, around any pickle."""
    with zipfile.ZipFile(path, "w", compression=compression) as made:
        made.writestr("model/data.pkl", pickled)
        made.writestr("model/version", b"3\n")
        for key, data in (storages or {"0": struct.pack("<4f", 1, 2, 3, 4)}).items():
            made.writestr(f"model/data/{key}", data)
    return path


def legacy(path, pickled, storages=None):
    """Writes what torch.save wrote before version 1.6, around any pickle."""
    filled = storages if storages is not None else {"0": struct.pack("<4f", 1, 2, 3, 4)}
    system = {"protocol_version": PROTOCOL, "little_endian": True, "type_sizes": {}}
    pieces = [pickle.dumps(one, protocol=2) for one in (MAGIC, PROTOCOL, system)]
    pieces += [pickled, pickle.dumps(list(filled), protocol=2)]
    pieces += [struct.pack("<q", len(data) // 4) + data for data in filled.values()]
    path.write_bytes(b"".join(pieces))
    return path


CONTAINERS = {"zip": archive, "legacy": legacy}
