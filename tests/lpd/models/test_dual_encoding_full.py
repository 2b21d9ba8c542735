import numpy as np
import pytest
import torch

from lpd.errors import FormatError, MismatchError
from lpd.losses import itrl
from lpd.models import build_model, count_parameters
from tests.lpd.models.test_dual_encoding import CLOSE, mapping_state

GRU = [
    f"{kind}_{part}_l0{way}"
    for kind in ("weight", "bias")
    for part in ("ih", "hh")
    for way in ("", "_reverse")
]
SMALL = {
    "system": "dual-encoding-full",
    "text_features": {"tokens": 7, "bow": 8},
    "video_features": {"frames:clip": 6 * (5 + 1)},
    "vocabulary": 15,
    "width": 10,
    "frames": 6,
    "embedding": 4,
    "text_hidden": 3,
    "video_hidden": 3,
    "filters": 2,
    "text_kernel": 3,
    "video_kernel": 3,
}
OUTPUTS = ("out_vis", "out_txt", "out_sim", "out_loss_both")
CASES = {"full": SMALL, "reduced": {**SMALL, "text_features": {"tokens": 7}, "first_level": False}}


def frame_rows(frames, lengths):
    """Returns the rows of a frame feature, frames (N, F, d) of which the first ones are there."""
    there = torch.arange(frames.shape[1]) < torch.as_tensor(lengths)[:, None]
    return torch.cat([frames, there.to(frames).unsqueeze(-1)], dim=2).flatten(1)


def levels_state(get, prefix, target):
    """Returns our state of an official recurrence and its convolutions."""
    state = {f"{target}.gru.{name}": get[f"{prefix}rnn.{name}"] for name in GRU}
    for number in range(2):
        source = f"{prefix}convs1.{number}"
        weight = get[f"{source}.weight"]  # (filters, 1, kernel, states): an image with one channel
        state[f"{target}.convolutions.{number}.weight"] = weight.squeeze(1).transpose(1, 2)
        state[f"{target}.convolutions.{number}.bias"] = get[f"{source}.bias"]
    return state


@pytest.fixture(params=CASES)
def oracle(request, oracles):
    case = request.param
    arrays = np.load(oracles / "de_forward.npz")
    get = {name: torch.from_numpy(np.asarray(arrays[name])) for name in arrays.files}
    model = build_model(CASES[case])
    text, video = f"{case}::sd_txt::", f"{case}::sd_vis::"
    model.load_state_dict(
        {"embedding.weight": get[f"{text}embed.weight"]}
        | levels_state(get, text, "text_levels")
        | levels_state(get, video, "video_levels")
        | mapping_state(get, f"{text}text_mapping.", "text_mapping")
        | mapping_state(get, f"{video}visual_mapping.", "video_mapping")
    )
    texts = {"tokens": get["in_tokens"].float(), "bow": get["in_bow"]}
    shots = {"frames:clip": frame_rows(get["in_frames"], get["in_lengths"])}
    return model.eval(), texts, shots, {name: get[f"{case}::{name}"] for name in OUTPUTS}


def test_official_outputs(oracle):
    model, texts, shots, expected = oracle
    with torch.no_grad():
        text, video = model.embed_text(texts, unit=True), model.embed_video(shots, unit=True)
        similarities = model.similarities(text, video)
    torch.testing.assert_close(text[0], expected["out_txt"], **CLOSE)
    torch.testing.assert_close(video[0], expected["out_vis"], **CLOSE)
    torch.testing.assert_close(similarities[0], expected["out_sim"], **CLOSE)
    loss = itrl(similarities, direction="both", reduction="sum").sum()
    assert float(loss) == pytest.approx(float(expected["out_loss_both"]), rel=1e-6)


def small_inputs(rows=5, seed=0):
    generator = torch.Generator().manual_seed(seed)
    tokens = torch.zeros(rows, 7)
    for row in range(rows):
        length = 3 + row % 5
        tokens[row, :length] = torch.randint(1, 15, (length,), generator=generator).float()
    frames = torch.randn(rows, 6, 5, generator=generator)
    lengths = [1 + row % 6 for row in range(rows)]
    bow = torch.rand(rows, 8, generator=generator)
    return {"tokens": tokens, "bow": bow}, {"frames:clip": frame_rows(frames, lengths)}


def test_a_row_does_not_depend_on_its_batch():
    model = build_model(SMALL, seed=3).eval()
    texts, shots = small_inputs()
    with torch.no_grad():
        together = model.embed_text(texts)[0], model.embed_video(shots)[0]
        for row in range(5):
            one = {name: rows[row : row + 1] for name, rows in texts.items()}
            shot = {name: rows[row : row + 1] for name, rows in shots.items()}
            torch.testing.assert_close(model.embed_text(one)[0, 0], together[0][row], atol=1e-6, rtol=0)
            torch.testing.assert_close(model.embed_video(shot)[0, 0], together[1][row], atol=1e-6, rtol=0)


def test_what_stands_in_the_padding_of_frames_does_not_matter_but_its_length_does():
    model = build_model(SMALL, seed=3).eval()
    frames = torch.randn(2, 6, 5, generator=torch.Generator().manual_seed(1))
    other = frames.clone()
    other[:, 4:] = 9.0
    longer = build_model({**SMALL, "frames": 8, "video_features": {"frames:clip": 8 * 6}}).eval()
    longer.load_state_dict(model.state_dict())
    padded = torch.cat([frames, torch.zeros(2, 2, 5)], dim=1)
    with torch.no_grad():
        end = model.embed_video({"frames:clip": frame_rows(frames, [4, 4])})
        same = model.embed_video({"frames:clip": frame_rows(other, [4, 4])})
        after = longer.embed_video({"frames:clip": frame_rows(padded, [4, 4])})
    assert torch.equal(end, same)
    assert float((end - after).abs().max()) > 1e-4


def test_texts_and_shots_of_nothing_are_finite():
    model = build_model(SMALL, seed=3).train()
    texts, shots = small_inputs()
    texts["tokens"][0] = 0
    shots["frames:clip"][0] = 0
    ends = model.embed_text(texts), model.embed_video(shots)
    sum(end.square().sum() for end in ends).backward()
    assert all(torch.isfinite(end).all() for end in ends)
    assert all(torch.isfinite(weight.grad).all() for weight in model.parameters())


def test_frames_are_normalised_by_those_that_are_there():
    model = build_model({**SMALL, "normalisation": {"video:frames:clip": "zscore"}}).eval()
    texts, _ = small_inputs()
    frames = 4 + 3 * torch.randn(5, 6, 5, generator=torch.Generator().manual_seed(2))
    lengths = [2, 6, 1, 3, 4]
    model.fit_normalisation(texts, {"frames:clip": frame_rows(frames, lengths)})
    there = torch.cat([frames[row, :length] for row, length in enumerate(lengths)])
    torch.testing.assert_close(model.frame_input.mean, there.mean(dim=0))
    torch.testing.assert_close(model.frame_input.std, there.std(dim=0, correction=0))


def test_word_vectors_are_taken_where_there_are_some():
    model = build_model(SMALL, seed=3)
    before = model.embedding.weight.detach().clone()
    table = torch.zeros(15, 4)
    table[6] = torch.arange(4.0)
    model.start_from(table)
    assert torch.equal(model.embedding.weight[6], table[6])
    assert torch.equal(model.embedding.weight[7:], before[7:])
    with pytest.raises(MismatchError, match=r"\(15, 4\)"):
        model.start_from(table[1:])


def test_tokens_of_another_vocabulary_are_named():
    model = build_model(SMALL)
    with pytest.raises(MismatchError, match="from 0 to 14"):
        model.embed_text({"tokens": torch.full((1, 7), 15.0), "bow": torch.zeros(1, 8)})


def test_counts_by_hand():
    model = build_model(SMALL)
    hidden, states, width = 3, 6, 10
    text = 7 * 2 * 3 * hidden * (4 + hidden)
    video = 6 * 2 * 3 * hidden * (5 + hidden)
    windows = [(7 + kernel - 1) * kernel * states * 2 for kernel in (2, 3)]
    windows += [(6 + kernel - 1) * kernel * states * 2 for kernel in (2, 3)]
    mapped = (states + 2 * 2 + 8) * width + (states + 2 * 2 + 5) * width
    assert model.multiply_adds() == {
        "recurrence": text + video,
        "convolutions": sum(windows),
        "transforms": mapped,
        "cosines": 30,
    }
    recurrent = sum(2 * 3 * hidden * (size + hidden + 2) for size in (4, 5))
    convolved = 2 * sum(kernel * states * 2 + 2 for kernel in (2, 3))
    assert count_parameters(model) == 15 * 4 + recurrent + convolved + mapped + 2 * 3 * width


BAD_CONFIGS = {
    "no tokens": ({"text_features": {"bow": 8}}, "tokens and a bag of words"),
    "no bag of words": ({"text_features": {"tokens": 7}}, "tokens and a bag of words"),
    "a bag of words too many": ({"first_level": False}, "tokens alone"),
    "no frames": ({"video_features": {"clip": 36}}, "frames:<name>"),
    "two videos": ({"video_features": {"frames:a": 36, "frames:b": 36}}, "frames:<name>"),
    "other frames": ({"frames": 7}, "7 frames x"),
    "frames of nothing": ({"frames": 36}, "36 frames x"),
    "kernel 0": ({"text_kernel": 0}, "text_kernel"),
    "vocabulary 0": ({"vocabulary": 0}, "vocabulary"),
    "no words": ({"vocabulary": 4}, "above 4"),
    "first level": ({"first_level": 1}, "true or false"),
    "scaled tokens": ({"normalisation": {"text:tokens": "zscore"}}, "text:tokens"),
}


@pytest.mark.parametrize("case", BAD_CONFIGS)
def test_a_bad_config_is_one_sentence(case):
    changes, words = BAD_CONFIGS[case]
    with pytest.raises(FormatError, match=words):
        build_model({**SMALL, **changes})
