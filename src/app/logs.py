"""The log file of the program: warnings and worse, two old files kept, nothing that was said in a conversation."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

NAME: Final = "skald.log"
_LARGEST: Final = 1 << 20


def install(folder: Path) -> None:
    """Writes the log into ``folder`` from now on; where that cannot be written, there is none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / NAME, maxBytes=_LARGEST, backupCount=2, encoding="utf-8", delay=True)
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(handler)
