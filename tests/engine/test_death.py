"""How an engine process ended is read from its status, its log and the kernel's count, and said in one sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app import i18n
from app.engine import wire
from app.engine.death import LOG_LINES, oom_kills, told

ASSERTION = f"loading\n{wire.ABORTED}/build/of/another/src/llama-model.cpp:7: GGML_ASSERT(n > 0) failed\n"
STACKS = "Fatal Python error: Aborted\n\nThread 0x1 (most recent call first):\n" + '  File "x.py", line 1 in run\n' * 50


@pytest.mark.parametrize(
    ("code", "log", "is_out_of_memory", "key", "values"),
    [
        (-6, ASSERTION + STACKS, False, "engine_aborted", {"reason": "llama-model.cpp:7: GGML_ASSERT(n > 0) failed"}),
        (3, ASSERTION, False, "engine_aborted", {"code": "3"}),
        (-6, "terminate called\n" + STACKS, False, "engine_crashed", {"signal": "SIGABRT", "log": "terminate called"}),
        (-11, STACKS, False, "engine_crashed", {"signal": "SIGSEGV", "log": ""}),
        (-7, "", False, "engine_crashed", {"signal": "SIGBUS"}),
        (0xC0000005, "", False, "engine_crashed", {"signal": "SIGSEGV"}),
        (-9, "", True, "engine_out_of_memory", {"code": "-9"}),
        (-9, "", False, "engine_killed", {"signal": "SIGKILL"}),
        (-15, "", True, "engine_killed", {"signal": "SIGTERM"}),
        (-40, "", False, "engine_killed", {"signal": "signal 40"}),
        (41, "Traceback\nOops", False, "engine_died", {"log": "Traceback\nOops"}),
    ],
)
def test_every_end_has_its_error(code: int, log: str, is_out_of_memory: bool, key: str, values: dict[str, str]) -> None:
    error = told(code, log, is_out_of_memory)
    assert error.key == key
    assert values.items() <= error.values.items()
    for language in ("en", "zh_CN"):
        i18n.use_language(language)
        assert "?" not in i18n.error_sentence(error.key, error.values)


def test_the_log_is_bounded_and_without_stacks() -> None:
    error = told(-11, "line\n" * 500 + "the last\n" + STACKS, False)
    lines = error.values["log"].splitlines()
    assert (len(lines), lines[-1]) == (LOG_LINES, "the last")


def test_the_kernel_counts_what_it_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert oom_kills(tmp_path) == 0
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/vmstat").write_text("pgfault 12\noom_kill 3\nthp_split 1\n")
    assert oom_kills(tmp_path) == 3
    (tmp_path / "proc/self/cgroup").write_text("12:cpu:/old\n0::/user.slice/app\n")
    group = tmp_path / "sys/fs/cgroup/user.slice/app"
    group.mkdir(parents=True)
    (group / "memory.events").write_text("low 0\noom 9\noom_kill 5\n")
    assert oom_kills(tmp_path) == 5
    monkeypatch.setattr(sys, "platform", "darwin")
    assert oom_kills(tmp_path) == 0
