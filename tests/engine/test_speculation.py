"""A reply with guessed tokens is the reply without them, wherever it ends, and leaves the context as it should be."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.engine.conftest import GREEDY, SCRIPT, SCRIPT_TEXT, asked, load, reply
from tests.gguf_files import Shape, write_llama, write_scripted

from app import resources
from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationEvent,
    GenerationRequest,
    PromptMessage,
    SamplingParameters,
    TextDelta,
)
from app.domain.language_model import LoadRequest, Tuning
from app.engine import loss_budget, model_loading, speculation, wire
from app.engine.client import EngineClient
from app.engine.llama_library import AbortFlag, Log, llama, start_backends
from app.engine.session import Session
from app.engine.speculation import Kind, kind_for

QUESTION = PromptMessage("user", "Hello")
LONG_SCRIPT = [bytes([byte]) for byte in range(ord("0"), ord("0") + 60)]
LONG_TEXT = b"".join(LONG_SCRIPT).decode()


@dataclass
class Opened:
    """A session in this process, and the sizes of the batches that it evaluated for drafts."""

    session: Session
    abort: AbortFlag
    batches: list[int] = field(default_factory=list)

    def reply(
        self, request: GenerationRequest, on_event: Callable[[GenerationEvent], None] = lambda _: None
    ) -> tuple[str, Finished]:
        """Returns the text of a reply and its end."""
        texts: list[str] = []

        def take(event: object) -> None:
            if isinstance(event, TextDelta):
                texts.append(event.text)
                on_event(event)

        self.abort.clear()
        end = self.session.generate(request, take, time.monotonic())
        return "".join(texts), end

    @property
    def held(self) -> list[int]:
        """The tokens that the session believes to be in the context."""
        return self.session._cache.tokens

    @property
    def n_held(self) -> int:
        """How many tokens llama.cpp holds."""
        return int(llama.llama_memory_seq_pos_max(self.session._speculation.memory, 0)) + 1


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Opened]]:
    """Opens model files in this process, with drafts whenever anything was repeated."""
    log = Log()
    start_backends()
    monkeypatch.setattr(loss_budget.LossBudget, "allows_a_draft", True)
    sessions = []

    def open_file(path: Path, n_ctx: int = 0, *, flash_attention: bool = True) -> Opened:
        tuning = Tuning(1, 1, 512, flash_attention)
        request = LoadRequest(str(path), path.stem, n_ctx=n_ctx, tuning=tuning)
        abort = AbortFlag()
        loaded = model_loading.load(wire.Load(request, 1, 1 << 40), abort, log, lambda _: None, lambda _: None)
        assert loaded is not None
        sessions.append(loaded)
        result = Opened(Session(loaded, abort), abort)
        decode = speculation.Speculation.decode

        def counted(self: speculation.Speculation, tokens: list[int], position: int) -> int:
            result.batches.append(len(tokens))
            return decode(self, tokens, position)

        monkeypatch.setattr(speculation.Speculation, "decode", counted)
        return result

    yield open_file
    for loaded in sessions:
        llama.llama_free(loaded.context)
        llama.llama_model_free(loaded.model)
    llama.llama_log_set(llama.llama_log_callback(), ctypes.c_void_p())


def again(text: str, **options: object) -> GenerationRequest:
    """Asks the question again that ``text`` has answered."""
    messages = (QUESTION, PromptMessage("assistant", text), QUESTION)
    return replace(GenerationRequest("again", messages, GREEDY), **options)  # type: ignore[arg-type]


@pytest.fixture
def scripted(opened: Callable[..., Opened], tmp_path: Path) -> Opened:
    """A model that always says LONG_TEXT."""
    return opened(write_scripted(tmp_path / "scripted.gguf", LONG_SCRIPT))


def test_a_repeated_reply_takes_few_decodes(scripted: Opened) -> None:
    text, end = scripted.reply(again(LONG_TEXT))
    assert (text, end.reason, end.usage.completion_tokens) == (LONG_TEXT, FinishReason.STOP, 60)
    assert scripted.batches[:2] == [4, 16]
    assert 56 <= sum(scripted.batches) <= 60
    assert end.timings.tokens_per_s > 0
    assert len(scripted.held) == scripted.n_held == end.usage.prompt_tokens + 60


def test_without_speculation_there_are_no_batches(scripted: Opened) -> None:
    assert scripted.reply(again(LONG_TEXT, speculate=False))[0] == LONG_TEXT
    assert scripted.batches == []


def test_wrong_guesses_change_nothing(scripted: Opened) -> None:
    changed = LONG_TEXT.replace("8", "9").replace("N", "").replace("a", "k")
    text, end = scripted.reply(again(changed))
    assert (text, end.reason) == (LONG_TEXT, FinishReason.STOP)
    assert len(scripted.batches) > 3
    assert len(scripted.held) == scripted.n_held == end.usage.prompt_tokens + 60


def test_the_next_turn_goes_on_from_what_is_held(scripted: Opened) -> None:
    first = again(LONG_TEXT.replace("N", ""))
    text, end = scripted.reply(first)
    messages = (*first.messages, PromptMessage("assistant", text), QUESTION)
    next_text, next_end = scripted.reply(GenerationRequest("next", messages, GREEDY))
    assert next_text == LONG_TEXT
    assert next_end.usage.cached_tokens == end.usage.prompt_tokens + 60


@pytest.mark.parametrize("n_tokens", [1, 2, 3, 4, 5, 6, 20, 21, 22, 59, 60, 61])
def test_a_limit_within_a_draft(scripted: Opened, n_tokens: int) -> None:
    text, end = scripted.reply(again(LONG_TEXT, max_tokens=n_tokens))
    assert text == b"".join(LONG_SCRIPT[:n_tokens]).decode()
    assert end.usage.completion_tokens == min(n_tokens, 60)
    assert end.reason is (FinishReason.LENGTH if n_tokens <= 60 else FinishReason.STOP)
    assert len(scripted.held) == scripted.n_held


def test_a_stop_string_within_a_draft(scripted: Opened) -> None:
    text, end = scripted.reply(again(LONG_TEXT, stop=("9:",)))
    assert (text, end.reason) == ("012345678", FinishReason.STOP)
    assert len(scripted.held) == scripted.n_held == end.usage.prompt_tokens + 10
    assert scripted.reply(again(LONG_TEXT))[0] == LONG_TEXT


def test_an_end_within_a_draft(scripted: Opened) -> None:
    text, end = scripted.reply(again(LONG_TEXT + "012"))
    assert (text, end.reason) == (LONG_TEXT, FinishReason.STOP)
    assert len(scripted.held) == scripted.n_held


def test_a_cancel_within_a_draft(scripted: Opened) -> None:
    def cancel(_event: GenerationEvent) -> None:
        scripted.abort.set()

    text, end = scripted.reply(again(LONG_TEXT), cancel)
    assert LONG_TEXT.startswith(text)
    assert end.reason is FinishReason.CANCELLED
    assert len(scripted.held) == scripted.n_held
    assert scripted.reply(again(LONG_TEXT))[0] == LONG_TEXT


def test_the_context_ends_within_a_draft(opened: Callable[..., Opened], tmp_path: Path) -> None:
    model = opened(write_scripted(tmp_path / "m.gguf", LONG_SCRIPT, n_ctx=256))
    text, end = model.reply(again(LONG_TEXT + " " * 100))
    assert end.reason is FinishReason.LENGTH
    assert LONG_TEXT.startswith(text)
    assert end.usage.prompt_tokens + end.usage.completion_tokens == 257
    assert len(model.held) == model.n_held == 256


@pytest.mark.parametrize("flash_attention", [True, False])
def test_greedy_replies_of_random_models_are_the_same(
    opened: Callable[..., Opened], tmp_path: Path, flash_attention: bool
) -> None:
    shape = Shape(layers=2, width=128, heads=2, feed_forward=256, n_ctx=1024)
    model = opened(write_llama(tmp_path / "m.gguf", shape, seed=5), flash_attention=flash_attention)
    for number in range(12):
        request = replace(asked(f"{number} " * (number + 1), max_tokens=150, ignore_end=True), speculate=False)
        plain = model.reply(request)[0]
        messages = (*request.messages, PromptMessage("assistant", plain[:90]), *request.messages)
        for asking in (request, replace(request, messages=messages)):
            expected = model.reply(asking)[0]
            assert model.reply(replace(asking, speculate=True))[0] == expected
    assert len(model.batches) > 20


def test_greedy_replies_of_the_starter_are_the_same(opened: Callable[..., Opened]) -> None:
    model = opened(resources.starter_model(), flash_attention=False)
    for text in ("How do I stop a reply?", "Tell me a joke.", "What is a GGUF file?", "你好", "Who are you?"):
        question = PromptMessage("user", text)
        first = model.reply(GenerationRequest("1", (question,), GREEDY))[0]
        request = GenerationRequest("2", (question, PromptMessage("assistant", first), question), GREEDY)
        expected = model.reply(replace(request, speculate=False))[0]
        assert model.reply(request)[0] == expected
    assert model.batches


def test_a_lead_that_is_not_clear_is_looked_at_without_drafts(
    scripted: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speculation, "CLEAR_LEAD", 1e6)
    singles: list[int] = []
    decode_one = speculation.Speculation.decode_one

    def counted(self: speculation.Speculation, token: int) -> int:
        singles.append(token)
        return decode_one(self, token)

    monkeypatch.setattr(speculation.Speculation, "decode_one", counted)
    text, _ = scripted.reply(again(LONG_TEXT))
    assert text == LONG_TEXT
    assert scripted.batches
    assert len(singles) >= 60


def test_with_a_temperature_the_model_decides_too(scripted: Opened) -> None:
    warm = SamplingParameters(temperature=0.2, repeat_penalty=1.1)
    assert scripted.reply(again(LONG_TEXT.replace("D", ""), sampling=warm))[0] == LONG_TEXT
    assert scripted.batches


def test_what_a_sampling_allows() -> None:
    def kind(speculate: bool = True, **values: float | int | None) -> Kind:
        sampling = replace(SamplingParameters(), **values)  # type: ignore[arg-type]
        return kind_for(GenerationRequest("1", (), sampling, speculate=speculate))

    assert kind(temperature=0.0) is Kind.SAME_TOKENS
    assert kind(temperature=0.0, seed=3, top_k=5) is Kind.SAME_TOKENS
    assert kind(temperature=0.0, repeat_penalty=1.1) is Kind.NONE
    assert kind(temperature=0.7) is Kind.SAME_DISTRIBUTION
    assert kind(temperature=0.7, repeat_penalty=1.1, min_p=0.0) is Kind.SAME_DISTRIBUTION
    assert kind(temperature=0.7, seed=3) is Kind.NONE
    assert kind(speculate=False) is Kind.NONE


def test_through_the_engine_process(engine: EngineClient, scripted_model: Path) -> None:
    load(engine, scripted_model)
    for number in range(3):
        request = replace(again(SCRIPT_TEXT), id=str(number))
        text, end = reply(engine, request)
        assert (text, end.reason, end.usage.completion_tokens) == (SCRIPT_TEXT, FinishReason.STOP, len(SCRIPT))
