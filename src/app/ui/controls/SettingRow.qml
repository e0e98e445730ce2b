import QtQuick
import QtQuick.Layouts
import "../theme"

// A setting: what it is, a note, and its control; below each other where it is narrow.
GridLayout {
    id: root

    default property alias content: slot.data
    required property string name
    property string note: ""

    Layout.fillWidth: true
    columnSpacing: Theme.margin
    columns: width < Theme.scaled(420) ? 1 : 2
    rowSpacing: Theme.scaled(6)

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 2

        BodyLabel {
            Layout.fillWidth: true
            text: root.name
            wrapMode: Text.Wrap
        }
        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            text: root.note
            visible: root.note !== ""
            wrapMode: Text.Wrap
        }
    }
    RowLayout {
        id: slot

        Layout.alignment: root.columns === 1 ? Qt.AlignLeft : Qt.AlignRight | Qt.AlignVCenter
        Layout.fillWidth: root.columns === 1
        Layout.minimumWidth: root.columns === 1 ? 0 : implicitWidth
        spacing: Theme.gap
    }
}
