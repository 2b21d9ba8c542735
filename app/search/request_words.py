"""What a request asks beyond its text, part by part: each in words, and the request without it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from app.search.request import HIDDEN, STRENGTH, WITHIN_S, SearchRequest
from app.words import shortened
from lpd.services.live_reranking import LIVE_METHODS, without_zero
from lpd.words import counted

__all__ = ["AskedPart", "asked_parts", "rerank_words", "shape_words"]

SHOWN_NAMES = 2


class AskedPart(NamedTuple):
    """A part of a request: what it is called, and the request once it is taken away."""

    words: str
    without: SearchRequest


def asked_parts(request: SearchRequest, labels: Mapping[str, str]) -> list[AskedPart]:
    """Returns the parts of a request beyond its text, in the order in which they act.

    Args:
        request: with any parts.
        labels: space -> its name as people read it.
    """
    return [*_query_parts(request, labels), *_scope_parts(request, labels), *_shape_parts(request)]


def _query_parts(request: SearchRequest, labels: Mapping[str, str]) -> list[AskedPart]:
    parts = [
        AskedPart(f"or: {text}", replace(request, also=tuple(one for one in request.also if one != text)))
        for text in request.also
    ]
    if request.like is not None:
        space = f" in {labels.get(request.like_space, request.like_space)}" if request.like_space else ""
        without = replace(request, like=None, like_space=None)
        parts.append(AskedPart(f"like {request.like}{space}", without))
    if request.relevant or request.not_relevant:
        counts = f"{len(request.relevant)} relevant, {len(request.not_relevant)} not"
        parts.append(AskedPart(f"feedback: {counts}", replace(request, relevant=(), not_relevant=())))
    strength = "" if request.strength == STRENGTH else f", strength {without_zero(request.strength)}"
    for text in request.without:
        left = tuple(one for one in request.without if one != text)
        kept = request.strength if left else STRENGTH
        parts.append(AskedPart(f"without {text}{strength}", replace(request, without=left, strength=kept)))
    if request.then:
        words = f"then {request.then} within {request.within_s} s"
        parts.append(AskedPart(words, replace(request, then="", within_s=WITHIN_S)))
    return parts


def _scope_parts(request: SearchRequest, labels: Mapping[str, str]) -> list[AskedPart]:
    parts = []
    if request.weights:
        named = [f"{labels.get(space, space)} × {without_zero(weight)}" for space, weight in request.weights]
        parts.append(AskedPart(f"weights: {_some(named)}", replace(request, weights=())))
    if request.spaces:
        named = [labels.get(space, space) for space in request.spaces]
        parts.append(AskedPart(f"spaces: {_some(named)}", replace(request, spaces=())))
    if request.videos:
        parts.append(AskedPart(f"video {_some(request.videos)}", replace(request, videos=())))
    if request.from_s is not None or request.to_s is not None:
        begins = "" if request.from_s is None else f" from {request.from_s:g} s"
        ends = "" if request.to_s is None else f" to {request.to_s:g} s"
        parts.append(AskedPart(f"begins{begins}{ends}", replace(request, from_s=None, to_s=None)))
    for kind in request.hide:
        left = tuple(one for one in request.hide if one != kind)
        parts.append(AskedPart(f"{HIDDEN[kind]} hidden", replace(request, hide=left)))
    return parts


def _shape_parts(request: SearchRequest) -> list[AskedPart]:
    parts = []
    if request.minimum is not None:
        words = f"score from {without_zero(request.minimum)}"
        parts.append(AskedPart(words, replace(request, minimum=None)))
    if request.fold is not None:
        words = f"near-duplicates folded from {without_zero(request.fold.threshold)}"
        parts.append(AskedPart(words, replace(request, fold=None)))
    if request.best_per_video:
        parts.append(AskedPart("best of each video", replace(request, best_per_video=False)))
    if request.rerank is not None:
        words = f"{rerank_words(request)}: post-processing"
        parts.append(AskedPart(words, replace(request, rerank=None)))
    return parts


def shape_words(request: SearchRequest) -> list[str]:
    """Returns what a request does to its lists after the search, in so few words that they fit beside a list;
    whatever changes more than where a list ends is called post-processing.
    """
    done = [] if request.minimum is None else [f"score from {without_zero(request.minimum)}"]
    processed = [] if request.fold is None else [f"folded from {without_zero(request.fold.threshold)}"]
    processed += ["best of each video"] if request.best_per_video else []
    processed += [rerank_words(request)] if request.rerank is not None else []
    return done + ([f"post-processing: {', '.join(processed)}"] if processed else [])


def rerank_words(request: SearchRequest) -> str:
    """Returns how the lists are re-ranked: `none`, `MMR .7`, `xQuAD .5`."""
    if request.rerank is None:
        return LIVE_METHODS["none"]
    return f"{LIVE_METHODS[request.rerank.method]} {without_zero(request.rerank.trade_off)}"


def _some(names: list[str] | tuple[str, ...]) -> str:
    """A few names and how many more there are."""
    listed = ", ".join(shortened(one, 30) for one in names[:SHOWN_NAMES])
    more = len(names) - SHOWN_NAMES
    return listed if more <= 0 else f"{listed} and {counted(more, 'other')}"
