import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// A slim scroll bar.
ScrollBar {
    id: root

    Accessible.ignored: true
    minimumSize: 0.06

    contentItem: Rectangle {
        color: Theme.colors.dim
        implicitWidth: Theme.scaled(6)
        opacity: root.size >= 1 ? 0 : root.pressed || root.hovered ? 0.8 : 0.4
        radius: width / 2
    }
}
