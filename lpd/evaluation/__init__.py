"""Measures of runs: the infAP family on sampled judgements, the usual ones on complete ones, significance."""

from lpd.evaluation.evaluate import RunEvaluation, evaluate_run
from lpd.evaluation.inferred import (
    INFERRED_MEASURES,
    RECALL_LEVELS,
    InferredTopic,
    infer_topic,
    inferred_relevant,
)
from lpd.evaluation.measures import (
    ap,
    gains_of,
    mean_measures,
    measure_run,
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank,
)
from lpd.evaluation.significance import Randomization, randomization_test

__all__ = [
    "INFERRED_MEASURES",
    "RECALL_LEVELS",
    "InferredTopic",
    "Randomization",
    "RunEvaluation",
    "ap",
    "evaluate_run",
    "gains_of",
    "infer_topic",
    "inferred_relevant",
    "mean_measures",
    "measure_run",
    "ndcg_at",
    "precision_at",
    "randomization_test",
    "recall_at",
    "reciprocal_rank",
]
