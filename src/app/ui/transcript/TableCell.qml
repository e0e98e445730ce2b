import QtQuick
import "../controls"
import "../theme"

// One cell of a table, with the line below it.
RichText {
    id: root

    required property string alignment
    required property bool isFirstRow
    required property bool isLastRow

    bottomPadding: Theme.scaled(9)
    font.pixelSize: Theme.medium
    font.weight: isFirstRow ? Font.DemiBold : Font.Normal
    horizontalAlignment: alignment === "right" ? TextEdit.AlignRight : alignment === "center" ? TextEdit.AlignHCenter : TextEdit.AlignLeft
    leftPadding: Theme.scaled(12)
    rightPadding: Theme.scaled(12)
    topPadding: Theme.scaled(9)

    Separator {
        anchors.bottom: parent.bottom
        visible: !root.isLastRow
        width: parent.width
    }
}
