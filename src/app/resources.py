"""Finds what ships with the program, in a source tree, an installed wheel and a frozen program alike."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path


@lru_cache
def assets() -> Path:
    """Returns the folder ``assets``. Raises FileNotFoundError where the installation is broken."""
    package = Path(__file__).resolve().parent
    frozen = Path(getattr(sys, "_MEIPASS", package))
    for candidate in (package / "assets", frozen / "assets", package.parents[1] / "assets"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"assets not found beside {package}")


def asset(*parts: str) -> Path:
    """Returns the path of one asset, for example ``asset("models", "starter.md")``."""
    return assets().joinpath(*parts)


def starter_model() -> Path:
    """Returns the path of the bundled model file."""
    return asset("models", "starter-Q4_K_M.gguf")
