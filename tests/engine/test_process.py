"""The parent's view: what hangs is noticed by its lack of work, not by the clock alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tests.engine.conftest import asked, load, reply

from app.domain.errors import EngineDied, EngineHung, EngineNotInstalled
from app.domain.generation import FinishReason, PromptProgress
from app.engine import process as process_module
from app.engine.client import EngineClient
from app.engine.death import LOG_LINES
from app.engine.process import EngineProcess


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_a_process_that_does_nothing_any_more_is_ended(tmp_path: Path, slow_model: Path) -> None:
    client = EngineClient(tmp_path / "log", hung_after_s=0.5)
    load(client, slow_model)
    pid = client.pid
    assert pid is not None

    def stop(event: object) -> None:
        if isinstance(event, PromptProgress):
            os.kill(pid, signal.SIGSTOP)

    _, end = reply(client, asked("word " * 700), stop)
    assert end.error is not None
    assert end.error.key == "engine_hung"
    assert not psutil.pid_exists(pid)
    client.close()


def test_a_process_whose_threads_all_sleep_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import threading; threading.Lock().acquire(); threading.Event().wait()"
    monkeypatch.setattr(process_module, "host_command", lambda: [sys.executable, "-c", code])
    process = EngineProcess(None, hung_after_s=0.5)
    with pytest.raises(EngineHung):
        process.receive()
    assert not process.is_alive


def test_a_process_that_calculates_for_ever_lives_until_its_work_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "host_command", lambda: [sys.executable, "-c", "while True: pass"])
    monkeypatch.setattr(process_module, "LOOK_EVERY_S", 0.1)
    process = EngineProcess(None, hung_after_s=0.5)
    worked: list[float] = []
    measure = process._work_done

    def cancel_later() -> float:
        worked.append(measure())
        if worked[-1] > 1.5:  # thrice what a hung one may be silent
            process.end_by = 0.0
        return worked[-1]

    monkeypatch.setattr(process, "_work_done", cancel_later)
    with pytest.raises(EngineHung):
        process.receive()
    assert worked[-1] > 1.5
    assert not process.is_alive


def test_a_process_at_work_may_be_silent(tmp_path: Path, slow_model: Path) -> None:
    client = EngineClient(tmp_path / "log", hung_after_s=0.2)
    load(client, slow_model)
    _, end = reply(client, asked("word " * 150, max_tokens=1))
    assert end.reason is FinishReason.LENGTH
    client.close()


def test_a_program_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "host_command", lambda: ["/nowhere/at/all"])
    with pytest.raises(EngineNotInstalled):
        EngineProcess(None)


def test_a_program_that_talks_nonsense_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys, time; print('hello', flush=True); sys.stdin.read()"
    monkeypatch.setattr(process_module, "host_command", lambda: [sys.executable, "-c", code])
    process = EngineProcess(None)
    with pytest.raises(EngineDied):
        process.receive()
    assert not process.is_alive


def test_last_words_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys; print('line\\n' * 100 + 'the end is near', file=sys.stderr); sys.exit(3)"
    monkeypatch.setattr(process_module, "host_command", lambda: [sys.executable, "-c", code])
    process = EngineProcess(None)
    with pytest.raises(EngineDied) as raised:
        process.receive()
    assert raised.value.values["code"] == "3"
    assert raised.value.values["log"].splitlines()[-1] == "the end is near"
    assert len(raised.value.values["log"].splitlines()) <= LOG_LINES


def test_the_engine_starts_without_the_high_level_package() -> None:
    code = (
        "import sys, app.engine.worker; assert 'llama_cpp.llama' not in sys.modules; assert 'psutil' not in sys.modules"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, env=process_module._environment(), check=False).returncode == 0
