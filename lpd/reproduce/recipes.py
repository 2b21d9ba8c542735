"""The rows of the papers' tables, as data: what is trained for each, and what the paper calls it."""

from dataclasses import dataclass

__all__ = ["ENCODER_SETS", "ROWS", "ZERO_SHOT", "Row", "encoder_rows", "zero_shot_row"]


@dataclass(frozen=True)
class Row:
    """One row of a table: a system with its settings, trained once per seed.

    Args:
        key: names its models (`rep-<key>-s<seed>`) and its runs (`rep.<key>.s<seed>`).
        label: as the paper prints it.
        alone: what it is called where the table does not say the rest; empty if the label will do.
        system: key in `lpd.models.MODELS`; empty where nothing is trained.
        published: label of the row in the table of published figures.
        settings: of the training, which win over those of the whole recipe: what the row is about.
        defaults: settings that those of the whole recipe win over.
        preset: in the place of the recipe's.
        options: settings of the model itself.
        encoders: trainable text encoders.
        text: text features by name; none takes all.
        video: `all`; `appended` (all as one) or `appended_without` (but one); `frames`; or `pair`, the video
            feature named as the text feature.
        teachers: keys of rows that it learns from.
        begins_with: key of the row whose weights are the beginning, where there are captions to pre-train on.
        pretraining: learns from the captions to pre-train on.
        reranks: key of the row whose runs it re-ranks.
        fuses: keys of rows whose runs are averaged.
        brought: tag of a run that somebody brings.
        seeded: whether a seed has any influence.
        own: not in the papers.
    """

    key: str
    label: str
    system: str = ""
    published: str | None = None
    settings: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
    preset: str | None = None
    options: tuple[str, ...] = ()
    encoders: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    video: str = "all"
    teachers: tuple[str, ...] = ()
    begins_with: str | None = None
    pretraining: bool = False
    reranks: str | None = None
    fuses: tuple[str, ...] = ()
    brought: str | None = None
    seeded: bool = True
    own: bool = False
    alone: str = ""

    @property
    def full_label(self) -> str:
        """What the row is called without its table."""
        return self.alone or self.label


_PLAIN = ("ef=off", "dcl_weight=0")
"""Neither EF-MTRL nor DcL, whatever the recipe says of LPD's."""

ZERO_SHOT = "zero-shot"
"""Stands for the zero-shot rows, of which every workspace has its own."""


def zero_shot_row(feature: str, *, published: str | None) -> Row:
    """Returns the row of a text and a video feature of one model that bear one name."""
    return Row(
        f"{ZERO_SHOT}-{feature}",
        published or feature,
        "zero-shot",
        published,
        settings=_PLAIN,
        text=(feature,),
        video="pair",
        seeded=False,
        own=published is None,
    )


_END_TO_END = (
    Row(
        "clip4clip",
        "CLIP4Clip",
        "clip4clip",
        "CLIP4Clip",
        settings=_PLAIN,
        options=("pooling=transformer",),
        video="frames",
    ),
    Row(
        "clip4clip-mean",
        "CLIP4Clip (mean)",
        "clip4clip",
        settings=_PLAIN,
        options=("pooling=mean",),
        video="frames",
        own=True,
    ),
    Row("xclip", "X-CLIP", "xclip", "X-CLIP", settings=_PLAIN, video="frames", reranks="clip4clip-mean"),
    Row(
        "ts2net",
        "TS2-Net",
        "ts2net",
        "TS2-Net",
        settings=_PLAIN,
        options=("transformer=true",),
        video="frames",
        reranks="clip4clip-mean",
    ),
    Row("clip-vip", "CLIP-ViP", "", "CLIP-VIP", brought="clip-vip", seeded=False),
    Row("dgl", "DGL", "", "DGL", brought="dgl", seeded=False),
    Row(
        "teachclip",
        "TeachCLIP",
        "teachclip",
        "TeachCLIP",
        settings=_PLAIN,
        video="frames",
        teachers=("xclip",),
    ),
)


def _with_dcl(key: str, label: str, system: str, published: str) -> Row:
    return Row(key, label, system, published, settings=("ef=off",), defaults=("dcl_weight=0.2",))


_ON_FEATURES = (
    Row("ridge", "ridge regression", "ridge", settings=_PLAIN, text=("bow",), seeded=False, own=True),
    Row("w2vvpp", "W2VV++", "w2vvpp", "W2VV++", settings=_PLAIN),
    Row("dual-encoding", "DE", "dual-encoding", "DE", settings=_PLAIN),
    Row("dual-task", "DualTask", "dual-task", "DualTask", settings=_PLAIN),
    Row("laff", "LAFF", "laff", "LAFF", settings=_PLAIN),
    Row("sea", "SEA", "sea", "SEA", settings=_PLAIN),
    Row("txv", "T × V", "txv", "TxV", settings=_PLAIN),
    _with_dcl("laff-dcl", "LAFF+DcL", "laff", "LAFF+DcL"),
    _with_dcl("sea-dcl", "SEA+DcL", "sea", "SEA+DcL"),
    _with_dcl("txv-dcl", "T × V+DcL", "txv", "TxV+DcL"),
)


def _ablated(key: str, label: str, settings: tuple[str, ...], *, published: str | None = None) -> Row:
    return Row(
        f"lpd-{key}",
        label,
        "lpd",
        published,
        settings=settings,
        own=published is None,
        alone=f"LPD {label}",
    )


_LPD = (
    Row("lpd", "LPD", "lpd", "LPD"),
    _ablated("full-dcl", "full DcL", ("dcl_mode=full",), published="full DcL"),
    _ablated("no-dcl", "w/o DcL", ("dcl_weight=0",), published="w/o DcL"),
    _ablated("no-ef", "w/o EF-MTRL", ("ef=off",), published="w/o EF-MTRL"),
    _ablated("zero-dcl", "zero-masked DcL (Eq. 6)", ("dcl_mode=zero",)),
    _ablated("random-half", "random half for EF-MTRL", ("ef=random_half",)),
    _ablated("no-dcl-no-ef", "w/o DcL and EF-MTRL", _PLAIN),
    Row(
        "lpd-paper-literal",
        "paper-literal",
        "lpd",
        preset="paper-literal",
        own=True,
        alone="LPD, paper-literal",
    ),
)

ENCODER_SETS = (
    ("bow", "w2v"),
    ("bow", "w2v", "gru"),
    ("bow", "w2v", "bigru"),
    ("bow", "w2v", "bert"),
    ("bow", "w2v", "gru", "bert"),
    ("bow", "w2v", "bigru", "bert"),
)
"""Slide 8 of SEA at TRECVID 2020, in its order."""

_TRAINABLE = ("gru", "bigru", "netvlad")


def encoder_rows(encoders: tuple[str, ...]) -> tuple[Row, Row]:
    """Returns the rows of W2VV++ and SEA with one set of text encoders."""
    return _of_encoders("w2vvpp", "W2VV++", encoders), _of_encoders("sea", "SEA", encoders)


def _of_encoders(system: str, label: str, encoders: tuple[str, ...]) -> Row:
    return Row(
        f"{system}-{'-'.join(encoders)}",
        label,
        system,
        f"{label} ({', '.join(encoders)})",
        settings=_PLAIN,
        alone=f"{label} ({', '.join(encoders)})",
        text=tuple(name for name in encoders if name not in _TRAINABLE),
        encoders=tuple(name for name in encoders if name in _TRAINABLE),
    )


def _assembled(key: str, encoders: tuple[str, ...], *, video: str = "appended") -> Row:
    return Row(
        f"tv20-{key}",
        f"SEA ({', '.join(encoders)})",
        "sea",
        settings=_PLAIN,
        text=tuple(name for name in encoders if name not in _TRAINABLE),
        encoders=tuple(name for name in encoders if name in _TRAINABLE),
        video=video,
        begins_with="tv20-pretraining" if key == "netvlad" else None,
        pretraining=key == "pretraining",
    )


_TV20_MODELS = (
    _assembled("pretraining", ("bow", "netvlad"), video="appended_without"),
    _assembled("netvlad", ("bow", "netvlad"), video="appended_without"),
    _assembled("w2v", ("bow", "w2v")),
    _assembled("bigru", ("bow", "w2v", "bigru")),
    _assembled("bert", ("bow", "w2v", "bigru", "bert")),
)
_TV20_RUNS = (
    Row(
        "tv20-run1",
        "Run 1",
        published="Run 1",
        fuses=("tv20-netvlad", "tv20-w2v", "tv20-bigru", "tv20-bert"),
    ),
    Row("tv20-run2", "Run 2", published="Run 2", fuses=("tv20-netvlad", "tv20-w2v", "tv20-bigru")),
)

_ENCODER_ROWS = tuple(row for encoders in ENCODER_SETS for row in encoder_rows(encoders))

ROWS: dict[str, Row] = {
    row.key: row for row in (*_END_TO_END, *_ON_FEATURES, *_LPD, *_ENCODER_ROWS, *_TV20_MODELS, *_TV20_RUNS)
}
"""Key -> row, whatever table it is in; rows that stand in several tables are trained once."""
