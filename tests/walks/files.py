"""The small files that the walk-throughs of the README begin with, made from the demo."""

import shutil
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from lpd.features import FeatureMatrix
from lpd.trec import Qrels, Run, XmlSubmission, write_qrels, write_run, write_xml_run
from lpd.video.frames import read_frames
from lpd.workspace import Workspace, open_workspace
from tests.clip_files import write_frames
from tests.lpd.checkpoints.official.official_files import foreign, save, text_vectors

COLLECTION, EDITION = "inland", "avs-inland"
FEATURES = {"clip_l14": "twotower", "resnext": "shape"}
WORDS = ("a", "dog", "boat", "water", "night", "man", "red", "car", "snow", "tree")
WIDTH, HEADS, HIDDEN, EMBEDDING = 16, 2, 8, 6


def trained_files(folder: Path, demo: Path) -> None:
    """Shots, two features as BigFile folders, topics, qrels and a checkpoint as official LAFF saves it."""
    workspace = open_workspace(demo)
    shots = workspace.collection(COLLECTION).shot_ids
    (folder / "ids.txt").write_text("".join(f"{shot}\n" for shot in shots), encoding="utf-8")
    sizes = {}
    for name, source in FEATURES.items():
        matrix = workspace.features(COLLECTION, source)
        write_bigfile(folder / "FeatureData" / name, matrix, shots)
        sizes[name] = matrix.dimension
    _write_topics(folder / "tv21.avs.txt", workspace)
    write_qrels(folder / "avs.qrels.tv21", workspace.qrels(EDITION, "pooled"))
    save(folder / "model_best.pth.tar", _laff(sizes))


def write_bigfile(folder: Path, matrix: FeatureMatrix, shots: Sequence[str]) -> None:
    """A feature as the codes of the field keep it."""
    folder.mkdir(parents=True)
    (folder / "shape.txt").write_text(f"{len(shots)} {matrix.dimension}\n", encoding="utf-8")
    (folder / "id.txt").write_text(" ".join(shots), encoding="utf-8")
    matrix.rows(shots).astype("<f4").tofile(folder / "feature.bin")


def _write_topics(path: Path, workspace: Workspace) -> None:
    """Topics without the leading 1 that they have in the qrels."""
    topics = workspace.edition(EDITION).topics
    lines = [f"{topic.topic_id.removeprefix('1')}  {topic.text}\n" for topic in topics]
    path.write_text("".join(lines), encoding="utf-8")


def _laff(sizes: dict[str, int]) -> dict[str, object]:
    """What the official trainer of LAFF saves, with random weights: a bag of words and a GRU."""
    generator = torch.Generator().manual_seed(0)
    tensors: OrderedDict[str, torch.Tensor] = OrderedDict()

    def random(name: str, *shape: int) -> None:
        tensors[name] = torch.randn(*shape, generator=generator) / max(1, shape[-1]) ** 0.5

    def linear(name: str, width: int, dimension: int) -> None:
        random(f"{name}.weight", width, dimension)
        random(f"{name}.bias", width)

    for name, dimension in sizes.items():
        linear(f"vis_net.VisMutiTransformNet.{name}.fc1", WIDTH, dimension)
    encoder = "txt_net.encoder.rnn_encoder."
    random(f"{encoder}we.weight", len(WORDS) + 4, EMBEDDING)
    random(f"{encoder}rnn.weight_ih_l0", 3 * HIDDEN, EMBEDDING)
    random(f"{encoder}rnn.weight_hh_l0", 3 * HIDDEN, HIDDEN)
    random(f"{encoder}rnn.bias_ih_l0", 3 * HIDDEN)
    random(f"{encoder}rnn.bias_hh_l0", 3 * HIDDEN)
    for name, dimension in (("bow_encoder", len(WORDS)), ("rnn_encoder", HIDDEN)):
        linear(f"txt_net.transform_layer.{name}_transform.fc1", WIDTH, dimension)
    for net in ("vis_net", "txt_net"):
        for head in range(HEADS):
            place = f"{net}.attention_layer.attention_layer.{head}"
            linear(f"{place}.embedding_common.0", 1, WIDTH // HEADS)
            random(f"{place}.global_emb_weight_net.weight", 1, 1)
        for kind in ("weight", "bias"):
            random(f"{net}.attention_layer.layer_norm.{kind}", WIDTH // HEADS)
    config = foreign("configs.laff.config", vid_feats=list(sizes), **text_vectors(bow=WORDS, tokens=WORDS))
    return {"epoch": 11, "model": tensors, "best_perf": np.float64(0.25), "config": config}


def trecvid_files(folder: Path, demo: Path) -> None:
    """A master shot reference, topics, qrels, a run, another one in XML, and a list of dropped shots."""
    workspace = open_workspace(demo)
    renamed = _write_shot_reference(folder / "msb", workspace)
    _write_topics(folder / "tv19.avs.txt", workspace)
    qrels = workspace.qrels(EDITION, "pooled")
    rows = [(row.topic_id, renamed[row.shot_id], row.stratum, row.relevance) for row in qrels.rows()]
    write_qrels(folder / "avs.qrels.tv19", Qrels(rows))
    ours, theirs = (_renamed(workspace.run(EDITION, tag), renamed) for tag in ("lpd", "laff"))
    write_run(folder / "ours.run.gz", Run("ours", ours.topics))
    write_xml_run(
        folder / "theirs.xml",
        theirs,
        submission=XmlSubmission(pid="THEM", year=2019, drop_leading_one=True),
        topic_ids=[topic.topic_id for topic in workspace.edition(EDITION).topics],
        known_shots=set(renamed.values()),
    )
    dropped = "".join(f"{shot}\n" for shot in list(renamed.values())[:8])
    (folder / "V3C1.dropped.shots.list").write_text(dropped, encoding="utf-8")


def _write_shot_reference(folder: Path, workspace: Workspace) -> dict[str, str]:
    """Returns shot of the demo -> its id by the master shot reference, a table per video."""
    folder.mkdir()
    renamed = {}
    shots = workspace.collection(COLLECTION).shots
    for number, (_, rows) in enumerate(shots.groupby("video_id", sort=True), start=1):
        lines = ["startframe\tstarttime\tendframe\tendtime\n"]
        for place, row in enumerate(rows.sort_values("start_s").itertuples(), start=1):
            renamed[row.shot_id] = f"shot{number:05}_{place}"
            start, end = float(row.start_s), float(row.end_s)
            lines.append(f"{start * 25:.0f}\t{start:.2f}\t{end * 25:.0f}\t{end:.2f}\n")
        (folder / f"{number:05}.tsv").write_text("".join(lines), encoding="utf-8")
    return renamed


def _renamed(run: Run, names: dict[str, str]) -> Run:
    lists = {
        topic_id: ranked._replace(shot_ids=[names[shot] for shot in ranked.shot_ids])
        for topic_id, ranked in run.topics.items()
    }
    return Run(run.tag, lists)


def video_files(folder: Path, demo: Path) -> None:
    """A folder of videos, each with three shots of the demo, and the demo, whose encoder reads them."""
    (folder / "workspaces").mkdir()
    shutil.copytree(demo, folder / "workspaces" / "demo", symlinks=True)
    (folder / "videos").mkdir()
    workspace = open_workspace(demo)
    collection = workspace.collection(COLLECTION)
    for number in range(4):
        shots = collection.shot_ids[3 * number : 3 * number + 3]
        clips = [workspace.media_file(collection, shot, "preview") for shot in shots]
        frames = [frame for clip in clips if clip is not None for frame in read_frames(clip)]
        write_frames(folder / "videos" / f"holiday{number + 1}.mp4", frames, rate=8)
