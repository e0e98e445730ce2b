"""A half-written reply is interrupted when its writer is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from app.domain.messages import Message, MessageStatus, Role
from app.services.interruption import is_interrupted


@pytest.fixture
def streaming() -> Message:
    now = datetime.now(UTC)
    return Message(
        "m", "c", None, Role.ASSISTANT, (), MessageStatus.STREAMING, now, now, writer_pid=os.getpid()
    )  # fmt: skip


def test_a_living_writer(streaming: Message) -> None:
    assert not is_interrupted(streaming)


def test_an_ended_writer(streaming: Message) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as writer:
        message = replace(streaming, writer_pid=writer.pid, updated_at=datetime.now(UTC))
        assert not is_interrupted(message)
        writer.kill()
        os.waitid(os.P_PID, writer.pid, os.WEXITED | os.WNOWAIT)
        assert is_interrupted(message), "ended, though its parent has not asked yet"
    assert not psutil.pid_exists(writer.pid)
    assert is_interrupted(message)


def test_the_number_belongs_to_another_process_now(streaming: Message) -> None:
    before = datetime.fromtimestamp(psutil.Process().create_time(), UTC) - timedelta(seconds=10)
    assert is_interrupted(replace(streaming, updated_at=before))


def test_no_writer(streaming: Message) -> None:
    assert is_interrupted(replace(streaming, writer_pid=None))


@pytest.mark.parametrize("status", [status for status in MessageStatus if status is not MessageStatus.STREAMING])
def test_what_has_ended_is_not_interrupted(streaming: Message, status: MessageStatus) -> None:
    assert not is_interrupted(replace(streaming, status=status, writer_pid=None))
