import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// A button that is an icon; its text is the tip and the accessible name.
AbstractButton {
    id: root

    required property string iconName
    property real iconSize: Theme.scaled(18)
    property color tint: hovered || checked ? Theme.colors.text : Theme.colors.dim

    Accessible.name: text
    Accessible.role: Accessible.Button
    ToolTip.delay: 600
    ToolTip.text: text
    ToolTip.visible: hovered && text !== ""
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: Theme.control
    implicitWidth: Theme.control
    opacity: enabled ? 1 : 0.4

    background: Rectangle {
        color: root.down || root.checked ? Theme.colors.selected : root.hovered ? Theme.colors.hover : "transparent"
        radius: Theme.radius

        FocusRing {
            shown: root.visualFocus
        }
    }
    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            color: root.tint
            name: root.iconName
            size: root.iconSize
        }
    }

    Accessible.onPressAction: root.clicked()
}
