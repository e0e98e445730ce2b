"""The speed that is shown and the speed that is kept, by a clock that the test sets."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.hub.loopback import LoopbackHub
from tests.library.fetching import MIB, Bench, weights

from app.library.pace import Limit, Speedometer


class Clock:
    """A time that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_steady_speed(clock: Clock) -> None:
    speed = Speedometer(clock)
    for _ in range(200):
        clock.now += 0.1
        speed.add(100)
    assert speed.bytes_per_s() == pytest.approx(1000, rel=0.05)
    assert speed.seconds_left(5000) == pytest.approx(5, rel=0.05)


def test_a_speed_that_falls_to_nothing(clock: Clock) -> None:
    speed = Speedometer(clock)
    assert (speed.bytes_per_s(), speed.seconds_left(1)) == (0, None)
    speed.add(1000)
    assert speed.bytes_per_s() == 4000, "a quarter of a second at least"
    clock.now += 60
    assert (speed.bytes_per_s(), speed.seconds_left(1)) == (0, None)
    speed.add(1000)
    assert speed.bytes_per_s() == 200


def test_no_limit(clock: Clock) -> None:
    assert Limit(0, clock).delay(1 << 40) == 0


@pytest.mark.parametrize("piece", [10, 1000, 64_000])
def test_a_limit_is_kept_over_any_time(clock: Clock, piece: int) -> None:
    limit, came, began = Limit(100_000, clock), 0, clock.now
    while came < 1_000_000:
        came += piece
        clock.now += limit.delay(piece)
    assert came / (clock.now - began) == pytest.approx(100_000)


def test_a_pause_gives_no_right_to_a_burst(clock: Clock) -> None:
    limit = Limit(1000, clock)
    limit.delay(1000)
    clock.now += 3600
    assert limit.delay(1000) == 1


def test_a_limit_that_is_changed_meanwhile(clock: Clock) -> None:
    limit = Limit(1000, clock)
    assert limit.delay(500) == 0.5
    clock.now += 0.5
    limit.bytes_per_s = 2000
    assert limit.delay(500) == 0.25
    limit.bytes_per_s = 0
    assert limit.delay(500) == 0


def test_a_download_keeps_its_limit(hub: LoopbackHub, tmp_path: Path) -> None:
    bench = Bench(hub, tmp_path, weights(2 * MIB))
    began = time.monotonic()
    assert bench.fetch(limit=Limit(4 * MIB))
    assert 0.4 <= time.monotonic() - began <= 0.6
