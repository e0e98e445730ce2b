import QtQuick
import "../theme"

// The ring around the control that has the keyboard.
Rectangle {
    id: root

    required property bool shown

    anchors.fill: parent
    anchors.margins: -2
    border.color: Theme.colors.accent
    border.width: 2
    color: "transparent"
    radius: Theme.radius + 2
    visible: shown
}
