"""Compares generation through the whole engine (process, pipe, client) with a bare C++ loop over the same library.

Run from the project's folder: ``python benchmarks/engine_speed.py [--rounds N] [--threads N] [--json]``. Both sides
take turns in one run, with the same model, threads, context, sampler settings, prompt and number of tokens; the goal
is a median ratio of at least 0.95. It also measures how long a cancel takes while a prompt is evaluated.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.gguf_files import Shape, write_llama  # noqa: E402

from app import paths, resources  # noqa: E402 - only now can they be found
from app.domain.generation import (  # noqa: E402
    Finished,
    GenerationRequest,
    PromptMessage,
    PromptProgress,
    SamplingParameters,
)
from app.domain.language_model import LoadRequest  # noqa: E402
from app.engine.client import EngineClient  # noqa: E402
from app.engine.llama_library import llama  # noqa: E402
from app.engine.vocabulary import Vocabulary  # noqa: E402

GOAL: Final = 0.95
PROMPT: Final = "Tell me a story about a cat that wanted to see the sea."
SAMPLING: Final = SamplingParameters(temperature=0.7, top_k=40, top_p=0.95, min_p=0.05, seed=1)
MIDDLE: Final = Shape(layers=12, width=768, heads=12, feed_forward=2048, n_ctx=4096)
MIDDLE_VOCABULARY: Final = 16_000


@dataclass(frozen=True)
class Turn:
    """One turn of one side: seconds a token on the clock, and seconds of the processor a token."""

    clock_s: float
    processor_s: float


@dataclass(frozen=True)
class Comparison:
    """Medians of both sides in tokens a second, and the bare loop's share of the engine's time (1 is as fast).

    ``ratio`` is the median of the ratios round by round, on the clock. ``processor_ratio`` compares the processor's
    time, which other programs on the machine hardly disturb.
    """

    name: str
    bare_tokens_per_s: float
    engine_tokens_per_s: float
    ratio: float
    processor_ratio: float


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


def middle_model() -> Path:
    """Returns a Llama of random weights with 100M parameters, written once into the cache."""
    path = paths.find().cache / "benchmarks" / f"random-{MIDDLE.layers}x{MIDDLE.width}.gguf"
    if not path.exists():
        import numpy as np

        unfinished = path.with_suffix(".part")
        write_llama(unfinished, MIDDLE, n_vocab=MIDDLE_VOCABULARY, kind=np.float16)
        unfinished.replace(path)
    return path


def prompt_tokens(path: Path) -> list[int]:
    """Returns the tokens of the prompt as the engine makes them of PROMPT."""
    settings = llama.llama_model_default_params()
    settings.vocab_only = True
    loaded = llama.llama_model_load_from_file(str(path).encode(), settings)
    vocabulary = Vocabulary(llama.llama_model_get_vocab(loaded))
    tokens = vocabulary.prompt_tokens(f"<|im_start|>user\n{PROMPT}<|im_end|>\n<|im_start|>assistant\n", 4096)
    llama.llama_model_free(loaded)
    return tokens


def bare(program: Path, path: Path, n_ctx: int, n_threads: int, n_tokens: int, prompt: Sequence[int]) -> Turn:
    """Gives the bare loop its turn."""
    numbers = [n_ctx, n_threads, n_tokens, *prompt]
    command = [str(program), str(path), *map(str, numbers)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-2:]
    return Turn(int(printed[0]) / 1e9 / n_tokens, int(printed[1]) / 1e9 / n_tokens)


def processor_seconds(pid: int) -> float:
    """Returns the processor's time that a process took so far; on Linux with the precision of its own clock."""
    if platform.system() == "Linux":
        return time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3): CPUCLOCK_SCHED of another process
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def through_engine(model: LoadRequest, n_tokens: int, n_prompt: int) -> Turn:
    """Gives the engine its turn: the second reply of a fresh process, as the bare loop does it."""
    client = EngineClient()
    try:
        client.load(model, lambda _: None)
        reply(client, n_tokens, n_prompt)
        return reply(client, n_tokens, n_prompt)
    finally:
        client.close()


def reply(client: EngineClient, n_tokens: int, n_prompt: int) -> Turn:
    """Measures from the end of the prompt to the last event, as the client sees them."""
    request = GenerationRequest("speed", (PromptMessage("user", PROMPT),), SAMPLING, n_tokens, ignore_end=True)
    pid = client.pid or 0
    began = processor_began = 0.0
    for event in client.generate(request):
        if isinstance(event, PromptProgress) and event.done == event.total == n_prompt:
            began, processor_began = time.monotonic(), processor_seconds(pid)
    took = time.monotonic() - began
    if not (isinstance(event, Finished) and event.usage.completion_tokens == n_tokens and began):
        raise RuntimeError(f"not the generation that was asked for: {event}")
    return Turn(took / n_tokens, (processor_seconds(pid) - processor_began) / n_tokens)


def compare(name: str, path: Path, n_tokens: int, n_ctx: int, rounds: int, n_threads: int) -> Comparison:
    """Lets both sides take turns, the first one alternating, after two rounds that do not count.

    Each turn is a process of its own on both sides: where memory comes to lie decides some per cent.
    """
    prompt = prompt_tokens(path)
    pairs: list[tuple[Turn, Turn]] = []
    request = LoadRequest(str(path), name, n_ctx=n_ctx, n_threads=n_threads)
    with tempfile.TemporaryDirectory() as folder:
        program = compile_bare_loop(Path(folder))
        for number in range(rounds + 2):
            first = through_engine(request, n_tokens, len(prompt)) if number % 2 else None
            loop = bare(program, path, n_ctx, n_threads, n_tokens, prompt)
            pairs.append((loop, first or through_engine(request, n_tokens, len(prompt))))
    return summary(name, pairs[2:])


def summary(name: str, pairs: Sequence[tuple[Turn, Turn]]) -> Comparison:
    """Returns the medians of pairs of (bare loop, engine)."""
    median = statistics.median
    return Comparison(
        name,
        1 / median(loop.clock_s for loop, _ in pairs),
        1 / median(engine.clock_s for _, engine in pairs),
        median(loop.clock_s / engine.clock_s for loop, engine in pairs),
        median(loop.processor_s / engine.processor_s for loop, engine in pairs),
    )


def cancel_latency(path: Path, n_threads: int, attempts: int = 7) -> list[float]:
    """Returns the seconds from a cancel, while a long prompt is evaluated, to the reply's end."""
    client = EngineClient()
    taken = []
    try:
        client.load(LoadRequest(str(path), "cancel", n_ctx=4096, n_threads=n_threads), lambda _: None)
        for attempt in range(attempts):
            message = PromptMessage("user", f"{attempt} " + "word " * 700)
            cancelled_at = 0.0
            for event in client.generate(GenerationRequest(str(attempt), (message,), SAMPLING)):
                if isinstance(event, PromptProgress) and not cancelled_at:
                    cancelled_at = time.monotonic()
                    client.cancel()
            taken.append(time.monotonic() - cancelled_at)
    finally:
        client.close()
    return taken


def main() -> int:
    """Prints what was measured; the exit status is 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    quiet = llama.llama_log_callback(lambda *_: None)
    llama.llama_log_set(quiet, ctypes.c_void_p())
    middle = middle_model()
    results = [
        compare("starter", resources.starter_model(), 440, 512, options.rounds, options.threads),
        compare("random 100M", middle, 64, 1024, options.rounds, options.threads),
    ]
    latencies = sorted(cancel_latency(middle, options.threads))
    if options.json:
        print(json.dumps({"speed": [vars(result) for result in results], "cancel_s": latencies}))
    else:
        for result in results:
            print(
                f"{result.name:12} bare {result.bare_tokens_per_s:8.1f}  engine {result.engine_tokens_per_s:8.1f} "
                f"tokens/s  ratio {result.ratio:.3f}, of processor time {result.processor_ratio:.3f} (goal {GOAL})"
            )
        print(f"cancel       median {statistics.median(latencies) * 1000:.0f} ms, worst {latencies[-1] * 1000:.0f} ms")
    return 0 if all(result.ratio >= GOAL for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
