"""The systems: ordered lists of common spaces with a text end and a video end.

`build_model` makes a model of any system in `MODELS` from its configuration; `SpaceModel` says what all have
in common: `spaces`, `embed_text`, `embed_video`, `similarities`, `fuse`. Models know no files.

>>> import torch
>>> from lpd.models import build_model
>>> settings = {"system": "lpd", "text_features": {"bow": 5}, "video_features": {"colour": 3}, "width": 4}
>>> model = build_model(settings).eval()
>>> texts = model.embed_text({"bow": torch.ones(2, 5)})
>>> shots = model.embed_video({"colour": torch.ones(7, 3)})
>>> [tuple(one.shape) for one in model.similarities(texts, shots)]  # texts x shots in each of two spaces
[(2, 7), (2, 7)]
"""

from lpd.models.build import MODELS, build_model, count_parameters
from lpd.models.clip4clip import Clip4Clip, Clip4ClipConfig
from lpd.models.dual_encoding import DualEncoding, DualEncodingConfig
from lpd.models.dual_encoding_full import DualEncodingFull, DualEncodingFullConfig
from lpd.models.dual_task import DualTask, DualTaskConfig, concept_losses
from lpd.models.dual_task_full import DualTaskFull, DualTaskFullConfig
from lpd.models.factors import VideoFactors
from lpd.models.frame_ends import logit_multiplier
from lpd.models.frame_sequence import unpack_frames
from lpd.models.fusing import Fusion, fuse_mean, fuse_scores
from lpd.models.laff import LAFF_PRESETS, Laff, laff_preset
from lpd.models.lpd import Lpd
from lpd.models.normalisation import NORMALISATIONS, default_normalisation
from lpd.models.ridge import Ridge, RidgeConfig
from lpd.models.sea import Sea, SeaConfig
from lpd.models.settings import LaffConfig, LpdConfig
from lpd.models.spaces import (
    BatchExtras,
    Ends,
    Lesson,
    Space,
    SpaceModel,
    cosine_similarities,
    unit_length,
)
from lpd.models.teachclip import TeachClip, TeachClipConfig
from lpd.models.text_inputs import TOKENS
from lpd.models.ts2net import Ts2Net, Ts2NetConfig
from lpd.models.txv import Txv, TxvConfig, dual_softmax
from lpd.models.w2vvpp import W2vvpp, W2vvppConfig
from lpd.models.xclip import XClip, XClipConfig
from lpd.models.zero_shot import ZeroShot, ZeroShotConfig

__all__ = [
    "LAFF_PRESETS",
    "MODELS",
    "NORMALISATIONS",
    "TOKENS",
    "BatchExtras",
    "Clip4Clip",
    "Clip4ClipConfig",
    "DualEncoding",
    "DualEncodingConfig",
    "DualEncodingFull",
    "DualEncodingFullConfig",
    "DualTask",
    "DualTaskConfig",
    "DualTaskFull",
    "DualTaskFullConfig",
    "Ends",
    "Fusion",
    "Laff",
    "LaffConfig",
    "Lesson",
    "Lpd",
    "LpdConfig",
    "Ridge",
    "RidgeConfig",
    "Sea",
    "SeaConfig",
    "Space",
    "SpaceModel",
    "TeachClip",
    "TeachClipConfig",
    "Ts2Net",
    "Ts2NetConfig",
    "Txv",
    "TxvConfig",
    "VideoFactors",
    "W2vvpp",
    "W2vvppConfig",
    "XClip",
    "XClipConfig",
    "ZeroShot",
    "ZeroShotConfig",
    "build_model",
    "concept_losses",
    "cosine_similarities",
    "count_parameters",
    "default_normalisation",
    "dual_softmax",
    "fuse_mean",
    "fuse_scores",
    "laff_preset",
    "logit_multiplier",
    "unit_length",
    "unpack_frames",
]
