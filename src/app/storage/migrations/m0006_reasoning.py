"""Version 6: how a conversation has its model reason, as JSON; NULL as the model does by itself."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = ("ALTER TABLE conversations ADD COLUMN thinking TEXT",)
