import QtQuick
import "../controls"
import "../theme"

// The title while it is changed: Enter keeps it, Esc leaves it as it was.
TextLine {
    id: root

    required property Lazy host
    required property ConversationRow row

    function finish() {
        row.isRenaming = false;
    }
    function keep() {
        row.renamed(text);
        finish();
    }

    Accessible.name: Texts.t["sidebar.rename"]
    objectName: "rename-box"
    text: row.title

    Component.onCompleted: {
        forceActiveFocus();
        selectAll();
    }
    Keys.onEscapePressed: root.finish()
    Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape
    onAccepted: keep()
    onActiveFocusChanged: if (!activeFocus)
        root.finish()
}
