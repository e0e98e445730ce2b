import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// The round button of the main action.
AbstractButton {
    id: root

    required property string iconName

    Accessible.name: text
    Accessible.role: Accessible.Button
    ToolTip.delay: 600
    ToolTip.text: text
    ToolTip.visible: hovered
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: Theme.scaled(36)
    implicitWidth: implicitHeight

    background: Rectangle {
        color: root.enabled ? Theme.colors.accent : Theme.colors.selected
        opacity: root.down ? 0.8 : 1
        radius: height / 2

        FocusRing {
            anchors.margins: -4
            radius: height / 2
            shown: root.visualFocus
        }
    }
    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            color: root.enabled ? Theme.colors.accentText : Theme.colors.dim
            name: root.iconName
        }
    }

    Accessible.onPressAction: root.clicked()
}
