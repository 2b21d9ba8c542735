"""A page while its index is read into memory, and what it says of the lists of a compressed one."""

import threading
import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app.state import ALL_SHOTS
from app.views.warming import warming_words
from app.warming import WarmState
from lpd.errors import FormatError
from lpd.progress import Progress, no_progress
from lpd.search import ExactIndex
from lpd.workspace import open_workspace


class Gate:
    """Holds every index that is read at 42 of 100, until it is opened or told to fail."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.problem: Exception | None = None
        self.readings = 0

    def pass_through(self, progress: Progress) -> None:
        self.readings += 1
        progress("reading the index", 42, 100)
        assert self.opened.wait(60)
        if self.problem is not None:
            raise self.problem


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch):
    gate, read = Gate(), ExactIndex.warm_up

    def held(self: ExactIndex, progress: Progress = no_progress) -> None:
        gate.pass_through(progress)
        read(self, progress)

    monkeypatch.setattr(ExactIndex, "warm_up", held)
    yield gate
    gate.opened.set()


def progress_of(page: AppTest) -> list[str]:
    assert not page.exception
    return [element.proto.text for element in page.get("progress")]


def run_until(page: AppTest, holds: Callable[[AppTest], object]) -> None:
    """Runs a page as its timer would, until something holds of it."""
    end = time.monotonic() + 30
    while not holds(page) and time.monotonic() < end:
        time.sleep(0.05)
        page.run()
    assert holds(page)


@pytest.mark.parametrize(
    ("name", "address", "shown"),
    [
        ("", {"q": "a dog"}, "lpd_shot_grid"),
        ("topics", {}, "lpd_topic_table"),
        ("diversity", {"models": "lpd", "pair_a": "text:bow", "pair_b": "video:colour"}, "lpd_shot_grid"),
    ],
    ids=["search", "topics", "diversity"],
)
def test_every_session_watches_one_reading_and_goes_on(
    gate: Gate, open_view, changed_demo, component_data, name, address, shown
) -> None:
    pages = [open_view(changed_demo, name, **address) for _ in range(2)]
    for page in pages:
        (words,) = progress_of(page)
        assert words.startswith("The index of lpd over inland is read into memory")
        assert r"42\%" in words
        assert component_data(page, shown) == []
    assert gate.readings == 1
    gate.opened.set()
    for page in pages:
        run_until(page, lambda page: component_data(page, shown))
        assert progress_of(page) == []
    assert gate.readings == 1


def test_a_failed_reading_is_told_and_can_be_tried_again(
    gate: Gate, open_view, changed_demo, component_data
) -> None:
    gate.problem = FormatError("another checksum", where="codes_00.npy", next_step="lpd index")
    gate.opened.set()
    page = open_view(changed_demo, q="a dog")
    run_until(page, lambda page: page.error)
    assert not page.exception
    assert "codes\\_00\\.npy\\: another checksum" in page.error[0].value
    assert component_data(page, "lpd_shot_grid") == []
    gate.problem = None
    next(button for button in page.button if button.label == "Try again").click().run()
    run_until(page, lambda page: component_data(page, "lpd_shot_grid"))
    assert not page.error


def test_a_small_index_is_read_without_a_word(open_view, changed_demo, component_data) -> None:
    page = open_view(changed_demo, q="a dog")
    assert progress_of(page) == []
    assert len(component_data(page, "lpd_shot_grid")) == 1


def test_words_of_the_reading() -> None:
    words = warming_words(WarmState("running", "comparing checksums", 0.5, 3.2), "lpd", "v3c2")
    assert words == (
        "The index of lpd over v3c2 is read into memory: comparing checksums 50% · about 3.2 s more"
    )
    assert warming_words(WarmState("running", "opening"), "lpd", "v3c2").endswith("opening 0%")


def test_lists_of_codes_say_so_on_every_page(open_view, quantised_demo, component_data, texts) -> None:
    words = r"approximate (8-bit codes, recall 1.0000 over 3 queries)"
    page = open_view(quantised_demo, q="a dog")
    assert len(component_data(page, "lpd_shot_grid")) == 1
    assert words in texts(page)
    pair = {"models": "lpd", "pair_model": "lpd", "pair_a": "text:bow", "pair_b": "video:colour"}
    page = open_view(quantised_demo, "diversity", **pair)
    assert texts(page).count(words) == 3, "under the heatmap, the worth of the spaces, and the two lists"
    page = open_view(quantised_demo, "topics")
    assert words in texts(page)


def test_lists_over_few_shots_say_that_they_are_exact(
    open_view, quantised_demo, component_data, texts
) -> None:
    """An edition that searches twelve shots of an index of 8-bit codes, and a query that looks into them.

    A query that is no judged topic has no worth of its spaces, so one place less says what its lists are.
    """
    folder = quantised_demo / "collections" / "inland" / "subsets"
    folder.mkdir()
    ids = open_workspace(quantised_demo).collection("inland").shot_ids[:12]
    (folder / "dozen.txt").write_text("".join(f"{shot}\n" for shot in ids))
    edition = quantised_demo / "editions" / "avs-inland" / "edition.toml"
    text = edition.read_text()
    edition.unlink()  # a link
    edition.write_text(f'{text}subset = "dozen"\n')
    pair = {"models": "lpd", "pair_model": "lpd", "pair_a": "text:bow", "pair_b": "video:colour"}
    pages = [
        open_view(quantised_demo, q="a dog"),
        open_view(quantised_demo, "diversity", **pair),
        open_view(quantised_demo, "diversity", over="one query", q="a dog", **pair),
        open_view(quantised_demo, "topics"),
    ]
    for page, places in zip(pages, (1, 3, 2, 1), strict=True):
        assert not page.exception
        assert texts(page).count("exact (half precision)") == places
        assert "approximate" not in texts(page)
    everything = open_view(quantised_demo, q="a dog", subset=ALL_SHOTS)
    assert "approximate (8-bit codes" in texts(everything)
