import QtQuick
import "../controls"
import "../theme"

// What can be done with what the list shows.
AppMenu {
    id: root

    required property Lazy host
    required property PlaceRow row

    objectName: "place-menu"

    Component.onCompleted: popup(row, 0, row.height)
    onClosed: host.isWanted = false

    AppMenuItem {
        iconName: "plus"
        objectName: "new-folder"
        text: Texts.t["sidebar.new_folder"]

        onTriggered: root.row.askName("", true)
    }
    AppMenuItem {
        enabled: root.row.shelf.isFolder
        iconName: "rename"
        objectName: "rename-folder"
        text: Texts.t["sidebar.rename_folder"]

        onTriggered: root.row.askName("", false)
    }
    AppMenuItem {
        enabled: root.row.shelf.isFolder
        iconName: "folder"
        objectName: "delete-folder"
        text: Texts.t["sidebar.delete_folder"]

        onTriggered: root.row.shelf.deleteFolder()
    }
    AppMenuItem {
        enabled: root.row.shelf.isTrash
        iconName: "trash"
        objectName: "trash"
        text: Texts.t["sidebar.empty_trash"]

        onTriggered: root.row.askPurge("")
    }
}
