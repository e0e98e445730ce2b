"""Writes the branch of a conversation that is shown as one HTML page that needs, and fetches, nothing else."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Final

from app import i18n
from app.domain.messages import ArchivedConversation, Message, Role
from app.exchange.markdown import author, branch, reasoning_of
from app.markup.blocks import Block, CodeBlock, MathsBlock, RichBlock, TableBlock, parse

_STYLE: Final = """
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
article { margin: 1.5rem 0; } article.user { border-left: 3px solid #3b6fd4; padding-left: 1rem; }
h2.author { font-size: .85rem; margin: 0 0 .25rem; opacity: .75; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8884; border-radius: 6px; }
code, pre { font: .9em/1.45 ui-monospace, monospace; }
table { border-collapse: collapse; } th, td { border: 1px solid #8886; padding: .25rem .6rem; text-align: start; }
blockquote, details { border-left: 3px solid #8886; margin-left: 0; padding-left: 1rem; opacity: .85; }
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""No script, no image, no font, nothing from anywhere: what a reply says stays words."""


def document(archived: ArchivedConversation) -> str:
    """Returns the page."""
    title = _title(archived)
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(i18n.language())}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>\n'
        f"<body>\n{chr(10).join(pieces(archived))}\n</body></html>\n"
    )


def pieces(archived: ArchivedConversation) -> Iterator[str]:
    """Gives what the page shows, without its looks: the title, the system prompt, and each message."""
    yield f"<h1>{_title(archived)}</h1>"
    if archived.conversation.system_prompt.strip():
        yield _folded(i18n.text("exchange.system_prompt"), archived.conversation.system_prompt)
    yield from map(_article, branch(archived))


def _title(archived: ArchivedConversation) -> str:
    return html.escape(" ".join(archived.conversation.title.split()))


def _article(message: Message) -> str:
    reasoning = reasoning_of(message)
    folded = _folded(i18n.text("exchange.reasoning"), reasoning) if reasoning else ""
    is_plain = message.role is Role.USER
    said = _plain(message.text) if is_plain else "\n".join(map(_block, parse(message.text)))
    heading = f'<h2 class="author">{html.escape(author(message))}</h2>'
    return f'<article class="{message.role}">{heading}\n{folded}{said}</article>'


def _folded(summary: str, text: str) -> str:
    return f"<details><summary>{html.escape(summary)}</summary>{_plain(text)}</details>"


def _plain(text: str) -> str:
    """Returns a text as it was written. Its line ends are marked up for what does not know of ``white-space``."""
    return f'<p class="plain">{html.escape(text).replace(chr(10), "<br>")}</p>'


def _block(block: Block) -> str:
    match block:
        case CodeBlock(code=code):
            return f"<pre><code>{html.escape(code)}</code></pre>"
        case TableBlock(header=header, rows=rows):
            return f"<table>{_row('th', header)}{''.join(_row('td', row) for row in rows)}</table>"
        case RichBlock(html=rich):
            return rich
        case MathsBlock(source=source):
            return _plain(source)


def _row(tag: str, cells: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"
