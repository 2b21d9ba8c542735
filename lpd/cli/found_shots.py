"""How `lpd search` shows what a query brought: as a table, and as a JSON document."""

from typing import TYPE_CHECKING, Any

from lpd.cli.output import note, print_table
from lpd.words import counted

if TYPE_CHECKING:
    from lpd.search import FormResult, SearchEngine, WordingScores

__all__ = ["found_document", "print_found"]


def found_document(engine: "SearchEngine", found: "FormResult") -> dict[str, Any]:
    """Returns a query, its lists and what is known of them as plain JSON values.

    A shot of a list has its id and score; in two steps also `then`, the shot that follows, and what each step
    scored. With several wordings `wordings` tells of each shot shown which found it and all their scores.
    """
    result, exactness = found.result, found.result.exactness
    document = {
        "label": result.query,
        "form": found.form.to_json(),
        "shots_searched": result.shots_searched,
        "exact": exactness.exact,
        "recall": exactness.recall,
        "exactness": exactness.words,
        "timings_ms": result.timings_ms,
        "unknown_words": result.unknown_words,
        "lists": {name: _hits(engine, found, name) for name in result.lists},
    }
    if len(found.form.wordings) > 1:
        document["wordings"] = _wordings(engine, found)
    if found.steps is not None:
        sure = {name: pairs.sure for name, pairs in found.steps.pairs.items()}
        document |= {"sure": sure, "depth": found.steps.depth, "untimed": found.steps.untimed}
    return document


def _hits(engine: "SearchEngine", found: "FormResult", name: str) -> list[dict[str, Any]]:
    """Returns the shots of one list, best first."""
    ids = engine.shot_ids
    rows, scores = found.result.lists[name]
    hits: list[dict[str, Any]] = [
        {"shot_id": ids[row], "score": score}
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
    ]
    if found.steps is not None:
        pairs = found.steps.pairs[name]
        parts = (pairs.first_scores, pairs.second_scores, pairs.partners)
        for hit, first, second, partner in zip(hits, *(part.tolist() for part in parts), strict=True):
            hit |= {"first_score": first, "then": {"shot_id": ids[partner], "score": second}}
    return hits


def _wordings(engine: "SearchEngine", found: "FormResult") -> dict[str, dict[str, Any]]:
    """Returns shot -> the wording that found it, and the fused score of each wording in their order."""
    rows, scores = _wording_scores(engine, found)
    return {
        engine.shot_ids[row]: {
            "found_by": found.form.wordings[scores.best[place]],
            "scores": scores.similarities[:, place].tolist(),
        }
        for place, row in enumerate(rows)
    }


def _wording_scores(engine: "SearchEngine", found: "FormResult") -> tuple[list[int], "WordingScores"]:
    """Returns the rows of all shots shown, rising, and which wording found them."""
    from lpd.search import wording_scores

    rows = sorted({row for hits in found.result.lists.values() for row in hits.rows.tolist()})
    return rows, wording_scores(engine, found, rows)


def print_found(engine: "SearchEngine", found: "FormResult") -> None:
    """Prints the lists side by side: `shot score`, with several wordings the number of the one that found it,
    in two steps the shot that follows. What the query says and the marks mean is told beside it, on stderr.
    """
    columns = {name: _cells(engine, found, name) for name in found.result.lists}
    longest = max(len(cells) for cells in columns.values())
    rows = [
        (rank + 1, *(cells[rank] if rank < len(cells) else "" for cells in columns.values()))
        for rank in range(longest)
    ]
    for sentence in _notes(found):
        note(sentence)
    searched = counted(found.result.shots_searched, "shot")
    print_table(("rank", *columns), rows, title=f"{searched}, {found.result.exactness.words}")


def _cells(engine: "SearchEngine", found: "FormResult", name: str) -> list[str]:
    found_by: dict[int, str] = {}
    if len(found.form.wordings) > 1:
        rows, scores = _wording_scores(engine, found)
        found_by = {row: f" ({best + 1})" for row, best in zip(rows, scores.best.tolist(), strict=True)}
    hits = found.result.lists[name]
    return [
        f"{hit['shot_id']} {hit['score']:.3f}{found_by.get(row, '')}"
        + (f" > {hit['then']['shot_id']}" if "then" in hit else "")
        for row, hit in zip(hits.rows.tolist(), _hits(engine, found, name), strict=True)
    ]


def _notes(found: "FormResult") -> list[str]:
    """Returns what a query of several parts says, what the marks in its table mean, and what is not sure."""
    form, steps = found.form, found.steps
    notes = [found.result.query] if len(form.texts) > 1 or form.is_feedback else []
    if len(form.wordings) > 1:
        numbered = ", ".join(f"({number}) {text}" for number, text in enumerate(form.wordings, 1))
        notes.append(f"shots are marked with the wording that found them: {numbered}")
    if steps is not None and steps.untimed:
        notes.append(f"left out, because their times are not known: {counted(steps.untimed, 'shot')}")
    if steps is not None and not all(pairs.exact for pairs in steps.pairs.values()):
        places = counted(min(pairs.sure for pairs in steps.pairs.values()), "place")
        notes.append(f"sure in every list: the first {places}")
    return notes
