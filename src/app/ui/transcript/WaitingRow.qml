import QtQuick
import "../controls"
import "../theme"

// What is done before the first word comes.
TranscriptRow {
    id: root

    required property string text

    Row {
        bottomPadding: Theme.scaled(10)
        spacing: Theme.scaled(10)
        topPadding: Theme.scaled(10)

        WorkingDot {
            anchors.verticalCenter: parent.verticalCenter
        }
        DimLabel {
            Accessible.ignored: true
            font.pixelSize: Theme.medium
            text: root.text
        }
    }
}
