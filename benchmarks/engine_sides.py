"""The sides that engine.py compares, each one turn in a process of its own: the bare loop, the engine, and others."""

from __future__ import annotations

import ctypes
import http.client
import json
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psutil

from app.domain.generation import (
    Finished,
    GenerationRequest,
    PromptMessage,
    PromptProgress,
    SamplingParameters,
    TextDelta,
)
from app.domain.language_model import LoadRequest
from app.engine.client import EngineClient
from app.engine.llama_library import llama

ROOT: Final = Path(__file__).resolve().parents[1]
SAMPLING: Final = SamplingParameters(temperature=0.7, top_k=40, top_p=0.95, min_p=0.05, seed=1)
SERVER_WITHIN_S: Final = 60.0


@dataclass(frozen=True)
class Moment:
    """Seconds on the clock and of the processor; the latter are hardly disturbed by other programs."""

    clock_s: float
    processor_s: float

    def __sub__(self, other: Moment) -> Moment:
        return Moment(self.clock_s - other.clock_s, self.processor_s - other.processor_s)


@dataclass(frozen=True)
class Reply:
    """One measured reply: how long the prompt took, how long the first token, how long all tokens after it."""

    prompt: Moment
    first: Moment
    rest: Moment


@dataclass(frozen=True)
class Task:
    """What every side does in its turn: reply ``n_tokens`` to each text.

    The prompts have ``counts`` new tokens after ``n_held`` that all begin with; ``tokens`` are those of the longest.
    """

    path: Path
    n_ctx: int
    n_threads: int
    n_tokens: int
    texts: tuple[str, ...]
    n_held: int
    counts: tuple[int, ...]
    tokens: tuple[int, ...]


def compile_bare_loop(folder: Path) -> Path:
    """Compiles bare_loop.cpp against the package's shared libraries; returns the program."""
    library = Path(llama._lib._name).parent
    sizes = {
        "MODEL_PARAMS_SIZE": ctypes.sizeof(llama.llama_model_params),
        "CONTEXT_PARAMS_SIZE": ctypes.sizeof(llama.llama_context_params),
        "BATCH_SIZE": ctypes.sizeof(llama.llama_batch),
    }
    program = folder / "bare_loop"
    source = str(ROOT / "benchmarks" / "bare_loop.cpp")
    command = ["c++", "-O2", "-o", str(program), source, *(f"-D{name}={size}" for name, size in sizes.items())]
    command += [f"-L{library}", "-lllama", f"-Wl,-rpath,{library}"]
    if sys.platform == "linux":
        command += ["-lggml", "-lggml-base", "-Wl,--allow-shlib-undefined"]
    subprocess.run(command, check=True)
    return program


def run_program(command: Sequence[str], task: Task) -> list[Reply]:
    """Gives a program its turn that speaks as bare_loop.cpp does."""
    numbers = (task.n_ctx, task.n_threads, task.n_tokens, task.n_held, *task.counts)
    printed = subprocess.run(
        [*command, str(task.path), *map(str, numbers)],
        input=" ".join(map(str, task.tokens)),
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    ).stdout
    replies = []
    for line in printed.splitlines()[1:]:
        values = [int(word) / 1e9 for word in line.split()]
        evaluated, first, ended = (Moment(*values[at : at + 2]) for at in (0, 2, 4))
        replies.append(Reply(evaluated, first, ended - first))
    return replies


def run_engine(task: Task, request: LoadRequest) -> list[Reply]:
    """Gives the engine its turn, seen from its client."""
    client = EngineClient()
    try:
        client.load(request, lambda _: None)
        pid = client.pid or 0
        _engine_reply(client, pid, "warm up", 8)
        return [_engine_reply(client, pid, text, task.n_tokens) for text in task.texts]
    finally:
        client.close()


def _engine_reply(client: EngineClient, pid: int, text: str, n_tokens: int) -> Reply:
    asked = GenerationRequest(
        "speed", (PromptMessage("user", text),), SAMPLING, n_tokens, ignore_end=True, speculate=False
    )
    began = moment(pid)
    started = evaluated = first = None
    for event in client.generate(asked):
        if isinstance(event, PromptProgress):
            started = started or moment(pid)
            evaluated = moment(pid)
        elif isinstance(event, TextDelta):
            first = first or moment(pid)
    ended = moment(pid)
    if not (isinstance(event, Finished) and event.usage.completion_tokens == n_tokens and first and started):
        raise RuntimeError(f"not the generation that was asked for: {event}")
    assert evaluated is not None
    return Reply(evaluated - started, first - began, ended - first)


def run_server(program: Path, task: Task) -> list[Reply]:
    """Gives llama-server its turn, over HTTP on the loopback interface."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    threads = str(task.n_threads)
    command = [str(program), "-m", str(task.path), "-c", str(task.n_ctx), "-t", threads, "-tb", threads, "-np", "1"]
    command += ["-b", "512", "-ub", "512", "--host", "127.0.0.1", "--port", str(port), "--cache-ram", "0"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(server, port)
        _server_reply(server.pid, port, task, 8)
        return [_server_reply(server.pid, port, task, count) for count in task.counts]
    finally:
        server.kill()
        server.wait()


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + SERVER_WITHIN_S
    while time.monotonic() < ends and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise RuntimeError("llama-server does not answer")


def _server_reply(pid: int, port: int, task: Task, count: int) -> Reply:
    asked = {
        "prompt": task.tokens[:count], "n_predict": task.n_tokens, "stream": True, "ignore_eos": True,
        "cache_prompt": False, "temperature": 0.7, "top_k": 40, "top_p": 0.95, "min_p": 0.05, "seed": 1,
        "samplers": ["top_k", "top_p", "min_p", "temperature"],
    }  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    began, first = moment(pid), None
    connection.request("POST", "/completion", json.dumps(asked), {"Content-Type": "application/json"})
    for line in connection.getresponse():
        if line.startswith(b"data:"):
            first = first or moment(pid)
    ended = moment(pid)
    connection.close()
    assert first is not None
    return Reply(first - began, first - began, ended - first)


def moment(pid: int) -> Moment:
    """Returns now, with the time of the processor that ``pid`` took; on Linux with the precision of its own clock."""
    if platform.system() == "Linux":
        return Moment(time.monotonic(), time.clock_gettime((~pid << 3) | 2))  # clock_getcpuclockid(3)
    times = psutil.Process(pid).cpu_times()
    return Moment(time.monotonic(), float(times.user + times.system))


def load_request(task: Task, tune_as: str = "") -> LoadRequest:
    """Returns how the engine is to load the model: as the bare loop does, or as it measures best itself."""
    request = LoadRequest(str(task.path), "speed", n_ctx=task.n_ctx, n_threads=task.n_threads)
    return replace(request, n_threads=0, tune_as=tune_as) if tune_as else request
