import QtQuick
import "../controls"
import "../theme"

// Send, or Stop while a reply is written.
Item {
    id: root

    required property bool canSend
    required property bool isGenerating

    signal sendRequested
    signal stopRequested

    implicitHeight: Theme.scaled(36)
    implicitWidth: implicitHeight

    CircleButton {
        anchors.fill: parent
        enabled: root.canSend
        iconName: "send"
        objectName: "send"
        text: Texts.t["composer.send"]
        visible: !root.isGenerating

        onClicked: root.sendRequested()
    }
    CircleButton {
        anchors.fill: parent
        iconName: "stop"
        objectName: "stop"
        text: Texts.t["composer.stop"]
        visible: root.isGenerating

        onClicked: root.stopRequested()
    }
}
