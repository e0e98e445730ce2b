"""Takes a sound GGUF apart and writes it again with anything changed: what the corrupted variants are made with."""

from __future__ import annotations

import struct
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

UINT8, INT8, UINT16, INT16, UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY, UINT64, INT64, FLOAT64 = range(13)
_FORMATS: Final = {
    UINT8: "B",
    INT8: "b",
    UINT16: "H",
    INT16: "h",
    UINT32: "I",
    INT32: "i",
    FLOAT32: "f",
    BOOL: "?",
    UINT64: "Q",
    INT64: "q",
    FLOAT64: "d",
}
_ALIGNMENT: Final = 32


@dataclass
class TensorEntry:
    """One tensor's info and its bytes; ``offset`` None means: where it belongs."""

    name: bytes
    shape: list[int]
    kind: int
    data: bytes
    offset: int | None = None


def packed(kind: int, value: Any) -> bytes:
    """Returns a value as it stands in a file; text may be given as bytes that are no UTF-8, an array as
    (kind of its items, items).
    """
    if kind == STRING:
        content = value.encode() if isinstance(value, str) else value
        return struct.pack("<Q", len(content)) + content
    if kind == ARRAY:
        of, items = value
        return struct.pack("<IQ", of, len(items)) + b"".join(packed(of, item) for item in items)
    return struct.pack(f"<{_FORMATS[kind]}", value)


@dataclass
class Document:
    """The parts of a GGUF: ``entries`` are (key, kind, packed value), in the order of the file."""

    version: int = 3
    entries: list[tuple[bytes, int, bytes]] = field(default_factory=list)
    tensors: list[TensorEntry] = field(default_factory=list)
    magic: bytes = b"GGUF"
    entry_count: int | None = None
    tensor_count: int | None = None
    tail: bytes = b""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Takes apart a file that is known to be sound."""
        reader = _Reader(path.read_bytes())
        made = cls(version=reader.number("I", skip=4))
        n_tensors, n_entries = reader.number("Q"), reader.number("Q")
        for _ in range(n_entries):
            key, kind = reader.text(), reader.number("I")
            begin = reader.at
            reader.skip(kind)
            made.entries.append((key, kind, reader.content[begin : reader.at]))
        infos = []
        for _ in range(n_tensors):
            name, n_dimensions = reader.text(), reader.number("I")
            shape = [reader.number("Q") for _ in range(n_dimensions)]
            infos.append((name, shape, reader.number("I"), reader.number("Q")))
        data = reader.content[-(-reader.at // _ALIGNMENT) * _ALIGNMENT :]
        ends = [offset for _, _, _, offset in infos[1:]] + [len(data)]
        made.tensors = [
            TensorEntry(name, shape, kind, data[offset:end])
            for (name, shape, kind, offset), end in zip(infos, ends, strict=True)
        ]
        return made

    def copy(self) -> Document:
        """Returns one that can be changed alone."""
        return deepcopy(self)

    def put(self, key: str, kind: int, value: Any) -> None:
        """Sets an entry, in the place of the one with its key."""
        self.put_raw(key, kind, packed(kind, value))

    def put_raw(self, key: str, kind: int, value: bytes) -> None:
        """Sets an entry to bytes that need not be of its kind."""
        entry = (key.encode(), kind, value)
        places = [at for at, (known, _, _) in enumerate(self.entries) if known == entry[0]]
        if places:
            self.entries[places[0]] = entry
        else:
            self.entries.append(entry)

    def drop(self, key: str) -> None:
        """Takes an entry out."""
        self.entries = [entry for entry in self.entries if entry[0] != key.encode()]

    def value(self, key: str) -> bytes:
        """Returns the packed value of an entry. Raises KeyError."""
        return {known: value for known, _, value in self.entries}[key.encode()]

    def tensor(self, name: str) -> TensorEntry:
        """Returns a tensor to be changed. Raises KeyError."""
        return {tensor.name: tensor for tensor in self.tensors}[name.encode()]

    def header(self) -> bytes:
        """Returns all that stands before the tensors' data, without the padding."""
        made = self.magic + struct.pack("<I", self.version)
        made += struct.pack("<Q", len(self.tensors) if self.tensor_count is None else self.tensor_count)
        made += struct.pack("<Q", len(self.entries) if self.entry_count is None else self.entry_count)
        for key, kind, value in self.entries:
            made += struct.pack("<Q", len(key)) + key + struct.pack("<I", kind) + value
        at = 0
        for tensor in self.tensors:
            made += struct.pack("<Q", len(tensor.name)) + tensor.name + struct.pack("<I", len(tensor.shape))
            made += struct.pack(f"<{len(tensor.shape)}Q", *tensor.shape)
            made += struct.pack("<IQ", tensor.kind, at if tensor.offset is None else tensor.offset)
            at += -(-len(tensor.data) // _ALIGNMENT) * _ALIGNMENT
        return made

    def content(self) -> bytes:
        """Returns the whole file."""
        header = self.header()
        data = b"".join(tensor.data + b"\0" * (-len(tensor.data) % _ALIGNMENT) for tensor in self.tensors)
        return header + b"\0" * (-len(header) % _ALIGNMENT) + data + self.tail


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def number(self, kind: str, skip: int = 0) -> int:
        self.at += skip
        found: int = struct.unpack_from(f"<{kind}", self.content, self.at)[0]
        self.at += struct.calcsize(f"<{kind}")
        return found

    def text(self) -> bytes:
        length = self.number("Q")
        self.at += length
        return self.content[self.at - length : self.at]

    def skip(self, kind: int) -> None:
        if kind == STRING:
            self.text()
        elif kind == ARRAY:
            of, count = self.number("I"), self.number("Q")
            for _ in range(count):
                self.skip(of)
        else:
            self.at += struct.calcsize(f"<{_FORMATS[kind]}")
