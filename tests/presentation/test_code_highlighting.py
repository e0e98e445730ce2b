"""Highlighting in a TextEdit: the formats of its document are the spans of the code, in any order of events."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from typing import overload

import pytest
from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QColor, QTextDocument
from PySide6.QtQml import QQmlComponent, QQmlEngine
from PySide6.QtQuick import QQuickTextDocument
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from app.markup import highlight
from app.markup.highlight import Span
from app.presentation import code_colours
from app.presentation.code_highlighting import CodeHighlighter
from app.presentation.lexer_loader import LexerLoader, lexer_loader

QML = """
import QtQuick
import Skald

TextEdit {
    id: root

    property string code
    property bool dark: false
    property string language: "python"

    readOnly: true
    textFormat: TextEdit.PlainText
    %s

    CodeHighlighter {
        code: root.code
        dark: root.dark
        document: root.textDocument
        language: root.language
        writes: %s
    }
}
"""
CODE = "def area(r):\n    return 3.14 * r  # \u03c0\n"


@pytest.fixture(params=[("text: code", "false"), ("", "true")], ids=["bound", "written"])
def edit(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[QObject]:
    """A TextEdit whose code is highlighted: its text is bound to the code, or written by the highlighter."""
    del qtbot
    engine = QQmlEngine()
    component = QQmlComponent(engine)
    component.setData((QML % request.param).encode(), QUrl("code.qml"))
    made = component.create()
    assert made is not None, component.errorString()
    yield made
    if Shiboken.isValid(made):
        made.deleteLater()


def highlighter_of(edit: QObject) -> CodeHighlighter:
    found = edit.findChild(CodeHighlighter)
    assert found is not None
    return found


def document_of(edit: QObject) -> QTextDocument:
    quick: QQuickTextDocument = edit.property("textDocument")
    return quick.textDocument()


def painted(document: QTextDocument) -> list[list[tuple[int, int, str]]]:
    """Returns start, length and colour of each format, line by line."""
    found = []
    block = document.begin()
    while block.isValid():
        ranges = block.layout().formats()
        found.append([(part.start, part.length, part.format.foreground().color().name()) for part in ranges])
        block = block.next()
    return found


def expected(language: str, code: str, colours: dict[str, str]) -> list[list[tuple[int, int, str]]]:
    lexed = highlight.CodeHighlighter(language)
    lexed.update(code, final=True)
    return [[(span.start, span.length, colours[span.role]) for span in row] for row in lexed.spans]


def wait_for(qtbot: QtBot, edit: QObject, language: str, code: str, colours: dict[str, str]) -> None:
    wanted = expected(language, code, colours)
    qtbot.waitUntil(lambda: painted(document_of(edit)) == wanted, timeout=20_000)
    assert document_of(edit).toPlainText() == code
    assert edit.property("text") == code


def test_code_gets_the_colours_of_its_spans(qtbot: QtBot, edit: QObject) -> None:
    edit.setProperty("code", CODE)
    wait_for(qtbot, edit, "python", CODE, code_colours.LIGHT)
    assert painted(document_of(edit))[0][0] == (0, 3, code_colours.LIGHT["keyword"])


def test_dark_theme_changes_the_colours(qtbot: QtBot, edit: QObject) -> None:
    edit.setProperty("code", CODE)
    wait_for(qtbot, edit, "python", CODE, code_colours.LIGHT)
    edit.setProperty("dark", True)
    wait_for(qtbot, edit, "python", CODE, code_colours.DARK)


def test_streamed_code_is_coloured_as_it_grows(qtbot: QtBot, edit: QObject) -> None:
    code = CODE * 20
    for end in range(0, len(code), 60):
        edit.setProperty("code", code[:end])
        wait_for(qtbot, edit, "python", code[:end], code_colours.LIGHT)


class WatchedSpans(Sequence[Sequence[Span]]):
    """The spans of a code, and which lines were looked up: the lines that Qt painted."""

    def __init__(self, spans: Sequence[Sequence[Span]]) -> None:
        self._spans = spans
        self.lines: list[int] = []

    @overload
    def __getitem__(self, index: int) -> Sequence[Span]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sequence[Span]]: ...
    def __getitem__(self, index: int | slice) -> Sequence[Span] | Sequence[Sequence[Span]]:
        if isinstance(index, int):
            self.lines.append(index)
        return self._spans[index]

    def __len__(self) -> int:
        return len(self._spans)


@pytest.mark.parametrize("edit", [("", "true")], indirect=True)
def test_only_new_lines_are_written_and_painted(qtbot: QtBot, edit: QObject) -> None:
    code = CODE * 50
    edit.setProperty("code", code)
    wait_for(qtbot, edit, "python", code, code_colours.LIGHT)
    painter = highlighter_of(edit)._painter
    watched = WatchedSpans(painter.spans)
    painter.spans = watched
    changed: list[tuple[int, int, int]] = []
    document = document_of(edit)
    document.contentsChange.connect(lambda place, removed, added: changed.append((place, removed, added)))
    edit.setProperty("code", code + "x = 1")
    wait_for(qtbot, edit, "python", code + "x = 1", code_colours.LIGHT)
    assert changed == [(len(code), 0, 5)]
    assert set(watched.lines) == {100}
    assert len(watched.lines) <= 3


def test_code_may_come_before_and_after_its_language(qtbot: QtBot, edit: QObject) -> None:
    code = "let x = 1; // y\n"
    edit.setProperty("code", code)
    edit.setProperty("language", "javascript")
    wait_for(qtbot, edit, "javascript", code, code_colours.LIGHT)
    edit.setProperty("language", "no-such-language")
    qtbot.waitUntil(lambda: painted(document_of(edit)) == [[], []])
    edit.setProperty("language", "js")
    wait_for(qtbot, edit, "js", code, code_colours.LIGHT)


def test_reused_row_forgets_the_code_before(qtbot: QtBot, edit: QObject) -> None:
    edit.setProperty("code", CODE * 3)
    wait_for(qtbot, edit, "python", CODE * 3, code_colours.LIGHT)
    edit.setProperty("code", "plain words")
    assert painted(document_of(edit)) == [[]]
    wait_for(qtbot, edit, "python", "plain words", code_colours.LIGHT)


def test_code_is_lexed_as_a_whole_when_it_rests(qtbot: QtBot, edit: QObject) -> None:
    edit.setProperty("language", "cpp")
    code = "std::vector<int> v; // it uses a filter behind the lexer\n" * 3
    for end in range(0, len(code) + 1, 30):
        edit.setProperty("code", code[:end])
    edit.setProperty("code", code)
    wait_for(qtbot, edit, "cpp", code, code_colours.LIGHT)
    highlighter = highlighter_of(edit)
    qtbot.waitUntil(lambda: highlighter._lexed is not None and not highlighter._lexed.needs_final)


def test_positions_hold_beyond_the_first_plane(qtbot: QtBot, edit: QObject) -> None:
    code = "x = '\U0001d11e\u4f60' + 1"
    edit.setProperty("code", code)
    wait_for(qtbot, edit, "python", code, code_colours.LIGHT)
    assert (4, 5, code_colours.LIGHT["string"]) in painted(document_of(edit))[0]


def test_document_may_die_first(qtbot: QtBot) -> None:
    engine = QQmlEngine()
    component = QQmlComponent(engine)
    component.setData(b"import QtQuick\nTextEdit { text: 'def f(): pass' }", QUrl("edit.qml"))
    edit = component.create()
    highlighter = CodeHighlighter()
    highlighter.setProperty("document", edit.property("textDocument"))
    highlighter.setProperty("language", "python")
    highlighter.setProperty("code", "def f(): pass")
    with qtbot.waitSignal(edit.destroyed):
        edit.deleteLater()
    del edit
    gc.collect()
    with qtbot.waitSignal(highlighter.painted):
        highlighter.setProperty("code", "def f(): pass  # more")
    highlighter.setProperty("dark", True)
    assert highlighter.property("document") is None


def test_highlighter_may_die_first(qtbot: QtBot) -> None:
    document_owner = QQmlComponent(engine := QQmlEngine())
    document_owner.setData(b"import QtQuick\nTextEdit { }", QUrl("edit.qml"))
    edit = document_owner.create()
    highlighter = CodeHighlighter()
    highlighter.setProperty("document", edit.property("textDocument"))
    highlighter.setProperty("language", "python")
    highlighter.setProperty("code", "def f(): pass")
    with qtbot.waitSignal(highlighter.destroyed):
        highlighter.deleteLater()
    edit.setProperty("text", "def g(): pass")
    assert painted(document_of(edit)) == [[]]
    del engine


def test_python_loses_no_reference_while_painting(qtbot: QtBot, edit: QObject) -> None:
    edit.setProperty("code", CODE)
    wait_for(qtbot, edit, "python", CODE, code_colours.LIGHT)
    highlighter = highlighter_of(edit)
    before = sys.getrefcount(None)
    for _ in range(3_000):
        highlighter._painter.rehighlight()
    assert sys.getrefcount(None) > before - 1_000


def test_warming_loads_lexers_one_by_one(qtbot: QtBot) -> None:
    loader = LexerLoader()
    heard: list[str] = []
    loader.loaded.connect(heard.append)
    loader.warm(["lua", "no-such-language-2", "perl"])
    qtbot.waitUntil(lambda: heard == ["lua", "no-such-language-2", "perl"], timeout=20_000)
    assert highlight.is_loaded("perl")
    loader.close()


def test_closed_loader_warms_no_more(qtbot: QtBot) -> None:
    loader = LexerLoader()
    with qtbot.waitSignal(loader.loaded, timeout=20_000):
        loader.warm(["haskell", "erlang"])
    loader.close()
    assert not loader._pause.isActive()
    assert not highlight.is_loaded("erlang")


def test_there_is_one_loader() -> None:
    assert lexer_loader() is lexer_loader()


@pytest.mark.parametrize(("colours", "background"), [(code_colours.LIGHT, "#f6f7f9"), (code_colours.DARK, "#15161a")])
def test_every_role_can_be_read(colours: dict[str, str], background: str) -> None:
    """Contrast of at least 4.5 to 1, as WCAG 2.2 asks for text."""

    def luminance(name: str) -> float:
        colour = QColor(name)
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert set(code_colours.LIGHT) == set(code_colours.DARK)
    for name in colours.values():
        bright, dim = sorted((luminance(name), luminance(background)), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, name


def test_every_role_has_a_colour() -> None:
    from app.markup.lexing import ROLES

    assert set(ROLES.values()) == set(code_colours.LIGHT)
