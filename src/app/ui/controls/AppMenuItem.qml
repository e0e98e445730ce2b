import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

// An entry of a menu, with an icon.
MenuItem {
    id: root

    required property string iconName

    Accessible.name: text
    implicitHeight: Theme.scaled(32)
    leftPadding: Theme.scaled(10)

    background: Rectangle {
        color: root.highlighted ? Theme.colors.hover : "transparent"
        radius: Theme.scaled(6)
    }
    contentItem: RowLayout {
        spacing: Theme.gap

        Icon {
            name: root.iconName
            size: Theme.scaled(16)
        }
        BodyLabel {
            Accessible.ignored: true
            Layout.fillWidth: true
            font.pixelSize: Theme.medium
            text: root.text
        }
    }

    Accessible.onPressAction: root.triggered()
}
