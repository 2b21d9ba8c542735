"""Texts that hypothesis makes up, with fixed seeds: a reader takes them, or tells what is wrong."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpd.captions import read_captions
from lpd.errors import LpdError
from lpd.trec import (
    read_dres,
    read_id_list,
    read_qrels,
    read_run,
    read_run_rows,
    read_shot_reference,
    read_topics,
    read_xml_runs,
)

CASES = int(os.environ.get("LPD_FUZZ_CASES", "1000")) // 10
READS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "topics": ("a.txt", read_topics),
    "topics xml": ("a.xml", read_topics),
    "qrels": ("a.txt", read_qrels),
    "run": ("a.run", read_run),
    "run rows": ("a.run", read_run_rows),
    "xml run": ("a.xml", read_xml_runs),
    "captions": ("a.txt", read_captions),
    "id list": ("a.txt", read_id_list),
    "dres": ("a.txt", read_dres),
    "tsv": ("00001.tsv", read_shot_reference),
    "msb": ("1.msb", lambda path: read_shot_reference(path, frame_rate=25.0)),
    "mp7": ("1.mp7.xml", read_shot_reference),
}
PLAIN = (
    "661 1661 0 shot1_1 shot1_2 a#1 a#enc#2 1 -1 2 lpd 0.5 1e3 nan +5 1_0 inf -0 .5 0x1 CORRECT " + "9" * 20
)
TITLES = "startframe starttime endframe endtime taskName item start_s end_s judgement"
MARKUP = '<a>|</a>|<videoTopic num="1" text="a"/>|<item/>|&amp;|&x;|\ufeff|\x00|\u2028|\u00a0|\u0661|\ud7ff'
WORDS = st.sampled_from([*PLAIN.split(), *TITLES.split(), *MARKUP.split("|")])
BETWEEN = st.sampled_from([" ", "\t", "\n", "  ", "\r\n", ","])
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.tuples(WORDS, BETWEEN), max_size=24).map(lambda parts: "".join(map("".join, parts))),
)


@pytest.mark.parametrize("name", READS)
@settings(
    max_examples=CASES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=TEXTS)
def test_a_text_is_read_or_refused(tmp_path: Path, name: str, text: str) -> None:
    file, read = READS[name]
    path = tmp_path / file
    path.write_text(text, encoding="utf-8", newline="")
    with contextlib.suppress(LpdError):
        read(path)
