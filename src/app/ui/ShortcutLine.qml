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
    height: Math.max(Theme.scaled(30), implicitHeight + Theme.scaled(4))
    objectName: "shortcut"

    BodyLabel {
        Accessible.ignored: true
        Layout.fillWidth: true
        elide: Text.ElideNone
        font.pixelSize: Theme.medium
        text: root.label
        wrapMode: Text.Wrap
    }
    Pill {
        Layout.rightMargin: Theme.scaled(10)
        ink: Theme.colors.text
        text: root.keysText
    }
}
