"""What a model has maps of, and where each lies."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lpd.cards import ModelCard
from lpd.errors import LpdError, NotFoundError
from lpd.maps import FUSED, WIDEST, MapPart, MapSettings, Wanted
from lpd.search.index import fusion_shares
from lpd.services.map_requests import MapName
from lpd.workspace import Workspace

__all__ = ["map_folder", "map_spaces", "wanted_maps", "why_no_fused_map"]


def why_no_fused_map(card: ModelCard) -> str:
    """Returns why a model has no map of its fusion, empty if it has one.

    There is one where fusing is a weighted mean (or sum) of similarities: the inner product of all spaces'
    vectors side by side, each times the root of its share, is that mean.
    """
    if len(card.spaces) == 1:
        return "its one space is all there is to fuse"
    if card.fusion.kind == "minmax":
        return (
            "it fuses scores that are stretched for each query, so no vector of a shot stands for the fusion"
        )
    width = sum(space.width for space in card.spaces)
    return "" if width <= WIDEST else f"its {width:,} numbers are more than the {WIDEST:,} that can be mapped"


def map_spaces(card: ModelCard) -> list[str]:
    """Returns what a model has maps of: `fused` first, where it has one, and its spaces in order."""
    own = [space.name for space in card.spaces]
    return own if why_no_fused_map(card) else [FUSED, *own]


def wanted_maps(card: ModelCard, spaces: Sequence[str]) -> list[Wanted]:
    """Returns what is mapped for each name, each once.

    Raises:
        NotFoundError: for other names than those of spaces and `fused`.
        LpdError: if the model has no map of its fusion.
    """
    names = [space.name for space in card.spaces]
    unknown = [name for name in spaces if name not in (FUSED, *names)]
    if unknown:
        expected = f"one of {', '.join(map_spaces(card))}"
        raise NotFoundError("no such space", where=card.name, expected=expected, found=repr(unknown[0]))
    if FUSED in spaces and why_no_fused_map(card):
        raise LpdError(
            f"there is no map of the fusion of {card.name}: {why_no_fused_map(card)}",
            next_step="take one of its spaces",
        )
    shares = fusion_shares(np.array(card.fusion.weights) if card.fusion.weights else None, len(names))
    roots = np.sqrt(shares.astype(np.float64)).tolist()
    fused = tuple(MapPart(number, root) for number, root in enumerate(roots))
    chosen = dict.fromkeys(spaces or map_spaces(card))
    return [Wanted(name, fused if name == FUSED else (MapPart(names.index(name), 1.0),)) for name in chosen]


def map_folder(workspace: Workspace, card: ModelCard, collection: str, *, name: MapName) -> Path:
    """Returns where a map lies or will lie; its folder has the number of the space.

    Raises:
        NotFoundError: if the model has no such space.
        LpdError: if it has no map of its fusion, or there is no such method.
    """
    MapSettings(name.method)
    wanted = wanted_maps(card, [name.space])[0]
    which = FUSED if wanted.space == FUSED else f"space_{wanted.parts[0].number:02d}"
    return workspace.maps_folder(card.name, collection) / f"{which}.{name.method}"
