"""Everything that is opened once and shared: workspaces, engines, results, evaluations.

Every cache decorator of the app is in this package. Keys are plain values (paths, names, digests, file
times), never arrays; a thing that is built anew on disk gets a new key. What is shared is read-only. What
only one page needs is in the module of that page, and imported from there.
"""

from app.resources.engines import DEPTH, Asked, attention, engine, search, warming
from app.resources.measured import (
    edition_exactness,
    edition_lists,
    model_evaluations,
    query_inf_ap,
    run_evaluations,
)
from app.resources.workspaces import (
    captions,
    collection,
    demo_build,
    kept_run,
    named_workspace,
    qrels,
    workspace_paths,
)

__all__ = [
    "DEPTH",
    "Asked",
    "attention",
    "captions",
    "collection",
    "demo_build",
    "edition_exactness",
    "edition_lists",
    "engine",
    "kept_run",
    "model_evaluations",
    "named_workspace",
    "qrels",
    "query_inf_ap",
    "run_evaluations",
    "search",
    "warming",
    "workspace_paths",
]
