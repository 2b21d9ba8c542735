"""What a reader must not do: write or remove outside of a folder, start a program, reach the network."""

import os
import sys
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
PLACES = {
    "os.remove": (0,), "os.rmdir": (0,), "os.mkdir": (0,), "os.rename": (0, 1), "os.link": (1,),
    "os.symlink": (1,),
    "os.truncate": (0,), "os.chmod": (0,), "os.chown": (0,), "os.utime": (0,), "shutil.rmtree": (0,),
    "shutil.move": (0, 1), "shutil.copyfile": (1,),
}  # fmt: skip
PROGRAMS = (
    "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn",
    "subprocess.Popen",
    "socket.connect", "socket.bind", "socket.getaddrinfo", "os.putenv", "webbrowser.open",
)  # fmt: skip
DANGEROUS = ("os", "posix", "subprocess", "builtins", "sys", "shutil", "importlib", "runpy", "socket", "nt")
HARMLESS = {
    ("builtins", name) for name in ("set", "frozenset", "bytearray", "complex", "slice", "range", "object")
}


FOLDERS = {"os.remove": (1,), "os.rmdir": (1,), "os.mkdir": (2,), "os.rename": (2, 3), "os.chmod": (2,)}
"""Where an event tells the descriptor of the folder that a relative path is meant in."""


LPD = str(Path(__file__).resolve().parents[2] / "lpd") + os.sep


def _is_own(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether this Python is started with a module of lpd: what may end a process is read in another."""
    if event != "subprocess.Popen" or arguments[0] != sys.executable:
        return False
    words = [str(one) for one in arguments[1][1:]]
    scripts = [one for one in words if not one.startswith("-")]
    return "-c" not in words and bool(scripts) and scripts[0].startswith(LPD)


def _in_folder(event: str, arguments: tuple[Any, ...], place: int) -> Any:
    path = arguments[place]
    at = FOLDERS.get(event, ())
    if place >= len(at) or isinstance(path, int) or arguments[at[place]] in (-1, None):
        return path
    return os.path.join(os.readlink(f"/proc/self/fd/{arguments[at[place]]}"), os.fsdecode(path))


class Guard:
    """Notes every forbidden event of this process and stops it; there is no way to take it off.

    Args:
        folder: where writing is allowed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder.resolve()) + os.sep
        self.noted: list[str] = []
        self.on = False
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open":
            path, mode, flags = arguments
            writes = flags & WRITING if isinstance(flags, int) else any(one in (mode or "") for one in "wax+")
            if writes and not isinstance(path, int):
                self._check(event, path)
        elif event in PLACES:
            for place in PLACES[event]:
                self._check(event, _in_folder(event, arguments, place))
        elif event == "pickle.find_class":
            module, name = arguments
            if module.split(".")[0] in DANGEROUS and (module, name) not in HARMLESS:
                self._stop(f"{event} {module}.{name}")
        elif event == "sqlite3.connect":
            self._check_database(str(arguments[0]))
        elif event in PROGRAMS and not _is_own(event, arguments):
            self._stop(f"{event} {arguments!r:.200}")

    def _check(self, event: str, path: Any) -> None:
        if isinstance(path, int):
            return
        whole = os.path.realpath(os.fsdecode(path))
        if not (whole + os.sep).startswith(self.folder) and whole != os.devnull:
            self._stop(f"{event} {whole}")

    def _check_database(self, name: str) -> None:
        if name not in (":memory:", "") and self.folder not in name.removeprefix("file:"):
            self._stop(f"sqlite3.connect {name}")

    def _stop(self, what: str) -> None:
        self.noted.append(what)
        raise PermissionError(f"a reader must not do this: {what}")
