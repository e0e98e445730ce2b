"""Where the bytes of a model file are."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.library.gguf_bytes import Gguf, Tensor

from app import resources
from app.domain.errors import ModelMissing
from app.library.gguf_header import read_header
from app.library.weight import weigh


def test_the_starter_weighed() -> None:
    header, weight = read_header(resources.starter_model()), weigh(resources.starter_model())
    assert weight.bytes == sum(part.bytes for part in weight.parts) == sum(weight.bytes_by_type.values())
    assert weight.parameters == header.parameters
    assert [part.bytes for part in weight.parts] == sorted((part.bytes for part in weight.parts), reverse=True)
    assert 4 < weight.bits_per_weight < 7
    attention = next(part for part in weight.parts if part.role == "attention")
    assert attention.types[0] == "Q4_K"


def test_roles_by_name(tmp_path: Path) -> None:
    names = {
        "token_embd.weight": "embedding",
        "blk.0.attn_q.weight": "attention",
        "blk.0.ffn_up.weight": "feed_forward",
        "output.weight": "output",
        "rope_freqs.weight": "other",
    }
    tensors = [Tensor(name, (32, number), 0, 128 * number) for number, name in enumerate(names, start=1)]
    path = Gguf(tensors=tensors).write(tmp_path / "a.gguf")
    found = {part.role: part.bytes for part in weigh(path).parts}
    assert found == {role: 128 * number for number, role in enumerate(names.values(), start=1)}


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        weigh(tmp_path / "nothing.gguf")
