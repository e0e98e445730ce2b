"""What a load took is kept, and what it made smaller is told, in the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine
from tests.gguf_files import write_llama, write_lora
from tests.presentation.test_model_settings import open_tiny

from app.assembly import Window
from app.domain.language_model import LoadRequest, ModelInfo
from app.domain.load_memory import DeviceUse, Reduced, Reduction
from app.domain.load_options import AUTOMATIC, LoadOptions, LoraAdapter
from app.engine.devices import Device, DeviceType
from app.presentation.load_options_controller import LoadOptionsController


def loading(fake_engine: FakeEngine, **values: object) -> None:
    """Has the fake engine's next loads tell of more than it does by itself."""
    plain = fake_engine.load

    def load(request: LoadRequest, on_progress: Callable[[float], None]) -> ModelInfo | None:
        info = plain(request, on_progress)
        fake_engine.loaded = replace(info, **values) if info else None  # type: ignore[arg-type]
        return fake_engine.loaded

    fake_engine.load = load  # type: ignore[method-assign]


def test_what_was_made_smaller_is_told_and_stays_readable(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: window.controller.picker.state == "ready")
    loading(fake_engine, reduced=(Reduction(Reduced.CONTEXT, 512, 256),))
    window.controller.picker.openFile(QUrl.fromLocalFile(str(write_llama(tmp_path / "tiny.gguf"))))
    qtbot.waitUntil(lambda: "256 instead of 512" in window.controller.picker.loadNotice)
    assert window.controller.picker.loadNotice.startswith("Memory is short")


def test_the_next_forecast_is_what_was_measured(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: window.controller.picker.state == "ready")
    loading(fake_engine, memory=(DeviceUse("CPU", 1_000_000, 100_000, 10_000),), memory_bytes=2_000_000)
    open_tiny(window, qtbot, tmp_path)
    picker = window.controller.picker
    picker.refresh()
    texts = picker.models
    qtbot.waitUntil(lambda: any("2.0 MB of memory, measured" in text for text in fits_of(texts)))


def fits_of(models: object) -> list[str]:
    from app.presentation.item_roles import FIRST_ROLE

    return [
        str(models.data(models.index(row), FIRST_ROLE + 10))  # type: ignore[attr-defined]
        for row in range(models.rowCount())  # type: ignore[attr-defined]
    ]


def test_options_load_the_model_again_and_are_kept(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    open_tiny(window, qtbot, tmp_path)
    own = window.controller.modelSettings
    own.open("tiny")
    own.options.choose("cache_type_k", "f32")
    qtbot.waitUntil(lambda: fake_engine.loads[-1].options.cache_type_k == "f32")
    own.options.addAdapter(QUrl.fromLocalFile(str(write_lora(tmp_path / "lora.gguf"))))
    own.options.scaleAdapter(0, "0,5")
    wanted = LoadOptions(cache_type_k="f32", adapters=(LoraAdapter(str(tmp_path / "lora.gguf"), 0.5),))
    qtbot.waitUntil(lambda: fake_engine.loads[-1].options == wanted)
    assert own.of("tiny").options == wanted
    own.open("starter")
    assert own.options.isDefault
    own.open("tiny")
    own.options.reset()
    assert own.of("tiny").options == AUTOMATIC


def test_an_adapter_for_something_else_is_said(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    open_tiny(window, qtbot, tmp_path)
    own = window.controller.modelSettings
    own.open("tiny")
    own.options.addAdapter(QUrl.fromLocalFile(str(write_lora(tmp_path / "lora.gguf", architecture="qwen2"))))
    qtbot.waitUntil(lambda: "qwen2" in window.controller.picker.stateText)


def test_what_cannot_be_is_not_taken() -> None:
    options = LoadOptionsController(lambda done: done((Device("Vulkan0", "RTX", 1, 2, DeviceType.GPU),)))
    options.show(LoadOptions(device="CUDA5"))
    assert [entry["value"] for entry in options.devices] == ["", "CUDA5", "CPU"]
    options.findDevices()
    assert [entry["value"] for entry in options.devices] == ["", "Vulkan0", "CUDA5", "CPU"]
    seen: list[LoadOptions] = []
    options.edited.connect(seen.append)
    for name, value in (("n_batch", 0), ("cache_type_v", "q3"), ("use_mmap", "yes"), ("flash_attention", "maybe")):
        options.choose(name, value)
    for text in ("abc", "-3", "1e400", "nan"):
        options.write("freq_base", text)
    options.scaleAdapter(0, "much")
    options.addAdapter(QUrl("https://example.org/lora.gguf"))
    assert seen == []
    options.write("freq_base", "1e6")
    options.write("original_context", "4096.7")
    assert (seen[-1].rope.freq_base, seen[-1].rope.original_context) == (1e6, 4096)
    assert options.numbers["freq_base"] == "1e+06"
    options.write("freq_base", " ")
    assert options.numbers["freq_base"] == ""
    options.choose("n_ubatch", 64.0)
    assert seen[-1].n_ubatch == 64
