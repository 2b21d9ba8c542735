"""Trained models on disk: saved whole or not at all, opened without executing anything."""

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
