"""Watches the loads of the window: keeps what they took of memory, and tells what they had to make smaller."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.domain.language_model import LoadRequest, ModelFile
from app.presentation.model_loader import ModelLoader
from app.presentation.notifier import Notifier
from app.services.load_text import load_notice
from app.services.measuring import PlannedLoad, keep_measured, measured_load
from app.storage.measured_memory import MeasuredMemoryStore


class LoadWatch(QObject):
    """Follows one loader; lives in the window's thread."""

    def __init__(
        self,
        store: MeasuredMemoryStore,
        describe: Callable[[ModelFile], LoadRequest],
        loader: ModelLoader,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        """``describe`` says how a model file would be loaded."""
        super().__init__(parent)
        self._store = store
        self._describe = describe
        self._loader = loader
        self._notifier = notifier
        loader.became_ready.connect(self._take)

    def planned(self, model_file: ModelFile) -> PlannedLoad:
        """Returns how a model file would be loaded now, and what that took before."""
        request = self._describe(model_file)
        return PlannedLoad(request, measured_load(self._store, request, model_file.context_length))

    def _take(self) -> None:
        info = self._loader.info
        if info is None:
            return
        keep_measured(self._store, info)
        notice = load_notice(info)
        if notice:
            self._notifier.show(notice)
