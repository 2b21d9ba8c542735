"""What the parts of the Search page are drawn from: the workspace, the model, the request, its topic, its
marks.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from app import resources, state
from app.lanes import Judged
from app.resources.search_forms import AskedForm
from app.search.marks import Marks, default_judge, keep_mark, need_of, standing_marks
from app.search.request import SearchRequest
from lpd.cards import ModelCard
from lpd.collection import Collection
from lpd.editions import Edition
from lpd.errors import LpdError
from lpd.judging import Need
from lpd.trec import Topic
from lpd.workspace import Workspace

__all__ = [
    "Scene",
    "judge_name",
    "make_scene",
    "mark_shot",
    "rename_judge",
    "seen_shots",
    "standing_mark",
    "unkept_reason",
]


@dataclass(frozen=True)
class Scene:
    """One run of the page.

    Args:
        workspace: that is open.
        selection: the sidebar's choices.
        edition: its topics, None where none fits.
        card: of the model that is searched.
        request: what is asked.
        topic: the topic whose text is the query.
        need: what shots are judged for; None while nothing is asked.
        marks: what was said of shots for it.
    """

    workspace: Workspace
    selection: state.Selection
    edition: Edition | None
    card: ModelCard
    request: SearchRequest
    topic: Topic | None
    need: Need | None
    marks: Marks

    @property
    def collection(self) -> Collection:
        """Whose shots are searched."""
        return resources.collection(self.workspace, self.selection.collection)

    @property
    def relevance(self) -> Mapping[str, int] | None:
        """The judgements of the topic, None where there are none."""
        if self.topic is None or self.selection.edition is None or self.selection.qrels is None:
            return None
        qrels = resources.qrels(self.workspace, self.selection.edition, self.selection.qrels)
        return qrels.judgements(self.topic.topic_id) if self.topic.topic_id in qrels.topic_ids else None

    @property
    def asked(self) -> AskedForm:
        """The query as the lists are known by."""
        request = self.request
        return AskedForm(
            model=self.card.name,
            collection=self.selection.collection,
            subset=self.selection.subset,
            form=request.form,
            weights=request.all_weights(self.card),
            spaces=request.searched_spaces,
            videos=request.videos,
            from_s=request.from_s,
            to_s=request.to_s,
            hidden=self._hidden,
        )

    @property
    def _hidden(self) -> frozenset[str]:
        """The shots that `hide` stands for now."""
        hidden: set[str] = set()
        if "judged" in self.request.hide:
            judged = self.relevance or {}
            hidden |= {shot for shot, relevance in judged.items() if relevance >= 0} | self.marks.judged
        if "seen" in self.request.hide:
            hidden |= seen_shots(self.selection)
        return frozenset(hidden)

    @property
    def measurable(self) -> bool:
        """Whether the lists can be measured on the topic: they come from the shots that were judged, none is
        kept away, and nothing else is looked for."""
        request = self.request
        if self.edition is None or request.filters or request.shortens or request.is_refined:
            return False
        return self.edition.subset == self.selection.subset

    def judged(self, inf_ap: Mapping[str, float]) -> Judged | None:
        """Returns the judgements of the topic with what the lists are worth."""
        relevance = self.relevance
        return None if relevance is None else Judged(relevance, inf_ap)


def make_scene(
    workspace: Workspace,
    selection: state.Selection,
    *,
    edition: Edition | None,
    card: ModelCard,
    request: SearchRequest,
    topic: Topic | None,
) -> Scene:
    """Returns the scene of a run.

    Raises:
        LpdError: if the query is too long to be kept, or the file of verdicts is damaged.
    """
    need, marks = None, Marks({}, frozenset())
    if not request.is_empty:
        need = need_of(request, selection.collection, edition=edition, topic=topic)
        marks = standing_marks(workspace.judgements_path, need, judge=judge_name())
        marks = marks.with_marks(_unkept().get((str(workspace.path), need), {}))
    return Scene(workspace, selection, edition, card, request, topic, need, marks)


# --- what the session remembers -----------------------------------------------------------------------------


def judge_name() -> str:
    """Returns the name that marks are kept under."""
    name: str = state.remembered("judge", default_judge)
    return name


def rename_judge(name: str) -> None:
    """Keeps further marks under another name; a blank one gives the first name back."""
    words = unicodedata.normalize("NFC", " ".join(name.split()))
    state.put("judge", words or default_judge())


def seen_shots(selection: state.Selection) -> set[str]:
    """Returns the shots of a collection that were opened, or called seen, in this session."""
    seen: dict[tuple[str, str], set[str]] = state.remembered("seen_shots", dict)
    return seen.setdefault((selection.workspace, selection.collection), set())


def _unkept() -> dict[tuple[str, Need], dict[str, str]]:
    """Marks that no file keeps, because it cannot be written."""
    unkept: dict[tuple[str, Need], dict[str, str]] = state.remembered("unkept_marks", dict)
    return unkept


def unkept_reason() -> str:
    """Returns why the last mark was kept for this session only; empty where the workspace keeps it."""
    reason: str = state.remembered("unkept_reason", str)
    return reason


def mark_shot(workspace: Workspace, need: Need, *, shot: str, mark: str) -> None:
    """Keeps a mark in the workspace; for this session where that cannot be written, which the page tells."""
    place = (str(workspace.path), need)
    try:
        keep_mark(workspace.judgements_path, need, shot=shot, mark=mark, judge=judge_name())
    except LpdError as error:
        _unkept().setdefault(place, {})[shot] = mark
        state.put("unkept_reason", str(error))
    else:
        _unkept().get(place, {}).pop(shot, None)
        state.put("unkept_reason", "")


def standing_mark(scene: Scene, shot: str) -> str | None:
    """Returns the person's own mark of a shot as it stands now, which may be newer than the scene's."""
    if scene.need is None:
        return None
    marks = standing_marks(scene.workspace.judgements_path, scene.need, judge=judge_name())
    return marks.with_marks(_unkept().get((str(scene.workspace.path), scene.need), {})).own.get(shot)
