import QtQuick
import "../theme"

// The raised field behind menus, lists and dialogs.
Rectangle {
    id: root

    border.color: Theme.colors.line
    color: Theme.colors.raised
    radius: Theme.scaled(12)
}
