"""Writes the measured figures into the model card, so that no number in its table is typed by hand.

python -m recipe.card
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from recipe import places
from recipe.evaluate import HAND_WRITTEN
from recipe.subjects import APP, PERSONALITY, TALK, UNKNOWN

CARD = places.SHIPPED.with_name("starter.md")
BEGIN, END = "<!-- figures: written by recipe.card -->", "<!-- end of figures -->"
_ROWS = {
    HAND_WRITTEN: "questions written by hand for this examination",
    APP: "guide to the app, held out",
    TALK: "small talk, held out",
    PERSONALITY: "personality, held out",
    UNKNOWN: "beyond its knowledge (it should say so), held out",
}


def table() -> str:
    """Return the figures of the shipped file and of the first training as Markdown."""
    figures = _read(places.FIGURES)
    first = _read(places.FIRST_FIGURES)
    lines = [
        f"`{figures['file']}`: {figures['bytes']:,} bytes, SHA-256 `{figures['sha256']}`.",
        "",
        f"Right subject, {figures['decoding']}:",
        "",
        "| questions | shipped | first training |",
        "|---|---|---|",
    ]
    lines += [
        f"| {name} | {_share(figures['groups'][group])} | {_share(first['groups'][group])} |"
        for group, name in _ROWS.items()
    ]
    asked = sum(score["asked"] for score in figures["groups"].values())
    own_words = sum(score["own_words"] for score in figures["groups"].values())
    lines += ["", f"Of the {asked} replies, {asked - own_words} were word for word a prepared answer."]
    return "\n".join(lines)


def filled(card: str) -> str:
    """Return the card with the present table between its marks."""
    before, _, rest = card.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _share(score: dict[str, int]) -> str:
    return f"{score['right']} of {score['asked']}"


def _read(path: Path) -> dict[str, Any]:
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures


def main() -> None:
    """Fill the card in place."""
    CARD.write_text(filled(CARD.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
