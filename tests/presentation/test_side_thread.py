"""Work beside the window: in order, back on the window's thread, and never a reason not to end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.domain.errors import AppError, DiskFull
from app.presentation.side_thread import SideThread


@pytest.fixture
def side(qtbot: QtBot) -> Iterator[SideThread]:
    thread = SideThread("side")
    yield thread
    thread.close()


def test_results_come_in_order_on_the_windows_thread(side: SideThread, qtbot: QtBot) -> None:
    came: list[tuple[int, str]] = []
    for number in range(5):
        side.run(
            lambda number=number: (number, threading.current_thread().name),  # type: ignore[misc]
            lambda result: came.append((result[0], f"{result[1]} {threading.current_thread() is here}")),
        )
    here = threading.current_thread()
    qtbot.waitUntil(lambda: len(came) == 5)
    assert came == [(number, "side True") for number in range(5)]


def test_a_known_error_goes_to_its_own_answer(side: SideThread, qtbot: QtBot) -> None:
    errors: list[AppError] = []

    def full() -> None:
        raise DiskFull(path="x")

    side.run(full, lambda _nothing: pytest.fail("it failed"), errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], DiskFull)


def test_a_bug_is_reported_and_the_next_piece_runs(
    side: SideThread, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: reported.append(kind))
    done: list[int] = []
    side.run(lambda: 1 // 0, lambda _result: None)
    side.run(lambda: 2, done.append)
    qtbot.waitUntil(lambda: done == [2])
    assert reported == [ZeroDivisionError]


def test_closing_drops_what_waits_and_does_the_last_thing(qtbot: QtBot) -> None:
    thread, begun, gate = SideThread("side"), threading.Event(), threading.Event()
    order: list[str] = []

    def first() -> None:
        begun.set()
        gate.wait(10)
        order.append("first")

    thread.run(first, lambda _result: order.append("told"))
    thread.run(lambda: order.append("never"), lambda _result: None)
    begun.wait(10)
    threading.Timer(0.05, gate.set).start()
    thread.close(lambda: order.append("last"))
    assert order == ["first", "last"]
