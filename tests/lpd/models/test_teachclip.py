"""TeachCLIP: the official numbers, the mask, and learning from teachers."""

import numpy as np
import torch

from lpd.losses import frame_cross_entropy, pearson_distance
from lpd.models import BatchExtras, Lesson, build_model
from tests.lpd.models.frame_cases import CANCELS, OFFICIAL_FRAMES, agree, inputs, official_model, packed


def test_teachclip_gives_the_official_similarities_and_weights(frame_heads):
    settings = {"system": "teachclip", "layers": 1, "heads": 1, "mask_frames": False}
    model = official_model(frame_heads, "clip4clip_seq", settings)
    video = {OFFICIAL_FRAMES: packed(frame_heads["frames"], frame_heads["frame_mask"])}
    agree(model({"clip": frame_heads["sentence"]}, video)[0], frame_heads["teachclip::logits"])
    weights = model.frame_weights(video).detach().exp()
    np.testing.assert_allclose(weights, frame_heads["teachclip::frame_weights"], rtol=0, atol=2e-6)
    masked = official_model(frame_heads, "clip4clip_seq", settings | {"mask_frames": True})
    whole = frame_heads["frame_mask"].all(dim=1)
    assert whole.tolist() == [True, False, False, False]
    found = masked({"clip": frame_heads["sentence"]}, video)[0]
    agree(found[:, whole], frame_heads["teachclip::logits"][:, whole])
    # the padding of the third shot happens to weigh next to nothing
    assert (found - frame_heads["teachclip::logits"] / 100)[:, [1, 3]].abs().min() > 0.1


def test_without_the_mask_padding_counts_in_teachclip():
    config, text, video = inputs("teachclip")
    models = [build_model(config | {"mask_frames": switch}).eval() for switch in (True, False)]
    masked, official = (model(text, video)[0] for model in models)
    whole = torch.arange(6) % 3 == 2
    torch.testing.assert_close(masked[:, whole], official[:, whole], rtol=0, atol=1e-6)
    assert (masked - official)[:, ~whole].abs().min() > 1e-4
    assert torch.isfinite(official).all()


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
