"""The work on many files in several processes: where it stands, how it is stopped, what survives a crash."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, NamedTuple

from lpd.errors import LpdError
from lpd.progress import Progress
from lpd.services.extraction.parts import FileNote
from lpd.services.extraction.work import ExtractionStopped, Recipe, Task, extract_files

__all__ = ["extract_tasks"]

_KILOBYTE, _MEGABYTE = 1_000, 1_000_000
_SMALL = 200 * _MEGABYTE
_SECONDS_BETWEEN_LOOKS = 0.5
_NOT_BEGUN = -1

_shared: dict[str, Any] = {}
"""In a worker process: `read`, how far each task is in bytes, and `stop`, whether the end is asked for."""


def extract_tasks(
    tasks: Sequence[Task], recipe: Recipe, *, workers: int, progress: Progress, done_bytes: int = 0
) -> list[FileNote]:
    """Returns the files that were skipped, and why, after every other task's part was written.

    What is written does not depend on `workers`. A file that brings its process down is skipped.

    Args:
        tasks: the work.
        recipe: how.
        workers: processes; 1 works in this one.
        progress: called with megabytes of files (kilobytes where they are small), read and in all.
        done_bytes: of files that were done before.

    Raises:
        MissingExtraError: if a package is missing.
    """
    total = done_bytes + sum(task.size for task in tasks)
    unit, stage = (_MEGABYTE, "extracting (MB)") if total > _SMALL else (_KILOBYTE, "extracting (kB)")
    whole = max(1, -(-total // unit))

    def tell(read_bytes: int) -> None:
        done = done_bytes + read_bytes
        progress(stage, whole if done >= total else min(done // unit, whole - 1), whole)

    if not tasks:
        return []
    tell(0)
    if workers <= 1:
        return sorted(_extract_here(tasks, recipe, tell))
    return sorted(_extract_beside(tasks, recipe, workers, tell))


def _extract_here(tasks: Sequence[Task], recipe: Recipe, tell: Callable[[int], None]) -> list[FileNote]:
    skipped: list[FileNote] = []
    before = 0
    with _one_thread(bool(recipe.encoders)):
        for task in tasks:

            def hear(read_bytes: int, before: int = before) -> bool:
                tell(before + read_bytes)
                return False

            skipped += extract_files(task, recipe, tell=hear)
            before += task.size
            tell(before)
    return skipped


@contextmanager
def _one_thread(encodes: bool) -> Iterator[None]:
    """Encoders work on one thread, see extraction_work; afterwards there are as many as before."""
    if not encodes:
        yield
        return
    import torch

    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Ended(NamedTuple):
    """What became of a round: files skipped, tasks that a crash interrupted, and those not begun by then."""

    skipped: list[FileNote]
    interrupted: list[int]
    not_begun: list[int]


def _extract_beside(
    tasks: Sequence[Task], recipe: Recipe, workers: int, tell: Callable[[int], None]
) -> list[FileNote]:
    """Works in rounds: after a crash those that were under way are done one by one, then the others go on."""
    skipped: list[FileNote] = []
    read = multiprocessing.get_context("spawn").Array("q", [_NOT_BEGUN] * len(tasks), lock=False)
    # the largest first: the processes then end together
    pending = sorted(range(len(tasks)), key=lambda number: -tasks[number].size)
    suspects: list[int] = []
    while pending or suspects:
        alone = bool(suspects)
        numbers = [suspects.pop()] if alone else pending
        ended = _one_round(tasks, numbers, recipe, (1 if alone else workers, read), tell)
        skipped += ended.skipped
        if alone:
            if ended.interrupted:
                names = [file.name for file in tasks[numbers[0]].files]
                skipped += [FileNote(name, "the decoder crashed on it") for name in names]
            continue
        if ended.not_begun == pending:
            raise LpdError("no process could be started", next_step="try --workers 1")
        pending, suspects = ended.not_begun, ended.interrupted
    return skipped


def _one_round(
    tasks: Sequence[Task],
    numbers: Sequence[int],
    recipe: Recipe,
    shared: tuple[int, Any],
    tell: Callable[[int], None],
) -> _Ended:
    workers, read = shared
    context = multiprocessing.get_context("spawn")
    stop = context.Value("b", 0, lock=False)
    for number in numbers:
        read[number] = _NOT_BEGUN
    with ProcessPoolExecutor(
        min(workers, len(numbers)),
        mp_context=context,
        initializer=_enter_worker,
        initargs=(read, stop),
    ) as pool:
        futures = {pool.submit(_in_worker, number, tasks[number], recipe): number for number in numbers}
        try:
            _watch(set(futures), lambda: tell(sum(max(0, one) for one in read)))
        except BaseException:
            stop.value = 1
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    ended = _Ended([], [], [])
    for future, number in futures.items():
        if isinstance(future.exception(), BrokenProcessPool):
            (ended.not_begun if read[number] == _NOT_BEGUN else ended.interrupted).append(number)
        else:
            ended.skipped.extend(future.result())
    return ended


def _watch(waiting: set[Future], tell: Callable[[], None]) -> None:
    """Waits for all; raises what a task raised, unless its process crashed."""
    while waiting:
        done, waiting = wait(waiting, timeout=_SECONDS_BETWEEN_LOOKS, return_when=FIRST_COMPLETED)
        for future in done:
            error = future.exception()
            if error is not None and not isinstance(error, BrokenProcessPool):
                raise error
        tell()


def _enter_worker(read: Any, stop: Any) -> None:
    """Prepares a worker: its parent stops it, and it does not outlive its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _shared.update(read=read, stop=stop)
    parent = multiprocessing.parent_process()
    assert parent is not None, "a worker has a parent"

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()


def _in_worker(number: int, task: Task, recipe: Recipe) -> tuple[FileNote, ...]:
    read, stop = _shared["read"], _shared["stop"]

    def hear(read_bytes: int) -> bool:
        read[number] = read_bytes
        return bool(stop.value)

    try:
        skipped = extract_files(task, recipe, tell=hear)
    except ExtractionStopped:
        return ()  # nobody asks for it any more
    read[number] = task.size
    return skipped
