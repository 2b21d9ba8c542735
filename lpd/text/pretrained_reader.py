"""The text tower of a pretrained model with its tokenizer: from texts to vectors."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lpd.errors import FormatError, MismatchError
from lpd.pretrained import (
    TEXT_TOWERS,
    SentenceLayout,
    Tower,
    load_tower,
    plain_layout,
    read_sentence_layout,
    tower_class,
)
from lpd.pretrained.kinds import CONFIG_NAME
from lpd.pretrained.sentences import DenseLayer, dense_files, load_dense
from lpd.pretrained.towers import quiet, understood
from lpd.pretrained.weights import weight_files

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["TextReader", "open_text_reader", "text_files"]

_TOKENIZER_FILES = (
    "added_tokens.json",
    "merges.txt",
    "sentencepiece.bpe.model",
    "special_tokens_map.json",
    "spiece.model",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.json",
    "vocab.txt",
)
_VOCABULARIES = ("sentencepiece.bpe.model", "spiece.model", "tokenizer.json", "vocab.json", "vocab.txt")
_POSITIONS_FROM_PAD = ("mpnet", "roberta", "xlm-roberta")


def text_files(folder: Path) -> list[str]:
    """Returns the files of a model that its text tower is read from, as paths in its folder; empty if it has
    no text tower or no tokenizer.

    Raises:
        NotFoundError: if weights are missing.
        FormatError: if config.json or modules.json is damaged, or of a model that is not known here.
    """
    layout = read_sentence_layout(folder)
    inner = layout.transformer if layout else ""
    place = folder / inner
    if tower_class(place, TEXT_TOWERS) is None or not any((place / one).is_file() for one in _VOCABULARIES):
        return []
    names = [CONFIG_NAME, *(one for one in _TOKENIZER_FILES if (place / one).is_file()), *weight_files(place)]
    found = [f"{inner}/{name}" if inner else name for name in names]
    if layout is not None:
        found += [one for one in layout.settings if one not in found]
        found += [name for layer in layout.dense for name in dense_files(folder, layer)]
    return found


class TextReader(NamedTuple):
    """A text tower with its tokenizer.

    Args:
        tokenizer: of transformers.
        tower: the text tower.
        layout: how states become a vector, where the tower has no joint space.
        dense: linear layers with the names of their activations.
        longest: most tokens of a text.
    """

    tokenizer: Any
    tower: Tower
    layout: SentenceLayout
    dense: "tuple[tuple[nn.Linear, DenseLayer], ...]"
    longest: int

    @property
    def dimension(self) -> int:
        """The width of a vector."""
        return int(self.dense[-1][0].out_features) if self.dense else self.tower.dimension

    def try_out(self, folder: Path) -> None:
        """Raises FormatError if the model's files open and yet give no vector of a text."""
        import torch

        with understood(folder), torch.inference_mode():
            vectors = self.vectors(torch.tensor(self.token_ids(["a man rides a horse"])))
            if tuple(vectors.shape) != (1, self.dimension) or not bool(vectors.isfinite().all()):
                raise FormatError(
                    "no vector of a text comes out",
                    where=folder,
                    expected=f"{self.dimension} finite numbers",
                    found=tuple(vectors.shape),
                )

    def prepared(self, text: str) -> str:
        """Returns a text as the tokenizer is given it."""
        return self.layout.prefix + (text.lower() if self.layout.lower_case else text)

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns the token ids of each text, cut to the longest."""
        prepared = [self.prepared(text) for text in texts]
        found = self.tokenizer(prepared, truncation=True, max_length=self.longest)["input_ids"]
        return [list(row) for row in found]

    def vectors(self, token_ids: "Tensor") -> "Tensor":
        """Returns (B, D) vectors of texts with equally many tokens, (B, L) int64."""
        import torch

        mask = torch.ones_like(token_ids)
        output = self.tower.module(input_ids=token_ids, attention_mask=mask)
        if self.tower.kind.joint:
            vectors = getattr(output, self.tower.kind.joint)
        elif self.tower.projection is not None:
            vectors = self.tower.projection(output.last_hidden_state[:, 0])
        elif self.layout.pooling == "cls":
            vectors = output.last_hidden_state[:, 0]
        else:
            vectors = output.last_hidden_state.mean(dim=1)
        for layer, described in self.dense:
            vectors = layer(vectors)
            vectors = torch.tanh(vectors) if described.activation == "Tanh" else vectors
        if self.tower.kind.is_joint or self.layout.unit:
            vectors = torch.nn.functional.normalize(vectors, dim=1)
        return vectors


def open_text_reader(folder: Path, *, pooling: str = "mean") -> TextReader:
    """Returns the text tower of a model with its tokenizer, on the CPU.

    Args:
        folder: of the model.
        pooling: `mean` or `cls`, of a model that neither has a joint space nor says it itself.

    Raises:
        MissingExtraError: if transformers is not installed.
        LpdError: if files are missing or damaged, or the model is of another kind.
    """
    layout = read_sentence_layout(folder) or plain_layout(pooling)
    place = folder / layout.transformer
    kind = tower_class(place, TEXT_TOWERS)
    if kind is None:
        raise MismatchError("this model reads no texts", where=folder)
    tower = load_tower(place, kind)
    tokenizer = _tokenizer(place)
    width, dense = tower.dimension, []
    for described in layout.dense:
        layer = load_dense(folder, described, width=width)
        dense.append((layer, described))
        width = int(layer.out_features)
    with understood(folder):
        longest = _longest(tower, tokenizer, layout)
        most = int(tower.config.vocab_size)
    if len(tokenizer) > most:
        raise MismatchError(
            "tokenizer and model do not fit",
            where=place,
            expected=f"at most {most} tokens",
            found=len(tokenizer),
            next_step="bring the files of one model together",
        )
    return TextReader(tokenizer, tower, layout, tuple(dense), longest)


def _tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    try:
        with quiet():
            return AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    except Exception as error:  # every tokenizer class raises its own
        words = " ".join(str(error).split())[:300]
        raise FormatError(
            "transformers cannot read this tokenizer", where=folder, found=f"{type(error).__name__}: {words}"
        ) from error


def _longest(tower: Tower, tokenizer: Any, layout: SentenceLayout) -> int:
    """Returns the most tokens that tower, tokenizer and layout all allow."""
    positions = int(tower.config.max_position_embeddings)
    if tower.config.model_type in _POSITIONS_FROM_PAD:
        embeddings: Any = tower.module.embeddings
        positions -= int(embeddings.padding_idx) + 1  # their positions begin behind that of the padding
    told = (positions, tokenizer.model_max_length, layout.longest)
    return max(3, min(limit for limit in told if isinstance(limit, int)))
