"""Keeping the collector of cyclic garbage away from what lives as long as the server."""

import gc

__all__ = ["freeze_heap"]


def freeze_heap() -> None:
    """Takes all that is alive now out of every later collection, after one that clears what is not.

    Streamlit collects garbage after every run of a page, in all of the heap, and no picture is served
    meanwhile. Modules, models, indexes and compiled kernels are some hundred thousand objects that are never
    garbage; with them left out, what a collection looks at is what the pages made since.
    """
    gc.collect()
    gc.freeze()
