"""Measures how long the list of model files takes: first and again, small files and large vocabularies, and one header.

Run from the project's folder: ``python benchmarks/library_listing.py [--files N] [--json]``. The goals: a header with a
vocabulary of 250,000 tokens and as many merges in less than 50 ms; 1,000 files in less than 1 s, with such vocabularies
too when they were listed before. The large files are hard links of a few, as only the headers matter.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.library.gguf_bytes import ARRAY, Gguf, Tensor, entry, strings  # noqa: E402

from app import resources  # noqa: E402 - only now can they be found
from app.library.gguf_header import read_header  # noqa: E402
from app.library.library import Library  # noqa: E402
from app.library.surroundings import Surroundings  # noqa: E402
from app.paths import Paths  # noqa: E402
from app.storage.database import Database  # noqa: E402
from app.storage.model_files import ModelFileStore  # noqa: E402

TOKENS: Final = 250_000
GOAL_HEADER_S: Final = 0.050
GOAL_LIST_S: Final = 1.0


def content(tokens: int, rows: int) -> bytes:
    """Returns a model file with ``tokens`` tokens, scores, types and merges; ``rows`` makes its size its own."""
    made = Gguf(tensors=[Tensor(shape=(32, rows), bytes=rows * 128)])
    made.entries[-1] = strings("tokenizer.ggml.tokens", [f"token-{number}" for number in range(tokens)])
    for key, kind in (("scores", 6), ("token_type", 5)):
        made.entries.append(entry(f"tokenizer.ggml.{key}", ARRAY, struct.pack("<IQ", kind, tokens) + bytes(4 * tokens)))
    made.entries.append(strings("tokenizer.ggml.merges", [f"to ken-{number}" for number in range(tokens)]))
    return made.content()


def fill(folder: Path, count: int, tokens: int) -> None:
    """Writes ``count`` files as LM Studio has them; the larger ones share their content ten to one on the disk."""
    for number in range(count):
        path = folder / f"publisher-{number % 20}" / f"Model-{number}-GGUF" / f"Model-{number}-Q4_K_M.gguf"
        path.parent.mkdir(parents=True)
        original = (
            folder / f"publisher-{number % 10}" / f"Model-{number % 10}-GGUF" / f"Model-{number % 10}-Q4_K_M.gguf"
        )
        if tokens > 1000 and number >= 10:
            os.link(original, path)
        else:
            path.write_bytes(content(tokens, number + 1))


def seconds(call: Callable[[], object], rounds: int = 3) -> float:
    """Returns the shortest of several times."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return min(times)


def measure(root: Path, count: int, tokens: int) -> dict[str, float]:
    """Returns the seconds of the first list, of the next one in the same run, and of the first in the next run."""
    paths = Paths(root / "config", root / "data", root / "state", root / "cache")
    home = root / "home"
    fill(home / ".lmstudio" / "models", count, tokens)
    with Database.open(paths.database) as database:

        def library() -> Library:
            return Library(ModelFileStore(database), resources.starter_model(), paths, Surroundings(home))

        first = library()
        found = {"first": seconds(first.list, 1), "again": seconds(first.list)}
        found["next_run"] = seconds(lambda: library().list())
        found["resolve"] = seconds(lambda: first.resolve("publisher-0/Model-0-GGUF:Q4_K_M"))
        assert len(first.list()) == count + 1
    return found


def main() -> None:
    """Prints the measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.gguf"
        large.write_bytes(content(TOKENS, 4))
        header = seconds(lambda: read_header(large), 7)
        small = measure(Path(folder) / "small", options.files, 10)
        vocabularies = measure(Path(folder) / "vocabularies", options.files, TOKENS)
    found = {"header_s": header, "small": small, "vocabularies": vocabularies}
    if options.json:
        print(json.dumps(found))
        return
    print(f"header, {TOKENS:,} tokens and merges: {header * 1000:.1f} ms ({header / GOAL_HEADER_S:.2f} of the goal)")
    for name, times in (("small files", small), (f"{TOKENS:,} tokens", vocabularies)):
        for what, spent in times.items():
            print(f"{options.files} × {name}, {what}: {spent:.3f} s ({spent / GOAL_LIST_S:.2f} of the goal)")


if __name__ == "__main__":
    main()
