"""What is kept of work on a workspace that runs in a process of its own: `work/<name>/` in the workspace.

Beside what is kept of every such process (`process_files`), `work.json` says what was asked for
and `progress.json` where it stands.
"""

import json
import re
import shlex
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lpd.errors import FormatError
from lpd.names import check_name
from lpd.progress import Progress
from lpd.services.jobs.process_files import ProcessFiles
from lpd.storage import digest_bytes, read_json, write_json
from lpd.workspace import Workspace

__all__ = ["WorkFiles", "WorkPosition", "WorkRecord", "WorkRequest", "work_command", "work_names"]

SECONDS_BETWEEN_POSITIONS = 0.5
UNSAFE = re.compile(r"[^A-Za-z0-9_.,+=-]+")


@dataclass(frozen=True)
class WorkRequest:
    """What is to be done.

    Args:
        title: in words, what is made: `index lpd@coast`; two requests of one title make the same thing.
        arguments: of `lpd`, without the workspace: `("index", "--model=lpd", "--collection=coast")`.
    """

    title: str
    arguments: tuple[str, ...]

    @property
    def name(self) -> str:
        """What its folder is called."""
        words = UNSAFE.sub("-", self.title).strip("-.,+=")[:80]
        return f"{words or 'work'}-{digest_bytes(self.title.encode('utf-8', 'replace'))[:6]}".replace(
            "..", "."
        )

    @property
    def typed(self) -> str:
        """The command as a person types it in the workspace."""
        return shlex.join(["lpd", *self.arguments])


@dataclass(frozen=True)
class WorkRecord:
    """What was asked for, and when its process began, in seconds since 1970."""

    request: WorkRequest
    started: float


@dataclass(frozen=True)
class WorkPosition:
    """Where a running process stands.

    Args:
        stage: in words.
        done, total: of the stage.
        seconds_left: of the stage; None while unknown.
        at: when this was said, in seconds since 1970.
    """

    stage: str
    done: int
    total: int
    seconds_left: float | None
    at: float

    @property
    def share(self) -> float:
        """Of the stage, 0..1."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total > 0 else 0.0


@dataclass(frozen=True)
class WorkFiles(ProcessFiles):
    """The files of one work.

    Args:
        folder: work/<name> of the workspace.
    """

    @classmethod
    def of(cls, workspace: Workspace, name: str) -> "WorkFiles":
        """Returns the files of a work; none of them has to be there.

        Raises:
            FormatError: if the name cannot be that of a work.
        """
        return cls(workspace.path / "work" / check_name(name, "work"))

    def begin(self, record: WorkRecord) -> None:
        """Writes what was asked for, in the place of all that is known of the process before."""
        for name in ("process.json", "entered", "stop", "outcome.json", "progress.json"):
            (self.folder / name).unlink(missing_ok=True)
        write_json(self.folder / "work.json", asdict(record))

    def read_record(self) -> WorkRecord:
        """Returns what was asked for.

        Raises:
            NotFoundError: if nothing was.
            FormatError: if the file is damaged.
        """
        path = self.folder / "work.json"
        document = read_json(path)
        try:
            asked: Mapping[str, Any] = document["request"]
            arguments = tuple(str(one) for one in asked["arguments"])
            return WorkRecord(WorkRequest(str(asked["title"]), arguments), float(document["started"]))
        except (TypeError, KeyError, ValueError) as error:
            raise FormatError(f"not the record of a work ({error!r})", where=path) from error

    def read_position(self) -> WorkPosition | None:
        """Returns where it stands, or stood; None if that is not known."""
        try:
            return WorkPosition(**json.loads((self.folder / "progress.json").read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def writing_positions(self) -> Progress:
        """Returns a progress callback that writes the position twice a second, and where a stage begins."""
        stage_now, began, before, last = "", 0.0, 0, 0.0

        def write(stage: str, done: int, total: int) -> None:
            nonlocal stage_now, began, before, last
            now = time.monotonic()
            if stage != stage_now:
                stage_now, began, before, last = stage, now, done, 0.0
            if now - last < SECONDS_BETWEEN_POSITIONS:
                return
            last = now
            left = (now - began) / (done - before) * (total - done) if done > before else None
            self._write(WorkPosition(stage, done, total, left, time.time()))

        return write

    def _write(self, position: WorkPosition) -> None:
        """Writes a position whole, but without waiting for the disk."""
        temporary = self.folder / ".progress.json.part"
        self.folder.mkdir(parents=True, exist_ok=True)  # somebody may have tidied up; the work goes on
        temporary.write_text(json.dumps(asdict(position)), encoding="utf-8")
        temporary.replace(self.folder / "progress.json")


def work_names(workspace: Workspace) -> list[str]:
    """Returns the names of all works that have a record, sorted."""
    return sorted(path.parent.name for path in (workspace.path / "work").glob("[!.]*/work.json"))


def work_command(request: WorkRequest, workspace: Path) -> list[str]:
    """Returns the command that does what is asked for, for this Python: `python -m lpd ...`.

    Raises:
        FormatError: if a value cannot be part of a command.
    """
    for part in request.arguments:
        if not part.isprintable():
            raise FormatError("not part of a command", expected="printable characters", found=repr(part))
    verb, options = _split(request.arguments)
    own = [f"--workspace={workspace.resolve()}"]
    return [sys.executable, "-m", "lpd", *verb, *own, *options]


def _split(arguments: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the words of the verb, and what comes after them."""
    words = 2 if arguments[:1] in (("import",), ("map",)) else 1
    return arguments[:words], arguments[words:]
