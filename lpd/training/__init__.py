"""Training of any model with common spaces."""

from lpd.training.batches import EpochBatches, check_batch_size, epoch_batches
from lpd.training.config import PRESETS, TrainingConfig, choose_device, preset, training_config
from lpd.training.data import PairedData, ShotsOfText
from lpd.training.history import HISTORY_NAME, append_history, read_history, write_history
from lpd.training.loop import TrainingResult, train
from lpd.training.objective import Objective, gradient_norms, overall_loss
from lpd.training.state import STATE_NAME, TrainingState
from lpd.training.validation import validate

__all__ = [
    "HISTORY_NAME",
    "PRESETS",
    "STATE_NAME",
    "EpochBatches",
    "Objective",
    "PairedData",
    "ShotsOfText",
    "TrainingConfig",
    "TrainingResult",
    "TrainingState",
    "append_history",
    "check_batch_size",
    "choose_device",
    "epoch_batches",
    "gradient_norms",
    "overall_loss",
    "preset",
    "read_history",
    "train",
    "training_config",
    "validate",
    "write_history",
]
