"""Every option of a load with a real engine: it loads and answers, or says in a sentence why not."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.conftest import asked, reply
from tests.gguf_files import Shape, write_llama, write_lora

from app.domain.errors import AdapterUnsuitable, CacheTypeUnsuitable, FlashAttentionNeeded
from app.domain.generation import FinishReason
from app.domain.language_model import LoadRequest, ModelInfo
from app.domain.load_memory import Reduced
from app.domain.load_options import AUTOMATIC, CACHE_BITS, CPU, LoadOptions, LoraAdapter, RopeScaling
from app.engine.client import EngineClient

#: Heads of 32 numbers, as blocks of quantized caches need.
SHAPE = Shape(layers=2, width=128, heads=4, feed_forward=256, n_ctx=512)


@pytest.fixture(scope="session")
def wide_model(model_folder: Path) -> Path:
    return write_llama(model_folder / "wide.gguf", SHAPE, seed=3)


def load(client: EngineClient, path: Path, options: LoadOptions = AUTOMATIC, n_ctx: int = 0) -> ModelInfo:
    info = client.load(LoadRequest(str(path), path.stem, n_ctx=n_ctx, options=options), lambda _: None)
    assert info is not None
    return info


def answer(client: EngineClient) -> str:
    text, end = reply(client, asked("Tell me more. " * 10, max_tokens=24, ignore_end=True))
    assert end.reason is FinishReason.LENGTH
    return text


@pytest.mark.parametrize("name", CACHE_BITS)
def test_types_of_the_cache(engine: EngineClient, wide_model: Path, name: str) -> None:
    plain = load(engine, wide_model)
    info = load(engine, wide_model, LoadOptions(cache_type_k=name, cache_type_v=name))
    assert info.memory[-1].cache == pytest.approx(plain.memory[-1].cache * CACHE_BITS[name] / 16, abs=11_000)
    assert answer(engine)


@pytest.mark.parametrize("flash", ["on", "off", "auto"])
def test_flash_attention_changes_nothing_but_memory(engine: EngineClient, wide_model: Path, flash: str) -> None:
    load(engine, wide_model)
    expected = answer(engine)
    load(engine, wide_model, LoadOptions(flash_attention=flash, cache_type_k="f32", cache_type_v="f32"))
    assert answer(engine)[:4] == expected[:4]


def test_quantized_values_need_flash_attention(engine: EngineClient, wide_model: Path) -> None:
    with pytest.raises(FlashAttentionNeeded):
        load(engine, wide_model, LoadOptions(cache_type_v="q8_0", flash_attention="off"))
    load(engine, wide_model, LoadOptions(cache_type_k="q8_0", flash_attention="off"))
    assert answer(engine)


def test_heads_that_no_block_divides(engine: EngineClient, random_model: Path) -> None:
    with pytest.raises(CacheTypeUnsuitable) as raised:
        load(engine, random_model, LoadOptions(cache_type_k="q8_0"))
    assert raised.value.values["type"] == "q8_0"


@pytest.mark.parametrize(("n_batch", "n_ubatch"), [(1, 1), (7, 512), (512, 3), (16_384, 16_384)])
def test_batches(engine: EngineClient, wide_model: Path, n_batch: int, n_ubatch: int) -> None:
    load(engine, wide_model)
    expected = answer(engine)
    load(engine, wide_model, LoadOptions(n_batch=n_batch, n_ubatch=n_ubatch))
    assert answer(engine)[:4] == expected[:4]


@pytest.mark.parametrize(("use_mmap", "use_mlock"), [(False, False), (True, True), (False, True)])
def test_ways_to_load(engine: EngineClient, wide_model: Path, use_mmap: bool, use_mlock: bool) -> None:
    load(engine, wide_model)
    expected = answer(engine)
    load(engine, wide_model, LoadOptions(use_mmap=use_mmap, use_mlock=use_mlock))
    assert answer(engine) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_what_may_not_be_locked_is_loaded_all_the_same(engine: EngineClient, wide_model: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, hard))
    try:
        load(engine, wide_model, LoadOptions(use_mlock=True))
    finally:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (soft, hard))
    assert answer(engine)


@pytest.mark.parametrize("kind", ["", "none", "linear", "yarn", "longrope"])
def test_rope_scaling(engine: EngineClient, wide_model: Path, kind: str) -> None:
    rope = RopeScaling(kind, freq_scale=0.0 if kind in ("", "none") else 0.5, original_context=512)
    info = load(engine, wide_model, LoadOptions(rope=rope), n_ctx=1024)
    assert info.n_ctx == 1024
    assert answer(engine)


def test_rope_scaling_is_heard(engine: EngineClient, wide_model: Path) -> None:
    load(engine, wide_model)
    plain = answer(engine)
    load(engine, wide_model, LoadOptions(rope=RopeScaling("linear", freq_scale=0.1)))
    assert answer(engine) != plain
    load(engine, wide_model, LoadOptions(rope=RopeScaling(freq_base=50.0)))
    assert answer(engine) != plain


def test_an_adapter_changes_the_replies_as_much_as_it_is_told(
    engine: EngineClient, wide_model: Path, tmp_path: Path
) -> None:
    lora = LoraAdapter(str(write_lora(tmp_path / "lora.gguf", SHAPE)))
    load(engine, wide_model)
    plain = answer(engine)
    changed = load(engine, wide_model, LoadOptions(adapters=(lora,)))
    assert answer(engine) != plain
    none = load(engine, wide_model, LoadOptions(adapters=(replace(lora, scale=0.0),)))
    assert answer(engine) == plain
    assert changed.memory[-1].weights > none.memory[-1].weights


def test_an_adapter_for_another_model_is_a_sentence(engine: EngineClient, wide_model: Path, tmp_path: Path) -> None:
    lora = write_lora(tmp_path / "lora.gguf", replace(SHAPE, width=64))
    with pytest.raises(AdapterUnsuitable) as raised:
        load(engine, wide_model, LoadOptions(adapters=(LoraAdapter(str(lora)),)))
    assert raised.value.values["path"] == str(lora)
    assert raised.value.values["reason"]
    load(engine, wide_model)


def test_devices(engine: EngineClient, wide_model: Path) -> None:
    info = load(engine, wide_model, LoadOptions(device=CPU))
    assert (info.gpu_layers, [use.device for use in info.memory], info.reduced) == (0, ["CPU"], ())
    gone = load(engine, wide_model, LoadOptions(device="Vulkan7"))
    assert [entry.what for entry in gone.reduced] == [Reduced.DEVICE]
