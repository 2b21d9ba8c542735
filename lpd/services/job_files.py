"""What is kept of a training that runs in a process of its own: `jobs/<model>/` in the workspace.

`lock` is held by the training process while it lives, by the system's own means: killed or not, the lock
ends with it. `job.json` says what was asked for, `process.json` which process does it, `entered` that it came
as far as the training itself, `progress.json` where it stands, `stop` that somebody wants it to stop,
`outcome.json` how it ended, and `log.txt` what it wrote.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from lpd.errors import FormatError, LpdError
from lpd.names import check_name
from lpd.services.job_process import ProcessId
from lpd.services.job_records import JobRecord, Outcome, Position, record_of
from lpd.storage import read_json, write_json
from lpd.workspace import Workspace

__all__ = ["LOCK_VARIABLE", "JobFiles", "job_names"]

LOCK_VARIABLE = "LPD_TRAINING_LOCK"
"""Environment variable: the descriptor that holds the lock, from whoever started the training process."""

PATIENCE_S = 5.0
"""How long one who wants the lock waits for those who only look."""


@dataclass(frozen=True)
class JobFiles:
    """The files of one training.

    Args:
        folder: jobs/<model> of the workspace.
    """

    folder: Path

    @classmethod
    def of(cls, workspace: Workspace, model: str) -> "JobFiles":
        """Returns the files of the training of a model; none of them has to be there.

        Raises:
            FormatError: if the name cannot be that of a model.
        """
        return cls(workspace.path / "jobs" / check_name(model, "model"))

    @property
    def lock(self) -> Path:
        """Held by the training process."""
        return self.folder / "lock"

    @property
    def log(self) -> Path:
        """What a started process wrote."""
        return self.folder / "log.txt"

    @property
    def entered(self) -> Path:
        """There once the process came as far as the training itself."""
        return self.folder / "entered"

    @property
    def stop(self) -> Path:
        """There if somebody wants it to stop."""
        return self.folder / "stop"

    # --- the lock -----------------------------------------------------------------------------------

    def take_lock(self) -> int:
        """Returns a descriptor that holds the lock until every copy of it, in any process, is closed.

        Raises:
            LpdError: if a training holds it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o644)
        until = time.monotonic() + PATIENCE_S
        while not _locked(descriptor, fcntl.LOCK_EX):
            # whoever looks shares the lock for a moment, a training shares it with nobody
            if not _locked(descriptor, fcntl.LOCK_SH) or time.monotonic() > until:
                os.close(descriptor)
                raise LpdError(
                    "this model is being trained already",
                    where=self.folder.name,
                    next_step="wait until it has finished, stop it, or take another name",
                )
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            time.sleep(0.01)
        return descriptor

    @contextmanager
    def looked_at(self) -> Iterator[bool]:
        """Gives whether the training process lives; where it does not, none begins in the block."""
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

    def begin(self, record: JobRecord) -> None:
        """Writes what was asked for, in the place of all that is known of the process before, but for the
        position that a resume goes on from.
        """
        gone = ["process.json", "entered", "stop", "outcome.json"]
        for name in gone if record.resumed else [*gone, "progress.json"]:
            (self.folder / name).unlink(missing_ok=True)
        write_json(self.folder / "job.json", asdict(record))

    def write_process(self, process: ProcessId) -> None:
        """Writes which process it is; said by whoever started it and by itself, in the same words."""
        write_json(self.folder / "process.json", process._asdict())

    def enter(self, process: ProcessId) -> None:
        """Writes which process it is, and that it came as far as the training."""
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

    def read_record(self) -> JobRecord | None:
        """Returns what was asked for; None if nothing was.

        Raises:
            FormatError: if the file is damaged.
        """
        path = self.folder / "job.json"
        if not path.is_file():
            return None
        try:
            return record_of(read_json(path))
        except (TypeError, KeyError, AttributeError) as error:
            raise FormatError(f"not the record of a training ({error})", where=path) from error

    def write_position(self, position: Position) -> None:
        """Writes where it stands; whole, but without waiting for the disk, as it is written every second."""
        path = self.folder / "progress.json"
        temporary = path.with_name(".progress.json.part")
        self.folder.mkdir(parents=True, exist_ok=True)  # somebody may have tidied up; the training goes on
        temporary.write_text(json.dumps(asdict(position)), encoding="utf-8")
        temporary.replace(path)

    def read_position(self) -> Position | None:
        """Returns where it stands, or stood; None if that is not known, as after a power failure that left
        the file empty.
        """
        try:
            return Position(**json.loads((self.folder / "progress.json").read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

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
            raise FormatError(f"not the end of a training ({error})", where=path) from error

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


def job_names(workspace: Workspace) -> list[str]:
    """Returns the models that have the record of a training, sorted; other folders are nothing of ours."""
    found = (path.parent.name for path in (workspace.path / "jobs").glob("*/job.json"))
    return sorted(name for name in found if _is_name(name))


def _is_name(name: str) -> bool:
    try:
        check_name(name, "model")
    except FormatError:
        return False
    return True
