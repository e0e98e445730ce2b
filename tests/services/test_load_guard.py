"""What the marks of earlier loads mean for the next start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.library.gguf_bytes import Gguf

from app import i18n, resources
from app.domain.errors import AppError, EngineDied, ModelCrashed, ModelUnfinished
from app.domain.language_model import ModelFile
from app.engine.load_marks import LoadMarks
from app.engine.process import _environment
from app.library.describing import describe
from app.library.library import Library
from app.paths import Paths
from app.services.load_guard import LoadGuard
from app.storage.database import Database
from app.storage.model_files import ModelFileStore


@pytest.fixture
def model_file(tmp_path: Path) -> ModelFile:
    return describe(Gguf().write(tmp_path / "tiny.gguf"), "tiny", "file")


def killed_within(folders: Paths, model_file: ModelFile) -> None:
    """A program that loads ``model_file`` is killed."""
    code = (
        "import os, sys; from pathlib import Path; from app.engine.load_marks import LoadMarks\n"
        "with LoadMarks(Path(sys.argv[1])).during(sys.argv[2]): os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, "-c", code, str(folders.loads), str(model_file.path)]
    assert subprocess.run(command, env=_environment(), check=False).returncode != 0


def test_nothing_speaks_against_a_model_that_was_never_loaded(folders: Paths, model_file: ModelFile) -> None:
    assert LoadGuard(folders).objection(model_file) is None


def test_a_crash_is_said_at_every_start(folders: Paths, model_file: ModelFile) -> None:
    with pytest.raises(EngineDied), LoadMarks(folders.loads).during(str(model_file.path)):
        raise EngineDied(code=-11)
    for _ in range(2):
        objection = LoadGuard(folders).objection(model_file)
        assert isinstance(objection, ModelCrashed)
        assert_is_said(objection)


def test_a_load_that_was_cut_off_is_said_once(folders: Paths, model_file: ModelFile) -> None:
    killed_within(folders, model_file)
    objection = LoadGuard(folders).objection(model_file)
    assert isinstance(objection, ModelUnfinished)
    assert_is_said(objection)
    assert LoadGuard(folders).objection(model_file) is None


def test_a_load_of_the_starter_that_was_cut_off_is_nothing_to_ask_about(folders: Paths, database: Database) -> None:
    starter = Library(ModelFileStore(database), resources.starter_model()).resolve("starter")
    killed_within(folders, starter)
    assert LoadGuard(folders).objection(starter) is None


def assert_is_said(error: AppError) -> None:
    for language in ("en", "zh_CN"):
        i18n.use_language(language)
        assert "tiny" in i18n.error_sentence(error.key, error.values)
    i18n.use_language("en")
