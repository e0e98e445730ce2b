import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// Where the message is written: Enter sends, Shift+Enter begins a line, never while an input method composes.
TextArea {
    id: root

    signal submitted

    function enter(event: KeyEvent) {
        event.accepted = !(event.modifiers & Qt.ShiftModifier) && !inputMethodComposing && preeditText === "";
        if (event.accepted)
            submitted();
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

    Keys.onEnterPressed: event => root.enter(event)
    Keys.onReturnPressed: event => root.enter(event)
    Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
}
