"""What is kept of a training that runs in a process of its own: `jobs/<model>/` in the workspace.

Beside what is kept of every such process (`process_files`), `job.json` says what was asked for
and `progress.json` where it stands.
"""

import json
from dataclasses import asdict, dataclass
from typing import ClassVar

from lpd.errors import FormatError
from lpd.names import check_name
from lpd.services.jobs.job_records import JobRecord, Position, record_of
from lpd.services.jobs.process_files import ProcessFiles
from lpd.storage import read_json, write_json
from lpd.workspace import Workspace

__all__ = ["LOCK_VARIABLE", "JobFiles", "job_names"]

LOCK_VARIABLE = "LPD_TRAINING_LOCK"
"""Environment variable: the descriptor that holds the lock, from whoever started the training process."""


@dataclass(frozen=True)
class JobFiles(ProcessFiles):
    """The files of one training.

    Args:
        folder: jobs/<model> of the workspace.
    """

    under_way: ClassVar[str] = "this model is being trained already"
    when_under_way: ClassVar[str] = "wait until it has finished, stop it, or take another name"

    @classmethod
    def of(cls, workspace: Workspace, model: str) -> "JobFiles":
        """Returns the files of the training of a model; none of them has to be there.

        Raises:
            FormatError: if the name cannot be that of a model.
        """
        return cls(workspace.path / "jobs" / check_name(model, "model"))

    def begin(self, record: JobRecord) -> None:
        """Writes what was asked for, in the place of all that is known of the process before, but for the
        position that a resume goes on from.
        """
        gone = ["process.json", "entered", "stop", "outcome.json"]
        for name in gone if record.resumed else [*gone, "progress.json"]:
            (self.folder / name).unlink(missing_ok=True)
        write_json(self.folder / "job.json", asdict(record))

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
