"""Which encoding bytes are in, told without being told."""

from __future__ import annotations

import pytest

from app.attachments.plain_text import decode
from app.domain.errors import AttachmentEncoding, AttachmentUnsupported

CHINESE = "春眠不觉晓，处处闻啼鸟。\n夜来风雨声，花落知多少。（孟浩然 Spring Dawn 2024）"
FRENCH = "Le cœur a ses raisons que la raison ne connaît point. L’été, déjà près de la forêt."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gb2312", "gbk"])
def test_chinese_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert decode(CHINESE.encode(encoding)) == CHINESE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_french_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert decode(FRENCH.encode(encoding)) == FRENCH


def test_utf_16_of_the_other_byte_order_is_told_by_its_mark() -> None:
    assert decode(b"\xfe\xff" + CHINESE.encode("utf-16-be")) == CHINESE


def test_ends_of_lines_are_one_kind() -> None:
    assert decode(b"a\r\nb\rc\n") == "a\nb\nc\n"


def test_a_stray_control_character_is_left_out() -> None:
    assert decode(b"x" * 1000 + b"\x01") == "x" * 1000


@pytest.mark.parametrize("data", [b"\0\1\2\3" * 50, bytes(range(256)) * 4, b"\x01\x02\x03\x04abc"])
def test_what_is_no_text_is_not_read_as_some(data: bytes) -> None:
    with pytest.raises(AttachmentUnsupported):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        "これは日本語の文章です。".encode("shift_jis"),
        "Я помню чудное мгновенье".encode("cp1251"),
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf\xff\xff\xff",
    ],
)
def test_an_encoding_that_cannot_be_told_is_said(data: bytes) -> None:
    with pytest.raises(AttachmentEncoding):
        decode(data)


def test_nothing_is_text_too() -> None:
    assert decode(b"") == ""
