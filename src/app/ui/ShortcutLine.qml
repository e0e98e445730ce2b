import QtQuick
import QtQuick.Layouts
import "controls"
import "theme"

// What a shortcut does, and its keys.
RowLayout {
    id: root

    required property string keysText
    required property string label

    Accessible.name: label + ": " + keysText
    Accessible.role: Accessible.ListItem
    height: Theme.scaled(30)
    objectName: "shortcut"

    BodyLabel {
        Accessible.ignored: true
        Layout.fillWidth: true
        font.pixelSize: Theme.medium
        text: root.label
    }
    Pill {
        Layout.rightMargin: Theme.scaled(10)
        ink: Theme.colors.text
        text: root.keysText
    }
}
