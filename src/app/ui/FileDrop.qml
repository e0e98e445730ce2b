import QtQuick
import "controls"
import "theme"

// Takes a model file, or a file with conversations, that is dropped anywhere on the window.
DropArea {
    id: root

    signal fileDropped(string url)

    keys: ["text/uri-list"]

    onDropped: drop => root.fileDropped(drop.urls[0])

    Rectangle {
        anchors.fill: parent
        anchors.margins: Theme.gap
        border.color: Theme.colors.accent
        border.width: 2
        color: Theme.colors.window
        opacity: 0.94
        radius: Theme.scaled(14)
        visible: root.containsDrag

        BodyLabel {
            anchors.centerIn: parent
            font.pixelSize: Theme.scaled(18)
            font.weight: Font.DemiBold
            text: Texts.t["models.drop"]
        }
    }
}
