import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../controls"
import "../theme"

// One model file in the picker's list.
ItemDelegate {
    id: root

    required property string detail
    required property bool isCurrent
    required property string name
    required property string title

    Accessible.description: detail
    Accessible.name: title
    Accessible.role: Accessible.ListItem
    Accessible.selected: isCurrent
    objectName: "model-choice"
    padding: Theme.gap
    text: title

    background: Rectangle {
        color: root.hovered || root.ListView.isCurrentItem ? Theme.colors.hover : "transparent"
        radius: Theme.scaled(6)
    }
    contentItem: RowLayout {
        spacing: Theme.gap

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0

            BodyLabel {
                Accessible.ignored: true
                Layout.fillWidth: true
                font.pixelSize: Theme.medium
                text: root.title
            }
            DimLabel {
                Accessible.ignored: true
                Layout.fillWidth: true
                font.pixelSize: Theme.tiny
                text: root.detail
            }
        }
        Icon {
            color: Theme.colors.accent
            name: "check"
            visible: root.isCurrent
        }
    }

    Accessible.onPressAction: root.clicked()
    Keys.onEnterPressed: root.clicked()
    Keys.onReturnPressed: root.clicked()
}
