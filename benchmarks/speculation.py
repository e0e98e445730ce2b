"""Compares replies with tokens guessed from the context with the same replies without, on tasks that repeat and others.

Run from the project's folder: ``python -m benchmarks.speculation [--rounds N] [--json]``. Both take turns in one engine
process, greedy, with what was measured for the model on this machine. The trained model is the starter: asked the same
question again it repeats its answer (goal: 1.5 times the speed), asked another one it does not (goal: no loss above
2 %). What a larger model would gain is shown by one of 85M weights that says a fixed text.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

import gguf  # noqa: E402 - only now can they be found
from tests.gguf_files import Shape, write_scripted  # noqa: E402

from app import paths, resources  # noqa: E402
from app.domain.generation import (  # noqa: E402
    Finished,
    GenerationRequest,
    PromptMessage,
    SamplingParameters,
    TextDelta,
)
from app.domain.language_model import LoadRequest, Tuning  # noqa: E402
from app.engine.client import EngineClient  # noqa: E402
from app.engine.llama_library import llama  # noqa: E402

GOAL_REPEATED: Final = 1.5
GOAL_OTHERS: Final = 0.98
GREEDY: Final = SamplingParameters(temperature=0.0)
QUESTIONS: Final = (
    "How do I delete a conversation?", "How do I stop a reply?", "Where are my conversations kept?",
    "How do I change the language?", "What is a GGUF file?", "How do I get a better model?", "Is my data private?",
    "What is the context window?", "How do I search?", "What can you do?", "Tell me a joke.", "Who are you?",
)  # fmt: skip
SCRIPT: Final = [bytes([byte]) for byte in range(ord("!"), ord("~") + 1) if byte not in b"<|>"]

Messages = tuple[PromptMessage, ...]


@dataclass(frozen=True)
class Gain:
    """How many times as fast a task is with guesses, by the best turns and by the middle ones, and what differs."""

    task: str
    best: float
    middle: float
    n_tokens: int
    n_different: int
    goal: float

    @property
    def is_good(self) -> bool:
        """Whether the replies are the same and the goal is met."""
        return not self.n_different and self.best >= self.goal


def open_tuned(path: Path) -> EngineClient:
    """Returns a client with the model loaded as it is measured to be best here."""
    measured: list[Tuning] = []
    client = EngineClient(on_tuned=lambda _, tuning: measured.append(tuning))
    client.load(LoadRequest(str(path), path.stem, tune_as="benchmark"), lambda _: None)
    print(f"{path.stem}: {measured[0]}", file=sys.stderr)
    return client


def reply(client: EngineClient, messages: Messages, speculate: bool) -> tuple[str, int, float]:
    """Returns a reply, its tokens, and how many a second came after the first. The prompt is evaluated before."""
    ready = GenerationRequest("ready", messages, GREEDY, 1, speculate=False)
    list(client.generate(ready))
    texts = []
    for event in client.generate(replace(ready, id="reply", max_tokens=None, speculate=speculate)):
        if isinstance(event, TextDelta):
            texts.append(event.text)
    assert isinstance(event, Finished)
    return "".join(texts), event.usage.completion_tokens, event.timings.tokens_per_s


def compare(name: str, client: EngineClient, tasks: Sequence[Messages], rounds: int, goal: float) -> Gain:
    """Lets both take turns at each task; the middle one of the tasks' ratios counts.

    A task's ratio is that of the best turns, which other programs have disturbed least, or of the middle ones.
    """
    n_tokens = n_different = 0
    best: list[float] = []
    middle: list[float] = []
    for task in tasks:
        turns: dict[bool, list[float]] = {True: [], False: []}
        said: set[str] = set()
        for number in range(2 * rounds + 2):
            speculate = number % 4 in (1, 2)
            text, count, tokens_per_s = reply(client, task, speculate)
            said.add(text)
            if number > 1:
                turns[speculate].append(tokens_per_s)
                n_tokens += count
        n_different += len(said) > 1
        best.append(max(turns[True]) / max(turns[False]))
        middle.append(statistics.median(turns[True]) / statistics.median(turns[False]))
    return Gain(name, statistics.median(best), statistics.median(middle), n_tokens, n_different, goal)


def asked_again(client: EngineClient, question: str) -> Messages:
    """Returns a conversation that asks what it has answered."""
    asked = PromptMessage("user", question)
    return asked, PromptMessage("assistant", reply(client, (asked,), False)[0]), asked


def parrot() -> Path:
    """Returns a model of 85M weights that says SCRIPT, written once into the cache."""
    path = paths.find().cache / "benchmarks" / "parrot-12x768.gguf"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        shape = Shape(12, 768, 12, 2048, 1024)
        write_scripted(unfinished, SCRIPT, larger=shape, kind=gguf.GGMLQuantizationType.F16)
        unfinished.replace(path)
    return path


def main() -> int:
    """Prints what was measured; the exit status is 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    quiet = llama.llama_log_callback(lambda *_: None)
    llama.llama_log_set(quiet, ctypes.c_void_p())
    gains: list[Gain] = []
    client = open_tuned(resources.starter_model())
    again = [asked_again(client, question) for question in QUESTIONS]
    repeated = [task for task in again if reply(client, task, False)[0] == task[1].content]
    others: list[Messages] = [(PromptMessage("user", question),) for question in QUESTIONS]
    gains.append(compare("the starter repeats an answer", client, repeated, options.rounds, GOAL_REPEATED))
    gains.append(compare("the starter answers", client, others, options.rounds, GOAL_OTHERS))
    client.close()
    client = open_tuned(parrot())
    gains.append(compare("85M repeat a text", client, [asked_again(client, "Hello")], 3, GOAL_REPEATED))
    client.close()
    if options.json:
        print(json.dumps([vars(gain) for gain in gains]))
    else:
        for gain in gains:
            print(
                f"{gain.task:30} {gain.best:.3f} times as fast by the best turns, {gain.middle:.3f} by the middle ones "
                f"(goal {gain.goal}); {gain.n_different} replies differ, {gain.n_tokens} tokens"
            )
    return 0 if all(gain.is_good for gain in gains) else 1


if __name__ == "__main__":
    sys.exit(main())
