"""Compares downloading with the plain client, `hf_hub_download` (one connection, no Xet), from a Hub on this machine.

Run from the project's folder: ``python benchmarks/download_speed.py [--rounds N] [--mebibytes N] [--json]``. The Hub,
we and the plain client are a process each, and take turns in one run with the same file; ours hashes while it writes,
the plain client does not. The goal is a median ratio of at least 0.95. ``--limit`` gives the line a speed in MiB/s.

With ``--drops`` the line breaks every few MiB instead: what each side fetches until it has the file, or gives up.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.hub.loopback import LoopbackHub  # noqa: E402 - only now can they be found
from tests.hub.separate import separate_hub  # noqa: E402

GOAL: Final = 0.95
MIB: Final = 1 << 20
REPOSITORY: Final = "owner/name"
PATH: Final = "weights-Q4_K_M.gguf"
DROP_EVERY: Final = 3 * MIB
GIVE_UP_S: Final = 120

OURS: Final = """
import sys, time
from pathlib import Path
from app.domain.hub import HubFile
from app.library.fetch import Control, Fetch, Source
from app.library.hub import Hub
from app.library.hub_cache import CachedRepository
from app.library.hub_connection import HubConnection
endpoint, folder, repository, path = sys.argv[1:]
connection = HubConnection(endpoint)
found = Hub(connection).repository(repository)
file = found.variants[0].files[0]
fetch = Fetch(connection, CachedRepository(Path(folder), repository), Source(repository, found.commit, file), Control(),
              lambda _held: None)
began = time.monotonic()
assert fetch.run()
print(time.monotonic() - began)
"""
PLAIN: Final = """
import sys, time
from huggingface_hub import HfApi, hf_hub_download
endpoint, folder, repository, path = sys.argv[1:]
HfApi(endpoint=endpoint, token=False).model_info(repository, files_metadata=True)
began = time.monotonic()
hf_hub_download(repository, path, endpoint=endpoint, cache_dir=folder, token=False)
print(time.monotonic() - began)
"""


@dataclass(frozen=True)
class Speeds:
    """Medians in MiB/s, and the median of the ratios round by round (1 is as fast as the plain client)."""

    plain: float
    ours: float
    ratio: float


@dataclass(frozen=True)
class Broken:
    """What a side made of a line that breaks: seconds, whether the file came, MiB that were sent for it."""

    seconds: float
    has_come: bool
    sent_mib: float


def start(program: str, endpoint: str, folder: Path) -> subprocess.Popen[str]:
    """Starts one side with a cache of its own; it prints the seconds that it took."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HF_")},
        "PYTHONPATH": str(ROOT / "src"),
        "HF_HOME": str(folder),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }
    command = [sys.executable, "-c", program, endpoint, str(folder / "hub"), REPOSITORY, PATH]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    )


def seconds(program: str, endpoint: str) -> float:
    """Gives one side its turn."""
    with tempfile.TemporaryDirectory() as folder:
        process = start(program, endpoint, Path(folder))
        printed, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"ended with {process.returncode}")
        os.sync()
        return float(printed)


def compare(mebibytes: int, rounds: int, limit: int) -> Speeds:
    """Lets both sides take turns, the first one alternating, after one round that does not count."""
    plain: list[float] = []
    ours: list[float] = []
    with tempfile.TemporaryDirectory() as served:
        write_file(Path(served) / REPOSITORY / PATH, mebibytes)
        with separate_hub(Path(served), bytes_per_s=limit * MIB or None) as endpoint:
            for number in range(rounds + 1):
                first = seconds(OURS, endpoint) if number % 2 else None
                plain.append(mebibytes / seconds(PLAIN, endpoint))
                ours.append(mebibytes / (first or seconds(OURS, endpoint)))
    pairs = list(zip(plain[1:], ours[1:], strict=True))
    median = statistics.median
    return Speeds(median(plain[1:]), median(ours[1:]), median(our / their for their, our in pairs))


def write_file(path: Path, mebibytes: int) -> None:
    """Writes bytes that no disk compresses."""
    path.parent.mkdir(parents=True)
    with path.open("wb") as stream:
        for _ in range(mebibytes):
            stream.write(os.urandom(MIB))


def over_a_broken_line(program: str, mebibytes: int) -> Broken:
    """Lets one side fetch over a line that breaks every DROP_EVERY bytes."""
    with tempfile.TemporaryDirectory() as folder, LoopbackHub() as hub:
        hub.add(REPOSITORY, {PATH: os.urandom(mebibytes * MIB)})
        hub.faults.end_after(DROP_EVERY, path=PATH)
        began = time.monotonic()
        process = start(program, hub.endpoint, Path(folder))
        try:
            has_come = process.wait(GIVE_UP_S) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            has_come = False
        took = time.monotonic() - began
        return Broken(took, has_come, hub.requests.bytes_sent() / MIB)


def main() -> int:
    """Prints what was measured; the exit status is 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--mebibytes", type=int, default=300)
    parser.add_argument("--limit", type=int, default=0, metavar="MIB_PER_S")
    parser.add_argument("--drops", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.drops:
        sides = {name: over_a_broken_line(program, 24) for name, program in (("plain", PLAIN), ("ours", OURS))}
        for name, side in sides.items():
            end = "has the file" if side.has_come else "has not got the file"
            print(f"{name:6} {end} of 24 MiB after {side.seconds:.1f} s and {side.sent_mib:.1f} MiB")
        return 0 if sides["ours"].has_come else 1
    speeds = compare(options.mebibytes, options.rounds, options.limit)
    if options.json:
        print(json.dumps(vars(speeds)))
    else:
        print(f"plain {speeds.plain:.0f}  ours {speeds.ours:.0f} MiB/s  ratio {speeds.ratio:.3f} (goal {GOAL})")
    return 0 if speeds.ratio >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
