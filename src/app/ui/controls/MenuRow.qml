import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// One row of a list that opens over the window.
ItemDelegate {
    id: root

    Accessible.name: text
    implicitHeight: Math.max(Theme.control, implicitContentHeight + Theme.scaled(12))
    leftPadding: Theme.scaled(10)
    rightPadding: Theme.scaled(10)

    background: Rectangle {
        color: root.highlighted || root.hovered || root.visualFocus ? Theme.colors.hover : "transparent"
        radius: Theme.scaled(6)
    }
    contentItem: BodyLabel {
        Accessible.ignored: true
        elide: Text.ElideNone
        font.pixelSize: Theme.medium
        text: root.text
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.Wrap
    }

    Accessible.onPressAction: root.clicked()
}
