"""Keeps a model whose load ended badly from being loaded again by itself; who asks for it by name gets it."""

from __future__ import annotations

from app.domain.errors import ModelCrashed, ModelUnfinished
from app.domain.language_model import STARTER, ModelFile
from app.engine.load_marks import LoadMarks, LoadTrouble
from app.paths import Paths


class LoadGuard:
    """Reads the marks that the engine's clients leave behind while they load."""

    def __init__(self, paths: Paths) -> None:
        self._marks = LoadMarks(paths.loads)

    def objection(self, model_file: ModelFile) -> ModelCrashed | ModelUnfinished | None:
        """Returns why ``model_file`` is not to be loaded unasked; None where nothing speaks against it.

        That the engine died of it is said until a load succeeds or the file changes. That the program ended within the
        load (killed, or the machine with it) is said once, and not of the starter, which no machine is too small for.
        """
        path = str(model_file.path)
        match self._marks.trouble(path):
            case LoadTrouble.DIED:
                return ModelCrashed(name=model_file.name, path=path)
            case LoadTrouble.UNFINISHED:
                self._marks.end(path)
                return None if model_file.name == STARTER else ModelUnfinished(name=model_file.name, path=path)
            case None:
                return None
