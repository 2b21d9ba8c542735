"""Trainable text encoders: from token ids to one vector per text.

Sizes: B texts, L tokens, V known words, E width of a word's embedding, C clusters.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lpd.errors import FormatError, MismatchError
from lpd.models.spaces import unit_length
from lpd.text.tokens import PAD, SPECIAL_TOKENS, UNKNOWN

__all__ = ["POOLINGS", "GruTextEncoder", "NetVladTextEncoder", "token_ids"]

POOLINGS = ("last", "mean", "mean_last")


def token_ids(rows: Tensor, words: int) -> Tensor:
    """Returns the rows of the text feature `tokens` as whole numbers (B, L) int64.

    Args:
        rows: (B, L) of any type.
        words: size of the vocabulary without the special tokens.

    Raises:
        MismatchError: if a value is no token of such a vocabulary.
    """
    ids = rows.long()
    tokens = len(SPECIAL_TOKENS) + words
    if not bool(((ids == rows) & (ids >= 0) & (ids < tokens)).all()):
        raise MismatchError(
            "token ids of another vocabulary than the model's",
            expected=f"whole numbers from 0 to {tokens - 1}",
            found=f"values from {float(rows.min())} to {float(rows.max())}",
            next_step="encode the texts with the token encoder that the model was trained with",
        )
    return ids


class GruTextEncoder(nn.Module):
    """One GRU layer over word embeddings, pooled over the tokens of a text; no tokens give zeros.

    Args:
        words: size of the vocabulary without the special tokens.
        embedding: width of a word's embedding.
        hidden: width of the state, per direction.
        bidirectional: a second GRU reads backwards; both states stand side by side.
        pooling: `mean` of the states, the state after the `last` token, or `mean_last`, one beside the other.

    The last token's backward state has read that token alone. Sequences are packed, so padding has no
    influence.

    Source: official SEA, LAFF and W2VV++ text encoders.
    """

    def __init__(
        self,
        words: int,
        *,
        embedding: int = 500,
        hidden: int = 1024,
        bidirectional: bool = False,
        pooling: str = "mean",
    ) -> None:
        super().__init__()
        if pooling not in POOLINGS:
            raise FormatError("unknown pooling", expected=", ".join(POOLINGS), found=pooling)
        self.pooling = pooling
        with torch.random.fork_rng(devices=[]):  # PyTorch's layers draw their weights when they are made
            self.embedding = nn.Embedding(len(SPECIAL_TOKENS) + words, embedding)
            self.gru = nn.GRU(embedding, hidden, batch_first=True, bidirectional=bidirectional)

    def reset(self, generator: torch.Generator) -> None:
        """Draws the embeddings from [-1, 1] and the GRU as PyTorch does."""
        bound = 1.0 / math.sqrt(self.gru.hidden_size)
        with torch.no_grad():
            self.embedding.weight.uniform_(-1.0, 1.0, generator=generator)
            for weight in self.gru.parameters():
                weight.uniform_(-bound, bound, generator=generator)

    def start_from(self, table: Tensor) -> None:
        """Sets the embeddings of the tokens that have a word vector.

        Args:
            table: (V + 4, E), a row of zeros where there is none.
        """
        check_table(table, tuple(self.embedding.weight.shape))
        known = (table != 0).any(dim=1).to(self.embedding.weight.device)
        with torch.no_grad():
            self.embedding.weight[known] = table.to(self.embedding.weight)[known]

    def forward(self, ids: Tensor) -> Tensor:
        """Returns text vectors (B, D) of token ids (B, L) int64 that are padded behind."""
        lengths = (ids != PAD).sum(dim=1)
        filled = lengths > 0
        read, steps = ids[filled], lengths[filled]
        if len(read) == 0:
            return self.embedding.weight.new_zeros(len(ids), self.dimension)
        states = self._states(read[:, : int(steps.max())], steps)
        last = states[torch.arange(len(states), device=states.device), steps - 1]
        mean = states.sum(dim=1) / steps.unsqueeze(1)
        pooled = {"last": [last], "mean": [mean], "mean_last": [mean, last]}[self.pooling]
        vectors = states.new_zeros(len(ids), self.dimension)
        vectors[filled] = torch.cat(pooled, dim=1).to(vectors.dtype)
        return vectors

    @property
    def dimension(self) -> int:
        """The width D of a text vector."""
        directions = 2 if self.gru.bidirectional else 1
        return directions * self.gru.hidden_size * (2 if self.pooling == "mean_last" else 1)

    def _states(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Returns the states after each token (B, L, directions x hidden), zeros behind a text's end."""
        packed = pack_padded_sequence(
            self.embedding(ids), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        states, _ = pad_packed_sequence(self.gru(packed)[0], batch_first=True)
        return states


class NetVladTextEncoder(nn.Module):
    """How the word vectors of a text lie around learned centroids; a text without any gives zeros.

    Each distinct word that has a vector counts once. The word vectors are of unit length, fixed, and part of
    the state.

    Args:
        words: size of the vocabulary without the special tokens.
        embedding: width of a word vector.
        clusters: number of centroids.

    Source: Arandjelovic et al., CVPR 2016, Eq. 4, as the official SEA code has it: assignment without bias
        and temperature, centroids that are no function of the assignment's weights.
    """

    table: Tensor

    def __init__(self, words: int, *, embedding: int = 500, clusters: int = 32) -> None:
        super().__init__()
        self.assignment = nn.Parameter(torch.empty(clusters, embedding))
        self.centroids = nn.Parameter(torch.empty(clusters, embedding))
        self.register_buffer("table", torch.zeros(len(SPECIAL_TOKENS) + words, embedding))

    def reset(self, generator: torch.Generator) -> None:
        """Draws assignment and centroids from a normal distribution of deviation 1 / sqrt(E)."""
        deviation = 1.0 / math.sqrt(self.table.shape[1])
        with torch.no_grad():
            for weight in (self.assignment, self.centroids):
                weight.normal_(0.0, deviation, generator=generator)

    def start_from(self, table: Tensor) -> None:
        """Takes the word vectors (V + 4, E); a row of zeros where there is none."""
        check_table(table, tuple(self.table.shape))
        self.table.copy_(unit_length(table))

    @property
    def dimension(self) -> int:
        """The width D = C E of a text vector."""
        return self.centroids.numel()

    def forward(self, ids: Tensor) -> Tensor:
        """Returns text vectors (B, C E), of unit length or zero, of token ids (B, L) int64."""
        ids = ids[:, (ids != PAD).any(dim=0)]
        vectors = self.table[ids]
        earlier = (ids.unsqueeze(2) == ids.unsqueeze(1)).tril(-1).any(dim=2)
        counted = (ids > UNKNOWN) & ~earlier & (vectors != 0).any(dim=2)
        shares = (vectors @ self.assignment.T).softmax(dim=2) * counted.unsqueeze(2)  # (B, L, C)
        residuals = shares.transpose(1, 2) @ vectors - shares.sum(dim=1).unsqueeze(2) * self.centroids
        return unit_length(unit_length(residuals).flatten(1))


def check_table(table: Tensor, expected: tuple[int, ...]) -> None:
    """Raises MismatchError unless the word vectors have the shape of an encoder's own."""
    if tuple(table.shape) != expected:
        raise MismatchError(
            "word vectors do not fit the text encoder", expected=expected, found=tuple(table.shape)
        )
