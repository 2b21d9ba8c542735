"""Blocks are made in one thread and put away in another, in order, and nothing that goes wrong is lost."""

import threading
from collections.abc import Iterator

import pytest

from lpd.search.overlap import overlapped


def test_in_order_and_in_another_thread() -> None:
    put: list[tuple[int, int]] = []
    overlapped(iter(range(20)), lambda block: put.append((block, threading.get_ident())))
    assert [block for block, _ in put] == list(range(20))
    assert threading.get_ident() not in {thread for _, thread in put}
    assert len({thread for _, thread in put}) == 1


def test_the_next_is_made_while_the_last_is_put_away() -> None:
    """Block 0 is put away only once block 1 is being made: one after the other, this would wait for ever."""
    made = [threading.Event() for _ in range(3)]

    def blocks() -> Iterator[int]:
        for number, event in enumerate(made):
            event.set()
            yield number

    def put_away(block: int) -> None:
        if block + 1 < len(made):
            assert made[block + 1].wait(timeout=30)

    overlapped(blocks(), put_away)


def test_at_most_two_blocks_live_at_once() -> None:
    lock, alive, most = threading.Lock(), 0, 0

    def blocks() -> Iterator[int]:
        nonlocal alive, most
        for number in range(10):
            with lock:
                alive += 1
                most = max(most, alive)
            yield number

    def put_away(block: int) -> None:
        nonlocal alive
        with lock:
            alive -= 1

    overlapped(blocks(), put_away)
    assert most <= 2


def test_nothing_to_put_away() -> None:
    overlapped(iter([]), pytest.fail)


@pytest.mark.parametrize("bad", [0, 3, 9])
def test_what_goes_wrong_there_reaches_the_caller(bad: int) -> None:
    made, put = [], []

    def blocks() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            yield number

    def put_away(block: int) -> None:
        if block == bad:
            raise ValueError(f"block {block}")
        put.append(block)

    with pytest.raises(ValueError, match=f"block {bad}"):
        overlapped(blocks(), put_away)
    assert put == list(range(bad))
    assert len(made) <= bad + 2, "nothing more is made after that"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_goes_wrong_here_waits_for_the_block_before(error: type[BaseException]) -> None:
    put: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def blocks() -> Iterator[int]:
        yield 0
        assert begun.wait(timeout=30)
        threading.Timer(0.05, go_on.set).start()
        raise error

    def put_away(block: int) -> None:
        begun.set()
        assert go_on.wait(timeout=30)
        put.append(block)

    with pytest.raises(error):
        overlapped(blocks(), put_away)
    assert put == [0]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("put-away")]
