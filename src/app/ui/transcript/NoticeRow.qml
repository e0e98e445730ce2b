import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// A reply that was interrupted or failed: what happened, and the one button that helps.
TranscriptRow {
    id: root

    required property bool isError
    required property string remedy
    required property string remedyText
    required property string text

    signal remedyRequested

    Item {
        height: card.height + Theme.margin
        width: root.columnWidth

        Rectangle {
            id: card

            border.color: root.isError ? Theme.colors.error : Theme.colors.line
            color: Theme.colors.code
            height: line.implicitHeight + Theme.scaled(20)
            radius: Theme.scaled(10)
            width: parent.width
            y: Theme.gap

            RowLayout {
                id: line

                anchors.fill: parent
                anchors.leftMargin: Theme.scaled(14)
                anchors.margins: Theme.scaled(10)
                spacing: Theme.scaled(10)

                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: Theme.scaled(8)
                    color: root.isError ? Theme.colors.error : Theme.colors.warning
                    name: root.isError ? "warning" : "info"
                }
                RowText {
                    Layout.fillWidth: true
                    font.pixelSize: Theme.medium
                    text: root.text
                }
                TextButton {
                    objectName: root.remedy
                    text: root.remedyText

                    onClicked: root.remedyRequested()
                }
            }
        }
    }
}
