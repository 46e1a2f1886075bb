"""The time of a search beside that of the bare full-text query, asked in turns."""

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from _stored_posts import Posts

from bot.japanese.queries import parse_query
from storage.posts import search_index
from storage.store import Store

ROUNDS = 3


def race(engine: str, store: Store, held: Posts, asked: list[str]) -> dict[str, list[float]]:
    """Seconds of each query, ours and bare in turns; the first round warms up."""
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    with store.engine.connect() as connection:
        cursor = connection.connection.cursor()
        for turn in range(ROUNDS + 1):
            for query in map(parse_query, asked):
                bare = partial(bare_query, engine, cursor, search_index.words(engine, query))
                ours = partial(store.search.find, query, zone=held.desk.zone, limit=5)
                ask: list[tuple[str, Callable[[], Any]]] = [("ours", ours), ("bare", bare)]
                for name, asked_for in ask[:: -1 if turn % 2 else 1]:
                    seconds = timed(asked_for)
                    if turn:
                        times[name].append(seconds)
    return times


def compared(times: dict[str, list[float]]) -> dict[str, float]:
    """Median and p95 in milliseconds, and how many times the bare query's ours are."""
    found: dict[str, float] = {}
    for name, values in times.items():
        found[f"{name}_median_ms"] = round(statistics.median(values) * 1000, 2)
        found[f"{name}_p95_ms"] = round(statistics.quantiles(values, n=20)[18] * 1000, 2)
    for what in ("median", "p95"):
        found[f"{what}_ratio"] = round(found[f"ours_{what}_ms"] / found[f"bare_{what}_ms"], 3)
    return found


def timed(ask: Callable[[], Any]) -> float:
    """Seconds it takes."""
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def bare_query(engine: str, cursor: Any, match: str) -> list[Any]:
    """The five best numbers by the engine's own rank with our weights, and nothing else."""
    if engine == "sqlite":
        weights = ", ".join(map(str, search_index.WEIGHTS.values()))
        query = f"SELECT rowid FROM post_search WHERE post_search MATCH ? ORDER BY bm25(post_search, {weights}) LIMIT 5"
    else:
        query = (
            "SELECT post_id FROM post_search, CAST(%s AS tsquery) AS q WHERE words @@ q "
            "ORDER BY ts_rank('{0.125, 0.125, 0.625, 1.0}', words, q, 1) DESC LIMIT 5"
        )
    cursor.execute(query, (match,))
    found: list[Any] = cursor.fetchall()
    return found
