"""Reads the header of a GGUF in milliseconds: what the model is, and whether its tensors are within the file.

Written after the specification, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. The arrays (mostly the
vocabulary) are passed over but for short ones of whole numbers; nothing is believed that the file's size contradicts.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import BinaryIO, Final

from app import i18n
from app.domain.errors import ModelDamaged, ModelMissing, ModelRefused, ModelTruncated, NotGguf
from app.library.byte_reader import ByteReader, FileEnds
from app.library.tensor_types import FILE_TYPES, TENSOR_TYPES, TensorType

Scalar = int | float | bool | str

MAGIC: Final = b"GGUF"
VERSIONS: Final = (2, 3)
DEFAULT_ALIGNMENT: Final = 32
MOST_ENTRIES: Final = 65_536
MOST_DIMENSIONS: Final = 4
LONGEST_KEY: Final = 65_535
LONGEST_STRING: Final = 1 << 30
MOST_TEXT: Final = 16 << 20
MOST_TOKENS: Final = 1 << 20
#: As many numbers as a model can have layers.
MOST_KEPT: Final = 512
#: How a vocabulary of SentencePiece writes a line break.
NEWLINE_TOKENS: Final = (b"<0x0A>", b"\n")
WORD_PIECE: Final = "bert"
#: The type of a token that is a single byte, ``LLAMA_TOKEN_TYPE_BYTE`` of ``llama.h``.
BYTE_TOKEN: Final = 6
_GUESSED: Final = 1024
_INT32: Final = 5
_STRING, _ARRAY = 8, 9
_SCALARS: Final = {
    0: struct.Struct("<B"),
    1: struct.Struct("<b"),
    2: struct.Struct("<H"),
    3: struct.Struct("<h"),
    4: struct.Struct("<I"),
    5: struct.Struct("<i"),
    6: struct.Struct("<f"),
    7: struct.Struct("<?"),
    10: struct.Struct("<Q"),
    11: struct.Struct("<q"),
    12: struct.Struct("<d"),
}
_WHOLE: Final = (0, 1, 2, 3, 4, 5, 10, 11)


@dataclass(frozen=True)
class TensorInfo:
    """One tensor: ``shape`` as in the file (fastest first), ``offset`` from the beginning of the tensor data."""

    name: str
    shape: tuple[int, ...]
    type: TensorType
    offset: int

    @cached_property
    def elements(self) -> int:
        """How many values it has."""
        return prod(self.shape)

    @property
    def bytes(self) -> int:
        """The room it takes in the file."""
        return self.elements // self.type.block_size * self.type.block_bytes


@dataclass(frozen=True)
class GgufHeader:
    """What a GGUF says of itself. ``array_lengths`` has the length of each array; ``number_arrays`` the content of
    short ones of whole numbers, which have a number for each layer.

    ``has_repeated_tokens``, ``has_newline_token`` (as a byte, or itself) and ``has_words_and_bytes`` (a WordPiece
    vocabulary with tokens for single bytes, which it cannot have) are known where the vocabulary was read.
    """

    version: int
    metadata: Mapping[str, Scalar]
    array_lengths: Mapping[str, int]
    number_arrays: Mapping[str, tuple[int, ...]]
    has_repeated_tokens: bool
    tensors: tuple[TensorInfo, ...]
    data_offset: int
    file_bytes: int
    has_newline_token: bool = True
    has_words_and_bytes: bool = False

    @property
    def architecture(self) -> str:
        """The name llama.cpp knows the architecture by."""
        return self.text("general.architecture")

    @property
    def context_length(self) -> int:
        """Tokens it was trained for, 0 where it does not say."""
        return self.number(f"{self.architecture}.context_length")

    @cached_property
    def parameters(self) -> int:
        """How many weights it has."""
        return sum(tensor.elements for tensor in self.tensors)

    @cached_property
    def bytes_by_type(self) -> dict[str, int]:
        """Bytes of the tensors of each type, the heaviest first."""
        found: Counter[str] = Counter()
        for tensor in self.tensors:
            found[tensor.type.name] += tensor.bytes
        return dict(found.most_common())

    @property
    def quantization(self) -> str:
        """The quantization of the file as it says, else that of most of its bytes."""
        kind = self.number("general.file_type", -1)
        return FILE_TYPES.get(kind & ~_GUESSED if kind >= 0 else kind) or next(iter(self.bytes_by_type), "")

    @property
    def has_chat_template(self) -> bool:
        """Whether it brings a template of its own."""
        return bool(self.text("tokenizer.chat_template"))

    def text(self, key: str) -> str:
        """Returns a text of the metadata, empty where there is none."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else ""

    def numbers(self, key: str, count: int, default: int = 0) -> tuple[int, ...]:
        """Returns ``count`` whole numbers, such as one for each layer: of an array, or the same one each time.

        An array of another length gives the default ``count`` times.
        """
        found = self.number_arrays.get(key)
        if found is None:
            return (self.number(key, default),) * count
        return found if len(found) == count else (default,) * count

    def number(self, key: str, default: int = 0) -> int:
        """Returns a whole number of the metadata."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else default


def read_header(path: Path, *, is_vocabulary_read: bool = False) -> GgufHeader:
    """Reads the header of ``path``; only with ``is_vocabulary_read`` are repeated tokens found (slower).

    Raises ModelMissing, NotGguf, ModelTruncated, ModelDamaged, and ModelRefused where it may not be read.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            return _Parser(path, stream, size, is_vocabulary_read).parse()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelMissing(path=path) from error
    except IsADirectoryError as error:
        raise NotGguf(path=path) from error
    except OSError as error:
        raise ModelRefused(path=path, log=error.strerror or error) from error
    except FileEnds as error:
        raise ModelTruncated(path=path, missing=error.missing) from error


class _Parser:
    def __init__(self, path: Path, stream: BinaryIO, size: int, is_vocabulary_read: bool) -> None:
        self._path = path
        self._size = size
        self._is_vocabulary_read = is_vocabulary_read
        self._reader = ByteReader(stream, size)
        self._metadata: dict[str, Scalar] = {}
        self._array_lengths: dict[str, int] = {}
        self._number_arrays: dict[str, tuple[int, ...]] = {}
        self._has_repeated_tokens = False
        self._has_newline_token = True
        self._has_words_and_bytes = False
        self._kept_text = 0

    def parse(self) -> GgufHeader:
        if self._size < len(MAGIC) or self._reader.take(len(MAGIC)) != MAGIC:
            raise NotGguf(path=self._path)
        version = self._reader.u32()
        if version not in VERSIONS:
            swapped = int.from_bytes(version.to_bytes(4, "little"), "big")
            raise self._damaged("big_endian" if swapped in VERSIONS else "version", version=version)
        tensor_count, entry_count = self._reader.u64(), self._reader.u64()
        if tensor_count > MOST_ENTRIES or entry_count > MOST_ENTRIES:
            raise self._damaged("counts", tensors=tensor_count, entries=entry_count)
        for _ in range(entry_count):
            self._read_entry()
        alignment = self._alignment()
        tensors = tuple(self._read_tensor() for _ in range(tensor_count))
        data_offset = -(-self._reader.offset // alignment) * alignment
        self._check_layout(tensors, alignment, data_offset)
        return GgufHeader(
            version,
            self._metadata,
            self._array_lengths,
            self._number_arrays,
            self._has_repeated_tokens,
            tensors,
            data_offset,
            self._size,
            self._has_newline_token,
            self._has_words_and_bytes,
        )

    def _read_entry(self) -> None:
        key = self._string(LONGEST_KEY)
        if key in self._metadata or key in self._array_lengths:
            raise self._damaged("repeated", name=key[:80])
        kind = self._reader.u32()
        if kind == _ARRAY:
            self._pass_array(key)
        elif kind == _STRING:
            self._metadata[key] = self._string(LONGEST_STRING)
        else:
            self._metadata[key] = self._scalar(kind)

    def _pass_array(self, key: str) -> None:
        kind, count = self._reader.u32(), self._reader.u64()
        self._array_lengths[key] = count
        if kind == _STRING:
            if count * 8 > self._reader.remaining:
                raise FileEnds(count * 8 - self._reader.remaining)
            if key != "tokenizer.ggml.tokens" or not self._is_vocabulary_read:
                self._reader.skip_strings(count)
            elif count > MOST_TOKENS:
                raise self._damaged("vocabulary", value=count)
            else:
                tokens, self._has_repeated_tokens = self._reader.different_strings(count)
                self._has_newline_token = not tokens.isdisjoint(NEWLINE_TOKENS)
        elif kind == _INT32 and self._is_types_of_words(key) and count <= MOST_TOKENS:
            types = self._reader.take(count * _SCALARS[kind].size)
            self._has_words_and_bytes = any(number == BYTE_TOKEN for (number,) in _SCALARS[kind].iter_unpack(types))
        elif kind in _WHOLE and count <= MOST_KEPT:
            content = self._reader.take(count * _SCALARS[kind].size)
            self._number_arrays[key] = tuple(number for (number,) in _SCALARS[kind].iter_unpack(content))
        elif kind in _SCALARS:
            self._reader.skip(count * _SCALARS[kind].size)
        else:
            raise self._damaged("value_type", type=kind)

    def _is_types_of_words(self, key: str) -> bool:
        is_word_piece = self._metadata.get("tokenizer.ggml.model") == WORD_PIECE
        return self._is_vocabulary_read and is_word_piece and key == "tokenizer.ggml.token_type"

    def _scalar(self, kind: int) -> Scalar:
        if kind not in _SCALARS:
            raise self._damaged("value_type", type=kind)
        packed = _SCALARS[kind]
        value: Scalar = packed.unpack(self._reader.take(packed.size))[0]
        return value

    def _string(self, longest: int) -> str:
        length = self._reader.u64()
        if length > longest:
            raise self._damaged("string", bytes=length)
        self._kept_text += length
        if self._kept_text > MOST_TEXT:
            raise self._damaged("metadata")
        return self._reader.take(length).decode("utf-8", "replace")

    def _read_tensor(self) -> TensorInfo:
        name = self._string(LONGEST_KEY)
        dimensions = self._reader.u32()
        if not 1 <= dimensions <= MOST_DIMENSIONS:
            raise self._damaged("dimensions", name=name[:80], count=dimensions)
        shape = tuple(self._reader.u64() for _ in range(dimensions))
        kind, offset = self._reader.u32(), self._reader.u64()
        found = TENSOR_TYPES.get(kind)
        if found is None:
            raise self._damaged("tensor_type", name=name[:80], type=kind)
        if min(shape) == 0 or prod(shape) >= 1 << 63 or shape[0] % found.block_size:
            raise self._damaged("shape", name=name[:80], shape=" × ".join(map(str, shape)))
        return TensorInfo(name, shape, found, offset)

    def _alignment(self) -> int:
        """Returns the alignment of the tensors; below 32 it ends llama.cpp's process."""
        value = self._metadata.get("general.alignment", DEFAULT_ALIGNMENT)
        if type(value) is not int or value < DEFAULT_ALIGNMENT or value & (value - 1) or value > 1 << 20:
            raise self._damaged("alignment", value=value)
        return value

    def _check_layout(self, tensors: tuple[TensorInfo, ...], alignment: int, data_offset: int) -> None:
        """The tensors follow each other in the order of their infos, each padded to the alignment."""
        expected = 0
        names: set[str] = set()
        for tensor in tensors:
            if tensor.name in names:
                raise self._damaged("repeated", name=tensor.name[:80])
            names.add(tensor.name)
            if tensor.offset != expected:
                raise self._damaged("offset", name=tensor.name[:80])
            expected += -(-tensor.bytes // alignment) * alignment
        end = data_offset + (tensors[-1].offset + tensors[-1].bytes if tensors else 0)
        if tensors and end > self._size:
            raise FileEnds(end - self._size)

    def _damaged(self, reason: str, **values: object) -> ModelDamaged:
        return ModelDamaged(path=self._path, reason=i18n.text(f"damage.{reason}", **values))
