"""TS2-Net's frame softmax: each text weighs the frames of each shot by how well they fit it.

Sizes: B texts, N shots, F frames, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lpd.models.frame_ends import (
    FrameEnds,
    check_frame_config,
    check_transformer,
    logit_multiplier,
    reset_scale,
    start_scale,
)
from lpd.models.frame_sequence import TemporalTransformer, frame_log_weights
from lpd.models.pair_matching import frame_softmax
from lpd.models.settings import check_switches
from lpd.models.spaces import Lesson, Space, SpaceModel, unit_length

__all__ = ["Ts2Net", "Ts2NetConfig"]

VALUES_AT_ONCE = 1 << 24


@dataclass(frozen=True)
class Ts2NetConfig:
    """What decides a TS2-Net head but for its weights.

    Args:
        text_features: one, the sentence vector: name -> dimension.
        video_features: one, `frames:<name>` -> frames x (values + 1).
        width: of the common space; where sentence, frame and width agree there are no projections.
        frames: F, per shot; another number than 12 is in the feature's name, `frames:<name>@F`.
        transformer: whether a temporal transformer comes before the matching, as in the official trainings.
        layers: of the transformer.
        heads: of its attention.
        normalisation: as for CLIP4Clip.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    width: int = 512
    frames: int = 12
    transformer: bool = False
    layers: int = 4
    heads: int = 8
    normalisation: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_frame_config(self)
        check_switches(self, "transformer")
        if self.transformer:
            check_transformer(self)


class Ts2Net(SpaceModel):
    """A re-ranker: the weights of a shot's frames depend on the text.

    Token shift and token selection work inside CLIP's image encoder and cannot be had from its output.

    Source: Liu et al. 2022, and its official code.
    """

    system = "ts2net"
    config: Ts2NetConfig
    bi_encoder = False

    def __init__(self, config: Ts2NetConfig) -> None:
        super().__init__(config)
        self.spaces = (Space("common", "head", None, config.width),)
        self.inputs = FrameEnds(config)
        self.transformer = (
            TemporalTransformer(config.width, config.frames, layers=config.layers, heads=config.heads)
            if config.transformer
            else None
        )
        self.logit_scale = start_scale()

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        self.inputs.reset(generator)
        if self.transformer is not None:
            self.transformer.reset(generator)
        reset_scale(self.logit_scale)

    def prepare_video(self, video: Mapping[str, Tensor]) -> tuple[Tensor, ...]:
        """Returns what the matching needs of N shots, whatever the texts: their unit frames (N, F, D) and the
        mask (N, F); rows may be cut and joined.
        """
        frames, mask = self.inputs.frames(video)
        if self.transformer is not None:
            frames = self.transformer(frames, mask)
        return unit_length(frames), mask

    def match(self, text: Mapping[str, Tensor], prepared: tuple[Tensor, ...]) -> Tensor:
        """Returns the similarities (1, B, N) of texts and of shots made by `prepare_video`."""
        frames, mask = prepared
        sentences = unit_length(self.inputs.sentences(text))
        some = max(1, VALUES_AT_ONCE // max(1, mask.numel()))
        with torch.autocast(sentences.device.type, enabled=False):
            blocks = [
                frame_softmax(torch.einsum("bd,nfd->bnf", block, frames), mask)
                for block in sentences.split(some)
            ]
        return torch.cat(blocks).unsqueeze(0)

    def teach(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> Lesson:
        """Returns what this model, as a teacher, says of a batch; without gradients.

        Source: TeachCLIP's official code: the sentence-frame softmax has no temperature; that padding has no
        part in it is ours.
        """
        with torch.no_grad():
            frames, mask = self.prepare_video(video)
            logits = self.match(text, (frames, mask))[0] * logit_multiplier(self.logit_scale)
            sentences = unit_length(self.inputs.sentences(text))
            fits = torch.einsum("bd,bfd->bf", sentences, frames)
            return Lesson(logits, frame_log_weights(fits, mask).exp())

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        self.inputs.fit(text, video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part.

        Matching counts the lengths of sentence and frames, their dot products, the common length of the
        similarities and their weighted sum.
        """
        frames, width = self.config.frames, self.config.width
        return {
            "projections": self.inputs.multiply_adds(),
            "transformer": 0 if self.transformer is None else self.transformer.multiply_adds(),
            "matching": (2 * frames + 1) * width + 2 * frames,
        }
