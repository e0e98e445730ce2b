"""Says sizes, counts and names as people read them."""

from __future__ import annotations

from app import i18n
from app.domain.language_model import STARTER

bytes_text = i18n.size


def count_text(count: int) -> str:
    """Returns a number of parameters, for example "4.2M" or "7.6B"; "" for none."""
    if count <= 0:
        return ""
    for limit, unit in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if count >= limit:
            return f"{count / limit:.1f}{unit}"
    return str(count)


def model_name(name: str) -> str:
    """Returns the name of a model file as people read it; the starter has one in each language."""
    return i18n.text("models.starter") if name == STARTER else name
