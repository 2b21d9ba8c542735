"""Lists of the demo as the Search page takes them away, for tests of its files."""

from app import resources
from app.resources.search_forms import AskedForm, found_lists, shown_lists
from app.search.exports import ShownFile
from lpd.exports import Digested, Provenance


def file_of(workspace, form, shape=None, name="fused", **asked):
    question = AskedForm("lpd", "inland", None, form, **asked)
    card = workspace.model_card("lpd")
    shown = shown_lists(workspace, question, shape)
    made_from = Provenance("demo", models=(Digested("lpd", card.digest),), query=form.label)
    found = found_lists(workspace, question)
    pairs = found.steps.pairs if found.steps else {}
    return ShownFile(question, found.result, shown, name, made_from, shape, pairs)


def collection_of(workspace):
    return resources.collection(workspace, "inland")
