"""Headers are remembered between runs, and whatever is in the file that they are kept in, the list is right."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.library.header_cache import HeaderCache, HeaderSummary

SUMMARY = HeaderSummary("llama", "Q4_K_M", 7, 2048)


def no_reading() -> HeaderSummary:
    raise AssertionError("it is known")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "a.gguf").write_bytes(b"content")
    return tmp_path / "a.gguf"


def test_what_was_read_is_known_in_the_next_run(tmp_path: Path, model: Path) -> None:
    file = tmp_path / "cache" / "headers.json"
    first = HeaderCache(file)
    assert first.summary(model, model.stat(), lambda: SUMMARY) == SUMMARY
    assert first.samples(model, model.stat(), lambda: "abc") == "abc"
    first.save()
    assert [path.name for path in file.parent.iterdir()] == ["headers.json"]
    second = HeaderCache(file)
    assert second.summary(model, model.stat(), no_reading).architecture == "llama"
    assert second.samples(model, model.stat(), lambda: "read again") == "abc"


def test_a_changed_file_is_read_again(tmp_path: Path, model: Path) -> None:
    cache = HeaderCache(tmp_path / "headers.json")
    cache.summary(model, model.stat(), lambda: SUMMARY)
    os.utime(model, ns=(1, 1))
    other = HeaderSummary("qwen3")
    assert cache.summary(model, model.stat(), lambda: other) == other


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"version": 1}',
        b'{"version": 1, "files": 5}',
        b'{"version": 0, "files": {}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_ignored(tmp_path: Path, model: Path, content: bytes) -> None:
    file = tmp_path / "headers.json"
    file.write_bytes(content)
    cache = HeaderCache(file)
    assert cache.summary(model, model.stat(), lambda: SUMMARY) == SUMMARY
    cache.save()
    assert HeaderCache(file).summary(model, model.stat(), no_reading) == SUMMARY


@pytest.mark.parametrize("said", [{"parameters": "7"}, {"unknown": 1}, {"parameters": True}, []])
def test_a_damaged_entry_is_ignored(tmp_path: Path, model: Path, said: object) -> None:
    state = model.stat()
    listed = {str(model): [state.st_size, state.st_mtime_ns, said]}
    (tmp_path / "headers.json").write_text(json.dumps({"version": 1, "files": listed}))
    assert HeaderCache(tmp_path / "headers.json").summary(model, state, lambda: SUMMARY) == SUMMARY


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, model: Path) -> None:
    (tmp_path / "file").touch()
    cache = HeaderCache(tmp_path / "file" / "headers.json")
    cache.summary(model, model.stat(), lambda: SUMMARY)
    cache.save()


def test_many_threads_may_use_it(tmp_path: Path) -> None:
    cache = HeaderCache(tmp_path / "headers.json")
    paths = [tmp_path / str(number) for number in range(200)]
    for path in paths:
        path.touch()

    def use(path: Path) -> HeaderSummary:
        found = cache.summary(path, path.stat(), lambda: HeaderSummary(path.name))
        cache.save()
        return found

    with ThreadPoolExecutor(8) as pool:
        assert [summary.architecture for summary in pool.map(use, paths)] == [path.name for path in paths]
    cache.save()
    assert HeaderCache(tmp_path / "headers.json").summary(paths[7], paths[7].stat(), no_reading).architecture == "7"
