"""TREC's text formats: topics, qrels of four and five columns, runs; TRECVID's XML of submitted runs; its
master shot reference; the verdicts of the Video Browser Showdown.

Each format has a reader and a writer (`read_qrels`, `write_qrels`, ...); a mistake in a file is told with its
line. `make_run` ranks scored shots as sample_eval.pl does.

>>> from lpd.trec import make_run
>>> run = make_run("mine", {"1701": (["shot1_1", "shot1_2"], [0.2, 0.9])})
>>> run.topics["1701"].shot_ids
['shot1_2', 'shot1_1']
"""

from lpd.trec.dres import COLLAPSING, DresRow, collapse_verdicts, place_rows, read_dres
from lpd.trec.id_lists import read_id_list, repeated_ids, write_id_list
from lpd.trec.judged_topic import JudgedTopic
from lpd.trec.lines import BadLine, malformed, numbered_lines, read_text
from lpd.trec.qrels import Qrel, Qrels, merge_qrels, read_qrels, write_qrels
from lpd.trec.runs import (
    MAX_DEPTH,
    RankedList,
    Run,
    RunRows,
    ScoredRows,
    make_run,
    rank_shots,
    read_run,
    read_run_rows,
    without_shots,
    write_run,
)
from lpd.trec.shot_reference import is_shot_reference, read_shot_reference
from lpd.trec.topics import Topic, match_topic_numbers, merge_topics, read_topics, write_topics
from lpd.trec.xml_reading import XmlRun, read_xml_runs
from lpd.trec.xml_runs import write_xml_run
from lpd.trec.xml_submission import XmlSubmission, has_leading_ones

__all__ = [
    "COLLAPSING",
    "MAX_DEPTH",
    "BadLine",
    "DresRow",
    "JudgedTopic",
    "Qrel",
    "Qrels",
    "RankedList",
    "Run",
    "RunRows",
    "ScoredRows",
    "Topic",
    "XmlRun",
    "XmlSubmission",
    "collapse_verdicts",
    "has_leading_ones",
    "is_shot_reference",
    "make_run",
    "malformed",
    "match_topic_numbers",
    "merge_qrels",
    "merge_topics",
    "numbered_lines",
    "place_rows",
    "rank_shots",
    "read_dres",
    "read_id_list",
    "read_qrels",
    "read_run",
    "read_run_rows",
    "read_shot_reference",
    "read_text",
    "read_topics",
    "read_xml_runs",
    "repeated_ids",
    "without_shots",
    "write_id_list",
    "write_qrels",
    "write_run",
    "write_topics",
    "write_xml_run",
]
