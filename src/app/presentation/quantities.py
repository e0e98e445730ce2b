"""Says sizes, counts and names as people read them."""

from __future__ import annotations

from app import i18n
from app.domain.language_model import STARTER

bytes_text = i18n.size
count_text = i18n.count


def model_name(name: str) -> str:
    """Returns the name of a model file as people read it; the starter has one in each language."""
    return i18n.text("models.starter") if name == STARTER else name
