"""Measures how soon a conversation of 8,000 tokens answers again: evaluated anew, back from memory, back from disk.

Run from the project's folder: ``python benchmarks/conversation_switch.py [--threads N] [--json]``. Each model has its
turns in one run: a new engine evaluates the conversation; another conversation takes the context and the first one
comes back; a second engine, as after a restart, goes on with it from disk. What is compared is the time from the
request to the first token, with the model loaded and a new message of a dozen tokens. The goal is 10 times sooner
than evaluating the conversation.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gguf

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.gguf_files import Shape, write_llama  # noqa: E402

from app.domain.generation import (  # noqa: E402 - only now can they be found
    Finished,
    GenerationRequest,
    PromptMessage,
    SamplingParameters,
)
from app.domain.language_model import LoadRequest  # noqa: E402
from app.engine.client import EngineClient  # noqa: E402
from app.engine.state_folder import StateKeeping  # noqa: E402

GOAL: Final = 10.0
N_TOKENS: Final = 8000
N_CTX: Final = 8704
N_MESSAGES: Final = 40
SENTENCE: Final = "The cat sat on the mat and looked at the sea, which was far away and blue. "
MIDDLE: Final = Shape(layers=12, width=768, heads=12, feed_forward=2048, n_ctx=N_CTX)
MIDDLE_VOCABULARY: Final = 16_000
QUOTA: Final = 8 * 1024**3

TEMPLATE: Final = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'][0] + message['content'] + '<|im_end|>' }}"
    "{% endfor %}{{ '<|im_start|>a' }}"
)
"""ChatML as a vocabulary of whole words would write it, about three tokens a message beside its text."""


@dataclass(frozen=True)
class Comparison:
    """Seconds to the first token. ``prompt_tokens`` were evaluated anew; the rest of each were cached."""

    name: str
    prompt_tokens: int
    evaluated_s: float
    from_memory_s: float
    from_disk_s: float
    state_bytes: int

    @property
    def ratios(self) -> tuple[float, float]:
        """How many times sooner the first token comes from memory and from disk."""
        return self.evaluated_s / self.from_memory_s, self.evaluated_s / self.from_disk_s


def long_conversation() -> tuple[PromptMessage, ...]:
    """Returns messages of about N_TOKENS tokens in a vocabulary of bytes, the last one the person's."""
    each = N_TOKENS // (N_MESSAGES + 1) - 3
    roles = ["user" if number % 2 == 0 else "assistant" for number in range(N_MESSAGES + 1)]
    text = SENTENCE * (each // len(SENTENCE) + 1)
    return tuple(PromptMessage(role, f"{number} {text}"[:each]) for number, role in enumerate(roles))


@contextmanager
def engine(path: Path, folder: Path, n_threads: int) -> Iterator[EngineClient]:
    """An engine with the model loaded, which keeps states in ``folder``."""
    client = EngineClient(keeping=lambda: StateKeeping(folder, QUOTA))
    try:
        client.load(LoadRequest(str(path), path.stem, n_ctx=N_CTX, n_threads=n_threads), lambda _: None)
        yield client
    finally:
        client.close()


def first_token(client: EngineClient, conversation_id: str, messages: tuple[PromptMessage, ...]) -> Finished:
    """Returns the end of a short reply, which tells what it took."""
    greedy = SamplingParameters(temperature=0.0)
    request = GenerationRequest("switch", messages, greedy, 4, ignore_end=True, conversation_id=conversation_id)
    *_, last = client.generate(request)
    if not isinstance(last, Finished) or last.error:
        raise RuntimeError(f"no reply: {last}")
    return last


def cached(end: Finished) -> float:
    """Returns the seconds to the first token of a reply to a prompt that was known but for its last messages."""
    if end.usage.prompt_tokens - end.usage.cached_tokens > 20:
        raise RuntimeError(f"evaluated again: {end.usage}")
    return end.timings.first_token_s


def compare(path: Path, n_threads: int) -> Comparison:
    """Measures one model."""
    messages = long_conversation()
    from_there = (*messages, PromptMessage("assistant", "Yes"), PromptMessage("user", "Why?"))
    later = (*from_there, PromptMessage("assistant", "Yes"), PromptMessage("user", "How?"))
    with tempfile.TemporaryDirectory() as folder:
        states = Path(folder) / "states"
        with engine(path, states, n_threads) as client:
            evaluated = first_token(client, "long", messages)
            first_token(client, "other", (PromptMessage("user", "Hello"),))
            from_memory = cached(first_token(client, "long", from_there))
        size = sum(file.stat().st_size for file in states.iterdir())
        with engine(path, states, n_threads) as client:
            from_disk = cached(first_token(client, "long", later))
    n_tokens = evaluated.usage.prompt_tokens
    return Comparison(path.stem, n_tokens, evaluated.timings.first_token_s, from_memory, from_disk, size)


def main() -> int:
    """Prints what was measured; the exit status is 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tiny = write_llama(Path(folder) / "tiny.gguf", Shape(n_ctx=N_CTX), template=TEMPLATE)
        middle = Path(folder) / "random 100M.gguf"
        write_llama(middle, MIDDLE, n_vocab=MIDDLE_VOCABULARY, kind=gguf.GGMLQuantizationType.F16, template=TEMPLATE)
        results = [compare(path, options.threads) for path in (tiny, middle)]
    if options.json:
        print(json.dumps([{**vars(result), "ratios": result.ratios} for result in results]))
    else:
        for result in results:
            print(
                f"{result.name:16} {result.prompt_tokens} tokens: evaluated {result.evaluated_s:7.3f} s, from memory "
                f"{result.from_memory_s:.3f} s ({result.ratios[0]:.0f} times sooner), from disk "
                f"{result.from_disk_s:.3f} s ({result.ratios[1]:.0f} times), {result.state_bytes / 1e6:.0f} MB "
                f"(goal {GOAL:g} times)"
            )
    return 0 if all(min(result.ratios) >= GOAL for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
