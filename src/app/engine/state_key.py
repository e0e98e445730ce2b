"""Names everything that a KV state depends on, so that none is given to a context that is not alike."""

from __future__ import annotations

import hashlib
import json
import re
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from app.engine.llama_library import llama
from app.engine.model_loading import LoadedModel

FORMAT: Final = 1
"""Grows when what the files hold changes its meaning."""

SAMPLES: Final = 48
SAMPLE_BYTES: Final = 32 * 1024
HEADER_BYTES: Final = 512 * 1024

_SHA256: Final = re.compile(r"(?:sha256[-:])?([0-9a-f]{64})")
_PART: Final = re.compile(r"-00001-of-(\d{5})\.gguf")
_CONTEXT: Final = (
    "type_k", "type_v", "flash_attn_type", "swa_full", "kv_unified", "rope_scaling_type", "rope_freq_base",
    "rope_freq_scale", "yarn_ext_factor", "yarn_attn_factor", "yarn_beta_fast", "yarn_beta_slow", "yarn_orig_ctx",
)  # fmt: skip


def state_key(loaded: LoadedModel, model_fingerprint: str) -> str:
    """Returns the key of the states of ``loaded``: model, engine, context and template."""
    values: dict[str, Any] = {name: getattr(loaded.settings, name, None) for name in _CONTEXT}
    values |= {
        "format": FORMAT,
        "model": model_fingerprint,
        "engine": metadata.version("llama-cpp-python"),
        "build": llama.llama_print_system_info().decode("utf-8", "replace"),
        "n_ctx": loaded.info.n_ctx,
        "template": hashlib.sha256((loaded.template or "").encode("utf-8", "replace")).hexdigest(),
    }
    return json.dumps(values, sort_keys=True)


def fingerprint(path: Path) -> str:
    """Tells one model file from every other within milliseconds, all parts of a split one. Raises OSError.

    Where the file's name is its SHA-256, as in the Hub's cache and Ollama's store, that counts; else its size, the
    beginning and samples of the rest. The time of its last change always does.
    """
    digest = hashlib.sha256()
    for part in _parts(path):
        real = part.resolve()
        facts = real.stat()
        digest.update(f"{facts.st_size} {facts.st_mtime_ns} ".encode())
        known = _SHA256.fullmatch(real.name)
        digest.update(known.group(1).encode() if known else _samples(real, facts.st_size))
    return digest.hexdigest()


def _parts(path: Path) -> list[Path]:
    first = _PART.search(path.name)
    if not first:
        return [path]
    names = (path.name.replace(first.group(), f"-{number:05}-of-{first.group(1)}.gguf") for number in _numbers(first))
    return [path.with_name(name) for name in names]


def _numbers(first: re.Match[str]) -> range:
    return range(1, int(first.group(1)) + 1)


def _samples(path: Path, size: int) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        digest.update(stream.read(HEADER_BYTES))
        for number in range(1, SAMPLES + 1):
            stream.seek(max(0, size * number // SAMPLES - SAMPLE_BYTES))
            digest.update(stream.read(SAMPLE_BYTES))
    return digest.digest()
