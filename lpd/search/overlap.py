"""Making the next block while the last one is put away."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["overlapped"]

Block = TypeVar("Block")


def overlapped(blocks: Iterable[Block], put_away: Callable[[Block], None]) -> None:
    """Makes blocks here and puts them away, in their order, in one other thread: two blocks live at once.

    What either side raises ends both and reaches the caller; so does Ctrl-C, once the block that is being put
    away has its place.

    Args:
        blocks: made one after another in the caller's thread.
        put_away: called with each block in the other thread.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="put-away") as pool:
        last: Future[None] | None = None
        for block in blocks:
            if last is not None:
                last.result()
            last = pool.submit(put_away, block)
            del block
        if last is not None:
            last.result()
