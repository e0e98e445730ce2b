"""How the model reads what was attached."""

from __future__ import annotations

from app.domain.attachments import AttachmentPart
from app.domain.messages import content_of


def test_a_file_stands_under_its_name_in_a_fence_that_it_cannot_close() -> None:
    part = AttachmentPart("a\nb.md", "one\n````\ntwo\n", language="markdown")
    assert part.framed == "File: a b.md\n`````markdown\none\n````\ntwo\n`````"


def test_files_come_before_the_question() -> None:
    parts = [AttachmentPart("a", "1"), AttachmentPart("b", "2")]
    assert content_of("Which is larger?", parts) == "File: a\n```\n1\n```\n\nFile: b\n```\n2\n```\n\nWhich is larger?"
    assert content_of("", parts[:1]) == "File: a\n```\n1\n```"
    assert content_of("Alone", ()) == "Alone"
    assert content_of("", ()) == ""
