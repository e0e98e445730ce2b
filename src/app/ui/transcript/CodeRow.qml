import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// A code block: its language, buttons that save and copy it, and lines that scroll sideways.
TranscriptRow {
    id: root

    required property string language
    required property string text

    signal copyRequested
    signal saveRequested

    Item {
        height: card.height + Theme.scaled(12)
        width: root.columnWidth

        Rectangle {
            id: card

            border.color: Theme.colors.line
            color: Theme.colors.code
            height: lines.y + lines.height + Theme.scaled(10)
            radius: Theme.scaled(10)
            width: parent.width
            y: Theme.scaled(6)

            DimLabel {
                height: Theme.scaled(34)
                text: root.language
                verticalAlignment: Text.AlignVCenter
                x: Theme.scaled(14)
            }
            RowLayout {
                anchors.right: parent.right
                anchors.rightMargin: Theme.gap
                spacing: Theme.scaled(2)
                y: Theme.scaled(4)

                TextButton {
                    iconName: "download"
                    isQuiet: true
                    objectName: "save-code"
                    text: Texts.t["transcript.save"]

                    onClicked: root.saveRequested()
                }
                TextButton {
                    iconName: "copy"
                    isQuiet: true
                    objectName: "copy-code"
                    text: Texts.t["transcript.copy"]

                    onClicked: root.copyRequested()
                }
            }
            SidewaysView {
                id: lines

                contentHeight: edit.height
                contentWidth: edit.width
                height: edit.height + Theme.scaled(8)
                name: Texts.t["transcript.code"]
                width: parent.width - Theme.scaled(28)
                x: Theme.scaled(14)
                y: Theme.scaled(36)

                RowText {
                    id: edit

                    Accessible.name: Texts.t["transcript.code"]
                    font.family: Theme.monospace
                    font.pixelSize: Theme.medium
                    objectName: "code"
                    wrapMode: TextEdit.NoWrap

                    CodeHighlighter {
                        code: root.text
                        dark: Theme.dark
                        document: edit.textDocument
                        language: root.language
                        writes: true
                    }
                }
            }
        }
    }
}
