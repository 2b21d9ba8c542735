"""CLIP4Clip, TeachCLIP, TS2-Net and X-CLIP: the official numbers, padding, gradients, teaching, costs."""

import math

import numpy as np
import pytest
import torch

from lpd.errors import FormatError, MismatchError
from lpd.losses import frame_cross_entropy, infonce, pearson_distance
from lpd.models import BatchExtras, Lesson, build_model, count_parameters, logit_multiplier, unpack_frames
from lpd.models.frame_sequence import TemporalTransformer

FRAMES = "frames:clip@3"
OFFICIAL_FRAMES = "frames:clip@5"
SIZES = {"text_features": {"clip": 8}, "video_features": {FRAMES: 3 * 9}, "frames": 3, "width": 8}
SYSTEMS = {
    "clip4clip-mean": {"system": "clip4clip"},
    "clip4clip-transformer": {"system": "clip4clip", "pooling": "transformer", "layers": 2, "heads": 2},
    "teachclip": {"system": "teachclip", "layers": 1, "heads": 4},
    "ts2net": {"system": "ts2net"},
    "ts2net-transformer": {"system": "ts2net", "transformer": True, "layers": 1, "heads": 2},
    "xclip": {
        "system": "xclip",
        "text_features": {"clip": 8, "tokens": 5},
        "vocabulary": 11,
        "layers": 1,
        "heads": 2,
    },
}
CANCELS = "weights.out.bias"
"""In the softmax over frames."""
BLOCK = "transformerClip.resblocks.0"
OFFICIAL = {
    "frameLinear": "weights.hidden",
    "frameLinear2": "weights.out",
    f"{BLOCK}.attn.in_proj_": "transformer.blocks.0.attention_in.",
    f"{BLOCK}.attn.out_proj": "transformer.blocks.0.attention_out",
    f"{BLOCK}.ln_1": "transformer.blocks.0.attention_norm",
    f"{BLOCK}.ln_2": "transformer.blocks.0.network_norm",
    f"{BLOCK}.mlp.c_fc": "transformer.blocks.0.network_in",
    f"{BLOCK}.mlp.c_proj": "transformer.blocks.0.network_out",
    "frame_position_embeddings.weight": "transformer.positions",
    "clip.logit_scale": "logit_scale",
    "global_mat_weight": "matching.global_matrix",
    "local_mat_weight": "matching.local_matrix",
    "word_logit_weight": "matching.word_shot",
    "frame_logit_weight": "matching.sentence_frame",
    "word_mat_weight": "matching.words_of_frame",
    "frame_mat_weight": "matching.frames_of_word",
    "word_mat_weight2": "matching.words_of_shot",
    "frame_mat_weight2": "matching.frames_of_sentence",
}


def packed(frames, mask):
    """Returns the feature rows of frames (N, F, d) and their mask (N, F)."""
    return torch.cat([frames, mask.to(frames).unsqueeze(-1)], dim=-1).flatten(1)


def inputs(name, *, texts=4, shots=6, seed=0, width=8):
    """Returns the settings of a small system, texts and shots; shot i has 1 + i % 3 of three frames."""
    generator = torch.Generator().manual_seed(seed)
    frames = torch.randn(shots, 3, width, generator=generator)
    mask = torch.arange(3) <= torch.arange(shots)[:, None] % 3
    text = {"clip": torch.randn(texts, 8, generator=generator)}
    if name == "xclip":
        tokens = torch.randint(3, 11, (texts, 5), generator=generator)
        lengths = 2 + torch.arange(texts)[:, None] % 4
        text["tokens"] = tokens.where(torch.arange(5) < lengths, 0).float()
    return SIZES | SYSTEMS[name], text, {FRAMES: packed(frames * mask.unsqueeze(-1), mask)}


@pytest.fixture
def oracle(oracles):
    arrays = np.load(oracles / "frame_heads.npz")
    return {name: torch.from_numpy(np.asarray(arrays[name])) for name in arrays.files}


def official_model(oracle, case, settings, *, words=None):
    """Returns the model of a case of the oracle with its official weights, in eval mode."""
    config = {
        "text_features": {"clip": 64},
        "video_features": {OFFICIAL_FRAMES: 5 * 65},
        "frames": 5,
        "width": 64,
    }
    model = build_model(config | settings)
    state = model.state_dict()
    left = set(state) - {"logit_scale", "words"}
    for name, value in oracle.items():
        if name.startswith(f"{case}::sd::"):
            name = name.removeprefix(f"{case}::sd::")
            stem = next(stem for stem in sorted(OFFICIAL, key=len, reverse=True) if name.startswith(stem))
            own = OFFICIAL[stem] + name.removeprefix(stem)
            if own in state:
                left.discard(own)
                state[own] = value[:5] if own.endswith("positions") else value
    assert not left, "weights that the oracle does not fill"
    if words is not None:
        state["words"][4:] = words.flatten(0, 1)
    model.load_state_dict(state)
    return model.eval()


def agree(similarities, logits):
    np.testing.assert_allclose(similarities.detach(), logits / 100, rtol=0, atol=2e-6)


@pytest.mark.parametrize("pooling", ["mean", "transformer"])
def test_clip4clip_gives_the_official_similarities(oracle, pooling):
    layers = {"pooling": pooling, "layers": 1, "heads": 1}
    model = official_model(oracle, "clip4clip_seq", {"system": "clip4clip", **layers})
    found = model(
        {"clip": oracle["sentence"]}, {OFFICIAL_FRAMES: packed(oracle["frames"], oracle["frame_mask"])}
    )
    case = "clip4clip_mean" if pooling == "mean" else "clip4clip_seq"
    agree(found[0], oracle[f"{case}::logits"])


def test_teachclip_gives_the_official_similarities_and_weights(oracle):
    settings = {"system": "teachclip", "layers": 1, "heads": 1, "mask_frames": False}
    model = official_model(oracle, "clip4clip_seq", settings)
    video = {OFFICIAL_FRAMES: packed(oracle["frames"], oracle["frame_mask"])}
    agree(model({"clip": oracle["sentence"]}, video)[0], oracle["teachclip::logits"])
    weights = model.frame_weights(video).detach().exp()
    np.testing.assert_allclose(weights, oracle["teachclip::frame_weights"], rtol=0, atol=2e-6)
    masked = official_model(oracle, "clip4clip_seq", settings | {"mask_frames": True})
    whole = oracle["frame_mask"].all(dim=1)
    assert whole.tolist() == [True, False, False, False]
    found = masked({"clip": oracle["sentence"]}, video)[0]
    agree(found[:, whole], oracle["teachclip::logits"][:, whole])
    # the padding of the third shot happens to weigh next to nothing
    assert (found - oracle["teachclip::logits"] / 100)[:, [1, 3]].abs().min() > 0.1


@pytest.mark.parametrize("case", ["ts2net_frame_softmax", "ts2net_frame_similarity"])
def test_ts2net_gives_the_official_similarities(oracle, case):
    model = official_model(oracle, case, {"system": "ts2net"})
    found = model(
        {"clip": oracle["sentence"]}, {OFFICIAL_FRAMES: packed(oracle["frames"], oracle["frame_mask"])}
    )
    agree(found[0], oracle[f"{case}::logits"])


def test_xclip_gives_the_official_similarities(oracle):
    settings = {
        "system": "xclip",
        "text_features": {"clip": 64, "tokens": 4},
        "vocabulary": 16,
        "layers": 1,
        "heads": 1,
    }
    model = official_model(oracle, "xclip", settings, words=oracle["words"])
    text = {"clip": oracle["sentence"], "tokens": torch.arange(4.0, 16.0).reshape(3, 4)}
    found = model(text, {OFFICIAL_FRAMES: packed(oracle["xclip::frames"], torch.ones(4, 5))})
    agree(found[0], oracle["xclip::logits"])


def test_rows_hold_frames_and_their_mask():
    frames, mask = torch.randn(2, 3, 4), torch.tensor([[True, True, False], [True, False, False]])
    found, there = unpack_frames(packed(frames, mask), 3)
    assert torch.equal(found, frames)
    assert torch.equal(there, mask)
    for rows in (torch.zeros(2, 16), torch.zeros(2, 3), torch.zeros(15)):
        with pytest.raises(MismatchError, match="rows of frames"):
            unpack_frames(rows, 3)


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


def test_without_the_mask_padding_counts_in_teachclip():
    config, text, video = inputs("teachclip")
    models = [build_model(config | {"mask_frames": switch}).eval() for switch in (True, False)]
    masked, official = (model(text, video)[0] for model in models)
    whole = torch.arange(6) % 3 == 2
    torch.testing.assert_close(masked[:, whole], official[:, whole], rtol=0, atol=1e-6)
    assert (masked - official)[:, ~whole].abs().min() > 1e-4
    assert torch.isfinite(official).all()


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


def test_the_mean_of_clip_frames_has_nothing_to_learn_but_the_scale():
    model = build_model(inputs("clip4clip-mean")[0])
    assert [name for name, _ in model.named_parameters()] == ["logit_scale"]
    assert model.logit_scale.item() == pytest.approx(math.log(100))
    assert count_parameters(build_model(model.to_config() | {"width": 4})) == 1 + 2 * 4 * 8


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


def test_a_student_learns_from_all_its_teachers():
    config, text, video = inputs("teachclip", shots=4)
    student = build_model(config)
    ends = student.embed_text(text), student.embed_video(video)
    assert student.auxiliary_loss(text, video, ends, BatchExtras()) is None
    lesson = build_model(inputs("ts2net")[0]).teach(text, video)
    other = Lesson(torch.randn(4, 4, generator=torch.Generator().manual_seed(1)), None)
    logits, weights = 100 * student(text, video)[0], student.frame_weights(video)
    for reduction, count in (("mean", 1), ("sum", 4)):
        extras = BatchExtras(lessons=(lesson, other), reduction=reduction)
        ranking = [pearson_distance(logits, one.logits, reduction=reduction) for one in (lesson, other)]
        fine = frame_cross_entropy(weights, lesson.frames)
        expected = sum(ranking) / 2 + 2 * fine * count
        torch.testing.assert_close(student.auxiliary_loss(text, video, ends, extras), expected)
    student.auxiliary_loss(text, video, ends, extras).backward()
    for name, parameter in student.named_parameters():
        assert torch.isfinite(parameter.grad).all(), name
        if name != CANCELS:
            assert parameter.grad.abs().max() > 0, name


def test_a_student_comes_closer_to_its_teacher():
    config, text, video = inputs("teachclip", texts=12, shots=12, seed=2)
    student = build_model(config | {"heads": 1}, seed=1)
    extras = BatchExtras(lessons=(build_model(inputs("ts2net")[0]).teach(text, video),))
    optimiser = torch.optim.Adam(student.parameters(), lr=3e-3)
    history = []
    for _ in range(60):
        ends = student.embed_text(text), student.embed_video(video)
        loss = student.auxiliary_loss(text, video, ends, extras)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        history.append(loss.item())
    assert history[-1] < 0.8 * history[0]


def test_the_scale_stops_at_100_and_can_come_down_again():
    for value, expected in ((3.0, math.exp(3)), (math.log(100), 100.0), (6.0, 100.0)):
        scale = torch.nn.Parameter(torch.tensor(value))
        found = logit_multiplier(scale)
        found.backward()
        assert found.item() == pytest.approx(expected, rel=1e-6)
        assert scale.grad.item() == pytest.approx(expected, rel=1e-6)


def test_normalisation_is_fitted_on_the_frames_that_are_there():
    config, text, video = inputs("clip4clip-mean")
    model = build_model(config | {"normalisation": {f"video:{FRAMES}": "zscore", "text:clip": "l2"}})
    model.fit_normalisation(text, video)
    frames, mask = unpack_frames(video[FRAMES], 3)
    there = frames[mask]
    torch.testing.assert_close(model.inputs.frame_input.mean, there.mean(dim=0))
    torch.testing.assert_close(model.inputs.frame_input.std, there.std(dim=0, correction=0))
    plain = build_model(config)
    plain.fit_normalisation(text, video)
    assert not [name for name, _ in plain.named_buffers()]


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


def test_costs_of_xclip_counted_by_hand():
    model = build_model(inputs("xclip")[0])
    parts = model.multiply_adds()
    # width 8, 3 frames, 5 words; attention over k similarities: a k x k product and a weighted sum
    assert parts == {
        "projections": 0,
        "transformer": 3 * (12 * 64 + 2 * 3 * 8),
        "pooling": 48,
        "lengths": (1 + 1 + 3 + 5) * 8,
        "sentence_shot": 8 * 8 + 8,
        "word_shot": 5 * 8 + (25 + 5),
        "sentence_frame": 3 * 8 + (9 + 3),
        "word_frame": 5 * 64 + 15 * 8 + 3 * (25 + 5) + (9 + 3) + 5 * (9 + 3) + (25 + 5),
    }


def test_transformer_in_half_precision_stays_finite():
    transformer = TemporalTransformer(8, 3, layers=2, heads=2)
    transformer.reset(torch.Generator().manual_seed(0))
    mask = torch.tensor([[True, True, False], [False, False, False]])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.isfinite(transformer(torch.randn(2, 3, 8), mask)).all()


def test_matching_is_done_in_single_precision_under_autocast():
    config, text, video = inputs("xclip")
    model = build_model(config).eval()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = model(text, video)
    assert found.dtype == torch.float32
    assert (found - model(text, video)).abs().max() < 0.05


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text_features": {"clip": 8, "bow": 5}}, "one sentence vector"),
        ({"text_features": {"tokens": 8}}, "one sentence vector"),
        ({"video_features": {"clip": 27}}, "frames:<name>"),
        ({"video_features": {"frames:a": 27, "frames:b": 27}}, "frames:<name>"),
        ({"video_features": {FRAMES: 28}}, "3 frames x"),
        ({"video_features": {FRAMES: 3}}, "3 frames x"),
        ({"video_features": {"frames:clip": 27}}, "expected 12; found 3"),
        ({"video_features": {"frames:clip@6": 54}}, "expected 6; found 3"),
        ({"frames": 0}, "frames"),
        ({"width": True}, "width"),
        ({"pooling": "max"}, "pooling"),
        ({"pooling": "transformer", "heads": 3}, "3 heads"),
        ({"pooling": "transformer", "layers": 0}, "layers"),
        ({"normalisation": {"text:clip": "max"}}, "normalisation"),
        ({"normalisation": 3}, "normalisation"),
    ],
)
def test_impossible_settings(change, message):
    with pytest.raises(FormatError, match=message):
        build_model(SIZES | {"system": "clip4clip"} | change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text_features": {"clip": 8}}, "tokens"),
        ({"text_features": {"tokens": 5}}, "tokens"),
        ({"vocabulary": 0}, "vocabulary"),
        ({"normalisation": {"text:tokens": "zscore"}}, "token ids"),
    ],
)
def test_impossible_settings_of_xclip(change, message):
    with pytest.raises(FormatError, match=message):
        build_model(inputs("xclip")[0] | change)


def test_token_ids_outside_of_the_vocabulary():
    config, text, video = inputs("xclip")
    text["tokens"][1, 1] = 11
    with pytest.raises(MismatchError, match="vocabulary"):
        build_model(config)(text, video)
