"""Checks a LoRA adapter by its header before llama.cpp sees it: whether it is one, and for this kind of model."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app import i18n
from app.domain.errors import AdapterUnsuitable
from app.library.gguf_header import read_header

#: The tensors of an adapter, as ``convert_lora_to_gguf.py`` of llama.cpp names them.
_PARTS: Final = (".lora_a", ".lora_b")


def check_adapter(path: Path, architecture: str) -> None:
    """Raises AdapterUnsuitable where the file is no LoRA adapter for models of ``architecture``.

    Raises ModelMissing, NotGguf, ModelTruncated, ModelDamaged and ModelRefused as every GGUF may.
    """
    header = read_header(path)
    if header.text("general.type") != "adapter" or header.text("adapter.type") != "lora":
        raise AdapterUnsuitable(path=path, reason=i18n.text("adapter.no_lora"))
    if header.architecture != architecture:
        reason = i18n.text("adapter.architecture", found=header.architecture[:80] or "?", expected=architecture)
        raise AdapterUnsuitable(path=path, reason=reason)
    names = {tensor.name for tensor in header.tensors}
    pairs = {name.removesuffix(part) for name in names for part in _PARTS if name.endswith(part)}
    if not names or names != {pair + part for pair in pairs for part in _PARTS}:
        raise AdapterUnsuitable(path=path, reason=i18n.text("adapter.tensors"))
