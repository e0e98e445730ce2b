"""Nothing in a reply can fetch anything, run anything or look like more than text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.markup import rich_text
from app.markup.blocks import RichBlock, TableBlock, parse

HOSTILE = [
    "<img src=http://127.0.0.1/x>",
    "<IMG SRC='http://127.0.0.1/x'/>",
    "![x](http://127.0.0.1/x.png)",
    '![x](http://127.0.0.1/x.png "title")',
    "![x](data:image/png;base64,AAAA)",
    "![x](file:///etc/passwd)",
    "[![x](http://127.0.0.1/x.png)](http://127.0.0.1/)",
    "<table background=http://127.0.0.1/x><tr><td>1</td></tr></table>",
    "<p style='background-image:url(http://127.0.0.1/x)'>",
    "<style>p { background: url(http://127.0.0.1/x) }</style>",
    "<link rel=stylesheet href=http://127.0.0.1/x>",
    "<script>alert(1)</script>",
    "<!-- <img src=http://127.0.0.1/x> -->",
    "&lt;img src=http://127.0.0.1/x&gt;",
    "&#60;img src=http://127.0.0.1/x&#62;",
    "`<img src=http://127.0.0.1/x>`",
    "$<img src=http://127.0.0.1/x>$",
    "$$\n<img src=http://127.0.0.1/x>\n$$",
    "- <img src=http://127.0.0.1/x>\n\n      <img src=http://127.0.0.1/x>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)",
    "[x](<file:///C:/Windows>)",
    r"[x](\\\\server\\share)",
    "[x](//server/share)",
    "[x](qrc:/qt/qml)",
    "[x](relative/path)",
    "[x](#anchor)",
    "[x](http:file)",
    "<javascript:alert(1)>",
    "<file:///etc/passwd>",
    '[x](http://e.x/"onclick="alert(1))',
    "[x](http://e.x/\"><img src='http://127.0.0.1/'>)",
    'a|b\n-|-\n<img src=http://127.0.0.1/x>|![x](http://127.0.0.1/x)\n[x](file:///a)|"',
    "\u202egnp.exe\u202c [\u2066x\u2069](http://e.x)",
    "\ufdd0\ufdd1\ufffc\0",
]
PIECES = [*HOSTILE, '"', "'", "<", ">", "](", "[", "`", "\n\n", "\n", "- ", "> ", "|", "a|b\n-|-\n", "**", "http://e.x"]


class Reader(HTMLParser):
    """Collects the tags and attributes that a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


def all_html(text: str) -> list[str]:
    found: list[str] = []
    for block in parse(text):
        if isinstance(block, RichBlock):
            found.append(block.html)
        elif isinstance(block, TableBlock):
            found += [cell for row in (block.header, *block.rows) for cell in row]
    return found


def assert_safe(html: str) -> None:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    for tag, attributes in reader.tags:
        assert tag in rich_text.TAGS
        if tag == "a":
            assert list(attributes) == ["href"]
            assert re.match(r"(?i)(https?://|mailto:)[^/\\]", attributes["href"] or "")
        elif tag == "ol":
            assert set(attributes) <= {"start"}
            assert (attributes.get("start") or "1").isdigit()
        else:
            assert attributes == {}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(text: str) -> None:
    for html in all_html(text):
        assert_safe(html)
        outside = re.sub(r"&[a-z]+;", "", html)
        assert "<img" not in outside
        assert "<table" not in outside


@pytest.mark.parametrize("text", HOSTILE[19:32])
def test_hostile_address_is_no_link(text: str) -> None:
    assert all("<a" not in html for html in all_html(text))


def test_address_that_is_no_link_is_still_seen() -> None:
    assert parse("[x](file:///a)")[0].plain() == "x (file:///a)"


def test_image_becomes_its_description() -> None:
    assert [block.plain() for block in parse("![a *cat*](http://e.x/c.png) ![](http://e.x)")] == [
        "[image: a cat] [image]"
    ]


@settings(deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=20).map("".join)))
def test_any_text_gives_allowed_tags_only(text: str) -> None:
    for html in all_html(text):
        assert_safe(html)


@pytest.mark.parametrize("character", ["\0", "\ud800", "\ufdd0", "\ufdd1", "\ufffc"])
def test_characters_that_qt_cannot_show_are_replaced(character: str) -> None:
    text = f"a{character}b\n\n```\nc{character}d\n```\n\n[x](http://e.x/{character})"
    assert all(character not in block.plain() for block in parse(text))
    assert parse(text)[0].plain() == "a\ufffdb"
