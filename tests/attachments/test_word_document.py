"""Word documents as Markdown, and those that were made to do harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.attachments.documents import WORD, docx, paragraph, table

from app.attachments import word_document
from app.attachments.limits import Limits
from app.domain.errors import (
    AttachmentDamaged,
    AttachmentTooHeavy,
    AttachmentTooLong,
    AttachmentUnsupported,
    AttachmentWithoutText,
)


def read(path: Path, limits: Limits = Limits()) -> str:  # noqa: B008 - a frozen value
    return word_document.read(path.read_bytes(), limits, lambda _fraction: None)


def test_paragraphs_headings_lists_and_tables(tmp_path: Path) -> None:
    body = (
        paragraph("标题", '<w:pStyle w:val="1"/>')
        + paragraph("Named in English", '<w:pStyle w:val="Heading2"/>')
        + paragraph("Plain &amp; simple", '<w:pStyle w:val="a"/>')
        + paragraph("one", "<w:numPr/>")
        + paragraph("two", "<w:numPr/>")
        + table([["a", "b|c"], ["d"]])
        + "<w:p><w:r><w:t>before</w:t><w:br/><w:delText>gone</w:delText><w:instrText>FIELD</w:instrText>"
        + "<w:t>after</w:t></w:r></w:p>"
    )
    assert read(docx(tmp_path / "a.docx", body)) == (
        "# 标题\n\n## Named in English\n\nPlain & simple\n- one\n- two\n\n"
        "| a | b\\|c |\n| --- | --- |\n| d |  |\n\nbefore\nafter"
    )


def test_a_table_in_a_table_is_text_of_its_cell(tmp_path: Path) -> None:
    inner = f"<w:tbl><w:tr><w:tc>{table([['x', 'y']])}{paragraph('z')}</w:tc></w:tr></w:tbl>"
    assert read(docx(tmp_path / "a.docx", inner)) == "| x y z |\n| --- |"


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    bomb = docx(tmp_path / "a.docx", paragraph("&l9;"), before=f"<!DOCTYPE x [{laughs}]>")
    with pytest.raises(AttachmentDamaged):
        read(bomb)


def test_a_file_of_the_machine_is_not_read_into_the_document(tmp_path: Path) -> None:
    before = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    with pytest.raises(AttachmentDamaged):
        read(docx(tmp_path / "a.docx", paragraph("&f;"), before=before))


def test_no_more_is_unpacked_than_allowed(tmp_path: Path) -> None:
    bomb = docx(tmp_path / "a.docx", "<w:p/>" * 1_000_000)
    assert bomb.stat().st_size < 50_000
    with pytest.raises(AttachmentTooHeavy):
        read(bomb, Limits(unpacked=1_000_000))


def test_elements_are_bounded(tmp_path: Path) -> None:
    with pytest.raises(AttachmentTooHeavy):
        read(docx(tmp_path / "a.docx", "<w:p/>" * 2000), Limits(elements=1000))


def test_no_more_text_is_taken_than_allowed(tmp_path: Path) -> None:
    with pytest.raises(AttachmentTooLong):
        read(docx(tmp_path / "a.docx", paragraph("x" * 2000)), Limits(characters=1000))


def test_depth_is_bounded(tmp_path: Path) -> None:
    with pytest.raises(AttachmentDamaged):
        read(docx(tmp_path / "a.docx", "<w:tbl>" * 5000 + "</w:tbl>" * 5000))


def test_other_archives_and_broken_ones_are_told_apart(tmp_path: Path) -> None:
    import zipfile

    other = tmp_path / "a.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(AttachmentUnsupported):
        read(other)
    whole = docx(tmp_path / "b.docx", paragraph("text")).read_bytes()
    (tmp_path / "cut.docx").write_bytes(whole[:100])
    with pytest.raises(AttachmentDamaged):
        read(tmp_path / "cut.docx")
    with pytest.raises(AttachmentDamaged):
        read(docx(tmp_path / "c.docx", "<w:p>"))


def test_a_document_without_text_says_so(tmp_path: Path) -> None:
    with pytest.raises(AttachmentWithoutText):
        read(docx(tmp_path / "a.docx", f'<w:p xmlns:w="{WORD}"/>'))
