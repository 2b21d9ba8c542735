"""What can be brought in from files and folders of the server: the fields of each kind, and its command."""

from collections.abc import Mapping
from typing import NamedTuple

from lpd.services.jobs.work_files import WorkRequest

__all__ = ["IMPORTS", "Field", "Import", "Values", "lacking", "request_of"]

Values = Mapping[str, str | bool | tuple[str, ...]]
"""Name of a field -> what stands in it: a text, a flag, or the lines of a field of several."""

COLLECTIONS, EDITIONS, SUBSETS = "collections", "editions", "subsets"
"""Choices that are those of the workspace."""


class Field(NamedTuple):
    """One field of a form.

    Args:
        name: of the option, without `--`; `source` is the file or folder itself.
        label: above it.
        kind: `source`, `text`, `choice`, `flag`, or `lines` (one value per line).
        options: of a choice, or one of COLLECTIONS, EDITIONS, SUBSETS; an empty option means none.
        needed: whether it has to be filled.
        example: stands in an empty field.
        first: what it holds at first.
        endings: of the names of small files that may be uploaded in place of the path.
    """

    name: str
    label: str
    kind: str = "text"
    options: tuple[str, ...] | str = ()
    needed: bool = False
    example: str = ""
    first: str = ""
    endings: tuple[str, ...] = ()


class Import(NamedTuple):
    """One kind of thing that can be brought in.

    Args:
        about: which files it reads.
        verb: words of the command.
        title: what is made, with the names of fields in braces.
        fields: in order, `source` first.
        endings: of the names of files that may be uploaded; empty where only a path of the server will do.
        needs: COLLECTIONS or EDITIONS, if there must be one before.
    """

    about: str
    verb: tuple[str, ...]
    title: str
    fields: tuple[Field, ...]
    endings: tuple[str, ...] = ()
    needs: str = ""


def _source(label: str, example: str) -> Field:
    return Field("source", label, "source", needed=True, example=example)


_COLLECTION = Field("collection", "Collection", "choice", COLLECTIONS, needed=True)
_EDITION = Field("edition", "Edition", "choice", EDITIONS, needed=True)
_POINTER = Field("pointer", "leave the rows where they are", "flag")

IMPORTS: dict[str, Import] = {
    "videos": Import(
        "A folder of videos or pictures: they are cut into shots, with thumbnails, previews and features.",
        ("extract",),
        "videos of {collection}",
        (
            _source("Folder on the server", "/data/videos"),
            Field("collection", "Name of the collection", needed=True, example="holiday"),
            Field(
                "encoder",
                "Encoders, a name or folder per line",
                "lines",
                example="/models/clip-vit-base-patch32",
            ),
            Field("shots", "Known shots, else cuts are found", example="/data/v3c1/msb"),
            Field("whole-videos", "one shot per video", "flag"),
        ),
    ),
    "shots": Import(
        "Shot ids, one per line; a .csv or .parquet table with shot_id, video_id, start_s, end_s; or "
        "TRECVID's master shot reference.",
        ("import", "shots"),
        "shots of {collection}",
        (
            _source("File on the server", "/data/v3c1/shots.csv"),
            Field("collection", "Name of the collection", needed=True, example="v3c1"),
            Field("subset", "Subsets, NAME=FILE per line", "lines", example="test=/data/v3c1/test.txt"),
            Field("video-from-shot", "shot00123_4 is a shot of video shot00123", "flag"),
        ),
    ),
    "features": Import(
        "A video feature: a BigFile folder, .npy with an id list, .npz, .h5 or .parquet; a row per shot "
        "or per frame.",
        ("import", "features"),
        "feature {name} of {collection}",
        (
            _source("File or folder on the server", "/data/v3c1/FeatureData/clip_l14"),
            _COLLECTION,
            Field("name", "Name of the feature", needed=True, example="clip_l14"),
            Field("ids", "File of ids, for .npy", example="/data/v3c1/ids.txt"),
            _POINTER,
            Field("frames", "rows are frames, to be pooled", "flag"),
        ),
        needs=COLLECTIONS,
    ),
    "pictures": Import(
        "A folder, .tar or .zip of pictures named by shot id; or a URL of a media server with {shot}.",
        ("import", "media"),
        "{kind}s of {collection}",
        (
            _source("Folder or archive on the server, or URL", "/data/v3c1/thumbnails.tar"),
            _COLLECTION,
            Field("kind", "Kind", "choice", ("thumbnail", "preview"), needed=True),
        ),
        needs=COLLECTIONS,
    ),
    "captions": Import(
        "Captions to learn from, a line each: shot#number and the text.",
        ("import", "captions"),
        "captions {set}",
        (
            _source("File on the server", "/data/train.caption.txt"),
            _COLLECTION,
            Field("set", "Name of the set", needed=True, example="train"),
        ),
        needs=COLLECTIONS,
    ),
    "topics": Import(
        "The topics of an edition, as NIST writes them: number and text.",
        ("import", "topics"),
        "topics of {edition}",
        (
            _source("File on the server", "/data/tv21.avs.txt"),
            Field("edition", "Name of the edition", needed=True, example="tv21"),
            _COLLECTION,
            Field("subset", "Subset searched", "choice", SUBSETS),
            Field("role", "Role", "choice", ("", "development", "test")),
        ),
        endings=("txt", "xml"),
        needs=COLLECTIONS,
    ),
    "qrels": Import(
        "Judgements of an edition: four columns, or five with strata.",
        ("import", "qrels"),
        "qrels {name} of {edition}",
        (
            _source("File on the server", "/data/avs.qrels.tv21"),
            _EDITION,
            Field("name", "Name of the judgements", needed=True, example="nist", first="judged"),
            Field("default", "pages open these first", "flag"),
        ),
        endings=("txt", "qrels", "tv16", "tv17", "tv18", "tv19", "tv20", "tv21", "tv22", "tv23", "tsv"),
        needs=EDITIONS,
    ),
    "run": Import(
        "A run made elsewhere: TREC's six columns, plain or .gz, or TRECVID's XML.",
        ("import", "run"),
        "run of {edition}",
        (
            _source("File on the server", "/data/runs/team.run.gz"),
            _EDITION,
            Field("tag", "Keep it as", example="its own tag"),
        ),
        endings=("txt", "run", "gz", "xml", "trec"),
        needs=EDITIONS,
    ),
    "encoder": Import(
        "A pretrained encoder of texts, pictures or both: a folder that transformers saved, or its name in "
        "the Hugging Face cache. Nothing is downloaded.",
        ("import", "encoder"),
        "encoder {name}",
        (
            _source("Folder on the server, or name", "/models/clip-vit-base-patch32"),
            Field("name", "Name of its features", needed=True, example="clip_b32"),
            Field("copy", "copy its files into the workspace", "flag"),
        ),
    ),
    "checkpoint": Import(
        "A checkpoint of an official repository (LAFF, LPD, SEA, W2VV++, ...); nothing in it is executed.",
        ("import", "checkpoint"),
        "checkpoint {name}",
        (
            _source("File on the server", "/data/model_best.pth.tar"),
            Field("name", "Name of the model", needed=True, example="laff-official"),
            Field("feature", "Features, OFFICIAL=OURS per line", "lines", example="X3D_L=x3d"),
            Field("set", "Settings it does not hold, KEY=VALUE per line", "lines", example="dropout=0.2"),
            Field(
                "mapping",
                "File of names, where they differ",
                example="/data/names.toml",
                endings=("toml", "json"),
            ),
            Field("word-vectors", "Folder of the word vectors it read", example="/data/word2vec/flickr"),
        ),
    ),
    "embeddings": Import(
        "Vectors of shots and topics in every common space of a model, with or without its checkpoint.",
        ("import", "embeddings"),
        "embeddings {model} of {collection}",
        (
            _source("Folder on the server", "/data/embeddings/laff"),
            Field("model", "Name of the model", needed=True, example="laff"),
            _COLLECTION,
            Field("edition", "Editions whose topics have vectors, one per line", "lines", example="tv21"),
            Field("similarity", "Similarity", "choice", ("", "cosine", "dot")),
            Field("fusion", "Fused score", "choice", ("", "mean", "sum", "minmax")),
            _POINTER,
        ),
        needs=COLLECTIONS,
    ),
}
"""Kind -> how it is brought in, in the order in which they are offered."""


def lacking(kind: str, values: Values) -> list[str]:
    """Returns the labels of the needed fields that are empty."""
    return [field.label for field in IMPORTS[kind].fields if field.needed and not values.get(field.name)]


def request_of(kind: str, values: Values) -> WorkRequest:
    """Returns what brings a thing in; empty fields and flags that are not set are left out.

    Args:
        kind: one of IMPORTS.
        values: of its fields.
    """
    spec = IMPORTS[kind]
    options: list[str] = []
    for field in spec.fields:
        entry = values.get(field.name)
        if field.name == "source" or not entry:
            continue
        entries = entry if isinstance(entry, tuple) else (entry,)
        options += [f"--{field.name}" if one is True else f"--{field.name}={one}" for one in entries]
    source = str(values.get("source") or "")
    behind = ["--", source] if source.startswith("-") else [source]
    words = {field.name: str(values.get(field.name) or "") for field in spec.fields}
    return WorkRequest(spec.title.format(**words), (*spec.verb, *options, *behind))
