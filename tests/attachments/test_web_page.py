"""What a reader sees of a web page."""

from __future__ import annotations

from app.attachments.web_page import read


def test_what_is_seen_is_kept_and_the_rest_is_not() -> None:
    page = """<!doctype html><html><head><title>Tab</title><style>p{}</style></head><body>
    <script>alert("<p>no</p>")</script><h2>Head&shy;ing</h2><p>One   <b>two</b>
    three &amp; <a href="https://example.org/x">a link</a>, <a href="javascript:run()">no link</a>.</p>
    <ul><li>first</li><li>second</ul><table><tr><td>a<td>b</tr></table><pre>  def x:
      pass</pre><svg><text>drawn</text></svg><br/>end</body></html>"""
    assert read(page.encode()) == (
        "## Head\xading\n\nOne two three & [a link](https://example.org/x), no link.\n\n- first\n- second\n\n"
        "| a | b\n\n```\n  def x:\n      pass\n```\n\nend"
    )


def test_the_encoding_that_a_page_declares_is_its_own() -> None:
    assert read('<meta charset="gbk"><p>春眠</p>'.encode("gbk")) == "春眠"
    assert (
        read('<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"><p>日本</p>'.encode("cp932"))
        == "日本"
    )


def test_a_wrong_declaration_does_no_harm() -> None:
    assert read('<meta charset="euc-kr"><p>é, 春眠不觉晓</p>'.encode()) == "é, 春眠不觉晓"


def test_elements_without_end_and_without_number_are_read() -> None:
    assert read(b"<div>" * 100_000 + b"deep") == "deep"
    assert read(b"<p>seen<script>never closed <p>unseen") == "seen"
    assert read(b"<a href=https://a.b>one <a href=https://c.d>two") == "[one ](https://a.b)[two"
