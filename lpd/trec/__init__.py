"""TREC's text formats: topics, qrels of four and five columns, runs; TRECVID's XML of submitted runs."""

from lpd.trec.id_lists import read_id_list, repeated_ids, write_id_list
from lpd.trec.lines import BadLine, malformed, numbered_lines, read_text
from lpd.trec.qrels import JudgedTopic, Qrel, Qrels, read_qrels, write_qrels
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
    write_run,
)
from lpd.trec.topics import Topic, match_topic_numbers, read_topics, write_topics
from lpd.trec.xml_reading import XmlRun, read_xml_runs
from lpd.trec.xml_runs import write_xml_run
from lpd.trec.xml_submission import XmlSubmission, has_leading_ones

__all__ = [
    "MAX_DEPTH",
    "BadLine",
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
    "has_leading_ones",
    "make_run",
    "malformed",
    "match_topic_numbers",
    "numbered_lines",
    "rank_shots",
    "read_id_list",
    "read_qrels",
    "read_run",
    "read_run_rows",
    "read_text",
    "read_topics",
    "read_xml_runs",
    "repeated_ids",
    "write_id_list",
    "write_qrels",
    "write_run",
    "write_topics",
    "write_xml_run",
]
