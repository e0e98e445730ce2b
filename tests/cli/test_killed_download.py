"""A pull is killed with SIGKILL at ten moments: the next one ends in the right bytes, and little is fetched twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.command import Skald
from tests.cli.pulling import MIB, PATH, REFERENCE, REPOSITORY, blobs, listed, model, skald_for
from tests.hub.exchange import Place
from tests.hub.loopback import LoopbackHub

CONTENT = model()
#: The line is the slow side, as anywhere but on one machine: else the system receives ahead of us what a kill loses.
LINE = 40 * MIB
#: Bytes that have left the Hub when the process is killed.
MOMENTS = (0, 1, 1000, MIB // 16, MIB // 2 + 1, MIB, 2 * MIB + 17, 4 * MIB, 7 * MIB, len(CONTENT) - 1)


@pytest.fixture
def skald(hub: LoopbackHub, tmp_path: Path) -> Skald:
    hub.add(REPOSITORY, {PATH: CONTENT})
    return skald_for(hub, tmp_path / "home")


@pytest.mark.parametrize("moment", MOMENTS)
def test_nothing_is_lost(hub: LoopbackHub, skald: Skald, moment: int) -> None:
    running = skald.start("models", "pull", REFERENCE, "--json")

    def kill() -> None:
        running.process.kill()
        running.process.wait()  # so that the Hub learns what did not reach it

    hub.faults.trickle(LINE)
    hub.faults.run_after(moment, kill, path=PATH)
    assert running.end().code == -9
    for path in blobs(skald.home):
        assert path.name == f"{hub.repositories[REPOSITORY].sha256[PATH]}.incomplete"
        assert CONTENT.startswith(path.read_bytes())
    assert listed(skald) == []
    outcome = skald("models", "pull", REFERENCE, "--json")
    assert outcome.code == 0, outcome.stderr
    path = Path(outcome.records[-1]["path"])
    assert path.read_bytes() == CONTENT
    assert path.resolve().name == hub.repositories[REPOSITORY].sha256[PATH]
    assert len(blobs(skald.home)) == 1
    assert hub.requests.bytes_sent_twice() <= MIB
    assert len(hub.requests.of(Place.BYTES)) == 2
