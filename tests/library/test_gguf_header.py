"""The header reader: right about sound files, precise about broken ones, quick, and never surprised."""

from __future__ import annotations

import struct
import time
import tracemalloc
from pathlib import Path

import pytest
from gguf import GGUFReader, GGUFWriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.library.gguf_bytes import ARRAY, STRING, UINT64, Gguf, Tensor, entry, named, numbers, strings, text, whole

from app import resources
from app.domain.errors import ModelDamaged, ModelMissing, ModelProblem, ModelTruncated, NotGguf
from app.library.gguf_header import read_header
from app.library.killers import refuse_killers
from app.library.library import inspect
from app.library.tensor_types import TENSOR_TYPES

REAL_HEADER_BYTES = 140_000


def test_the_starter_as_the_reference_reader_sees_it() -> None:
    path = resources.starter_model()
    header, reference = read_header(path, is_vocabulary_read=True), GGUFReader(path)
    assert [tensor.name for tensor in header.tensors] == [tensor.name for tensor in reference.tensors]
    for ours, theirs in zip(header.tensors, reference.tensors, strict=True):
        assert ours.shape == tuple(int(size) for size in theirs.shape)
        assert ours.type.name == theirs.tensor_type.name
        assert header.data_offset + ours.offset == theirs.data_offset
        assert (ours.bytes, ours.elements) == (theirs.n_bytes, theirs.n_elements)
    for key, value in header.metadata.items():
        assert reference.fields[key].contents() == value
    assert header.array_lengths["tokenizer.ggml.tokens"] == 4096
    assert (header.architecture, header.quantization, header.context_length) == ("llama", "Q4_K_M", 512)
    assert header.has_chat_template
    assert not header.has_repeated_tokens


def test_tensor_types_are_those_of_the_reference() -> None:
    from gguf.constants import GGML_QUANT_SIZES

    for kind, (block_size, block_bytes) in GGML_QUANT_SIZES.items():
        ours = TENSOR_TYPES[kind.value]
        assert (ours.name, ours.block_size) == (kind.name, block_size)
        # The reference counts two floats of 32 bits in Q8_1, where ggml-common.h has two of 16.
        assert ours.block_bytes == (36 if kind.name == "Q8_1" else block_bytes)


def test_a_large_vocabulary_takes_milliseconds(tmp_path: Path) -> None:
    import numpy

    path = tmp_path / "large.gguf"
    writer = GGUFWriter(path, "llama")
    writer.add_token_list([f"token{number}" for number in range(152_000)])
    writer.add_token_merges([f"a{number} b" for number in range(151_000)])
    writer.add_chat_template("{{ messages }}")
    writer.add_tensor("token_embd.weight", numpy.zeros((10, 32), dtype=numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    started = time.process_time()
    header = read_header(path)
    assert time.process_time() - started < 0.3
    assert header.array_lengths["tokenizer.ggml.tokens"] == 152_000
    assert header.has_chat_template
    assert not read_header(path, is_vocabulary_read=True).has_repeated_tokens


def reason_of(path: Path) -> str:
    with pytest.raises(ModelDamaged) as caught:
        inspect(path)
    assert caught.value.values["path"] == str(path)
    return caught.value.values["reason"]


def test_a_small_file_is_sound(tmp_path: Path) -> None:
    header = inspect(Gguf().write(tmp_path / "a.gguf"))
    assert header.parameters == 32 * 4 + 32 * 2
    assert header.bytes_by_type == {"F32": 512, "Q8_0": 68}
    assert header.quantization == "F32", "no file type is given, so that of most bytes"


@pytest.mark.parametrize("missing", [1, 28, 500, 580])
def test_a_cut_file_tells_how_much_is_missing(tmp_path: Path, missing: int) -> None:
    # The padding behind the last tensor, 28 bytes here, may be missing.
    path = Gguf(missing=28 + missing).write(tmp_path / "a.gguf")
    with pytest.raises(ModelTruncated) as caught:
        read_header(path)
    assert caught.value.values["missing"] == str(missing)
    read_header(Gguf(missing=28).write(path))


def test_a_file_cut_within_its_header(tmp_path: Path) -> None:
    content = Gguf().content()
    for length in range(4, 300):
        path = tmp_path / "a.gguf"
        path.write_bytes(content[:length])
        with pytest.raises(ModelTruncated):
            read_header(path)


@pytest.mark.parametrize("content", [b"", b"GGU", b"GGML....", b"\0" * 100, b"<html></html>"])
def test_what_is_no_gguf(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.gguf").write_bytes(content)
    with pytest.raises(NotGguf):
        read_header(tmp_path / "a.gguf")


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotGguf):
        read_header(tmp_path)
    with pytest.raises(ModelMissing):
        read_header(tmp_path / "nothing.gguf")
    (tmp_path / "file").touch()
    with pytest.raises(ModelMissing):
        read_header(tmp_path / "file" / "below.gguf")


BROKEN = {
    "big-endian": Gguf(version=0x03000000),
    "GGUF version 1": Gguf(version=1),
    "tensors and": Gguf(tensor_count=1 << 40),
    "entries are impossible": Gguf(entry_count=1 << 40),
    "stands in it twice": Gguf(tensors=[Tensor(), Tensor()]),
    "“general.name” stands": Gguf(entries=[named("general.name", "a"), named("general.name", "b")]),
    "value type 99": Gguf(entries=[entry("a", 99, b"")]),
    "value type 9 ": Gguf(entries=[entry("a", ARRAY, struct.pack("<IQ", ARRAY, 1))]),
    "a text of": Gguf(entries=[text("a") + struct.pack("<IQ", STRING, 1 << 40)]),
    "a vocabulary of": Gguf(
        entries=[entry("tokenizer.ggml.tokens", ARRAY, struct.pack("<IQ", STRING, (1 << 20) + 1) + b"\0" * (9 << 20))]
    ),
    "0 dimensions": Gguf(tensors=[Tensor(shape=())]),
    "5 dimensions": Gguf(tensors=[Tensor(shape=(1,) * 5)]),
    "unknown type 4": Gguf(tensors=[Tensor(type=4)]),
    "shape 31 × 4": Gguf(tensors=[Tensor(shape=(31, 4), type=8)]),
    "shape 0 × 4": Gguf(tensors=[Tensor(shape=(0, 4))]),
    "impossible shape": Gguf(tensors=[Tensor(shape=(1 << 32, 1 << 32))]),
    "an alignment of 16": Gguf(entries=[whole("general.alignment", 16)]),
    "an alignment of 48": Gguf(entries=[whole("general.alignment", 48)]),
    "not where it belongs": Gguf(tensors=[Tensor(offset=32)]),
}


@pytest.mark.parametrize("reason", BROKEN)
def test_a_broken_file_tells_what_is_wrong(tmp_path: Path, reason: str) -> None:
    assert reason in reason_of(BROKEN[reason].write(tmp_path / "a.gguf"))


KILLERS = {
    "no architecture": [],
    "the same token twice": [strings("tokenizer.ggml.tokens", ["a", "b", "a"])],
    "0 layers": [whole("llama.block_count", 0)],
    "513 layers": [whole("llama.block_count", 513)],
    "3/2 experts": [whole("llama.expert_count", 2), whole("llama.expert_used_count", 3)],
    "2/1025 experts": [whole("llama.expert_count", 1025), whole("llama.expert_used_count", 2)],
    "0/8 experts": [whole("llama.expert_count", 8)],
    "9/8 experts": [whole("llama.expert_count", 8), numbers("llama.expert_used_count", [2, 9])],
    "9/0 experts": [numbers("llama.expert_used_count", [9, 9])],
    "1/0 experts": [whole("llama.expert_group_count", 1)],
    "4/3/8 experts": [
        whole("llama.expert_count", 8),
        whole("llama.expert_used_count", 2),
        whole("llama.expert_group_count", 3),
        whole("llama.expert_group_used_count", 4),
    ],
    "9 layers": [whole("llama.block_count", 2), whole("llama.nextn_predict_layers", 9)],
    "a vocabulary of 4294967295": [whole("llama.vocab_size", 2**32 - 1)],
    "scaling “”": [named("llama.rope.scaling.type", "")],
    "no line break": [named("tokenizer.ggml.model", "llama"), strings("tokenizer.ggml.tokens", ["a", "b"])],
    "words with single bytes": [
        named("tokenizer.ggml.model", "bert"),
        numbers("tokenizer.ggml.token_type", [1, 6]),
    ],
    "epsilon of -1": [entry("llama.attention.layer_norm_rms_epsilon", 6, struct.pack("<f", -1.0))],
    "epsilon of nan": [entry("llama.attention.layer_norm_epsilon", 6, struct.pack("<f", float("nan")))],
    "scaling “magic”": [named("llama.rope.scaling.type", "magic")],
    "scaling “inf”": [entry("llama.rope.scaling.factor", 6, struct.pack("<f", float("inf")))],
}


@pytest.mark.parametrize("reason", KILLERS)
def test_a_header_that_would_end_llama_cpp_is_refused(tmp_path: Path, reason: str) -> None:
    first = [] if reason == "no architecture" else [named("general.architecture", "llama")]
    path = Gguf(entries=[*first, *KILLERS[reason]]).write(tmp_path / "a.gguf")
    assert reason in reason_of(path)


SOUND = {
    "experts": [whole("llama.expert_count", 8), whole("llama.expert_used_count", 2)],
    "experts by layer": [whole("llama.expert_count", 8), numbers("llama.expert_used_count", [2, 0])],
    "groups of experts": [
        whole("llama.expert_count", 256),
        whole("llama.expert_used_count", 8),
        whole("llama.expert_group_count", 8),
        whole("llama.expert_group_used_count", 4),
    ],
    "one group": [
        whole("llama.expert_count", 64),
        whole("llama.expert_used_count", 6),
        whole("llama.expert_group_count", 1),
        whole("llama.expert_group_used_count", 1),
    ],
    "predicting layers": [whole("llama.block_count", 62), whole("llama.nextn_predict_layers", 1)],
    "SentencePiece": [named("tokenizer.ggml.model", "llama"), strings("tokenizer.ggml.tokens", ["<unk>", "<0x0A>"])],
    "WordPiece": [named("tokenizer.ggml.model", "bert"), numbers("tokenizer.ggml.token_type", [3, 1])],
    "bytes of BPE": [named("tokenizer.ggml.model", "gpt2"), numbers("tokenizer.ggml.token_type", [1, 6])],
}


@pytest.mark.parametrize("name", SOUND)
def test_what_models_really_say_is_not_refused(tmp_path: Path, name: str) -> None:
    path = Gguf(entries=[named("general.architecture", "llama"), *SOUND[name]]).write(tmp_path / "a.gguf")
    refuse_killers(path, read_header(path, is_vocabulary_read=True))


def test_a_single_expert_is_none_to_those_that_say_so(tmp_path: Path) -> None:
    entries = [named("general.architecture", "hunyuan-dense"), whole("hunyuan-dense.expert_count", 1)]
    path = Gguf(entries=entries).write(tmp_path / "a.gguf")
    refuse_killers(path, read_header(path, is_vocabulary_read=True))


def test_a_quantized_norm_is_refused(tmp_path: Path) -> None:
    tensors = [Tensor("output_norm.weight", (32,), 8, 34)]
    assert "must not be quantized" in reason_of(Gguf(tensors=tensors).write(tmp_path / "a.gguf"))


@pytest.mark.parametrize(("kind", "size"), [(26, 4), (28, 8)], ids=["I32", "F64"])
def test_weights_that_llama_cpp_cannot_multiply_are_refused(tmp_path: Path, kind: int, size: int) -> None:
    path = Gguf(tensors=[Tensor("blk.0.ffn_up.weight", (32, 4), kind, 32 * 4 * size)]).write(tmp_path / "a.gguf")
    assert "cannot be calculated with" in reason_of(path)


def test_no_tensors_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    assert "no tensors" in reason_of(Gguf(tensors=[]).write(path))


def test_the_vocabulary_may_straddle_the_reader_s_window(tmp_path: Path) -> None:
    tokens = [f"{number}-{'x' * (number % 3000)}" for number in range(3000)]
    path = tmp_path / "a.gguf"
    base = [named("general.architecture", "llama")]
    Gguf(entries=[*base, strings("tokenizer.ggml.tokens", tokens)]).write(path)
    assert not read_header(path, is_vocabulary_read=True).has_repeated_tokens
    Gguf(entries=[*base, strings("tokenizer.ggml.tokens", [*tokens, tokens[0]])]).write(path)
    assert read_header(path, is_vocabulary_read=True).has_repeated_tokens
    assert read_header(path).array_lengths == {"tokenizer.ggml.tokens": 3001}


def survives(path: Path) -> None:
    """Reads a file that may be anything: only typed errors come, and little memory is taken."""
    told = str(path)
    tracemalloc.start()
    try:
        refuse_killers(path, read_header(path, is_vocabulary_read=True))
    except ModelProblem as error:
        told = error.values["path"]
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert told == str(path)
    assert peak < 64 << 20


quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(st.binary(max_size=400), st.sampled_from([b"", b"GGUF", b"GGUF\3\0\0\0", b"GGUF\3\0\0\0" + b"\1" + b"\0" * 7]))
def test_random_bytes(tmp_path: Path, content: bytes, beginning: bytes) -> None:
    (tmp_path / "a.gguf").write_bytes(beginning + content)
    survives(tmp_path / "a.gguf")


@quick
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=8))
def test_flipped_bytes_in_a_small_header(tmp_path: Path, flips: list[tuple[float, int]]) -> None:
    content = bytearray(Gguf().content())
    for position, change in flips:
        content[int(position * (len(content) - 640))] ^= change
    (tmp_path / "a.gguf").write_bytes(content)
    survives(tmp_path / "a.gguf")


@settings(quick, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, REAL_HEADER_BYTES), st.integers(1, 255)), min_size=1, max_size=40))
def test_flipped_bytes_in_a_real_header(tmp_path: Path, flips: list[tuple[int, int]]) -> None:
    content = bytearray(resources.starter_model().read_bytes())
    for position, change in flips:
        content[position] ^= change
    (tmp_path / "a.gguf").write_bytes(content)
    survives(tmp_path / "a.gguf")


def test_a_count_that_the_file_contradicts_is_not_believed(tmp_path: Path) -> None:
    for key in ("a", "tokenizer.ggml.tokens"):
        huge = entry(key, ARRAY, struct.pack("<IQ", STRING, 1 << 62))
        path = Gguf(entries=[huge]).write(tmp_path / "a.gguf")
        with pytest.raises(ModelTruncated):
            read_header(path, is_vocabulary_read=True)
    path = Gguf(entries=[entry("a", ARRAY, struct.pack("<IQ", UINT64, 1 << 60))]).write(tmp_path / "b.gguf")
    with pytest.raises(ModelTruncated):
        read_header(path)
