"""300 tokens a second stream into a conversation of 2,000 messages: how late is the window's event loop?

The real window under a virtual display, with a client that paces made-up tokens in place of the engine process, so that
all that is measured is the window's own. Prints how long the conversation takes to open (goal: under 300 ms to its
first paint), the lateness of a 10 ms timer (goal: under 16 ms at the 95th percentile) beside that of the same window at
rest, and whether the view stayed where the person was.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import corpus
from benchmarks.virtual_display import virtual_display

MESSAGES = 2_000
RATE = 300
HERTZ = 30


def fill(data_dir: Path) -> str:
    """Writes the conversation and returns its id."""
    from app import paths
    from app.domain.messages import Role, TextPart
    from app.storage.conversations import ConversationStore
    from app.storage.database import Database

    with Database.open(paths.find(str(data_dir)).database) as database:
        store = ConversationStore(database)
        conversation = store.create("Two thousand messages")
        parent: str | None = None
        for number in range(MESSAGES):
            is_question = number % 2 == 0
            text = corpus.question(number) if is_question else corpus.reply(number, 3)
            role = Role.USER if is_question else Role.ASSISTANT
            parent = store.add_message(conversation.id, role, (TextPart(text),), parent_id=parent).id
    return conversation.id


class PacedClient:
    """Stands in for the engine client: gives tokens at a fixed rate, coalesced as the engine process does it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.loaded: object = None

    def load(self, request: object, on_progress: Callable[[float], None]) -> object:
        """Is ready at once."""
        from app.domain.language_model import ModelInfo

        assert request is not None
        on_progress(1.0)
        self.loaded = ModelInfo("paced", "", "llama", 1, 32_768, 32_768, 1, 0.0, 1, True)
        return self.loaded

    def generate(self, request: object) -> Iterator[object]:
        """Gives RATE tokens a second."""
        from app.domain.generation import Finished, FinishReason, GenerationRequest, TextDelta

        assert isinstance(request, GenerationRequest)
        pieces = corpus.tokens(7, int(RATE * self.seconds))
        began, sent, count = time.perf_counter(), 0, int(RATE * self.seconds)
        while sent < count:
            time.sleep(1 / HERTZ)
            due = min(int((time.perf_counter() - began) * RATE), count) - sent
            sent += due
            yield TextDelta(request.id, "".join(next(pieces) for _ in range(due)))
        yield Finished(request.id, FinishReason.STOP)

    def cancel(self) -> None:
        """Nothing to cancel."""

    def unload(self) -> None:
        """Nothing to unload."""

    def close(self) -> None:
        """Nothing to close."""

    def memory_bytes(self) -> int:
        """Takes none."""
        return 0


def percentile(values: list[float], share: float) -> float:
    """Returns the value below which ``share`` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(data_dir: str, conversation_id: str, seconds: float) -> None:
    """Runs in the process with the display; prints the figures."""
    from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtQuick import QQuickItem
    from PySide6.QtTest import QTest

    from app import assembly, bootstrap, paths
    from app.storage.database import Database
    from app.storage.settings import SettingsFile
    from app.ui import start

    assembly.make_engine_client = lambda *_: PacedClient(seconds)  # type: ignore[assignment]
    folders = paths.find(data_dir)
    settings = SettingsFile(folders.settings)
    start.prepare_environment(is_software_rendered=True)
    application = QGuiApplication(sys.argv[:1])
    window = assembly.Window(folders, settings, Database.open(folders.database), None)
    engine = start.open_window(bootstrap.first_look(settings.current))
    start.fill(engine, window.controller)
    view = engine.window

    def wait(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def until(signal: object) -> None:
        loop = QEventLoop()
        signal.connect(loop.quit, Qt.ConnectionType.SingleShotConnection)  # type: ignore[attr-defined]
        loop.exec()

    late: list[float] = []
    last = [0.0]

    def tick() -> None:
        now = time.perf_counter()
        late.append(max(0.0, (now - last[0]) * 1e3 - 10))
        last[0] = now

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=10)
    timer.timeout.connect(tick)

    def lateness(run: Callable[[], None]) -> list[float]:
        late.clear()
        last[0] = time.perf_counter()
        timer.start()
        run()
        timer.stop()
        return list(late)

    wait(1500)
    began = time.perf_counter()
    window.controller.conversations.open(conversation_id)
    called = time.perf_counter()
    until(view.frameSwapped)
    opened = time.perf_counter()
    print(f"opening {MESSAGES:,} messages: {(opened - began) * 1e3:.0f} ms to first paint "
          f"(of it {(called - began) * 1e3:.0f} ms in the call; goal: under 300)")  # fmt: skip
    wait(1500)
    rest = lateness(lambda: wait(3000))
    transcript = view.findChild(QQuickItem, "transcript")
    assert transcript is not None
    line = window.controller.transcript

    def stream() -> None:
        window.controller.composer.send("Go on, please.")
        until(line.replyFinished)

    streaming = lateness(stream)
    at_end = bool(transcript.property("atYEnd"))
    for name, values in (("at rest", rest), (f"at {RATE} tokens a second", streaming)):
        print(f"event loop late, {name}: median {statistics.median(values):.1f} ms, "
              f"95th percentile {percentile(values, 0.95):.1f} ms, most {max(values):.1f} ms")  # fmt: skip
    print(f"ratio of the 95th percentiles: {percentile(streaming, 0.95) / max(percentile(rest, 0.95), 0.1):.1f} "
          "(goal: under 16 ms while streaming)")  # fmt: skip
    print(f"the view stayed at the end: {'yes' if at_end else 'no'}")

    def place() -> float:
        return float(transcript.property("contentY"))

    def scroll_up() -> None:
        middle = transcript.mapToScene(QPointF(transcript.width() / 2, transcript.height() / 2))
        for _ in range(20):
            QTest.wheelEvent(view, middle, QPoint(0, 120))

    seen: list[float] = []
    QTimer.singleShot(1500, scroll_up)
    QTimer.singleShot(1400, lambda: seen.append(place()))
    QTimer.singleShot(3500, lambda: seen.append(place()))
    stream()
    print(
        f"scrolled up by {seen[0] - seen[1]:.0f} px meanwhile, the view stands {place() - seen[1]:+.0f} px "
        "from where it was left (goal: 0)"
    )
    window.close()
    del engine
    application.quit()


def main() -> None:
    """Starts the measured process on a display of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--inside", nargs=2, metavar=("DIR", "ID"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.inside[0], options.inside[1], options.seconds)
        return
    root = Path(__file__).parents[1]
    sys.path.insert(0, str(root / "src"))
    with tempfile.TemporaryDirectory() as folder, virtual_display() as environment:
        identity = fill(Path(folder))
        environment["PYTHONPATH"] = os.pathsep.join([str(root / "src"), str(root)])
        command = [sys.executable, __file__, "--seconds", str(options.seconds), "--inside", folder, identity]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
