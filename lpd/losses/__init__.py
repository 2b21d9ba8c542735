"""The losses of multi-space training, as pure functions of similarity matrices and embeddings.

`itrl` is the triplet loss of every space, `dcl` the de-correlation loss between spaces, `select_spaces` and
`space_weights` make the entropy-based fair loss (EF-MTRL) of them; `infonce` and `pearson_distance` belong to
systems that LPD is compared with.

>>> import torch
>>> from lpd.losses import dcl
>>> matrix = torch.tensor([[0.9, 0.1, 0.4], [0.3, 0.8, 0.2], [0.5, 0.0, 0.7]])
>>> round(float(dcl(torch.stack([matrix, matrix]))), 3)  # equal spaces are fully correlated
1.0
"""

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
