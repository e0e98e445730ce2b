import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// One row of a list that opens over the window.
ItemDelegate {
    id: root

    Accessible.name: text
    implicitHeight: Theme.control
    leftPadding: Theme.scaled(10)
    rightPadding: Theme.scaled(10)

    background: Rectangle {
        color: root.highlighted || root.hovered || root.visualFocus ? Theme.colors.hover : "transparent"
        radius: Theme.scaled(6)
    }
    contentItem: BodyLabel {
        Accessible.ignored: true
        font.pixelSize: Theme.medium
        text: root.text
        verticalAlignment: Text.AlignVCenter
    }

    Accessible.onPressAction: root.clicked()
}
