"""Corrupted variants of a sound GGUF, the same ones for the same seed: cut off, flipped, and absurd on purpose."""

from __future__ import annotations

import contextlib
import itertools
import random
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.engine.gguf_document import (
    ARRAY,
    BOOL,
    FLOAT32,
    FLOAT64,
    INT8,
    INT32,
    INT64,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    Document,
    packed,
)

Change = Callable[[Document], bytes | None]
"""Changes a document; what it returns, if anything, is the file instead of the document's own content."""

NAN, INFINITE = float("nan"), float("inf")
U32, U64 = 2**32 - 1, 2**64 - 1
_Q4_0, _Q4_K, _I32, _F16, _NO_TYPE = 2, 12, 26, 1, 999

_COUNTS: Final = (
    "block_count",
    "embedding_length",
    "feed_forward_length",
    "attention.head_count",
    "attention.head_count_kv",
    "context_length",
    "rope.dimension_count",
    "attention.key_length",
    "attention.value_length",
    "vocab_size",
    "expert_count",
    "expert_used_count",
    "attention.sliding_window",
    "leading_dense_block_count",
    "nextn_predict_layers",
    "expert_group_count",
    "pooling_type",
)
_FACTORS: Final = (
    "attention.layer_norm_rms_epsilon",
    "rope.freq_base",
    "rope.scaling.factor",
    "rope.scaling.attn_factor",
    "attention.clamp_kqv",
    "attention.max_alibi_bias",
    "attention.scale",
)
_IDS: Final = ("bos", "eos", "eot", "unknown", "padding", "separator", "mask")
_TEMPLATES: Final = {
    "endless": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "recursive macro": "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
    "recursive loop": "{% for m in messages recursive %}{{ loop(messages) }}{% endfor %}",
    "includes itself": "{% include 'chat_template' %}{% extends 'chat_template' %}",
    "cyclic namespace": "{% set n = namespace() %}{% set n.n = n %}{{ n | tojson }}{{ n }}",
    "cyclic list": "{% set x = [] %}{% set _ = x.append(x) %}{{ x }}{{ x | tojson }}",
    "two megabytes": "{# " + "x" * (2 << 20) + " #}hello",
    "two megabytes of loops": "{% for m in messages %}" * 80_000,
    "deep": "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "unfinished": "{% for m in messages %}{{ m.content ",
    "huge text": "{{ 'x' * 99999999999 }}",
    "huge power": "{{ 9 ** 9 ** 9 ** 9 }}",
    "reaches out": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "huge output": "{% for a in range(9999) %}{% for b in range(9999) %}{{ messages }}{% endfor %}{% endfor %}",
    "control tokens": "<|im_start|>" * 2000,
    "long word": "{{ 'a' * 15000000 }}",
    "bad UTF-8": "\udcff\udcfe{{ messages[0].content }}",
    "empty": "",
}


@dataclass(frozen=True)
class Variant:
    """One corrupted file."""

    name: str
    content: bytes


def variants(sound: Document, seed: int = 0) -> Iterator[Variant]:
    """Gives every named change of a document once, then cut and flipped ones and mixtures without an end."""
    dice = random.Random(seed)
    named = _named(sound)
    for name, change in named.items():
        yield Variant(name, _changed(sound, change))
    while True:
        yield _cut(sound, dice)
        yield _flipped(sound, dice)
        yield _mixed(sound, named, dice)
        yield _scrambled(sound, dice)


def some(sound: Document, count: int, seed: int = 0) -> Iterator[Variant]:
    """Gives so many variants: a fifth of them by chance, the others spread over the named changes."""
    n_named = len(_named(sound))
    n_picked = min(count - count // 5, n_named)
    picked = {at * n_named // n_picked for at in range(n_picked)}
    for at, variant in enumerate(itertools.islice(variants(sound, seed), n_named + count - n_picked)):
        if at >= n_named or at in picked:
            yield variant


def _changed(sound: Document, change: Change) -> bytes:
    document = sound.copy()
    content = change(document)
    return document.content() if content is None else content


def _cut(sound: Document, dice: random.Random) -> Variant:
    content, header = sound.content(), len(sound.header())
    at = dice.choice([dice.randrange(header), dice.randrange(header, len(content)), dice.randrange(64)])
    return Variant(f"cut at {at}", content[:at])


def _flipped(sound: Document, dice: random.Random) -> Variant:
    content, header = bytearray(sound.content()), len(sound.header())
    places = [dice.randrange(4, header if dice.random() < 0.8 else len(content)) for _ in range(dice.randint(1, 8))]
    for place in places:
        content[place] ^= 1 << dice.randrange(8)
    return Variant(f"flipped at {places}", bytes(content))


def _scrambled(sound: Document, dice: random.Random) -> Variant:
    """Gives some of the numbers in entries and tensor infos a value from the edges of their range."""
    document, told = sound.copy(), []
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(document.entries) + len(document.tensors))
        if at >= len(document.entries):
            tensor = document.tensors[at - len(document.entries)]
            name, place = tensor.name, dice.randrange(len(tensor.shape))
            tensor.shape[place] = dice.choice([1, tensor.shape[place] // 2, tensor.shape[place] * 2, 1 << 31])
            tensor.kind = dice.choice([tensor.kind, 0, 1, 2, 8, 12, 24, 30])
        else:
            name, kind, value = document.entries[at]
            size = len(value)
            edges = [bytes(size), b"\xff" * size, b"\1" + bytes(size)[1:], dice.randbytes(size)]
            fresh = value if kind in (STRING, ARRAY) else dice.choice(edges)
            document.entries[at] = (name, dice.choice([kind, kind, UINT32 if size == 4 else kind]), fresh)
        told.append(name.decode("utf-8", "replace"))
    return Variant(f"scrambled {told}", document.content())


def _mixed(sound: Document, named: dict[str, Change], dice: random.Random) -> Variant:
    names = dice.sample(list(named), 2)
    document, content = sound.copy(), None
    for name in names:
        with contextlib.suppress(KeyError):  # the first change took away what the second one is about
            content = content or named[name](document)
    return Variant(" + ".join(names), document.content() if content is None else content)


def _named(sound: Document) -> dict[str, Change]:
    return {
        **_of_the_frame(sound),
        **_of_the_shape(sound),
        **_of_the_vocabulary(sound),
        **_of_the_tensors(sound),
        **_of_the_template(),
    }


def _setting(key: str, kind: int, value: Any) -> Change:
    return lambda document: document.put(key, kind, value)


def _raw(key: str, kind: int, value: bytes) -> Change:
    return lambda document: document.put_raw(key, kind, value)


def _of_the_frame(sound: Document) -> dict[str, Change]:
    """Magic, version, counts, keys, strings and arrays."""

    def framed(**values: Any) -> Change:
        def change(document: Document) -> None:
            for name, value in values.items():
                setattr(document, name, value)

        return change

    def twice(document: Document) -> None:
        document.entries.append(document.entries[0])

    def keyed(key: bytes) -> Change:
        return lambda document: document.entries.insert(0, (key, UINT8, b"\1"))

    def without(key: str) -> Change:
        return lambda document: document.drop(key)

    found: dict[str, Change] = {
        "no magic": framed(magic=b"GGML"),
        "empty file": lambda _: b"",
        "zeros": lambda _: b"\0" * 5000,
        "version 1": framed(version=1),
        "version 0": framed(version=0),
        "version 99": framed(version=99),
        "big endian": framed(version=3 << 24),
        "one tensor more": framed(tensor_count=len(sound.tensors) + 1),
        "one entry more": framed(entry_count=len(sound.entries) + 1),
        "one entry fewer": framed(entry_count=len(sound.entries) - 1),
        "no tensors": framed(tensor_count=0),
        "no entries": framed(entry_count=0),
        "all tensors": framed(tensor_count=U64),
        "all entries": framed(entry_count=U64),
        "a million tensors": framed(tensor_count=1_000_000),
        "negative entries": framed(entry_count=1 << 63),
        "repeated key": twice,
        "empty key": keyed(b""),
        "long key": keyed(b"k" * 70_000),
        "bad UTF-8 in a key": keyed(b"\xff\xfe\xc3"),
        "zero in a key": keyed(b"general\0name"),
        "empty text as a number": _raw("general.file_type", STRING, struct.pack("<Q", 0)),
        "endless text": _raw("general.name", STRING, struct.pack("<Q", U64) + b"x"),
        "text of 2 GB": _raw("general.name", STRING, struct.pack("<Q", 1 << 31) + b"x"),
        "bad UTF-8 in the name": _setting("general.name", STRING, b"\xff\xfe\xc3\x28\xf0\x9f"),
        "long name": _setting("general.name", STRING, b"n" * 2_000_000),
        "endless array": _raw("general.tags", ARRAY, struct.pack("<IQ", UINT8, U64)),
        "array that wraps": _raw("general.tags", ARRAY, struct.pack("<IQ", UINT64, 1 << 61)),
        "array of arrays": _raw("general.tags", ARRAY, struct.pack("<IQ", ARRAY, 2) + b"\0" * 40),
        "array of nothing": _raw("general.tags", ARRAY, struct.pack("<IQ", 77, 4)),
        "endless strings": _raw("general.tags", ARRAY, struct.pack("<IQ", STRING, 1 << 60)),
        "unknown value type": _raw("general.tags", 77, b"\0" * 8),
        "a truth of 7": _raw("tokenizer.ggml.add_bos_token", BOOL, b"\7"),
        "odd tail": framed(tail=b"\xff" * 13),
    }
    for value in (0, 1, 3, 8, 33, 1 << 30, U32):
        found[f"alignment {value}"] = _setting("general.alignment", UINT32, value)
    found["alignment as text"] = _setting("general.alignment", STRING, "32")
    for key in ("general.architecture", "tokenizer.ggml.tokens", "tokenizer.ggml.model", "llama.block_count"):
        found[f"without {key}"] = without(key)
    for architecture in ("", "gpt5", "bert", "clip", "mamba", "t5", "qwen2moe", "a" * 5000, b"\xff\xfe"):
        found[f"architecture {architecture[:8]!r}"] = _setting("general.architecture", STRING, architecture)
    for count, number in ((0, 5), (2, 0), (U64 >> 48, 0), (3, 7)):
        found[f"part {number} of {count}"] = _split(count, number)
    return found


def _split(count: int, number: int) -> Change:
    def change(document: Document) -> None:
        document.put("split.count", UINT16, count)
        document.put("split.no", UINT16, number)
        document.put("split.tensors.count", INT32, -1)

    return change


def _of_the_shape(sound: Document) -> dict[str, Change]:
    """How many layers, heads and experts; epsilons and rope."""
    found: dict[str, Change] = {}
    for key in _COUNTS:
        for value in (0, 1, 3, 513, 1 << 20, (1 << 31) - 1, U32):
            found[f"{key} {value}"] = _setting(f"llama.{key}", UINT32, value)
    for key in ("block_count", "attention.head_count", "embedding_length"):
        found[f"{key} as text"] = _setting(f"llama.{key}", STRING, "2")
        found[f"{key} as a fraction"] = _setting(f"llama.{key}", FLOAT32, 2.5)
        found[f"{key} below zero"] = _setting(f"llama.{key}", INT32, -2)
        found[f"{key} of 64 bits"] = _setting(f"llama.{key}", UINT64, U64)
    for key, items in {
        "attention.head_count_kv": [0, 7],
        "attention.head_count": [4] * 600,
        "feed_forward_length": [128, 0],
        "expert_used_count": [9] * 2,
        "rope.dimension_sections": [U32 >> 1] * 9,
    }.items():
        found[f"{key} for each layer"] = _setting(f"llama.{key}", ARRAY, (INT32, items))
    for key in _FACTORS:
        for factor in (NAN, INFINITE, -INFINITE, -1.0, 0.0, 3e38):
            found[f"{key} {factor}"] = _setting(f"llama.{key}", FLOAT32, factor)
    found["epsilon of 64 bits"] = _setting("llama.attention.layer_norm_rms_epsilon", FLOAT64, 1e-5)
    for scaling in ("yarn", "spiral", "", "longrope"):
        found[f"rope scaling {scaling!r}"] = _setting("llama.rope.scaling.type", STRING, scaling)
    found["rope scaling as a number"] = _setting("llama.rope.scaling.type", UINT32, 1)
    found["not causal"] = _setting("llama.attention.causal", BOOL, False)
    found["context as 64 bits"] = _setting("llama.context_length", UINT64, 1 << 40)

    def experts(count: int, used: int) -> Change:
        def change(document: Document) -> None:
            document.put("llama.expert_count", UINT32, count)
            document.put("llama.expert_used_count", UINT32, used)

        return change

    for count, used in ((8, 0), (8, 9), (0, 2), (2000, 2), (U32, 1), (8, 2)):
        found[f"{used} of {count} experts"] = experts(count, used)
    return found


def _of_the_vocabulary(sound: Document) -> dict[str, Change]:
    """Tokens, their types and scores, merges, special ids."""
    tokens = _strings(sound.value("tokenizer.ggml.tokens"))
    n_vocab = len(tokens)

    def listed(items: Sequence[bytes]) -> Change:
        return _setting("tokenizer.ggml.tokens", ARRAY, (STRING, items))

    types = "tokenizer.ggml.token_type"
    found: dict[str, Change] = {
        "no tokens": listed([]),
        "one token": listed(tokens[:1]),
        "half the tokens": listed(tokens[: n_vocab // 2]),
        "tokens twice": listed(tokens * 2),
        "same token": listed([b"a"] * n_vocab),
        "two equal tokens": listed([*tokens[:-1], tokens[5]]),
        "empty tokens": listed([b""] * n_vocab),
        "one empty token": listed([*tokens[:-1], b""]),
        "bad UTF-8 in tokens": listed([b"\xff" + token for token in tokens]),
        "bad UTF-8 in one token": listed([*tokens[:-1], b"\xf0\x9f\xff"]),
        "long token": listed([*tokens[:-1], b"x" * 1_000_000]),
        "tokens with zeros": listed([token + b"\0" for token in tokens]),
        "no newline": listed([b"qq" if token in ("Ċ".encode(), b"<0x0A>") else token for token in tokens]),
        "tokens as numbers": _setting("tokenizer.ggml.tokens", ARRAY, (UINT32, range(n_vocab))),
        "tokens as text": _setting("tokenizer.ggml.tokens", STRING, "abc"),
        "more tokens than the file": _raw(
            "tokenizer.ggml.tokens", ARRAY, struct.pack("<IQ", STRING, 1 << 20) + packed(STRING, "a")
        ),
        "token types out of range": _setting(types, ARRAY, (INT32, [2**31 - 1] * n_vocab)),
        "token types below zero": _setting(types, ARRAY, (INT32, [-1] * n_vocab)),
        "too few token types": _setting(types, ARRAY, (INT32, [1])),
        "all control tokens": _setting(types, ARRAY, (INT32, [3] * n_vocab)),
        "all byte tokens": _setting(types, ARRAY, (INT32, [6] * n_vocab)),
        "all unused tokens": _setting(types, ARRAY, (INT32, [5] * n_vocab)),
        "all user tokens": _setting(types, ARRAY, (INT32, [4] * n_vocab)),
        "token types of 8 bits": _setting(types, ARRAY, (INT8, [1] * n_vocab)),
        "scores that are no numbers": _setting("tokenizer.ggml.scores", ARRAY, (FLOAT32, [NAN] * n_vocab)),
        "scores below zero": _setting("tokenizer.ggml.scores", ARRAY, (FLOAT32, [-INFINITE] * n_vocab)),
        "too few scores": _setting("tokenizer.ggml.scores", ARRAY, (FLOAT32, [1.0])),
        "scores of 64 bits": _setting("tokenizer.ggml.scores", ARRAY, (FLOAT64, [1.0] * n_vocab)),
        "no merges": lambda document: document.drop("tokenizer.ggml.merges"),
        "empty merges": _setting("tokenizer.ggml.merges", ARRAY, (STRING, [""] * 9)),
        "zero merges": _setting("tokenizer.ggml.merges", ARRAY, (STRING, [])),
        "merges without a space": _setting("tokenizer.ggml.merges", ARRAY, (STRING, ["abc", "x"])),
        "merges of spaces": _setting("tokenizer.ggml.merges", ARRAY, (STRING, [" ", "  ", "   "])),
        "bad UTF-8 in merges": _setting("tokenizer.ggml.merges", ARRAY, (STRING, [b"\xff \xfe", b"\xc3 \xc3"])),
        "merges to nowhere": _setting("tokenizer.ggml.merges", ARRAY, (STRING, ["H e", "He l", "Hel l", "Hell o"])),
        "merges as numbers": _setting("tokenizer.ggml.merges", ARRAY, (INT32, [1, 2, 3])),
        "two million types": _setting("tokenizer.ggml.token_type_count", UINT32, U32),
        "odd pre-tokenizer": _setting("tokenizer.ggml.pre", STRING, "no-such-thing"),
        "charsmap": _setting("tokenizer.ggml.precompiled_charsmap", ARRAY, (UINT8, [255] * 40)),
    }
    for model in ("llama", "bert", "gpt2", "t5", "rwkv", "no_vocab", "plamo2", "gemma4", "whitespace", "", "abc"):
        found[f"tokenizer {model!r}"] = _setting("tokenizer.ggml.model", STRING, model)
    found["tokenizer as a number"] = _setting("tokenizer.ggml.model", UINT32, 1)
    for name in _IDS:
        for value in (n_vocab, U32, 1 << 31):
            found[f"{name} is {value}"] = _setting(f"tokenizer.ggml.{name}_token_id", UINT32, value)
    found["eos as text"] = _setting("tokenizer.ggml.eos_token_id", STRING, "</s>")
    found["bos below zero"] = _setting("tokenizer.ggml.bos_token_id", INT64, -1)

    def bos_nowhere(document: Document) -> None:
        document.put("tokenizer.ggml.bos_token_id", UINT32, U32)
        document.put("tokenizer.ggml.add_bos_token", BOOL, True)

    def eos_nowhere(document: Document) -> None:
        document.put("tokenizer.ggml.eos_token_id", UINT32, U32)
        document.put("tokenizer.ggml.add_eos_token", BOOL, True)

    def made_of_nothing(document: Document) -> None:
        document.put("tokenizer.ggml.model", STRING, "no_vocab")
        document.put("llama.vocab_size", UINT32, U32)

    return {
        **found,
        "adds a bos from nowhere": bos_nowhere,
        "adds an eos from nowhere": eos_nowhere,
        "four thousand million tokens": made_of_nothing,
    }


def _of_the_tensors(sound: Document) -> dict[str, Change]:
    """Names, shapes, types, offsets and values."""

    def of(name: str, change: Callable[[Any], None]) -> Change:
        return lambda document: change(document.tensor(name))

    def having(name: str, /, **values: Any) -> Change:
        def change(document: Document) -> None:
            tensor = document.tensor(name)
            for field, value in values.items():
                setattr(tensor, field, value)

        return change

    def gone(name: str) -> Change:
        def change(document: Document) -> None:
            document.tensors.remove(document.tensor(name))

        return change

    def overlapping(document: Document) -> None:
        for tensor in document.tensors:
            tensor.offset = 0

    def swapped(document: Document) -> None:
        first, second = document.tensors[:2]
        first.offset, second.offset = -(-len(first.data) // 32) * 32, 0

    def same_name(document: Document) -> None:
        document.tensors[1].name = document.tensors[0].name

    embedding, query, norm = "token_embd.weight", "blk.0.attn_q.weight", "output_norm.weight"
    width, n_vocab = sound.tensor(embedding).shape
    size = len(sound.tensor(query).data)
    nan = struct.pack("<f", NAN)
    found: dict[str, Change] = {
        "offset past the end": having(query, offset=1 << 40),
        "offset of all bits": having(query, offset=U64),
        "odd offset": having(query, offset=7),
        "all at one place": overlapping,
        "two in each other's place": swapped,
        "same name": same_name,
        "empty name": having(query, name=b""),
        "long name of a tensor": having(query, name=b"blk.0." + b"q" * 200),
        "bad UTF-8 in a tensor's name": having(query, name=b"blk.0.\xff\xfe.weight"),
        "layer 9999": having(query, name=b"blk.9999.attn_q.weight"),
        "layer below zero": having(query, name=b"blk.-1.attn_q.weight"),
        "unknown tensor": lambda document: document.tensors.append(
            _tensor(document, b"no.such.weight", [8], b"\0" * 32)
        ),
        "no dimension": having(query, shape=[]),
        "five dimensions": having(query, shape=[width, 1, 1, 1, 1]),
        "a dimension of 0": having(query, shape=[width, 0]),
        "a dimension of all bits": having(query, shape=[width, U64]),
        "a product that wraps": having(query, shape=[1 << 32, 1 << 32]),
        "a shape of the wrong width": having(query, shape=[width * 2, width // 2]),
        "a flat shape": having(query, shape=[width * width]),
        "a wide vocabulary": having(embedding, shape=[width // 2, n_vocab * 2]),
        "a transposed embedding": having(embedding, shape=[n_vocab, width]),
        "a short norm": having(norm, shape=[1], data=nan + b"\0" * 28),
        "another type of the same size": having(query, kind=_I32),
        "a smaller type": having(query, kind=_F16),
        "a quantized type": having(query, kind=_Q4_0),
        "a type of blocks of 256": having(query, kind=_Q4_K),
        "a quantized norm": having(norm, kind=_Q4_0),
        "an unknown type": having(query, kind=_NO_TYPE),
        "a type that was removed": having(query, kind=4),
        "whole embeddings": having(embedding, kind=_I32),
        "weights that are no numbers": having(query, data=(nan * (size // 4 + 1))[:size]),
        "infinite weights": having(query, data=b"\xff" * size),
        "embeddings that are no numbers": of(embedding, lambda t: setattr(t, "data", b"\xff" * len(t.data))),
        "norms that are no numbers": of(norm, lambda t: setattr(t, "data", nan * (len(t.data) // 4))),
        "rope factors from nowhere": lambda document: document.tensors.append(
            _tensor(document, b"rope_freqs.weight", [3], b"\xff" * 12)
        ),
        "short bias": lambda document: document.tensors.append(_tensor(document, b"blk.0.attn_q.bias", [1], b"\0" * 4)),
    }
    for name in (embedding, query, norm, "blk.0.ffn_down.weight"):
        found[f"without {name}"] = gone(name)
    return found


def _tensor(document: Document, name: bytes, shape: list[int], data: bytes) -> Any:
    tensor = document.copy().tensors[0]
    tensor.name, tensor.shape, tensor.kind, tensor.data = name, shape, 0, data
    return tensor


def _of_the_template() -> dict[str, Change]:
    found: dict[str, Change] = {
        f"template: {name}": _setting("tokenizer.chat_template", STRING, source.encode("utf-8", "surrogateescape"))
        for name, source in _TEMPLATES.items()
    }
    found["template as a number"] = _setting("tokenizer.chat_template", UINT32, 7)
    return found


def _strings(value: bytes) -> list[bytes]:
    """Returns the items of a packed array of text."""
    _, count = struct.unpack_from("<IQ", value)
    at, found = 12, []
    for _ in range(count):
        (length,) = struct.unpack_from("<Q", value, at)
        found.append(value[at + 8 : at + 8 + length])
        at += 8 + length
    return found
