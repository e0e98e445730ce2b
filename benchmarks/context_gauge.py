"""Measures how long the context gauge takes from a keystroke to its new number, in a conversation of 8,000 tokens.

Run from the project's folder: ``python benchmarks/context_gauge.py [--keystrokes N] [--json]``. The window's own logic
runs without a window around the real engine process and the starter. The goal is 50 ms (p95), none of it on the GUI
thread; beside it stands the time that tokenizing the whole prompt takes, which each keystroke would cost otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from PySide6.QtCore import QEventLoop, QObject, QTimer  # noqa: E402 - only now can they be found
from PySide6.QtGui import QGuiApplication  # noqa: E402

from app import i18n, resources  # noqa: E402
from app.assembly import Window  # noqa: E402
from app.domain.messages import Role, TextPart  # noqa: E402
from app.engine.llama_library import Log, llama  # noqa: E402
from app.engine.vocabulary import Vocabulary  # noqa: E402
from app.paths import Paths  # noqa: E402
from app.storage.conversations import ConversationStore  # noqa: E402
from app.storage.database import Database  # noqa: E402
from app.storage.settings import SettingsFile  # noqa: E402

GOAL_MS: Final = 50.0
TOKENS: Final = 8_000
TURN_TOKENS: Final = 128
N_CTX: Final = 16_384
SENTENCE: Final = "The cat wanted to see the sea, and every day it walked a little further down to the harbour. "
TYPED: Final = "How far did it come, and what did the old fisherman say to it? 它走了多远？"
PATIENCE_MS: Final = 60_000


def wait(owner: QObject, signal: str) -> None:
    """Lets Qt work until the signal comes."""
    loop = QEventLoop()
    getattr(owner, signal).connect(loop.quit)
    QTimer.singleShot(PATIENCE_MS, lambda: loop.exit(1))
    if loop.exec():
        raise TimeoutError(signal)


def fill(store: ConversationStore, count: int) -> str:
    """Makes a conversation of ``count`` turns and returns its id."""
    conversation = store.create("Long")
    parent = None
    for number in range(2 * count):
        role = Role.ASSISTANT if number % 2 else Role.USER
        text = TextPart(f"{number}. {SENTENCE * 2}")
        parent = store.add_message(conversation.id, role, (text,), parent_id=parent).id
    return conversation.id


def plain_ms(text: str) -> float:
    """Returns how long tokenizing ``text`` as a whole takes with the starter's vocabulary, the median of some times."""
    log = Log()
    settings = llama.llama_model_default_params()
    settings.vocab_only = True
    loaded = llama.llama_model_load_from_file(str(resources.starter_model()).encode(), settings)
    times = []
    for _ in range(9):
        vocabulary = Vocabulary(llama.llama_model_get_vocab(loaded))
        started = time.perf_counter()
        vocabulary.prompt_tokens(text, 10 * N_CTX)
        times.append(1000 * (time.perf_counter() - started))
    llama.llama_model_free(loaded)
    del log
    return statistics.median(times)


def measure(folder: Path, keystrokes: int) -> dict[str, float]:
    """Returns the tokens of the conversation and the times of a keystroke in milliseconds."""
    paths = Paths(folder / "config", folder / "data", folder / "state", folder / "cache")
    settings = SettingsFile(paths.settings)
    settings.change(n_ctx=N_CTX)
    window = Window(paths, settings, Database.open(paths.database), None)
    controller = window.controller
    usage, composer = controller.context.usage, controller.composer
    conversation_id = fill(controller.parts.store, TOKENS // TURN_TOKENS)
    controller.conversations.refresh()
    controller.announceReady()
    wait(controller.parts.loader, "became_ready")
    controller.conversations.open(conversation_id)
    while usage.used < TOKENS // 2:
        wait(usage, "changed")
    times, gui_times = [], []
    for number in range(keystrokes):
        text = (TYPED * (1 + number // len(TYPED)))[: number + 1]
        started = time.perf_counter()
        composer.saveDraft(text)
        gui_times.append(1000 * (time.perf_counter() - started))
        wait(window.engine, "counted")  # the gauge hears of it before
        times.append(1000 * (time.perf_counter() - started))
    prompt = "".join(
        f"<|im_start|>{message.role}\n{message.text}<|im_end|>\n"
        for message in controller.parts.store.path(conversation_id)
    )
    found = {"tokens": usage.used, "plain_ms": plain_ms(prompt)}
    window.close()
    for name, values in (("keystroke", times), ("gui", gui_times)):
        found[f"{name}_median_ms"] = statistics.median(values)
        found[f"{name}_p95_ms"] = statistics.quantiles(values, n=20)[-1]
    return found


def main() -> None:
    """Prints the measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--keystrokes", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    application = QGuiApplication(sys.argv[:1])
    i18n.use_language("en")
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), options.keystrokes)
    del application
    if options.json:
        print(json.dumps(found))
        return
    print(f"conversation of {found['tokens']:,.0f} tokens, {options.keystrokes} keystrokes")
    print(
        f"keystroke to gauge: median {found['keystroke_median_ms']:.1f} ms, p95 {found['keystroke_p95_ms']:.1f} ms "
        f"(goal {GOAL_MS:.0f}: {found['keystroke_p95_ms'] / GOAL_MS:.2f} of it)"
    )
    print(f"on the GUI thread: median {found['gui_median_ms']:.2f} ms, p95 {found['gui_p95_ms']:.2f} ms")
    print(
        f"tokenizing the whole prompt alone: {found['plain_ms']:.1f} ms; "
        f"the whole way to the gauge takes {found['keystroke_median_ms'] / found['plain_ms']:.2f} of that"
    )


if __name__ == "__main__":
    main()
