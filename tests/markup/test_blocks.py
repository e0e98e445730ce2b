"""Blocks: what Markdown becomes, and that a stream ends where a whole text does."""

from __future__ import annotations

import csv
import io
import itertools
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.markup import blocks
from app.markup.blocks import Block, BlockStream, CodeBlock, MathsBlock, RichBlock, TableBlock, parse
from app.markup.dialect import dialect

PIECES = [
    "word", "词", " ", "  ", "    ", "\n", "\n\n", "\t", "**", "*", "_", "~~", "`", "``", "```", "```py\n", "\n```\n",
    "~~~", "# ", "## ", "- ", "* ", "1. ", "2) ", "> ", "| ", "|", "a|b\n-|-\n", "\n--|--\n", "---\n", "===\n",
    "$", "$$", "$$\n", "\\(", "\\)", "\\[", "\\]", "[", "](", ")", "![", "http://e.x/", "<", ">", "&lt;", "[ ] ", "x",
]  # fmt: skip
markdown = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))


def only(text: str) -> Block:
    found = parse(text)
    assert len(found) == 1, found
    return found[0]


def rich(text: str) -> str:
    block = only(text)
    assert isinstance(block, RichBlock)
    return block.html


def pieces(text: str, cuts: list[int]) -> list[str]:
    """Cuts ``text`` at the given positions, taken modulo its length."""
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[begin:end] for begin, end in itertools.pairwise(places)]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain *a* **b** ~~c~~", "<p>plain <em>a</em> <strong>b</strong> <s>c</s></p>"),
        ("# One", "<h1>One</h1>"),
        ("###### Six", "<h6>Six</h6>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("- a\n- b\n  1. c", "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("- [ ] a\n- [x] b", "<ul><li>☐ a</li><li>☑ b</li></ul>"),
        ("> a", "<blockquote><p>a</p></blockquote>"),
        ("***", "<hr>"),
        ("- a\n\n  ```py\n  x < 1\n  ```", "<ul><li><p>a</p><pre>x &lt; 1</pre></li></ul>"),
        ("`std::vector<int> v`", "<p><code>std::vector&lt;int&gt; v</code></p>"),
        ("`a  b`", "<p><code>a &nbsp;b</code></p>"),
        ("[a](https://e.x/?a=1&b=2)", '<p><a href="https://e.x/?a=1&amp;b=2">a</a></p>'),
        ("<me@e.x>", '<p><a href="mailto:me@e.x">me@e.x</a></p>'),
    ],
)
def test_markdown_becomes_a_small_html(text: str, html: str) -> None:
    assert rich(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**注意：**请看。", "<p><strong>注意：</strong>请看。</p>"),
        ("**“强调”**后面", "<p><strong>“强调”</strong>后面</p>"),
        ("这是**重点**。", "<p>这是<strong>重点</strong>。</p>"),
        ("用`x`的**「引用」**与*斜体*字", "<p>用<code>x</code>的<strong>「引用」</strong>与<em>斜体</em>字</p>"),
        ("a * b * c", "<p>a * b * c</p>"),
        ("snake_case_name and __init__.py", "<p>snake_case_name and <strong>init</strong>.py</p>"),
    ],
)
def test_emphasis_works_beside_chinese(text: str, html: str) -> None:
    assert rich(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "$a_1*b*c_2$",
        r"\(x_1 \\ y_1\)",
        "$$\nx_1\n- y\n= z\n$$",
        "\\[\n\\frac{a}{b}\n\\]",
        "$$ never *closed*",
        "it costs $5 or $10",
    ],
)
def test_maths_keeps_its_source(text: str) -> None:
    block = only(text)
    assert isinstance(block, RichBlock | MathsBlock)
    assert block.plain() == text
    assert not (isinstance(block, RichBlock) and "<em>" in block.html)


def test_a_formula_by_itself_is_a_block_once_it_is_closed() -> None:
    assert only("$$\nx < 1") == RichBlock("<p>$$<br>x &lt; 1</p>", "$$\nx < 1")
    assert only("$$\nx < 1\n$$") == MathsBlock("$$\nx < 1\n$$")
    assert only("\\[x\\]") == MathsBlock("\\[x\\]")


def test_a_formula_in_text_is_marked_for_the_window() -> None:
    assert rich(["so $x<1$ or", "- $$y$$"][0]) == "<p>so <var>$x&lt;1$</var> or</p>"
    assert rich("- a\n\n  $$\n  y\n  $$") == "<ul><li><p>a</p><p><var>$$<br>y<br>$$</var></p></li></ul>"
    table = only("|a|\n|-|\n|$x$|")
    assert isinstance(table, TableBlock)
    assert table.rows == (("<var>$x$</var>",),)


def test_maths_may_interrupt_a_paragraph() -> None:
    assert [block.plain() for block in parse("where\n$$\nx\n$$\nthen")] == ["where", "$$\nx\n$$", "then"]


def test_code_keeps_language_and_lines() -> None:
    assert only("```Python title=x\n  a\n\n\tb\n```") == CodeBlock("  a\n\n\tb", "python")
    assert only("    a\n\n    b") == CodeBlock("a\n\nb", "")
    assert only("~~~\n```\n~~~~") == CodeBlock("```", "")


def test_open_fence_is_code_already() -> None:
    assert only("```py\na\n``") == CodeBlock("a\n``", "py")


def test_table_has_cells_and_alignments() -> None:
    table = only("|a|b|c|\n|:-|-:|:-:|\n|**1**|`x\\|y`|\n|4|5|6|7|")
    assert isinstance(table, TableBlock)
    assert table.header == ("a", "b", "c")
    assert table.rows == (("<strong>1</strong>", "<code>x|y</code>", ""), ("4", "5", "6"))
    assert table.alignments == ("left", "right", "center")
    assert table.plain() == "a\tb\tc\n1\tx|y\t\n4\t5\t6"


def test_table_as_csv_keeps_to_rfc_4180() -> None:
    table = only('|name|said|\n|-|-|\n|**Ada**, L.|"hi"|\n|数|`a\\|b` $x$|')
    assert isinstance(table, TableBlock)
    assert table.csv() == 'name,said\r\n"Ada, L.","""hi"""\r\n数,a|b $x$\r\n'
    assert list(csv.reader(io.StringIO(table.csv(), newline=""))) == [
        ["name", "said"],
        ["Ada, L.", '"hi"'],
        ["数", "a|b $x$"],
    ]


def test_plain_text_reads_like_the_block() -> None:
    text = "1. one\n2. two\n   - three\n     four\n\n> five [six](http://e.x)"
    assert [block.plain() for block in parse(text)] == ["1. one\n2. two\n  • three\n    four", "five six"]


@given(st.lists(st.text("abcdefgh 你好.,;?", min_size=1).map(str.strip).filter(bool), min_size=1))
def test_plain_text_loses_nothing(words: list[str]) -> None:
    text = "\n\n".join(words)
    assert "\n\n".join(block.plain() for block in parse(text)) == text


@settings(deadline=None)
@given(markdown, st.lists(st.integers(0, 200), max_size=12))
def test_stream_equals_whole_text(text: str, cuts: list[int]) -> None:
    stream = BlockStream()
    settled: list[Block] = []
    for piece in pieces(text, cuts):
        before = list(stream.blocks)
        first = stream.feed(piece)
        assert stream.blocks[:first] == before[:first]
        assert stream.blocks[: len(settled)] == settled
        settled = stream.blocks[:first]
        if "\r" not in stream.text:
            assert stream.blocks == parse(stream.text)
    first = stream.finish()
    assert stream.blocks[: len(settled)] == settled
    assert stream.text == text
    assert stream.blocks == parse(text)


@settings(deadline=None)
@given(markdown)
@example("```\n ")
@example("~~~\na\n\t \n ")
def test_stream_equals_one_pass_of_the_parser(text: str) -> None:
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    expected = [blocks._block(group, clean.split("\n")) for group in dialect().groups(clean)]
    stream = BlockStream()
    for character in text:
        stream.feed(character)
    stream.finish()
    assert stream.blocks == expected


@settings(deadline=None, max_examples=20)
@given(markdown, st.integers(200, 1000), st.integers(1, 3000))
def test_stream_equals_whole_text_beyond_the_window(piece: str, count: int, step: int) -> None:
    text = (piece + "x") * count
    stream = BlockStream()
    for begin in range(0, len(text), max(step, len(text) // 10)):
        stream.feed(text[begin : begin + max(step, len(text) // 10)])
    stream.finish()
    assert stream.blocks == parse(text)


def test_carriage_return_may_be_cut_from_its_line_feed() -> None:
    stream = BlockStream()
    for piece in ["```\r", "\na\r", "\nb\r\n``", "`\r"]:
        stream.feed(piece)
    stream.finish()
    assert stream.blocks == [CodeBlock("a\nb", "")]


def test_long_table_goes_on_as_a_table() -> None:
    text = "|n|square|\n|-|-|\n" + "".join(f"|{n}|{n * n}|\n" for n in range(3000))
    found = parse(text)
    assert all(isinstance(block, TableBlock) for block in found)
    assert sum(len(block.rows) for block in found if isinstance(block, TableBlock)) == 3000


def test_deep_nesting_is_shown_as_text() -> None:
    text = "".join(" " * 2 * level + f"- level {level}\n" for level in range(80))
    assert "level 79" in "".join(block.plain() for block in parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "*" * 30_000,
        "**a " * 5_000,
        "_a*" * 7_000,
        "[" * 20_000,
        "![" * 10_000,
        "[a](" * 5_000,
        "[" * 3_000 + "a" + "](b)" * 3_000,
        "![" * 3_000 + "a" + "](b)" * 3_000,
        "`" * 30_000,
        "`a``b" * 5_000,
        "$a" * 10_000,
        "$$a$b" * 5_000,
        "\\(" * 10_000,
        "<" * 30_000,
        "&#" * 10_000,
        "~" * 30_001,
        ">" * 30_000,
        "> " * 10_000,
        "- " * 10_000,
        "1. " * 10_000,
        "\n" * 100_000,
        " " * 100_000,
        "a" * 1_000_000,
        "a\n" * 10_000,
        "```\n" * 10_000,
        "$$\n" * 10_000,
        "|" * 10_000 + "\n" + "|-" * 10_000 + "\n|" * 1_000,
        "|a" * 60 + "\n" + "|-" * 60 + "\n|" * 5_000,
        "|a|b|\n|-|-|\n" + "|1|2|\n" * 50_000,
    ],
    ids=lambda text: f"{text[:6]!r}x{len(text)}",
)
def test_evil_text_is_read_in_time(text: str) -> None:
    begin = time.process_time()
    found = parse(text)
    assert time.process_time() - begin < 1 + len(text) / 20_000
    assert all(isinstance(block, Block) for block in found)


def test_long_code_streams_at_the_cost_of_its_tail() -> None:
    stream = BlockStream()
    stream.feed("```python\n")
    slowest = 0.0
    for line in range(5_000):
        begin = time.process_time()
        stream.feed(f"value_{line} = {line} * 2  # a line\n")
        slowest = max(slowest, time.process_time() - begin)
    assert len(stream.blocks[0].plain()) > 150_000
    assert slowest < 0.05
