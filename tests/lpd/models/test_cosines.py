import pytest
import torch

from lpd.models import cosine_similarities


def vectors(*shape, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_()


def plain(text, video):
    """The formula, left to autograd."""
    products = text @ video.transpose(-1, -2)
    return products / text.norm(dim=-1).unsqueeze(-1) / video.norm(dim=-1).unsqueeze(-2)


@pytest.mark.parametrize("spaces", [(), (1,), (3,)])
@pytest.mark.parametrize(("texts", "shots"), [(1, 1), (2, 7), (7, 2)])
def test_the_gradient_written_out_is_that_of_the_formula(spaces, texts, shots):
    text, video = vectors(*spaces, texts, 5, seed=0), vectors(*spaces, shots, 5, seed=1)
    found, expected = cosine_similarities(text, video), plain(text, video)
    torch.testing.assert_close(found, expected, atol=1e-14, rtol=0)
    arriving = vectors(*found.shape, seed=2).detach()
    for ours, theirs in zip(
        torch.autograd.grad(found, (text, video), arriving),
        torch.autograd.grad(expected, (text, video), arriving),
        strict=True,
    ):
        torch.testing.assert_close(ours, theirs, atol=1e-13, rtol=0)
    assert torch.autograd.gradcheck(cosine_similarities, (text, video))


def test_one_end_alone_may_learn():
    text, video = vectors(2, 3, 5, seed=0), vectors(2, 4, 5, seed=1)
    cosine_similarities(text.detach(), video).sum().backward()
    assert text.grad is None
    assert video.grad is not None
    cosine_similarities(text, video.detach()).sum().backward()
    assert text.grad is not None


def test_zero_vectors_are_like_nothing_and_get_no_gradient():
    text, video = torch.randn(3, 5, generator=torch.Generator().manual_seed(0)), torch.ones(2, 5)
    text[1] = 0
    text.requires_grad_()
    video[1] = 0
    video.requires_grad_()
    cosines = cosine_similarities(text, video)
    assert cosines[1].tolist() == [0, 0]
    assert cosines[:, 1].tolist() == [0, 0, 0]
    cosines.sum().backward()
    assert text.grad[1].tolist() == [0] * 5
    assert video.grad[1].tolist() == [0] * 5
    assert bool(text.grad[0].abs().sum() > 0)


@pytest.mark.parametrize("half", [torch.bfloat16, torch.float16])
def test_half_precision_is_widened(half):
    text, video = vectors(2, 3, 5, seed=0).detach().to(half), vectors(2, 4, 5, seed=1).detach().to(half)
    found = cosine_similarities(text, video)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, plain(text.float(), video.float()))
