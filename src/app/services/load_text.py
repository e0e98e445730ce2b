"""Says in one sentence what a load had to make smaller, and in another what a person should know of its context."""

from __future__ import annotations

from app import i18n
from app.domain.language_model import ModelInfo
from app.domain.load_memory import Reduced, Reduction


def load_notice(info: ModelInfo) -> str:
    """Returns what to tell of a load, empty where it went as it was wanted."""
    short = [_part(entry, info) for entry in info.reduced if entry.what is not Reduced.DEVICE]
    sentences = []
    if any(entry.what is Reduced.DEVICE for entry in info.reduced):
        sentences.append(i18n.text("load.device_missing"))
    if short:
        sentences.append(i18n.text("load.reduced", parts=i18n.text("load.and").join(short)))
    if _is_beyond_training(info):
        sentences.append(i18n.text("load.beyond_training", n_ctx=f"{info.n_ctx:,}", trained=f"{info.n_ctx_train:,}"))
    return " ".join(sentences)


def _part(entry: Reduction, info: ModelInfo) -> str:
    if entry.what is Reduced.LAYERS:
        key = "load.layers" if entry.given else "load.layers_none"
        return i18n.text(key, given=entry.given, layers=info.layers)
    return i18n.text(f"load.{entry.what}", given=f"{entry.given:,}", wanted=f"{entry.wanted:,}")


def _is_beyond_training(info: ModelInfo) -> bool:
    """Whether the context is longer than the model learned to use, and nothing was set that stretches it."""
    is_scaled = info.request is not None and info.request.options.rope.kind not in ("", "none")
    return info.n_ctx_train > 0 and info.n_ctx > -(-info.n_ctx_train // 256) * 256 and not is_scaled
