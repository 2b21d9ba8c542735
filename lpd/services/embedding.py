"""Embedding the shots of a collection with a model, block by block.

Sizes: N shots, n of them in a block, S spaces of widths D_s, C components of width D, M mixtures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from lpd.cards import ModelCard
from lpd.checkpoints import load_checkpoint
from lpd.errors import MismatchError
from lpd.features import FeatureMatrix, VideoInput
from lpd.models import SpaceModel, VideoFactors
from lpd.progress import Progress, no_progress
from lpd.search.engine_opening import check_bi_encoder
from lpd.training import choose_device
from lpd.workspace import Workspace

__all__ = ["Embedding", "FactoredBlock", "open_embedding", "video_inputs"]

_MOST_SHOTS = 4096
_BLOCK_BYTES = 128 << 20


class FactoredBlock(NamedTuple):
    """What an index keeps of consecutive shots, float32: C arrays (n, D_c), and (n, M, C) or None."""

    components: list[np.ndarray]
    mixing: np.ndarray | None


@dataclass(frozen=True)
class Embedding:
    """A model and what it reads of some shots.

    A block has at most 4096 shots, fewer where their features and vectors would take more than 128 MiB.

    Args:
        network: the model, on its device.
        inputs: name that the model knows a feature by -> the feature.
        shot_ids: N ids.
        device: of the network.
        progress: called with the shots embedded; its first call says where the work goes on.
    """

    network: SpaceModel
    inputs: dict[str, VideoInput]
    shot_ids: list[str]
    device: str
    progress: Progress = no_progress

    def blocks(self, start: int = 0) -> Iterator[list[np.ndarray]]:
        """Yields the vectors of consecutive shots from `start` on, one float32 array (n, D_s) per space."""
        for first, stop in self._bounds(start):
            with torch.inference_mode():
                ends = self.network.embed_video(self._read(first, stop), unit=True)
            yield [_array(space) for space in ends]

    def factored_blocks(self, start: int = 0) -> Iterator[FactoredBlock]:
        """Yields the factors of consecutive shots from `start` on, of a model that has them."""
        for first, stop in self._bounds(start):
            yield _block(self._factors(first, stop))

    def factors_that_pay(self) -> VideoFactors | None:
        """Returns the factors of the first shot; None if the vectors of the spaces take no more numbers."""
        factors = self._factors(0, 1)
        if factors is None:
            return None
        components, _, width = factors.components.shape
        return factors if components * width < sum(space.width for space in self.network.spaces) else None

    def _factors(self, first: int, stop: int) -> VideoFactors | None:
        with torch.inference_mode():
            return self.network.video_factors(self._read(first, stop))

    def _bounds(self, start: int) -> Iterator[tuple[int, int]]:
        """Yields the first shot and the end of consecutive blocks."""
        numbers = sum(one.dimension for one in self.inputs.values())
        numbers += sum(space.width for space in self.network.spaces)
        step = max(1, min(_MOST_SHOTS, _BLOCK_BYTES // (4 * numbers)))
        total = len(self.shot_ids)
        for first in range(start, total, step):
            self.progress("embedding shots", first, total)
            yield first, min(first + step, total)
        self.progress("embedding shots", total, total)

    def _read(self, first: int, stop: int) -> dict[str, Tensor]:
        """Returns what the model reads of some shots: name -> (stop - first, d)."""
        found = {}
        for name, one in self.inputs.items():
            if isinstance(one, FeatureMatrix) and one.ids is self.shot_ids:  # see `_in_order`
                rows = np.array(one.matrix[first:stop], dtype=np.float32)
            else:
                rows = one.rows(self.shot_ids[first:stop])
            found[name] = torch.from_numpy(rows).to(self.device)
        return found


def _block(factors: VideoFactors | None) -> FactoredBlock:
    assert factors is not None, "only a model that has factors is asked for them"
    components = [_array(component) for component in factors.components]
    return FactoredBlock(components, _array(factors.mixing.transpose(0, 1)) if len(factors.mixing) else None)


def _array(tensor: Tensor) -> np.ndarray:
    return np.ascontiguousarray(tensor.float().cpu().numpy())


def video_inputs(workspace: Workspace, card: ModelCard, collection: str) -> dict[str, VideoInput]:
    """Returns what a model reads of a collection's shots.

    Raises:
        NotFoundError: if the collection lacks a video feature of the model.
        MismatchError: if a feature has another dimension than the model was trained on.
        LpdError: if the model is a re-ranker.
    """
    check_bi_encoder(card)
    inputs = {name: workspace.video_input(collection, name) for name in card.video_features}
    for name, one in inputs.items():
        if one.dimension != card.video_features[name]:
            raise MismatchError(
                f"video feature {name} does not fit model {card.name}",
                where=workspace.collection_folder(collection),
                expected=f"{card.video_features[name]} dimensions",
                found=one.dimension,
            )
    return inputs


def open_embedding(
    workspace: Workspace,
    card: ModelCard,
    inputs: dict[str, VideoInput],
    *,
    shot_ids: list[str],
    device: str = "auto",
    progress: Progress = no_progress,
) -> Embedding:
    """Returns a model, loaded on a device, with what it reads of some shots."""
    chosen = str(choose_device(device))
    network = load_checkpoint(workspace.model_folder(card.name), device=chosen).model
    in_order = {name: _in_order(one, shot_ids) for name, one in inputs.items()}
    return Embedding(network, in_order, shot_ids, chosen, progress)


def _in_order(one: VideoInput, shot_ids: list[str]) -> VideoInput:
    """Returns the feature; one whose rows are the shots shares their ids, and needs no table to find a row.

    That is 200 bytes less per shot and feature: gigabytes at a million shots.
    """
    return replace(one, ids=shot_ids) if isinstance(one, FeatureMatrix) and one.ids == shot_ids else one
