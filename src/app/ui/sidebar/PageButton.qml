import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../controls"
import "../theme"

// Opens a page, or closes it when it is shown.
AbstractButton {
    id: root

    required property string iconName
    property bool isCompact: false
    required property bool isShown

    Accessible.checkable: true
    Accessible.checked: isShown
    Accessible.name: text
    Accessible.role: Accessible.Button
    ToolTip.delay: 500
    ToolTip.text: text
    ToolTip.visible: isCompact && (hovered || visualFocus)
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: Theme.control
    leftPadding: isCompact ? (width - Theme.scaled(17)) / 2 : Theme.scaled(10)
    rightPadding: leftPadding

    background: Rectangle {
        color: root.isShown ? Theme.colors.selected : root.hovered ? Theme.colors.hover : "transparent"
        radius: Theme.radius

        FocusRing {
            shown: root.visualFocus
        }
    }
    contentItem: RowLayout {
        spacing: Theme.scaled(10)

        Icon {
            color: root.isShown ? Theme.colors.text : Theme.colors.dim
            name: root.iconName
            size: Theme.scaled(17)
        }
        BodyLabel {
            Accessible.ignored: true
            Layout.fillWidth: true
            font.pixelSize: Theme.medium
            text: root.text
            visible: !root.isCompact
        }
    }

    Accessible.onPressAction: root.clicked()
}
