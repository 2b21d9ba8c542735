"""A judging plan: which shots are to be judged for which topics, in which order, drawn how."""

import json
from dataclasses import asdict, dataclass
from functools import cached_property

from lpd.errors import NotFoundError, name_some
from lpd.judging.needs import Need
from lpd.judging.pooling import Layer
from lpd.storage import digest_bytes

__all__ = [
    "JudgingPlan",
    "PlannedRun",
    "PlannedStratum",
    "PlannedTopic",
    "plan_needs",
]


@dataclass(frozen=True)
class PlannedRun:
    """A run that filled the pool: its tag, and the digest of its file then."""

    tag: str
    digest: str


@dataclass(frozen=True)
class PlannedStratum:
    """One layer of a topic's pool.

    Args:
        name: `1` for the first layer.
        shot_ids: its shots in judging order, a random permutation, so that every beginning of it is a simple
            random sample without replacement.
        sample: how many of them, from the first, are to be judged.
    """

    name: str
    shot_ids: tuple[str, ...]
    sample: int


@dataclass(frozen=True)
class PlannedTopic:
    """The pool of one topic; a shot is in one stratum."""

    topic_id: str
    text: str
    strata: tuple[PlannedStratum, ...]

    @property
    def pool(self) -> int:
        """How many shots all strata have."""
        return sum(len(stratum.shot_ids) for stratum in self.strata)

    @property
    def sample(self) -> int:
        """How many shots are to be judged."""
        return sum(stratum.sample for stratum in self.strata)

    @cached_property
    def stratum_of(self) -> dict[str, PlannedStratum]:
        """Shot -> its stratum, of the whole pool."""
        return {shot_id: stratum for stratum in self.strata for shot_id in stratum.shot_ids}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The shots to be judged in judging order: all strata advance in step, each by the share of its
        sample, so that at every moment each stratum's judged shots are a random sample of it.
        """
        places = [
            ((place + 0.5) / stratum.sample, number, shot_id)
            for number, stratum in enumerate(self.strata)
            for place, shot_id in enumerate(stratum.shot_ids[: stratum.sample])
        ]
        return tuple(shot_id for _, _, shot_id in sorted(places))

    @cached_property
    def sampled(self) -> frozenset[str]:
        """The shots to be judged."""
        return frozenset(self.order)

    @cached_property
    def rows(self) -> tuple[list[str], list[str]]:
        """The shots of the pool, strata by name and shots sorted, and the stratum of each."""
        pairs = [(one.name, shot_id) for one in self.strata for shot_id in sorted(one.shot_ids)]
        return [shot_id for _, shot_id in pairs], [name for name, _ in pairs]


@dataclass(frozen=True)
class JudgingPlan:
    """What is to be judged; `lpd.judging.make_plan` makes one, `lpd.judging.plan_files` keeps it.

    Args:
        name: of the plan in its workspace.
        collection: whose shots are judged.
        edition: whose topics they are judged for.
        layers: by which the strata were cut and first sampled; after `extend_plan` the strata say more.
        seed: of the judging order of every stratum.
        runs: that filled the pool.
        overlap: share of the shots to be judged that every judge judges, 0..1; the others are divided.
        topics: topic_id -> its pool, in the order of the edition.
    """

    name: str
    collection: str
    edition: str
    layers: tuple[Layer, ...]
    seed: int
    runs: tuple[PlannedRun, ...]
    overlap: float
    topics: dict[str, PlannedTopic]

    @property
    def sample(self) -> int:
        """How many shots, counted per topic, are to be judged."""
        return sum(topic.sample for topic in self.topics.values())

    @property
    def pool(self) -> int:
        """How many shots, counted per topic, the pool has."""
        return sum(topic.pool for topic in self.topics.values())

    @property
    def view(self) -> str:
        """The view with which the verdicts of judges who go through this plan are kept."""
        return f"judge {self.name}"

    def topic(self, topic_id: str) -> PlannedTopic:
        """Returns the pool of one topic.

        Raises:
            NotFoundError: if the plan does not have it.
        """
        if topic_id not in self.topics:
            raise NotFoundError(
                "no such topic in this judging plan",
                where=self.name,
                expected=f"one of {name_some(self.topics)}",
                found=repr(topic_id),
            )
        return self.topics[topic_id]

    @cached_property
    def digest(self) -> str:
        """The digest of all that the plan says."""
        return digest_bytes(json.dumps(asdict(self), sort_keys=True).encode("utf-8"))

    def is_shared(self, topic_id: str, shot_id: str) -> bool:
        """Returns whether every judge judges a shot; decided by seed, topic and shot alone."""
        drawn = digest_bytes(f"{self.seed} {topic_id} {shot_id}".encode())
        return int(drawn, 16) < self.overlap * 16 ** len(drawn)


def plan_needs(plan: JudgingPlan) -> dict[str, Need]:
    """Returns topic_id -> what the shots of a topic are judged for."""
    return {topic_id: Need(plan.collection, topic_id, plan.edition) for topic_id in plan.topics}
