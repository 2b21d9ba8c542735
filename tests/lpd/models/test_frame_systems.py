"""What holds for CLIP4Clip, TeachCLIP, TS2-Net and X-CLIP alike: padding, learning, teaching, costs."""

import pytest
import torch

from lpd.losses import infonce
from lpd.models import build_model, logit_multiplier, unpack_frames
from tests.lpd.models.frame_cases import CANCELS, FRAMES, SYSTEMS, inputs, packed


@pytest.mark.parametrize("name", SYSTEMS)
def test_padding_has_no_influence(name):
    config, text, video = inputs(name)
    model = build_model(config).eval()
    before = model(text, video)
    assert before.shape == (1, 4, 6)
    assert torch.isfinite(before).all()
    assert before.abs().max() <= 1 + 1e-6
    frames, mask = unpack_frames(video[FRAMES], 3)
    other = packed(frames.where(mask.unsqueeze(-1), 7.0), mask)
    torch.testing.assert_close(model(text, {FRAMES: other}), before, rtol=0, atol=1e-6)
    if name == "xclip":
        model.words.data[0] = 5.0
        torch.testing.assert_close(model(text, video), before, rtol=0, atol=1e-6)
    parts = [
        model({key: rows[:3] for key, rows in text.items()}, {FRAMES: other[shot : shot + 1]})
        for shot in range(6)
    ]
    torch.testing.assert_close(torch.cat(parts, dim=-1), before[:, :3], rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_shot_without_frames_and_an_empty_text_are_like_nothing(name):
    config, text, video = inputs(name)
    video[FRAMES][0] = 0.0
    for rows in text.values():
        rows[0] = 0.0
    model = build_model(config)
    similarities = model(text, video)
    assert torch.equal(similarities[0, :, 0], torch.zeros(4))
    assert torch.equal(similarities[0, 0], torch.zeros(6))
    infonce(similarities[:, :, :4], logit_multiplier(model.logit_scale)).sum().backward()
    for parameter in model.parameters():
        assert parameter.grad is None or torch.isfinite(parameter.grad).all()


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_weight_learns(name):
    config, text, video = inputs(name, shots=4, width=6)
    config = config | {"video_features": {FRAMES: 3 * 7}}
    model = build_model(config)
    similarities = model(text, video)
    loss = infonce(similarities, logit_multiplier(model.logit_scale)).sum()
    loss.backward()
    for parameter_name, parameter in model.named_parameters():
        assert parameter.grad is not None, parameter_name
        assert torch.isfinite(parameter.grad).all(), parameter_name
        if parameter_name != CANCELS:
            assert parameter.grad.abs().max() > 0, parameter_name


@pytest.mark.parametrize("name", SYSTEMS)
def test_weights_depend_on_the_seed_alone(name):
    config, text, video = inputs(name, width=6)
    config = config | {"video_features": {FRAMES: 3 * 7}}
    torch.manual_seed(1)
    first = build_model(config, seed=3)
    state = torch.get_rng_state()
    torch.manual_seed(2)
    again, other = build_model(config, seed=3), build_model(config, seed=4)
    torch.manual_seed(1)
    assert torch.equal(torch.get_rng_state(), state), "the global generator was used"
    assert torch.equal(first(text, video), again(text, video))
    assert not torch.equal(first(text, video), other(text, video))
    assert build_model(first.to_config()).to_config() == first.to_config()
    torch.nn.init.ones_(first.logit_scale)
    first.reset(torch.Generator().manual_seed(3))
    assert all(torch.equal(one, two) for one, two in zip(first.parameters(), again.parameters(), strict=True))


def test_the_index_keeps_unit_vectors():
    for name in ("clip4clip-mean", "clip4clip-transformer", "teachclip"):
        config, text, video = inputs(name)
        model = build_model(config).eval()
        ends = model.embed_text(text, unit=True), model.embed_video(video, unit=True)
        assert [tuple(end.shape) for end in ends] == [(1, 4, 8), (1, 6, 8)]
        for end in ends:
            torch.testing.assert_close(end.norm(dim=-1), torch.ones(end.shape[:2]))
        torch.testing.assert_close(ends[0] @ ends[1].transpose(1, 2), model(text, video))


def test_rerankers_have_no_ends():
    for name in ("ts2net", "xclip"):
        config, text, video = inputs(name)
        model = build_model(config)
        assert not model.bi_encoder
        assert len(model.spaces) == 1
        with pytest.raises(NotImplementedError):
            model.embed_text(text)
        with pytest.raises(NotImplementedError):
            model.embed_video(video)


@pytest.mark.parametrize("name", ["ts2net", "xclip"])
def test_blocks_of_texts_do_not_change_the_similarities(name, monkeypatch):
    config, text, video = inputs(name)
    model = build_model(config).eval()
    whole = model(text, video)
    prepared = model.prepare_video(video)
    assert all(len(part) == 6 for part in prepared)
    later = model.match(text, tuple(part[2:] for part in prepared))
    torch.testing.assert_close(later, whole[:, :, 2:], rtol=0, atol=1e-6)
    monkeypatch.setattr(f"lpd.models.{name}.VALUES_AT_ONCE", 1)
    torch.testing.assert_close(model(text, video), whole, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["ts2net", "ts2net-transformer", "xclip"])
def test_a_teacher_says_logits_and_how_frames_fit(name):
    config, text, video = inputs(name, shots=4)
    model = build_model(config)
    lesson = model.teach(text, video)
    torch.testing.assert_close(lesson.logits, 100 * model(text, video)[0], rtol=1e-5, atol=1e-4)
    assert not lesson.logits.requires_grad
    _, mask = unpack_frames(video[FRAMES], 3)
    assert torch.equal(lesson.frames > 0, mask)
    torch.testing.assert_close(lesson.frames.sum(dim=1), torch.ones(4))
    if name != "ts2net-transformer":
        frames, _ = unpack_frames(video[FRAMES], 3)
        fits = torch.cosine_similarity(text["clip"][2:3], frames[2])
        torch.testing.assert_close(lesson.frames[2], fits.softmax(dim=0))


def test_costs_counted_by_hand():
    frames, width = 12, 512
    sizes = {
        "text_features": {"clip": 512},
        "video_features": {"frames:clip": 12 * 513},
        "frames": frames,
        "width": width,
    }
    mean = build_model({"system": "clip4clip", **sizes}, seed=None).multiply_adds()
    assert mean == {"projections": 0, "transformer": 0, "pooling": 12_288, "cosines": 1_536}
    # a block, for each frame: queries, keys, values, output 4 x 512², network 8 x 512², looking 2 x 12 x 512
    block = 12 * (12 * 512 * 512 + 2 * 12 * 512)
    teach = build_model({"system": "teachclip", "layers": 2, **sizes}, seed=None).multiply_adds()
    assert teach["transformer"] == 2 * block
    assert teach["frame_weights"] == 12 * (512 * 512 + 512)
    assert sum(build_model({"system": "ts2net", **sizes}, seed=None).multiply_adds().values()) == (
        512 + 12 * 512 + 12 * 512 + 12 + 12
    )
    other = {**sizes, "text_features": {"clip": 256}, "video_features": {"frames:clip": 12 * 769}}
    assert build_model({"system": "ts2net", **other}, seed=None).multiply_adds()["projections"] == (
        512 * 256 + 12 * 768 * 512
    )
