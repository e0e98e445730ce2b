"""A model file that is not the same has another fingerprint, and a large one gets it at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.engine import state_key
from app.engine.state_key import fingerprint

CONTENT = bytes(range(256)) * 20_000


def written(path: Path, content: bytes, changed: int = 1) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(changed, changed))
    return fingerprint(path)


def test_every_change_counts(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    first = written(path, CONTENT)
    assert written(path, CONTENT) == first
    assert written(tmp_path / "other.gguf", CONTENT) == first
    assert written(path, CONTENT, changed=2) != first
    assert written(path, CONTENT + b"x") != first
    assert written(path, b"x" + CONTENT[1:]) != first
    assert written(path, CONTENT[:-1] + b"x") != first


def test_a_name_that_is_the_hash_is_taken_for_it(tmp_path: Path) -> None:
    one, other = ("sha256-" + "a" * 64, "b" * 64)
    assert written(tmp_path / one, CONTENT) != written(tmp_path / other, CONTENT)
    assert written(tmp_path / "c" / ("a" * 64), CONTENT) == written(tmp_path / one, CONTENT)
    link = tmp_path / "m.gguf"
    link.symlink_to(tmp_path / one)
    assert fingerprint(link) == fingerprint(tmp_path / one)


def test_every_part_of_a_split_model_counts(tmp_path: Path) -> None:
    first, second = (tmp_path / f"m-0000{number}-of-00002.gguf" for number in (1, 2))
    written(second, CONTENT)
    before = written(first, CONTENT)
    written(second, CONTENT + b"x")
    assert fingerprint(first) != before
    second.unlink()
    with pytest.raises(FileNotFoundError):
        fingerprint(first)


def test_little_of_a_large_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.gguf"
    with path.open("wb") as stream:
        stream.truncate(8 * 1024**3)
    assert state_key.HEADER_BYTES + state_key.SAMPLES * state_key.SAMPLE_BYTES <= 2 * 1024**2
    assert fingerprint(path)
