"""Small frame-level systems, what they are fed, and models with the official weights."""

import numpy as np
import torch

from lpd.models import build_model

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
