"""Master shot references: literal files in, the shots that they say, and what is refused."""

import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lpd.errors import FormatError, LpdError, NotFoundError
from lpd.services.importing.shots import import_shots
from lpd.trec import is_shot_reference, read_shot_reference
from lpd.workspace import create_workspace

TSV = "startframe\tstarttime\tendframe\tendtime\n0\t0.0\t99\t3.96\n\n100\t4.0\t124\t4.96\n"
MSB = "# 35345.mp4\nframes of master shots\n0 99\n100 124\n"
MP7 = """<?xml version="1.0" encoding="iso-8859-1"?>
<Mpeg7 xmlns="urn:mpeg:mpeg7:schema:2001"><Description><MultimediaContent><Video><TemporalDecomposition>
<VideoSegment id="shot12_1"><MediaTime><MediaTimePoint>T00:00:00:0F30000</MediaTimePoint>
<MediaDuration>PT16S4484N30000F</MediaDuration></MediaTime>
<TemporalDecomposition><VideoSegment id="shot12_1_RKF"><MediaTime>
<MediaTimePoint>T00:00:09:0F30000</MediaTimePoint></MediaTime></VideoSegment></TemporalDecomposition>
</VideoSegment>
<VideoSegment id="shot12_2"><MediaTime><MediaTimePoint>T00:00:16:4484F30000</MediaTimePoint>
<MediaDuration>P0DT0H1M2S</MediaDuration></MediaTime></VideoSegment>
</TemporalDecomposition></Video></MultimediaContent></Description></Mpeg7>
"""
COLLECTION = """<?xml version="1.0"?><VideoFileList>
<VideoFile><id>7</id><filename>some.name_512kb.mp4</filename><use>test</use></VideoFile></VideoFileList>
"""
Rows = list[tuple[str, str, float, float]]


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def rows(path: Path, **options: float) -> Rows:
    return list(read_shot_reference(path, **options).itertuples(index=False, name=None))


TWO = [("shot00001_1", "00001", 0.0, 3.96), ("shot00001_2", "00001", 4.0, 4.96)]
OTHER = [(shot.replace("00001", "00002"), "00002", start, end) for shot, _, start, end in TWO]


def test_a_video_of_v3c(tmp_path: Path) -> None:
    assert rows(written(tmp_path / "00001.tsv", TSV)) == TWO


def packed_zip(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
        for file in folder.rglob("*.tsv"):
            archive.write(file, file.relative_to(folder))
    return path.with_suffix(".zip")


def packed_tar(folder: Path, path: Path) -> Path:
    with tarfile.open(path.with_suffix(".tgz"), "w:gz") as archive:
        archive.add(folder, "msb")
    return path.with_suffix(".tgz")


@pytest.mark.parametrize(
    "pack", [lambda folder, path: folder, packed_zip, packed_tar], ids=["folder", "zip", "tar"]
)
def test_videos_of_v3c_in_the_order_of_their_names(
    tmp_path: Path, pack: Callable[[Path, Path], Path]
) -> None:
    written(tmp_path / "in" / "msb" / "00002.tsv", TSV)
    written(tmp_path / "in" / "msb" / "00001.tsv", TSV)
    written(tmp_path / "in" / "README", "shots\n")
    path = pack(tmp_path / "in", tmp_path / "packed")
    assert is_shot_reference(path)
    assert rows(path) == TWO + OTHER


def test_one_table_of_all_videos(tmp_path: Path) -> None:
    lines = TSV.strip().replace("\n\n", "\n").split("\n")
    both = [f"video\t{lines[0]}"] + [f"{video}\t{line}" for line in lines[1:] for video in ("00001", "00002")]
    found = rows(written(tmp_path / "v3c1.tsv", "\n".join(both)))
    assert sorted(found) == sorted(TWO + OTHER)


def test_frame_numbers_of_iacc_need_a_frame_rate(tmp_path: Path) -> None:
    path = written(tmp_path / "35345.msb", MSB)
    expected = [("shot35345_1", "35345", 0.0, 4.0), ("shot35345_2", "35345", 4.0, 5.0)]
    assert rows(path, frame_rate=25.0) == expected
    with pytest.raises(LpdError, match=r"frame numbers without a frame rate.*--frame-rate 25"):
        read_shot_reference(path)


def test_file_names_have_numbers_in_the_collection_list(tmp_path: Path) -> None:
    written(tmp_path / "some.name_512kb.msb", MSB)
    written(tmp_path / "collection.xml", COLLECTION)
    assert [row[0] for row in rows(tmp_path, frame_rate=25.0)] == ["shot7_1", "shot7_2"]


def test_segments_of_mpeg7(tmp_path: Path) -> None:
    cut = 16 + 4484 / 30000
    assert rows(written(tmp_path / "12.mp7.xml", MP7)) == [
        ("shot12_1", "12", 0.0, cut),
        ("shot12_2", "12", cut, cut + 62),
    ]


BAD = {
    "00001.tsv": [
        ("", "no shots"),
        ("a\tb\n1\t2\n", r"00001\.tsv:1: wrong titles"),
        (TSV.replace("3.96", "soon"), r"00001\.tsv:2: malformed line"),
        (TSV.replace("4.96", "3.96"), r"00001\.tsv:4: malformed line"),
        (TSV.replace("4.96", "nan"), r"00001\.tsv:4: malformed line"),
        (TSV.partition("\n")[0], "no shots"),
    ],
    "a.msb": [
        ("# nothing\n", "no shots"),
        (MSB + "200 150\n", r"a\.msb:5: malformed line"),
        (MSB + "200 250 3\n", r"a\.msb:5: malformed line"),
        (MSB + "200 99999999999\n", r"a\.msb:5: malformed line"),
    ],
    "a.mp7.xml": [
        (MP7.replace("PT16S4484N30000F", "soon"), "shot12_1: a segment without times"),
        (MP7.replace("shot12_2", "shot12_1"), "shots occur twice"),
        ("<a>", "not well-formed XML"),
        ("<a/>", "no shots"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares more than"),
    ],
}


@pytest.mark.parametrize(
    ("name", "text", "words"), [(name, *case) for name, cases in BAD.items() for case in cases]
)
def test_what_is_no_reference_is_refused(tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        read_shot_reference(written(tmp_path / name, text), frame_rate=25.0)


def test_a_folder_holds_one_form(tmp_path: Path) -> None:
    written(tmp_path / "mp7" / "12.mp7.xml", MP7)
    written(tmp_path / "msb" / "12.msb", MSB)
    with pytest.raises(LpdError, match=r"several forms.*found mp7, msb"):
        read_shot_reference(tmp_path, frame_rate=25.0)
    assert len(read_shot_reference(tmp_path / "mp7")) == 2


@pytest.mark.parametrize("rate", [0.0, -25.0, float("nan")])
def test_impossible_frame_rates(tmp_path: Path, rate: float) -> None:
    with pytest.raises(LpdError, match="not a frame rate"):
        read_shot_reference(written(tmp_path / "a.msb", MSB), frame_rate=rate)


def test_nothing_there_and_no_archive(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_shot_reference(tmp_path / "none.zip")
    with pytest.raises(FormatError, match="not an archive"):
        read_shot_reference(written(tmp_path / "a.zip", "no"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match="no master shot reference"):
        read_shot_reference(tmp_path / "empty")


def test_it_becomes_a_collection(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    made = import_shots(workspace, "v3c1", written(tmp_path / "00001.tsv", TSV))
    assert made.shot_ids == ["shot00001_1", "shot00001_2"]
    assert workspace.collection("v3c1").shots["end_s"].tolist() == [3.96, 4.96]
