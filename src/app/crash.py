"""The last border: a bug goes into a report of its own in the folder of logs, and one line says where it is."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from app import __version__, i18n


def install(folder: Path, on_crash: Callable[[Path], None] | None = None) -> None:
    """Reports every exception that nobody caught, of any thread; ``on_crash`` gets the path of the report."""

    def on_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _tell(write_report(folder, error), on_crash)

    def on_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not issubclass(arguments.exc_type, SystemExit):
            name = arguments.thread.name if arguments.thread else ""
            _tell(write_report(folder, arguments.exc_value, name), on_crash)

    sys.excepthook = on_main
    threading.excepthook = on_thread


def write_report(folder: Path, error: BaseException, thread: str = "main") -> Path:
    """Writes a report about ``error`` and returns its path; into the temporary folder where ``folder`` cannot be."""
    import platform  # late, as the next two: a start without a bug needs none of them
    import tempfile
    import traceback

    now = datetime.now(UTC)
    name = f"crash-{now:%Y%m%d-%H%M%S-%f}-{os.getpid()}.txt"
    lines = [
        f"Skald {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"{now.isoformat()}, process {os.getpid()}, thread {thread}",
        "",
        *traceback.format_exception(error),
    ]
    for candidate in (folder, Path(tempfile.gettempdir())):
        try:
            candidate.mkdir(parents=True, exist_ok=True)
            (candidate / name).write_text("\n".join(lines), encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return candidate / name
    return folder / name


def _tell(report: Path, on_crash: Callable[[Path], None] | None) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"skald: {i18n.text('crash.text', path=report)}\n")
    if on_crash is not None:
        on_crash(report)
