"""Checking compares with every hash that is known, and each part of a split model."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from tests.library.made_stores import cached, pulled, put, split

from app.domain.errors import ModelDamaged, ModelMissing
from app.library.library import Library
from app.paths import Paths


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)


def test_a_download_against_the_name_of_its_blob(full_library: Library, folders: Paths) -> None:
    link = cached(folders.hub_cache, "a/b-GGUF", "b-Q4_0.gguf")
    report = full_library.check("a/b-GGUF:Q4_0")
    assert report.is_hash_known
    assert report.sha256 == link.resolve().name
    flip(link)
    with pytest.raises(ModelDamaged, match=link.resolve().name):
        full_library.check("a/b-GGUF:Q4_0")


def test_an_ollama_blob_against_its_digest(full_library: Library, home: Path) -> None:
    blob = pulled(home / ".ollama/models", "registry.ollama.ai/library/qwen3/1b")
    assert full_library.check("qwen3:1b").is_hash_known
    flip(blob)
    with pytest.raises(ModelDamaged, match="SHA-256"):
        full_library.check("qwen3:1b")


def test_a_split_model_part_by_part(full_library: Library, tmp_path: Path) -> None:
    paths = split(tmp_path, "big", 3)
    name = full_library.adopt(paths[0]).name
    fractions: list[float] = []
    report = full_library.check(name, fractions.append)
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    assert (report.tensors, list(report.part_hashes), report.sha256) == (3, hashes, hashes[0])
    assert not report.is_hash_known
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    lines = [f"{digest}  {path.name}\n" for digest, path in zip(hashes, paths, strict=True)]
    put(tmp_path / "SHA256SUMS", "".join(lines).encode())
    assert full_library.check(name).is_hash_known
    flip(paths[2])
    with pytest.raises(ModelDamaged) as caught:
        full_library.check(name)
    assert caught.value.values["path"] == str(paths[2])


def test_parts_in_the_wrong_order_or_of_another_model(full_library: Library, tmp_path: Path) -> None:
    paths = split(tmp_path, "big", 3)
    first, second, third = (path.read_bytes() for path in paths)
    name = full_library.adopt(paths[0]).name
    paths[1].write_bytes(third)
    paths[2].write_bytes(second)
    with pytest.raises(ModelDamaged, match="not part 2 of 3"):
        full_library.check(name)
    paths[2].unlink()
    with pytest.raises(ModelMissing):
        full_library.check(name)
    alone = put(tmp_path / "alone.gguf", first)
    with pytest.raises(ModelDamaged, match="not part 1 of 1"):
        full_library.adopt(alone)
