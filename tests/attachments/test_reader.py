"""Files read through a real child process, and what becomes of a child that does harm."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest
from tests.attachments.documents import docx, endless_pdf, paragraph, pdf

from app.attachments import reader
from app.attachments.limits import Limits
from app.attachments.reader import read_attachment
from app.domain.attachments import AttachmentKind, AttachmentPart
from app.domain.errors import (
    AttachmentDamaged,
    AttachmentMissing,
    AttachmentProblem,
    AttachmentTooBig,
    AttachmentTooHeavy,
    AttachmentTooLong,
    AttachmentTooSlow,
    AttachmentUnsupported,
)


def test_a_file_comes_back_as_text_with_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "rate of 春.py"
    path.write_text("def rate():\n    return '春'\n", "utf-8")
    whole = path.read_bytes()
    assert read_attachment(path) == AttachmentPart(
        path.name,
        whole.decode(),
        AttachmentKind.CODE,
        "python",
        len(whole),
        hashlib.sha256(whole).hexdigest(),
    )


def test_documents_come_back_as_well(tmp_path: Path) -> None:
    fractions: list[float] = []
    found = read_attachment(pdf(tmp_path / "a.pdf", ["one", "two"]), fractions.append)
    assert found is not None
    assert (found.kind, found.text) == (AttachmentKind.PDF, "[Page 1]\none\n\n[Page 2]\ntwo")
    assert fractions == [0.5, 1.0]
    found = read_attachment(docx(tmp_path / "a.docx", paragraph("words")))
    assert found is not None
    assert (found.kind, found.text) == (AttachmentKind.DOCX, "words")


@pytest.mark.parametrize("place", [".", "no such file", "/dev/zero"])
def test_what_is_no_file_is_not_read(place: str, tmp_path: Path) -> None:
    with pytest.raises(AttachmentMissing) as caught:
        read_attachment(tmp_path / place)
    assert caught.value.values["name"] == (tmp_path / place).name


def test_a_file_of_a_hundred_megabytes_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(AttachmentTooBig) as caught:
        read_attachment(path)
    assert caught.value.values == {"name": "big.txt", "size": "100 MB", "limit": "64.0 MB"}


def test_text_without_end_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("word " * 500, "utf-8")
    with pytest.raises(AttachmentTooLong) as caught:
        read_attachment(path, limits=Limits(characters=1000))
    assert caught.value.values["limit"] == "1,000"


def test_characters_that_need_the_longest_escapes_all_arrive(tmp_path: Path) -> None:
    path = tmp_path / "signs.txt"
    path.write_text("𝄞" * 1000, "utf-8")
    found = read_attachment(path, limits=Limits(characters=1000))
    assert found is not None
    assert found.text == "𝄞" * 1000


def test_a_pdf_without_end_ends(tmp_path: Path) -> None:
    with pytest.raises(AttachmentProblem):
        read_attachment(endless_pdf(tmp_path / "a.pdf"), limits=Limits(seconds=5))


def test_a_pdf_that_unpacks_to_gigabytes_ends(tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(1000)) + packer.flush()
    path = pdf(tmp_path / "a.pdf", ["page"] * 3, packed)
    assert path.stat().st_size < 5_000_000
    with pytest.raises(AttachmentProblem):
        read_attachment(path, limits=Limits(memory=400_000_000, seconds=20))


@pytest.mark.parametrize("bytes_", [b"", b"\0" * 100])
def test_nothing_and_noise(bytes_: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes_)
    if bytes_:
        with pytest.raises(AttachmentUnsupported):
            read_attachment(path)
    else:
        assert read_attachment(path) == AttachmentPart("a.bin", "", size=0, sha256=hashlib.sha256().hexdigest())


def test_reading_is_given_up_when_nobody_wants_it_any_more(tmp_path: Path) -> None:
    cancelled = threading.Event()
    path = pdf(tmp_path / "a.pdf", ["page"] * 2)
    cancelled.set()
    assert read_attachment(path, cancelled=cancelled) is None


def child_that(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "host_command", lambda: [sys.executable, "-c", code])


def test_a_child_that_never_answers_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child_that("import threading; threading.Event().wait()", monkeypatch)
    with pytest.raises(AttachmentTooSlow):
        read_attachment(tmp_path / "a", limits=Limits(seconds=0.2))
    cancelled = threading.Event()
    timer = threading.Timer(0.1, cancelled.set)
    timer.start()
    assert read_attachment(tmp_path / "a", cancelled=cancelled) is None
    timer.join()


def test_a_child_that_takes_too_much_memory_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child_that("import threading; b = b'x' * 200_000_000; threading.Event().wait()", monkeypatch)
    with pytest.raises(AttachmentTooHeavy):
        read_attachment(tmp_path / "a", limits=Limits(memory=100_000_000))


@pytest.mark.parametrize(
    "answer", ["", "nonsense", "[]", "{}", '{"error": "out_of_memory", "values": {}}', '{"error": 1, "values": 2}']
)
def test_a_child_that_talks_nonsense_read_a_damaged_file(
    answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child_that(f"print({answer!r})" if answer else "", monkeypatch)
    with pytest.raises(AttachmentDamaged):
        read_attachment(tmp_path / "a")


def test_a_child_that_talks_without_end_is_not_listened_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child_that("while True: print('{\"progress\": 0.5}')", monkeypatch)
    with pytest.raises(AttachmentTooLong):
        read_attachment(tmp_path / "a", limits=Limits(characters=10))


@pytest.mark.parametrize(
    "deed",
    [
        "import socket; socket.socket()",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.remove('nothing')",
        "open('written', 'w')",
    ],
)
def test_a_confined_process_reaches_nothing(deed: str, tmp_path: Path) -> None:
    code = f"from app.attachments import confinement, limits; confinement.confine(limits.Limits()); {deed}"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=reader._environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "PermissionError" in ended.stderr
    assert list(tmp_path.iterdir()) == []
