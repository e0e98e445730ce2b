"""Whatever ends or stops the engine, and whatever happens to the model file under it: one known error, then on."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest
from tests.engine.conftest import asked, load, reply
from tests.engine.gguf_document import UINT32, Document
from tests.gguf_files import write_llama, write_scripted

from app.domain.errors import AppError, EngineAborted
from app.domain.generation import FinishReason, GenerationEvent, PromptProgress, TextDelta
from app.domain.language_model import LoadRequest
from app.engine import process as process_module
from app.engine import wire
from app.engine.client import EngineClient
from app.engine.process import EngineProcess

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")

SIGNALS = [
    (signal.SIGKILL, "engine_killed"),
    (signal.SIGTERM, "engine_killed"),
    (signal.SIGSEGV, "engine_crashed"),
    (signal.SIGBUS, "engine_crashed"),
    (signal.SIGABRT, "engine_crashed"),
    (signal.SIGSTOP, "engine_hung"),
]
HUNG_AFTER_S = 0.5


@pytest.fixture
def watched(engine: EngineClient, monkeypatch: pytest.MonkeyPatch) -> EngineClient:
    """A client that takes an engine for hung soon."""
    monkeypatch.setattr(engine, "_hung_after_s", HUNG_AFTER_S)
    return engine


@pytest.mark.parametrize(("number", "key"), SIGNALS)
def test_a_signal_within_the_load(
    watched: EngineClient, random_model: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, key: str
) -> None:
    send = EngineProcess.send

    def strike(process: EngineProcess, command: wire.Command) -> None:
        if isinstance(command, wire.Load):
            os.kill(process.pid, number)
        send(process, command)

    with monkeypatch.context() as context:
        context.setattr(EngineProcess, "send", strike)
        with pytest.raises(AppError) as raised:
            load(watched, random_model)
    assert raised.value.key == key
    assert watched.pid is None
    load(watched, random_model)


@pytest.mark.parametrize("kind", [PromptProgress, TextDelta])
@pytest.mark.parametrize(("number", "key"), SIGNALS)
def test_a_signal_within_a_reply(
    watched: EngineClient, slow_model: Path, number: signal.Signals, key: str, kind: type[GenerationEvent]
) -> None:
    load(watched, slow_model, n_ctx=1024)
    struck: list[int] = []

    def strike(event: GenerationEvent) -> None:
        if isinstance(event, kind) and watched.pid is not None and not struck:
            struck.append(watched.pid)
            os.kill(watched.pid, number)

    _, end = reply(watched, asked("word " * 150, ignore_end=True), strike)
    assert end.reason is FinishReason.ERROR
    assert end.error is not None
    assert end.error.key == key
    assert not psutil.pid_exists(struck[0])
    assert reply(watched, asked(max_tokens=2))[1].reason is FinishReason.LENGTH


def test_an_assertion_of_llama_cpp_is_told_in_its_own_words(engine: EngineClient, random_model: Path) -> None:
    document = Document.read(random_model)
    document.put("llama.nextn_predict_layers", UINT32, 9)
    path = random_model.with_name("asserting.gguf")
    path.write_bytes(document.content())
    with pytest.raises(EngineAborted) as raised:
        load(engine, path)
    assert raised.value.values["reason"].startswith("llama-model.cpp:")
    assert "GGML_ASSERT" in raised.value.values["reason"]
    assert "Thread 0x" not in raised.value.values["log"]


def test_a_cancel_that_is_not_heeded_ends_the_process(
    engine: EngineClient, slow_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engine.client.CANCELLED_WITHIN_S", 0.2)
    monkeypatch.setattr(process_module, "LOOK_EVERY_S", 0.1)
    load(engine, slow_model)
    pid = engine.pid
    assert pid is not None

    def stop(event: GenerationEvent) -> None:
        if isinstance(event, TextDelta):
            os.kill(pid, signal.SIGSTOP)
            engine.cancel()

    text, end = reply(engine, asked(ignore_end=True), stop)
    assert text
    assert end.reason is FinishReason.CANCELLED
    assert not psutil.pid_exists(pid)


def written_to(path: Path, content: bytes) -> None:
    """Writes into the very file that is mapped."""
    with path.open("r+b") as stream:
        stream.truncate(len(content))
        stream.write(content)
    os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns + 1_000_000))


def test_a_file_that_is_written_to_while_it_is_loaded_is_not_answered_from(
    engine: EngineClient, tmp_path: Path
) -> None:
    path = write_scripted(tmp_path / "m.gguf", [b"old"])
    load(engine, path)
    assert reply(engine, asked())[0] == "old"
    written_to(path, write_scripted(tmp_path / "n.gguf", [b"new"]).read_bytes())
    _, end = reply(engine, asked())
    assert end.error is not None
    assert (end.error.key, end.error.values) == ("model_changed", {"path": str(path)})
    assert engine.pid is None
    assert reply(engine, asked())[0] == "new"


def test_a_file_that_is_cut_off_under_a_reply(engine: EngineClient, slow_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(slow_model.read_bytes())
    load(engine, path)
    _, end = reply(
        engine,
        asked(ignore_end=True),
        lambda event: os.truncate(path, 4096) if isinstance(event, TextDelta) else None,
    )
    assert end.error is not None
    assert end.error.key == "model_changed"


def test_a_file_that_is_removed_or_replaced_changes_nothing_until_the_next_load(
    engine: EngineClient, tmp_path: Path
) -> None:
    path = write_scripted(tmp_path / "m.gguf", [b"old"])
    load(engine, path)
    path.unlink()
    assert reply(engine, asked())[0] == "old"
    write_scripted(tmp_path / "n.gguf", [b"new"]).replace(path)
    assert reply(engine, asked())[0] == "old"
    load(engine, path)
    assert reply(engine, asked())[0] == "new"


def test_a_part_of_a_split_model_counts_as_the_model(engine: EngineClient, tmp_path: Path) -> None:
    first = write_scripted(tmp_path / "m-00001-of-00002.gguf", [b"old"])
    second = tmp_path / "m-00002-of-00002.gguf"
    second.write_bytes(b"what llama.cpp does not open, as the first says nothing of it")
    load(engine, first)
    written_to(second, b"another")
    _, end = reply(engine, asked())
    assert end.error is not None
    assert end.error.key == "model_changed"


def test_the_file_is_looked_at_again_where_the_engine_was_idle(engine: EngineClient, tmp_path: Path) -> None:
    path = write_scripted(tmp_path / "m.gguf", [b"old"])
    load(engine, path, idle_seconds=0.2)
    assert engine.pid is not None
    psutil.Process(engine.pid).wait(timeout=30)
    path.write_bytes(b"GGUF" + bytes(100))
    _, end = reply(engine, asked())
    assert end.error is not None
    assert end.error.key in ("model_damaged", "model_refused")
    path.unlink()
    _, end = reply(engine, asked())
    assert end.error is not None
    assert end.error.key == "model_missing"
    write_scripted(path, [b"new"])
    assert reply(engine, asked())[0] == "new"


def test_a_context_that_memory_cannot_hold_is_refused_before_it_grows(engine: EngineClient, tmp_path: Path) -> None:
    path = write_llama(tmp_path / "m.gguf")
    with pytest.raises(AppError) as raised:
        engine.load(LoadRequest(str(path), "m", n_ctx=2**31 - 1), lambda _: None)
    assert raised.value.key == "context_too_big"
    load(engine, path)
    assert reply(engine, asked(max_tokens=1))[1].reason is FinishReason.LENGTH
