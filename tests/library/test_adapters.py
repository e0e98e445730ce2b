"""A LoRA adapter is looked at before llama.cpp sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.gguf_files import write_llama, write_lora
from tests.library.gguf_bytes import Gguf, Tensor, named

from app.domain.errors import AdapterUnsuitable, ModelMissing, ModelTruncated, NotGguf
from app.library.adapters import check_adapter

HEAD = [named("general.architecture", "llama"), named("general.type", "adapter"), named("adapter.type", "lora")]


def test_a_good_one(tmp_path: Path) -> None:
    check_adapter(write_lora(tmp_path / "lora.gguf"), "llama")


@pytest.mark.parametrize(("architecture", "kind", "told"), [("qwen2", "lora", "qwen2"), ("llama", "cvec", "LoRA")])
def test_one_for_something_else(tmp_path: Path, architecture: str, kind: str, told: str) -> None:
    path = write_lora(tmp_path / "lora.gguf", architecture=architecture, kind=kind)
    with pytest.raises(AdapterUnsuitable, match=told):
        check_adapter(path, "llama")


def test_what_is_no_adapter(tmp_path: Path) -> None:
    with pytest.raises(AdapterUnsuitable):
        check_adapter(write_llama(tmp_path / "model.gguf"), "llama")
    text = tmp_path / "text.gguf"
    text.write_text("no adapter")
    with pytest.raises(NotGguf):
        check_adapter(text, "llama")
    with pytest.raises(ModelMissing):
        check_adapter(tmp_path / "gone.gguf", "llama")
    short = write_lora(tmp_path / "short.gguf")
    short.write_bytes(short.read_bytes()[:-100])
    with pytest.raises(ModelTruncated):
        check_adapter(short, "llama")


@pytest.mark.parametrize("names", [[], ["a.lora_a"], ["a.lora_a", "b.lora_b"], ["a.lora_a", "a.lora_b", "c"]])
def test_tensors_come_in_pairs(tmp_path: Path, names: list[str]) -> None:
    path = Gguf(entries=HEAD, tensors=[Tensor(name) for name in names]).write(tmp_path / "a.gguf")
    with pytest.raises(AdapterUnsuitable):
        check_adapter(path, "llama")
