"""Real engine processes on small model files, and the proof that none of them stays behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from tests.gguf_files import Shape, write_llama, write_scripted

from app.domain.generation import (
    Finished,
    GenerationEvent,
    GenerationRequest,
    PromptMessage,
    SamplingParameters,
    TextDelta,
)
from app.domain.language_model import LoadRequest, ModelInfo
from app.engine.client import EngineClient

GREEDY = SamplingParameters(temperature=0.0)
SCRIPT = (b"One ", b"two", b" three ", b"caf", b"\xc3", b"\xa9", b" \xf0", b"\x9f", b"\x99", b"\x82", b" end")
SCRIPT_TEXT = b"".join(SCRIPT).decode()


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the model files that tests share and do not change."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def random_model(model_folder: Path) -> Path:
    """A tiny Llama of random weights."""
    return write_llama(model_folder / "random.gguf", seed=1)


@pytest.fixture(scope="session")
def scripted_model(model_folder: Path) -> Path:
    """A model that answers everything with SCRIPT."""
    return write_scripted(model_folder / "scripted.gguf", SCRIPT)


@pytest.fixture(scope="session")
def slow_model(model_folder: Path) -> Path:
    """A model that takes seconds to evaluate a prompt of 4,000 tokens."""
    shape = Shape(layers=8, width=512, heads=8, feed_forward=1408, n_ctx=4096)
    return write_llama(model_folder / "slow.gguf", shape, seed=2)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineClient]:
    """A client whose process, children and threads must all be gone after the test."""
    before = set(psutil.Process().children(recursive=True))
    client = EngineClient(tmp_path / "engine.log")
    yield client
    client.close()
    assert not set(psutil.Process().children(recursive=True)) - before
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("engine-")]


def load(client: EngineClient, path: Path, n_ctx: int = 0, idle_seconds: float = 0.0) -> ModelInfo:
    """Loads ``path`` and returns what is loaded."""
    info = client.load(LoadRequest(str(path), path.stem, n_ctx=n_ctx, idle_seconds=idle_seconds), lambda _: None)
    assert info is not None
    return info


def asked(
    text: str = "Hello",
    *,
    request_id: str = "1",
    sampling: SamplingParameters = GREEDY,
    max_tokens: int | None = None,
    stop: tuple[str, ...] = (),
    ignore_end: bool = False,
) -> GenerationRequest:
    """Returns a request of one message."""
    messages = (PromptMessage("user", text),)
    return GenerationRequest(request_id, messages, sampling, max_tokens, stop, ignore_end=ignore_end)


def reply(
    client: EngineClient,
    request: GenerationRequest,
    on_event: Callable[[GenerationEvent], None] = lambda _: None,
) -> tuple[str, Finished]:
    """Returns the text of a reply and its end."""
    text = ""
    for event in client.generate(request):
        on_event(event)
        if isinstance(event, TextDelta):
            text += event.text
        last = event
    assert isinstance(last, Finished)
    return text, last
