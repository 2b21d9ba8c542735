"""Vectors of shots and topics in every common space of a model, brought from elsewhere.

embeddings/<model>/embeddings.json             spaces, fusion, and what was brought, with digests
embeddings/<model>/shots/<collection>/space_00/   a matrix per space: a row per shot, or a pointer to one
embeddings/<model>/topics/<edition>/space_00/     a matrix per space: a row per topic
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lpd import __version__
from lpd.cards import FusionInfo, ModelCard, SpaceInfo, fusion_info, space_infos
from lpd.errors import FormatError, NotFoundError, StaleError
from lpd.features import FeatureMatrix, open_matrix
from lpd.names import check_name
from lpd.storage import check_format_version, digest_bytes, read_json, write_json
from lpd.trec import Topic

__all__ = [
    "EMBEDDINGS_FILE",
    "SHOTS",
    "TOPICS",
    "BroughtVectors",
    "Embeddings",
    "read_embeddings",
    "space_folder",
    "topics_digest",
    "unit_rows",
    "write_embeddings",
]

EMBEDDINGS_FILE = "embeddings.json"
"""What vectors brought from elsewhere are: spaces, similarities, fusion, and where they came from."""

SHOTS = "shots"
"""The folder of the vectors of shots, by collection."""

TOPICS = "topics"
"""The folder of the vectors of topics, by edition."""

SYSTEM = "vectors"
"""What stands as the system of a model of which nothing but vectors is known."""

_FORMAT_VERSION = 1
_UNIT_BY = 1e-6


@dataclass(frozen=True)
class BroughtVectors:
    """The vectors of one collection's shots, or of one edition's topics.

    Args:
        rows: how many there are in each space.
        digests: of the matrix of each space, in the order of the spaces.
        source: where they came from, for people.
        texts: digest of the topics that they are of, see `topics_digest`; empty for shots.
    """

    rows: int
    digests: tuple[str, ...]
    source: str
    texts: str = ""

    @property
    def digest(self) -> str:
        """Of all spaces together."""
        return digest_bytes("\n".join(self.digests).encode())


@dataclass(frozen=True)
class Embeddings:
    """What was brought of one model.

    Args:
        directory: where it lies; its name is that of the model.
        spaces: in the model's order.
        fusion: how they become one score.
        shots: collection -> vectors of its shots.
        topics: edition -> vectors of its topics.
    """

    directory: Path
    spaces: tuple[SpaceInfo, ...]
    fusion: FusionInfo
    shots: dict[str, BroughtVectors] = field(default_factory=dict)
    topics: dict[str, BroughtVectors] = field(default_factory=dict)

    @property
    def card(self) -> ModelCard:
        """The facts of a model of which nothing but these vectors is here."""
        facts = _facts(self)
        content = [facts["spaces"], facts["fusion"], *(_digests(one) for one in (self.shots, self.topics))]
        return ModelCard(
            name=self.directory.name,
            system=SYSTEM,
            spaces=self.spaces,
            text_features={},
            video_features={},
            seed=None,
            digest=digest_bytes(json.dumps(content, sort_keys=True).encode()),
            config={"system": SYSTEM, "spaces": facts["spaces"], "training": {}, "model": {}},
            fusion=self.fusion,
            has_weights=False,
        )

    def order_of(self, spaces: Sequence[SpaceInfo]) -> list[int] | None:
        """Returns the numbers of some spaces here; None unless these are all, of the same widths and
        similarities.
        """
        own = {_kind_of(space): number for number, space in enumerate(self.spaces)}
        if len(spaces) != len(own) or any(_kind_of(space) not in own for space in spaces):
            return None
        return [own[_kind_of(space)] for space in spaces]

    def brought_shots(self, collection: str) -> BroughtVectors:
        """Returns what is known of the vectors of a collection's shots.

        Raises:
            NotFoundError: if there are none.
        """
        if collection not in self.shots:
            model = self.directory.name
            raise NotFoundError(
                f"model {model} has no vectors of the shots of {collection}",
                where=self.directory,
                expected=f"one of {', '.join(self.shots) or '(none yet)'}",
                next_step=f"lpd import embeddings FOLDER --model {model} --collection {collection}",
            )
        return self.shots[collection]

    def shot_vectors(self, collection: str, space: int) -> FeatureMatrix:
        """Returns the vectors of a collection's shots in one space, memory-mapped, as they were brought.

        Raises:
            NotFoundError: if there are none, or a file that is pointed to is gone.
            StaleError: if they are not those that the card speaks of, or what is pointed to has changed.
        """
        return self._opened(SHOTS, collection, self.brought_shots(collection), space)

    def topic_vectors(self, edition: str, space: int) -> FeatureMatrix:
        """Returns the vectors of an edition's topics in one space, as brought; raises as `shot_vectors`."""
        return self._opened(TOPICS, edition, self.topics[edition], space)

    def _opened(self, kind: str, name: str, brought: BroughtVectors, space: int) -> FeatureMatrix:
        folder = self.directory / kind / check_name(name, kind) / space_folder(space)
        matrix = open_matrix(folder)
        if matrix.digest != brought.digests[space]:
            raise StaleError(
                "these vectors were not brought to an end",
                where=folder,
                expected=f"digest {brought.digests[space]}",
                found=matrix.digest,
                next_step="lpd import embeddings, again",
            )
        if matrix.dimension != self.spaces[space].width:
            raise FormatError(
                f"width of space {self.spaces[space].name}",
                where=self.directory / EMBEDDINGS_FILE,
                expected=matrix.dimension,
                found=self.spaces[space].width,
                next_step="lpd import embeddings, again",
            )
        return matrix


def _kind_of(space: SpaceInfo) -> tuple[str, int, str]:
    return space.name, space.width, space.similarity


def space_folder(space: int) -> str:
    """Returns the name of the folder of a space, by its number from 0."""
    return f"space_{space:02d}"


def topics_digest(topics: Sequence[Topic]) -> str:
    """Returns the digest of topics with their texts: vectors belong to a text, not to a number."""
    return digest_bytes("\n".join(f"{one.topic_id} {one.text}" for one in topics).encode())


def unit_rows(rows: np.ndarray) -> np.ndarray:
    """Returns (n, D) float32, each row at length 1; a row of zeros stays.

    A row whose length is 1 up to rounding is not touched, so that what was at unit length stays bit for bit.
    """
    vectors = np.array(rows, dtype=np.float32)
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    other = (np.abs(lengths[:, 0] - 1) > _UNIT_BY) & (lengths[:, 0] > 0)
    vectors[other] = vectors[other] / lengths[other]
    return vectors


def read_embeddings(directory: Path) -> Embeddings:
    """Returns what was brought of a model; no vector is read.

    Raises:
        NotFoundError: if there is nothing.
        FormatError: if embeddings.json is damaged or of another format version.
    """
    path = directory / EMBEDDINGS_FILE
    document = read_json(path)
    advice = "open them with the version of lpd that wrote them, or import them again"
    check_format_version(document, _FORMAT_VERSION, what="embeddings", where=path, next_step=advice)
    try:
        spaces = space_infos(document["spaces"])
        if not spaces:
            raise ValueError("no spaces")
        fusion = fusion_info(document["fusion"], len(spaces))
        shots, topics = (_brought(document[kind], len(spaces)) for kind in (SHOTS, TOPICS))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise FormatError(f"damaged ({error!r})", where=path, next_step="lpd import embeddings") from error
    return Embeddings(directory, spaces, fusion, shots, topics)


def _brought(document: dict[str, Any], spaces: int) -> dict[str, BroughtVectors]:
    found = {}
    for name, facts in document.items():
        digests = tuple(str(one) for one in facts["digests"])
        if len(digests) != spaces:
            raise ValueError(f"{len(digests)} digests for {spaces} spaces")
        found[str(name)] = BroughtVectors(
            int(facts["rows"]), digests, str(facts["source"]), str(facts["texts"])
        )
    return found


def write_embeddings(embeddings: Embeddings) -> None:
    """Writes embeddings.json; the last file to be written, so what it does not speak of is not there."""
    document = {"format_version": _FORMAT_VERSION, **_facts(embeddings), "lpd_version": __version__}
    write_json(embeddings.directory / EMBEDDINGS_FILE, document)


def _facts(embeddings: Embeddings) -> dict[str, Any]:
    return {
        "spaces": [
            {key: value for key, value in one._asdict().items() if key != "has_namesake"}
            for one in embeddings.spaces
        ],
        "fusion": {"kind": embeddings.fusion.kind, "weights": list(embeddings.fusion.weights)},
        SHOTS: {name: asdict(one) for name, one in embeddings.shots.items()},
        TOPICS: {name: asdict(one) for name, one in embeddings.topics.items()},
    }


def _digests(brought: dict[str, BroughtVectors]) -> dict[str, str]:
    return {name: one.digest for name, one in brought.items()}
