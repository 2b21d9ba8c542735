import pytest

from lpd.editions import Edition
from lpd.errors import FormatError
from lpd.judging import Need, edition_needs, query_need
from lpd.judging.needs import check_need
from lpd.trec import Topic


def test_topics_of_an_edition() -> None:
    edition = Edition(
        "tv21", "v3c1", None, (Topic("1661", "a hang glider"), Topic("1662", "a dog")), (), None
    )
    assert edition_needs(edition) == {
        "1661": Need("v3c1", "1661", "tv21"),
        "1662": Need("v3c1", "1662", "tv21"),
    }


def test_blanks_and_codings_make_no_other_need() -> None:
    assert query_need("c", " a  caf\u0065\u0301\n") == query_need("c", "a caf\u00e9") == Need("c", "a café")
    assert query_need("c", "A café") != query_need("c", "a café")
    assert query_need("c", "a café") != query_need("d", "a café")
    assert query_need("c", "1661") != Need("c", "1661", "tv21")


@pytest.mark.parametrize(
    "need",
    [
        Need("", "a dog"),
        Need("c", ""),
        Need("c", " a dog"),
        Need("c", "1661", ""),
        Need("c", "", "tv21"),
        Need("c", "\ud800"),
        Need("c", "x" * 10_001),
        Need("c", "x" * 1_001, "tv21"),
    ],
    ids=["collection", "query", "blanks", "edition", "topic", "surrogate", "long query", "long topic"],
)
def test_needs_that_cannot_be_kept(need: Need) -> None:
    with pytest.raises(FormatError):
        check_need(need)


def test_a_blank_query_is_no_need() -> None:
    with pytest.raises(FormatError, match="query is blank"):
        query_need("c", " \n")
