"""Vectors of shots and topics as a person has them: a folder with one file or folder per space.

    FOLDER/shots/text-bow.npy  video-clip.npy ...  ids.txt      one shot id per row
    FOLDER/topics/text-bow.npy video-clip.npy ...  ids.txt      one topic number per row

Ids of one space alone stand in NAME.ids.txt. In place of NAME.npy there may be the folder NAME of a BigFile,
NAME.npz (ids, matrix), NAME.h5 (ids, data) or NAME.parquet (shot_id or topic_id, and a column of lists).

The names are those of the spaces; text-, video- and head- at the beginning stand for text:, video: and
head:, which file names do not like.

FOLDER/embeddings.toml (or .json) may say more:

    spaces = ["text:bow", "video:clip"]      # their order; or a table: "text:bow" = "name of its files"
    similarity = "cosine"                    # or dot; or a table: "text:bow" = "dot"
    fusion = "mean"                          # or sum, minmax
    weights = [0.5, 0.5]                     # shares of the spaces; else equal
    shots = "shots"                          # where they lie, from FOLDER
    topics = "topics"                        # or a table: tv21 = "topics21"
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lpd.errors import FormatError, LpdError, NotFoundError, name_some
from lpd.features import FeatureSource
from lpd.names import check_name
from lpd.storage import read_json

__all__ = ["FUSIONS", "SIMILARITIES", "EmbeddingFolder", "read_embedding_folder"]

MANIFESTS = ("embeddings.toml", "embeddings.json")
FUSIONS = ("mean", "sum", "minmax")
"""Ways in which the scores of the spaces become one."""

SIMILARITIES = ("cosine", "dot")
"""What compares two vectors of a space."""
_KEYS = ("spaces", "similarity", "fusion", "weights", "shots", "topics")
_ENDS = ("text-", "video-", "head-")
_FORMS = {".npy": "npy", ".npz": "npz", ".h5": "hdf5", ".hdf5": "hdf5", ".parquet": "parquet"}


@dataclass(frozen=True)
class EmbeddingFolder:
    """What a person's folder holds.

    Args:
        path: of the folder.
        spaces: name -> name of its files, in order.
        ordered: whether the order was told, by embeddings.toml; else it is that of the names.
        shots: where their vectors lie; None where there are none.
        topics: edition -> where the vectors of its topics lie; "" stands for every edition.
        similarity: space -> `cosine` or `dot`, of those that it was told of.
        fusion: as told, else None.
        weights: as told, else empty.
    """

    path: Path
    spaces: dict[str, str]
    ordered: bool = False
    shots: Path | None = None
    topics: dict[str, Path] = field(default_factory=dict)
    similarity: dict[str, str] = field(default_factory=dict)
    fusion: str | None = None
    weights: tuple[float, ...] = ()

    def shot_source(self, space: str) -> FeatureSource:
        """Returns where the vectors of the shots in a space lie.

        Raises:
            NotFoundError: if there is no file of this name, or no list of its ids.
        """
        if self.shots is None:
            raise NotFoundError("no vectors of shots", where=self.path, expected="a folder shots")
        return _source(self.shots, self.spaces[space], key="shot_id")

    def topic_source(self, edition: str, space: str) -> FeatureSource:
        """Returns where the vectors of an edition's topics in a space lie; raises as `shot_source`."""
        folder = self.topics.get(edition, self.topics.get(""))
        if folder is None:
            raise NotFoundError(f"no vectors of topics of {edition}", where=self.path)
        return _source(folder, self.spaces[space], key="topic_id")


def _source(folder: Path, name: str, *, key: str) -> FeatureSource:
    """Returns what lies under a name; `key` is the column of ids in parquet."""
    if (folder / name).is_dir():
        return FeatureSource("bigfile", folder / name)
    for suffix, form in _FORMS.items():
        path = folder / f"{name}{suffix}"
        if path.is_file():
            ids = _ids_of(path, name) if form == "npy" else None
            return FeatureSource(form, path, ids, ids_key=key if form == "parquet" else None)
    raise NotFoundError("no vectors", where=folder / name, expected=f"{name}.npy or a folder {name}")


def _ids_of(path: Path, name: str) -> Path:
    own, common = path.with_name(f"{name}.ids.txt"), path.with_name("ids.txt")
    if not own.is_file() and not common.is_file():
        raise NotFoundError("no list of ids", where=path, expected=f"ids.txt or {own.name} beside it")
    return own if own.is_file() else common


def read_embedding_folder(path: Path) -> EmbeddingFolder:
    """Returns what a folder holds; see the top of this module for how it looks. No vector is read.

    Raises:
        NotFoundError: if there is no such folder, or no space in it.
        FormatError: if embeddings.toml is damaged, or says what cannot be.
    """
    if not path.is_dir():
        raise NotFoundError("no such folder", where=path, expected="a folder with shots/ and topics/")
    told, where = _told(path)
    unknown = [key for key in told if key not in _KEYS]
    if unknown:
        raise FormatError(
            "unknown keys", where=where, expected=", ".join(_KEYS), found=name_some(unknown, len(unknown))
        )
    try:
        return _described(path, told)
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise FormatError(
            f"not what such a file says ({error})", where=where, next_step="see lpd import embeddings --help"
        ) from error


def _told(path: Path) -> tuple[dict[str, Any], Path]:
    """Returns what embeddings.toml or .json says, nothing where there is none; and where it lies."""
    for name in MANIFESTS:
        file = path / name
        if file.is_file() and file.suffix == ".json":
            return read_json(file), file
        if file.is_file():
            try:
                return tomllib.loads(file.read_text(encoding="utf-8")), file
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
                raise FormatError(f"not valid TOML ({error})", where=file) from error
    return {}, path


def _described(path: Path, told: Mapping[str, Any]) -> EmbeddingFolder:
    shots = _place(path, told.get("shots", "shots"), needed="shots" in told)
    topics = {}
    named = told.get("topics", "topics")
    for edition, place in (named if isinstance(named, Mapping) else {"": named}).items():
        found = _place(path, place, needed="topics" in told)
        if found is not None:
            topics[str(edition)] = found
    spaces = _named_spaces(told["spaces"]) if "spaces" in told else {}
    if not spaces:
        for folder in (shots, *topics.values()):
            spaces |= _found_spaces(folder) if folder is not None else {}
    if not spaces:
        raise NotFoundError(
            "no vectors here", where=path, expected="shots/SPACE.npy with shots/ids.txt, or a BigFile folder"
        )
    for name in spaces:
        check_name(name.replace(":", "-"), "space")  # runs of a space are called after it
    weights = tuple(float(one) for one in told.get("weights", ()))
    if len(weights) not in (0, len(spaces)):
        raise ValueError(f"{len(weights)} weights for {len(spaces)} spaces")
    if weights and not (min(weights) >= 0 and 0 < sum(weights) < float("inf")):
        raise ValueError(f"weights {list(weights)}: expected finite ones, none negative and not all zero")
    fusion = told.get("fusion")
    if fusion not in (None, *FUSIONS):
        raise ValueError(f"fusion {fusion!r} is none of {', '.join(FUSIONS)}")
    return EmbeddingFolder(
        path,
        spaces,
        "spaces" in told,
        shots,
        topics,
        _similarities(told.get("similarity", {}), spaces),
        fusion,
        weights,
    )


def _place(path: Path, told: object, *, needed: bool) -> Path | None:
    if not isinstance(told, str):
        raise TypeError(f"{json.dumps(told, default=str)} is not the name of a folder")
    folder = path / told
    if folder.is_dir():
        return folder
    if needed:
        raise NotFoundError("no such folder", where=folder, expected="the vectors that the manifest names")
    return None


def _named_spaces(told: object) -> dict[str, str]:
    if isinstance(told, Mapping):
        spaces = {str(name): str(file) for name, file in told.items()}
    elif isinstance(told, list):
        names = [str(name) for name in told]
        spaces = {name: name.replace(":", "-", 1) for name in names}
        if len(spaces) != len(names):
            raise ValueError("a space is named twice")
    else:
        raise TypeError("spaces is neither a list nor a table")
    wrong = [
        file for file in spaces.values() if not file or "/" in file or "\\" in file or file in (".", "..")
    ]
    if wrong:
        raise ValueError(f"not names of files: {name_some(wrong)}")
    if not spaces:
        raise ValueError("spaces names none")
    return spaces


def _found_spaces(folder: Path) -> dict[str, str]:
    """Returns space -> name of its files, of what lies in a folder, by name."""
    stems = []
    for entry in folder.iterdir():
        if entry.is_dir() and (entry / "shape.txt").is_file():
            stems.append(entry.name)
        elif entry.is_file() and entry.suffix in _FORMS:
            stems.append(entry.name.removesuffix(entry.suffix))
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise LpdError("a space has two files", where=folder, found=name_some(twice), next_step="keep one")
    return {_space_name(stem): stem for stem in sorted(stems)}


def _space_name(stem: str) -> str:
    return stem.replace("-", ":", 1) if stem.startswith(_ENDS) else stem


def _similarities(told: object, spaces: Mapping[str, str]) -> dict[str, str]:
    named = told if isinstance(told, Mapping) else dict.fromkeys(spaces, told)
    wrong = [f"{name}: {one}" for name, one in named.items() if one not in SIMILARITIES or name not in spaces]
    if wrong:
        raise ValueError(f"similarity of {'; '.join(wrong)}: expected {' or '.join(SIMILARITIES)} of a space")
    return {str(name): str(one) for name, one in named.items()}
