"""What an exported list, table or picture was made from, told in the way that its format allows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lpd import __version__
from lpd.workspace import Workspace

__all__ = ["Digested", "Provenance", "digested_models", "one_line"]


class Digested(NamedTuple):
    """The name of a thing and the digest of its content."""

    name: str
    digest: str


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Provenance:
    """What an export was made from; what does not apply is left out.

    Args:
        workspace: its name.
        source: what the workspace's data are, where it says so.
        collection, subset, video: what was searched; without subset and video, all shots.
        models: with the digests of their weights.
        runs: tags of the runs, with the digests of their files.
        edition: name of the topic edition.
        qrels: the judgements, with the digest of their rows.
        measure: what the numbers are, or which list it is.
        query: the text, or the shot, that was searched with.
        depth: how many shots of each list were asked for.
        weights: space -> share in the fused score.
        post_processing: what was done to the list afterwards: `mmr, trade-off .5`.
        exactness: whether the lists are exact, in the words of `Exactness`.
        version: of lpd.
        made_at: time in UTC.
    """

    workspace: str
    source: str | None = None
    collection: str | None = None
    subset: str | None = None
    video: str | None = None
    models: tuple[Digested, ...] = ()
    runs: tuple[Digested, ...] = ()
    edition: str | None = None
    qrels: Digested | None = None
    measure: str | None = None
    query: str | None = None
    depth: int | None = None
    weights: tuple[tuple[str, float], ...] = ()
    post_processing: tuple[str, ...] = ()
    exactness: str | None = None
    version: str = __version__
    made_at: str = field(default_factory=_now)

    def facts(self) -> dict[str, str]:
        """Returns what is known, in words: `model` -> `lpd (3f9a1c0212345678)`; each on one line."""
        told = {
            "lpd": self.version,
            "made at": self.made_at,
            "workspace": self.workspace,
            "data": self.source,
            "collection": self.collection,
            "subset": self.subset,
            "video": self.video,
            "model": _listed(self.models),
            "run": _listed(self.runs),
            "edition": self.edition,
            "qrels": None if self.qrels is None else _listed([self.qrels]),
            "measure": self.measure,
            "query": self.query,
            "depth": None if self.depth is None else str(self.depth),
            "weights": _shares(self.weights),
            "post-processing": ", ".join(self.post_processing),
            "exactness": self.exactness,
        }
        return {name: one_line(words) for name, words in told.items() if words}

    def lines(self) -> list[str]:
        """Returns a line for each fact: `model: lpd (3f9a1c0212345678)`."""
        return [f"{name}: {words}" for name, words in self.facts().items()]

    def comment(self, sign: str) -> str:
        """Returns the lines as a comment, each after `sign`: `#` in CSV and Python, `%` in LaTeX."""
        return "".join(f"{sign} {line}\n" for line in self.lines())

    @property
    def sentence(self) -> str:
        """All facts on one line, as a footnote of a table in Markdown or the description of a run."""
        return "; ".join(self.lines())

    def as_dict(self) -> dict[str, Any]:
        """Returns the fields as what JSON can hold."""
        document = asdict(self)
        document["models"] = [one._asdict() for one in self.models]
        document["runs"] = [one._asdict() for one in self.runs]
        document["qrels"] = None if self.qrels is None else self.qrels._asdict()
        document["weights"] = dict(self.weights)
        document["post_processing"] = list(self.post_processing)
        return document


def _listed(things: Sequence[Digested]) -> str:
    return ", ".join(f"{one.name} ({one.digest})" for one in things)


def _shares(weights: Sequence[tuple[str, float]]) -> str:
    if len({share for _, share in weights}) == 1:
        return "equal"
    return ", ".join(f"{space} {share:.6g}" for space, share in weights)


def one_line(text: str) -> str:
    """Returns a text that stays on its line: what cannot be printed, line ends among it, becomes a blank.

    A comment ends with its line, so nothing in a name can leave it.
    """
    return "".join(sign if sign.isprintable() else " " for sign in text)


def digested_models(workspace: Workspace, models: Sequence[str]) -> tuple[Digested, ...]:
    """Returns the models with the digests of their weights.

    Raises:
        NotFoundError: if there is no such model.
    """
    return tuple(Digested(name, workspace.model_card(name).digest) for name in models)
