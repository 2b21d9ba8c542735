"""Looking at vectors before they are brought into a workspace: what fits, and everything that does not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from lpd.cards import MEAN, FusionInfo, ModelCard, SpaceInfo
from lpd.editions import Edition
from lpd.errors import LpdError, name_some
from lpd.features import FeatureSource, FeatureStream, stream_source
from lpd.search.engine_opening import check_bi_encoder
from lpd.services.importing.embedding_folders import EmbeddingFolder
from lpd.services.importing.embedding_spaces import SpaceFacts
from lpd.trec.id_lists import repeated_ids
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["Asked", "Inspection", "inspect_folder"]


@dataclass(frozen=True)
class Asked:
    """Whose vectors are brought.

    Args:
        model: its name; one that is not here yet, one whose vectors were brought before, or one whose
            checkpoint is here: then the spaces must be its own.
        collection: whose shots they are of.
        editions: whose topics they are of; none takes those of the collection all of whose topics have
            vectors.
        similarity: `cosine` or `dot` in every space; None for what the folder says, else cosine.
        fusion: `mean`, `sum` or `minmax`; None for what the folder says, else the mean.
        pointer: remember the place of the shots' vectors instead of copying them.
    """

    model: str
    collection: str
    editions: tuple[str, ...] = ()
    similarity: str | None = None
    fusion: str | None = None
    pointer: bool = False


@dataclass
class Inspection:
    """What was found in a folder.

    Args:
        spaces: in the model's order, with the widths found.
        fusion: how they become one score.
        editions: those whose topics have vectors.
        topic_ids: edition, space -> what the topics are called in that space's list of ids, in their order.
        left_out: editions of the collection without a vector for every topic.
        rows_left_out: rows of the folder that belong to no shot of the collection, in the space with most.
        problems: all that does not fit, a part of a sentence each.
    """

    spaces: tuple[SpaceInfo, ...] = ()
    fusion: FusionInfo = MEAN
    editions: list[Edition] = field(default_factory=list)
    topic_ids: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    rows_left_out: int = 0
    problems: list[str] = field(default_factory=list)


def inspect_folder(workspace: Workspace, folder: EmbeddingFolder, asked: Asked) -> Inspection:
    """Returns what a folder holds for a model, a collection and its editions; no vector is read.

    Raises:
        NotFoundError: if there is no such collection or edition.
        LpdError: if the model scores pairs and has no spaces.
    """
    card = workspace.model_card(asked.model) if asked.model in workspace.model_names() else None
    if card is not None:
        check_bi_encoder(card)
    look = _Look(folder, _names(folder, card))
    found = look.found
    found.problems += _other_spaces(folder, card)
    if folder.shots is not None:
        look.at_shots(workspace.collection(asked.collection).shot_ids)
    elif card is None or not _has_shots(workspace, asked):
        found.problems.append(f"no vectors of shots (expected {folder.path / 'shots'})")
    look.at_topics(*_wanted_editions(workspace, folder, asked))
    found.problems += look.problems
    facts = SpaceFacts(folder, card, asked.similarity, asked.fusion)
    found.spaces = facts.spaces(look.widths, found.problems)
    found.fusion = facts.fusion(found.spaces, found.problems)
    return found


def _has_shots(workspace: Workspace, asked: Asked) -> bool:
    if asked.model not in workspace.embeddings_names():
        return False
    return asked.collection in workspace.embeddings(asked.model).shots


def _names(folder: EmbeddingFolder, card: ModelCard | None) -> list[str]:
    """Returns the spaces that both know, in the model's order; all of the folder where the model is new."""
    if card is None:
        return list(folder.spaces)
    return [space.name for space in card.spaces if space.name in folder.spaces]


def _other_spaces(folder: EmbeddingFolder, card: ModelCard | None) -> list[str]:
    """Returns which spaces of the model the folder lacks, and which it has beside them."""
    if card is None:
        return []
    own = [space.name for space in card.spaces]
    missing = [name for name in own if name not in folder.spaces]
    unknown = [name for name in folder.spaces if name not in own]
    told = [f"no vectors of {_spaces(missing)} of model {card.name}"] if missing else []
    return told + ([f"{_spaces(unknown)} not of model {card.name}"] if unknown else [])


def _spaces(names: Sequence[str]) -> str:
    return f"{'space' if len(names) == 1 else 'spaces'} {', '.join(names)}"


def _wanted_editions(
    workspace: Workspace, folder: EmbeddingFolder, asked: Asked
) -> tuple[list[Edition], bool]:
    """Returns the editions to be looked at, and whether each of them must have its vectors."""
    if asked.editions:
        return [workspace.edition(name) for name in dict.fromkeys(asked.editions)], True
    opened = [workspace.edition(name) for name in workspace.edition_names()] if folder.topics else []
    return [one for one in opened if one.collection == asked.collection], False


class _Look:
    """Opens the files of one space after another; what it found stands in `found`, widths in `widths`."""

    def __init__(self, folder: EmbeddingFolder, names: Sequence[str]) -> None:
        self.folder, self.names = folder, list(names)
        self.found = Inspection()
        self.widths: dict[str, dict[str, int]] = {name: {} for name in names}
        self._problems: dict[str, list[str]] = {}

    def at_shots(self, shot_ids: Sequence[str]) -> None:
        """Looks whether every shot has a row in every space."""
        for space in self.names:
            stream = self._opened(space, "shots", partial(self.folder.shot_source, space))
            if stream is None:
                continue
            known = set(stream.ids)
            missing = [shot for shot in shot_ids if shot not in known]
            self._told_missing(space, missing, len(shot_ids), "shot")
            self.found.rows_left_out = max(
                self.found.rows_left_out, len(known) + len(missing) - len(shot_ids)
            )

    def at_topics(self, editions: Sequence[Edition], needed: bool) -> None:
        """Looks whether every topic of the editions has a row in every space; one that need not is left out
        where it has not."""
        for edition in editions:
            if not needed and self._lacks_topics(edition):
                self.found.left_out.append(edition.name)
                continue
            for space in self.names:
                stream = self._opened(
                    space,
                    f"topics of {edition.name}",
                    partial(self.folder.topic_source, edition.name, space),
                )
                if stream is not None:
                    called = _called(edition, stream.ids)
                    known = set(stream.ids)
                    missing = [one for one in called if one not in known]
                    self._told_missing(space, missing, len(called), f"topic of {edition.name}")
                    self.found.topic_ids[edition.name, space] = called
            self.found.editions.append(edition)

    def _lacks_topics(self, edition: Edition) -> bool:
        """Whether the first space that can be opened has no row for some topic."""
        for space in self.names:
            try:
                ids = stream_source(self.folder.topic_source(edition.name, space)).ids
            except LpdError:
                continue
            return not edition.topics or not set(_called(edition, ids)) <= set(ids)
        return True

    def _opened(self, space: str, what: str, source: Callable[[], FeatureSource]) -> FeatureStream | None:
        try:
            stream = stream_source(source())
        except LpdError as error:
            self._told(space, f"{what}: {error}")
            return None
        self.widths[space][what] = stream.dimension
        repeated = repeated_ids(stream.ids)
        if repeated:
            self._told(space, f"{what}: ids occur more than once ({name_some(repeated)})")
        return stream

    def _told_missing(self, space: str, missing: Sequence[str], total: int, what: str) -> None:
        if missing:
            noun, of, owner = what.partition(" of ")
            number = f"{len(missing)} of {counted(total, noun)}{of}{owner}"
            self._told(space, f"no vector of {number} ({name_some(missing)})")

    def _told(self, space: str, problem: str) -> None:
        self._problems.setdefault(problem, []).append(space)

    @property
    def problems(self) -> list[str]:
        """What was found wrong; what is wrong with several spaces once, with their names."""
        return [f"{_spaces(names)}: {problem}" for problem, names in self._problems.items()]


def _called(edition: Edition, ids: Sequence[str]) -> list[str]:
    """Returns what the topics are called in a list of ids: topic 1661 may stand there as 661."""
    own = [topic.topic_id for topic in edition.topics]
    known = set(ids)
    short = [one.removeprefix("1") for one in own]
    return short if own and not known & set(own) and set(short) <= known else own
