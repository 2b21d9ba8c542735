"""Many sessions without a browser: the memory that one more costs, and twenty that query for a minute."""

import asyncio
import time
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import numpy as np

from benchmarks.app_client import Answer, Session
from benchmarks.app_server import PATIENCE_S, Server

SAMPLE_S = 10.0

FILLING = 200
"""Queries before the minute: more than the answers that the app keeps, so that its caches are full."""

SETTLING_S = 1.0

Result = TypeVar("Result")


def completed(work: Coroutine[Any, Any, Result]) -> Result:
    """Returns what a coroutine does; it runs in a thread of its own, since the browser's driver holds the
    event loop of this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


async def warm(server: Server, query: str, *, k: int) -> None:
    """Returns when the index is in memory and a query is answered.

    Raises:
        RuntimeError: if it is not answered in time, or the page tells an error.
    """
    end = time.monotonic() + PATIENCE_S
    async with Session(server.address, k=k) as session:
        while time.monotonic() < end:
            answer = await session.ask(query)
            if answer.problems:
                raise RuntimeError(f"{query!r}: {'; '.join(answer.problems)}")
            if answer.shown == query:
                return
            await asyncio.sleep(0.5)
    raise RuntimeError(f"{query!r} was not answered within {PATIENCE_S:.0f} s")


async def session_memory(server: Server, query: str, *, sessions: int, k: int) -> list[int]:
    """Returns the private bytes of the server with no session, one, and so on; each has asked the same query,
    so that its answer is kept once for all.

    Args:
        server: that is warm.
        query: that each session asks.
        sessions: opened one after the other, and all open at the end.
        k: in their addresses.
    """
    found = [await _settled_bytes(server)]
    async with AsyncExitStack() as opened:
        for _ in range(sessions):
            session = await opened.enter_async_context(Session(server.address, k=k))
            await session.ask(query)
            found.append(await _settled_bytes(server))
    return found


async def _settled_bytes(server: Server) -> int:
    await asyncio.sleep(SETTLING_S)
    return server.private_bytes


async def querying(
    server: Server, queries: Sequence[str], *, sessions: int, seconds: float, k: int
) -> dict[str, Any]:
    """Returns what sessions that ask one query after the other, all distinct, are given and what it costs.

    Args:
        server: that is warm.
        queries: taken in turn by whichever session is free; begun anew at their end.
        sessions: open together.
        seconds: of the time that counts; it begins when the app's caches are full.
        k: in their addresses.
    """
    turns = _endless(queries)
    async with AsyncExitStack() as opened:
        all_sessions = [
            await opened.enter_async_context(Session(server.address, k=k)) for _ in range(sessions)
        ]
        filling = [next(turns) for _ in range(FILLING)]
        await _share(all_sessions, iter(filling), end=float("inf"))
        began, used = time.monotonic(), server.processor_s
        watch = asyncio.create_task(_memory(server, began, seconds))
        answers = await _share(all_sessions, turns, end=began + seconds)
        found = summary(answers, seconds=time.monotonic() - began)
        found |= {"cpu_s": server.processor_s - used, "tracebacks": server.tracebacks}
        return found | {"memory": await watch}


def _endless(queries: Sequence[str]) -> Iterator[str]:
    while True:
        yield from queries


async def _share(
    sessions: Sequence[Session], queries: Iterator[str], *, end: float
) -> list[tuple[str, Answer]]:
    """What the sessions are answered until there are no queries or no time."""
    answers: list[tuple[str, Answer]] = []

    async def work(session: Session) -> None:
        while time.monotonic() < end and (query := next(queries, None)) is not None:
            answers.append((query, await session.ask(query)))

    await asyncio.gather(*map(work, sessions))
    return answers


async def _memory(server: Server, began: float, seconds: float) -> list[tuple[float, int]]:
    """Seconds since the begin and private bytes, every SAMPLE_S seconds."""
    found = []
    for number in range(int(seconds / SAMPLE_S) + 1):
        await asyncio.sleep(max(0.0, began + number * SAMPLE_S - time.monotonic()))
        found.append((time.monotonic() - began, server.private_bytes))
    return found


def summary(answers: Sequence[tuple[str, Answer]], *, seconds: float) -> dict[str, Any]:
    """Returns counts and times of some queries.

    An error is an exception or an error message on the page, or an answer that is not that of the query.
    """
    wrong = [
        "; ".join(answer.problems) or f"{query!r} was answered with {answer.shown!r}"
        for query, answer in answers
        if answer.problems or answer.shown != query
    ]
    took = 1000 * np.array([answer.seconds for _, answer in answers])
    return {
        "queries": len(answers),
        "seconds": seconds,
        "errors": wrong,
        "ms": {name: float(np.percentile(took, share)) for name, share in (("p50", 50), ("p95", 95))},
        "bytes": int(np.median([answer.size for _, answer in answers])),
    }


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Returns by how much the second number grows with each of the first, by least squares."""
    first, second = np.array(points, dtype=np.float64).T
    return float(np.polyfit(first, second, 1)[0])
