"""The one error of set-up: something that a person can put right, with the sentence that says how."""

from __future__ import annotations


class SetupError(Exception):
    """Set-up cannot go on. ``remedy`` is the sentence that says what to do."""

    def __init__(self, text: str, remedy: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.text} {self.remedy}".strip()
