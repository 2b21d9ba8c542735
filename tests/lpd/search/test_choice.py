import pytest

from lpd.search.choice import choice_reason, index_kind


@pytest.mark.parametrize(
    ("shots", "widths", "kind"),
    [
        (0, [512] * 9, "exact"),
        (1_222, [256] * 9, "exact"),
        (29_127, [512] * 9, "exact"),
        (29_128, [512] * 9, "quantised"),
        (1_425_443, [512] * 9, "quantised"),
        (262_144, [512], "exact"),
        (262_145, [512], "quantised"),
        (2_000, [512, 65_536], "exact"),
        (2_500, [512, 65_536], "quantised"),
    ],
)
def test_up_to_512_mib_every_query_reads_everything(shots: int, widths: list[int], kind: str) -> None:
    assert index_kind(shots, widths) == kind
    assert choice_reason(shots, widths).startswith(f"{kind} for ")


def test_the_reason_holds_the_figures() -> None:
    assert choice_reason(1_222, [256] * 9) == "exact for at most 512 MiB of float32 (here 10.7 MiB)"
    assert choice_reason(1_425_443, [512] * 9) == (
        "quantised for more than 512 MiB of float32 (here 25,056.6 MiB)"
    )
