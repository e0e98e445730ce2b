import QtQuick
import "../theme"

// The plus or minus of a number box.
Rectangle {
    id: root

    required property bool isDown
    required property bool isHovered
    required property string sign

    color: isDown ? Theme.colors.selected : isHovered ? Theme.colors.hover : "transparent"
    height: Theme.control - 4
    implicitHeight: height
    implicitWidth: width
    radius: Theme.scaled(6)
    width: Theme.scaled(26)
    y: 2

    BodyLabel {
        Accessible.ignored: true
        anchors.centerIn: parent
        color: Theme.colors.dim
        text: root.sign
    }
}
