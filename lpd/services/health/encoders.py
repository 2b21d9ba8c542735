"""Whether the encoders of a workspace, and those that its models carry, are whole; their weights stay
unread.
"""

from collections.abc import Iterator
from pathlib import Path

from lpd.errors import FormatError, LpdError
from lpd.pretrained import check_unchanged, place_from_json
from lpd.services.health.findings import Examined, Findings
from lpd.storage import read_json

__all__ = ["examine_encoders"]

DOCUMENT = "encoder.json"


def examine_encoders(seen: Examined, found: Findings) -> None:
    """Adds one line for all encoders that are whole, and one for each that is not."""
    whole: dict[str, list[str]] = {}
    for kind, label, folder, command in _encoders(seen):
        subject = f"{kind} {label}"
        before = len(found.rows)
        with found.examining(subject, command):
            _check(folder)
        if len(found.rows) == before:
            whole.setdefault(kind, []).append(label)
    for kind, labels in whole.items():
        own = [label for label in labels if "/" not in label]
        carried = len(labels) - len(own)
        told = [", ".join(own)] if own else []
        told += [f"{carried} that models carry"] if carried else []
        found.ok(f"{kind}s", "; ".join(told))


def _encoders(seen: Examined) -> Iterator[tuple[str, str, Path, str]]:
    """Yields kind, name, folder and the command that makes it again."""
    workspace = seen.workspace
    for name in workspace.text_encoder_names():
        folder = workspace.text_encoder_folder(name)
        yield "text encoder", name, folder, _text_encoder_again(folder, name)
    for name in workspace.video_encoder_names():
        again = f"lpd import encoder FOLDER --name {name}"
        yield "video encoder", name, workspace.video_encoder_folder(name), again
    for model in workspace.model_names():
        for folder in sorted((workspace.model_folder(model) / "text_encoders").glob("[!.]*")):
            again = _text_encoder_again(folder, folder.name)
            yield "text encoder", f"{model}/{folder.name}", folder, again


def _text_encoder_again(folder: Path, name: str) -> str:
    """Returns what makes a text encoder again: those that were brought are brought, others fitted."""
    try:
        brought = "place" in read_json(folder / DOCUMENT)
    except LpdError:
        brought = False  # told where it is checked
    if brought:
        return f"lpd import encoder FOLDER --name {name}"
    return f"lpd encode --fit-on CAPTIONS --feature {name}"


def _check(folder: Path) -> None:
    """Checks that an encoder says what it is, and that what it points to is there.

    Raises:
        NotFoundError: if a file is gone.
        StaleError: if a file has changed.
        FormatError: if its document is damaged.
    """
    document = read_json(folder / DOCUMENT)
    lacking = [key for key in ("kind", "name", "digest") if not isinstance(document.get(key), str)]
    if lacking:
        raise FormatError("not an encoder", where=folder / DOCUMENT, expected=", ".join(lacking))
    if "place" in document:
        check_unchanged(place_from_json(document, where=folder), folder)
