import QtQuick
import "../theme"

// A short fact in a rounded field.
Rectangle {
    id: root

    property color ink: Theme.colors.dim
    required property string text

    color: Theme.colors.hover
    implicitHeight: Theme.scaled(22)
    implicitWidth: label.implicitWidth + Theme.scaled(18)
    radius: height / 2

    DimLabel {
        id: label

        anchors.centerIn: parent
        color: root.ink
        text: root.text
    }
}
