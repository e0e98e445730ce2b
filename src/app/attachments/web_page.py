"""A web page as text: what a reader sees of it, with headings, lists and links as Markdown writes them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from app.attachments import plain_text

_UNSEEN: Final = frozenset({"script", "style", "template", "svg", "iframe", "object", "canvas", "title", "select"})
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tr", "ul",
})  # fmt: skip
_LINES: Final = frozenset({"li", "tr", "dt", "dd"})
_HEADINGS: Final = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-z0-9_-]{2,20})", re.IGNORECASE)
_ENCODINGS: Final = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932",
    "euc-jp": "euc_jp", "euc-kr": "cp949", "windows-1251": "cp1251", "koi8-r": "koi8_r", "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
}  # fmt: skip
_SPACES: Final = re.compile(r"[ \t\r\n\f\xa0]+")
_BLANK_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_DECLARED_WITHIN: Final = 2048


def read(data: bytes) -> str:
    """Returns the text of a page. Raises what `plain_text.decode` does."""
    page = _Page()
    page.feed(_decoded(data))
    page.close()
    return page.text


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data[:_DECLARED_WITHIN])
    encoding = _ENCODINGS.get(declared.group(1).decode("ascii").lower()) if declared else None
    if encoding:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:  # what it declares is not what it is
            pass
    return plain_text.decode(data)


class _Page(HTMLParser):
    """Collects pieces; how deep elements are nested is never on a stack."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._unseen = ""
        self._unseen_depth = 0
        self._verbatim = 0
        self._link = ""

    @property
    def text(self) -> str:
        """All that was seen, with one empty line between blocks at most."""
        return _BLANK_LINES.sub("\n\n", "".join(self._pieces)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen:
            self._unseen_depth += tag == self._unseen
        elif tag in _UNSEEN:
            self._unseen, self._unseen_depth = tag, 1
        elif tag == "br":
            self._pieces.append("\n")
        elif tag in ("td", "th"):
            self._pieces.append(" | ")
        elif tag == "a":
            self._end_link()
            address = dict(attrs).get("href") or ""
            self._link = (
                address.strip() if address.strip().lower().startswith(("http://", "https://", "mailto:")) else ""
            )
            if self._link:
                self._pieces.append("[")
        elif tag in _BLOCKS:
            self._begin_block(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            self._unseen_depth -= tag == self._unseen
            if not self._unseen_depth:
                self._unseen = ""
        elif tag == "a":
            self._end_link()
        elif tag in _BLOCKS:
            self._end_link()
            if tag == "pre" and self._verbatim:
                self._verbatim -= 1
                self._pieces.append("\n```")
            self._end_block(tag)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._verbatim:
            self._pieces.append(data)
            return
        text = _SPACES.sub(" ", data)
        at_start = not self._pieces or self._pieces[-1].endswith(("\n", " "))
        if shown := text.lstrip(" ") if at_start else text:
            self._pieces.append(shown)

    def _begin_block(self, tag: str) -> None:
        self._end_link()
        self._end_block(tag)
        if tag in _HEADINGS:
            self._pieces.append(_HEADINGS[tag])
        elif tag == "li":
            self._pieces.append("- ")
        elif tag == "pre":
            self._verbatim += 1
            self._pieces.append("```\n")

    def _end_block(self, tag: str) -> None:
        if tag not in _LINES:
            self._pieces.append("\n\n")
        elif self._pieces and not self._pieces[-1].endswith("\n"):
            self._pieces.append("\n")

    def _end_link(self) -> None:
        if self._link:
            self._pieces.append(f"]({self._link})")
            self._link = ""
