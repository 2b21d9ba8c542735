"""Measures of runs: the infAP family on sampled judgements, the usual ones on complete ones, subtopics; what
the numbers say: significance, difficulty of topics.
"""

from lpd.evaluation.difficulty import DIFFICULTIES, difficulty, difficulty_groups
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
from lpd.evaluation.significance import Randomization, randomization_test, smallest_difference
from lpd.evaluation.subtopics import (
    alpha_ndcg_at,
    group_subtopics,
    measure_subtopics,
    subtopic_recall_at,
)

__all__ = [
    "DIFFICULTIES",
    "INFERRED_MEASURES",
    "RECALL_LEVELS",
    "InferredTopic",
    "Randomization",
    "RunEvaluation",
    "alpha_ndcg_at",
    "ap",
    "difficulty",
    "difficulty_groups",
    "evaluate_run",
    "gains_of",
    "group_subtopics",
    "infer_topic",
    "inferred_relevant",
    "mean_measures",
    "measure_run",
    "measure_subtopics",
    "ndcg_at",
    "precision_at",
    "randomization_test",
    "recall_at",
    "reciprocal_rank",
    "smallest_difference",
    "subtopic_recall_at",
]
