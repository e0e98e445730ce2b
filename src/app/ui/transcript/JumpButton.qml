import QtQuick
import QtQuick.Controls.Basic
import "../controls"
import "../theme"

// Back to the end of the conversation.
AbstractButton {
    id: root

    Accessible.name: text
    Accessible.role: Accessible.Button
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: Theme.control
    implicitWidth: Theme.control
    objectName: "jump-to-end"
    text: Texts.t["transcript.jump"]

    background: Rectangle {
        border.color: Theme.colors.line
        color: root.hovered ? Theme.colors.hover : Theme.colors.raised
        radius: height / 2

        FocusRing {
            radius: height / 2
            shown: root.visualFocus
        }
    }
    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            color: Theme.colors.text
            name: "arrow-down"
            size: Theme.scaled(16)
        }
    }

    Accessible.onPressAction: root.clicked()
}
