"""LAFF: several attention heads over the same embeddings, each head a common space.

Sizes: B texts, N shots, k features of one modality, H heads, D width of a head.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lpd.errors import NotFoundError
from lpd.models.attention import reset_linear
from lpd.models.settings import LaffConfig
from lpd.models.spaces import Space, SpaceModel, unit_length
from lpd.models.text_inputs import TextInputs
from lpd.models.transform import FeatureTransforms

__all__ = ["LAFF_PRESETS", "Laff", "LaffHeads", "laff_preset"]


class LaffHeads(nn.Module):
    """H attention heads over k embeddings; their outputs are of unit length.

    Args:
        config: split_head, with_ave and mul decide what a head sees.

    Source: official LAFF code (model/model.py).
    """

    average_weight: Tensor

    def __init__(self, config: LaffConfig) -> None:
        super().__init__()
        self.config = config
        self.width = config.width // config.heads if config.split_head else config.width
        self.weight = nn.Parameter(torch.empty(config.heads, self.width))
        self.bias = nn.Parameter(torch.zeros(config.heads))
        if config.with_ave:
            self.register_buffer("average_weight", torch.ones(()))

    def reset(self, generator: torch.Generator) -> None:
        """Draws weights and biases as PyTorch does for a linear layer."""
        reset_linear(self.weight, self.bias, generator)

    def views(self, components: Tensor) -> Tensor:
        """Returns what each head sees of embeddings (k, B, width): (H, k, B, D)."""
        if not self.config.split_head:
            return components.expand(self.config.heads, *components.shape)
        return components.unflatten(-1, (self.config.heads, self.width)).permute(2, 0, 1, 3)

    def weights(self, components: Tensor) -> Tensor:
        """Returns the attention (H, B, k) over the embeddings (k, B, width)."""
        seen = self.views(components)
        if self.config.mul:
            seen = seen * seen.mean(dim=1, keepdim=True)
        logits = torch.einsum("hkbd,hd->hbk", seen, self.weight) + self.bias[:, None, None]
        return logits.softmax(dim=-1)

    def forward(self, components: Tensor) -> Tensor:
        """Returns the unit ends (H, B, D) of embeddings (k, B, width)."""
        seen = self.views(components)
        fused = torch.einsum("hbk,hkbd->hbd", self.weights(components), seen)
        if self.config.with_ave:
            fused = fused + self.average_weight * seen.sum(dim=1)
        return unit_length(fused)


@dataclass(frozen=True)
class LaffPreset:
    """Width, number of heads (None: as many as there are features) and splitting of a known setting."""

    width: int
    heads: int | None
    split_head: bool


LAFF_PRESETS = {
    "laff": LaffPreset(width=512, heads=None, split_head=False),
    "laff-original": LaffPreset(width=4096, heads=8, split_head=True),
}
"""Name -> sizes: those of the LPD paper's comparison, and those of LAFF's own paper."""


def laff_preset(name: str, text_features: dict[str, int], video_features: dict[str, int]) -> LaffConfig:
    """Returns the settings of `laff` (a whole-width head per feature) or of `laff-original`.

    Raises:
        NotFoundError: for another name.
    """
    if name not in LAFF_PRESETS:
        raise NotFoundError("unknown preset of LAFF", expected=", ".join(LAFF_PRESETS), found=name)
    preset = LAFF_PRESETS[name]
    heads = preset.heads or len(text_features) + len(video_features)
    return LaffConfig(
        text_features, video_features, width=preset.width, heads=heads, split_head=preset.split_head
    )


class Laff(SpaceModel):
    """Lightweight attentional feature fusion with one common space per head.

    Source: Hu et al., ECCV 2022, and its official code; `SpaceModel.fuse` is the mean of the heads' cosines.
    """

    system = "laff"
    config: LaffConfig

    def __init__(self, config: LaffConfig) -> None:
        super().__init__(config)
        self.text_inputs = TextInputs(self.text_features, config.encoders)
        self.text_transforms = _transforms("text", self.text_inputs.dimensions, config)
        self.video_transforms = _transforms("video", self.video_features, config)
        self.text_heads = LaffHeads(config)
        self.video_heads = LaffHeads(config)
        self.spaces = tuple(
            Space(f"head:{number}", "head", None, self.text_heads.width)
            for number in range(1, config.heads + 1)
        )

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        for layer in (self.text_transforms, self.video_transforms, self.text_heads, self.video_heads):
            assert isinstance(layer, FeatureTransforms | LaffHeads)
            layer.reset(generator)
        self.text_inputs.reset(generator)

    def start_epoch(self, epoch: int) -> None:
        """Lowers the weight of the average: 0.8 in epoch 0, 0.2 less each time, 0 from epoch 4 on."""
        if self.config.with_ave:
            for heads in (self.text_heads, self.video_heads):
                heads.average_weight.fill_(max(0.0, round(0.8 - 0.2 * epoch, 6)))

    def text_components(self, features: Mapping[str, Tensor]) -> Tensor:
        """Returns the embedding of every text feature, (k1, B, width)."""
        components: Tensor = self.text_transforms(self.text_inputs(features))
        return components

    def video_components(self, features: Mapping[str, Tensor]) -> Tensor:
        """Returns the embedding of every video feature, (k2, N, width)."""
        components: Tensor = self.video_transforms(features)
        return components

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the text end of every head, (H, B, D); of unit length in any case."""
        heads: Tensor = self.text_heads(self.text_components(features))
        return heads

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the video end of every head, (H, N, D); of unit length in any case."""
        heads: Tensor = self.video_heads(self.video_components(features))
        return heads

    def text_attention(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Returns head -> weights (B, k1) of the text features."""
        weights = self.text_heads.weights(self.text_components(features))
        return {space.name: rows for space, rows in zip(self.spaces, weights, strict=True)}

    def video_attention(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Returns head -> weights (N, k2) of the video features."""
        weights = self.video_heads.weights(self.video_components(features))
        return {space.name: rows for space, rows in zip(self.spaces, weights, strict=True)}

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        self.text_inputs.check_ready()
        self.text_transforms.fit(text)
        self.video_transforms.fit(video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for LPD."""
        inputs = self.text_inputs.dimensions
        features = len(inputs) + len(self.video_features)
        sizes = {f"text:{name}": size for name, size in inputs.items()}
        sizes |= {f"video:{name}": size for name, size in self.video_features.items()}
        dimensions = sum(size for name, size in sizes.items() if name not in self.config.bypassed)
        per_fusion = features * self.config.heads * self.text_heads.width
        return {
            "transforms": dimensions * self.config.width,
            "attention": per_fusion * (2 if self.config.mul else 1),
            "fusion": per_fusion,
            "cosines": 3 * self.config.heads * self.text_heads.width,
        }


def _transforms(end: str, features: Mapping[str, int], config: LaffConfig) -> FeatureTransforms:
    """Returns the normalised and transformed features of one modality."""
    return FeatureTransforms(
        end,
        features,
        normalisation=config.normalisation,
        width=config.width,
        dropout=config.dropout,
        batch_norm=config.batch_norm,
        normed=[name for name in features if f"{end}:{name}" in config.normed],
        tiles={name: config.heads for name in features if f"{end}:{name}" in config.bypassed},
    )
