"""Finds the models of Ollama: manifests that name blobs by their SHA-256.

Layout as in https://github.com/ollama/ollama/blob/main/server/modelpath.go and ``manifest.go``:
``manifests/<host>/<namespace>/<name>/<tag>`` is JSON whose layers have a media type, a digest and a size; a layer lies
in ``blobs/sha256-<digest>``. The JSON is not trusted: nothing outside ``blobs`` is ever reached by it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from app.library.folder_walk import Walk
from app.library.found_model import OLLAMA, FoundModel
from app.library.program_files import read_object
from app.library.surroundings import Surroundings

_MODEL: Final = "application/vnd.ollama.image.model"
_ADAPTER: Final = "application/vnd.ollama.image.adapter"
_DIGEST: Final = re.compile(r"sha256:([0-9a-f]{64})")
_DEFAULT_HOST, _DEFAULT_NAMESPACE = "registry.ollama.ai", "library"
_DEEPEST: Final = 3
_MOST_LAYERS: Final = 100


def ollama_models(surroundings: Surroundings) -> list[FoundModel]:
    """Returns Ollama's models under the names that Ollama shows; two tags of one blob are one model."""
    folders = [surroundings.folder("OLLAMA_MODELS", ".ollama/models")]
    folders += [surroundings.home / ".ollama" / "models"]
    folders += [surroundings.root / below for below in ("usr/share/ollama/.ollama/models", "var/lib/ollama/models")]
    found: dict[Path, FoundModel] = {}
    for folder in dict.fromkeys(folders):
        manifests = folder / "manifests"
        named = [(_name(path.relative_to(manifests).parts), path) for path in Walk().files(manifests, "", _DEEPEST)]
        for name, manifest in sorted(named, key=lambda entry: (entry[0].endswith(":latest"), entry[0])):
            blob = _blob(folder / "blobs", read_object(manifest)) if name else None
            if blob is not None and blob not in found:
                found[blob] = FoundModel(name, blob, OLLAMA, sha256=blob.name[-64:])
    return sorted(found.values(), key=lambda model: model.name)


def _name(place: tuple[str, ...]) -> str:
    """Returns ``name:tag`` with host and namespace before it where they are not the usual ones."""
    if len(place) != 4 or any(not part.isprintable() for part in place):
        return ""
    host, namespace, name, tag = place
    if host != _DEFAULT_HOST:
        return f"{host}/{namespace}/{name}:{tag}"
    return f"{name}:{tag}" if namespace == _DEFAULT_NAMESPACE else f"{namespace}/{name}:{tag}"


def _blob(blobs: Path, manifest: dict[str, Any]) -> Path | None:
    """Returns the complete blob of the model layer; None where there is none, or an adapter changes it."""
    layers = manifest.get("layers")
    if not isinstance(layers, list) or len(layers) > _MOST_LAYERS:
        return None
    known = [layer for layer in layers if isinstance(layer, dict)]
    if any(layer.get("mediaType") == _ADAPTER for layer in known):
        return None
    layer = next((layer for layer in known if layer.get("mediaType") == _MODEL), {})
    digest = layer.get("digest")
    matched = _DIGEST.fullmatch(digest) if isinstance(digest, str) else None
    if matched is None:
        return None
    for name in (f"sha256-{matched[1]}", f"sha256:{matched[1]}"):
        try:
            size = (blobs / name).stat().st_size
        except OSError:
            continue
        return blobs / name if size == layer.get("size", size) and (blobs / name).is_file() else None
    return None
