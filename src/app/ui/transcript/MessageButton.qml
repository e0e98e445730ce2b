import QtQuick
import "../controls"
import "../theme"

// Opens the menu of a message.
IconButton {
    id: root

    Accessible.role: Accessible.ButtonMenu
    iconName: "more"
    iconSize: Theme.scaled(16)
    objectName: "message-actions"
    text: Texts.t["message.actions"]

    Keys.onEnterPressed: clicked()
    Keys.onMenuPressed: clicked()
    Keys.onReturnPressed: clicked()
}
