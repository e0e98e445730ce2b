pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Where things are kept, and how much room they take.
Section {
    id: root

    required property FolderListModel folders

    name: Texts.t["settings.folders"]

    Component.onCompleted: folders.refresh()

    ColumnLayout {
        Accessible.name: root.name
        Accessible.role: Accessible.List
        Layout.fillWidth: true
        spacing: Theme.scaled(12)

        Repeater {
            model: root.folders

            FolderLine {
                onOpenRequested: root.folders.open(path)
            }
        }
    }
}
