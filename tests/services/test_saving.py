"""Saving a piece of a reply: its name, and that a failure leaves what was there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.domain.errors import FileNotSaved
from app.services import saving
from app.services.saving import file_name, save_text


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("python", "code.py"),
        ("py", "code.py"),
        ("javascript", "code.js"),
        ("c++", "code.cpp"),
        ("bash", "code.sh"),
        ("json", "code.json"),
        ("dockerfile", "Dockerfile"),
        ("", "code.txt"),
        ("../../x", "code.txt"),
        ("no-such-language", "code.txt"),
    ],
)
def test_a_name_follows_the_language(language: str, name: str) -> None:
    assert file_name(language) == name


def test_text_is_saved_with_a_line_end(tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    save_text(file, "a\n\ufffd数")
    save_text(file, "b = '数'\n")
    assert file.read_bytes() == "b = '数'\n".encode()
    assert list(tmp_path.iterdir()) == [file]


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "code.py"
    file.write_text("before", "utf-8")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileNotSaved) as caught:
        saving.save_text(file, "after")
    assert caught.value.values["reason"] == "No space left on device"
    assert file.read_text("utf-8") == "before"
    assert list(tmp_path.iterdir()) == [file]
