"""The cards of a case study: what each list found, and how often the words of the topic stand in the captions
that the model learnt from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from app import resources
from app.components import note
from app.components.result_table import result_payload, result_table
from app.components.space_table import space_table, space_table_payload
from app.resources import topics as measured
from app.topics.case import list_heads, list_lines
from app.topics.case_words import stop_words, word_table
from app.topics.formulas import formula_of
from app.topics.gathering import TopicsPage
from app.topics.lists import ListFacts
from app.views.warming import await_indexes
from lpd.errors import LpdError
from lpd.evaluation import measure_label
from lpd.services.case_study import CaseStudy
from lpd.trec import JudgedTopic, Run, Topic
from lpd.words import counted
from lpd.workspace import Workspace

if TYPE_CHECKING:
    from lpd.services.learnt_words import LearntCaptions

__all__ = ["CaseLists", "OpenedTopic", "draw_lists", "draw_words", "opened_topic"]


class OpenedTopic(NamedTuple):
    """A topic that is looked at closely.

    Args:
        page: the table it was opened from.
        row: of that table.
        topic: its text is empty where the edition does not list it.
        judged: its judgements.
        has_index: whether the model of the sidebar can be asked for it.
    """

    page: TopicsPage
    row: int
    topic: Topic
    judged: JudgedTopic
    has_index: bool


def opened_topic(page: TopicsPage, topic_id: str) -> OpenedTopic:
    """Returns a topic of the page's table, to be looked at closely."""
    row = page.shown.table.topic_ids.index(topic_id)
    text = page.shown.table.texts[row] or ""
    qrels = resources.qrels(page.workspace, page.asked.edition, page.asked.qrels)
    model, collection = page.selection.model, page.shown.edition.collection
    has_index = bool(text) and model is not None and collection in page.workspace.index_names(model)
    return OpenedTopic(page, row, Topic(topic_id, text), qrels.topic(topic_id), has_index)


class CaseLists(NamedTuple):
    """Some lists, and what they bring of the topic.

    Args:
        runs: list -> its lists of all topics.
        facts: list -> its facts.
        values: list -> its measure on the topic, for those that have it.
        measure: of the table.
        case: what they bring of the topic; None for no lists.
    """

    runs: Mapping[str, Run]
    facts: Mapping[str, ListFacts]
    values: Mapping[str, float]
    measure: str
    case: CaseStudy | None = None


def draw_lists(title: str, lists: CaseLists, *, key: str) -> None:
    """Draws a small table of what each list found in its top k; `key` is unique on the page."""
    assert lists.case is not None, "drawn for lists that have the topic"
    case = lists.case
    heads = list_heads(measure_label(lists.measure), case.k, formula=formula_of(lists.measure))
    lines = list_lines(case, lists.facts, values=lists.values)
    note(title, "title")
    payload = {**space_table_payload(heads, lines, alt=title), "first": "list"}
    space_table(payload, key=key)
    by_all, by_none = len(case.found_by_all), len(case.found_by_none)
    shots = counted(len(case.ranks), "shot")
    words = f"{shots} judged relevant: {by_all} in the top {case.k} of every list, {by_none} of none"
    lacking = f" · without the topic: {', '.join(case.lacking)}" if case.lacking else ""
    note(words + lacking, "small")


def draw_words(opened: OpenedTopic) -> None:
    """Draws how often each word of the topic stands in the captions that the sidebar's model learnt from; in
    every caption set of the workspace where these are not known."""
    learnt, problem = _learnt(opened.page.workspace, opened.page.selection.model)
    note("Its words in captions" if problem else "Its words in the training captions", "title")
    if problem:
        note(problem)
    if not opened.topic.text:
        note("It takes the text of the topic, which the edition does not list.")
    elif learnt.stages:
        _draw_counts(opened, learnt)


def _draw_counts(opened: OpenedTopic, learnt: "LearntCaptions") -> None:
    from lpd.services.learnt_words import stage_word_counts  # it loads torch
    from lpd.text import query_words

    counts = {name: measured.word_counts(opened.page.workspace, name) for name in _at_hand(learnt)}
    stages = stage_word_counts(learnt, counts)
    function_words = ""
    if stages:
        words = query_words(opened.topic.text, stages, unknown=_unknown(opened))
        table = word_table(words, {name: found.captions for name, found in stages.items()})
        result_table(result_payload(table, alt=table.title), key="case_words")
        function_words = stop_words(words, list(stages))
    note(_origin(learnt, function_words), "small")


def _learnt(workspace: Workspace, model: str | None) -> tuple["LearntCaptions", str]:
    """The captions to be counted, and why they are not those of the model, empty where they are."""
    from lpd.services.learnt_words import LearntCaptions, learnt_captions

    problem = "No model is chosen"
    if model is not None:
        try:
            return learnt_captions(workspace, model), ""
        except LpdError:  # its card does not name them
            problem = f"It is not known which captions {model} learnt from"
    sets = workspace.caption_sets()
    counted_in = "counted in every caption set here" if sets else "there are no captions here"
    return LearntCaptions({name: (name,) for name in sets}, (), ()), f"{problem}; {counted_in}."


def _at_hand(learnt: "LearntCaptions") -> list[str]:
    names = dict.fromkeys(name for names in learnt.stages.values() for name in names)
    return [name for name in names if name not in learnt.gone]


def _unknown(opened: OpenedTopic) -> dict[str, list[str]]:
    """Text feature -> words of the topic that its encoder does not know; none where it cannot be asked."""
    model = opened.page.selection.model
    if model is None or not opened.has_index:
        return {}
    workspace, edition = opened.page.workspace, opened.page.shown.edition
    await_indexes(workspace, [model], edition.collection)
    asked = resources.Asked(model, edition.collection, opened.topic.text, edition.subset)
    return resources.search(workspace, asked).unknown_words


def _origin(learnt: "LearntCaptions", function_words: str) -> str:
    """Which captions were counted, and which could not be."""
    sets = "; ".join(
        stage if names == (stage,) else f"{stage}: {', '.join(names)}"
        for stage, names in learnt.stages.items()
    )
    words = [f"captions that have the word ({sets})"]
    if function_words:
        words.append(f"function words: {function_words}")
    if learnt.gone:
        words.append(f"no more in the workspace: {', '.join(learnt.gone)}")
    if learnt.unknown:
        words.append(f"not known: what {', '.join(learnt.unknown)} learnt from")
    return " · ".join(words)
