pragma ComponentBehavior: Bound

import QtQuick
import Skald
import "../controls"
import "../theme"

// The folders that a conversation can be moved to.
AppMenu {
    id: root

    required property Lazy host
    required property ConversationRow row
    readonly property ShelfController shelf: row.shelf

    objectName: "folder-choice"

    Component.onCompleted: popup(row, Theme.scaled(12), row.height)
    onClosed: host.isWanted = false

    AppMenuItem {
        iconName: root.row.folderId === "" ? "check" : "close"
        objectName: "no-folder"
        text: Texts.t["sidebar.no_folder"]

        onTriggered: root.shelf.move(root.row.conversationId, "")
    }
    AppMenuItem {
        iconName: "plus"
        objectName: "new-folder"
        text: Texts.t["sidebar.new_folder"]

        onTriggered: root.row.folderRequested()
    }
    Instantiator {
        model: root.shelf.folders

        delegate: AppMenuItem {
            required property var modelData

            iconName: root.row.folderId === modelData.value ? "check" : "folder"
            objectName: "to-folder"
            text: modelData.text

            onTriggered: root.shelf.move(root.row.conversationId, modelData.value)
        }

        onObjectAdded: (index, item) => root.insertItem(index + 1, item as AppMenuItem)
        onObjectRemoved: (index, item) => root.removeItem(item as AppMenuItem)
    }
}
