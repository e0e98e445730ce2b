import QtQuick
import "../controls"
import "../theme"

// What can be done with a conversation.
AppMenu {
    id: root

    required property Lazy host
    required property ConversationRow row

    objectName: "conversation-menu"

    Component.onCompleted: popup()
    onClosed: host.isWanted = false

    AppMenuItem {
        iconName: "rename"
        objectName: "rename"
        text: Texts.t["sidebar.rename"]

        onTriggered: root.row.isRenaming = true
    }
    AppMenuItem {
        iconName: "upload"
        objectName: "export"
        text: Texts.t["exchange.export"]

        onTriggered: root.row.exportRequested()
    }
    AppMenuItem {
        iconName: "trash"
        objectName: "delete"
        text: Texts.t["sidebar.delete"]

        onTriggered: root.row.removeRequested()
    }
}
