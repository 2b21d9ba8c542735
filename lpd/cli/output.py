"""What the commands print: tables for people, one JSON document for programs, progress on stderr."""

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from tqdm import tqdm

from lpd.progress import Progress
from lpd.services.jobs.watched_work import watched_progress

__all__ = ["drawn_progress", "keep_stdout", "note", "print_json", "print_table", "with_progress_file"]


def keep_stdout() -> None:
    """Keeps stdout for what the command prints: what libraries write there themselves goes to stderr.

    Some do so below Python (the tokenizers' Rust, FFmpeg), and a program could not read the one JSON document
    any more. Where somebody else has put his own stream in the place of stdout, it stays.
    """
    own = sys.__stdout__
    if own is None or sys.stdout is not own:
        return
    own.flush()
    kept = os.dup(own.fileno())
    os.dup2(sys.stderr.fileno(), own.fileno())
    sys.stdout = os.fdopen(kept, "w", encoding=own.encoding, errors=own.errors)


def print_json(document: Mapping[str, Any]) -> None:
    """Prints one JSON document on stdout at full precision."""
    print(json.dumps(document, indent=1, ensure_ascii=False))


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None
) -> None:
    """Prints an aligned table on stdout; numbers to the right, text as it is."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[number], int | float) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    width = None if sys.stdout.isatty() else 160
    Console(width=width, highlight=False, markup=False, emoji=False).print(table)


def _cell(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def note(sentence: str) -> None:
    """Prints one sentence on stderr."""
    print(sentence, file=sys.stderr)


def drawn_progress(delay_s: float = 0.0) -> Progress:
    """Returns a progress callback that draws one bar per stage, with time left, on stderr.

    Args:
        delay_s: a stage that takes less time than this draws nothing.
    """
    bars: dict[str, tqdm] = {}
    told = watched_progress()

    def draw(stage: str, done: int, total: int) -> None:
        if told is not None:
            told(stage, done, total)
        if stage not in bars:
            for open_bar in bars.values():
                open_bar.close()
            bars[stage] = tqdm(
                total=total,
                initial=done,  # what was done before a stop is out of the rate, and so of the time left
                desc=stage,
                file=sys.stderr,
                mininterval=0.5,
                dynamic_ncols=True,
                delay=delay_s,
            )
        bar = bars[stage]
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return draw


def with_progress_file(progress: Progress, path: Path | None) -> Progress:
    """Returns a callback that also appends JSON lines {stage, done, total, seconds_left} to a file, twice a
    second at most.
    """
    if path is None:
        return progress
    started: dict[str, tuple[float, int]] = {}
    last_written = 0.0

    def both(stage: str, done: int, total: int) -> None:
        nonlocal last_written
        progress(stage, done, total)
        now = time.monotonic()
        begun, before = started.setdefault(stage, (now, done))
        if now - last_written < 0.5 and 0 < done < total:
            return
        last_written = now
        left = (now - begun) / (done - before) * (total - done) if done > before else None
        with path.open("a", encoding="utf-8") as stream:
            stream.write(
                json.dumps({"stage": stage, "done": done, "total": total, "seconds_left": left}) + "\n"
            )

    return both
