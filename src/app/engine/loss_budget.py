"""Sees to it that speculation costs next to nothing where it does not help: what drafts lost may not pass a share."""

from __future__ import annotations

from typing import Final

ALLOWED: Final = 0.01
"""Share of the time of generation that drafts may lose before there are no more of them."""

AT_FIRST: Final = 4
"""Tokens whose time may be lost before anything is known."""


class LossBudget:
    """What drafts gained and lost against one token after the other, over all replies of a session; in seconds."""

    def __init__(self) -> None:
        self.token_s = 0.0
        self._lost = 0.0
        self._spent = 0.0

    @property
    def allows_a_draft(self) -> bool:
        """Whether the losses so far are small beside the time spent."""
        return self.token_s > 0 and self._lost <= ALLOWED * self._spent + AT_FIRST * self.token_s

    def plain(self, n_tokens: int, seconds: float) -> None:
        """Notes tokens without a draft. Slow ones count little: something else took the processor then."""
        self._spent += seconds
        token_s = seconds / n_tokens
        self.token_s = token_s if not 0 < self.token_s < token_s else self.token_s + (token_s - self.token_s) / 8

    def drafted(self, n_tokens: int, n_evaluated: int, seconds: float) -> None:
        """Notes ``n_tokens`` that came of drafts for which ``n_evaluated`` were evaluated.

        Together those never take longer than one by one; what does, waited for the processor. A gain pays for losses
        before it, not for later ones.
        """
        self._spent += seconds
        self._lost = max(0.0, self._lost + min(seconds, n_evaluated * self.token_s) - n_tokens * self.token_s)
