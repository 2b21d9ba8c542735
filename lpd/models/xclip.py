"""X-CLIP: sentence and words against shot and frames, a mean of four similarities.

Sizes: B texts, N shots, F frames, L words, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from lpd.errors import MismatchError
from lpd.models.frame_ends import (
    FrameEnds,
    check_count,
    check_frame_config,
    check_transformer,
    logit_multiplier,
    reset_scale,
    start_scale,
)
from lpd.models.frame_sequence import TemporalTransformer, frame_log_weights, mean_frames
from lpd.models.pair_matching import MultiGrained, PairInputs
from lpd.models.settings import TOKENS
from lpd.models.spaces import LARGEST_SIZE, Lesson, Space, SpaceModel, unit_length

__all__ = ["XClip", "XClipConfig"]

VALUES_AT_ONCE = 1 << 24


@dataclass(frozen=True)
class XClipConfig:
    """What decides an X-CLIP model but for its weights.

    Args:
        text_features: two: the sentence vector, and `tokens` -> L, ids with 0 for padding.
        video_features: one, `frames:<name>` -> frames x (values + 1).
        vocabulary: number of token ids, the special ones among them.
        width: of the common space; where sentence, frame and width agree there are no projections.
        frames: F, per shot; another number than 12 is in the feature's name, `frames:<name>@F`.
        layers: of the temporal transformer.
        heads: of its attention.
        normalisation: as for CLIP4Clip.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    vocabulary: int
    width: int = 512
    frames: int = 12
    layers: int = 4
    heads: int = 8
    normalisation: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_frame_config(self, words=True)
        check_transformer(self)
        check_count(self, "vocabulary", LARGEST_SIZE)


class XClip(SpaceModel):
    """A re-ranker: its finest similarities are of every word with every frame.

    The official code takes CLIP's hidden states as words; here every token has a learned vector. The shot is
    the mean of the frames behind a temporal transformer, the frames themselves are those before it. Padding
    of frames and words has no part in any softmax, which the official code leaves open.

    Source: Ma et al. 2022, and its official code.
    """

    system = "xclip"
    config: XClipConfig
    bi_encoder = False

    def __init__(self, config: XClipConfig) -> None:
        super().__init__(config)
        self.spaces = (Space("common", "head", None, config.width),)
        self.inputs = FrameEnds(config)
        self.words = nn.Parameter(torch.empty(config.vocabulary, config.width))
        self.transformer = TemporalTransformer(
            config.width, config.frames, layers=config.layers, heads=config.heads
        )
        self.matching = MultiGrained(config.width, config.frames, config.text_features[TOKENS])
        self.logit_scale = start_scale()

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew; words get a length of about one."""
        self.inputs.reset(generator)
        with torch.no_grad():
            self.words.normal_(0.0, self.config.width**-0.5, generator=generator)
        self.transformer.reset(generator)
        self.matching.reset()
        reset_scale(self.logit_scale)

    def prepare_video(self, video: Mapping[str, Tensor]) -> tuple[Tensor, ...]:
        """Returns what the matching needs of N shots, whatever the texts: one vector each (N, D), their
        frames (N, F, D) and the mask (N, F); rows may be cut and joined.
        """
        frames, frame_mask = self.inputs.frames(video)
        return mean_frames(self.transformer(frames, frame_mask), frame_mask), frames, frame_mask

    def match(self, text: Mapping[str, Tensor], prepared: tuple[Tensor, ...]) -> Tensor:
        """Returns the similarities (1, B, N) of texts and of shots made by `prepare_video`."""
        shots, frames, frame_mask = prepared
        sentences = self.inputs.sentences(text)
        words, word_mask = self.word_vectors(text)
        some = max(1, VALUES_AT_ONCE // max(1, words.shape[1] * frame_mask.numel()))
        blocks = [
            self.matching(PairInputs(*texts, shots, frames, frame_mask))
            for texts in zip(sentences.split(some), words.split(some), word_mask.split(some), strict=True)
        ]
        return torch.cat(blocks).unsqueeze(0)

    def word_vectors(self, text: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Returns the vectors (B, L, D) of the tokens and the mask (B, L) of those that do not pad.

        Raises:
            MismatchError: if a token id lies outside of the vocabulary.
        """
        tokens = text[TOKENS].long()
        if tokens.numel() and not 0 <= int(tokens.min()) <= int(tokens.max()) < self.config.vocabulary:
            raise MismatchError(
                "token ids outside of the model's vocabulary",
                expected=f"0 to {self.config.vocabulary - 1}",
                found=f"{int(tokens.min())} to {int(tokens.max())}",
            )
        return nn.functional.embedding(tokens, self.words), tokens != 0

    def teach(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> Lesson:
        """Returns what this model, as a teacher, says of a batch; without gradients.

        Source: TeachCLIP's official code: the sentence-frame softmax has no temperature; that padding has no
        part in it is ours.
        """
        with torch.no_grad():
            prepared = self.prepare_video(video)
            logits = self.match(text, prepared)[0] * logit_multiplier(self.logit_scale)
            _, frames, mask = prepared
            sentences = unit_length(self.inputs.sentences(text))
            fits = torch.einsum("bd,bfd->bf", sentences, unit_length(frames))
            return Lesson(logits, frame_log_weights(fits, mask).exp())

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        self.inputs.fit(text, video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for CLIP4Clip."""
        return {
            "projections": self.inputs.multiply_adds(),
            "transformer": self.transformer.multiply_adds(),
            "pooling": 2 * self.config.frames * self.config.width,
            **self.matching.multiply_adds(),
        }
