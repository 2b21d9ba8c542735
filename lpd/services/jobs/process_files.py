"""What is kept of work that a process of its own does for others who watch it.

`lock` is held by the process while it lives, by the system's own means: killed or not, the lock ends with it.
`process.json` says which process it is, `entered` that it came as far as its work, `stop` that somebody
wants it to stop, `outcome.json` how it ended, and `log.txt` what it wrote.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

from lpd.errors import FormatError, LpdError
from lpd.services.jobs.job_process import ProcessId
from lpd.services.jobs.process_outcome import Outcome
from lpd.storage import read_json, write_json

__all__ = ["ProcessFiles"]

PATIENCE_S = 5.0
"""How long one who wants the lock waits for those who only look."""


@dataclass(frozen=True)
class ProcessFiles:
    """The files of one process.

    Args:
        folder: holds them.
    """

    folder: Path

    under_way: ClassVar[str] = "this is under way already"
    when_under_way: ClassVar[str] = "wait until it has finished, or stop it"

    @property
    def lock(self) -> Path:
        """Held by the process."""
        return self.folder / "lock"

    @property
    def log(self) -> Path:
        """What a started process wrote."""
        return self.folder / "log.txt"

    @property
    def entered(self) -> Path:
        """There once the process came as far as its work."""
        return self.folder / "entered"

    @property
    def stop(self) -> Path:
        """There if somebody wants it to stop."""
        return self.folder / "stop"

    # --- the lock -----------------------------------------------------------------------------------

    def take_lock(self) -> int:
        """Returns a descriptor that holds the lock until every copy of it, in any process, is closed.

        Raises:
            LpdError: if a process holds it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o644)
        until = time.monotonic() + PATIENCE_S
        while not _locked(descriptor, fcntl.LOCK_EX):
            # whoever looks shares the lock for a moment, the process shares it with nobody
            if not _locked(descriptor, fcntl.LOCK_SH) or time.monotonic() > until:
                os.close(descriptor)
                raise LpdError(self.under_way, where=self.folder.name, next_step=self.when_under_way)
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            time.sleep(0.01)
        return descriptor

    @contextmanager
    def looked_at(self) -> Iterator[bool]:
        """Gives whether the process lives; where it does not, none begins in the block."""
        try:
            descriptor = os.open(self.lock, os.O_RDONLY)
        except FileNotFoundError:
            yield False
            return
        try:
            yield not _locked(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)

    def is_locked_by(self, descriptor: int) -> bool:
        """Returns whether an open descriptor is one of the lock file."""
        try:
            return os.path.samestat(os.fstat(descriptor), self.lock.stat())
        except OSError:
            return False

    # --- what is written ----------------------------------------------------------------------------

    def write_process(self, process: ProcessId) -> None:
        """Writes which process it is; said by whoever started it and by itself, in the same words."""
        write_json(self.folder / "process.json", process._asdict())

    def enter(self, process: ProcessId) -> None:
        """Writes which process it is, and that it came as far as its work."""
        self.write_process(process)
        self.entered.touch()

    def read_process(self) -> ProcessId | None:
        """Returns which process it is, or was; None before that is known.

        Raises:
            FormatError: if the file is damaged.
        """
        path = self.folder / "process.json"
        try:
            return ProcessId(**read_json(path)) if path.is_file() else None
        except TypeError as error:
            raise FormatError(f"not a process ({error})", where=path) from error

    def write_outcome(self, outcome: Outcome) -> None:
        """Writes how it ended."""
        write_json(self.folder / "outcome.json", asdict(outcome))

    def read_outcome(self) -> Outcome | None:
        """Returns how it ended; None if it did not say.

        Raises:
            FormatError: if the file is damaged.
        """
        path = self.folder / "outcome.json"
        try:
            return Outcome(**read_json(path)) if path.is_file() else None
        except TypeError as error:
            raise FormatError(f"not the end of a process ({error})", where=path) from error

    def read_log(self, *, kibibytes: int) -> str:
        """Returns the end of what the process wrote, whole lines of it; empty if it has no log.

        What is not UTF-8 or cannot be shown becomes a replacement character; of a line that was drawn over,
        as a progress bar is, the last state is left.
        """
        try:
            with self.log.open("rb") as stream:
                size = stream.seek(0, os.SEEK_END)
                stream.seek(max(0, size - kibibytes * 1024))
                content = stream.read(kibibytes * 1024)
        except FileNotFoundError:
            return ""
        lines = content.decode("utf-8", errors="replace").split("\n")
        if size > kibibytes * 1024 and len(lines) > 1:
            lines = lines[1:]  # the first one was cut
        return "\n".join(_shown(line) for line in lines)


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _shown(line: str) -> str:
    last = line.rstrip("\r").rpartition("\r")[2]
    return "".join(one if one.isprintable() or one == "\t" else "\ufffd" for one in last)
