"""A conversation that comes back goes on where it was: in the same process, and after a restart."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from tests.acceptance.waiting import wait_for
from tests.engine.conftest import GREEDY, load, reply
from tests.gguf_files import CHATML, Shape, write_llama
from tests.gguf_memories import write_gemma3, write_lfm2, write_mamba

from app.domain.generation import FinishReason, GenerationRequest, PromptMessage, TextDelta, Usage
from app.domain.language_model import LoadRequest
from app.engine import client as client_module
from app.engine import process as process_module
from app.engine import state_folder, wire
from app.engine.client import EngineClient
from app.engine.state_folder import StateKeeping

WRITERS: dict[str, Callable[[Path], Path]] = {
    "llama": lambda path: write_llama(path, Shape(n_ctx=4096), seed=1, speaks_letters=True),
    "mamba": write_mamba,
    "lfm2": write_lfm2,
    "gemma3": write_gemma3,
}
QUOTA = 100 * 1024 * 1024


class Conversation:
    """One conversation with an engine: what was said, and the usage of the last reply."""

    def __init__(self, name: str, n_letters: int = 600) -> None:
        self.name = name
        self.messages = [PromptMessage("user", f"{name} " + "word " * (n_letters // 5))]
        self.usage = Usage()

    def request(self, n_tokens: int = 24) -> GenerationRequest:
        return GenerationRequest("r", tuple(self.messages), GREEDY, n_tokens, conversation_id=self.name)

    def reply(self, client: EngineClient, question: str = "And then?") -> str:
        """Returns the reply; ``question`` follows it in the conversation."""
        text, end = reply(client, self.request())
        assert end.reason is FinishReason.LENGTH
        assert text.isascii()
        self.usage = end.usage
        self.messages += [PromptMessage("assistant", text), PromptMessage("user", question)]
        return text

    @property
    def n_held(self) -> int:
        """How many tokens the context holds after the reply: the last one was not evaluated."""
        return self.usage.prompt_tokens + self.usage.completion_tokens - 1


@pytest.fixture(scope="module", params=list(WRITERS))
def any_model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of each kind of memory."""
    return WRITERS[request.param](tmp_path_factory.mktemp("models") / f"{request.param}.gguf")


@pytest.fixture(scope="module")
def llama_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with plain keys and values."""
    return WRITERS["llama"](tmp_path_factory.mktemp("models") / "llama.gguf")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where states are written."""
    return tmp_path / "states"


@contextmanager
def engine_of(folder: Path | None, quota: int = QUOTA) -> Iterator[EngineClient]:
    client = EngineClient(keeping=lambda: StateKeeping(folder, quota))
    try:
        yield client
    finally:
        client.close()


def uninterrupted(path: Path) -> list[str]:
    with engine_of(None) as client:
        load(client, path)
        conversation = Conversation("a")
        return [conversation.reply(client) for _ in range(3)]


def test_the_next_turn_evaluates_only_what_is_new(any_model: Path) -> None:
    with engine_of(None) as client:
        load(client, any_model)
        conversation = Conversation("a")
        conversation.reply(client)
        assert conversation.usage.cached_tokens == 0
        for _ in range(3):
            held = conversation.n_held
            conversation.reply(client)
            assert conversation.usage.cached_tokens == held


def test_another_reply_and_an_edit_keep_what_is_before(any_model: Path) -> None:
    with engine_of(None) as client:
        load(client, any_model)
        conversation = Conversation("a", 1200)
        first = conversation.reply(client)
        kept = conversation.messages[:]
        conversation.messages = kept[:1]
        assert conversation.reply(client) == first
        assert conversation.usage.prompt_tokens - conversation.usage.cached_tokens < 30
        conversation.reply(client)
        second = conversation.messages[3]
        conversation.messages = [*kept[:2], PromptMessage("user", "Or else?")]
        conversation.reply(client)
        assert conversation.usage.prompt_tokens - conversation.usage.cached_tokens < 60
        conversation.messages = [*kept[:3]]
        assert conversation.reply(client) == second.content


def test_switching_back_gives_the_same_as_staying(any_model: Path) -> None:
    wanted = uninterrupted(any_model)
    with engine_of(None) as client:
        load(client, any_model)
        first, other = Conversation("a"), Conversation("b")
        for text in wanted:
            held = first.n_held
            assert first.reply(client) == text
            assert first.usage.cached_tokens == max(held, 0)
            held = other.n_held
            other.reply(client)
            assert other.usage.cached_tokens >= held


def test_a_restart_gives_the_same_as_staying(any_model: Path, folder: Path) -> None:
    wanted = uninterrupted(any_model)
    conversation = Conversation("a")
    for text in wanted:
        held = conversation.n_held if conversation.usage.prompt_tokens else 0
        with engine_of(folder) as client:
            load(client, any_model)
            assert conversation.reply(client) == text
            # what is less than worth it is not written again
            assert held - 256 <= conversation.usage.cached_tokens <= held
            assert bool(conversation.usage.cached_tokens) == bool(held)
    assert len(list(folder.iterdir())) == 1


def test_an_idle_process_has_written_before_it_is_killed(llama_model: Path, folder: Path) -> None:
    conversation = Conversation("a")
    with engine_of(folder) as client:
        load(client, llama_model)
        conversation.reply(client)
        process = psutil.Process(client.pid)
        wait_for(lambda: list(folder.glob("*.state")), "a state")
        process.kill()
        process.wait(30)
        held = conversation.n_held
        conversation.reply(client)
        assert conversation.usage.cached_tokens == held


def test_an_idle_unload_keeps_all_conversations(llama_model: Path, folder: Path) -> None:
    with engine_of(folder) as client:
        load(client, llama_model, idle_seconds=0.2)
        first, other = Conversation("a"), Conversation("b")
        first.reply(client)
        other.reply(client)
        psutil.Process(client.pid).wait(30)
        assert len(list(folder.glob("*.state"))) == 2
        for conversation in (first, other):
            held = conversation.n_held
            conversation.reply(client)
            assert conversation.usage.cached_tokens == held


def test_what_does_not_fit_into_memory_comes_back_from_disk(
    llama_model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "MOST_STATE_MEMORY", 800_000)  # two conversations of about 320 kB
    conversations = [Conversation(name) for name in "abcd"]
    with engine_of(folder) as client:
        load(client, llama_model)
        for _ in range(2):
            for conversation in conversations:
                held = conversation.n_held
                conversation.reply(client)
                assert conversation.usage.cached_tokens >= held
        client.unload()
        assert len(list(folder.iterdir())) == 4


def test_without_a_folder_the_oldest_is_evaluated_again(llama_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MOST_STATE_MEMORY", 800_000)
    first, *others = (Conversation(name) for name in "abcd")
    with engine_of(None) as client:
        load(client, llama_model)
        first.reply(client)
        for other in others:
            other.reply(client)
        first.reply(client)
        assert first.usage.cached_tokens < 30


def damaged(whole: bytes) -> Iterator[bytes]:
    yield b""
    yield whole[: len(whole) // 2]
    yield whole[:-1]
    yield whole + b"x"
    yield b"\0" * len(whole)
    for at in (0, 9, 200, len(whole) // 3, len(whole) // 2, len(whole) - 40, len(whole) - 1):
        yield whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :]


def test_a_damaged_file_is_evaluated_again(llama_model: Path, folder: Path) -> None:
    wanted = uninterrupted(llama_model)[:2]
    conversation = Conversation("a")
    with engine_of(folder) as client:
        load(client, llama_model)
        conversation.reply(client)
        client.unload()
        (path,) = folder.iterdir()
        for content in damaged(path.read_bytes()):
            path.write_bytes(content)
            again = Conversation("a")
            again.messages = conversation.messages[:]
            load(client, llama_model)
            assert again.reply(client) == wanted[1]
            assert again.usage.cached_tokens == 0
            client.unload()


def test_what_is_not_alike_is_not_used(llama_model: Path, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "changing.gguf"
    path.write_bytes(llama_model.read_bytes())
    conversation = Conversation("a")

    def is_known(request: LoadRequest) -> bool:
        with engine_of(folder) as client:
            client.load(request, lambda _: None)
            again = Conversation("a")
            again.messages = conversation.messages[:]
            text, end = reply(client, again.request(n_tokens=2))
            assert text
            return end.usage.cached_tokens > 0

    with engine_of(folder) as client:
        load(client, path)
        conversation.reply(client)
    request = LoadRequest(str(path), "m")
    assert is_known(replace(request, name="another name"))
    assert not is_known(replace(request, n_ctx=2048))
    write_llama(path, Shape(n_ctx=4096), seed=1, speaks_letters=True, template=CHATML + " ")
    assert not is_known(request)
    write_llama(path, Shape(n_ctx=4096), seed=2, speaks_letters=True)
    assert not is_known(request)


def test_a_deleted_conversation_is_forgotten(llama_model: Path, folder: Path) -> None:
    deleted, held, other = Conversation("deleted"), Conversation("held"), Conversation("other")
    with engine_of(folder) as client:
        load(client, llama_model)
        for conversation in (deleted, other, held):
            conversation.reply(client)
        client.forget("deleted")
        client.forget("held")
        client.unload()
        assert len(list(folder.iterdir())) == 1
        client.forget("other")
        assert not list(folder.iterdir())


def test_nothing_is_written_once_the_folder_is_cleared(llama_model: Path, folder: Path) -> None:
    with engine_of(folder) as client:
        load(client, llama_model)
        Conversation("a").reply(client)
        state_folder.clear(folder)
        client.unload()
    assert not folder.exists()


def test_what_has_no_conversation_is_not_kept(llama_model: Path, folder: Path) -> None:
    with engine_of(folder) as client:
        load(client, llama_model)
        Conversation("").reply(client)
        client.unload()
    assert not list(folder.iterdir())


def test_little_is_not_kept(llama_model: Path, folder: Path) -> None:
    with engine_of(folder) as client:
        load(client, llama_model)
        Conversation("a", n_letters=50).reply(client)
        client.unload()
    assert not list(folder.iterdir())


def test_a_quit_within_a_reply_keeps_what_was_evaluated(llama_model: Path, folder: Path) -> None:
    conversation = Conversation("a")
    with engine_of(folder) as client:
        load(client, llama_model)
        request = replace(conversation.request(), max_tokens=None)
        events = client.generate(request)
        for event in events:
            if isinstance(event, TextDelta):
                break
        client.close()
    assert len(list(folder.glob("*.state"))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_process_that_does_not_end_is_ended(llama_model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "QUIT_WITHIN_S", 0.1)
    monkeypatch.setattr(client_module, "QUIT_WITHIN_S", 0.1)
    monkeypatch.setattr(wire, "SAVE_WITHIN_S", 0.1)
    with engine_of(folder) as client:
        load(client, llama_model)
        assert client.pid is not None
        os.kill(client.pid, signal.SIGSTOP)
        client.unload()
        assert client.pid is None
