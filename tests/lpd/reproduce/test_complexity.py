"""Table 6: counted, against sums written out by hand at the paper's dimensions."""

from collections.abc import Callable

import pytest

from lpd.reproduce.complexity import complexity_table, counted_model, paper_features
from lpd.reproduce.setup import Reproduction

TEXT, VIDEO = 256 + 512 + 768, 2048 + 512 + 768 + 2048 + 2048 + 256
TOTAL, D = TEXT + VIDEO, 512


@pytest.mark.parametrize(
    ("system", "settings", "parameters"),
    [
        ("lpd", {}, TOTAL * D + 9 * D + 9 * D + 9),
        ("laff", {}, TOTAL * D + 9 * D + 18 * (D + 1)),
        ("sea", {}, TEXT * D + 3 * D + 3 * (VIDEO + 1) * D),
        ("sea", {"share_video_fc": True}, TEXT * D + 3 * D + (VIDEO + 1) * D),
        ("txv", {"two_layer": False}, 6 * (TEXT + 3) * D + 3 * (VIDEO + 6) * D),
        ("txv", {}, 6 * (TEXT + 3) * D + (VIDEO + 6) * D + 18 * (D + 1) * D),
    ],
)
def test_parameters_by_hand(system: str, settings: dict[str, bool], parameters: int) -> None:
    counted, _ = counted_model(system, paper_features(), width=D, settings=settings)
    assert counted == parameters


def test_multiply_adds_of_lpd() -> None:
    """Transforms, attention logits, weighted sums, and cosines."""
    _, counted = counted_model("lpd", paper_features(), width=D, settings={})
    assert counted == 4_718_592 + 18_432 + 18_432 + 13_824


def test_both_widths_stand_beside_the_published_expressions(opened: Callable[..., Reproduction]) -> None:
    table = complexity_table(opened())
    found = {(row.group, row.label): row.cells for row in table.rows}
    groups = list(dict.fromkeys(row.group for row in table.rows))
    assert groups[1:] == [
        "the paper's features: D = 9,216, d = 512",
        "the paper's features: D = 9,216, d = 2,048",
    ]
    wide = found[groups[2], "LPD"]
    assert wide[1].mean == 18_892_800
    assert wide[2].published == "D × d + 9 × d"
    assert wide[4].published == 18.89
    assert wide[3].mean == pytest.approx(19.077, abs=5e-4)
    assert found[groups[1], "DualTask"][1].mean == (9216 + 11147) * 512
    assert all(cell.published is None for cell in found[groups[0], "LPD"])
    assert any("75.50" in note for note in table.notes)
