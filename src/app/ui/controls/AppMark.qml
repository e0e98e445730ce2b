import QtQuick
import "../theme"

// Skald's mark.
Rectangle {
    id: root

    required property real size

    Accessible.ignored: true
    color: Theme.colors.accent
    implicitHeight: size
    implicitWidth: size
    radius: size * 0.3

    Icon {
        anchors.centerIn: parent
        color: Theme.colors.accentText
        name: "mark"
        size: root.size * 0.68
    }
}
