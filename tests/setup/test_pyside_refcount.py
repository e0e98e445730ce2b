"""PySide6 6.12.0 on Python 3.11 loses a reference to None at each `QSyntaxHighlighter.rehighlight` whose override
returns None, and the process dies after some thousand of them. This notices, in a child process, because it dies. From
Python 3.12 on None cannot die; there the count stands still and the calls are made all the same.
"""

from __future__ import annotations

import os
import subprocess
import sys

CALLS = 20_000
ALLOWED_DRIFT = 1_000
"""Other code borrows and returns references to None in between; the loss is one a call."""

PROGRAM = f"""
import sys
from PySide6.QtGui import QGuiApplication, QSyntaxHighlighter, QTextDocument

class Highlighter(QSyntaxHighlighter):
    calls = 0
    def highlightBlock(self, text):
        Highlighter.calls += 1

application = QGuiApplication([])
document = QTextDocument("line")
highlighter = Highlighter(document)
before = sys.getrefcount(None)
for _ in range({CALLS}):
    highlighter.rehighlight()
print(Highlighter.calls, before - sys.getrefcount(None))
"""


def test_an_override_that_returns_none_loses_no_reference() -> None:
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert child.returncode == 0, child.stderr
    calls, lost = map(int, child.stdout.split())
    assert calls >= CALLS
    assert abs(lost) < ALLOWED_DRIFT
