"""What an evaluation needs: topics, judgements that fit them and the collection, and runs or a model."""

from lpd.editions import Edition
from lpd.errors import name_some
from lpd.progress import Progress
from lpd.services.health.findings import OK, PROBLEM, Examined, Findings, outside_words
from lpd.services.health.texts import examine_text_features
from lpd.services.health.written import examine_written
from lpd.words import counted

__all__ = ["evaluation_health"]


def evaluation_health(seen: Examined, found: Findings, progress: Progress) -> str:
    """Returns which editions can be evaluated; adds what was found to `found`."""
    names = seen.workspace.edition_names()
    if not names:
        collection = next(iter(seen.workspace.collection_names()), "NAME")
        command = f"lpd import topics FILE --edition NAME --collection {collection}"
        found.advise("topics", "there is no topic edition yet", command)
    ready = []
    for number, name in enumerate(names):
        progress("examining editions", number, len(names))
        command = f"lpd import topics FILE --edition {name} --collection NAME"
        with found.examining(f"edition {name}", command):
            if _examine_edition(seen, seen.workspace.edition(name), found):
                ready.append(name)
    progress("examining editions", len(names), len(names))
    examine_written(seen, found)
    return ", ".join(ready)


def _examine_edition(seen: Examined, edition: Edition, found: Findings) -> bool:
    """Returns whether an edition has judgements that fit, and something to measure by them."""
    subject = f"edition {edition.name}"
    collection = seen.collection(edition.collection)
    where = edition.collection if edition.subset is None else f"{edition.collection}/{edition.subset}"
    known = {collection.shot_ids[row] for row in collection.subset_rows(edition.subset)}
    topics = counted(len(edition.topics), "topic")
    found.ok(subject, f"{topics} over {counted(len(known), 'shot')} of {where}")
    texts = {topic.topic_id: topic.text for topic in edition.topics}
    examine_text_features(seen, edition.name, texts, found=found)
    judged = False
    for qrels in edition.qrels_names:
        command = f"lpd import qrels FILE --edition {edition.name} --name {qrels}"
        with found.examining(f"qrels {edition.name}/{qrels}", command):
            judged |= _examine_qrels(seen, edition, qrels, found=found, known=known, where=where)
    if not edition.qrels_names:
        command = f"lpd import qrels FILE --edition {edition.name} --name judged"
        found.advise(subject, "no judgements, so it can be searched but not measured", command)
    measurable = _examine_runs(seen, edition, found=found, known=known, where=where)
    return judged and measurable


def _examine_qrels(
    seen: Examined, edition: Edition, name: str, *, found: Findings, known: set[str], where: str
) -> bool:
    """Returns whether judgements fit an edition."""
    subject = f"qrels {edition.name}/{name}"
    command = f"lpd import qrels FILE --edition {edition.name} --name {name}"
    qrels = seen.workspace.qrels(edition.name, name)
    topics, judged = [topic.topic_id for topic in edition.topics], set(qrels.topic_ids)
    unjudged = [topic for topic in topics if topic not in judged]
    if len(unjudged) == len(topics):
        told = f"it judges none of the topics of {edition.name} but {name_some(qrels.topic_ids, 3)}"
        found.warn(subject, told, command)
        return False
    shots = {shot for topic in qrels.topic_ids for shot in qrels.topic(topic).shot_ids}
    level, outside = outside_words(shots, known, where=where)
    others = len(judged - set(topics))
    told = f"{len(topics) - len(unjudged)} of {counted(len(topics), 'topic')}, {counted(len(shots), 'shot')}"
    if others:
        told += f"; {counted(others, 'topic')} of other editions passed over"
    if level == PROBLEM:
        found.warn(subject, outside, command)
        return False
    found.ok(subject, told)
    if outside:
        found.advise(
            subject, f"{outside}, as for shots dropped from a collection; they count as never found", None
        )
    if unjudged:
        found.advise(subject, f"{counted(len(unjudged), 'topic')} not judged, {name_some(unjudged, 3)}", None)
    return True


def _examine_runs(seen: Examined, edition: Edition, *, found: Findings, known: set[str], where: str) -> bool:
    """Returns whether there is anything to measure: a run that fits, or a model with an index."""
    workspace = seen.workspace
    tags, topics, fitting = workspace.run_tags(edition.name), {one.topic_id for one in edition.topics}, []
    for tag in tags:
        subject = f"run {edition.name}/{tag}"
        with found.examining(subject, f"lpd import run FILE --edition {edition.name} --tag {tag}"):
            run = workspace.run(edition.name, tag)
            told = _run_words(set(run.topics), topics)
            shots = {shot for ranked in run.topics.values() for shot in ranked.shot_ids}
            level, outside = outside_words(shots, known, where=where)
            if not topics & set(run.topics):
                found.warn(subject, f"it has none of the topics of {edition.name}", None)
                continue
            fitting.append(tag)
            if level != OK:
                (found.warn if level == PROBLEM else found.advise)(subject, outside, None)
            if told:
                found.advise(subject, told, None)
    if fitting:
        found.ok(f"runs {edition.name}", f"{counted(len(fitting), 'run')}: {name_some(fitting, 4)}")
    indexed = [
        name for name in workspace.searchable_models() if edition.collection in workspace.index_names(name)
    ]
    if not tags:
        model = indexed[0] if indexed else "MODEL"
        command = f"lpd run --model {model} --edition {edition.name}"
        found.advise(f"runs {edition.name}", "no run is kept", command)
    return bool(fitting or indexed)


def _run_words(answered: set[str], topics: set[str]) -> str:
    missing, foreign = sorted(topics - answered), sorted(answered - topics)
    told = []
    if missing:
        words = f"{len(topics) - len(missing)} of {counted(len(topics), 'topic')}"
        told.append(f"{words}, without {name_some(missing, 3)}")
    if foreign:
        told.append(f"{counted(len(foreign), 'topic')} of other editions, {name_some(foreign, 3)}")
    return "; ".join(told)
