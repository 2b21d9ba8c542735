"""Inputs of the text side: fixed text features, and trainable encoders over token ids beside them."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from lpd.errors import FormatError
from lpd.models.spaces import LARGEST_SIZE, check_rows
from lpd.models.text_encoders import POOLINGS, GruTextEncoder, NetVladTextEncoder, token_ids

__all__ = ["ENCODER_KINDS", "TOKENS", "EncoderConfig", "TextInputs", "check_encoders", "text_dimensions"]

TOKENS = "tokens"
"""The text feature that holds token ids, for trainable encoders."""

ENCODER_KINDS = ("bigru", "gru", "netvlad")


@dataclass(frozen=True)
class EncoderConfig:
    """What decides a trainable text encoder but for its weights.

    Args:
        kind: `gru`, `bigru` or `netvlad`.
        vocabulary: number of known words, special tokens not counted; the same for all encoders of a model.
        embedding: width of a word's embedding or vector.
        hidden: width of the GRU's state, per direction.
        pooling: of the GRU's states: `mean`, `last` or `mean_last`.
        clusters: of NetVLAD.

    Source: sizes as in the official SEA and LAFF code.
    """

    kind: str
    vocabulary: int
    embedding: int = 500
    hidden: int = 1024
    pooling: str = "mean"
    clusters: int = 32

    def __post_init__(self) -> None:
        for name, known in (("kind", ENCODER_KINDS), ("pooling", POOLINGS)):
            if getattr(self, name) not in known:
                raise FormatError(
                    f"{name} of a text encoder", expected=", ".join(known), found=getattr(self, name)
                )
        sizes = {name: getattr(self, name) for name in ("vocabulary", "embedding", "hidden", "clusters")}
        wrong = {name: size for name, size in sizes.items() if type(size) is not int or size < 1}
        too_large = {name: size for name, size in sizes.items() if name not in wrong and size > LARGEST_SIZE}
        if wrong or too_large or self.dimension > LARGEST_SIZE:
            raise FormatError(
                "sizes of a text encoder",
                expected=f"whole numbers from 1 on, its output at most {LARGEST_SIZE} wide",
                found=wrong or too_large or sizes,
            )

    @property
    def dimension(self) -> int:
        """The width of the encoder's output."""
        if self.kind == "netvlad":
            return self.clusters * self.embedding
        directions = 2 if self.kind == "bigru" else 1
        return directions * self.hidden * (2 if self.pooling == "mean_last" else 1)

    def build(self) -> GruTextEncoder | NetVladTextEncoder:
        """Returns the encoder, its weights as allocated."""
        if self.kind == "netvlad":
            return NetVladTextEncoder(self.vocabulary, embedding=self.embedding, clusters=self.clusters)
        return GruTextEncoder(
            self.vocabulary,
            embedding=self.embedding,
            hidden=self.hidden,
            bidirectional=self.kind == "bigru",
            pooling=self.pooling,
        )


def check_encoders(features: Mapping[str, int], encoders: object) -> dict[str, EncoderConfig]:
    """Returns name -> settings of the trainable text encoders.

    Args:
        features: the text features that the query side hands over, name -> dimension.
        encoders: name -> settings, as `EncoderConfig` or as plain values.

    Raises:
        FormatError: if settings are unknown, missing or impossible, a name is also that of a text feature,
            the vocabularies differ, or there are encoders without the text feature `tokens`, or it without
            them.
    """
    if not isinstance(encoders, Mapping) or not all(isinstance(name, str) and name for name in encoders):
        raise FormatError("text encoders", expected="name -> settings", found=encoders)
    configs = {name: _encoder_config(name, settings) for name, settings in encoders.items()}
    taken = [name for name in configs if name in features]
    if taken:
        raise FormatError("text encoders named as text features are", found=", ".join(taken))
    if bool(configs) != (TOKENS in features):
        raise FormatError(
            f"trainable text encoders and the text feature {TOKENS!r} need each other",
            expected="both or neither",
            found=f"encoders {list(configs)}, text features {list(features)}",
        )
    if len({config.vocabulary for config in configs.values()}) > 1:
        raise FormatError(
            "text encoders read the same tokens",
            expected="one size of vocabulary",
            found={name: config.vocabulary for name, config in configs.items()},
        )
    return configs


def _encoder_config(name: str, settings: object) -> EncoderConfig:
    if isinstance(settings, EncoderConfig):
        return settings
    if not isinstance(settings, Mapping):
        raise FormatError(f"text encoder {name}", expected="its settings", found=settings)
    known = {field.name: field for field in fields(EncoderConfig)}
    unknown = [key for key in settings if key not in known]
    missing = [key for key, field in known.items() if field.default is MISSING and key not in settings]
    if unknown or missing:
        raise FormatError(
            f"settings of text encoder {name}: unknown {unknown}, missing {missing}",
            expected=", ".join(known),
        )
    return EncoderConfig(**settings)


def text_dimensions(features: Mapping[str, int], encoders: Mapping[str, EncoderConfig]) -> dict[str, int]:
    """Returns name -> width of what the transforms of the text side read: the fixed features in their order
    (but `tokens`), then the encoders.
    """
    fixed = {name: size for name, size in features.items() if name != TOKENS}
    return fixed | {name: config.dimension for name, config in encoders.items()}


class TextInputs(nn.Module):
    """Fixed text features and trainable encoders over `tokens`, under one set of names.

    Without encoders it hands the features on as they are and has no weights.

    Args:
        features: what the query side hands over, name -> dimension.
        encoders: name -> settings.

    Raises:
        FormatError: as `check_encoders`.
    """

    def __init__(
        self, features: Mapping[str, int], encoders: Mapping[str, EncoderConfig | dict[str, Any]]
    ) -> None:
        super().__init__()
        configs = check_encoders(features, encoders)
        self.features = dict(features)
        self.dimensions = text_dimensions(features, configs)
        self.words = next((config.vocabulary for config in configs.values()), 0)
        self.names = tuple(configs)
        self.encoders = nn.ModuleList(config.build() for config in configs.values())

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew; word vectors stay."""
        for encoder in self._encoders():
            encoder.reset(generator)

    def start_from(self, table: Tensor) -> None:
        """Gives word vectors to the encoders: where GRUs start from, and what NetVLAD reads.

        Args:
            table: (V + 4, E), row t of token t (`token_vectors`); zeros for a token that has none.

        Raises:
            MismatchError: if the table is not of the encoders' vocabulary and embedding.
        """
        for encoder in self._encoders():
            encoder.start_from(table)

    def check_ready(self) -> None:
        """Raises FormatError if an encoder of fixed word vectors was given none: it would never learn."""
        blind = [
            name
            for name, encoder in zip(self.names, self.encoders, strict=True)
            if isinstance(encoder, NetVladTextEncoder) and not bool(encoder.table.any())
        ]
        if blind:
            raise FormatError(
                "text encoders without word vectors",
                found=", ".join(blind),
                next_step="give them vectors of the words before training",
            )

    def forward(self, features: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Returns name -> (B, d) of the fixed features and of the encoders' outputs.

        Args:
            features: name -> (B, d), `tokens` among them where there are encoders.

        Raises:
            MismatchError: if features are missing or misshapen, or `tokens` are of another vocabulary.
        """
        if not self.names:
            return features
        check_rows("text", self.features, features)
        ids = token_ids(features[TOKENS], self.words)
        fixed = {name: features[name] for name in self.features if name != TOKENS}
        return fixed | {name: encoder(ids) for name, encoder in zip(self.names, self.encoders, strict=True)}

    def _encoders(self) -> list[GruTextEncoder | NetVladTextEncoder]:
        return [one for one in self.encoders if isinstance(one, GruTextEncoder | NetVladTextEncoder)]
