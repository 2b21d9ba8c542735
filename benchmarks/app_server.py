"""The app as a person starts it, on a free port of this machine, and what its process holds."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Server:
    """A running app.

    Args:
        address: with a slash at its end.
        process: that serves it, the only one.
        log: the file that it writes to.
    """

    address: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def tracebacks(self) -> int:
        """How many exceptions its log tells."""
        return self.log.read_bytes().count(b"Traceback (most recent call last)")

    @property
    def private_bytes(self) -> int:
        """Memory that belongs to the process alone, as Linux tells it; not the files that it maps."""
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text(encoding="utf-8")
        parts = (line.split() for line in text.splitlines()[1:])
        sizes = {words[0]: int(words[1]) for words in parts}
        return 1024 * (sizes["Private_Clean:"] + sizes["Private_Dirty:"])

    @property
    def processor_s(self) -> float:
        """Processor time that it has taken, in seconds."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(workspace: Path) -> Iterator[Server]:
    """Runs the app on a free port of 127.0.0.1 until the block ends.

    Args:
        workspace: that its pages open with.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = str(ROOT / "app" / "main.py")
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    environment = os.environ | {"LPD_WORKSPACE": str(workspace.resolve())}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with log.open("wb") as target:
            process = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdout=target, stderr=subprocess.STDOUT
            )
        try:
            server = Server(f"http://127.0.0.1:{port}/", process, log)
            wait_until_healthy(server)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_until_healthy(server: Server) -> None:
    """Returns when the app answers.

    Raises:
        RuntimeError: if it ends before, or does not answer in time.
    """
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise RuntimeError(f"the app ended: {server.log.read_text(errors='replace')}")
        try:
            with urllib.request.urlopen(f"{server.address}_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:  # refused or reset, as long as it starts
            time.sleep(0.1)
    raise RuntimeError(f"the app did not answer within {PATIENCE_S:.0f} s")
