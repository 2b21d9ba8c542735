"""Trained models on disk: saved whole or not at all, opened without executing anything.

`save_checkpoint` writes a folder with weights and a card, `load_checkpoint` opens it as a model ready for
retrieval, `read_card` tells what it is without loading torch. Files of the official repositories are turned
into such folders by `lpd.checkpoints.official`.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from lpd.checkpoints import load_checkpoint, read_card, save_checkpoint
>>> from lpd.models import build_model
>>> settings = {"system": "lpd", "text_features": {"bow": 5}, "video_features": {"colour": 3}, "width": 4}
>>> with TemporaryDirectory() as folder:
...     card = save_checkpoint(Path(folder) / "mine", build_model(settings))
...     model = load_checkpoint(Path(folder) / "mine").model
>>> card["system"], [space.name for space in model.spaces]
('lpd', ['text:bow', 'video:colour'])
"""

from lpd.checkpoints.card import CARD_NAME, FORMAT_VERSION, WEIGHTS_NAME, read_card
from lpd.checkpoints.store import WEIGHT_TYPES, Checkpoint, CheckpointNotes, load_checkpoint, save_checkpoint

__all__ = [
    "CARD_NAME",
    "FORMAT_VERSION",
    "WEIGHTS_NAME",
    "WEIGHT_TYPES",
    "Checkpoint",
    "CheckpointNotes",
    "load_checkpoint",
    "read_card",
    "save_checkpoint",
]
