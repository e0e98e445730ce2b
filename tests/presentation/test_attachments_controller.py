"""Files of a draft: read beside the window, counted, sent, removed, kept with their conversation."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine
from tests.presentation.test_context_controller import too_long, words
from tests.presentation.test_window_controller import send, shown, store_of

from app.assembly import Window
from app.domain.errors import PromptTooLong
from app.engine.wire import Counted
from app.presentation.attachments_controller import LONG_PASTE, MOST_PREVIEWED, AttachmentsController
from app.presentation.item_roles import FIRST_ROLE
from app.services.attaching import MOST_ATTACHMENTS


@pytest.fixture
def ready(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> Window:
    """The model is loaded and counts words."""
    fake_engine.measure = words
    qtbot.waitUntil(lambda: window.controller.picker.state == "ready")
    return window


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("The key is under the mat.", "utf-8")
    return path


def attachments(window: Window) -> AttachmentsController:
    return window.controller.composer.attachments


def values(window: Window, role: str) -> list[object]:
    files = attachments(window).files
    number = FIRST_ROLE + files.ROLES.index(role)
    return [files.data(files.index(row), number) for row in range(files.rowCount())]


def attach(window: Window, qtbot: QtBot, *paths: Path) -> None:
    """Adds files and waits until they are read."""
    attachments(window).add([QUrl.fromLocalFile(str(path)) for path in paths])
    qtbot.waitUntil(lambda: not attachments(window).isReading)


def clipboard(text: str = "", urls: tuple[QUrl, ...] = (), image: QImage | None = None) -> None:
    held = QMimeData()
    if text:
        held.setText(text)
    if urls:
        held.setUrls(urls)
    if image:
        held.setImageData(image)
    QGuiApplication.clipboard().setMimeData(held)


def test_a_file_is_read_counted_and_sent(ready: Window, qtbot: QtBot, notes: Path, fake_engine: FakeEngine) -> None:
    QAbstractItemModelTester(attachments(ready).files, ready)
    composer = ready.controller.composer
    attachments(ready).add([QUrl.fromLocalFile(str(notes))])
    assert (values(ready, "name"), values(ready, "isReading"), composer.canSend) == (["notes.txt"], [True], False)
    assert values(ready, "facts") == ["Reading… 0 %"]
    qtbot.waitUntil(lambda: not attachments(ready).isReading)
    assert composer.canSend
    assert values(ready, "facts") == ["25 B · 10 tokens"]
    composer.saveDraft("Where is it?")
    assert ready.controller.context.usage.used == 13
    send(ready, qtbot, "Where is it?")
    content = "File: notes.txt\n```\nThe key is under the mat.\n```\n\nWhere is it?"
    assert fake_engine.requests[-1].messages[-1].content == content
    question = store_of(ready).path(store_of(ready).list()[0].id)[0]
    assert (question.text, [part.tokens for part in question.attachments]) == ("Where is it?", [10])
    assert attachments(ready).files.count == 0
    assert shown(ready, "attachments")[0] == [{"name": "notes.txt", "facts": "25 B · 10 tokens"}]
    assert shown(ready, "accessibleName")[0] == "You: Where is it?\nAttached: notes.txt"
    ready.controller.showAttachment(question.id, 0)
    assert attachments(ready).previewText == "The key is under the mat."


def test_a_file_alone_is_a_message(ready: Window, qtbot: QtBot, notes: Path) -> None:
    assert not ready.controller.composer.send("")
    attach(ready, qtbot, notes)
    send(ready, qtbot, "")
    assert ready.controller.title == "notes.txt"


def test_a_file_that_is_not_wanted_any_more_is_removed(ready: Window, qtbot: QtBot, notes: Path) -> None:
    attach(ready, qtbot, notes, notes)
    first, _ = values(ready, "attachmentId")
    attachments(ready).remove(str(first))
    assert attachments(ready).files.count == 1
    attachments(ready).add([QUrl.fromLocalFile(str(notes))])
    attachments(ready).remove(str(values(ready, "attachmentId")[1]))
    assert not attachments(ready).isReading
    assert values(ready, "name") == ["notes.txt"]


def test_files_stay_with_their_draft(ready: Window, qtbot: QtBot, notes: Path) -> None:
    send(ready, qtbot, "Hello")
    attach(ready, qtbot, notes)
    first = ready.controller.conversations.current_id
    ready.controller.newConversation()
    assert attachments(ready).files.count == 0
    ready.controller.conversations.open(first)
    assert values(ready, "name") == ["notes.txt"]


def test_what_cannot_be_read_is_said_and_the_rest_stays(
    ready: Window, qtbot: QtBot, notes: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    attach(ready, qtbot, notes, picture)
    assert "“a.png” is a picture" in ready.controller.notifier.text
    assert values(ready, "name") == ["notes.txt"]


def test_a_message_has_so_many_files(ready: Window, qtbot: QtBot, notes: Path) -> None:
    attach(ready, qtbot, *[notes] * (MOST_ATTACHMENTS + 1))
    assert attachments(ready).files.count == MOST_ATTACHMENTS
    assert str(MOST_ATTACHMENTS) in ready.controller.notifier.text


def test_a_file_that_fills_the_window_says_what_it_would_take(
    ready: Window, qtbot: QtBot, notes: Path, fake_engine: FakeEngine
) -> None:
    fake_engine.measure = too_long
    attach(ready, qtbot, notes)
    assert values(ready, "facts") == ["25 B · 590 tokens"]
    error = PromptTooLong(tokens="≥ 4000", n_ctx=512).report()
    fake_engine.measure = lambda request: Counted(request.id, 4000, 512, 0, 0, 0, error)
    attachments(ready).weigh_again()
    assert values(ready, "facts") == ["25 B · ≥ 4,000 tokens"]
    assert not ready.controller.composer.canSend
    assert ready.controller.context.usage.isTooLong


def test_tokens_are_counted_when_a_model_comes(
    unshown_window: Window, qtbot: QtBot, notes: Path, fake_engine: FakeEngine
) -> None:
    fake_engine.measure = words
    attach(unshown_window, qtbot, notes)
    assert values(unshown_window, "facts") == ["25 B"]
    unshown_window.controller.announceReady()
    qtbot.waitUntil(lambda: values(unshown_window, "facts") == ["25 B · 10 tokens"])


def test_pasted_files_are_attached_and_words_are_not(ready: Window, qtbot: QtBot, notes: Path) -> None:
    clipboard("a few words")
    assert not attachments(ready).paste()
    clipboard("https://example.org/a.txt", (QUrl("https://example.org/a.txt"),))
    assert not attachments(ready).paste()
    clipboard(str(notes), (QUrl.fromLocalFile(str(notes)),))
    assert attachments(ready).paste()
    qtbot.waitUntil(lambda: not attachments(ready).isReading)
    assert values(ready, "name") == ["notes.txt"]
    clipboard(image=QImage(4, 4, QImage.Format.Format_RGB32))
    assert attachments(ready).paste()
    assert "cannot see images" in ready.controller.notifier.text


def test_a_long_text_is_attached_or_inserted_as_the_person_wants(ready: Window, qtbot: QtBot) -> None:
    text = "word " * LONG_PASTE
    clipboard(text)
    assert attachments(ready).paste()
    assert [part.text for part in attachments(ready).parts] == [text]
    assert ready.controller.notifier.actionText == "Insert as text"
    with qtbot.waitSignal(attachments(ready).textInserted) as inserted:
        ready.controller.notifier.act()
    assert inserted.args == [text]
    assert attachments(ready).files.count == 0


def test_a_preview_shows_the_beginning_and_says_so(ready: Window, qtbot: QtBot, tmp_path: Path) -> None:
    long = tmp_path / "long.md"
    long.write_text("letters " * MOST_PREVIEWED, "utf-8")
    attach(ready, qtbot, long)
    attachments(ready).open(str(values(ready, "attachmentId")[0]))
    assert attachments(ready).isPreviewed
    assert (attachments(ready).previewName, len(attachments(ready).previewText)) == ("long.md", MOST_PREVIEWED)
    assert "only the beginning is shown" in attachments(ready).previewFacts
    ready.controller.copyAttachment()
    assert QGuiApplication.clipboard().text() == "letters " * MOST_PREVIEWED
    ready.controller.preferences.language = "zh_CN"
    assert "只显示开头" in attachments(ready).previewFacts
    attachments(ready).closePreview()
    assert not attachments(ready).isPreviewed


def test_a_word_without_end_has_places_to_break_where_it_is_shown(ready: Window, qtbot: QtBot, tmp_path: Path) -> None:
    endless = tmp_path / "word.txt"
    endless.write_text("x" * 250, "utf-8")
    attach(ready, qtbot, endless)
    attachments(ready).open(str(values(ready, "attachmentId")[0]))
    assert attachments(ready).previewText == "\u200b".join(["x" * 100, "x" * 100, "x" * 50])
    assert attachments(ready).whole_text == "x" * 250


def test_what_is_dropped_goes_where_it_belongs(ready: Window, qtbot: QtBot, notes: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"not a model")
    ready.controller.showPage("settings")
    ready.controller.takeDropped([QUrl.fromLocalFile(str(path)) for path in (broken, notes)])
    qtbot.waitUntil(lambda: "broken.gguf" in ready.controller.notifier.text)
    qtbot.waitUntil(lambda: not attachments(ready).isReading)
    assert values(ready, "name") == ["notes.txt"]
    assert ready.controller.page == "conversation"
