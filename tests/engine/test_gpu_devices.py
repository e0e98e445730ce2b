"""The engine on a GPU, or on a Vulkan device in software (`.ci/vulkan`): skipped where llama.cpp lists none.

Where ``GGML_VK_VISIBLE_DEVICES`` is set a device is expected: then these tests fail without one.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tests.engine.conftest import asked, reply
from tests.gguf_files import Shape, write_llama

from app.domain.generation import FinishReason, GenerationEvent, PromptProgress
from app.domain.language_model import LoadRequest
from app.domain.load_options import LoadOptions
from app.engine import wire
from app.engine.client import EngineClient
from app.engine.devices import Device, EngineBuild, probe
from app.engine.process import EngineProcess

pytestmark = pytest.mark.usefixtures("gpus")

LAYERS = 3
ALL = LAYERS + 1
CACHE_BYTES_PER_TOKEN = LAYERS * 2 * 256 * 2
"""Keys and values, 16 bits each, of `layered_model`."""


@pytest.fixture(scope="session")
def build() -> EngineBuild:
    """The engine build that the tests run with."""
    return probe()


@pytest.fixture(scope="session")
def gpus(build: EngineBuild) -> list[Device]:
    """The GPUs that llama.cpp lists, at least one."""
    found = gpus_of(build)
    if not found and "GGML_VK_VISIBLE_DEVICES" not in os.environ:
        pytest.skip(f"llama.cpp lists no GPU; its back ends: {', '.join(build.back_ends)} in {build.folder}")
    assert found, f"no GPU among {build}"
    return found


def gpus_of(build: EngineBuild) -> list[Device]:
    """Returns the devices that are neither the processor nor an accelerator, which has no memory."""
    return [device for device in build.devices if device.name != "CPU" and device.total_bytes > 0]


@pytest.fixture(scope="session")
def layered_model(model_folder: Path) -> Path:
    """A Llama of random weights with three layers."""
    shape = Shape(layers=LAYERS, width=256, heads=4, feed_forward=512, n_ctx=1 << 30)
    return write_llama(model_folder / "layered.gguf", shape, seed=3)


def load(client: EngineClient, path: Path, n_gpu_layers: int = ALL, *, n_ctx: int = 512, n_batch: int = 512) -> None:
    """Loads ``path`` with so many layers on the GPU, the output being one."""
    request = LoadRequest(
        str(path),
        path.stem,
        n_ctx=n_ctx,
        n_gpu_layers=n_gpu_layers,
        options=LoadOptions(n_batch=n_batch, n_ubatch=n_batch),
    )
    assert client.load(request, lambda _: None) is not None


def offloaded(log: Path) -> tuple[int, int]:
    """Returns what llama.cpp's log says: layers on the GPU, and all, the output being one."""
    (found,) = re.findall(r"offloaded (\d+)/(\d+) layers to GPU", log.read_text(encoding="utf-8"))
    return int(found[0]), int(found[1])


def test_a_gpu_tells_its_name_and_its_memory(build: EngineBuild, gpus: list[Device]) -> None:
    for device in gpus:
        assert device.name
        assert device.description
        assert 0 < device.free_bytes <= device.total_bytes
    assert len(build.back_ends) >= 2
    assert "CPU" in build.back_ends


@pytest.mark.parametrize("n_gpu_layers", [0, 2, ALL])
def test_layers_on_the_gpu_give_the_reply_of_the_processor(
    engine: EngineClient, layered_model: Path, tmp_path: Path, n_gpu_layers: int
) -> None:
    load(engine, layered_model, 0)
    on_processor, _ = reply(engine, asked(max_tokens=24, ignore_end=True))
    assert offloaded(tmp_path / "engine.log") == (0, ALL)
    engine.unload()
    load(engine, layered_model, n_gpu_layers)
    assert reply(engine, asked(max_tokens=24, ignore_end=True))[0] == on_processor
    assert offloaded(tmp_path / "engine.log") == (n_gpu_layers, ALL)


def test_cancel_in_prompt_evaluation_takes_effect_between_batches(engine: EngineClient, layered_model: Path) -> None:
    load(engine, layered_model, n_batch=32)
    question = asked("a" * 400, max_tokens=8, ignore_end=True)
    seen = []

    def cancel(event: GenerationEvent) -> None:
        if isinstance(event, PromptProgress):
            seen.append(event.done)
            if event.done:
                engine.cancel()

    text, cancelled = reply(engine, question, cancel)
    assert (text, cancelled.reason) == ("", FinishReason.CANCELLED)
    assert 0 < seen[-1] < cancelled.usage.prompt_tokens
    after, again = reply(engine, question)
    assert again.usage.cached_tokens >= seen[-1]
    engine.unload()
    load(engine, layered_model, n_batch=32)
    assert reply(engine, question)[0] == after


def test_a_model_is_unloaded_and_loaded_again(engine: EngineClient, layered_model: Path, gpus: list[Device]) -> None:
    replies = set()
    for _ in range(3):
        load(engine, layered_model)
        replies.add(reply(engine, asked(max_tokens=8, ignore_end=True))[0])
        engine.unload()
    assert len(replies) == 1
    assert [device.name for device in gpus_of(probe())] == [device.name for device in gpus]


def test_a_context_larger_than_the_gpu_is_out_of_memory_and_no_crash(layered_model: Path, gpus: list[Device]) -> None:
    too_many = sum(device.total_bytes for device in gpus) // CACHE_BYTES_PER_TOKEN + 100_000
    end = end_of_load(layered_model, too_many)
    assert isinstance(end, wire.LoadEnded)
    assert end.error is not None
    assert end.error.key in ("out_of_memory", "context_too_big")


def test_keys_larger_than_a_buffer_of_the_gpu_are_no_crash(layered_model: Path) -> None:
    """128 MiB are what every Vulkan device can address at once; those that can more load it."""
    end = end_of_load(layered_model, (128 << 20) // (256 * 2) + 256)
    if isinstance(end, wire.LoadEnded):
        assert end.error is not None
        assert end.error.key in ("out_of_memory", "context_too_big")


def end_of_load(path: Path, n_ctx: int) -> wire.Loaded | wire.LoadEnded:
    """Returns how a load with all layers on the GPU ended in one process. Raises EngineDied where that died."""
    request = LoadRequest(str(path), path.stem, n_ctx=n_ctx, n_gpu_layers=ALL)
    process = EngineProcess(None)
    try:
        process.send(wire.Load(request, n_threads=1, memory_available=1 << 62))
        while not isinstance(event := process.receive(), wire.Loaded | wire.LoadEnded):
            pass
    finally:
        process.quit()
    return event
