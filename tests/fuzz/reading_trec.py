"""TREC's and TRECVID's text formats, captions and shot tables."""

import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from lpd.captions import Caption, load_captions, read_captions, save_captions
from lpd.collection import make_collection, read_collection, write_collection
from lpd.evaluation import evaluate_run
from lpd.services.importing.shots import read_shot_table
from lpd.trec import (
    Qrels,
    XmlSubmission,
    collapse_verdicts,
    make_run,
    place_rows,
    read_dres,
    read_id_list,
    read_qrels,
    read_run,
    read_run_rows,
    read_shot_reference,
    read_topics,
    read_xml_runs,
    write_qrels,
    write_run,
    write_xml_run,
)

SHOTS = [f"shot{video:05d}_{shot}" for video in range(1, 6) for shot in range(1, 5)]
TOPICS = "661  a hang glider\n662 a woman wearing a sleeveless top\n\n 1663 caf\u00e9 at night \n"
NIST = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE videoTopics SYSTEM "videoTopics.dtd">
<videoTopics><!-- two -->
<videoTopic num="0661"><textDescription text="a hang glider"/><imageExample src="a.jpg"/></videoTopic>
<videoTopic><num>662</num><title>a dog &amp; a cat</title></videoTopic>
</videoTopics>
"""
RUN = make_run("lpd", {one: (SHOTS[:9], np.linspace(3, 1, 9)) for one in ("661", "662")})
TSV = "startframe\tstarttime\tendframe\tendtime\n0\t0.0\t99\t3.96\n100\t4.0\t124\t4.96\n"
MP7 = """<?xml version="1.0" encoding="iso-8859-1"?><Mpeg7 xmlns="urn:mpeg:mpeg7:schema:2001"><Description>
<TemporalDecomposition><VideoSegment id="shot1_1"><MediaTime>
<MediaTimePoint>T00:00:00:0F30000</MediaTimePoint><MediaDuration>PT16S4484N30000F</MediaDuration>
</MediaTime></VideoSegment><VideoSegment id="shot1_2"><MediaTime>
<MediaTimePoint>T00:00:16:4484F30000</MediaTimePoint><MediaDuration>PT2S</MediaDuration></MediaTime></VideoSegment>
</TemporalDecomposition></Description></Mpeg7>
"""
COLLECTION = "<VideoFileList><VideoFile><id>7</id><filename>a.mp4</filename></VideoFile></VideoFileList>"
DRES = """taskName\tjunk\titem\tstart_fr\tstart_s\tend_fr\tend_s\tstratum\tjudgement
661\t0\t00001\t10\t0.4\t30\t1.2\t1\t1
661\t0\t00001\t10\t0.4\t30\t1.2\t1\t0
662\t0\t00002\t50\t2.0\t90\t3.6\t1\t-1
"""


def qrels_rows() -> list[tuple[str, str, str, int]]:
    return [
        (topic, shot, str(1 + row % 3), row % 3 - 1)
        for topic in ("661", "662")
        for row, shot in enumerate(SHOTS)
    ]


def shot_table() -> pd.DataFrame:
    rows = [
        (shot, shot.partition("_")[0].removeprefix("shot"), float(row), row + 1.0)
        for row, shot in enumerate(SHOTS)
    ]
    return pd.DataFrame(rows, columns=["shot_id", "video_id", "start_s", "end_s"])


def make_text(name: str, text: str):
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


def make_long_run(folder: Path) -> None:
    """More than the 128 KiB from which on columns are read at once."""
    shots = [f"shot{number:05d}_1" for number in range(900)]
    write_run(
        folder / "a.run", make_run("lpd", {str(one): (shots, np.linspace(3, 1, 900)) for one in range(6)})
    )


def make_long_qrels(folder: Path) -> None:
    rows = [(str(t), f"shot{n:05d}_1", str(1 + n % 3), n % 3 - 1) for t in range(6) for n in range(1200)]
    write_qrels(folder / "qrels.txt", Qrels(rows))


def read_and_evaluate(folder: Path) -> object:
    run = read_run_rows(folder / "a.run")
    return evaluate_run(run, read_qrels(folder / "qrels.txt"))


def make_evaluated(folder: Path) -> None:
    write_run(folder / "a.run", RUN)
    write_qrels(folder / "qrels.txt", Qrels(qrels_rows()))


def make_xml(folder: Path) -> None:
    submission = XmlSubmission("TEAM", desc="a <b>", year=2021, comment=("made by", "lpd"))
    write_xml_run(
        folder / "a.xml", RUN, submission=submission, topic_ids=["661", "662"], known_shots=set(SHOTS)
    )


def captions() -> list[Caption]:
    return [Caption(f"{shot}#{k}", shot, f"a dog runs {k}") for shot in SHOTS for k in range(2)]


def make_captions(folder: Path) -> None:
    lines = "".join(f"{one.caption_id} {one.text}\n" for one in captions())
    (folder / "captions.txt").write_text(lines)


def make_table(folder: Path) -> None:
    shot_table().to_csv(folder / "shots.csv", index=False)


def make_parquet_table(folder: Path) -> None:
    shot_table().to_parquet(folder / "shots.parquet")


def read_table(name: str):
    return lambda folder: make_collection("c", read_shot_table(folder / name))


def make_reference(folder: Path) -> None:
    for number in (1, 2):
        (folder / f"0000{number}.tsv").write_text(TSV)


def make_msb(folder: Path) -> None:
    (folder / "a.msb").write_text("# a.mp4\nframes\n0 99\n100 124\n125 300\n")
    (folder / "collection.xml").write_text(COLLECTION)


def make_zip(folder: Path) -> None:
    with zipfile.ZipFile(folder / "msb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("msb/00001.tsv", TSV)
        archive.writestr("msb/00002.tsv", TSV)


def make_tar(folder: Path) -> None:
    (folder / "parts").mkdir(exist_ok=True)
    (folder / "parts" / "a.mp7.xml").write_text(MP7)
    with tarfile.open(folder / "mp7.tar.gz", "w:gz") as archive:
        archive.add(folder / "parts" / "a.mp7.xml", "mp7/a.mp7.xml")
    (folder / "parts" / "a.mp7.xml").unlink()


def read_dres_file(folder: Path) -> object:
    placed, _ = place_rows(read_dres(folder / "dres.txt"), shot_table())
    return collapse_verdicts(placed)


ROWS = {
    "topics": (make_text("a.txt", TOPICS), lambda folder: read_topics(folder / "a.txt")),
    "topics xml": (make_text("a.xml", NIST), lambda folder: read_topics(folder / "a.xml")),
    "qrels": (
        lambda folder: write_qrels(folder / "a.txt", Qrels(qrels_rows())),
        lambda folder: read_qrels(folder / "a.txt"),
    ),
    "long qrels": (make_long_qrels, lambda folder: read_qrels(folder / "qrels.txt"), 0.2),
    "run": (lambda folder: write_run(folder / "a.run", RUN), lambda folder: read_run(folder / "a.run")),
    "packed run": (lambda folder: write_run(folder / "a.gz", RUN), lambda folder: read_run(folder / "a.gz")),
    "long run": (make_long_run, lambda folder: read_run_rows(folder / "a.run"), 0.2),
    "evaluation": (make_evaluated, read_and_evaluate, 0.5),
    "xml run": (make_xml, lambda folder: read_xml_runs(folder / "a.xml")),
    "captions": (make_captions, lambda folder: read_captions(folder / "captions.txt")),
    "stored captions": (
        lambda folder: save_captions(folder / "a.parquet", captions()),
        lambda folder: load_captions(folder / "a.parquet"),
        0.5,
    ),
    "id list": (make_text("a.txt", "\n".join(SHOTS)), lambda folder: read_id_list(folder / "a.txt")),
    "shot csv": (make_table, read_table("shots.csv"), 0.3),
    "shot parquet": (make_parquet_table, read_table("shots.parquet"), 0.3),
    "collection": (
        lambda folder: write_collection(folder, make_collection("c", shot_table(), subsets={"a": SHOTS[:3]})),
        read_collection,
        0.3,
    ),
    "shot reference": (make_reference, read_shot_reference, 0.5),
    "shot reference msb": (make_msb, lambda folder: read_shot_reference(folder, frame_rate=25.0), 0.5),
    "shot reference mp7": (
        make_text("a.mp7.xml", MP7),
        lambda folder: read_shot_reference(folder / "a.mp7.xml"),
        0.5,
    ),
    "shot reference zip": (make_zip, lambda folder: read_shot_reference(folder / "msb.zip"), 0.5),
    "shot reference tar": (make_tar, lambda folder: read_shot_reference(folder / "mp7.tar.gz"), 0.5),
    "dres": (make_text("dres.txt", DRES), read_dres_file, 0.5),
}
