"""The systems: ordered lists of common spaces with a text end and a video end."""

from lpd.models.build import MODELS, build_model, count_parameters
from lpd.models.laff import LAFF_PRESETS, Laff, laff_preset
from lpd.models.lpd import Lpd
from lpd.models.normalisation import NORMALISATIONS, default_normalisation
from lpd.models.settings import LaffConfig, LpdConfig
from lpd.models.spaces import Space, SpaceModel, cosine_similarities, fuse_mean, unit_length

__all__ = [
    "LAFF_PRESETS",
    "MODELS",
    "NORMALISATIONS",
    "Laff",
    "LaffConfig",
    "Lpd",
    "LpdConfig",
    "Space",
    "SpaceModel",
    "build_model",
    "cosine_similarities",
    "count_parameters",
    "default_normalisation",
    "fuse_mean",
    "laff_preset",
    "unit_length",
]
