import QtQuick
import "../controls"
import "../theme"

// What can be done with a conversation of the trash.
AppMenu {
    id: root

    required property Lazy host
    required property ConversationRow row

    objectName: "trash-menu"

    Component.onCompleted: popup(row, Theme.scaled(12), row.height)
    onClosed: host.isWanted = false

    AppMenuItem {
        iconName: "undo"
        objectName: "restore"
        text: Texts.t["sidebar.restore"]

        onTriggered: root.row.shelf.restore(root.row.conversationId)
    }
    AppMenuItem {
        iconName: "trash"
        objectName: "purge"
        text: Texts.t["sidebar.purge"]

        onTriggered: root.row.purgeRequested()
    }
}
