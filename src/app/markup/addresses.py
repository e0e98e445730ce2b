"""Which addresses in a reply may be clicked: the web's and mail's, nothing that reaches into this machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markdown_it.token import Token

_CLICKABLE: Final = re.compile(r"(?i:https?://[^/\\\s]|mailto:[^/\\\s])[^\s\x00-\x20]*")


def is_clickable(address: str) -> bool:
    """Tells whether ``address`` is http, https or mailto, with something behind it."""
    return _CLICKABLE.fullmatch(address) is not None


def link(token: Token) -> str:
    """Returns the address of a `link_open` token, or "" where it may not be clicked."""
    address = str(token.attrs.get("href", ""))
    return address if is_clickable(address) else ""


def shown_after(token: Token) -> str:
    """Returns what is written behind the words of a link that may not be clicked: its address in parentheses."""
    address = str(token.attrs.get("href", ""))
    return "" if token.info == "auto" or not address else f" ({address})"
