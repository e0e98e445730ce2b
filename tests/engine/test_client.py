"""The engine as window and command line use it: real processes, real model files."""

from __future__ import annotations

import os
import signal
import statistics
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from tests.engine.conftest import GREEDY, SCRIPT, SCRIPT_TEXT, asked, load, reply
from tests.gguf_files import CHATML, Shape, write_llama, write_scripted

from app.domain.errors import AppError, ModelMissing
from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationRequest,
    PromptMessage,
    PromptProgress,
    SamplingParameters,
    TextDelta,
)
from app.domain.language_model import LoadRequest
from app.engine import client as client_module
from app.engine.client import EngineClient, threads_for

LONG = "word " * 780


def test_a_load_tells_how_far_it_is_and_what_is_loaded(engine: EngineClient, random_model: Path) -> None:
    fractions: list[float] = []
    assert [engine.loaded, engine.pid, engine.memory_bytes()] == [None, None, 0]
    info = engine.load(LoadRequest(str(random_model), "a name"), fractions.append)
    assert info is not None
    assert (info.name, info.path, info.architecture) == ("a name", str(random_model), "llama")
    assert (info.n_ctx, info.n_ctx_train, info.n_threads, info.has_template) == (512, 512, 1, True)
    assert info.parameters > 100_000
    assert info.load_s > 0
    assert info.memory_bytes > 1_000_000
    assert engine.loaded == info
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_the_same_load_again_keeps_the_process(engine: EngineClient, random_model: Path) -> None:
    load(engine, random_model)
    first = engine.pid
    load(engine, random_model)
    assert engine.pid == first


def test_another_load_takes_its_place(engine: EngineClient, random_model: Path, scripted_model: Path) -> None:
    load(engine, random_model)
    first = engine.pid
    load(engine, scripted_model)
    assert first is not None
    assert not psutil.pid_exists(first)
    assert reply(engine, asked())[0] == SCRIPT_TEXT


def test_a_cancelled_load_leaves_nothing(engine: EngineClient, random_model: Path) -> None:
    assert engine.load(LoadRequest(str(random_model), "r"), lambda _: engine.cancel()) is None
    assert engine.loaded is None
    assert engine.pid is None
    load(engine, random_model)


def test_a_reply_streams_and_ends(engine: EngineClient, scripted_model: Path) -> None:
    load(engine, scripted_model)
    events = list(engine.generate(asked("Tell")))
    progress = [event for event in events if isinstance(event, PromptProgress)]
    deltas = [event.text for event in events if isinstance(event, TextDelta)]
    end = events[-1]
    assert isinstance(end, Finished)
    assert {event.id for event in events} == {"1"}
    assert (progress[0].done, progress[-1].done) == (0, end.usage.prompt_tokens)
    assert "".join(deltas) == SCRIPT_TEXT
    assert deltas[0] == "One "
    assert end.reason is FinishReason.STOP
    assert end.usage.completion_tokens == len(SCRIPT)
    assert end.timings.load_s > 0
    assert end.timings.first_token_s > 0
    assert end.timings.prompt_tokens_per_s > 0
    assert end.timings.tokens_per_s > 0


@pytest.mark.parametrize(
    ("stop", "text"),
    [
        (("wo th",), "One t"),
        (("three caf",), "One two "),
        (("é 🙂",), "One two three caf"),
        (("never", "two"), "One "),
        (("One two three!",), SCRIPT_TEXT),
    ],
)
def test_a_stop_string_ends_the_reply(
    engine: EngineClient, scripted_model: Path, stop: tuple[str, ...], text: str
) -> None:
    load(engine, scripted_model)
    shown, end = reply(engine, asked(stop=stop))
    assert shown == text
    assert end.reason is FinishReason.STOP


def test_a_reply_ends_at_its_length(engine: EngineClient, scripted_model: Path) -> None:
    load(engine, scripted_model)
    text, end = reply(engine, asked(max_tokens=5))
    assert text == "One two three caf"
    assert (end.reason, end.usage.completion_tokens) == (FinishReason.LENGTH, 5)


def test_a_reply_ends_where_the_context_is_full(engine: EngineClient, random_model: Path) -> None:
    info = load(engine, random_model)
    _, end = reply(engine, asked(ignore_end=True))
    assert end.reason is FinishReason.LENGTH
    assert end.usage.prompt_tokens + end.usage.completion_tokens == info.n_ctx + 1


def test_a_seed_decides(engine: EngineClient, random_model: Path) -> None:
    load(engine, random_model)

    def said(seed: int | None) -> str:
        sampling = SamplingParameters(temperature=1.5, seed=seed)
        return reply(engine, asked(sampling=sampling, max_tokens=40))[0]

    assert said(7) == said(7)
    assert len({said(7), said(8), said(9), said(None)}) > 1


def test_greedy_is_the_same_in_a_new_process(engine: EngineClient, random_model: Path) -> None:
    load(engine, random_model)
    first = reply(engine, asked(max_tokens=30))[0]
    engine.unload()
    assert reply(engine, asked(max_tokens=30))[0] == first


def test_what_was_evaluated_is_not_evaluated_again(engine: EngineClient, random_model: Path) -> None:
    load(engine, random_model)
    beginning = PromptMessage("user", "A first message that is long enough to count")
    more = GenerationRequest("2", (beginning, PromptMessage("user", "and more")), GREEDY, 30)
    reply(engine, GenerationRequest("1", (beginning,), GREEDY, 30))
    continued, end = reply(engine, more)
    engine.unload()
    fresh, fresh_end = reply(engine, more)
    assert fresh_end.usage.cached_tokens == 0
    assert end.usage.cached_tokens > 40
    assert end.usage.prompt_tokens == fresh_end.usage.prompt_tokens
    assert continued == fresh


def test_an_unfinished_reply_goes_on(engine: EngineClient, tmp_path: Path) -> None:
    load(engine, write_scripted(tmp_path / "m.gguf", [b"A", b"B", b"C", b"D"]))
    messages = (PromptMessage("user", "Go"), PromptMessage("assistant", "AB"))
    text, end = reply(engine, GenerationRequest("1", messages, GREEDY, continue_last=True))
    assert text == "CD"
    assert end.reason is FinishReason.STOP


def test_control_tokens_in_a_message_are_text(engine: EngineClient, random_model: Path) -> None:
    load(engine, random_model)
    plain = reply(engine, asked("0123456789", max_tokens=1))[1].usage.prompt_tokens
    broken = reply(engine, asked("<|im_end|>", max_tokens=1))[1].usage.prompt_tokens
    assert broken == plain


def test_a_prompt_that_does_not_fit_is_said_before_anything_is_evaluated(
    engine: EngineClient, random_model: Path
) -> None:
    load(engine, random_model)
    events = list(engine.generate(asked("a" * 600)))
    end = events[-1]
    assert len(events) == 1
    assert isinstance(end, Finished)
    assert end.error is not None
    assert end.error.key == "prompt_too_long"
    assert int(end.error.values["tokens"]) > 600
    assert end.error.values["n_ctx"] == "512"
    assert reply(engine, asked(max_tokens=2))[1].reason is FinishReason.LENGTH


def test_a_prompt_that_fills_the_context_is_answered(engine: EngineClient, random_model: Path) -> None:
    load(engine, random_model)
    frame = reply(engine, asked("", max_tokens=1))[1].usage.prompt_tokens
    _, end = reply(engine, asked("a" * (512 - frame), ignore_end=True))
    assert (end.usage.prompt_tokens, end.usage.completion_tokens) == (512, 1)
    _, end = reply(engine, asked("a" * (513 - frame)))
    assert end.reason is FinishReason.ERROR


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ raise_exception('not today') }}",
        "{% if %}",
        "",
    ],
)
def test_a_template_that_fails_gives_way_to_chatml_and_says_so(
    engine: EngineClient, tmp_path: Path, template: str
) -> None:
    info = load(engine, write_llama(tmp_path / "m.gguf", template=template or "{{ '' }}"))
    assert info.template_problem
    assert not info.has_template
    assert reply(engine, asked(max_tokens=2))[1].reason is FinishReason.LENGTH


def test_a_template_that_fails_only_for_some_messages_is_a_known_error(engine: EngineClient, tmp_path: Path) -> None:
    picky = "{% if 'now' in messages[-1].content %}{{ raise_exception('not now') }}{% endif %}" + CHATML
    assert load(engine, write_llama(tmp_path / "m.gguf", template=picky)).template_problem == ""
    _, end = reply(engine, asked("now"))
    assert end.error is not None
    assert end.error.key == "template_failed"
    assert engine.loaded is not None


ENDLESS = (
    "{% set numbers = range(99999) | list %}{% for i in range(9) %}{% set numbers = numbers | list %}"
    + "{{ numbers | sort(attribute='real') | list | sum }}" * 4
    + "{% endfor %}"
) * 40


def test_a_template_that_cannot_be_interrupted_costs_a_process_its_life_and_is_tried_no_more(
    engine: EngineClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "TEMPLATE_WITHIN_S", 0.5)
    info = load(engine, write_llama(tmp_path / "m.gguf", template=ENDLESS))
    assert "0.5 s" in info.template_problem
    assert reply(engine, asked(max_tokens=2))[1].reason is FinishReason.LENGTH


def test_a_template_that_cannot_be_interrupted_later_costs_the_process_its_life(
    engine: EngineClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "TEMPLATE_WITHIN_S", 0.5)
    later = "{% if 'now' in messages[-1].content %}" + ENDLESS + "{% endif %}" + CHATML
    load(engine, write_llama(tmp_path / "m.gguf", template=later))
    _, end = reply(engine, asked("now"))
    assert end.error is not None
    assert end.error.key == "template_failed"
    assert engine.loaded is None


def test_cancel_in_prompt_evaluation_takes_less_than_100_ms(engine: EngineClient, slow_model: Path) -> None:
    load(engine, slow_model)
    taken = []
    for attempt in range(5):
        cancelled_at = 0.0
        for event in engine.generate(asked(f"{attempt} {LONG}", request_id=str(attempt))):
            if isinstance(event, PromptProgress) and not cancelled_at:
                assert event.done < event.total
                cancelled_at = time.monotonic()
                engine.cancel()
        taken.append(time.monotonic() - cancelled_at)
        assert isinstance(event, Finished)
        assert event.reason is FinishReason.CANCELLED
    assert statistics.median(taken) < 0.1


def test_cancel_in_generation_takes_less_than_100_ms(engine: EngineClient, slow_model: Path) -> None:
    load(engine, slow_model)
    taken = []
    for attempt in range(5):
        cancelled_at = 0.0
        for event in engine.generate(asked(str(attempt), request_id=str(attempt), ignore_end=True)):
            if isinstance(event, TextDelta) and not cancelled_at:
                cancelled_at = time.monotonic()
                engine.cancel()
        taken.append(time.monotonic() - cancelled_at)
        assert isinstance(event, Finished)
        assert event.reason is FinishReason.CANCELLED
    assert statistics.median(taken) < 0.1


def test_after_a_cancel_the_context_is_as_good_as_new(engine: EngineClient, slow_model: Path) -> None:
    load(engine, slow_model, n_ctx=1024)
    question = asked("word " * 60, max_tokens=5)
    reply(engine, question, lambda event: engine.cancel() if isinstance(event, PromptProgress) else None)
    again, _ = reply(engine, question)
    engine.unload()
    assert reply(engine, question)[0] == again


def test_a_cancel_from_another_thread(engine: EngineClient, slow_model: Path) -> None:
    load(engine, slow_model)
    begun = threading.Event()

    def cancel() -> None:
        begun.wait()
        engine.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    _, end = reply(engine, asked(ignore_end=True), lambda _: begun.set())
    thread.join()
    assert end.reason is FinishReason.CANCELLED


def test_a_cancel_before_the_first_event_counts(engine: EngineClient, random_model: Path) -> None:
    load(engine, random_model)
    events = engine.generate(asked(ignore_end=True))
    engine.cancel()
    assert list(events) == [Finished("1", FinishReason.CANCELLED)]


def test_a_cancel_without_a_reply_changes_nothing(engine: EngineClient, scripted_model: Path) -> None:
    engine.cancel()
    load(engine, scripted_model)
    engine.cancel()
    assert reply(engine, asked())[0] == SCRIPT_TEXT
    engine.cancel()
    assert reply(engine, asked())[0] == SCRIPT_TEXT


def test_a_reply_that_nobody_reads_on_is_cancelled(engine: EngineClient, slow_model: Path) -> None:
    load(engine, slow_model)
    events = engine.generate(asked(request_id="left", ignore_end=True))
    next(events)
    del events
    text, end = reply(engine, asked(request_id="next", max_tokens=2))
    assert text
    assert (end.id, end.reason) == ("next", FinishReason.LENGTH)


def test_after_unload_the_process_is_gone_and_its_memory_with_it(engine: EngineClient, slow_model: Path) -> None:
    load(engine, slow_model)
    pid = engine.pid
    assert pid is not None
    assert engine.memory_bytes() > slow_model.stat().st_size
    engine.unload()
    assert not psutil.pid_exists(pid)
    assert [engine.loaded, engine.pid, engine.memory_bytes()] == [None, None, 0]


def test_an_idle_process_ends_by_itself_and_comes_back(engine: EngineClient, scripted_model: Path) -> None:
    load(engine, scripted_model, idle_seconds=0.2)
    pid = engine.pid
    assert pid is not None
    assert reply(engine, asked())[0] == SCRIPT_TEXT
    psutil.Process(pid).wait(timeout=30)
    assert engine.loaded is None
    text, end = reply(engine, asked())
    assert (text, end.reason) == (SCRIPT_TEXT, FinishReason.STOP)
    assert engine.pid != pid


def test_a_reply_that_comes_just_as_the_process_ends_is_given(engine: EngineClient, scripted_model: Path) -> None:
    load(engine, scripted_model, idle_seconds=0.001)
    for number in range(5):
        text, end = reply(engine, asked(request_id=str(number)))
        assert (text, end.reason) == (SCRIPT_TEXT, FinishReason.STOP)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_a_killed_process_is_told_and_the_next_reply_works(engine: EngineClient, slow_model: Path) -> None:
    load(engine, slow_model)
    pid = engine.pid
    assert pid is not None

    def kill(event: object) -> None:
        if isinstance(event, TextDelta) and psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)

    text, end = reply(engine, asked(ignore_end=True), kill)
    assert text
    assert end.reason is FinishReason.ERROR
    assert end.error is not None
    assert (end.error.key, end.error.values["signal"]) == ("engine_killed", "SIGKILL")
    assert "llama" in end.error.values["log"]
    assert engine.loaded is None
    assert reply(engine, asked(max_tokens=2))[1].reason is FinishReason.LENGTH


def test_a_model_that_is_gone_at_the_next_reply_is_told(engine: EngineClient, tmp_path: Path) -> None:
    path = write_scripted(tmp_path / "m.gguf", SCRIPT)
    load(engine, path)
    engine.unload()
    path.unlink()
    _, end = reply(engine, asked())
    assert end.error is not None
    assert end.error.key == "model_missing"


def test_a_reply_of_a_model_that_was_never_loaded_is_a_bug(engine: EngineClient) -> None:
    with pytest.raises(RuntimeError):
        engine.generate(asked())


def test_close_ends_a_process_at_work(engine: EngineClient, slow_model: Path) -> None:
    load(engine, slow_model)
    events = engine.generate(asked(LONG))
    next(events)
    began = time.monotonic()
    engine.close()
    assert time.monotonic() - began < 1
    engine.close()
    assert engine.pid is None


def test_the_log_is_in_the_file(engine: EngineClient, random_model: Path, tmp_path: Path) -> None:
    load(engine, random_model)
    assert "llama" in (tmp_path / "engine.log").read_text()


def test_threads_suit_the_size(tmp_path: Path, random_model: Path) -> None:
    with (tmp_path / "large.gguf").open("wb") as large:
        large.truncate(100 * 1024 * 1024)
    assert threads_for(str(random_model)) == 1
    assert threads_for(str(tmp_path / "large.gguf")) == client_module.physical_cores()
    assert threads_for(str(tmp_path / "none.gguf")) == 1


def test_the_context_can_be_chosen(engine: EngineClient, tmp_path: Path) -> None:
    path = write_llama(tmp_path / "m.gguf", Shape(n_ctx=32768))
    assert load(engine, path).n_ctx == 8192
    assert load(engine, path, n_ctx=1024).n_ctx == 1024


def test_a_missing_file_is_told(engine: EngineClient, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        load(engine, tmp_path / "none.gguf")
    assert engine.pid is None


def test_a_load_that_fails_after_another_leaves_no_process(
    engine: EngineClient, random_model: Path, tmp_path: Path
) -> None:
    load(engine, random_model)
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(random_model.read_bytes()[:5000])
    with pytest.raises(AppError):
        load(engine, broken)
    assert engine.pid is None
    assert engine.loaded is None
