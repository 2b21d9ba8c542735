"""Which rows stand in which table and figure."""

from dataclasses import dataclass

from lpd.errors import NotFoundError
from lpd.reproduce.recipes import ENCODER_SETS, ZERO_SHOT, encoder_rows

__all__ = ["SYSTEM_TABLES", "TABLES", "TableRecipe", "needed_rows", "table_names"]


@dataclass(frozen=True)
class TableRecipe:
    """A table of rows, measured on topics.

    Args:
        name: as it is asked for.
        title: printed above it.
        published: name of the table of published figures.
        groups: heading (None for no heading) and keys of the rows below it.
        references: key of a row -> key of the row that it is compared with; `""` stands for all others.
        compared_with: how the reference is called.
        total: `MEAN` or `SUM` of the editions.
        gain: whether to show the relative gain over the reference.
    """

    name: str
    title: str
    published: str
    groups: tuple[tuple[str | None, tuple[str, ...]], ...]
    references: dict[str, str]
    compared_with: str
    total: str = "MEAN"
    gain: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of all rows, in order."""
        return tuple(key for _, keys in self.groups for key in keys)

    def reference_of(self, key: str) -> str | None:
        """Returns the key of the row that a row is compared with; None for the reference itself."""
        reference = self.references.get(key, self.references.get(""))
        return None if reference == key else reference


SYSTEM_TABLES: dict[str, TableRecipe] = {
    one.name: one
    for one in (
        TableRecipe(
            "table3",
            "Table 3: LPD and the systems it is compared with",
            "lpd-table3",
            (
                ("zero-shot", (ZERO_SHOT,)),
                (
                    "CLIP-based, here heads on frozen frame features",
                    (
                        "clip4clip-mean",
                        "clip4clip",
                        "xclip",
                        "ts2net",
                        "clip-vip",
                        "dgl",
                        "teachclip",
                    ),
                ),
                ("multi-feature, single space", ("ridge", "w2vvpp", "dual-encoding")),
                ("multi-feature, multi-space", ("dual-task", "laff", "sea", "txv", "lpd")),
            ),
            {"": "lpd"},
            "LPD",
        ),
        TableRecipe(
            "table4",
            "Table 4: ablation of LPD",
            "lpd-table4",
            (
                (
                    None,
                    (
                        "lpd",
                        "lpd-full-dcl",
                        "lpd-no-dcl",
                        "lpd-no-ef",
                        "lpd-zero-dcl",
                        "lpd-random-half",
                        "lpd-no-dcl-no-ef",
                        "lpd-paper-literal",
                    ),
                ),
            ),
            {"": "lpd"},
            "LPD",
        ),
        TableRecipe(
            "table5",
            "Table 5: DcL added to other multi-space systems",
            "lpd-table5",
            ((None, ("laff", "laff-dcl", "sea", "sea-dcl", "txv", "txv-dcl")),),
            {"laff-dcl": "laff", "sea-dcl": "sea", "txv-dcl": "txv"},
            "the system without DcL",
            gain=True,
        ),
        TableRecipe(
            "sea-table",
            "W2VV++ and SEA over six sets of text encoders",
            "sea-slide8",
            tuple(
                (", ".join(encoders), tuple(row.key for row in encoder_rows(encoders)))
                for encoders in ENCODER_SETS
            ),
            {sea.key: w2vvpp.key for w2vvpp, sea in map(encoder_rows, ENCODER_SETS)},
            "W2VV++ with the same text encoders",
            total="SUM",
        ),
    )
}

_OTHER_ROWS: dict[str, tuple[str, ...]] = {
    "table6": (),
    "fig3": ("laff", "lpd-no-dcl", "lpd"),
    "fig4": ("lpd", "lpd-no-ef"),
    "sea-tv20": ("tv20-run1", "tv20-run2", "tv20-netvlad", "tv20-w2v", "tv20-bigru", "tv20-bert"),
    "diversity": ("laff", "sea", "txv", "lpd-no-dcl", "lpd"),
}

TABLES = ("table3", "table4", "table5", "table6", "fig3", "fig4", "sea-table", "sea-tv20", "diversity")
"""Names of the tables and figures that can be made."""


def table_names(asked: list[str]) -> list[str]:
    """Returns the tables and figures asked for, each once, in the order of `TABLES`; `all` is all of them.

    Raises:
        NotFoundError: naming all that do not exist.
    """
    unknown = [name for name in asked if name not in (*TABLES, "all")]
    if unknown or not asked:
        raise NotFoundError(
            "no such table", expected=f"some of {', '.join(TABLES)}, all", found=", ".join(unknown) or "none"
        )
    return [name for name in TABLES if name in asked or "all" in asked]


def needed_rows(name: str) -> tuple[str, ...]:
    """Returns the keys of the rows that a table or figure shows."""
    return SYSTEM_TABLES[name].keys if name in SYSTEM_TABLES else _OTHER_ROWS[name]
