import QtQuick
import QtQuick.Controls.Basic
import Skald
import "../theme"

// Where the message is written: Enter sends, Shift+Enter begins a line, never while an input method composes. While the
// list of snippets is open, the keys are its own. What is pasted is first offered to `takesPaste`.
TextArea {
    id: root

    required property SnippetMenu snippets
    required property var takesPaste

    signal submitted

    function enter(event: KeyEvent) {
        event.accepted = !(event.modifiers & Qt.ShiftModifier) && !inputMethodComposing && preeditText === "";
        if (event.accepted)
            snippets.isOpen ? snippets.chooseCurrent() : submitted();
    }
    function replaceAll(text: string, cursor: int) {
        remove(0, length);
        insert(0, text);
        cursorPosition = cursor;
    }
    function steer(event: KeyEvent, by: int) {
        event.accepted = snippets.isOpen;
        snippets.step(by);
    }

    Accessible.name: Texts.t["composer.message"]
    KeyNavigation.priority: KeyNavigation.BeforeItem
    KeyNavigation.tab: snippets.isOpen ? null : nextItemInFocusChain(true)
    background: null
    color: Theme.colors.text
    font.pixelSize: Theme.body
    leftPadding: Theme.scaled(10)
    objectName: "composer"
    placeholderText: Texts.t["composer.placeholder"]
    placeholderTextColor: Theme.colors.dim
    selectByMouse: true
    selectedTextColor: Theme.colors.accentText
    selectionColor: Theme.colors.accent
    textFormat: TextEdit.PlainText
    wrapMode: TextEdit.Wrap

    Keys.onDownPressed: event => root.steer(event, 1)
    Keys.onEnterPressed: event => root.enter(event)
    Keys.onEscapePressed: event => {
        event.accepted = root.snippets.isOpen;
        root.snippets.close();
    }
    Keys.onPressed: event => event.accepted = event.matches(StandardKey.Paste) && root.takesPaste()
    Keys.onReturnPressed: event => root.enter(event)
    Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape && root.snippets.isOpen
    Keys.onTabPressed: event => {
        event.accepted = root.snippets.isOpen;
        root.snippets.chooseCurrent();
    }
    Keys.onUpPressed: event => root.steer(event, -1)
}
