pragma ComponentBehavior: Bound

import QtQuick
import "../controls"
import "../theme"

// What the person said, at the right, below the files that went along.
TranscriptRow {
    id: root

    required property var attachments
    required property string text

    signal attachmentRequested(int index)
    signal copyRequested

    Item {
        height: bubble.y + (bubble.visible ? bubble.height + Theme.scaled(10) : 0)
        width: root.columnWidth

        Flow {
            id: files

            spacing: Theme.gap
            width: root.columnWidth * 0.82
            x: root.columnWidth - childrenRect.width
            y: Theme.scaled(18)

            Repeater {
                model: root.attachments

                FileChip {
                    required property int index
                    required property var modelData

                    facts: modelData.facts
                    text: modelData.name

                    onClicked: root.attachmentRequested(index)
                }
            }
        }
        Rectangle {
            id: bubble

            anchors.right: parent.right
            color: Theme.colors.bubble
            height: said.height
            radius: Theme.scaled(16)
            visible: root.text !== ""
            width: said.width
            y: files.y + (files.height > 0 ? files.height + Theme.gap : 0)

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
