pragma ComponentBehavior: Bound

import QtQuick
import "../controls"
import "../theme"

// What the person said, at the right, below the files that went along and above its variants.
TranscriptRow {
    id: root

    required property var attachments
    required property string text
    required property string variant

    signal attachmentRequested(int index)
    signal copyRequested
    signal menuRequested(Item anchor)
    signal variantRequested(int step)

    Item {
        height: bubble.y + (bubble.visible ? bubble.height + Theme.scaled(10) : 0) + (stepper.visible ? stepper.height : 0)
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
        Row {
            anchors.right: bubble.left
            anchors.rightMargin: Theme.scaled(4)
            anchors.verticalCenter: bubble.verticalCenter
            opacity: hover.hovered || copy.activeFocus || more.activeFocus ? 1 : 0

            MessageButton {
                id: more

                onClicked: root.menuRequested(this)
            }
            IconButton {
                id: copy

                iconName: "copy"
                iconSize: Theme.scaled(16)
                objectName: "copy-message"
                text: Texts.t["transcript.copy"]

                onClicked: root.copyRequested()
            }
        }
        VariantStepper {
            id: stepper

            anchors.right: parent.right
            anchors.top: bubble.bottom
            variant: root.variant
            visible: root.variant !== ""

            onStepped: step => root.variantRequested(step)
        }
        HoverHandler {
            id: hover
        }
    }
}
