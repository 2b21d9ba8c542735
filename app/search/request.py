"""What the Search page asks, as one value: written to the address, and turned into what the library searches
and shapes with. `app.search.request_reading` reads it back.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from app.parameters import Value
from app.systems import own_weights, weights_text
from lpd.cards import ModelCard
from lpd.search import QueryForm
from lpd.search.shot_masks import ShotChoice
from lpd.services.list_shapes import ALL_SPACES, Fold, Rerank

__all__ = ["ALL_SPACES", "HIDDEN", "LAYOUTS", "STRENGTH", "WITHIN_S", "Fold", "Rerank", "SearchRequest"]

LAYOUTS = {"lanes": "lanes", "grid": "one list", "two": "two lists"}
"""Layout of the lists -> the words for it."""

HIDDEN = {"judged": "judged shots", "seen": "shots seen in this session"}
"""Kind of shots that can be hidden -> the words for it."""

STRENGTH = 0.5
WITHIN_S = 30
"""Defaults of `QueryForm`."""


@dataclass(frozen=True)
class SearchRequest:
    """Everything that the page asks; the sidebar says of which model and which shots.

    Args:
        query: the text in the box.
        also: further wordings of the same need.
        without: what the shots should not show.
        strength: of `without`.
        like: a shot that is searched with.
        like_space: the one space in which it is; None for all.
        then: what a later shot of the same video shows.
        within_s: by how many seconds that shot may begin after the end of the first.
        relevant, not_relevant: shots that the query is moved by.
        weights: (space, weight) where the weight is not the model's own.
        spaces: those that are searched, in the model's order; none for all.
        videos: those whose shots may be returned; none for all.
        from_s, to_s: between which seconds of its video a shot begins.
        minimum: shots with a lower score are left out.
        hide: of `HIDDEN`.
        fold: near-duplicates folded into one tile.
        best_per_video: whether the shots of a video are folded into the best of them.
        rerank: how the lists are re-ranked.
        layout: of `LAYOUTS`.
        lanes: the lists that are shown, none for the layout's own choice.
    """

    query: str = ""
    also: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    strength: float = STRENGTH
    like: str | None = None
    like_space: str | None = None
    then: str = ""
    within_s: int = WITHIN_S
    relevant: tuple[str, ...] = ()
    not_relevant: tuple[str, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    spaces: tuple[str, ...] = ()
    videos: tuple[str, ...] = ()
    from_s: float | None = None
    to_s: float | None = None
    minimum: float | None = None
    hide: tuple[str, ...] = ()
    fold: Fold | None = None
    best_per_video: bool = False
    rerank: Rerank | None = None
    layout: str = "lanes"
    lanes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to search with."""
        return not self.wordings and self.like is None

    @property
    def wordings(self) -> tuple[str, ...]:
        """The texts of the need, blank ones left out."""
        return tuple(text for text in (self.query, *self.also) if text.strip())

    @property
    def form(self) -> QueryForm:
        """The query in all its parts.

        Raises:
            LpdError: if there is nothing to search with, or its parts contradict each other.
        """
        return QueryForm(
            wordings=self.wordings,
            shot=self.like,
            without=self.without,
            strength=self.strength,
            relevant=self.relevant,
            not_relevant=self.not_relevant,
            then=self.then or None,
            within_s=float(self.within_s),
        )

    @property
    def need(self) -> str:
        """What shots are judged for: the first wording, or the shot searched with, and what refines it.

        Other wordings say the same, and feedback moves the query without changing what is looked for.
        """
        shot = None if self.wordings else self.like
        refined = QueryForm(self.wordings[:1], shot, self.without, then=self.then or None)
        return refined.label

    @property
    def is_refined(self) -> bool:
        """Whether the text in the box is not all that the shots should show."""
        return bool(self.without or self.then or self.like)

    @property
    def filters(self) -> bool:
        """Whether shots are kept from being returned."""
        return bool(self.videos or self.hide) or self.from_s is not None or self.to_s is not None

    @property
    def shapes(self) -> bool:
        """Whether something is done to the lists after the search."""
        return self.shortens or self.rerank is not None

    @property
    def shortens(self) -> bool:
        """Whether lists lose shots after the search."""
        return self.minimum is not None or self.fold is not None or self.best_per_video

    @property
    def searched_spaces(self) -> tuple[str, ...] | None:
        """The spaces that are asked, None for all."""
        return (self.like_space,) if self.like is not None and self.like_space else self.spaces or None

    def for_need(
        self, query: str, *, like: str | None = None, like_space: str | None = None
    ) -> "SearchRequest":
        """Returns a request for something else: what refined the one before is gone; weights, spaces, filters
        and what is done to the lists stay.
        """
        return replace(
            self,
            query=query,
            also=(),
            without=(),
            like=like,
            like_space=like_space,
            then="",
            relevant=(),
            not_relevant=(),
        )

    def choice(self, hidden: Collection[str]) -> ShotChoice:
        """Returns which shots may be returned.

        Args:
            hidden: the shots that `hide` stands for.
        """
        return ShotChoice(self.videos or None, self.from_s, self.to_s, hidden)

    def all_weights(self, card: ModelCard) -> tuple[float, ...] | None:
        """Returns the weights of all spaces in the model's order, None where they are the model's own."""
        return tuple((own_weights(card) | dict(self.weights)).values()) if self.weights else None

    def shown_lists(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Returns the lists that the layout shows, of those of a result.

        Args:
            names: of the result, `fused` first.
        """
        chosen = tuple(name for name in names if name in self.lanes)
        if self.layout == "lanes":
            return chosen or names
        wanted = 1 if self.layout == "grid" else 2
        return (chosen + tuple(name for name in names if name not in chosen))[:wanted]

    def parameters(self) -> dict[str, Value | None]:
        """Returns every parameter of the page, None for what is not asked for."""
        in_space = f"@{self.like_space}" if self.like_space else ""
        asked: dict[str, Value | None] = {
            "q": self.query,
            "also": self.also,
            "without": "\n".join(self.without),
            "strength": _number(self.strength if self.without else STRENGTH, STRENGTH),
            "like": f"{self.like}{in_space}" if self.like else None,
            "then": self.then,
            "within": self.within_s if self.then and self.within_s != WITHIN_S else None,
            "rel": self.relevant,
            "nrel": self.not_relevant,
            "weights": weights_text(self.weights),
            "spaces": self.spaces,
            "videos": self.videos,
            "from": _number(self.from_s),
            "to": _number(self.to_s),
            "min": _number(self.minimum),
            "hide": self.hide,
            "fold": self.fold.text if self.fold else None,
            "best": "video" if self.best_per_video else None,
            "rerank": self.rerank.text if self.rerank else None,
            "layout": None if self.layout == "lanes" else self.layout,
            "lane": self.lanes,
        }
        return {name: None if entry in ("", ()) else entry for name, entry in asked.items()}


def _number(value: float | None, default: float | None = None) -> str | None:
    return None if value is None or value == default else f"{value:g}"
