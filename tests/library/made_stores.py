"""Makes the folders of other programs as they lie on a person's disk, with small model files in them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.library.gguf_bytes import Gguf, Tensor, named, whole


def gguf(architecture: str = "llama", tensor_bytes: int = 512, extra: list[bytes] | None = None) -> bytes:
    """Returns a sound model file; another ``tensor_bytes`` (a multiple of 128) makes another content."""
    made = Gguf(tensors=[Tensor(shape=(32, tensor_bytes // 128), bytes=tensor_bytes)])
    made.entries[0] = named("general.architecture", architecture)
    made.entries += extra or []
    return made.content()


def put(path: Path, content: bytes = b"") -> Path:
    """Writes a file and the folders above it; without ``content`` a sound model file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content or gguf())
    return path


def split(folder: Path, stem: str, count: int, missing: int = 0) -> list[Path]:
    """Writes a split model of ``count`` parts, with 128 bytes of tensor in each; part ``missing`` is left out."""
    paths = [folder / f"{stem}-{number:05}-of-{count:05}.gguf" for number in range(1, count + 1)]
    for number, path in enumerate(paths):
        made = Gguf(tensors=[Tensor(f"blk.{number}.ffn_up.weight", (32, 1), bytes=128)])
        made.entries = made.entries if number == 0 else []
        made.entries += [whole("split.no", number), whole("split.count", count), whole("split.tensors.count", count)]
        if number + 1 != missing:
            put(path, made.content())
    return paths


def cached(cache: Path, repository: str, file: str, content: bytes = b"", commit: str = "c0ffee") -> Path:
    """Puts a file into a Hugging Face cache and returns its path in the snapshot."""
    content = content or gguf()
    folder = cache / f"models--{repository.replace('/', '--')}"
    blob = put(folder / "blobs" / hashlib.sha256(content).hexdigest(), content)
    link = folder / "snapshots" / commit / file
    link.parent.mkdir(parents=True, exist_ok=True)
    up = "../" * (len(Path(file).parts) + 1)
    link.symlink_to(f"{up}blobs/{blob.name}")
    put(folder / "refs" / "main", commit.encode())
    return link


def pulled(store: Path, name: str, content: bytes = b"", layer: dict[str, object] | None = None) -> Path:
    """Puts a model into an Ollama store (``name`` is host/namespace/name/tag) and returns its blob."""
    content = content or gguf()
    digest = hashlib.sha256(content).hexdigest()
    blob = put(store / "blobs" / f"sha256-{digest}", content)
    said = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}", "size": len(content)}
    manifest = {"layers": [{"mediaType": "application/vnd.ollama.image.license"}, {**said, **(layer or {})}]}
    put(store / "manifests" / name, json.dumps(manifest).encode())
    return blob
