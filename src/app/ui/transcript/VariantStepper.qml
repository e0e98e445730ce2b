import QtQuick
import "../controls"
import "../theme"

// Leads through the variants of a reply: ‹ 2/3 ›.
Row {
    id: root

    required property string variant

    signal stepped(int step)

    IconButton {
        iconName: "chevron-left"
        iconSize: Theme.scaled(15)
        implicitWidth: Theme.scaled(24)
        objectName: "previous-variant"
        text: Texts.t["transcript.previous_variant"]

        onClicked: root.stepped(-1)
    }
    DimLabel {
        anchors.verticalCenter: parent.verticalCenter
        text: root.variant
    }
    IconButton {
        iconName: "chevron-right"
        iconSize: Theme.scaled(15)
        implicitWidth: Theme.scaled(24)
        objectName: "next-variant"
        text: Texts.t["transcript.next_variant"]

        onClicked: root.stepped(1)
    }
}
