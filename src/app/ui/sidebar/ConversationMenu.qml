import QtQuick
import Skald
import "../controls"
import "../theme"

// What can be done with a conversation of the list.
AppMenu {
    id: root

    required property Lazy host
    required property ConversationRow row
    readonly property ShelfController shelf: row.shelf

    objectName: "conversation-menu"

    Component.onCompleted: popup(row, Theme.scaled(12), row.height)
    onClosed: host.isWanted = false

    AppMenuItem {
        iconName: "pin"
        objectName: "pin"
        text: root.row.isPinned ? Texts.t["sidebar.unpin"] : Texts.t["sidebar.pin"]

        onTriggered: root.shelf.pin(root.row.conversationId, !root.row.isPinned)
    }
    AppMenuItem {
        iconName: "rename"
        objectName: "rename"
        text: Texts.t["sidebar.rename"]

        onTriggered: root.row.isRenaming = true
    }
    AppMenuItem {
        iconName: "folder"
        objectName: "folder"
        text: Texts.t["sidebar.move"]

        onTriggered: root.row.openFolders()
    }
    AppMenuItem {
        iconName: "copy"
        objectName: "duplicate"
        text: Texts.t["sidebar.duplicate"]

        onTriggered: root.shelf.duplicate(root.row.conversationId)
    }
    AppMenuItem {
        iconName: "upload"
        objectName: "export"
        text: Texts.t["exchange.export"]

        onTriggered: root.row.exportRequested()
    }
    AppMenuItem {
        iconName: "archive"
        objectName: "archive"
        text: root.row.isArchived ? Texts.t["sidebar.unarchive"] : Texts.t["sidebar.archive"]

        onTriggered: root.shelf.archive(root.row.conversationId, !root.row.isArchived)
    }
    AppMenuItem {
        iconName: "trash"
        objectName: "delete"
        text: Texts.t["sidebar.delete"]

        onTriggered: root.row.removeRequested()
    }
}
