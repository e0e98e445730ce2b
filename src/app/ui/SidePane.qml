import QtQuick
import "theme"

// A pane beside the conversation; where the window is narrow it lies over it.
Item {
    id: root

    required property bool isOpen
    required property bool isOver
    required property real paneWidth
    readonly property real takenWidth: isOpen && !isOver ? paneWidth : 0

    signal dismissed

    anchors.bottom: parent.bottom
    anchors.top: parent.top
    visible: isOpen
    width: paneWidth
    z: isOver ? 2 : 0

    MouseArea {
        enabled: root.isOver && root.isOpen
        height: root.height
        visible: enabled
        width: root.parent.width
        x: -root.x

        onClicked: root.dismissed()

        Rectangle {
            anchors.fill: parent
            color: Theme.colors.scrim
        }
    }
}
