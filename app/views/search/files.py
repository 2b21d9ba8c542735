"""What the Search page offers to take away, and what it pins: lists as they are shown, each with what it was
made from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app import resources
from app.lanes import list_title
from app.resources.search_forms import AskedForm
from app.search.exports import ShownFile, shown_frame, shown_run, shown_table, xml_bytes
from app.search.feedback_run import feedback_run, feedback_tag
from app.search.marks import standing_marks
from app.search.recipe import search_recipe
from app.search.request_words import asked_parts
from app.search.shown_lists import ShownList, shape_of
from app.search.snippet import form_snippet
from app.views.exporting import MIMES, ExportItem, file_stem, frame_exports, run_export, table_exports
from app.views.pinning import ViewFacts
from app.views.search.scene import Scene, judge_name
from app.words import shortened
from lpd.exports import Digested, Provenance
from lpd.judging import edition_needs
from lpd.search import FormResult
from lpd.trec import Run

__all__ = ["Answer", "answer_exports", "answer_facts", "answer_provenance"]

STEM_WORDS = 40
FREE_TOPIC = "query"
"""What a free text is called where a run wants the id of a topic."""


@dataclass(frozen=True)
class Answer:
    """What a query brought.

    Args:
        scene: of the run.
        asked: the query.
        found: the lists as they were searched.
        shown: the same as they are shown.
        names: of the lists on the page, in their order.
    """

    scene: Scene
    asked: AskedForm
    found: FormResult
    shown: Mapping[str, ShownList]
    names: tuple[str, ...]

    @property
    def topic_id(self) -> str:
        """The id of the topic, or what stands for it."""
        return self.scene.topic.topic_id if self.scene.topic else FREE_TOPIC


def answer_provenance(answer: Answer, name: str) -> Provenance:
    """Returns what one list of an answer was made from."""
    scene, result = answer.scene, answer.found.result
    selection, card = scene.selection, scene.card
    labels = {space.name: space.label for space in card.spaces}
    parts = [part.words for part in asked_parts(scene.request, labels)]
    query = scene.request.form.label
    judged = None
    if scene.relevance is not None and scene.selection.edition and scene.selection.qrels:
        qrels = resources.qrels(scene.workspace, scene.selection.edition, scene.selection.qrels)
        judged = Digested(scene.selection.qrels, qrels.digest)
    return Provenance(
        workspace=scene.workspace.name,
        source=scene.workspace.source,
        collection=selection.collection,
        subset=selection.subset,
        models=(Digested(card.name, card.digest),),
        edition=selection.edition if scene.topic else None,
        qrels=judged,
        measure=f"list {name}, run class {scene.request.form.run_class}",
        query=f"{query} ({'; '.join(parts)})" if parts else query,
        depth=resources.DEPTH,
        weights=tuple(zip(labels, result.shares.tolist(), strict=True)),
        post_processing=answer.shown[name].labels,
        exactness=result.exactness.words,
    )


def answer_facts(answer: Answer, opened: str | None) -> ViewFacts:
    """Returns what the page says of its view when it is pinned."""
    scene = answer.scene
    asked = {name: entry for name, entry in scene.request.parameters().items() if entry is not None}
    parameters = {**scene.selection.parameters(), **asked}
    if scene.topic is not None:
        parameters["topic"] = scene.topic.topic_id
    if opened is not None:
        parameters["shot"] = opened
    provenance = answer_provenance(answer, answer.names[0])
    return ViewFacts("", scene.request.form.label, parameters, provenance, _snapshot(answer))


def _snapshot(answer: Answer) -> dict[str, object]:
    ids, k = answer.scene.collection.shot_ids, answer.scene.selection.k
    lists = {}
    for name in answer.names:
        rows, scores = (column[:k].tolist() for column in answer.shown[name].hits)
        lists[name] = [[ids[row], score] for row, score in zip(rows, scores, strict=True)]
    return {"lists": lists, "recipe": _recipe(answer)}


def _recipe(answer: Answer) -> dict[str, object]:
    """What the lists are made again from."""
    k, shape = answer.scene.selection.k, shape_of(answer.scene.request, answer.scene.selection.k)
    return search_recipe(answer.asked, answer.names, k=k, depth=resources.DEPTH, shape=shape)


# --- files --------------------------------------------------------------------------------------------------


def answer_exports(answer: Answer) -> list[ExportItem]:
    """Returns the files of an answer: the first list on the page in several forms, and a feedback run of the
    edition where shots were marked for the topic.
    """
    name, scene = answer.names[0], answer.scene
    provenance = answer_provenance(answer, name)
    collection, k = scene.collection, scene.selection.k
    found, shape = answer.found, shape_of(scene.request, k)
    pairs = found.steps.pairs if found.steps else {}
    file = ShownFile(answer.asked, found.result, answer.shown, name, provenance, shape, pairs)
    stem = file_stem(scene.card.name, name, answer.topic_id, shortened(scene.request.form.label, STEM_WORDS))
    title = f"List {name}"
    label = f"{title}, first {k}"
    items = frame_exports(lambda: shown_frame(file, collection, k=k), stem, provenance, label=label)
    titles = {one: list_title(scene.card, one)[0] for one in answer.shown}
    tables = table_exports(
        lambda: shown_table(file, collection, k=k, labels=titles), stem, provenance, label=label
    )
    # as CSV and parquet the list is written with all digits, above
    items += [one for one in tables if one.file_name.endswith((".tex", ".md"))]
    items += _run_items(answer, file, stem)
    depth = resources.DEPTH
    items.append(
        ExportItem(
            f"{title}, Python",
            f"{stem}.py",
            MIMES["py"],
            lambda: form_snippet(scene.workspace, file, depth=depth).encode(),
        )
    )
    return items + _feedback_items(answer)


def _run_items(answer: Answer, file: ShownFile, stem: str) -> list[ExportItem]:
    scene, topic_id = answer.scene, answer.topic_id
    collection, form = scene.collection, scene.request.form

    def made() -> Run:
        return shown_run(file, collection, topic_id=topic_id)

    items = [run_export(made, stem, file.provenance, label=f"List {file.name}, TREC run")]
    if scene.topic is not None:
        items.append(
            ExportItem(
                f"List {file.name}, TRECVID XML of topic {topic_id}, class {form.run_class}",
                f"{stem}.xml",
                MIMES["xml"],
                lambda: xml_bytes(
                    made(),
                    file.provenance,
                    processing=form.run_class,
                    topic_ids=[topic_id],
                    collection=collection,
                ),
            )
        )
    return items


def _feedback_provenance(answer: Answer, judge: str) -> Provenance:
    edition, given = answer.scene.edition, answer_provenance(answer, answer.names[0])
    assert edition is not None, "marks are for one of its topics"
    return replace(
        given,
        subset=edition.subset,
        edition=edition.name,
        qrels=None,
        query=None,
        measure=f"relevance feedback (Rocchio) by marks of {judge}, run class R",
        post_processing=(),
    )


def _feedback_items(answer: Answer) -> list[ExportItem]:
    """The feedback run of the whole edition, where the person marked shots for the topic shown."""
    scene = answer.scene
    if scene.edition is None or scene.need is None or scene.need.edition is None or not scene.marks.own:
        return []
    edition, card, judge = scene.edition, scene.card, judge_name()
    path, needs = scene.workspace.judgements_path, edition_needs(scene.edition)
    engine = resources.engine(scene.workspace, card.name, scene.selection.collection)
    weights, spaces = scene.request.all_weights(card), scene.request.spaces or None
    provenance = _feedback_provenance(answer, judge)
    topic_ids = [topic.topic_id for topic in edition.topics]

    def made() -> Run:
        marks = {one: standing_marks(path, need, judge=judge) for one, need in needs.items()}
        if scene.topic is not None:  # its marks may be those of this session only
            marks[scene.topic.topic_id] = scene.marks
        return feedback_run(engine, edition, marks=marks, weights=weights, spaces=spaces)

    def as_xml() -> bytes:
        return xml_bytes(
            made(), provenance, processing="R", topic_ids=topic_ids, collection=engine.collection
        )

    stem = file_stem(feedback_tag(card.name), edition.name)
    label = f"Feedback run of {edition.name}, class R"
    return [
        ExportItem(f"{label}, TRECVID XML", f"{stem}.xml", MIMES["xml"], as_xml),
        run_export(made, stem, provenance, label=f"{label}, TREC run"),
    ]
