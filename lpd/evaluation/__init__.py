"""Measures of runs: the infAP family on sampled judgements, the usual ones on complete ones, subtopics;
tables of topics x lists; what the numbers say: intervals, significance, difficulty of topics.

`evaluate_run` measures a run as NIST's sample_eval.pl does, `topic_table` and `measured_column` put lists
side by side, `compare_with_baseline`, `paired_test` and `bootstrap_mean` say what a difference is worth.

>>> from lpd.evaluation import evaluate_run
>>> from lpd.trec import Qrels, make_run
>>> run = make_run("mine", {"1701": (["shot1_1", "shot1_2", "shot1_3"], [3.0, 2.0, 1.0])})
>>> said = [("shot1_1", 1), ("shot1_2", 0), ("shot1_3", 1)]
>>> qrels = Qrels(("1701", shot, "1", relevance) for shot, relevance in said)
>>> round(evaluate_run(run, qrels).mean["infAP"], 4)
0.8333
"""

from lpd.evaluation.baseline import (
    AgainstBaseline,
    BaselineComparison,
    ComparisonSettings,
    compare_with_baseline,
)
from lpd.evaluation.corrections import CORRECTIONS, correct_p_values, significance_mark
from lpd.evaluation.difficulty import DIFFICULTIES, difficulty, difficulty_groups
from lpd.evaluation.edition_means import EditionMeans, edition_means, edition_means_intervals
from lpd.evaluation.evaluate import RunEvaluation, evaluate_run, evaluate_runs
from lpd.evaluation.inferred import (
    INFERRED_MEASURES,
    RECALL_LEVELS,
    InferredTopic,
    infer_rankings,
    infer_topic,
    inferred_relevant,
)
from lpd.evaluation.intervals import INTERVAL_METHODS, Interval, bootstrap_mean, bootstrap_mean_of_means
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
from lpd.evaluation.paired_tests import PAIRED_TESTS, PairedTest, WinTieLoss, paired_test, win_tie_loss
from lpd.evaluation.significance import Randomization, randomization_test, smallest_difference
from lpd.evaluation.subtopics import (
    alpha_ndcg_at,
    group_subtopics,
    measure_subtopics,
    subtopic_recall_at,
)
from lpd.evaluation.table_views import (
    BEST,
    ORDERS,
    TopicGroups,
    add_best,
    column_intervals,
    topic_groups,
    topic_order,
)
from lpd.evaluation.topic_columns import (
    INFERRED_PER_TOPIC,
    TopicColumn,
    judged_completely,
    judged_share,
    measure_label,
    measured_column,
)
from lpd.evaluation.topic_table import TopicTable, topic_table

__all__ = [
    "BEST",
    "CORRECTIONS",
    "DIFFICULTIES",
    "INFERRED_MEASURES",
    "INFERRED_PER_TOPIC",
    "INTERVAL_METHODS",
    "ORDERS",
    "PAIRED_TESTS",
    "RECALL_LEVELS",
    "AgainstBaseline",
    "BaselineComparison",
    "ComparisonSettings",
    "EditionMeans",
    "InferredTopic",
    "Interval",
    "PairedTest",
    "Randomization",
    "RunEvaluation",
    "TopicColumn",
    "TopicGroups",
    "TopicTable",
    "WinTieLoss",
    "add_best",
    "alpha_ndcg_at",
    "ap",
    "bootstrap_mean",
    "bootstrap_mean_of_means",
    "column_intervals",
    "compare_with_baseline",
    "correct_p_values",
    "difficulty",
    "difficulty_groups",
    "edition_means",
    "edition_means_intervals",
    "evaluate_run",
    "evaluate_runs",
    "gains_of",
    "group_subtopics",
    "infer_rankings",
    "infer_topic",
    "inferred_relevant",
    "judged_completely",
    "judged_share",
    "mean_measures",
    "measure_label",
    "measure_run",
    "measure_subtopics",
    "measured_column",
    "ndcg_at",
    "paired_test",
    "precision_at",
    "randomization_test",
    "recall_at",
    "reciprocal_rank",
    "significance_mark",
    "smallest_difference",
    "subtopic_recall_at",
    "topic_groups",
    "topic_order",
    "topic_table",
    "win_tie_loss",
]
