"""What an export was made from: its words, and names that cannot leave a comment."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpd import __version__
from lpd.errors import NotFoundError
from lpd.exports import Digested, Provenance, digested_models, one_line
from lpd.workspace import open_workspace

FULL = Provenance(
    workspace="v3c1",
    source="generated world 0a9024",
    collection="inland",
    subset="test",
    video="00001",
    models=(Digested("lpd", "4d28"), Digested("laff", "77aa")),
    runs=(Digested("sea", "1234"),),
    edition="tv21",
    qrels=Digested("tv21/nist", "91ab"),
    measure="infAP",
    query="a dog",
    depth=1000,
    weights=(("text:bow", 0.25), ("video:colour", 0.75)),
    post_processing=("mmr, trade-off .5",),
    exactness="approximate (8-bit codes, recall .9998)",
    version="1.2.3",
    made_at="2026-01-02T03:04:05Z",
)

COMMENT = """\
# lpd: 1.2.3
# made at: 2026-01-02T03:04:05Z
# workspace: v3c1
# data: generated world 0a9024
# collection: inland
# subset: test
# video: 00001
# model: lpd (4d28), laff (77aa)
# run: sea (1234)
# edition: tv21
# qrels: tv21/nist (91ab)
# measure: infAP
# query: a dog
# depth: 1000
# weights: text:bow 0.25, video:colour 0.75
# post-processing: mmr, trade-off .5
# exactness: approximate (8-bit codes, recall .9998)
"""


def test_the_comment_is_this_text() -> None:
    assert FULL.comment("#") == COMMENT
    assert FULL.comment("%") == COMMENT.replace("# ", "% ")


def test_what_does_not_apply_is_left_out() -> None:
    short = Provenance("demo", made_at="2026-01-02T03:04:05Z", weights=(("a", 0.5), ("b", 0.5)))
    assert short.sentence == (
        f"lpd: {__version__}; made at: 2026-01-02T03:04:05Z; workspace: demo; weights: equal"
    )


def test_the_dictionary_goes_through_json_whole() -> None:
    document = FULL.as_dict()
    assert json.loads(json.dumps(document)) == document
    assert document["models"] == [{"name": "lpd", "digest": "4d28"}, {"name": "laff", "digest": "77aa"}]
    assert document["qrels"] == {"name": "tv21/nist", "digest": "91ab"}
    assert document["weights"] == {"text:bow": 0.25, "video:colour": 0.75}
    assert set(document) == set(Provenance.__dataclass_fields__)
    assert Provenance("a").as_dict()["qrels"] is None


def test_the_time_is_that_of_the_export_in_utc() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", Provenance("a").made_at)


@pytest.mark.parametrize(
    "hostile",
    ["a\nb", "a\r\nb", "a\x0bb", "a\x0cb", "a\x1cb", "a\x85b", "a\u2028b", "a\u2029b", "a\u202eb", "a\x00b"],
)
def test_a_name_stays_on_its_line(hostile: str) -> None:
    comment = Provenance(hostile, query=hostile, models=(Digested(hostile, hostile),)).comment("#")
    lines = comment.splitlines()
    assert all(line.startswith("# ") for line in lines)
    assert len(lines) == 5
    assert hostile not in comment


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    shown = one_line(text)
    assert len(shown) == len(text)
    assert shown.isprintable()
    assert len(shown.splitlines()) <= 1


def test_models_are_told_by_the_digest_of_their_weights(demo_workspace: Path) -> None:
    workspace = open_workspace(demo_workspace)
    [told] = digested_models(workspace, ["lpd"])
    assert told == ("lpd", workspace.model_card("lpd").config["weights_digest"])
    with pytest.raises(NotFoundError, match="'nothing'"):
        digested_models(workspace, ["nothing"])
