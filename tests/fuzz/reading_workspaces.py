"""The files that a workspace is made of, pictures, and its two databases."""

import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from lpd.collection import make_collection, write_collection
from lpd.editions import Edition, read_edition, write_edition
from lpd.judging import (
    RELEVANT,
    Layer,
    PlannedRun,
    extend_plan,
    give_verdicts,
    keep_damaged_aside,
    latest_verdicts,
    make_plan,
    query_need,
    read_plan,
    update_plan,
    verdict_history,
    write_plan,
)
from lpd.notebook import (
    PROVENANCE_KEYS,
    View,
    deleted_views,
    notebook_counts,
    pin_view,
    pinned_views,
    view_snapshot,
)
from lpd.services.importing.media import import_media
from lpd.storage import Manifest, digest_file, read_manifest, write_manifest
from lpd.trec import Topic, write_qrels
from lpd.trec.qrels import Qrels
from lpd.workspace import create_workspace, open_workspace, write_settings
from tests.fuzz.reading_trec import SHOTS, qrels_rows, shot_table

NEED = query_need("c", "a dog")
PROVENANCE = dict.fromkeys(PROVENANCE_KEYS, "x")


def make_workspace(folder: Path) -> None:
    if not (folder / "w").exists():
        create_workspace(folder / "w", name="a workspace")


def make_edition(folder: Path) -> None:
    topics = (Topic("661", "a dog"), Topic("662", "a cat"))
    write_edition(folder, Edition("tv", "c", "test", topics, (), None, "test"))
    write_qrels(folder / "qrels" / "judged.txt", Qrels(qrels_rows()))


def make_manifest(folder: Path) -> None:
    write_manifest(folder, Manifest("features", {"a": "0123"}, {"rows": 3, "how": {"a": [1]}}, 5))


def read_the_manifest(folder: Path) -> object:
    return read_manifest(folder, "features").changed({"a": "0124"})


def picture(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((24, 16)).convert("RGB").save(stream, kind)
    return stream.getvalue()


def make_pictures(pack: Callable[[Path, dict[str, bytes]], None]) -> Callable[[Path], None]:
    """Returns what makes a collection and pictures of its shots, packed in one way."""

    def make(folder: Path) -> None:
        make_workspace(folder)
        write_collection(folder / "w" / "collections" / "c", make_collection("c", shot_table()))
        kinds = {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP", ".gif": "GIF"}
        files = {
            f"{shot}{end}": picture(kind) for shot, (end, kind) in zip(SHOTS, kinds.items(), strict=False)
        }
        pack(folder, files)

    return make


def as_folder(folder: Path, files: dict[str, bytes]) -> None:
    (folder / "pictures").mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / "pictures" / name).write_bytes(data)


def as_tar(folder: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(folder / "pictures", "w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"thumbs/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def as_zip(folder: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(folder / "pictures", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def read_pictures(folder: Path) -> object:
    found = import_media(open_workspace(folder / "w"), "c", folder / "pictures")
    shutil.rmtree(folder / "w" / "collections" / "c" / "media", ignore_errors=True)
    return found


def make_notebook(folder: Path) -> None:
    path = folder / "notebook.sqlite"
    path.unlink(missing_ok=True)
    for number in range(3):
        pin_view(path, View("", f"./?q={number}", f"view {number}", PROVENANCE), snapshot={"a": [1, 2]})


def read_notebook(folder: Path) -> object:
    path = folder / "notebook.sqlite"
    views = pinned_views(path)
    return [view_snapshot(path, one.view_id) for one in views], deleted_views(path), notebook_counts(path)


def make_verdicts(folder: Path) -> None:
    path = folder / "judgements.sqlite"
    path.unlink(missing_ok=True)
    give_verdicts(path, NEED, verdicts=dict.fromkeys(SHOTS[:4], RELEVANT), judge="me", view="search")


def read_verdicts(folder: Path) -> object:
    path = folder / "judgements.sqlite"
    return latest_verdicts(path, NEED), verdict_history(path, NEED), keep_damaged_aside(path)


def make_judging_plan(folder: Path) -> None:
    shutil.rmtree(folder / "p", ignore_errors=True)
    edition = Edition("tv", "c", None, (Topic("661", "a dog"), Topic("662", "a cat")), (), None)
    runs = {PlannedRun("r", "0123"): {"661": SHOTS, "662": SHOTS[:5]}}
    write_plan(folder / "p", make_plan("p", edition, runs, layers=[Layer(4, 1.0), Layer(20, 0.5)], seed=1))


def read_judging_plan(folder: Path) -> object:
    plan = read_plan(folder / "p")
    update_plan(folder / "p", extend_plan(plan, [1.0] * len(plan.layers)))
    return plan.digest, {topic_id: topic.order for topic_id, topic in plan.topics.items()}


def read_trusted_plan(folder: Path) -> object:
    """Takes the damaged pool for the one that was drawn, so that its rows are read."""
    path = folder / "p" / "plan.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | {"pool_digest": digest_file(folder / "p" / "pool.tsv")}))
    return read_judging_plan(folder)


def read_workspace(folder: Path) -> object:
    opened = open_workspace(folder / "w")
    write_settings(opened)
    return opened.defaults


ROWS = {
    "workspace.toml": (make_workspace, read_workspace, 0.3, "workspace.toml"),
    "edition": (make_edition, read_edition, 0.5),
    "manifest": (make_manifest, read_the_manifest, 0.5),
    "media folder": (make_pictures(as_folder), read_pictures, 0.03, "pictures"),
    "media tar": (make_pictures(as_tar), read_pictures, 0.03, "pictures"),
    "media zip": (make_pictures(as_zip), read_pictures, 0.03, "pictures"),
    "notebook": (make_notebook, read_notebook, 0.1),
    "verdicts": (make_verdicts, read_verdicts, 0.1),
    "judging plan": (make_judging_plan, read_judging_plan, 0.5, "plan.json"),
    "judging pool": (make_judging_plan, read_trusted_plan, 0.5, "pool.tsv"),
}
