"""The shape of a model as its header tells it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from tests.library.gguf_bytes import ARRAY, UINT32, Gguf, Tensor, entry, named, whole

from app import resources
from app.domain.errors import ModelMissing
from app.library.fit import shape_of, shape_of_file
from app.library.gguf_header import read_header


def numbers(key: str, values: list[int]) -> bytes:
    return entry(key, ARRAY, struct.pack(f"<IQ{len(values)}I", UINT32, len(values), *values))


def llama(*more: bytes, layers: int = 4) -> list[bytes]:
    return [
        named("general.architecture", "llama"),
        whole("llama.context_length", 2048),
        whole("llama.block_count", layers),
        whole("llama.embedding_length", 64),
        whole("llama.feed_forward_length", 128),
        whole("llama.attention.head_count", 8),
        *more,
    ]


def cache_of(tmp_path: Path, *more: bytes) -> int:
    return shape_of_file(Gguf(entries=llama(*more)).write(tmp_path / "a.gguf")).cache_numbers


def test_the_starter() -> None:
    path = resources.starter_model()
    header, shape = read_header(path), shape_of_file(path)
    assert not shape.is_estimated
    assert shape.layers == header.number("llama.block_count")
    assert shape.trained_context == 512
    assert 0.9 * path.stat().st_size < shape.weight_bytes < path.stat().st_size
    assert 0 < shape.read_bytes <= shape.weight_bytes


def test_heads(tmp_path: Path) -> None:
    assert cache_of(tmp_path) == 4 * 8 * 16
    assert cache_of(tmp_path, whole("llama.attention.head_count_kv", 2)) == 4 * 2 * 16
    lengths = [whole("llama.attention.key_length", 32), whole("llama.attention.value_length", 16)]
    assert cache_of(tmp_path, *lengths) == 4 * 8 * 48
    assert cache_of(tmp_path, numbers("llama.attention.head_count_kv", [0, 2, 0, 1])) == 3 * 16
    assert cache_of(tmp_path, numbers("llama.attention.head_count_kv", [2])) == 4 * 8 * 16


def test_what_the_header_does_not_tell_is_estimated(tmp_path: Path) -> None:
    shape = shape_of_file(Gguf().write(tmp_path / "a.gguf"))
    assert shape.is_estimated
    assert (shape.weight_bytes, shape.trained_context) == (580, 2048)
    assert shape_of_file(Gguf(entries=llama(layers=0)).write(tmp_path / "b.gguf")).is_estimated
    assert shape_of_file(Gguf(entries=llama(layers=1 << 31)).write(tmp_path / "c.gguf")).is_estimated


def test_what_is_read_for_a_token(tmp_path: Path) -> None:
    tensors = [Tensor(), Tensor("blk.0.ffn_up_exps.weight")]
    experts = [whole("llama.expert_count", 8), whole("llama.expert_used_count", 2)]
    tied = shape_of(read_header(Gguf(entries=llama(*experts), tensors=tensors).write(tmp_path / "a.gguf")))
    assert tied.read_bytes == 512 + 128
    tensors.append(Tensor("output.weight"))
    untied = shape_of(read_header(Gguf(entries=llama(*experts), tensors=tensors).write(tmp_path / "b.gguf")))
    assert untied.read_bytes == 128 + 512


def test_short_arrays_of_whole_numbers_are_kept(tmp_path: Path) -> None:
    entries = [numbers("a.few", [1, 2, 3]), numbers("a.many", list(range(513)))]
    header = read_header(Gguf(entries=entries).write(tmp_path / "a.gguf"))
    assert header.number_arrays == {"a.few": (1, 2, 3)}
    assert header.array_lengths == {"a.few": 3, "a.many": 513}
    assert (header.numbers("a.few", 3), header.numbers("a.few", 2, 7)) == ((1, 2, 3), (7, 7))


def test_all_parts_count(tmp_path: Path) -> None:
    split = whole("split.count", 2)
    first = Gguf(entries=llama(split), tensors=[Tensor()]).write(tmp_path / "big-00001-of-00002.gguf")
    with pytest.raises(ModelMissing):
        shape_of_file(first)
    Gguf(entries=[split], tensors=[Tensor("output.weight")]).write(tmp_path / "big-00002-of-00002.gguf")
    shape = shape_of_file(first)
    assert (shape.weight_bytes, shape.read_bytes, shape.layers) == (1024, 512, 4)
