"""What the test page draws, by name: lists of invented shots, with foreign text where a test asks for it."""

from collections.abc import Mapping
from typing import Any

from app.components import (
    Column,
    Footer,
    FooterCell,
    FusedEnd,
    Lane,
    Neighbour,
    Partner,
    ShotFacts,
    SpaceBar,
    SpaceScore,
    TableParts,
    Tile,
    TopicRow,
    detail_payload,
    grid_payload,
    table_payload,
)

LANES = 10
TILES = 60
SPACES = [SpaceBar(f"space {n}", "text" if n < 4 else "video") for n in range(LANES - 1)]
KINDS = ("relevant", "not", "unjudged", "outside", None)
HOSTILE = (
    "<img src=x onerror=\"window.harmed='attribute'\">",
    "</p><script>window.harmed='script'</script>",
    "\u202egpj.tohs \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "\U0001f469\u200d\U0001f680\U0001f3f3\ufe0f",
    "nul\x00and\tcontrol\x1b[31m",
    "long " * 2000,
    "unbroken" * 1250,
    "..",
    "a/b?c#d%00",
    "\ud800 alone",
)

Verdicts = Mapping[str, str | None]


def tiles(lane: int, number: int, verdicts: Verdicts) -> tuple[Tile, ...]:
    """Invented tiles; the third has shots folded into it, the fourth was seen, the fifth found here alone."""
    return tuple(
        Tile(
            shot_id=f"shot{lane}_{n}",
            rank=n + 1,
            similarity=0.9 - n / 100,
            ranks=tuple((n * 7 + s * 13) % 1500 + 1 if s else None for s in range(len(SPACES))),
            judgement=KINDS[n % len(KINDS)],
            only=n % 9 == 4,
            thumbnail=True,
            preview=True,
            members=3 if n == 2 else 0,
            seen=n == 3,
            verdict=verdicts.get(f"shot{lane}_{n}"),
        )
        for n in range(number)
    )


def lane(number: int, verdicts: Verdicts, *, length: int = TILES) -> Lane:
    """One of the lists; the first is the fused one."""
    name, end = ("fused", "fused") if number == 0 else (f"space{number}", "text" if number < 5 else "video")
    notes = ("query: bow → shots: fused 4", "infAP .82 · 14 of 20 in fused · 3 only here")
    return Lane(name, name, end, notes, tiles(number, length, verdicts))


def grid(name: str, verdicts: Verdicts) -> dict[str, Any]:
    """The payload of a case of the grid."""
    cases = {
        "lanes": ([lane(n, verdicts) for n in range(LANES)], "lanes"),
        "dialog": ([lane(n, verdicts, length=8) for n in range(3)], "lanes"),
        "two": ([lane(n, verdicts, length=30) for n in range(2)], "columns"),
        "columns": ([lane(n, verdicts, length=12) for n in range(3)], "columns"),
        "grid": ([lane(0, verdicts)], "grid"),
        "steps": ([Lane("steps", "two steps", "fused", (), _steps(verdicts))], "lanes"),
        "bare": ([Lane("bare", "no pictures", "plain", (), _bare())], "lanes"),
        "empty": ([Lane("none", "nothing", "text", (), (), empty="no shots")], "lanes"),
        "hostile": (_hostile(), "lanes"),
    }
    lanes, layout = cases[name]
    spaces = [SpaceBar(HOSTILE[0], "text")] if name == "hostile" else SPACES
    return grid_payload(lanes, media="shots/w/c", spaces=spaces, layout=layout, marker=name)


def _steps(verdicts: Verdicts) -> tuple[Tile, ...]:
    return tuple(
        one._replace(
            note="first wording of two, which is a rather long one",
            partner=Partner(f"then_{one.shot_id}", True, True, "relevant", note="4.2 s later"),
        )
        for one in tiles(0, 8, verdicts)
    )


def _bare() -> tuple[Tile, ...]:
    lost = Tile("lost_picture", 2, 0.4, thumbnail=True, preview=True)
    return (Tile("shot_without_picture_0001", 1, 0.5), lost, Tile("third", 3, None))


def _hostile() -> list[Lane]:
    made = [
        Tile(text, n + 1, 0.5, (n + 1,), "relevant", thumbnail=n % 2 == 0, note=text)
        for n, text in enumerate(HOSTILE)
    ]
    return [Lane(text, text, "text", (text, text), tuple(made), empty=text) for text in HOSTILE[:3]] + [
        Lane(HOSTILE[5], HOSTILE[5], "video", (HOSTILE[5],), tuple(made))
    ]


def two_lists(verdicts: Verdicts) -> tuple[Lane, Lane, list[tuple[int, int]]]:
    """Two lists of twelve shots that share every third one, and where those stand."""
    left = tiles(0, 12, verdicts)
    shared = [n for n in range(12) if n % 3 == 0]
    mixed = list(tiles(1, 12, verdicts))
    links = []
    for n in shared:
        there = 11 - n
        mixed[there] = left[n]._replace(rank=there + 1)
        links.append((n, there))
    notes = ("model lpd, fused",)
    return Lane("a", "lpd fused", "fused", notes, left), Lane("b", "bow", "text", notes, tuple(mixed)), links


def hostile_lists() -> tuple[Lane, Lane, list[tuple[int, int]]]:
    """Two lists of shots whose ids, notes and names are foreign text, the second in the other order."""
    made = _hostile()[0].tiles
    turned = tuple(one._replace(rank=n + 1) for n, one in enumerate(reversed(made)))
    links = [(n, len(made) - 1 - n) for n in range(len(made))]
    left = Lane("a", HOSTILE[0], "text", (HOSTILE[1], HOSTILE[5]), made)
    return left, Lane("b", HOSTILE[2], "video", (HOSTILE[4],), turned), links


def table(name: str) -> dict[str, Any]:
    """The payload of a case of the table."""
    hostile = name == "table_hostile"
    words = HOSTILE if hostile else tuple(f"topic number {n} in words" for n in range(30))
    columns = [Column(HOSTILE[0] if hostile else f"run {n}", "", f"run {n}, qrels 91ab02") for n in range(14)]
    columns.append(Column("published", "", "paper Tab. 3", published=True))
    rows = [
        TopicRow(
            topic_id=text if hostile else str(1000 + n),
            text=text,
            values=tuple(abs((n * 7 + c * 11) % 20 - 10) / 10 for c in range(15)),
            href="./?q=here",
            marks=tuple("*" if (n + c) % 5 == 0 else "" for c in range(15)),
            difficulty=("easy", "not easy", "hard")[n % 3],
            group="tv20" if n < len(words) // 2 else "tv21",
        )
        for n, text in enumerate(words)
    ]
    interval = tuple(FooterCell(".775", "± .09", "95 % interval") for _ in columns)
    footers = (
        Footer("mean tv20", interval, "15 of 20 topics", group="tv20"),
        Footer("against run 0", tuple(FooterCell("-.008 .71") for _ in columns), kind="difference"),
        Footer("published, paper Tab. 3", tuple(FooterCell(".245") for _ in columns), kind="published"),
    )
    parts = TableParts(classes="class", footers=footers, sorted_by="run 2", descending=True)
    return table_payload(
        columns, rows, means=[0.5] * 15, note="30 of 30 topics", measure="infAP", parts=parts
    )


def detail(verdicts: Verdicts) -> dict[str, Any]:
    """The payload of the detail."""
    facts = ShotFacts(
        "shot0_1",
        True,
        True,
        ("shot0_1", "shot 2 of 5 in video0"),
        (HOSTILE[0], "a dog runs", HOSTILE[5]),
        "relevant",
        verdicts.get("shot0_1"),
    )
    neighbours = [Neighbour(f"shot0_{n}", str(n), 2.0 + n, n == 1, True, "not") for n in range(5)]
    scores = [SpaceScore("Fused", "fused", 1, 0.6, 0.6), SpaceScore("bow", "text", 7, 0.3, 0.5, "text:bow")]
    scores.append(SpaceScore("clip", "video", None, -0.1, 0.5, "video:clip"))
    weights = [FusedEnd("bow", "text", {"clip": 0.75, "colour": 0.25})]
    return detail_payload(facts, media="shots/w/c", neighbours=neighbours, scores=scores, weights=weights)
