"""Recipes: written as plain JSON and read back, whatever stands in a snapshot."""

import json

import pytest
from hypothesis import given, settings

from lpd.errors import FormatError
from lpd.notebook.code import recipe_code, why_kept
from lpd.notebook.recipes import (
    RECIPES,
    CompareAgain,
    CurvesAgain,
    DiversityAgain,
    DiversityModel,
    JudgeAgain,
    Kept,
    ListShape,
    MapAgain,
    MapPanel,
    SearchAgain,
    SystemAgain,
    TableAgain,
    TopicsAgain,
    read_recipe,
    recipe_document,
    recipe_of,
)
from tests.lpd.notebook.documents import HOSTILE, JSON

ALL = (
    SearchAgain("lpd", "inland", {"wordings": ["a dog"]}, ("fused",), 20, weights=(1.0, 0.5), from_s=1.0),
    SearchAgain("lpd", "inland", {"shot": "s1"}, ("fused",), 20, shape=ListShape(fold_by="spaces")),
    CompareAgain(SystemAgain("lpd"), SystemAgain(run="laff"), "inland", 20, 0.9, query="a dog"),
    DiversityAgain({"lpd": DiversityModel(("a", "b"), ("x-s0", "x-s1"))}, "inland", 20, edition="dev"),
    TopicsAgain("dev", "full", ("lpd", "laff"), baseline="lpd", tie=0.01),
    CurvesAgain({"lpd": ("lpd",)}, "mAP"),
    TableAgain("table4", ("lpd-recipe",)),
    JudgeAgain("mine", runs=("lpd",), judge="me"),
    MapAgain("inland", (MapPanel("lpd", "fused", "umap"),), ("s1",)),
    Kept("It is told as it was."),
)


def test_every_kind_has_a_recipe_here() -> None:
    assert {type(one) for one in ALL} == set(RECIPES.values())


@pytest.mark.parametrize("recipe", ALL, ids=[f"{type(one).__name__}{n}" for n, one in enumerate(ALL)])
def test_a_recipe_is_plain_json_and_read_back(recipe) -> None:
    text = json.dumps(recipe_document(recipe), allow_nan=False)
    assert read_recipe(json.loads(text)) == recipe
    assert recipe_of({"lists": {}, "recipe": json.loads(text)}) == recipe


def test_what_has_its_default_is_left_out() -> None:
    document = recipe_document(CurvesAgain({"lpd": ("lpd",)}, "mAP"))
    assert document == {"kind": "curves", "lines": {"lpd": ["lpd"]}, "measure": "mAP"}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"kind": "cooking"},
        {"kind": ["search"]},
        {"kind": "search"},
        {**recipe_document(ALL[0]), "k": "20"},
        {**recipe_document(ALL[0]), "k": True},
        {**recipe_document(ALL[0]), "weights": [1, "x"]},
        {**recipe_document(ALL[0]), "weights": [float("inf")]},
        {**recipe_document(ALL[0]), "run": "os.system('x')"},
        {**recipe_document(ALL[0]), "form": ["a dog"]},
        {**recipe_document(ALL[2]), "first": {"model": 3}},
    ],
    ids=[
        *("nothing", "a list", "kind", "list of kinds", "incomplete", "text", "yes", "weights", "infinite"),
        *("more", "form", "system"),
    ],
)
def test_what_is_no_recipe_is_refused(document) -> None:
    with pytest.raises(FormatError):
        read_recipe(document)
    told = why_kept({"recipe": document})
    assert told is not None
    assert "\n" not in told


def test_a_view_without_a_recipe_says_so() -> None:
    assert recipe_of({"lists": {}}) is None
    assert recipe_of([1]) is None
    assert why_kept({"lists": {}}) == "It was pinned without what its numbers are made from."
    assert why_kept({"recipe": recipe_document(ALL[-1])}) == "It is told as it was."
    assert why_kept({"recipe": recipe_document(ALL[0])}) is None


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_anything_else_is_refused_with_a_sentence(document) -> None:
    try:
        recipe = read_recipe(document)
    except FormatError:
        return
    assert read_recipe(recipe_document(recipe)) == recipe


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_foreign_words_stay_literals(words: str) -> None:
    """The code compiles, and what it holds beside ours are constants."""
    system = SystemAgain(model=words, list_name=words)
    recipes = (
        SearchAgain(words, words, {"wordings": [words], words: words}, (words,), 5, hidden=(words,)),
        SearchAgain(words, words, {}, (words,), 5, shape=ListShape(fold_by=words, rerank=words)),
        CompareAgain(system, SystemAgain(run=words), words, 5, 0.9, words, words, words, words, words),
        DiversityAgain({words: DiversityModel((words,))}, words, 5, words, words, words, words, words, words),
        DiversityAgain({words: DiversityModel((words,), (words,))}, words, 5, query=words, subset=words),
        TopicsAgain(words, words, (words, "without x"), words, model=words, baseline=words, test=words),
        TopicsAgain(words, words, (words, "b"), baseline="b", correction=words),
        CurvesAgain({words: (words,)}, words),
        TableAgain(words, (words,)),
        JudgeAgain(words, (words,), words, words, missing=words),
        MapAgain(words, (MapPanel(words, words, words), MapPanel(words, words, built=False)), (words,)),
    )
    for recipe in recipes:
        code = recipe_code(recipe)
        assert code is not None
        plain = recipe_code(_with_plain_words(recipe, words))
        assert _names(code) == _names(str(plain))


def _with_plain_words(recipe, words: str):
    document = json.dumps(recipe_document(recipe))
    return read_recipe(json.loads(document.replace(json.dumps(words)[1:-1], "plain")))


def _names(code: str) -> list[str]:
    """Every name, attribute and keyword of a piece of Python, in order."""
    import ast

    found = []
    for node in ast.walk(ast.parse(code)):
        for field in ("id", "attr", "arg", "name", "module"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                found.append(value)
    return found
