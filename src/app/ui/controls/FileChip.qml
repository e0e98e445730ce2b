import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

// A file that goes along with a message; pressed, it shows its text.
AbstractButton {
    id: root

    required property string facts
    property bool isRemovable: false

    signal removed

    Accessible.description: facts
    Accessible.name: text
    Accessible.role: Accessible.Button
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: Theme.scaled(40)
    implicitWidth: Math.min(line.implicitWidth + leftPadding + rightPadding, Theme.scaled(280))
    leftPadding: Theme.scaled(10)
    objectName: "attachment"
    rightPadding: isRemovable ? Theme.scaled(2) : Theme.scaled(12)

    background: Rectangle {
        border.color: Theme.colors.line
        color: root.down ? Theme.colors.selected : root.hovered ? Theme.colors.hover : Theme.colors.pane
        radius: Theme.radius

        FocusRing {
            shown: root.visualFocus
        }
    }
    contentItem: RowLayout {
        id: line

        spacing: Theme.gap

        Icon {
            color: Theme.colors.dim
            name: "file"
            size: Theme.scaled(18)
        }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0

            BodyLabel {
                Accessible.ignored: true
                Layout.fillWidth: true
                elide: Text.ElideMiddle
                font.pixelSize: Theme.medium
                text: root.text
            }
            DimLabel {
                Accessible.ignored: true
                Layout.fillWidth: true
                objectName: "attachment-facts"
                text: root.facts
            }
        }
        IconButton {
            iconName: "close"
            iconSize: Theme.scaled(14)
            objectName: "remove-attachment"
            text: Texts.t["attachments.remove"]
            visible: root.isRemovable

            onClicked: root.removed()
        }
    }

    Accessible.onPressAction: root.clicked()
}
