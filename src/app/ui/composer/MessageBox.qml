import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// Where a message is written: Enter sends, Shift+Enter begins a line, never while an input method composes. While a list
// is open above it, the keys are the list's. What is pasted is first offered to `takesPaste`.
TextArea {
    id: root

    property bool isListOpen: false
    property var takesPaste: () => false

    signal listChosen
    signal listClosed
    signal listStepped(int by)
    signal submitted

    function enter(event: KeyEvent) {
        event.accepted = !(event.modifiers & Qt.ShiftModifier) && !inputMethodComposing && preeditText === "";
        if (event.accepted)
            isListOpen ? listChosen() : submitted();
    }
    function replaceAll(text: string, cursor: int) {
        remove(0, length);
        insert(0, text);
        cursorPosition = cursor;
    }
    function steer(event: KeyEvent, by: int) {
        event.accepted = isListOpen;
        if (isListOpen)
            listStepped(by);
    }

    Accessible.name: Texts.t["composer.message"]
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
        event.accepted = root.isListOpen;
        root.listClosed();
    }
    Keys.onPressed: event => event.accepted = event.matches(StandardKey.Paste) && root.takesPaste()
    Keys.onReturnPressed: event => root.enter(event)
    Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape && root.isListOpen
    Keys.onTabPressed: isListOpen ? listChosen() : nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
    Keys.onUpPressed: event => root.steer(event, -1)
}
