import QtQuick
import "controls"
import "theme"

// Takes files that are dropped anywhere on the window: a model file, conversations to import, or files to attach.
DropArea {
    id: root

    signal filesDropped(var urls)

    keys: ["text/uri-list"]

    onDropped: drop => root.filesDropped(drop.urls)

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
            horizontalAlignment: Text.AlignHCenter
            text: Texts.t["models.drop"]
            width: parent.width - Theme.scaled(32)
            wrapMode: Text.Wrap
        }
    }
}
