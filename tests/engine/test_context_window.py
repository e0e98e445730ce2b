"""What the model sees when the conversation outgrows its context window: real processes, a window of 512 tokens."""

from __future__ import annotations

import queue
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.conftest import GREEDY, load, reply
from tests.gguf_files import CHATML, write_llama, write_scripted

from app.domain.generation import (
    ContextPolicy,
    ContextView,
    Finished,
    FinishReason,
    GenerationEvent,
    GenerationRequest,
    PromptMessage,
    PromptProgress,
    Summarised,
    SummaryProgress,
    TextDelta,
)
from app.engine import process as process_module
from app.engine.client import EngineClient
from app.engine.wire import Counted

ROLL, SUMMARISE, STOP = ContextPolicy.ROLL, ContextPolicy.SUMMARISE, ContextPolicy.STOP
SYSTEM = PromptMessage("system", "Be brief.")


def turns(count: int, size: int = 20) -> list[PromptMessage]:
    """So many turns, each of about ``2 * size + 40`` tokens of the tiny models: a byte is a token there."""
    said = []
    for number in range(count):
        said.append(PromptMessage("user", f"{number} ".ljust(size, "q")))
        said.append(PromptMessage("assistant", f"{number} ".ljust(size, "a")))
    return said


def request(
    messages: list[PromptMessage],
    policy: ContextPolicy,
    *,
    question: str = "And now?",
    max_tokens: int | None = 4,
    pinned: int = 0,
    request_id: str = "1",
    ignore_end: bool = True,
) -> GenerationRequest:
    asked = (SYSTEM, *messages, PromptMessage("user", question))
    return GenerationRequest(request_id, asked, GREEDY, max_tokens, policy=policy, pinned=pinned, ignore_end=ignore_end)


class Heard:
    """The events of one reply by their kind."""

    def __init__(self, client: EngineClient, asked: GenerationRequest) -> None:
        self.events: list[GenerationEvent] = []
        self.text, self.end = reply(client, asked, self.events.append)

    @property
    def views(self) -> list[ContextView]:
        return [event for event in self.events if isinstance(event, ContextView)]


def count(client: EngineClient, asked: GenerationRequest) -> Counted:
    answers: queue.SimpleQueue[Counted] = queue.SimpleQueue()
    assert client.count(asked, answers.put)
    return answers.get(timeout=30)


def test_roll_drops_whole_turns_and_keeps_the_start(engine: EngineClient, random_model: Path) -> None:
    info = load(engine, random_model)
    messages = turns(8)
    heard = Heard(engine, request(messages, ROLL, pinned=1))
    (view,) = heard.views
    assert heard.end.reason is FinishReason.LENGTH
    assert heard.end.usage.prompt_tokens <= info.n_ctx - 4
    assert (SYSTEM, *messages)[view.first].role == "user"
    assert view.left_out == view.first - 3, "the system prompt and the pinned turn stay"
    kept = [*messages[:2], *messages[view.first - 1 :]]
    alone = Heard(engine, request(kept, STOP, request_id="2"))
    assert alone.end.usage.prompt_tokens == heard.end.usage.prompt_tokens
    engine.unload()
    assert Heard(engine, request(kept, STOP)).text == alone.text


def test_the_view_stays_while_a_quarter_of_the_window_is_said(engine: EngineClient, random_model: Path) -> None:
    load(engine, random_model)
    firsts = []
    cached = []
    for number in range(6, 18):
        heard = Heard(engine, request(turns(number), ROLL, request_id=str(number)))
        firsts.append(heard.views[0].first if heard.views else 1)
        cached.append(heard.end.usage.cached_tokens)
    assert firsts == sorted(firsts)
    assert firsts[-1] > 1
    assert len(set(firsts)) <= 7
    assert min(cached[1:]) > 100, "what is still seen is not evaluated again, also where it moved"


def test_without_a_shift_the_rest_is_evaluated_with_progress(engine: EngineClient, tmp_path: Path) -> None:
    """Positions of four parts, as Qwen2-VL has them, cannot be moved."""
    load(engine, write_llama(tmp_path / "vl.gguf", seed=1, architecture="qwen2vl"))
    Heard(engine, request(turns(6), ROLL))
    heard = Heard(engine, request(turns(8), ROLL, request_id="2"))
    progress = [event for event in heard.events if isinstance(event, PromptProgress)]
    assert heard.views[0].left_out > 0
    assert progress[0].done == heard.end.usage.cached_tokens < 60, "no more than the system prompt"
    assert progress[-1].done == progress[-1].total == heard.end.usage.prompt_tokens


def test_a_reply_that_outgrows_the_window_goes_on_and_loses_nothing(engine: EngineClient, tmp_path: Path) -> None:
    pieces = [f"<{number}>".encode() for number in range(400)]
    load(engine, write_scripted(tmp_path / "long.gguf", pieces, n_ctx=512))
    messages = turns(4)
    heard = Heard(engine, request(messages, ROLL, max_tokens=None, ignore_end=False))
    assert heard.end.reason is FinishReason.STOP
    assert heard.text == b"".join(pieces).decode()
    assert heard.end.usage.completion_tokens == len(pieces)
    (view,) = heard.views
    assert view.left_out > 0
    assert any(isinstance(event, TextDelta) for event in heard.events[: heard.events.index(view)])


@pytest.mark.parametrize("question", ["Now?", "Now??"])
def test_a_character_that_is_split_where_the_window_is_full_is_whole(
    engine: EngineClient, tmp_path: Path, question: str
) -> None:
    """Every second token ends within a character; one of the two questions fills the window there."""
    said = [f"{number}{chr(0x4E00 + number)}{number}." for number in range(190)]
    pieces = [half for text in said for half in _halves(text)]
    load(engine, write_scripted(tmp_path / "split.gguf", pieces, n_ctx=512))
    heard = Heard(engine, request(turns(4), ROLL, question=question, max_tokens=None, ignore_end=False))
    assert heard.text == "".join(said)
    assert heard.views


def _halves(text: str) -> tuple[bytes, bytes]:
    data = text.encode()
    middle = next(at for at, byte in enumerate(data) if byte > 127) + 1
    return data[:middle], data[middle:]


def test_where_nothing_is_left_to_go_the_reply_is_kept(engine: EngineClient, random_model: Path) -> None:
    info = load(engine, random_model)
    heard = Heard(engine, request([], ROLL, max_tokens=None))
    assert heard.end.reason is FinishReason.LENGTH
    assert heard.end.error is not None
    assert heard.end.error.key == "reply_too_long"
    assert heard.end.usage.prompt_tokens + heard.end.usage.completion_tokens == info.n_ctx + 1


def test_stop_ends_with_what_there_is_and_says_that_something_could_go(
    engine: EngineClient, random_model: Path
) -> None:
    load(engine, random_model)
    heard = Heard(engine, request(turns(4), STOP, max_tokens=None))
    assert heard.text
    assert heard.end.reason is FinishReason.LENGTH
    assert heard.end.error is not None
    assert heard.end.error.key == "context_full"
    assert heard.views == []


def test_stop_refuses_a_conversation_that_does_not_fit(engine: EngineClient, random_model: Path) -> None:
    load(engine, random_model)
    for number in (9, 400):
        heard = Heard(engine, request(turns(number), STOP, request_id=str(number)))
        assert heard.end.error is not None
        assert (heard.end.reason, heard.end.error.key) == (FinishReason.ERROR, "context_full")
    rolled = Heard(engine, request(turns(400), ROLL, request_id="r"))
    assert rolled.end.reason is FinishReason.LENGTH


@pytest.mark.parametrize("policy", [ROLL, SUMMARISE, STOP])
def test_a_message_longer_than_the_context_is_refused(
    engine: EngineClient, random_model: Path, policy: ContextPolicy
) -> None:
    load(engine, random_model)
    for size in (600, 100_000):
        asked = request(turns(2), policy, question="a" * size)
        counted = count(engine, asked)
        assert counted.error is not None
        assert counted.error.key == "prompt_too_long"
        heard = Heard(engine, asked)
        assert heard.end.error is not None
        assert heard.end.error.key == "prompt_too_long"


@pytest.fixture(scope="module")
def script() -> list[bytes]:
    return [b"They ", b"spoke ", b"of ", b"numbers."]


def test_summarise_stores_a_summary_once_and_sends_it(
    engine: EngineClient, tmp_path: Path, script: list[bytes]
) -> None:
    load(engine, write_scripted(tmp_path / "s.gguf", script))
    messages = turns(8)
    asked = request(messages, SUMMARISE, ignore_end=False, max_tokens=None)
    heard = Heard(engine, asked)
    (summarised,) = [event for event in heard.events if isinstance(event, Summarised)]
    progress = [event for event in heard.events if isinstance(event, SummaryProgress)]
    assert summarised.text == heard.text == "They spoke of numbers."
    assert (heard.views[-1].first, heard.views[-1].left_out) == (summarised.first, summarised.first - 1)
    assert all(event.done <= event.total for event in progress)
    assert next(event for event in heard.events if not isinstance(event, SummaryProgress)) is summarised
    later = GenerationRequest(
        "2", asked.messages, GREEDY, policy=SUMMARISE, summary=summarised.text, summarised=summarised.first
    )
    again = Heard(engine, later)
    assert not any(isinstance(event, Summarised) for event in again.events)
    assert again.end.usage.prompt_tokens == heard.end.usage.prompt_tokens
    assert again.end.usage.cached_tokens > heard.end.usage.prompt_tokens - 3
    assert count(engine, later).tokens == again.end.usage.prompt_tokens


def test_more_than_a_window_of_old_turns_is_summarised_part_by_part(
    engine: EngineClient, tmp_path: Path, script: list[bytes]
) -> None:
    load(engine, write_scripted(tmp_path / "s.gguf", script))
    messages = [*turns(30), PromptMessage("user", "u" * 900), PromptMessage("assistant", "b" * 30), *turns(3)]
    heard = Heard(engine, request(messages, SUMMARISE, ignore_end=False))
    (summarised,) = [event for event in heard.events if isinstance(event, Summarised)]
    assert summarised.text == "They spoke of numbers."
    assert heard.end.reason is not FinishReason.ERROR


def test_a_summary_can_be_cancelled(engine: EngineClient, slow_model: Path) -> None:
    load(engine, slow_model, n_ctx=2048)
    asked = request(turns(40), SUMMARISE)
    for event in engine.generate(asked):
        if isinstance(event, SummaryProgress):
            engine.cancel()
        last = event
    assert isinstance(last, Finished)
    assert last.reason is FinishReason.CANCELLED
    assert Heard(engine, request([], STOP, request_id="2")).end.reason is FinishReason.LENGTH


LETTERS = st.text(st.sampled_from("ab \n好世界é🙂<|im_end|>"), max_size=60)
DRAFTS = LETTERS | st.sampled_from(["", "<|im_start|>", "你好吗？"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draft=DRAFTS, before=st.integers(0, 12), policy=st.sampled_from([ROLL, STOP]), pinned=st.integers(0, 3))
def test_a_count_is_what_the_reply_will_use(
    engine: EngineClient, random_model: Path, draft: str, before: int, policy: ContextPolicy, pinned: int
) -> None:
    load(engine, random_model)
    asked = request(turns(before), policy, question=draft, pinned=pinned, max_tokens=2)
    for typed in range(0, len(draft), 7):
        count(engine, request(turns(before), policy, question=draft[:typed], pinned=pinned, max_tokens=2))
    counted = count(engine, asked)
    heard = Heard(engine, asked)
    if counted.error is not None:
        assert heard.end.error == counted.error
        return
    assert counted.tokens == heard.end.usage.prompt_tokens
    assert (counted.first, counted.left_out) == (
        (heard.views[0].first, heard.views[0].left_out) if heard.views else (1 + min(before, (pinned + 1) // 2) * 2, 0)
    )


def test_a_count_is_answered_while_a_reply_is_written(engine: EngineClient, slow_model: Path) -> None:
    load(engine, slow_model)
    answers: queue.SimpleQueue[Counted] = queue.SimpleQueue()
    answered: list[Counted] = []
    for event in engine.generate(request(turns(6), STOP, max_tokens=None)):
        if isinstance(event, TextDelta) and not answered:
            assert engine.count(request(turns(2), STOP, request_id="old"), answers.put)
            assert engine.count(request(turns(3), STOP, request_id="new"), answers.put)
            answered.append(answers.get(timeout=30))
            engine.cancel()
    assert answered[0].id in ("old", "new")
    if answered[0].id == "old":
        answered.append(answers.get(timeout=30))
    assert answered[-1].id == "new"
    assert answered[-1].tokens > 100


def test_without_a_model_nothing_is_counted(engine: EngineClient, random_model: Path) -> None:
    answers: list[Counted] = []
    assert not engine.count(request([], STOP), answers.append)
    load(engine, random_model)
    engine.unload()
    assert not engine.count(request([], STOP), answers.append)
    assert answers == []


def test_a_count_that_hangs_does_not_hang_the_next_reply(
    engine: EngineClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_module, "COUNT_WITHIN_S", 0.5)
    busy = "{% set numbers = range(99999) | list %}{% for i in range(9) %}{% set numbers = numbers | list %}"
    endless = busy + "{{ numbers | sort(attribute='real') | list | sum }}" * 4 + "{% endfor %}"
    template = "{% if 'Hang' in messages[-1]['content'] %}" + endless * 40 + "{% endif %}" + CHATML
    load(engine, write_llama(tmp_path / "m.gguf", template=template))
    assert engine.count(request([], STOP, question="Hang"), lambda _: None)
    _, end = reply(engine, request([], STOP))
    assert end.error is not None
    assert end.error.key == "template_failed"
    assert engine.loaded is None
