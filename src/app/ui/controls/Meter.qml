import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// A bar that shows a share; its value can be read from outside.
ProgressBar {
    id: root

    property color tint: Theme.colors.accent

    Accessible.role: Accessible.ProgressBar
    implicitHeight: Theme.scaled(6)

    background: Rectangle {
        color: Theme.colors.selected
        radius: height / 2
    }
    contentItem: Item {
        Rectangle {
            color: root.tint
            height: parent.height
            radius: height / 2
            width: Math.max(root.visualPosition > 0 ? height : 0, root.visualPosition * parent.width)
        }
    }
}
