"""The first frame of Skald beside that of an empty Qt Quick window, in turns, in one run; prints the ratio.

Each start is a process of its own; the time runs from its start to the first frame on the screen. The first pair, which
also fills the caches of Python and QML, is not counted. Skald's first frame is a window without contents; how long it
takes until that is filled and takes text is printed as well.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.virtual_display import virtual_display

EMPTY = """
import sys
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
application = QGuiApplication(sys.argv)
engine = QQmlApplicationEngine()
engine.loadData(b"import QtQuick; import QtQuick.Controls.Basic; "
                b"ApplicationWindow { visible: true; width: 1280; height: 800 }")
engine.rootObjects()[0].frameSwapped.connect(lambda: (print("frame", flush=True), application.quit()))
application.exec()
"""
SKALD = """
import sys
from app.__main__ import main
from app.ui import start
wait, fill = start.after_first_frame, start.fill
def after_first_frame(engine, call):
    wait(engine, lambda: (print("frame", flush=True), call()))
def filled(engine, controller):
    fill(engine, controller)
    wait(engine, lambda: print("ready", flush=True))
start.after_first_frame, start.fill = after_first_frame, filled
sys.argv = ["skald", "--data-dir", sys.argv[1]]
sys.exit(main())
"""


def seconds_until(program: str, folder: str, environment: dict[str, str], *lines: str) -> list[float]:
    """Returns the seconds from the start of a process until it says each of ``lines``."""
    began = time.perf_counter()
    command = [sys.executable, "-c", program, folder]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    took: list[float] = []
    for line in lines:
        said = process.stdout.readline().strip()
        took.append(time.perf_counter() - began)
        if said != line:
            raise SystemExit(f"the program said {said!r} instead of {line!r}")
    process.terminate()
    process.wait(20)
    process.stdout.close()
    return took


def main() -> None:
    """Prints the medians and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    empty: list[float] = []
    first: list[float] = []
    filled: list[float] = []
    with tempfile.TemporaryDirectory() as folder, virtual_display() as environment:
        root = Path(__file__).parents[1]
        environment["PYTHONPATH"] = os.pathsep.join([str(root / "src"), str(root)])
        for _ in range(rounds + 1):
            empty += seconds_until(EMPTY, folder, environment, "frame")
            frame, ready = seconds_until(SKALD, folder, environment, "frame", "ready")
            first.append(frame)
            filled.append(ready)
    for name, values in (("empty window", empty), ("Skald, first frame", first), ("Skald, filled", filled)):
        took = values[1:]
        ratio = statistics.median(one / other for one, other in zip(took, empty[1:], strict=True))
        print(f"{name:20} {statistics.median(took):.3f} s, {ratio:.2f} times the empty window (median of {rounds})")
    print("goal: first frame at most 1.5 times")


if __name__ == "__main__":
    main()
