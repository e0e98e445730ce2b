import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// A line to type into.
TextField {
    id: root

    color: Theme.colors.text
    font.pixelSize: Theme.medium
    implicitHeight: Theme.control
    leftPadding: Theme.scaled(10)
    placeholderTextColor: Theme.colors.dim
    rightPadding: Theme.scaled(10)
    selectByMouse: true
    selectedTextColor: Theme.colors.accentText
    selectionColor: Theme.colors.accent

    background: Rectangle {
        border.color: root.activeFocus ? Theme.colors.accent : Theme.colors.line
        border.width: root.activeFocus ? 2 : 1
        color: Theme.colors.raised
        radius: Theme.radius
    }
}
