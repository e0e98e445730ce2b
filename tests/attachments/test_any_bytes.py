"""Whatever bytes come: text, or one of the known errors."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.attachments.documents import docx, paragraph, pdf, table

from app.attachments import file_kinds, host, plain_text, web_page
from app.attachments.limits import Limits
from app.domain.errors import AttachmentProblem

TAGS = (
    "<p>",
    "</p>",
    "<a href='https://x'>",
    "</a>",
    "<script>",
    "</script>",
    "<pre>",
    "</pre>",
    "<li",
    "&#x;",
    "<!--",
)
pieces = st.lists(st.sampled_from(TAGS) | st.text(max_size=8), max_size=30).map("".join)


def sound() -> list[bytes]:
    """A document of each binary kind."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        made = [docx(path, paragraph("one") + table([["a", "b"]])).read_bytes()]
        return [*made, pdf(path, ["one", "two"]).read_bytes()]


SOUND = sound()


@given(st.binary(max_size=400))
def test_bytes_are_text_or_a_known_error(data: bytes) -> None:
    try:
        assert isinstance(plain_text.decode(data), str)
    except AttachmentProblem:
        return


@given(st.text(), st.binary(max_size=200))
def test_every_file_is_of_some_kind(name: str, head: bytes) -> None:
    try:
        assert file_kinds.kind_of(name, head).kind
    except AttachmentProblem:
        return


@given(pieces)
def test_every_page_has_a_text(page: str) -> None:
    try:
        assert "\n\n\n" not in web_page.read(page.encode("utf-8", "replace"))
    except AttachmentProblem:
        return


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(SOUND), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_document_is_read_or_said_to_be_damaged(data: bytes, changes: list[tuple[float, int]]) -> None:
    broken = bytearray(data)
    for place, byte in changes:
        broken[int(place * (len(broken) - 1))] = byte
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_bytes(broken)
        answer = host.answer(path, Limits(), lambda _fraction: None)
    assert "text" in answer or str(answer["error"]).startswith("attachment_")
