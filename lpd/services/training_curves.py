"""How trainings went, as rows that a chart can be drawn from: finished ones, and those that are under way."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lpd.errors import NotFoundError
from lpd.services.training import TRAINING_FOLDER
from lpd.training import HISTORY_NAME, STATE_NAME, read_history, saved_epochs
from lpd.workspace import Workspace

__all__ = [
    "CurvePoint",
    "curve_points",
    "drawable_models",
    "epochs_saved_since",
    "recorded_epochs",
    "unfinished_epochs",
]

LOSSES = ("loss", "fair", "dcl", "auxiliary")
OF_SPACES = ("itrl", "entropy", "selection_rate")
OTHERS = ("learning_rate", "gradient_ratio", "extra_hard_negatives", "seconds")


class CurvePoint(NamedTuple):
    """One value of one epoch.

    Args:
        model: its name.
        epoch: from 1; of ridge regression the number of the penalty.
        group: `loss`, `validation`, `space`, `gradient` or `other`: what belongs on one axis.
        series: of the group `loss` the weighted total `loss` and its parts `fair`, `dcl` and `auxiliary`;
            `validation` has measures; `space` has `itrl`, `entropy`, `weight` and `selection_rate`;
            `gradient` the norms of `fair` and `dcl`.
        space: common space; None where the value is of all together.
        value: the mean over the epoch's batches; measured after the epoch in `validation`; of the epoch's
            first batch in `gradient`.
    """

    model: str
    epoch: int
    group: str
    series: str
    space: str | None
    value: float


def drawable_models(workspace: Workspace) -> list[str]:
    """Returns the models that have the record of a training, finished or not, sorted."""
    found = []
    for folder in sorted((workspace.path / "models").glob("[!.]*")):
        if (folder / HISTORY_NAME).is_file() or (folder / TRAINING_FOLDER / HISTORY_NAME).is_file():
            found.append(folder.name)
    return found


def curve_points(workspace: Workspace, models: Sequence[str]) -> list[CurvePoint]:
    """Returns every recorded value of some trainings, model by model, in the order of the epochs.

    `weight` is softmax(tanh(entropy)) over the spaces, of the epoch's mean entropies; a space learns from a
    batch if its weight there exceeds one divided by the number of spaces. Of a model that is being trained
    anew, the training under way is taken.

    Args:
        workspace: which has the models.
        models: names, of `drawable_models`.

    Raises:
        NotFoundError: if a model has no record of a training.
        FormatError: if a record is damaged; only the last line of an unfinished one may be incomplete, as it
            is being written or its training was killed.

    Source: LPD, Eqs. 8-10 and Fig. 4.
    """
    return [
        CurvePoint(model, int(row["epoch"]), *point)
        for model in models
        for row in recorded_epochs(workspace, model)
        for point in _points(row)
    ]


def recorded_epochs(workspace: Workspace, model: str) -> list[dict[str, Any]]:
    """Returns the rows of a model's history, one per epoch; of the training under way, if there is one.

    Raises:
        NotFoundError: if there is no record of a training.
        FormatError: if it is damaged.
    """
    folder = workspace.model_folder(model)
    try:
        return read_history(folder / TRAINING_FOLDER / HISTORY_NAME, unfinished=True)
    except NotFoundError:
        return read_history(folder / HISTORY_NAME)


def unfinished_epochs(workspace: Workspace, model: str, *, since: float) -> list[dict[str, Any]]:
    """Returns the rows of a training that is not finished; none if nothing was written since a time.

    Args:
        workspace: which has the model.
        model: its name.
        since: in seconds since 1970; what was written before is of an earlier training.

    Raises:
        FormatError: if the record is damaged.
    """
    path = workspace.model_folder(model) / TRAINING_FOLDER / HISTORY_NAME
    try:
        return read_history(path, unfinished=True) if path.stat().st_mtime >= since else []
    except (FileNotFoundError, NotFoundError):
        return []


def epochs_saved_since(workspace: Workspace, model: str, *, since: float) -> int | None:
    """Returns after how many epochs a resumed training would begin; None if nothing was saved.

    Args:
        workspace: which has the model.
        model: its name.
        since: in seconds since 1970; what was saved before is of an earlier training.

    Raises:
        FormatError: if what was saved is damaged.
    """
    path = workspace.model_folder(model) / TRAINING_FOLDER / STATE_NAME
    try:
        return saved_epochs(path) if path.stat().st_mtime >= since else None
    except FileNotFoundError:
        return None


Point = tuple[str, str, str | None, float]


def _points(row: Mapping[str, Any]) -> Iterator[Point]:
    """Yields group, series, space and value of everything a row has."""
    for name in LOSSES:
        if name in row:
            yield "loss", name, None, float(row[name])
    for name, value in row.get("validation", {}).items():
        yield "validation", name, None, float(value)
    for name in OF_SPACES:
        for space, value in row.get(name, {}).items():
            yield "space", name, space, float(value)
    for space, value in _weights(row.get("entropy", {})).items():
        yield "space", "weight", space, value
    for name, value in row.get("gradient_norms", {}).items():
        yield "gradient", name, None, float(value)
    for name in OTHERS:
        if row.get(name) is not None:
            yield "other", name, None, float(row[name])


def _weights(entropy: Mapping[str, float]) -> dict[str, float]:
    """Returns softmax(tanh(entropy)) over the spaces.

    Source: LPD, Eq. 9.
    """
    shares = np.exp(np.tanh(np.array(list(entropy.values()), dtype=np.float64)))
    return dict(zip(entropy, (shares / shares.sum()).tolist(), strict=True)) if entropy else {}
