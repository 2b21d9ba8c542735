import pytest
import torch

from lpd.models import build_model
from lpd.models.factors import video_factors

SMALL = {
    "system": "lpd",
    "text_features": {"bow": 4, "w2v": 3},
    "video_features": {"colour": 5, "shape": 2, "motion": 3},
    "width": 6,
}


def small(**changes):
    return build_model(SMALL | changes, seed=3).eval()


def shots(model, *, count=7, dtype=torch.float32):
    draw = torch.Generator().manual_seed(1)
    return {
        name: torch.randn(count, size, generator=draw).to(dtype)
        for name, size in model.video_features.items()
    }


def composed(factors):
    """Returns the end of every space, (S, N, D), one loop per space, shot and component."""
    mixture, ends = 0, []
    for source in factors.sources:
        if source is not None:
            ends.append(factors.components[source])
            continue
        rows = []
        for shot in range(factors.components.shape[1]):
            total = torch.zeros_like(factors.components[0, 0])
            for component, vectors in enumerate(factors.components):
                total = total + factors.mixing[mixture, shot, component] * vectors[shot]
            rows.append(total)
        ends.append(torch.stack(rows))
        mixture += 1
    return torch.stack(ends)


@pytest.mark.parametrize(("dtype", "rounding"), [(torch.float32, 5e-7), (torch.float64, 1e-15)], ids=str)
@pytest.mark.parametrize("fusion", ["per_space", "shared"])
def test_composed_they_are_the_video_ends(fusion, dtype, rounding):
    model = small(fusion=fusion).to(dtype)
    video = shots(model, dtype=dtype)
    with torch.no_grad():
        factors = model.video_factors(video)
        ends = model.embed_video(video, unit=True)
    assert factors.components.dtype == factors.mixing.dtype == dtype
    assert factors.components.shape == (3, 7, 6)
    assert factors.mixing.shape == (2, 7, 3)
    assert factors.sources == (None, None, 0, 1, 2)
    torch.testing.assert_close(composed(factors), ends, atol=rounding, rtol=0)


def test_zero_stays_zero():
    """One embedding of a shot is zero, then all are, then two cancel each other."""
    components = torch.tensor([[[3.0, 4.0], [0, 0], [1, 0]], [[0.0, 0.0], [0, 0], [-1, 0]]])
    attention = torch.full((1, 3, 2), 0.5)
    factors = video_factors(components, attention, sources=(None, 0, 1))
    assert factors.components[:, 0].tolist() == [[0.6000000238418579, 0.800000011920929], [0, 0]]
    assert factors.mixing[0].tolist() == [[1, 0], [0, 0], [0, 0]]
    assert torch.isfinite(composed(factors)).all()
    assert composed(factors)[0].tolist() == [[0.6000000238418579, 0.800000011920929], [0, 0], [0, 0]]


def test_half_precision_is_widened():
    components = torch.tensor([[[3.0, 4.0]]], dtype=torch.float16)
    factors = video_factors(components, torch.ones(1, 1, 1, dtype=torch.float16), sources=(None,))
    assert factors.components.dtype == factors.mixing.dtype == torch.float32
    torch.testing.assert_close(composed(factors)[0], torch.tensor([[0.6, 0.8]]))


def test_no_shots():
    model = small()
    factors = model.video_factors({name: rows[:0] for name, rows in shots(model).items()})
    assert factors.components.shape == (3, 0, 6)
    assert factors.mixing.shape == (2, 0, 3)


def test_most_systems_have_no_such_structure():
    model = build_model(SMALL | {"system": "laff"}, seed=0).eval()
    assert model.video_factors(shots(model)) is None
