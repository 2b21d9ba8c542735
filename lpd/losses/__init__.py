"""The losses of multi-space training, as pure functions of similarity matrices and embeddings."""

from lpd.losses.contrastive import infonce
from lpd.losses.decorrelation import DCL_MODES, DCL_PAIRS, dcl, row_correlations
from lpd.losses.distillation import frame_cross_entropy, pearson_distance
from lpd.losses.fair_spaces import (
    ENDS,
    end_features,
    feature_entropy,
    random_half,
    select_spaces,
    space_weights,
)
from lpd.losses.triplet import DIRECTIONS, REDUCTIONS, distinct_hard_negatives, itrl

__all__ = [
    "DCL_MODES",
    "DCL_PAIRS",
    "DIRECTIONS",
    "ENDS",
    "REDUCTIONS",
    "dcl",
    "distinct_hard_negatives",
    "end_features",
    "feature_entropy",
    "frame_cross_entropy",
    "infonce",
    "itrl",
    "pearson_distance",
    "random_half",
    "row_correlations",
    "select_spaces",
    "space_weights",
]
