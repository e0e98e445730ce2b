"""Export and import in the window's logic: real files, a real database, and the toast that undoes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot
from tests.exchange import samples

from app.assembly import Window
from app.domain.messages import ReasoningPart, Role, TextPart


def url(path: Path) -> QUrl:
    return QUrl.fromLocalFile(str(path))


def say(window: Window, title: str) -> str:
    store = window.controller.parts.store
    conversation = store.create(title, system_prompt="Be kind.")
    question = store.add_message(conversation.id, Role.USER, [TextPart("你好 <b>?")], parent_id=None)
    answer = "# Yes\n\n```python\nprint(1)\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    parts = (ReasoningPart("Hm.", 1.0), TextPart(answer))
    store.add_message(conversation.id, Role.ASSISTANT, parts, parent_id=question.id)
    window.controller.conversations.refresh()
    return conversation.id


def done(window: Window, qtbot: QtBot) -> str:
    """Waits for the end of what is under way and returns what the toast says."""
    qtbot.waitUntil(lambda: not window.exchange.isBusy)
    return str(window.notifier.text)


@pytest.mark.parametrize(("ending", "opening"), [("md", b"# One"), ("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF-"),
                                                 ("jsonl", b'{"skald": 1')])  # fmt: skip
def test_one_in_each_format(window: Window, qtbot: QtBot, tmp_path: Path, ending: str, opening: bytes) -> None:
    made = say(window, "One")
    assert window.exchange.suggestedFile(made).fileName() == "One"
    window.exchange.exportOne(made, url(tmp_path / f"a.{ending}"), "md")
    assert done(window, qtbot) == f"The conversation was exported to a.{ending}."
    window.exchange.exportOne(made, url(tmp_path / "b"), ending)
    assert done(window, qtbot) == f"The conversation was exported to b.{ending}."
    for name in ("a", "b"):
        assert (tmp_path / f"{name}.{ending}").read_bytes().startswith(opening)


def test_all_in_each_format(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    for title in ("One", "Two"):
        say(window, title)
    for name in ("md", "html", "pdf", "jsonl"):
        folder = tmp_path / name
        folder.mkdir()
        window.exchange.exportAll(url(folder), name)
        assert done(window, qtbot).startswith("2 conversations were exported to ")
        assert len(list(folder.glob(f"*.{name}"))) == (1 if name == "jsonl" else 2)


def test_import_and_its_undo(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps(samples.chatgpt()), encoding="utf-8")
    window.controller.takeDropped([url(file)])
    assert done(window, qtbot) == "1 conversation was imported."
    conversations = window.controller.conversations
    assert conversations.count == 1
    conversations.open(window.controller.parts.store.list()[0].id)
    assert window.controller.title == "Greeting"
    window.exchange.importFiles([url(file)])
    assert done(window, qtbot) == "1 was here already."
    assert window.notifier.actionText == ""
    window.controller.parts.store.delete(conversations.currentId)
    window.exchange.importFiles([url(file)])
    assert done(window, qtbot) == "1 came back from the trash."
    window.notifier.act()
    qtbot.waitUntil(lambda: conversations.count == 0)
    assert conversations.currentId == ""


def test_a_bad_file_is_told(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    say(window, "One")
    file = tmp_path / "bad.json"
    file.write_text('[{"mapping": 3, "id": "a"}]', encoding="utf-8")
    window.exchange.importFiles([url(file)])
    assert "([0].mapping: an object is expected, not 3)" in done(window, qtbot)
    assert window.controller.conversations.count == 1
    made = window.controller.parts.store.list()[0].id
    window.exchange.exportOne(made, url(Path("/proc/nowhere/a.pdf")), "")
    assert done(window, qtbot).startswith("/proc/nowhere/a.pdf cannot be written")
