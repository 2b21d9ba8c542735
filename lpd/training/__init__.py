"""Training of any model with common spaces.

`train` takes a model, `PairedData` and a `TrainingConfig`; `preset` gives the settings of a system. `lpd
train` and `lpd.services.training` do it from a workspace and keep the checkpoint.

>>> from lpd.training import preset
>>> settings = preset("lpd-recipe", "lpd")
>>> settings.ef, settings.dcl_weight
('entropy', 0.2)
"""

from lpd.training.batches import EpochBatches, check_batch_size, epoch_batches
from lpd.training.closed_form import PENALTIES, fit_ridge
from lpd.training.config import TrainingConfig, training_config
from lpd.training.data import PairedData, ShotsOfText
from lpd.training.devices import choose_device
from lpd.training.history import HISTORY_NAME, append_history, read_history, write_history
from lpd.training.loop import TrainingResult, train
from lpd.training.objective import Objective, check_objective, gradient_norms, overall_loss
from lpd.training.presets import PRESETS, preset
from lpd.training.processes import ALONE, Processes, launched
from lpd.training.state import STATE_NAME, TrainingState, saved_epochs
from lpd.training.stopping import StopAsked, TrainingStopped, never
from lpd.training.untrained import measure_only
from lpd.training.validation import caption_scores, validate

__all__ = [
    "ALONE",
    "HISTORY_NAME",
    "PENALTIES",
    "PRESETS",
    "STATE_NAME",
    "EpochBatches",
    "Objective",
    "PairedData",
    "Processes",
    "ShotsOfText",
    "StopAsked",
    "TrainingConfig",
    "TrainingResult",
    "TrainingState",
    "TrainingStopped",
    "append_history",
    "caption_scores",
    "check_batch_size",
    "check_objective",
    "choose_device",
    "epoch_batches",
    "fit_ridge",
    "gradient_norms",
    "launched",
    "measure_only",
    "never",
    "overall_loss",
    "preset",
    "read_history",
    "saved_epochs",
    "train",
    "training_config",
    "validate",
    "write_history",
]
