"""Milvus servers that tests start, kill and start again, none of them reachable from another machine."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from lpd.errors import LpdError
from lpd.search.milvus import MilvusSettings
from lpd.search.milvus.server import connect

ROOT = Path(__file__).resolve().parents[1]
SERVER_VENV = ROOT / ".venv-milvus"
SERVER_TOKEN = "root:Milvus"  # the login that a new Milvus comes with

_LISTENING = "0A"
_START_S = 120


def server_is_missing() -> str | None:
    """Returns why the Milvus server of the package `milvus` cannot be started here, None if it can."""
    if not (SERVER_VENV / ".ready").is_file():
        return f"{SERVER_VENV} is missing: make milvus-server"
    if shutil.which("unshare") is None or not _unshare():
        return "no network namespace can be made here (unshare --net)"
    return None


@cache
def _unshare() -> tuple[str, ...]:
    """Returns what goes before a command to run it in a network namespace; empty if none is allowed."""
    for options in (("--net",), ("--user", "--map-root-user", "--net")):
        tried = subprocess.run(["unshare", *options, "true"], check=False, capture_output=True)
        if tried.returncode == 0:
            return ("unshare", *options)
    return ()


@dataclass
class MilvusProcess:
    """A server in a process of its own. `start` makes the command; the data stay when it stops."""

    command: Callable[[Path, int], list[str]]
    folder: Path
    settings: MilvusSettings
    door: socket.socket | None = None
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        """Starts it and waits until it answers."""
        passed = () if self.door is None else (self.door.fileno(),)
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(self.folder, _port(self.settings) if self.door is None else self.door.fileno()),
                stdout=log,
                stderr=log,
                pass_fds=passed,
                start_new_session=True,
                preexec_fn=_hear_interrupts,
            )
        until = time.monotonic() + _START_S
        while True:
            assert self.process.poll() is None, (self.folder / "log.txt").read_text()[-2000:]
            try:
                connect(self.settings)
                return
            except LpdError:
                assert time.monotonic() < until, (self.folder / "log.txt").read_text()[-2000:]
                time.sleep(0.2)

    def kill(self) -> None:
        """Ends it and all that it started at once, as a power cut does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ends it in order."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM if self.door is not None else signal.SIGINT)
            self.process.wait(timeout=30)
        if self.door is not None:
            self.door.close()

    def addresses(self) -> set[str]:
        """Returns the addresses on which it and all that it started listen, as this machine sees them."""
        inodes = set()
        for process in _family(self.process.pid):
            for one in Path(f"/proc/{process}/fd").iterdir():
                target = os.readlink(one)
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
        found = set()
        for table in (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6")):
            for line in table.read_text().splitlines()[1:]:
                columns = line.split()
                if columns[3] == _LISTENING and columns[9] in inodes:
                    found.add(_address(columns[1].split(":")[0]))
        return found

    def devices(self) -> set[str]:
        """Returns the network devices of the namespace that it runs in."""
        lines = Path(f"/proc/{self.process.pid}/net/dev").read_text().splitlines()[2:]
        return {line.split(":")[0].strip() for line in lines}


def _hear_interrupts() -> None:
    """A shell lets what it starts behind its back ignore Ctrl-C, and every process hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _address(written: str) -> str:
    """Returns an address from the kernel's table of sockets: words of four bytes, the lowest first."""
    raw = bytes.fromhex(written)
    address = ip_address(b"".join(raw[start : start + 4][::-1] for start in range(0, len(raw), 4)))
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _family(process: int) -> list[int]:
    """Returns a process and all that descend from it."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while this was read
        parents[int(status.parent.name)] = int(after_name[1])
    family = [process]
    for one in family:
        family += [child for child, parent in parents.items() if parent == one]
    return family


def _port(settings: MilvusSettings) -> int:
    return int(settings.uri.rpartition(":")[2])


def free_port() -> int:
    """Returns a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lite_server(folder: Path) -> MilvusProcess:
    """Returns a `milvus-lite server`, not started yet."""
    program = str(Path(sys.executable).with_name("milvus-lite"))

    def command(folder: Path, port: int) -> list[str]:
        where = ["--data-dir", str(folder / "data"), "--host", "127.0.0.1", "--port", str(port)]
        return [program, "server", *where]

    return MilvusProcess(command, folder, MilvusSettings(f"http://127.0.0.1:{free_port()}"))


def real_server(folder: Path) -> MilvusProcess:
    """Returns the Milvus server of the package `milvus`, not started yet; it asks for a login."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    door.listen(16)

    def command(folder: Path, door: int) -> list[str]:
        guard = [sys.executable, str(ROOT / "tests" / "milvus_namespace.py"), str(door), "19530"]
        program = [str(SERVER_VENV / "bin" / "milvus-server"), "--data", str(folder / "data")]
        return [*_unshare(), *guard, *program, "--authorization-enabled", "true"]

    settings = MilvusSettings(f"http://127.0.0.1:{door.getsockname()[1]}", token=SERVER_TOKEN)
    return MilvusProcess(command, folder, settings, door)
