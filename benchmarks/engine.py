"""Compares generation, prompt evaluation and the first token with llama.cpp's own loop over the same shared library.

Run from the project's folder: ``python -m benchmarks.engine [--quick] [--rounds N] [--threads N] [--json]
[--llama-server PATH | --build-server SOURCE]``. The whole engine (process, pipe, client) and the bare C++ loop take
turns in one run, with the same model, threads, context, sampler settings and numbers of tokens; so do
``llama_cpp.Llama`` and llama-server. Figures are medians of the ratios round by round to the bare loop: of speed for
prompt and reply, of time for the first token of a prompt that is new. In brackets: by the processor's time.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import statistics
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from benchmarks import random_models  # noqa: E402 - only now can they be found
from benchmarks.engine_sides import (  # noqa: E402
    SAMPLING,
    Moment,
    Reply,
    Task,
    compile_bare_loop,
    load_request,
    run_engine,
    run_program,
    run_server,
)

from app import paths, resources  # noqa: E402
from app.domain.generation import GenerationRequest, PromptMessage, PromptProgress  # noqa: E402
from app.domain.language_model import LoadRequest, Tuning  # noqa: E402
from app.engine.client import EngineClient  # noqa: E402
from app.engine.llama_library import llama  # noqa: E402
from app.engine.vocabulary import Vocabulary  # noqa: E402

GOAL_SPEED: Final = 0.98
GOAL_FIRST: Final = 1.03
NOT_BUILT: Final = "not built"

Side = Callable[[Task], list[Reply]]


@dataclass(frozen=True)
class Comparison:
    """One side's shares of the bare loop; 1 is the same.

    By the clock they are the middle of the rounds; by the processor's time the best turn of either side counts, as
    other programs can only add to that.
    """

    model: str
    side: str
    prompt: tuple[Moment, ...]
    first: Moment
    generation: Moment
    tokens_per_s: float

    @property
    def is_good(self) -> bool:
        """Whether the goals are met by the clock or, where other programs disturb that, by the processor's time."""
        fast = [max(share.clock_s, share.processor_s) for share in (*self.prompt, self.generation)]
        return min(fast) >= GOAL_SPEED and min(self.first.clock_s, self.first.processor_s) <= GOAL_FIRST


def task_for(path: Path, n_threads: int, n_tokens: int, lengths: Sequence[int], n_ctx: int) -> Task:
    """Returns what is to be done with a model: prompts of about as many new tokens as ``lengths`` says, ascending."""
    settings = llama.llama_model_default_params()
    settings.vocab_only = True
    loaded = llama.llama_model_load_from_file(str(path).encode(), settings)
    vocabulary = Vocabulary(llama.llama_model_get_vocab(loaded))

    def tokens_of(text: str) -> list[int]:
        return vocabulary.prompt_tokens(f"<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n", n_ctx)

    n_common = next(
        at for at, (one, other) in enumerate(zip(tokens_of("a"), tokens_of("b"), strict=False)) if one != other
    )
    texts: list[str] = []
    for letter, length in zip(string.ascii_uppercase, lengths, strict=False):
        n_words = 1
        while len(tokens_of(f"{letter} " + "cat " * n_words)) - n_common < length:
            n_words += max(1, (length - len(tokens_of(f"{letter} " + "cat " * n_words)) + n_common) // 8)
        texts.append(f"{letter} " + "cat " * n_words)
    prompts = [tokens_of(text) for text in texts]
    llama.llama_model_free(loaded)
    counts = tuple(len(prompt) - n_common for prompt in prompts)
    return Task(path, n_ctx, n_threads, n_tokens, tuple(texts), n_common, counts, tuple(prompts[-1]))


def compare(name: str, task: Task, sides: dict[str, Side], rounds: int) -> list[Comparison]:
    """Lets all sides take turns, the first one changing, after one round that does not count."""
    replies: dict[str, list[list[Reply]]] = {side: [] for side in sides}
    order = list(sides)
    for _ in range(rounds + 1):
        for side in order:
            replies[side].append(sides[side](task))
        order.append(order.pop(0))
    bare = replies["bare"][1:]
    return [_summary(name, side, task, given[1:], bare) for side, given in replies.items()]


def _summary(
    name: str, side: str, task: Task, given: Sequence[Sequence[Reply]], bare: Sequence[Sequence[Reply]]
) -> Comparison:
    def share(pairs: Sequence[tuple[Moment, Moment]]) -> Moment:
        return Moment(
            statistics.median(one.clock_s / other.clock_s for one, other in pairs),
            min(one.processor_s for one, _ in pairs) / min(other.processor_s for _, other in pairs),
        )

    rounds = list(zip(given, bare, strict=True))
    return Comparison(
        name,
        side,
        tuple(share([(loop[at].prompt, own[at].prompt) for own, loop in rounds]) for at in range(len(task.counts))),
        share([(own[0].first, loop[0].first) for own, loop in rounds]),
        share([(loop[0].rest, own[0].rest) for own, loop in rounds]),
        (task.n_tokens - 1) / statistics.median(own[0].rest.clock_s for own in given),
    )


def tuned(task: Task) -> LoadRequest:
    """Returns how to load the model as it is measured now to be best."""
    measured: list[Tuning] = []
    client = EngineClient(on_tuned=lambda _, tuning: measured.append(tuning))
    began = time.monotonic()
    client.load(load_request(task, "benchmark"), lambda _: None)
    client.close()
    print(f"{task.path.stem}: tuned in {time.monotonic() - began:.1f} s with the load: {measured[0]}", file=sys.stderr)
    return replace(load_request(task, "benchmark"), tuning=measured[0])


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


def build_server(source: Path) -> Path:
    """Builds llama-server from llama.cpp's sources (``vendor/llama.cpp`` of the unpacked sdist) once into the cache."""
    folder = paths.find().cache / "benchmarks" / "llama-server"
    options = ("UI", "TESTS", "EXAMPLES", "APP")
    flags = [f"-DLLAMA_BUILD_{name}=OFF" for name in options] + ["-DLLAMA_USE_PREBUILT_UI=OFF", "-DLLAMA_OPENSSL=OFF"]
    no_amx = "-mno-amx-tile -mno-amx-int8" if "amx_tile" in Path("/proc/cpuinfo").read_text() else ""
    flags += [f"-DCMAKE_C_FLAGS={no_amx}", f"-DCMAKE_CXX_FLAGS={no_amx}", "-DCMAKE_BUILD_TYPE=Release"]
    subprocess.run(["cmake", "-S", str(source), "-B", str(folder), *flags], check=True, stdout=sys.stderr)
    subprocess.run(["cmake", "--build", str(folder), "--target", "llama-server"], check=True, stdout=sys.stderr)
    return folder / "bin" / "llama-server"


def main() -> int:
    """Prints what was measured; the exit status is 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the starter and the models of 10M and 100M")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--llama-server", type=Path)
    parser.add_argument("--build-server", type=Path, metavar="SOURCE")
    options = parser.parse_args()
    quiet = llama.llama_log_callback(lambda *_: None)
    llama.llama_log_set(quiet, ctypes.c_void_p())
    server = build_server(options.build_server) if options.build_server else options.llama_server
    n_threads = options.threads
    tasks = {
        "starter": task_for(resources.starter_model(), n_threads, 100, (380,), 512),
        "10M": task_for(random_models.SMALL.path(), n_threads, 128, (512, 2048), 2560),
        "100M": task_for(random_models.MIDDLE.path(), n_threads, 48, (512, 2048), 2560),
    }
    if not options.quick:
        tasks["1B"] = task_for(random_models.LARGE.path(), n_threads, 16, (512, 2048), 2560)
    results: list[Comparison] = []
    with tempfile.TemporaryDirectory() as folder:
        program = compile_bare_loop(Path(folder))
        for name, task in tasks.items():
            best = tuned(task)
            sides: dict[str, Side] = {
                "bare": lambda task: run_program([str(program)], task),
                "engine": lambda task: run_engine(task, load_request(task)),
                "engine, tuned": lambda task, best=best: run_engine(task, best),  # type: ignore[misc]
                "llama_cpp.Llama": lambda task: run_program([sys.executable, "-m", "benchmarks.high_level"], task),
            }
            if server is not None:
                sides["llama-server"] = lambda task: run_server(server, task)
            results += compare(name, task, sides, options.rounds)
    latencies = sorted(cancel_latency(random_models.MIDDLE.path(), n_threads))
    show(results, latencies, server is not None, options.json)
    return 0 if all(result.is_good for result in results if result.side == "engine") else 1


def show(results: Sequence[Comparison], latencies: Sequence[float], has_server: bool, is_json: bool) -> None:
    """Prints the table: shares by the clock, in brackets by the processor's time."""
    if is_json:
        plain = [
            {**vars(result), "prompt": [vars(share) for share in result.prompt], "first": vars(result.first),
             "generation": vars(result.generation)} for result in results
        ]  # fmt: skip
        print(json.dumps({"speed": plain, "cancel_s": list(latencies)}))
        return

    def text(share: Moment) -> str:
        return f"{share.clock_s:.3f} ({share.processor_s:.3f})"

    print(f"goals: prompt and generation at least {GOAL_SPEED}, first token at most {GOAL_FIRST} of the bare loop")
    print(f"{'model':8} {'side':16} {'generation':15} {'prompt':15} {'long prompt':15} {'first token':15} tokens/s")
    for result in results:
        prompts = [*map(text, result.prompt), "-"][:2]
        cells = (text(result.generation), *prompts, text(result.first))
        print(f"{result.model:8} {result.side:16} " + " ".join(f"{cell:15}" for cell in cells), end="")
        print(f" {result.tokens_per_s:.1f}")
    if not has_server:
        print(f"{'all':8} {'llama-server':16} {NOT_BUILT}")
    print(
        f"cancel of a prompt: median {statistics.median(latencies) * 1000:.0f} ms, worst {latencies[-1] * 1000:.0f} ms"
    )


if __name__ == "__main__":
    sys.exit(main())
