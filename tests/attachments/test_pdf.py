"""PDFs as text, page by page."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.attachments.documents import locked_pdf, pdf

from app.attachments.pdf import read
from app.domain.errors import AttachmentDamaged, AttachmentLocked, AttachmentTooLong, AttachmentWithoutText

PLENTY = 1_000_000


def test_every_page_with_text_has_its_mark(tmp_path: Path) -> None:
    fractions: list[float] = []
    found = read(pdf(tmp_path / "a.pdf", ["First page", "", "Third"]).read_bytes(), PLENTY, fractions.append)
    assert found == "[Page 1]\nFirst page\n\n[Page 3]\nThird"
    assert fractions[-1] == 1.0


def test_pages_without_text_are_said_to_be_pictures(tmp_path: Path) -> None:
    with pytest.raises(AttachmentWithoutText):
        read(pdf(tmp_path / "a.pdf", ["", ""]).read_bytes(), PLENTY, lambda _: None)


def test_a_password_is_asked_for_only_where_one_is_needed(tmp_path: Path) -> None:
    with pytest.raises(AttachmentLocked):
        read(locked_pdf(tmp_path / "a.pdf", "word").read_bytes(), PLENTY, lambda _: None)
    assert read(locked_pdf(tmp_path / "b.pdf", "").read_bytes(), PLENTY, lambda _: None) == "[Page 1]\nsecret"


def test_no_more_text_is_taken_than_allowed(tmp_path: Path) -> None:
    with pytest.raises(AttachmentTooLong):
        read(pdf(tmp_path / "a.pdf", ["some words"] * 50).read_bytes(), 100, lambda _: None)


def test_what_only_begins_like_a_pdf_is_damaged() -> None:
    with pytest.raises(AttachmentDamaged):
        read(b"%PDF-1.7\nand then nothing of the kind", PLENTY, lambda _: None)
