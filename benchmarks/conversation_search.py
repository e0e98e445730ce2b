"""Measures search in a store of 1,000,000 messages, and how soon the list and a conversation of 10,000 open.

Run from the project's folder: ``python benchmarks/conversation_search.py [--messages N] [--keep FOLDER] [--processor]
[--json]``. The store is made as an earlier version left it, in English and Chinese with frequencies like a language's
(Zipf), then indexed by the migration, which is timed. Each kind of query is asked many times with other words. Goals:
100 ms at the 95th percentile for a search, 200 ms for the list and for the conversation.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src")]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.presentation.conversation_list_model import ConversationListModel  # noqa: E402 - only now can they be found
from app.presentation.notifier import Notifier  # noqa: E402
from app.presentation.transcript_model import TranscriptModel  # noqa: E402
from app.presentation.transcript_rows import Shown  # noqa: E402
from app.storage.conversation_search import ConversationSearch  # noqa: E402
from app.storage.conversations import ConversationStore  # noqa: E402
from app.storage.database import Database, migrate  # noqa: E402
from app.storage.migrations import MIGRATIONS  # noqa: E402
from app.storage.shelf import Shelf  # noqa: E402

MESSAGES: Final = 1_000_000
EACH: Final = 50
LONG: Final = 10_000
SEARCH_GOAL_MS: Final = 100.0
OPEN_GOAL_MS: Final = 200.0
BEFORE_INDEX: Final = 7
ROUNDS: Final = 60

clock: Callable[[], float] = time.perf_counter
"""What is measured with: the wall clock, or with ``--processor`` the time of this thread, for a busy machine."""

_COMMON: Final = "the of and to in is you that it for model memory token answer language window because would"
_SYLLABLES: Final = "ba de di do fa ke ki la le li ma me mi na ne no pa per ra re ri ro sa se so ta te ti ing er st"
_CHINESE: Final = ["模型", "问题", "的", "是", "我们", "语言", "内存", "量化", "电脑", "回答"]


class Language:
    """Words with falling frequency, and texts of them."""

    def __init__(self, draw: random.Random, words: list[str], joint: str) -> None:
        self.words = words
        self._draw, self._joint = draw, joint
        self._weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def text(self) -> str:
        """Returns 5 to 60 words."""
        return self._joint.join(self._draw.choices(self.words, cum_weights=self._weights, k=self._draw.randint(5, 60)))


def languages(draw: random.Random) -> tuple[Language, Language]:
    """Returns something like English and something like Chinese."""
    english = ["".join(draw.choices(_SYLLABLES.split(), k=draw.randint(2, 4))) for _ in range(20_000)]
    characters = [chr(0x4E00 + draw.randrange(6000)) for _ in range(3500)]
    weights = list(accumulate(1 / (rank + 20) for rank in range(len(characters))))
    chinese = [
        "".join(draw.choices(characters, cum_weights=weights, k=draw.choice((1, 2, 2, 2, 3)))) for _ in range(15_000)
    ]
    return Language(draw, _COMMON.split() + english, " "), Language(draw, _CHINESE + chinese, "")


def write_store(path: Path, count: int, draw: random.Random, spoken: tuple[Language, Language]) -> None:
    """Writes ``count`` messages, ``EACH`` a conversation, the last conversation ``LONG``; as version 7 had them."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        migrate(connection, path, MIGRATIONS[:BEFORE_INDEX])
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO messages (id, conversation_id, parent_id, role, text, status, created_at, updated_at) "
            "VALUES (?, ?, ?, ?, ?, 'complete', ?, ?)",
            _messages(count, draw, spoken),
        )
        connection.execute(
            "INSERT INTO conversations (id, title, created_at, updated_at, tip_id) SELECT conversation_id, "
            "substr(text, 1, 50), min(seq) * 1000000, max(seq) * 1000000, "
            "printf('m%031d', max(seq) - 1) FROM messages GROUP BY conversation_id"
        )
        connection.execute("COMMIT")


def _messages(count: int, draw: random.Random, spoken: tuple[Language, Language]) -> Iterator[tuple[object, ...]]:
    english, chinese = spoken
    for number in range(count):
        first = (count - LONG) // EACH * EACH
        begins = number % EACH == 0 if number < first else number == first
        conversation = number // EACH if number < first else first // EACH
        text = (english if draw.random() < 0.6 else chinese).text()
        parent = None if begins else f"m{number - 1:031}"
        role = "assistant" if number % 2 else "user"
        yield f"m{number:031}", f"c{conversation:031}", parent, role, text, number * 1_000_000, number * 1_000_000


def queries(draw: random.Random, spoken: tuple[Language, Language]) -> dict[str, Callable[[], str]]:
    """Returns what draws a query of each kind."""
    english, chinese = spoken
    rare, rare_chinese = english.words[2000:], [word for word in chinese.words[2000:] if len(word) > 1]
    return {
        "one letter": lambda: draw.choice("aeiorstkmz"),
        "two letters": lambda: draw.choice(("th", "mo", "to", "qu", "zz", "pa", "xy", "er")),
        "common word": lambda: draw.choice(_COMMON.split()[4:]),
        "rare word": lambda: draw.choice(rare),
        "two words": lambda: f"{draw.choice(english.words[:400])} {draw.choice(english.words[:400])}",
        "a line of ten": lambda: " ".join(english.text().split()[:10]),
        "part of a word": lambda: draw.choice(rare)[1:5],
        "one character": lambda: draw.choice(chinese.words)[0],
        "Chinese word": lambda: draw.choice(chinese.words[:200]),
        "rare Chinese": lambda: draw.choice(rare_chinese),
        "Chinese phrase": lambda: draw.choice(chinese.words[:300]) + draw.choice(chinese.words[:300]),
        "found nowhere": lambda: "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=9)),
    }


def timed_ms(work: Callable[[], object]) -> float:
    """Returns how long ``work`` takes."""
    started = clock()
    work()
    return (clock() - started) * 1000


def percentile_95(values: list[float]) -> float:
    """Returns the value that 95 of 100 do not exceed."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def measure_search(
    database: Database, draw: random.Random, spoken: tuple[Language, Language]
) -> dict[str, list[float]]:
    """Returns the milliseconds of each search by its kind; the kinds take turns."""
    search = ConversationSearch(database)
    kinds = queries(draw, spoken)
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(ROUNDS):
        for kind, make in kinds.items():
            query = make()
            taken[kind].append(timed_ms(lambda query=query: search.find(query)))  # type: ignore[misc]
    return taken


def measure_opening(database: Database) -> dict[str, list[float]]:
    """Returns the milliseconds that the list, and the longest conversation, take to be there."""
    from PySide6.QtCore import QCoreApplication

    application = QCoreApplication.instance() or QCoreApplication([])
    store = ConversationStore(database)
    long = database.rows("SELECT id FROM conversations ORDER BY seq DESC LIMIT 1")[0][0]
    taken: dict[str, list[float]] = {"list opens": [], "10,000 messages open": []}
    for _ in range(7):
        notifier = Notifier()
        taken["list opens"].append(timed_ms(lambda: ConversationListModel(store, Shelf(database), notifier)))  # noqa: B023
        transcript = TranscriptModel(Shown)
        taken["10,000 messages open"].append(timed_ms(lambda: transcript.show(store.path(long))))  # noqa: B023
    del application
    return taken


def main() -> int:
    """Makes the store, measures, prints, and returns 0 where every goal is reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    global clock
    clock = time.thread_time if options.processor else time.perf_counter
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "skald.sqlite3"
        draw = random.Random(1)
        spoken = languages(draw)
        if not path.exists():
            print(f"writing {options.messages:,} messages", file=sys.stderr)
            write_store(path, options.messages, draw, spoken)
        before = path.stat().st_size
        started = time.perf_counter()
        with Database.open(path) as database:
            opened_s = time.perf_counter() - started
            database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            searched = measure_search(database, draw, spoken)
            opening = measure_opening(database)
        after = path.stat().st_size
    together = [value for values in searched.values() for value in values]
    rows = {**searched, "all searches": together, **opening}
    if options.json:
        print(json.dumps({"opened_s": opened_s, "bytes": [before, after], "ms": rows}))
    else:
        print(f"opened and migrated in {opened_s:.1f} s; {before / 1e6:.0f} MB, with the index {after / 1e6:.0f} MB")
        for kind, values in rows.items():
            print(f"{kind:22} p50 {statistics.median(values):7.1f} ms   p95 {percentile_95(values):7.1f} ms")
    reached = percentile_95(together) < SEARCH_GOAL_MS
    return 0 if reached and all(percentile_95(values) < OPEN_GOAL_MS for values in opening.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
