import QtQuick
import "../controls"
import "../theme"

// What the person said, at the right.
TranscriptRow {
    id: root

    required property string text

    signal copyRequested

    Item {
        height: bubble.height + Theme.scaled(28)
        width: root.columnWidth

        Rectangle {
            id: bubble

            anchors.right: parent.right
            color: Theme.colors.bubble
            height: said.height
            radius: Theme.scaled(16)
            width: said.width
            y: Theme.scaled(18)

            RowText {
                id: said

                bottomPadding: Theme.scaled(11)
                leftPadding: Theme.margin
                rightPadding: Theme.margin
                text: root.text
                topPadding: Theme.scaled(11)
                width: Math.min(implicitWidth, root.columnWidth * 0.82)
            }
        }
        IconButton {
            anchors.right: bubble.left
            anchors.rightMargin: Theme.scaled(4)
            anchors.verticalCenter: bubble.verticalCenter
            iconName: "copy"
            iconSize: Theme.scaled(16)
            objectName: "copy-message"
            opacity: hover.hovered || activeFocus ? 1 : 0
            text: Texts.t["transcript.copy"]

            onClicked: root.copyRequested()
        }
        HoverHandler {
            id: hover
        }
    }
}
