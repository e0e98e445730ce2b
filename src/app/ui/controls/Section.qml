import QtQuick
import QtQuick.Layouts
import "../theme"

// Things that belong together on a page: a heading and a card.
ColumnLayout {
    id: root

    default property alias content: rows.data
    required property string name

    Layout.fillWidth: true
    spacing: Theme.gap

    BodyLabel {
        Accessible.role: Accessible.Heading
        font.pixelSize: Theme.medium
        font.weight: Font.DemiBold
        text: root.name
    }
    Rectangle {
        Layout.fillWidth: true
        border.color: Theme.colors.line
        color: Theme.dark ? Theme.colors.pane : Theme.colors.raised
        implicitHeight: rows.implicitHeight + Theme.scaled(24)
        radius: Theme.scaled(12)

        ColumnLayout {
            id: rows

            anchors.fill: parent
            anchors.leftMargin: Theme.margin
            anchors.margins: Theme.scaled(12)
            anchors.rightMargin: Theme.margin
            spacing: Theme.scaled(12)
        }
    }
}
