"""Markdown tokens to the small HTML subset that the window shows, and to plain text for copying and reading aloud.

Everything is written from here, tag by tag; a text is always escaped, and no tag that could make Qt fetch
something (an image, a background, a style) exists in this file.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from app import i18n
from app.markup import addresses

if TYPE_CHECKING:
    from markdown_it.token import Token

TAGS: Final = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code var em strong s a br hr".split()  # noqa: SIM905
)
"""Every tag that can appear in the HTML. ``var`` holds the source of a formula and nothing else."""
FORMULA: Final = re.compile("<var>(.*?)</var>")

_INNER_SPACES: Final = re.compile(r"(?<= ) |^ | $")


def escaped(text: str) -> str:
    """Returns ``text`` as HTML that shows its lines."""
    return html.escape(text).replace("\n", "<br>")


def formula(source: str) -> str:
    """Returns a formula's source as HTML, marked so that the window can put a drawing in its place."""
    return f"<var>{escaped(source)}</var>"


def paragraph(text: str) -> str:
    """Returns ``text`` as one paragraph of HTML, as it is written."""
    return f"<p>{escaped(text)}</p>"


def block_html(tokens: Sequence[Token]) -> str:
    """Returns the HTML of one top-level block."""
    return "".join(_block_tag(token) for token in tokens)


def _block_tag(token: Token) -> str:
    from app.markup import maths  # late: it imports markdown-it

    if token.type == "inline":
        return inline_html(token.children or [])
    if token.hidden:
        return ""
    if token.type in ("fence", "code_block"):
        return f"<pre>{html.escape(token.content.rstrip(chr(10)))}</pre>"
    if token.type in ("tr_open", "tr_close"):  # a table inside a list or a quote: its rows as paragraphs
        return "<p>" if token.nesting == 1 else "</p>"
    if token.type in ("th_close", "td_close"):
        return " | "
    if token.type == "ordered_list_open":
        start = int(token.attrs.get("start", 1))
        return "<ol>" if start == 1 else f'<ol start="{start}">'
    if token.type == "math_block" and maths.inside(token.content):
        return f"<p>{formula(token.content)}</p>"
    if token.tag in TAGS and token.tag != "code":
        return f"</{token.tag}>" if token.nesting == -1 else f"<{token.tag}>"
    return paragraph(token.content) if token.content else ""


def inline_html(tokens: Sequence[Token]) -> str:
    """Returns the HTML of inline tokens."""
    parts: list[str] = []
    links: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            address = addresses.link(token)
            links.append("</a>" if address else html.escape(addresses.shown_after(token)))
            parts.append(f'<a href="{html.escape(address)}">' if address else "")
        elif token.type == "link_close":
            parts.append(links.pop() if links else "")
        else:
            parts.append(_inline_tag(token))
    return "".join(parts)


def _inline_tag(token: Token) -> str:
    if token.type == "code_inline":
        return f"<code>{_INNER_SPACES.sub('&nbsp;', html.escape(token.content))}</code>"
    if token.type in ("softbreak", "hardbreak"):
        return "<br>"
    if token.type.startswith("math_inline"):
        return formula(_inline_text(token))
    if token.nesting and token.tag in TAGS:
        return f"<{token.tag}>" if token.nesting == 1 else f"</{token.tag}>"
    return escaped(_inline_text(token))


def _inline_text(token: Token) -> str:
    """Returns what one inline token says, without its looks."""
    if token.type == "image":
        alt = inline_text(token.children or [])
        return i18n.text("markup.image", alt=alt) if alt else i18n.text("markup.image_unnamed")
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type.startswith("math_inline"):
        from app.markup import maths

        return maths.source(token.content, token.markup)
    return token.content


def inline_text(tokens: Sequence[Token]) -> str:
    """Returns inline tokens as plain text; an address that is not a link follows its words in parentheses."""
    parts: list[str] = []
    suffixes: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            suffixes.append("" if addresses.link(token) else addresses.shown_after(token))
        elif token.type == "link_close":
            parts.append(suffixes.pop() if suffixes else "")
        else:
            parts.append(_inline_text(token))
    return "".join(parts)


def text_of(inline: str) -> str:
    """Returns the plain text of HTML that `inline_html` wrote."""
    return html.unescape(re.sub(r"<[^>]*>", "", inline.replace("<br>", "\n"))).replace("\xa0", " ")
