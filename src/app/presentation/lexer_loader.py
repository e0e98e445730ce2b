"""Loads lexers beside the window's thread: one takes 50 to 350 ms at its first use."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.markup import highlight

WARMED: Final = ("python", "bash", "javascript", "json", "cpp", "html", "java", "rust", "sql", "typescript")
"""The languages that replies hold most often."""
_PAUSE_MS: Final = 200


class LexerLoader(QObject):
    """Loads one lexer after the other in a thread of its own, and tells when it is done."""

    loaded = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lexers")
        self._wanted: set[str] = set()
        self._to_warm: list[str] = []
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._warm_next)
        self.loaded.connect(self._note)

    def request(self, language: str) -> None:
        """Loads the lexer of ``language`` unless that is under way; `loaded` follows, for an unknown one too."""
        if language not in self._wanted:
            self._wanted.add(language)
            self._thread.submit(self._load, language)

    def warm(self, languages: Iterable[str] = WARMED) -> None:
        """Loads these lexers one by one, with pauses; to be called when the window is up and idle."""
        self._to_warm = [language for language in languages if not highlight.is_loaded(language)]
        self._pause.start()

    def close(self) -> None:
        """Stops warming; a lexer that is being loaded is the last one."""
        self._pause.stop()
        self._to_warm = []
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _load(self, language: str) -> None:
        highlight.load(language)
        self.loaded.emit(language)

    @Slot(str)
    def _note(self, language: str) -> None:
        self._wanted.discard(language)
        if self._to_warm:
            self._pause.start()

    @Slot()
    def _warm_next(self) -> None:
        if self._to_warm:
            self.request(self._to_warm.pop(0))


@cache
def lexer_loader() -> LexerLoader:
    """Returns the one loader of this process."""
    return LexerLoader()
