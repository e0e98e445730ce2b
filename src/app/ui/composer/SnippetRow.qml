import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../controls"
import "../theme"

// A snippet or a command: its name, and how it begins.
ItemDelegate {
    id: root

    required property string detail
    required property int index
    required property string name

    Accessible.description: detail
    Accessible.name: name
    Accessible.role: Accessible.ListItem
    Accessible.selected: ListView.isCurrentItem
    focusPolicy: Qt.NoFocus
    hoverEnabled: true
    implicitHeight: Theme.control
    leftPadding: Theme.scaled(10)
    objectName: "snippet"
    rightPadding: Theme.scaled(10)
    text: name

    background: Rectangle {
        color: root.ListView.isCurrentItem ? Theme.colors.selected : root.hovered ? Theme.colors.hover : "transparent"
        radius: Theme.scaled(6)
    }
    contentItem: RowLayout {
        spacing: Theme.scaled(10)

        BodyLabel {
            Accessible.ignored: true
            Layout.maximumWidth: root.width * 0.45
            font.pixelSize: Theme.medium
            font.weight: Font.Medium
            text: "/" + root.name
        }
        DimLabel {
            Accessible.ignored: true
            Layout.fillWidth: true
            Layout.minimumWidth: 0
            text: root.detail
        }
    }

    Accessible.onPressAction: root.clicked()
}
