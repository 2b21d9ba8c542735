"""The detail of a shot as the Search page opens it: with marks, more like this, and what the query says of
it.
"""

from functools import partial

from app import resources
from app.lanes import Judged
from app.resources.search_forms import found_by
from app.views.search.files import Answer
from app.views.search.marks import marked, wanted_like
from app.views.search.scene import seen_shots, standing_mark
from app.views.search.shot import ShotActions, show_shot
from lpd.words import counted

__all__ = ["draw_detail", "shot_lines"]


def draw_detail(answer: Answer, judged: Judged | None, media: str) -> None:
    """Draws the shot that the address names.

    Args:
        answer: whose lists the shot is seen in.
        judged: judgements if the query is a judged topic.
        media: where the pictures lie.
    """
    scene, result = answer.scene, answer.found.result
    actions = ShotActions(
        verdict=partial(standing_mark, scene),
        mark=partial(marked, scene=scene),
        like=partial(wanted_like, scene=scene),
        seen=seen_shots(scene.selection).add,
        lines=partial(shot_lines, answer),
    )
    selection = scene.selection
    asked = resources.Asked(scene.card.name, selection.collection, result.query, selection.subset)
    show_shot(scene.workspace, asked, media, judged, result=result, actions=actions)


def shot_lines(answer: Answer, shot_id: str) -> tuple[str, ...]:
    """Returns what the query says of a shot besides its ranks: its wording, its second step, what is folded
    into it; of the first list on the page.
    """
    collection, name, found = answer.scene.collection, answer.names[0], answer.found
    row, lines = collection.row(shot_id), []
    if len(found.form.wordings) > 1:
        number = found_by(answer.scene.workspace, answer.asked, [row])[row]
        lines.append(f"found best by: {found.form.wordings[number]}")
    if found.steps is not None:
        lines.append("ranks are those of pairs, similarities those of the first step")
        pairs = found.steps.pairs[name]
        places = (pairs.hits.rows == row).nonzero()[0]
        lines += [f"then shot {collection.shot_ids[int(pairs.partners[place])]}" for place in places]
    folded = answer.shown[name].members.get(row)
    if folded is not None:
        lines.append(f"{counted(len(folded.rows), 'shot')} folded into it")
    return tuple(lines)
