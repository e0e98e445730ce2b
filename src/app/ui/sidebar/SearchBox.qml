import QtQuick
import "../controls"
import "../theme"

// Filters the conversations while a person types; Esc ends the search.
TextLine {
    id: root

    signal abandoned

    Accessible.name: Texts.t["sidebar.search"]
    leftPadding: Theme.scaled(32)
    objectName: "search"
    placeholderText: Texts.t["sidebar.search"]

    Keys.onEscapePressed: root.abandoned()
    Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape && root.text !== ""

    Icon {
        anchors.left: parent.left
        anchors.leftMargin: Theme.scaled(10)
        anchors.verticalCenter: parent.verticalCenter
        name: "search"
        size: Theme.scaled(15)
    }
}
