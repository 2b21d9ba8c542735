"""Text encoders that were trained elsewhere: the text towers of CLIP and BLIP, BERT and its kin, sentence
encoders. The workspace keeps a pointer to the model's files.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from lpd.pretrained import ModelPlace
from lpd.text.encoder_files import encoder_digest, write_encoder
from lpd.text.encoder_pointers import open_pointer, pointer_document
from lpd.text.pretrained_reader import TextReader, open_text_reader, text_files

__all__ = ["PretrainedText", "load_pretrained_text"]

ENCODE_BATCH = 64
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, eq=False)
class PretrainedText:
    """The encoder: unit-length vectors where the model has a joint space or says so, else as pooled.

    A text without any token that the model knows (an empty one too) is a row of zeros. Of a text with more
    tokens than the model reads the last ones are left out; `unknown_words` names their words with the others.

    Args:
        name: the name of the text feature.
        place: where the model's files lie.
        reader: the opened model.
        device: where it computes.
    """

    name: str
    place: ModelPlace
    reader: TextReader
    device: str = "cpu"
    kind: ClassVar[str] = "pretrained"

    @property
    def dimension(self) -> int:
        """The width of a vector."""
        return self.reader.dimension

    @property
    def digest(self) -> str:
        """The digest of its content: the model's files, and how its states are pooled."""
        return encoder_digest(self._document(), {})

    def on(self, device: str) -> "PretrainedText":
        """Returns the encoder, moved to a device."""
        tower = self.reader.tower
        for module in (tower.module, tower.projection, *(layer for layer, _ in self.reader.dense)):
            if module is not None:
                module.to(device)
        return replace(self, device=device)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (B, D) float32; equal texts are computed once, those with equally many tokens together."""
        import torch

        distinct = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        vectors = np.zeros((len(distinct), self.dimension), dtype=np.float32)
        tokens = self.reader.token_ids(list(distinct)) if distinct else []
        special = frozenset(self.reader.tokenizer.all_special_ids)  # the unknown token is one of them
        known = [row for row, ids in enumerate(tokens) if not special.issuperset(ids)]
        with torch.inference_mode():
            for rows in _equally_long(known, tokens):
                block = torch.tensor([tokens[row] for row in rows], dtype=torch.int64, device=self.device)
                vectors[rows] = self.reader.vectors(block).float().cpu().numpy()
        return vectors[[distinct[text] for text in texts]]

    def unknown_words(self, text: str) -> list[str]:
        """Returns the distinct words of a text, lower-cased, that leave no trace in its vector, in order:
        words of which the tokenizer knows no part, and those behind the last token that the model reads.
        """
        words = [(found.group(), found.end()) for found in _WORD.finditer(text)]
        end = self._read_until(text)
        distinct = list(dict.fromkeys(word.lower() for word, _ in words))
        read = {word.lower() for word, stop in words if stop <= end}
        return [word for word in distinct if word not in read or self._is_unknown(word)]

    def _is_unknown(self, word: str) -> bool:
        ids = self.reader.tokenizer(word, add_special_tokens=False)["input_ids"]
        unknown = self.reader.tokenizer.unk_token_id
        return all(one == unknown for one in ids)

    def _read_until(self, text: str) -> int:
        """Returns how many characters of a text the model reads."""
        if self._fits(text):
            return len(text)
        low, high = 0, len(text)  # the longest beginning that is not cut
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._fits(text[:middle]) else (low, middle - 1)
        return low

    def _fits(self, text: str) -> bool:
        most = self.reader.longest
        prepared = self.reader.prepared(text)
        return len(self.reader.tokenizer(prepared, truncation=True, max_length=most + 1)["input_ids"]) <= most

    def save(self, directory: Path) -> None:
        """Writes the pointer to a folder that `load_pretrained_text` reads."""
        write_encoder(directory, self._document(), {})

    def _document(self) -> dict[str, object]:
        told = pointer_document(self.kind, self.name, dimension=self.dimension, place=self.place)
        return told | {"pooling": self.reader.layout.pooling}


def _equally_long(rows: Sequence[int], tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yields batches of rows whose texts have equally many tokens, so none is padded."""
    by_length: dict[int, list[int]] = {}
    for row in rows:
        by_length.setdefault(len(tokens[row]), []).append(row)
    for length in sorted(by_length):
        found = by_length[length]
        for start in range(0, len(found), ENCODE_BATCH):
            yield found[start : start + ENCODE_BATCH]


def load_pretrained_text(directory: Path) -> PretrainedText:
    """Returns the encoder that a pointer names, on the CPU.

    Raises:
        MissingExtraError: if transformers is not installed.
        NotFoundError: if files of the model are gone.
        StaleError: if they have changed since import.
        LpdError: if the pointer is damaged or of another kind.
    """
    pointer = open_pointer(directory, kind=PretrainedText.kind, files=text_files)
    reader = open_text_reader(pointer.folder, pooling=str(pointer.document.get("pooling")))
    pointer.check_width(reader.dimension)
    return PretrainedText(pointer.document["name"], pointer.place, reader)
